"""The desk's terms: read from three formats, found in texts, enforced in translations."""

import re
import time

import pytest

from teletipo.errors import TerminologyError
from teletipo.terminology import MAX_BYTES, read_terminology

_CSV = "es,en,zh\nBanco Central,Central Bank,中央银行\nLa Moneda,La Moneda,\n".encode()
_TMX = b"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header/><body>
<tu><tuv xml:lang="es"><seg>Banco <bpt i="1"/>Central</seg></tuv>
<tuv xml:lang="en-GB"><seg>Central Bank</seg></tuv></tu></body></tmx>"""
_TBX_2 = b"""<?xml version="1.0"?><martif type="TBX"><text><body><termEntry>
<langSet xml:lang="es"><tig><term>Banco Central</term></tig></langSet>
<langSet xml:lang="en"><ntig><termGrp><term>Central Bank</term></termGrp></ntig></langSet>
</termEntry></body></text></martif>"""
_TBX_3 = b"""<tbx xmlns="urn:iso:std:iso:30042:ed-2"><text><body><conceptEntry>
<langSec xml:lang="es"><termSec><term>Banco Central</term></termSec></langSec>
<langSec xml:lang="en"><termSec><term>Central Bank</term></termSec></langSec>
</conceptEntry></body></text></tbx>"""


@pytest.mark.parametrize("data", [_CSV, b"\xef\xbb\xbf" + _CSV, _TMX, _TBX_2, _TBX_3])
def test_every_format_gives_the_same_term(data: bytes) -> None:
    (found,) = read_terminology(data).find("El Banco Central subió los tipos.", "es", "en")
    assert (found.start, found.end, found.rendering) == (3, 16, "Central Bank")


def test_a_term_is_found_as_a_whole_word_in_every_direction() -> None:
    terms = read_terminology(_CSV)
    assert terms.find("Bancos Centrales", "es", "en") == []
    assert [each.rendering for each in terms.find("中央银行宣布加息", "zh-Hans", "es")] == [
        "Banco Central"
    ]
    assert [each.rendering for each in terms.find("En La Moneda.", "es", "en")] == ["La Moneda"]
    assert terms.find("En La Moneda.", "es", "zh-Hans") == []


def test_of_overlapping_terms_the_longest_is_taken() -> None:
    terms = read_terminology(b"es,en\nCorte,Court\nCorte Suprema,Supreme Court\n")
    assert [t.rendering for t in terms.find("La Corte Suprema", "es", "en")] == ["Supreme Court"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no term with names in two languages"),
        (b"es,en\n", "no term with names in two languages"),
        (b"es\nuno\n", "line 1: the row must name two or more languages"),
        (b"es,es\nuno,one\n", "line 1: the row must name two or more languages"),
        (b"es,x?\nuno,one\n", "line 1: 'x.' is not a language tag"),
        (b"es,en\nuno,one\ndos\n", "line 3: the row has 1 columns"),
        (b"es,en\nuno,\n", "line 2: a term needs names in at least two languages"),
        (b'es,en\n"uno,one\n', "line 2: unexpected end of data"),
        (b"es,en\nuno,\xff\n", "line 2: the text is not UTF-8"),
        (b"<tmx>\n<body>", "line 2: no element found"),
        (b"<html/>", "neither TMX nor TBX"),
        (b"<tmx><tu><tuv><seg>uno</seg></tuv></tu></tmx>", "entry 1: a term has no language"),
        (b'<!DOCTYPE t [<!ENTITY a "b">]><tmx>&a;</tmx>', "entities are not allowed"),
        (b'<!DOCTYPE t [<!ENTITY a SYSTEM "file:///etc/passwd">]><tmx>&a;</tmx>', "entities"),
        (b"a" * (MAX_BYTES + 1), "the limit is"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(data: bytes, message: str) -> None:
    with pytest.raises(TerminologyError, match=message):
        read_terminology(data, "terms")


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("Центральный банк", "the Spanish name has a letter of another script (“Ц”)"),
        ("中央银行", "has a letter of another script (“中”)"),
        ("<b>Banco</b>", "has markup (“<b>”)"),
        ("Banco &amp; Cía", "has markup (“&amp;”)"),
        ('"Banco\nCentral"', "line 3: the Spanish name has a line break"),
        ("Banco\u2028Central", "has a line break"),
        ("Banco\x07Central", "has a control character"),
        ("Banco\u200bCentral", "has a control character or an invisible one"),
        ("—", "has no letter and no digit"),
        ("Banco " * 40, "has 239 characters; the limit is 200"),
    ],
)
def test_a_name_that_cannot_be_used_is_an_error_with_its_line(name: str, problem: str) -> None:
    data = f"en,es\nCentral Bank,{name}\n".encode()
    with pytest.raises(TerminologyError, match=re.escape(problem)):
        read_terminology(data, "desk.csv")


def test_chinese_has_no_letters_but_its_own_and_latin_and_greek_ones() -> None:
    assert read_terminology("es,zh\nradiación,γ射线\nbanco,BBVA银行\n".encode()).terms
    with pytest.raises(TerminologyError, match=r"line 2: the Chinese .* name has a letter"):
        read_terminology("es,zh\nTokio,トーキョー\n".encode())


def test_names_that_are_written_alike_in_two_languages_may_have_any_script() -> None:
    terms = read_terminology(
        "es,en\n新华社,新华社\nÑuble 1.ª,Ñuble 1.ª\nHawaiʻi,Hawaiʻi\n".encode()
    )
    assert [each.rendering for each in terms.find("según 新华社.", "es", "en")] == ["新华社"]


def test_an_entry_of_xml_is_named_by_its_number() -> None:
    data = _TMX.replace(b"<seg>Central Bank", b"<seg>&lt;i&gt;Central Bank")
    with pytest.raises(TerminologyError, match=r"entry 1: the English name has markup \(“<i>”\)"):
        read_terminology(data)


def test_a_bad_name_can_be_left_out_and_is_then_told_of_the_texts_that_need_it() -> None:
    data = "es,en,zh\nBanco Central,<b>Bank</b>,央行\nCorte,Court,\nBanco,<i>,\n".encode()
    terms = read_terminology(data, "desk.csv", skip_bad_names=True)
    assert [each.rendering for each in terms.find("El Banco Central", "es", "zh-Hans")] == ["央行"]
    text = "El Banco Central y la Corte, www.Banco.es"
    assert [each.rendering for each in terms.find(text, "es", "en")] == ["Court"]
    (ignored,) = terms.find_ignored(text, "es", "en")
    assert (ignored.start, ignored.end) == (3, 16)
    assert ignored.reason == "desk.csv, line 2: the English name has markup (“<b>”)."
    assert terms.find_ignored(text, "es", "zh-Hans") == []


def test_another_line_with_a_good_name_replaces_a_bad_one() -> None:
    data = b"es,en\nCorte,<b>Court\nCorte,Court\n"
    terms = read_terminology(data, skip_bad_names=True)
    assert [each.rendering for each in terms.find("La Corte", "es", "en")] == ["Court"]
    assert terms.find_ignored("La Corte", "es", "en") == []


def test_a_file_of_bad_names_alone_is_read_if_they_are_left_out() -> None:
    terms = read_terminology(b"es,en\nCorte,<b>Court\n", skip_bad_names=True)
    assert (terms.terms, len(terms.faults)) == ((), 1)


def test_chinese_text_behind_an_address_is_no_part_of_it() -> None:
    terms = read_terminology("zh,en\n埃菲社,EFE\n".encode())
    text = "详情见https://efe.com/埃菲社，埃菲社的邮箱是desk@efe.com埃菲社"
    found = [each.start for each in terms.find(text, "zh-Hans", "en")]
    assert found == [text.index("埃菲社"), text.index("埃菲社的"), len(text) - 3]


@pytest.mark.parametrize("unit", ["@", "a@", "www.", "http://(", "a.", "汉@"])
def test_addresses_take_linear_time(unit: str) -> None:
    terms = read_terminology(_CSV)
    started = time.process_time()
    terms.find("La Moneda " + unit * (100_000 // len(unit)), "es", "en")
    # Seconds at most; it took hours.
    assert time.process_time() - started < 30


@pytest.mark.parametrize(
    ("target", "name", "written"),
    [
        ("zh-Hans", "欧洲央行(ECB)", "欧洲央行（ECB）"),
        ("zh-Hans", "臺灣", "台湾"),
        ("en", 'the "yellow vests"', "the “yellow vests”"),
        ("es", "100%", "100\u00a0%"),
    ],
)
def test_a_rendering_is_written_as_translations_are(target: str, name: str, written: str) -> None:
    source = "es" if target != "es" else "en"
    cell = name.replace('"', '""')
    terms = read_terminology(f'{source},{target}\nUno,"{cell}"\n'.encode())
    (found,) = terms.find("Uno.", source, target)
    assert found.rendering == written
