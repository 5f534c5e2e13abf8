"""Any words are read back as they were written, in every format that is read or written."""

import email.message
import html
import io
import json
from collections.abc import Callable
from dataclasses import replace
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from lxml import etree

from teletipo import formats
from teletipo.article import Subject
from teletipo.edited import edited
from teletipo.exports import to_ninjs
from teletipo.feeds import entries_of
from teletipo.formats.building import line
from teletipo.formats.html import MARKUP
from teletipo.formats.writers import edition, nitf
from teletipo.formats.writers.feeds import WRITERS, Feed
from teletipo.review import Correction
from teletipo.summary import Summary
from tests.conftest import ROOT
from tests.pdf import pdf
from tests.reviews import NOW, review
from tests.unit.test_writers import made
from tests.word import word

# With the last three a text may look as if it were encoded twice, and is read as it was meant then.
# In RSS, what looks like markup is markup.
_ANY = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="ÂÃâ"), max_size=40
).filter(lambda text: not MARKUP.search(text))
_LATIN = st.text("abcABC ñé&<>'\"%;#/-.,0123456789", max_size=40)


def _xhtml(headline: str, body: str) -> str:
    return f"<p>{escape(body)}</p>"


def _g2(headline: str, body: str) -> bytes:
    return (
        '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:x:1" version="1">'
        f"<contentMeta><headline>{escape(headline)}</headline></contentMeta><contentSet>"
        '<inlineXML contenttype="application/xhtml+xml">'
        f'<html xmlns="http://www.w3.org/1999/xhtml"><body><p>{escape(body)}</p></body></html>'
        "</inlineXML></contentSet></newsItem>"
    ).encode()


def _newsml(headline: str, body: str) -> bytes:
    return (
        "<NewsML><NewsItem><NewsManagement><Status FormalName='Usable'/></NewsManagement>"
        f"<NewsComponent><NewsLines><HeadLine>{escape(headline)}</HeadLine></NewsLines>"
        f"<ContentItem><DataContent><p>{escape(body)}</p></DataContent></ContentItem>"
        "</NewsComponent></NewsItem></NewsML>"
    ).encode()


def _nitf(headline: str, body: str) -> bytes:
    return (
        f"<nitf><body><body.head><hedline><hl1>{escape(headline)}</hl1></hedline></body.head>"
        f"<body.content><p>{escape(body)}</p></body.content></body></nitf>"
    ).encode()


def _ninjs_1(headline: str, body: str) -> bytes:
    return json.dumps({"uri": "urn:x:1", "headline": headline, "body_text": body}).encode()


def _ninjs_3(headline: str, body: str) -> bytes:
    item = {
        "uri": "urn:x:1",
        "headlines": [{"role": "main", "value": headline}],
        "bodies": [{"role": "main", "contentType": "text/html", "value": _xhtml("", body)}],
    }
    return json.dumps(item).encode()


def _rss(headline: str, body: str) -> bytes:
    return (
        f"<rss version='2.0'><channel><item><title>{escape(headline)}</title>"
        f"<description>{escape(_xhtml('', body))}</description></item></channel></rss>"
    ).encode()


def _page(headline: str, body: str) -> bytes:
    text = f"<article><h1>{html.escape(headline)}</h1><p>{html.escape(body)}</p></article>"
    return f"<!doctype html><meta charset=utf-8>{text}".encode()


def _mail(headline: str, body: str) -> bytes:
    message = email.message.EmailMessage()
    message["From"], message["Date"] = "Desk <desk@example.org>", "Mon, 4 May 2026 10:00:00 +0000"
    message["Subject"] = headline
    message.set_content(body, cte="base64")
    return message.as_bytes()


def _transmission(headline: str, body: str) -> bytes:
    text = f"\x01EFE0412 3 i 45 x\r\nslug/\r\n\x02{headline}\r\n\r\n{body}\r\n\x03041612 GMT OCT 21"
    return text.encode("cp1252")


def _document(headline: str, body: str) -> bytes:
    def build(document: object) -> None:
        document.add_heading(headline, level=1)  # type: ignore[attr-defined]
        document.add_paragraph(body)  # type: ignore[attr-defined]

    return word(build)


def _pages(headline: str, body: str) -> bytes:
    return pdf([[(72, 20, headline), (110, 11, body)]])


_MARKUP: dict[str, Callable[[str, str], bytes]] = {
    "nitf": _nitf,
    "newsml_g2": _g2,
    "newsml_1": _newsml,
    "ninjs": _ninjs_3,
    "feed": _rss,
    "html": _page,
    "word": _document,
}
# The mail's headers, a transmission's and a PDF font's characters hold not everything.
_PLAIN: dict[str, Callable[[str, str], bytes]] = {
    "mail": _mail,
    "iptc_7901": _transmission,
    "pdf": _pages,
    "ninjs": _ninjs_1,
}


def test_every_format_is_covered() -> None:
    assert {*_MARKUP, *_PLAIN, "wire"} == set(formats.READERS)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(sorted(_MARKUP)), _ANY, _ANY)
def test_any_words_in_markup(name: str, headline: str, words: str) -> None:
    title = line(f"A {headline} z") or ""
    body = line(f"The bridge reopened {words} on Monday.") or ""
    copy = formats.inspect(_MARKUP[name](title, body))
    assert (copy.format, copy.headline, copy.body) == (name, title, body)


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(sorted(_PLAIN)), _LATIN, _LATIN)
def test_words_in_formats_of_lines(name: str, headline: str, words: str) -> None:
    title = line(f"A {headline} z") or ""
    body = line(f"The bridge reopened {words} on Monday.") or ""
    copy = formats.inspect(_PLAIN[name](title, body))
    assert (copy.format, copy.headline, copy.body) == (name, title, body)


# ---- What is written, against schemas


# Every 3.x schema that is there: a later one only needs to be put beside 3.1.
_VALIDATORS = [
    Draft202012Validator(json.loads(path.read_text("utf-8")), format_checker=FormatChecker())
    for path in sorted((ROOT / "tests/data/iptc").glob("ninjs-schema_3.*.json"))
]


def corrected(headline: str, words: str) -> Summary:
    """A released summary with an editor's words."""
    text = f"The bridge reopened {words} on Monday."
    correction = Correction(headline=f"A {headline} z", text=text)
    return edited(made(), [review("corrected", en=correction), review("approved")])


@settings(deadline=None, max_examples=15)
@given(_ANY, _ANY)
def test_any_words_are_valid_ninjs_and_read_back(headline: str, words: str) -> None:
    document = corrected(headline, words)
    item = to_ninjs(document, "id", now=NOW)
    assert _VALIDATORS
    for validator in _VALIDATORS:
        validator.validate(item)
    english = next(each for each in item["associations"] if each["language"] == "en")
    copy = formats.inspect(json.dumps(english).encode())
    assert copy.headline == line(document.summaries["en"].headline)
    # Lines that begin or end in Chinese are joined without a space.
    assert "".join(copy.body.split()) == "".join(
        (line(document.summaries["en"].text) or "").split()
    )


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(["rss", "atom"]), _ANY, _ANY)
def test_any_words_are_read_back_from_a_feed(name: str, headline: str, words: str) -> None:
    entry = entries_of(corrected(headline, words), "articles/a.txt", NOW)["en"]
    document = WRITERS[name][1](Feed("en", "https://example.org/feeds/en"), [entry])
    copy = formats.inspect(document.encode())
    assert (copy.format, copy.headline) == ("feed", entry.headline)
    assert copy.body.split("\n")[0] in entry.text


# The elements that we write, in the order and with the attributes and values that NITF 3.6's schema
# gives them. Written by hand; IPTC's own has many more.
_NITF_DTD = """
<!ELEMENT nitf (head?, body)>
<!ATTLIST nitf xmlns CDATA #FIXED "http://iptc.org/std/NITF/2006-10-18/" version CDATA
  #FIXED "-//IPTC//DTD NITF 3.6//EN" xml:lang CDATA #IMPLIED>
<!ELEMENT head (title?, meta*, tobject?, docdata?, revision-history*)>
<!ELEMENT title (#PCDATA)>
<!ELEMENT meta EMPTY>
<!ATTLIST meta name NMTOKEN #IMPLIED content CDATA #REQUIRED>
<!ELEMENT tobject (tobject.property*, tobject.subject*)>
<!ATTLIST tobject tobject.type CDATA "news">
<!ELEMENT tobject.property EMPTY>
<!ATTLIST tobject.property tobject.property.type CDATA "current">
<!ELEMENT tobject.subject EMPTY>
<!ATTLIST tobject.subject tobject.subject.ipr CDATA "IPTC" tobject.subject.refnum NMTOKEN #REQUIRED
  tobject.subject.type CDATA #IMPLIED tobject.subject.matter CDATA #IMPLIED
  tobject.subject.detail CDATA #IMPLIED>
<!ELEMENT docdata (correction | doc-id | urgency | date.issue | du-key | key-list |
  identified-content)*>
<!ATTLIST docdata management-doc-idref CDATA #IMPLIED
  management-status (usable | embargoed | withheld | canceled) "usable">
<!ELEMENT doc-id EMPTY><!ATTLIST doc-id id-string CDATA #IMPLIED>
<!ELEMENT correction EMPTY><!ATTLIST correction info CDATA #IMPLIED id-string CDATA #IMPLIED>
<!ELEMENT urgency EMPTY><!ATTLIST urgency ed-urg NMTOKEN #IMPLIED>
<!ELEMENT identified-content (classifier)*><!ELEMENT classifier (#PCDATA)>
<!ATTLIST classifier type CDATA #IMPLIED idsrc CDATA #IMPLIED value CDATA #IMPLIED>
<!ELEMENT date.issue EMPTY><!ATTLIST date.issue norm CDATA #IMPLIED>
<!ELEMENT du-key EMPTY><!ATTLIST du-key key CDATA #IMPLIED>
<!ELEMENT key-list (keyword*)>
<!ELEMENT keyword EMPTY><!ATTLIST keyword key CDATA #IMPLIED>
<!ELEMENT revision-history EMPTY>
<!ATTLIST revision-history name CDATA #IMPLIED norm CDATA #IMPLIED comment CDATA #IMPLIED
  function (writer-author | editor | producer | archivist | videographer | graphic-artist |
  photographer | statistician | other) #IMPLIED>
<!ELEMENT body (body.head?, body.content*, body.end?)>
<!ELEMENT body.head (hedline?, rights?)>
<!ELEMENT hedline (hl1, hl2*)><!ELEMENT hl1 (#PCDATA)><!ELEMENT hl2 (#PCDATA)>
<!ELEMENT rights (#PCDATA | rights.owner)*><!ELEMENT rights.owner (#PCDATA)>
<!ELEMENT body.content (p)*><!ELEMENT p (#PCDATA)>
<!ELEMENT body.end (tagline?)><!ELEMENT tagline (#PCDATA)>
"""


_CODES = st.one_of(st.none(), st.sampled_from(["20000553", "C 04 01", "ñ", ""]), _ANY)
_SUBJECTS = st.builds(Subject, st.sampled_from([None, "medtop", "subj", "EFE"]), _CODES, _CODES)


@settings(deadline=None, max_examples=100)
@given(
    _ANY, _ANY, st.sampled_from(["es", "en", "zh-Hans"]), st.lists(_SUBJECTS, max_size=3),
    st.sampled_from([None, "Corrects it."]), st.booleans(),
)  # fmt: skip
def test_nitf_has_the_elements_and_values_of_the_standard_in_its_order(
    headline: str,
    words: str,
    language: str,
    subjects: list[Subject],
    correction: str | None,
    is_released: bool,
) -> None:
    document = corrected(headline, words) if is_released else edited(made())
    given_ = edition(document, language, "id", now=NOW)
    changed = replace(given_, subjects=tuple(subjects), correction=correction)
    dtd = etree.DTD(io.StringIO(_NITF_DTD))
    root = etree.fromstring(nitf.write(changed).encode())
    assert dtd.validate(root), dtd.error_log.filter_from_errors()


def test_nitf_keeps_a_subject_whose_code_is_no_token_as_a_classifier() -> None:
    subjects = (Subject("EFE", "C 04 01", "Obras"), Subject(None, None, "Fútbol"))
    written = nitf.write(replace(edition(edited(made()), "es", "id", now=NOW), subjects=subjects))
    root = etree.fromstring(written.encode())
    found = [
        (each.get("idsrc"), each.get("value"), each.text) for each in root.iter("{*}classifier")
    ]
    assert found == [("EFE", "C 04 01", "Obras"), (None, "Fútbol", None)]
    assert not list(root.iter("{*}tobject.subject"))


@pytest.mark.parametrize("wrong", ["<meta/><title/>", "<tobject/><title/>"])
def test_the_excerpt_of_the_dtd_refuses_another_order(wrong: str) -> None:
    dtd = etree.DTD(io.StringIO(_NITF_DTD))
    text = f'<nitf xmlns="http://iptc.org/std/NITF/2006-10-18/"><head>{wrong}</head><body/></nitf>'
    assert not dtd.validate(etree.fromstring(text))


def test_a_ninjs_items_first_line_is_not_taken_for_its_headline() -> None:
    item = {"uri": "u", "headline": "A bridge", "body_text": "The bridge reopened\n0 on Monday."}
    copy = formats.inspect(json.dumps(item).encode())
    assert (copy.headline, copy.section) == ("A bridge", None)
    assert copy.body == "The bridge reopened 0 on Monday."
