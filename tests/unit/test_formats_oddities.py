"""Issue 24's bad input, sentence by sentence, in the formats of text: a rejection, or a note."""

import json
from html import escape
from typing import Any

import pytest

from teletipo import formats
from teletipo.article import WireCopy
from teletipo.errors import Embargoed, EmptyArticle, OnlyFurniture, Rejection, UnsupportedFormat
from tests.unit.test_formats_bad_input import g2, nitf

_P = "<p>The council approved the plan on Monday.</p>"
_WORDS = "The council approved the plan on Monday."


def page(body: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()


def ninjs(**fields: Any) -> bytes:
    return json.dumps({"uri": "urn:1", "body_text": _WORDS, **fields}, ensure_ascii=False).encode()


def codes(copy: WireCopy) -> dict[str, str]:
    return {note.code: note.element for note in copy.notes}


# ---- Scripts and hidden text


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden=''>Buy now.</p>",
        "<div style='color:red; display:none'><p>Buy now.</p></div>",
        "<p>Trains stopped.<span style='visibility: hidden'> Buy now.</span></p>",
        "<div hidden=''><div><p>Buy</p></div><p>now.</p></div>",
    ],
)
def test_hidden_text_of_a_page_is_left_out_with_a_note(hidden: str) -> None:
    for data in (
        page(f"<article>{_P}{hidden}<p>Shops closed on Tuesday.</p></article>"),
        ninjs(body_text=None, body_xhtml=f"{_P}{hidden}<p>Shops closed on Tuesday.</p>"),
        g2(content=f"<inlineXML>{_P}{hidden}<p>Shops closed on Tuesday.</p></inlineXML>"),
    ):
        copy = formats.read(data)
        assert "Buy" not in copy.body
        assert "now" not in copy.body
        assert copy.body.startswith(_WORDS)
        assert copy.body.endswith("Shops closed on Tuesday.")
        assert "content_ignored" in codes(copy)


def test_a_page_without_hidden_text_has_no_note_and_scripts_leave_nothing() -> None:
    script = "<script>let x = '<p>Buy now.</p>'</script><style>p{}</style>"
    copy = formats.read(page(f"<article>{_P}{script}<p>Shops closed.</p></article>"))
    assert copy.body == f"{_WORDS}\nShops closed."
    assert copy.notes == ()


# ---- Doubly encoded


@pytest.mark.parametrize(
    "make",
    [
        lambda text: f"Titular\n\n{text}".encode(),
        lambda text: page(f"<article><h1>Titular</h1><p>{text}</p></article>"),
        lambda text: ninjs(body_text=text),
    ],
    ids=["text", "html", "ninjs"],
)
def test_what_was_encoded_twice_is_read_as_it_was_meant_and_told(make: Any) -> None:
    meant = "El río se desbordó «ayer» y la niña cruzó."
    copy = formats.read(make(meant.encode().decode("cp1252")))
    assert copy.body == meant
    assert "encoding_repaired" in codes(copy)
    assert "encoding_repaired" not in codes(formats.read(make(meant)))


def test_a_description_that_was_escaped_twice_is_read_with_a_note() -> None:
    text = escape(escape("<p>One is here.</p><p>Two is.</p>"))
    copy = formats.read(
        f"<rss><channel><item><description>{text}</description></item></channel></rss>".encode()
    )
    assert copy.body == "One is here.\nTwo is."
    assert codes(copy)["markup_unescaped"] == "description"


# ---- Truncated


def test_a_page_that_breaks_off_is_told() -> None:
    whole = page(f"<article>{_P}<p>Shops closed on Tuesday.</p></article>")
    assert "truncated" not in codes(formats.read(whole))
    copy = formats.read(whole[: whole.index(b"Tuesday")])
    assert codes(copy)["truncated"] == "html"
    # A fragment has no end that could be missing.
    assert "truncated" not in codes(formats.read(f"<article>{_P}".encode()))


def test_a_mail_that_breaks_off_is_told() -> None:
    head = (
        "From: a@example.org\nSubject: Plan\nDate: Mon, 4 May 2026 10:00:00 +0000\n"
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n"
    )
    copy = formats.read(f"{head}{_WORDS}\n".encode())
    assert codes(copy)["truncated"] == "boundary"
    assert "truncated" not in codes(formats.read(f"{head}{_WORDS}\n--b--\n".encode()))


def test_json_that_breaks_off_is_refused() -> None:
    with pytest.raises(UnsupportedFormat, match="not valid JSON"):
        formats.read(ninjs()[:-20])


# ---- Wrong standard, mixed versions


@pytest.mark.parametrize(
    ("data", "code", "element"),
    [
        (ninjs(standard={"name": "SportsML", "version": "3.1"}), "standard_unknown", "standard"),
        (
            ninjs(headline="Old", headlines=[{"value": "New"}], bodies=[{"value": "Not this."}]),
            "versions_mixed",
            "bodies",
        ),
        (nitf(attributes=' version="-//IPTC//DTD NITF 9.9//EN"'), "standard_unknown", "nitf"),
    ],
)
def test_another_standard_or_two_versions_of_one_are_told(
    data: bytes, code: str, element: str
) -> None:
    copy = formats.read(data)
    assert copy.body
    assert codes(copy)[code] == element


def test_of_two_versions_in_one_ninjs_item_the_newer_one_is_read() -> None:
    copy = formats.read(
        ninjs(headline="Old", headlines=[{"value": "New"}], bodies=[{"value": "Newer words here."}])
    )
    assert (copy.headline, copy.body) == ("New", "Newer words here.")
    for one in (ninjs(headline="Old"), ninjs(body_text=None, bodies=[{"value": _WORDS}])):
        assert "versions_mixed" not in codes(formats.read(one))


@pytest.mark.parametrize("version", ["2.5", "3.0", "3.3", "3.6"])
def test_the_known_versions_of_nitf_have_no_note(version: str) -> None:
    data = nitf(attributes=f' version="-//IPTC//DTD NITF {version}//EN"')
    assert "standard_unknown" not in codes(formats.read(data))


# ---- Several languages, only media, no body


def test_paragraphs_in_another_language_are_told() -> None:
    spanish = '<p xml:lang="es">El pleno aprobó el plan el lunes.</p>'
    english = '<p xml:lang="en">The council approved it.</p>'
    copy = formats.read(nitf(spanish + english, attributes=' xml:lang="es"'))
    assert codes(copy)["language_assumed"] == "p"
    assert "language_assumed" not in codes(formats.read(nitf(spanish, attributes=' xml:lang="es"')))


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (ninjs(body_text="", type="picture", renditions=[{"name": "t"}]), "bodies"),
        (page("<article><figure><img src=a.jpg></figure></article>"), "paragraphs"),
        (b"From: a@b.c\nSubject: x\nDate: y\nContent-Type: image/png\n\nxx", "text part"),
        (b"\x01EFE0412 3 i 45 x\r\nslug/\r\n\x02\r\n\x03041612 GMT OCT 21", ""),
    ],
    ids=["ninjs", "html", "mail", "iptc_7901"],
)
def test_an_item_of_pictures_alone_says_what_is_missing(data: bytes, names: str) -> None:
    with pytest.raises((OnlyFurniture, EmptyArticle)) as raised:
        formats.read(data)
    assert names in str(raised.value)


# ---- Dates and embargoes


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2026-02-30T10:00:00Z", "date_ignored"),
        ("tomorrow", "date_ignored"),
        ("2026-05-04T10:00:00", "zone_assumed"),
    ],
)
def test_dates_without_a_zone_or_impossible_are_told_in_every_format(
    written: str, code: str
) -> None:
    for data in (
        ninjs(versionCreated=written),
        g2(f"<versionCreated>{written}</versionCreated>"),
        page(
            f"<article>{_P}</article>",
            head=f'<meta property="article:published_time" content="{written}">',
        ),
        f"<rss><channel><item><pubDate>{written}</pubDate><description>{_WORDS}</description>"
        "</item></channel></rss>".encode(),
    ):
        copy = formats.read(data)
        assert code in codes(copy)
        assert (copy.date is None) == (code == "date_ignored")


@pytest.mark.parametrize("year", [2126, 9999])
def test_an_embargo_far_ahead_holds_and_names_its_time(year: int) -> None:
    for data in (
        g2(f"<embargoed>{year}-01-01T12:00:00Z</embargoed>"),
        ninjs(embargoed=f"{year}-01-01T12:00:00Z"),
        nitf(head=f'<docdata><date.release norm="{year}0101T120000Z"/></docdata>'),
    ):
        with pytest.raises(Embargoed, match=str(year)):
            formats.read(data)


def test_an_embargo_in_the_past_holds_nothing_and_is_kept() -> None:
    for data in (
        g2("<embargoed>1999-01-01T12:00:00Z</embargoed>"),
        ninjs(embargoed="1999-01-01T12:00:00Z"),
    ):
        copy = formats.read(data)
        assert copy.embargo is not None
        assert copy.embargo.year == 1999


def test_an_item_without_anything_is_a_rejection_in_every_format() -> None:
    for data in (b"<nitf/>", b"{}", b"<html>", b"<rss/>", b"\x01", b"%PDF-", b"PK\x03\x04"):
        with pytest.raises(Rejection):
            formats.read(data)
