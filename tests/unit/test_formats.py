"""Wire copy and plain text, in every supported encoding."""

import json

import pytest

from teletipo import formats
from teletipo.errors import (
    EmptyArticle,
    NotText,
    OnlyFurniture,
    Rejection,
    UnsupportedFormat,
    WrongEncoding,
)
from tests.conftest import ARTICLES

_STORY = "El ministro negó el acuerdo con la oposición. Habrá elecciones en mayo, según añadió."


@pytest.mark.parametrize(
    ("file", "section", "headline", "update", "sign_off"),
    [
        (
            "es-desalinizadora.txt",
            "Internacional",
            "Chile inaugura en Atacama la mayor desalinizadora movida por energía solar",
            "Actualiza con la reacción de los agricultores",
            "cra/jmp-lbs/mts",
        ),
        (
            "en-heatwave-trains.txt",
            "World",
            "Portugal slows trains as heat wave bends tracks",
            "Update 1: Adds the operator's response",
            "tlo/bp",
        ),
        (
            "zh-metro.txt",
            "国际",
            "马德里地铁一号线停运四个月后恢复通车",
            "更新：增加乘客反应",
            None,
        ),
    ],
)
def test_the_samples_are_taken_apart(
    file: str, section: str, headline: str, update: str, sign_off: str | None
) -> None:
    copy = formats.read((ARTICLES / file).read_bytes())
    assert (copy.section, copy.headline, copy.update) == (section, headline, update)
    assert copy.sign_off == sign_off
    assert copy.dateline is not None
    furniture = (
        "EFE",
        "埃菲社",
        "Related",
        "relacionadas",
        "相关新闻",
        "Back to top",
        "返回顶部",
        "Compartir",
        "完",
        "Spain breaks",
        "El cobre cierra",
        "巴塞罗那扩建",
    )
    assert not [words for words in furniture if words in copy.body]


@pytest.mark.parametrize(
    ("line", "place", "date", "agency", "language"),
    [
        ("Beijing, Mar 14 (EFE).- Russia", "Beijing", "--03-14", "EFE", "en"),
        ("Madrid, 14 mar (EFE).- Rusia", "Madrid", "--03-14", "EFE", "es"),
        ("Madrid, 14 mar. (EFE).– Rusia", "Madrid", "--03-14", "EFE", "es"),
        ("Madrid, 14 de marzo de 2022 (EFE).- Rusia", "Madrid", "2022-03-14", "EFE", "es"),
        ("Ciudad de México, 3 ene (EFE).- Una", "Ciudad de México", "--01-03", "EFE", "es"),
        ("Antofagasta (Chile), 14 mar (EFE).- Chile", "Antofagasta", "--03-14", "EFE", "es"),
        ("Madrid/París, 14 mar (EFE).- Los", "Madrid/París", "--03-14", "EFE", "es"),
        ("MADRID, 14 Mar. (EUROPA PRESS) - El", "MADRID", "--03-14", "EUROPA PRESS", "es"),
        ("WASHINGTON, March 14 (Reuters) - The", "WASHINGTON", "--03-14", "Reuters", "en"),
        ("Beijing, Mar. 14, 2022 (EFE).- Russia", "Beijing", "2022-03-14", "EFE", "en"),
        ("GROSSETO, Italy (AP) -- The", "GROSSETO, Italy", None, "AP", ""),
        ("Berlín (dpa) - El", "Berlín", None, "dpa", ""),
        ("Vitoria-Gasteiz, 14 mar (EFE).- El", "Vitoria-Gasteiz", "--03-14", "EFE", "es"),
        ("PORT-AU-PRINCE, Haiti (AP) — A", "PORT-AU-PRINCE, Haiti", None, "AP", ""),
        ("March 14 (Reuters) - Apple", None, "--03-14", "Reuters", "en"),
        ("（埃菲社北京3月14日电）俄罗斯", "北京", "--03-14", "埃菲社", "zh-Hans"),
        ("埃菲社马德里2022年3月14日电 俄罗斯", "马德里", "2022-03-14", "埃菲社", "zh-Hans"),
        ("新华社北京3月14日电（记者李明）俄罗斯", "北京", "--03-14", "新华社", "zh-Hans"),
    ],
)
def test_datelines_of_many_agencies(
    line: str, place: str | None, date: str | None, agency: str, language: str
) -> None:
    copy = formats.read(f"Un titular\n\n{line} dijo algo. Y otra cosa más.".encode())
    assert copy.dateline is not None
    found = copy.dateline
    assert (found.place, found.date, found.agency, found.language) == (
        place,
        date,
        agency,
        language,
    )
    assert copy.body.endswith("dijo algo. Y otra cosa más.")
    assert not copy.body.startswith(("-", "–", " "))
    assert "(EFE)" not in copy.body
    assert copy.headline == "Un titular"


@pytest.mark.parametrize(
    "line",
    [
        "El 14 de marzo (día de la votación) - dijo - fue largo.",
        "Madrid, 34 mar (EFE) fue el texto.",
        "La Organización del Tratado del Atlántico Norte (OTAN) se reunió.",
        "Pedro Sánchez, que llegó tarde, saludó a todos.",
        "The Confederation of British Industry (CBI) - which represents firms - said it was weak.",
        "La Organización Mundial de la Salud (OMS) -con sede en Ginebra- advirtió del virus.",
        "Manchester City (ENG) - Real Madrid (ESP) 4-0 fue el resultado.",
    ],
)
def test_a_sentence_is_no_dateline(line: str) -> None:
    assert formats.read(line.encode()).dateline is None


def test_text_above_a_dateline_is_not_lost() -> None:
    first = "A fire killed ten people in the south of France, officials said on Friday."
    copy = formats.read(f"World in brief\n\n{first}\n\nPARIS (AP) — The mayor spoke.".encode())
    assert copy.headline == "World in brief"
    assert copy.body == f"{first}\nThe mayor spoke."


@pytest.mark.parametrize(
    ("notice", "status"),
    [
        ("EMBARGADO HASTA LAS 20:00 HORAS DEL 24 DE DICIEMBRE", "withheld"),
        ("EMBARGO: 24 December, 2000 GMT", "withheld"),
        ("Embargoed until 8 p.m.", "withheld"),
        ("NOT FOR PUBLICATION BEFORE 2000 GMT", "withheld"),
        ("（禁发）", "withheld"),
        ("KILL KILL KILL", "cancelled"),
        ("Mandatory Kill", "cancelled"),
        ("ANULACIÓN", "cancelled"),
        ("PROHIBIDA SU DIFUSIÓN HASTA LAS 20.00 HORAS", "withheld"),
        ("（稿件请于12月24日20时后播发）", "withheld"),
        ("KILL: Discurso de la Reina", "cancelled"),
        ("ATENCIÓN: ANULEN la información titulada Discurso de la Reina", "cancelled"),
        ("Embargo a Cuba: sesenta años", "usable"),
        ("Embargo: qué cambia para las empresas", "usable"),
        ("Kill Bill vuelve a los cines", "usable"),
    ],
)
def test_a_notice_above_the_text_holds_it_back(notice: str, status: str) -> None:
    for story in ("Madrid, 24 dic (EFE).- El rey habló hoy.", _STORY):
        copy = formats.inspect(f"{notice}\nDiscurso del Rey\n\n{story}".encode())
        assert copy.status == status
        assert (copy.headline == "Discurso del Rey") == (status != "usable")


@pytest.mark.parametrize(
    "notice",
    [
        "EDITORS' NOTE: Contains graphic language",
        "AVISO A LOS ABONADOS: sustituye a otra",
        "URGENTE",
    ],
)
def test_what_a_desk_tells_others_is_a_note_and_no_headline(notice: str) -> None:
    for story in ("Madrid, 24 dic (EFE).- El rey habló hoy.", _STORY):
        copy = formats.inspect(f"{notice}\n\nEl discurso de este año\n\n{story}".encode())
        assert (copy.headline, copy.editors_note) == ("El discurso de este año", notice)


@pytest.mark.parametrize(
    "line",
    [
        "Subscribers fell by 200,000 to 221.6 million in the quarter.",
        "Copyright infringement suits rose 20% last year, the company said.",
        "Imagen: un concepto que vale 3.000 millones según el estudio.",
        "Photo: the picture that nobody wanted to see is now in the museum.",
        "订阅用户减少20万，公司周一说。",
    ],
)
def test_a_sentence_that_begins_as_furniture_does_is_text(line: str) -> None:
    copy = formats.inspect(f"{_STORY}\n\n{line}\n\nSubscribe to our newsletter".encode())
    assert copy.body.endswith(line)
    wrapped = formats.inspect(f"{_STORY}\n\nThe company blamed\nsubscribe fatigue for it.".encode())
    assert wrapped.body.endswith("The company blamed subscribe fatigue for it.")


def test_a_lists_items_are_paragraphs() -> None:
    items = (
        "La ley cambia esto:\n- Se eliminan las tasas\n- Se protegen\nlos datos\nEntra en vigor."
    )
    copy = formats.inspect(f"Madrid, 24 dic (EFE).- {items}".encode())
    assert copy.body.split("\n")[1:] == [
        "- Se eliminan las tasas", "- Se protegen los datos", "Entra en vigor.",
    ]  # fmt: skip


def test_a_line_that_begins_with_why_is_no_byline() -> None:
    text = (
        "El precio del pan vuelve a subir\n\nPor qué importa\n\nMadrid, 24 dic (EFE).- Subió hoy."
    )
    assert formats.inspect(text.encode()).byline is None


def test_a_notice_in_a_body_counts_unless_the_item_says_more() -> None:
    item = {
        "uri": "urn:x:1",
        "headline": "Discurso del Rey",
        "body_text": f"EMBARGADO HASTA LAS 20.00 HORAS\n\nMadrid, 24 dic (EFE).- {_STORY}",
    }
    held = formats.inspect(json.dumps(item).encode())
    assert (held.status, held.body) == ("withheld", _STORY)
    timed = formats.inspect(json.dumps({**item, "embargoed": "2026-12-24T20:00:00Z"}).encode())
    assert timed.status == "usable"
    assert timed.embargo is not None
    killed = formats.inspect(json.dumps({**item, "pubstatus": "canceled"}).encode())
    assert killed.status == "cancelled"
    body = f"<body.content><p>KILL KILL KILL</p><p>{_STORY}</p></body.content>"
    assert formats.inspect(f"<nitf><body>{body}</body></nitf>".encode()).status == "cancelled"


def test_a_byline_on_top_is_neither_section_nor_headline() -> None:
    copy = formats.read(
        b"By JOHN SMITH\nAssociated Press\n\nNEW YORK (AP) - The story goes. It is long."
    )
    assert (copy.byline, copy.section, copy.headline) == ("JOHN SMITH", None, None)


def test_a_reporter_named_in_a_chinese_dateline_is_the_byline() -> None:
    copy = formats.read("新华社北京3月14日电（记者李明）俄罗斯否认了报道。".encode())
    assert copy.byline == "李明"
    assert copy.body == "俄罗斯否认了报道。"


@pytest.mark.parametrize(
    "data",
    [
        _STORY.encode(),
        _STORY.encode("utf-8-sig"),
        _STORY.encode("utf-16"),
        _STORY.encode("utf-16-le"),
        b"\xfe\xff" + _STORY.encode("utf-16-be"),
        _STORY.encode("cp1252"),
        _STORY.replace(". ", ".\r\n").encode(),
    ],
)
def test_every_served_encoding_gives_the_same_text(data: bytes) -> None:
    assert formats.read(data).body.replace("\n", " ") == _STORY


def test_plain_text_has_a_body_and_nothing_else() -> None:
    copy = formats.read(_STORY.encode())
    assert (copy.headline, copy.section, copy.dateline) == (None, None, None)


def test_a_first_line_without_a_full_stop_is_the_headline() -> None:
    copy = formats.read(f"El ministro lo niega todo\n\n{_STORY}".encode())
    assert (copy.headline, copy.body) == ("El ministro lo niega todo", _STORY)


def test_hard_wrapped_lines_are_joined() -> None:
    wrapped = (
        "El ministro negó el acuerdo\ncon la oposición. Habrá elecciones\nen mayo, según añadió."
    )
    assert formats.read(wrapped.encode()).body == _STORY


def test_a_wrapped_headline_is_joined() -> None:
    copy = formats.read(
        b"World\n\nRussia denies asking China\nfor military help\n\n"
        b"Beijing, Mar 14 (EFE).- Russia said so."
    )
    assert copy.headline == "Russia denies asking China for military help"


def test_the_page_begins_where_the_related_articles_do() -> None:
    copy = formats.read(f"{_STORY}\n\nRelated Articles\n\nAnother story ends here.\n".encode())
    assert copy.body == _STORY


@pytest.mark.parametrize(
    "closing", ["EFE", "EFE jco/smq-ta/jot", "EFE\njco/smq", "(EFE)", "jco/ta"]
)
def test_closing_marks_are_dropped(closing: str) -> None:
    assert formats.read(f"{_STORY}\n\n{closing}\n".encode()).body == _STORY
    run_in = closing.replace("\n", " ")
    if run_in != "(EFE)":
        assert formats.read(f"{_STORY} {run_in}".encode()).body == _STORY


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", EmptyArticle),
        (b" \r\n\t ", EmptyArticle),
        ("\ufeff\u200b".encode(), EmptyArticle),
        (b"World\n\nRelated Articles\n\nBack to top button\n", OnlyFurniture),
        (b"World\n\nEFE\n", OnlyFurniture),
        (b"Beijing, Mar 14 (EFE).- 12", OnlyFurniture),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)), NotText),
        (b"PK\x03\x04" + bytes(range(1, 32)) * 9, NotText),
        (_STORY.encode()[:-1] + "ó".encode()[:1], WrongEncoding),
        (b"\xff\xfe" + _STORY.encode("utf-16-le")[:-1], WrongEncoding),
        ("俄罗斯否认要求中国提供军事援助。".encode("gb18030"), WrongEncoding),
        ("Россия отрицает просьбу о помощи.".encode("koi8-r"), WrongEncoding),
        (b"<nitf><body>Hola</body></nitf>", OnlyFurniture),
        (b'<?xml version="1.0"?><nitf/>', OnlyFurniture),
        (b'<?xml version="1.0"?><svg/>', UnsupportedFormat),
        (b'{"headline": "x"}', UnsupportedFormat),
    ],
)
def test_what_cannot_be_read_is_a_rejection_that_says_why(
    data: bytes, error: type[Rejection]
) -> None:
    with pytest.raises(error) as raised:
        formats.read(data)
    assert str(raised.value).endswith(".")
    assert raised.value.code


def test_a_dateline_may_have_a_line_of_its_own() -> None:
    copy = formats.read(
        b"Sale adelante la ley\n\nMADRID, 14 Mar. (EUROPA PRESS) -\n\n"
        b"El Consejo aprob\xc3\xb3 la norma este martes en Madrid.\n\nEl ministro lo dijo."
    )
    assert copy.dateline is not None
    assert (copy.headline, copy.dateline.place) == ("Sale adelante la ley", "MADRID")
    assert copy.body.startswith("El Consejo aprobó")


def test_the_lead_of_hard_wrapped_text_is_kept() -> None:
    lead = (
        "President Joe Biden said on Tuesday that he would sign the\n"
        "Housing Act, which passed the Senate by 51 votes against\n50 late on Monday."
    )
    copy = formats.read(f"Senate passes the bill\n\n{lead}\n\nIt takes effect in May.".encode())
    assert copy.headline == "Senate passes the bill"
    assert copy.body.split("\n")[0] == lead.replace("\n", " ")


@pytest.mark.parametrize("byline", ["By Ana Soler", "Por Ana Soler"])
def test_a_headline_between_section_and_byline_is_no_wrapped_lead(byline: str) -> None:
    headings = f"World\nPortugal slows trains as heat reaches forty degrees\n{byline}"
    copy = formats.read(f"{headings}\n\nThe operator said that trains run slower.".encode())
    assert (copy.section, copy.byline) == ("World", "Ana Soler")
    assert copy.headline == "Portugal slows trains as heat reaches forty degrees"
    assert copy.body == "The operator said that trains run slower."


@pytest.mark.parametrize(
    ("headings", "lead"),
    [
        (
            "国际\n中国与法国签署新的贸易协定",
            "中国国家主席习近平周二在巴黎会见法国总统马克龙，双方签署了一项新的贸易协定，涉及农业。",
        ),
        (
            "Economía\nEl Banco de España mejora su previsión de crecimiento hasta el 2,5 %",
            "El Banco de España ha mejorado este martes su previsión de crecimiento.",
        ),
    ],
)
def test_a_headline_right_above_the_lead_is_not_part_of_it(headings: str, lead: str) -> None:
    copy = formats.read(f"{headings}\n{lead}".encode())
    assert (f"{copy.section}\n{copy.headline}", copy.body) == (headings, lead)


def test_paragraphs_of_a_feed_stay_apart_though_it_has_entities() -> None:
    item = (
        b"<rss><channel><item><title>Up</title><description>H&amp;amp;M rose on Monday.\n\n"
        b"Inditex fell.</description></item></channel></rss>"
    )
    assert formats.read(item).body == "H&M rose on Monday.\nInditex fell."


def test_sentences_behind_xinhuas_title_mark_are_no_title() -> None:
    text = "新华社北京3月14日电 题：经济开局良好。消费增长。\n\n专家说，很好。"
    copy = formats.read(text.encode())
    assert copy.headline is None
    assert "消费增长" in copy.body


def test_a_pages_headline_is_not_its_section() -> None:
    copy = formats.read(
        b"<article><h1>Biden's plan works</h1><p>He said on Monday that it works.</p></article>",
        content_type="text/html",
    )
    assert (copy.headline, copy.section) == ("Biden's plan works", None)


def test_entities_of_a_feed_without_tags_are_decoded() -> None:
    item = (
        b"<rss><channel><item><title><![CDATA[Biden&#8217;s plan &amp; more]]></title>"
        b"<description><![CDATA[Biden&#8217;s plan passed.]]></description></item></channel></rss>"
    )
    copy = formats.read(item)
    assert copy.headline == "Biden’s plan & more"
    assert copy.body == "Biden’s plan passed."


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_feature_of_xinhua_has_its_title_and_reporter_behind_the_dateline(gap: str) -> None:
    copy = formats.read(
        f"新华社北京3月14日电 题：新篇章{gap}新华社记者张三{gap}李强14日会见总理。".encode()
    )
    assert (copy.headline, copy.byline, copy.body) == ("新篇章", "张三", "李强14日会见总理。")


@pytest.mark.parametrize(
    "credit",
    [
        "(Reporting by Jane Doe and John Roe; Editing by Ann Lee.)",
        "Associated Press writer Jane Doe in Rome contributed to this report.",
        "La entrada Una tormenta se publicó primero en El Diario.",
        "Enditem",
    ],
)
def test_a_credit_below_the_text_is_no_sentence_of_it(credit: str) -> None:
    text = "LISBON, March 14 (Reuters) - A storm hit Lisbon on Monday.\n\nIt passed."
    assert formats.read(f"{text}\n\n{credit}".encode()).body.endswith("It passed.")


@pytest.mark.parametrize(
    "sentence",
    [
        "The post by the minister appeared first on Twitter.",
        "La entrada del ministro se publicó primero en Twitter.",
        "(Writing by hand is still taught in schools.)",
    ],
)
def test_a_sentence_that_begins_like_a_credit_is_kept(sentence: str) -> None:
    text = "LISBON, March 14 (Reuters) - A storm hit Lisbon on Monday.\n\nIt passed."
    assert formats.read(f"{text}\n\n{sentence}".encode()).body.endswith(sentence)
