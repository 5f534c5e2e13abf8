"""What is not the story is not read as one: other markup, other languages, hidden text."""

import json
import time
from html import escape
from typing import Any

import pytest

from teletipo import formats
from teletipo.article import WireCopy
from teletipo.errors import Malformed, UnsupportedFormat
from tests.unit.test_formats_bad_input import g2, nitf

_WORDS = "The council approved the plan on Monday."
_P = f"<p>{_WORDS}</p>"


def ninjs(**fields: Any) -> bytes:
    return json.dumps({"uri": "urn:1", **fields}).encode()


def codes(copy: WireCopy) -> list[str]:
    return [note.code for note in copy.notes]


# ---- Other markup


def test_a_code_in_angle_brackets_is_no_markup() -> None:
    copy = formats.inspect(b"<GOOG.O> shares rose on Tuesday after profits grew.")
    assert copy.format == "wire"


def test_a_headline_that_is_a_sentence_is_not_the_storys_first() -> None:
    copy = formats.inspect(ninjs(headline="Will it rise?", body_text=_WORDS))
    assert (copy.headline, copy.body) == ("Will it rise?", _WORDS)


@pytest.mark.parametrize(
    "data",
    [
        f"<contentSet><inlineXML>{_P}</inlineXML></contentSet>",
        f"<block>{_P}<script>evil()</script></block>",
        '[{"uri": "urn:1", "pubStatus": "canceled"}]',
        '[\n  {"uri": "urn:1", "pubStatus": "canceled"}\n]',
        '[ {"uri": "urn:1", "body_text": "The council approved the plan."} ]',
    ],
)
@pytest.mark.parametrize("content_type", [None, "text/plain", "application/json"])
def test_other_markup_and_lists_are_no_wire_copy(data: str, content_type: str | None) -> None:
    with pytest.raises(UnsupportedFormat):
        formats.inspect(data.encode(), content_type)


@pytest.mark.parametrize("tag", ["p", "div", "b", "h2", "blockquote", "span", "ul"])
def test_a_fragment_of_a_page_is_read_as_html(tag: str) -> None:
    copy = formats.inspect(f"<{tag}>{_WORDS}</{tag}><script>evil()</script>".encode())
    assert (copy.format, copy.body) == ("html", _WORDS)


@pytest.mark.parametrize("text", ["<3 degrees", "[sic] The plan", "< 5 % of it", "<<Hola>>"])
def test_a_text_that_begins_with_a_bracket_stays_a_text(text: str) -> None:
    assert formats.inspect(f"{text} was said: it is so.".encode()).format == "wire"


@pytest.mark.parametrize("start", [b"\x16\x16\x01", b"\r\n\x16\x16\x16\x01", b"\x01"])
def test_a_transmission_may_begin_with_idle_characters(start: bytes) -> None:
    copy = formats.inspect(start + b"EFE0412 3 i 45 x\r\n\x02" + _WORDS.encode() + b"\r\n\x03")
    assert (copy.format, copy.body) == ("iptc_7901", _WORDS)


@pytest.mark.parametrize(
    "attributes",
    [
        'encoding="base64"',
        'contenttype="application/pdf"',
        'contenttype="image/png" encoding="base64"',
    ],
)
def test_inline_data_that_is_no_text_is_left_out(attributes: str) -> None:
    data = f"<inlineData {attributes}>RWwgcHVlbnRlIHJlYWJyaW8=</inlineData>"
    copy = formats.inspect(g2(content=f"{data}<inlineData>{_WORDS}</inlineData>"))
    assert (copy.body, codes(copy)) == (_WORDS, ["content_ignored"])


# ---- Scripts and hidden text in tables


@pytest.mark.parametrize(
    "cell",
    [
        "A<script>evil()</script>",
        "<p>A</p><p style='display:none'>evil</p>",
        "<b>A</b><span hidden=''>evil</span>",
        "A<style>evil</style>",
    ],
)
def test_a_cell_is_read_like_everything_else(cell: str) -> None:
    row = f"<tr><td>{cell}</td><td style='visibility:hidden'>evil</td><td>B <i>b</i></td></tr>"
    table = f"<table>{row}<tr><th/><td>C</td></tr></table>"
    for data in (nitf(_P + table), g2(content=f"<inlineXML>{_P}{table}</inlineXML>")):
        copy = formats.inspect(data)
        assert copy.body == f"{_WORDS}\nA | B b\nC"
        assert codes(copy).count("table_flattened") == 1
        assert "content_ignored" in codes(copy)


def test_another_file_that_is_not_included_is_told() -> None:
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'
    copy = formats.inspect(nitf(_P + include))
    assert copy.body == _WORDS
    assert [note.element for note in copy.notes] == ["xi:include"]


def test_a_fault_names_the_tag_before_it() -> None:
    with pytest.raises(Malformed, match="after <p>"):
        formats.inspect(b"<nitf><body><body.content><p>x & y</p><hr/><table/></body.content>")


# ---- Pages


def page(body: str) -> bytes:
    return f"<!doctype html><html><body>{body}</body></html>".encode()


_FIRST, _SECOND = "<p>The first opened.</p>", "<p>The second closed.</p>"


@pytest.mark.parametrize(
    ("body", "headline", "text"),
    [
        (f"<article>{_FIRST}</article><article><h1>B</h1>{_SECOND}</article>", "B", "second"),
        (f"<article><h1>A</h1></article><article><h1>B</h1>{_SECOND}</article>", "B", "second"),
        (f"<article><h1>A</h1>{_FIRST}</article><article>{_SECOND}</article>", "A", "first"),
        (f"<h1>P</h1><article>{_FIRST}</article><article><h1>B</h1>{_SECOND}</article>", "P",
         "first"),
        (f"<article>{_FIRST}</article><article>{_SECOND}</article>", None, "first"),
    ],
)  # fmt: skip
def test_headline_and_text_are_of_the_same_article(
    body: str, headline: str | None, text: str
) -> None:
    copy = formats.inspect(page(f"<main>{body}</main>"))
    assert copy.headline == headline
    assert copy.body.startswith(f"The {text} ")
    assert "\n" not in copy.body


# ---- ninjs


def test_of_several_languages_the_items_own_is_read() -> None:
    entries = [("en", "English"), ("es", "Español")]
    item = {
        "language": "es",
        "headlines": [{"role": "main", "language": tag, "value": word} for tag, word in entries],
        "bodies": [
            {"role": "main", "language": tag, "value": f"{word} is read."} for tag, word in entries
        ],
    }
    copy = formats.inspect(ninjs(**item))
    assert (copy.headline, copy.headlines, copy.body) == ("Español", (), "Español is read.")
    assert codes(copy) == ["language_assumed", "language_assumed"]
    assert formats.inspect(ninjs(**{**item, "language": "en-GB"})).headline == "English"
    assert formats.inspect(ninjs(**{**item, "language": "fr"})).headline == "English"


def test_one_language_is_no_choice() -> None:
    bodies = [{"language": "en", "value": _WORDS}, {"role": "x", "language": "en", "value": "No."}]
    copy = formats.inspect(ninjs(language="es", bodies=bodies))
    assert (copy.body, codes(copy)) == (_WORDS, [])


@pytest.mark.parametrize(
    ("content_type", "value"),
    [
        ("text/html", escape(f"{_P}<p>It <b>costs</b> 3 million.</p>")),
        ("text/plain", f"{_P}<p>It costs 3 million.</p><script>evil()</script>"),
        ("text/plain", f"{_WORDS}\n\nIt <b>costs</b> 3 million."),
    ],
)
def test_markup_that_is_escaped_or_not_declared_is_read_with_a_note(
    content_type: str, value: str
) -> None:
    copy = formats.inspect(ninjs(bodies=[{"contentType": content_type, "value": value}]))
    assert copy.body == f"{_WORDS}\nIt costs 3 million."
    assert codes(copy) == ["markup_unescaped"]


def test_a_body_in_nitf_is_read() -> None:
    value = nitf(f"{_P}<p>It costs 3 million.</p>", hedline="<hedline><hl1>Plan</hl1></hedline>")
    body = {"contentType": "application/nitf+xml", "value": value.decode()}
    copy = formats.inspect(ninjs(bodies=[body]))
    assert (copy.headline, copy.body) == ("Plan", f"{_WORDS}\nIt costs 3 million.")
    piece = formats.inspect(ninjs(bodies=[{**body, "value": f"<body.content>{_P}</body.content>"}]))
    assert piece.body == _WORDS
    with pytest.raises(Malformed):
        formats.inspect(ninjs(bodies=[{**body, "value": "<nitf><p>"}]))


@pytest.mark.parametrize(("version", "read"), [(None, None), (3, "3"), ("4", "4")])
def test_a_version_that_is_null_is_none(version: object, read: str | None) -> None:
    assert formats.inspect(ninjs(version=version, body_text=_WORDS)).version == read


def test_hostile_fields_take_linear_time() -> None:
    started = time.process_time()
    rows = "<tr>" + "<td>x</td>" * 30_000 + "</tr>"
    formats.inspect(nitf(f"{_P}<table>{rows}</table>"))
    formats.inspect(ninjs(bodies=[{"language": f"x{n}", "value": _WORDS} for n in range(3_000)]))
    assert time.process_time() - started < 30.0
