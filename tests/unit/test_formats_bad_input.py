"""Bad XML, archives and items: a rejection that names the element, or a note."""

import contextlib
import datetime
import gzip
import io
import time
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from teletipo import formats
from teletipo.article import WireCopy
from teletipo.errors import (
    ArticleTooLarge,
    Embargoed,
    Malformed,
    NotText,
    NotUsable,
    OnlyFurniture,
    Rejection,
    UnsupportedFormat,
)
from tests.conftest import ROOT

_FIXTURES = ROOT / "tests" / "data" / "formats"
_NAMES = sorted(path.name for path in _FIXTURES.iterdir())
_P = "<p>The council approved the plan on Monday.</p>"


def nitf(
    body: str = _P, head: str = "", attributes: str = "", before: str = "", hedline: str = ""
) -> bytes:
    return (
        f"{before}<nitf{attributes}><head>{head}</head><body><body.head>{hedline}</body.head>"
        f"<body.content>{body}</body.content></body></nitf>"
    ).encode()


def g2(meta: str = "", content: str = "", attributes: str = "") -> bytes:
    body = (
        content
        or f'<inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><body>{_P}</body></html>'
        "</inlineXML>"
    )
    return (
        f'<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:1"{attributes}>'
        f"<itemMeta>{meta}</itemMeta><contentSet>{body}</contentSet></newsItem>"
    ).encode()


def codes(copy: WireCopy) -> set[str]:
    return {note.code for note in copy.notes}


_LAUGHS = "".join(f'<!ENTITY l{number} "{f"&l{number - 1};" * 10}">' for number in range(1, 10))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (nitf(before=f'<!DOCTYPE nitf [<!ENTITY l0 "ha">{_LAUGHS}]>', body="<p>&l9;</p>"), "l0"),
        (nitf(before='<!DOCTYPE nitf [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "'x'"),
        (nitf(before='<!DOCTYPE nitf [<!ENTITY % x SYSTEM "http://127.0.0.1/">%x;]>'), "'x'"),
        (nitf(body="<p>" * 120 + "x" + "</p>" * 120), "100 levels"),
        (nitf()[:-20], "after <p>"),
        (nitf(body="<p>One.</b>"), "after <p>"),
        (nitf(body="<p>&unknown;</p>"), "undefined entity"),
        (b"\x01EFE0412 3 i 45 x\r\nwithout a text", "STX"),
        (b"\x01no numbers here\r\n\x02Text.\x03", "no numbers here"),
    ],
)
def test_unsafe_and_broken_files_are_refused_at_once(data: bytes, words: str) -> None:
    started = time.process_time()
    with pytest.raises(Malformed) as raised:
        formats.read(data, name="a.nitf")
    assert words in str(raised.value)
    # Milliseconds; a billion laughs takes minutes if they are told.
    assert time.process_time() - started < 20


def test_an_external_dtd_and_xinclude_are_not_followed() -> None:
    copy = formats.read(
        nitf(
            before='<!DOCTYPE nitf SYSTEM "file:///etc/passwd">',
            body=f'<p xmlns:xi="http://www.w3.org/2001/XInclude">One.<xi:include '
            f'href="file:///etc/passwd" parse="text"/></p>{_P}',
        )
    )
    assert copy.body == "One.\nThe council approved the plan on Monday."


def test_a_million_elements_are_refused() -> None:
    with pytest.raises(Malformed, match="elements"):
        formats.read(nitf(body="<b/>" * 240_000))


def zipped(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


def test_an_article_in_gzip_or_zip_is_read() -> None:
    for packed in (gzip.compress(nitf()), zipped(("a.xml", nitf()))):
        assert formats.read(packed).format == "nitf"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (gzip.compress(b"x" * 50_000_000), ArticleTooLarge),
        (zipped(("a.txt", b"x" * 50_000_000)), ArticleTooLarge),
        (gzip.compress(gzip.compress(nitf())), Malformed),
        (gzip.compress(nitf())[:-12], Malformed),
        (zipped(("a.xml", nitf()), ("b.xml", nitf())), NotText),
        (zipped(("a.xml", nitf()))[:60], NotText),
    ],
    # The data hold the time at which they were packed.
    ids=lambda value: value.__name__ if isinstance(value, type) else "data",
)
def test_bombs_and_damaged_archives_are_refused(data: bytes, error: type[Rejection]) -> None:
    with pytest.raises(error):
        formats.read(data)


def test_the_deployments_limit_counts_for_what_is_unpacked() -> None:
    with pytest.raises(ArticleTooLarge, match="1,000 bytes"):
        formats.read(gzip.compress(nitf(body=_P * 100)), limit=1_000)


@pytest.mark.parametrize(
    "status",
    ["withheld", "canceled", "cancelled", "killed", "kill", "withdrawn", "deleted", "unheard-of"],
)
def test_what_may_not_be_used_is_not_read_but_can_be_inspected(status: str) -> None:
    for data in (
        nitf(head=f'<docdata management-status="{status}"/>', body=""),
        g2(f'<pubStatus qcode="stat:{status}"/>', content="<inlineData/>"),
    ):
        with pytest.raises(NotUsable):
            formats.read(data)
        copy = formats.inspect(data)
        held_back = status in {"withheld", "unheard-of"}
        assert copy.status == ("withheld" if held_back else "cancelled")
        assert ("status_unknown" in codes(copy)) == (status == "unheard-of")


def test_an_embargo_holds_until_its_time() -> None:
    data = g2("<embargoed>2030-01-01T12:00:00+02:00</embargoed>")
    with pytest.raises(Embargoed, match="2030-01-01T12:00:00"):
        formats.read(data, now=datetime.datetime(2030, 1, 1, 9, 59, tzinfo=datetime.UTC))
    copy = formats.read(data, now=datetime.datetime(2030, 1, 1, 10, 0, tzinfo=datetime.UTC))
    assert copy.embargo is not None


def test_an_embargo_of_a_hundred_years_holds_and_one_without_a_time_too() -> None:
    with pytest.raises(Embargoed):
        formats.read(g2("<embargoed>2126-01-01T12:00:00Z</embargoed>"))
    with pytest.raises(NotUsable):
        formats.read(g2("<embargoed/>"))
    with pytest.raises(NotUsable):
        formats.read(nitf(head='<docdata management-status="embargoed"/>'))


@pytest.mark.parametrize(
    "data",
    [
        g2('<pubStatus qcode="stat:embargoed"/>'),
        b'{"pubStatus": "embargoed", "body_text": "Trains stopped on Monday."}',
        '{"embargoed": "ma\u00f1ana", "body_text": "Trains stopped on Monday."}'.encode(),
    ],
    ids=["status of NewsML-G2", "status of ninjs", "time of ninjs"],
)
def test_in_every_format_an_embargo_without_a_time_is_held_back(data: bytes) -> None:
    with pytest.raises(NotUsable):
        formats.read(data)
    assert "embargo_open" in codes(formats.inspect(data))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (nitf(body=""), "body.content"),
        (nitf(body='<media media-type="image"/>'), "body.content"),
        (g2(content='<remoteContent href="a.jpg"/>'), "contentSet"),
        (b'<packageItem guid="a"><groupSet><group><itemRef residref="urn:2"/></group></groupSet>'
         b"</packageItem>", "urn:2"),
        (b"<newsMessage><itemSet/></newsMessage>", "<newsItem>"),
        (b"<NewsML><NewsEnvelope/></NewsML>", "<NewsItem>"),
        (b'<rss version="2.0"><channel><title>x</title></channel></rss>', "<item>"),
    ],
)  # fmt: skip
def test_an_item_without_a_text_names_what_is_missing(data: bytes, words: str) -> None:
    with pytest.raises(OnlyFurniture) as raised:
        formats.read(data)
    assert words in str(raised.value)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "<svg>"),
        (b"<conceptItem/>", "conceptItem"),
        (b"<?xml version='1.0'?><!-- only a comment -->", "without a root"),
    ],
)
def test_other_xml_is_refused_by_name(data: bytes, words: str) -> None:
    with pytest.raises(UnsupportedFormat) as raised:
        formats.read(data)
    assert words in str(raised.value)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (nitf(attributes=' xmlns="http://example.org/other"'), "namespace_unknown"),
        (g2(attributes=' standard="ninjs"'), "standard_unknown"),
        (nitf(body="<p>El r\u00c3\u00ado se desbord\u00c3\u00b3.</p>"), "encoding_repaired"),
        (nitf(body="&lt;p&gt;One thing.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;"), "markup_unescaped"),
        (nitf(head='<docdata><date.issue norm="20221399"/></docdata>'), "date_ignored"),
        (nitf(head='<docdata><date.issue norm="2022-03-14"/></docdata>'), "zone_assumed"),
        (nitf(attributes=' baselang="klingon!"'), "language_ignored"),
        (nitf(head="<title>The plan</title>"), "headline_assumed"),
        (g2(content='<inlineXML xml:lang="es"><p>Uno es.</p></inlineXML>'
            '<inlineXML xml:lang="en"><p>One is.</p></inlineXML>'), "content_ignored"),
    ],
)  # fmt: skip
def test_an_oddity_is_read_with_a_note(data: bytes, code: str) -> None:
    copy = formats.read(data)
    assert copy.body
    assert code in codes(copy)


def test_what_was_encoded_twice_is_read_as_it_was_meant() -> None:
    body = "<p>El río se desbordó «ayer».</p>".encode().decode("cp1252")
    assert formats.read(nitf(body=body)).body == "El río se desbordó «ayer»."


@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252", "iso-8859-15", "gb18030"])
def test_the_declared_encoding_counts(encoding: str) -> None:
    text = "俄罗斯否认了报道。" if encoding == "gb18030" else "El año acabó en «Ávila»."
    document = f'<?xml version="1.0" encoding="{encoding}"?>' + nitf(f"<p>{text}</p>").decode()
    assert formats.read(document.encode(encoding)).body == text


def test_a_wrong_declaration_is_told() -> None:
    document = '<?xml version="1.0" encoding="UTF-8"?>' + nitf("<p>El año acabó.</p>").decode()
    copy = formats.read(document.encode("cp1252"))
    assert (copy.body, codes(copy)) == ("El año acabó.", {"encoding_assumed"})


def test_ten_thousand_paragraphs_are_read_in_their_order() -> None:
    copy = formats.read(
        nitf("".join(f"<p>Sentence {number} is here.</p>" for number in range(10_000)))
    )
    lines = copy.body.split("\n")
    assert (len(lines), lines[-1]) == (10_000, "Sentence 9999 is here.")


def test_a_paragraph_that_is_no_sentence_is_not_taken_for_a_heading() -> None:
    copy = formats.read(
        nitf(f"<hl2>Key points</hl2><p>One</p>{_P}", hedline="<hedline><hl1>Plan</hl1></hedline>")
    )
    assert copy.headline == "Plan"
    assert copy.body.split("\n")[:2] == ["Key points", "One"]


@pytest.mark.parametrize(
    ("data", "content_type", "name", "found"),
    [
        (b"One thing <b>happened</b> here.", None, "a.txt", "wire"),
        (b"One thing <b>happened</b> here.", "text/html; charset=utf-8", "a.txt", "html"),
        (b"One thing <b>happened</b> here.", None, "a.HTM", "html"),
        (nitf(), "text/html", "a.html", "nitf"),
        (b"<?xml version='1.0'?>\n<!-- <html> -->\n" + nitf(), None, None, "nitf"),
        (b"\xef\xbb\xbf" + nitf(), None, None, "nitf"),
        (nitf().decode().encode("utf-16"), None, None, "nitf"),
        (b"From: a@b.c\nSubject: Plan\n\nThe council approved it.", None, None, "mail"),
        (b"From: Madrid\n\nThe council approved it.", None, None, "wire"),
    ],
)
def test_content_decides_then_content_type_then_name(
    data: bytes, content_type: str | None, name: str | None, found: str
) -> None:
    assert formats.inspect(data, content_type, name).format == found


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(_NAMES), st.data())
def test_no_damage_breaks_a_reader(name: str, data: st.DataObject) -> None:
    whole = (_FIXTURES / name).read_bytes()
    start = data.draw(st.integers(0, len(whole)))
    length = data.draw(st.integers(0, 60))
    inserted = data.draw(
        st.binary(max_size=8) | st.sampled_from([b"<", b"</", b"&", b"]]>", b"\0"])
    )
    with contextlib.suppress(Rejection):
        formats.inspect(whole[:start] + inserted + whole[start + length :])


@pytest.mark.parametrize("name", _NAMES)
def test_every_beginning_of_a_file_is_read_or_refused(name: str) -> None:
    whole = (_FIXTURES / name).read_bytes()
    for end in range(0, len(whole), 37):
        with contextlib.suppress(Rejection):
            formats.inspect(whole[:end])
