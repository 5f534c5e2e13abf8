"""NITF 3.x (https://iptc.org/std/NITF/), with EFE's Spanish names and initials as byline."""

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from teletipo.article import Link, Place, Subject, WireCopy
from teletipo.formats import wire
from teletipo.formats.building import Reading, byline, distinct, line, lines, subject
from teletipo.formats.xml_tree import (
    NITF,
    XML_LANG,
    attribute,
    attributes,
    first,
    paragraphs,
    parse,
    text_of,
)

_SLUGS = ("slug", "slugline", "ap-slug", "titulo-corto")
_LANGUAGES = ("lang", "language", "idioma")
_PRIORITIES = ("priority", "prioridad", "urgency", "urgencia")
_CATEGORIES = ("category", "categoria", "categoría")

_VERSION = re.compile(r"NITF(?:-XML)? (\d+\.\d+)")
_VERSIONS = frozenset({"2.5", "3.0", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6"})

SOURCES = {
    "update": "the body's first line, in parentheses",
    "guid": "`doc-id@id-string`, else `nitf@uno`",
    "provider": "`doc-id@regsrc`, else `distributor/org`",
    "version": "`du-key@version`",
    "language": "`nitf@baselang`, `xml:lang`, `meta` `lang` or `idioma`",
    "headline": "`hl1`, else `title`",
    "headlines": "`hl2`",
    "slug": "`du-key@key`, `meta` `slug`, else the first `keyword`",
    "section": "`pubdata@position.section`",
    "dateline": "the body's opening, else `dateline`",
    "byline": "`byline`",
    "sign_off": "`byline` if it is initials (EFE), or the body's last line",
    "places": "`evloc`, else `dateline/location`",
    "date": "`date.issue@norm`, `pubdata@date.publication`, else `story.date@norm`",
    "created": "`story.date@norm` (its text is not read)",
    "urgency": "`urgency@ed-urg`, else `meta` `prioridad` if it is a digit",
    "subjects": "`tobject.subject`, `classifier`, `meta` `categoria`",
    "keywords": "`keyword`",
    "rights": "`rights`, else `doc.copyright`, `doc.rights`",
    "editors_note": "`ed-msg@info`, `correction@info`, `note`",
    "embargo": "`date.release@norm`",
    "status": "`docdata@management-status`",
    "change": "`correction`",
    "links": "`docdata@management-doc-idref`, `correction@id-string`",
    "declared_words": "`pubdata@item-length`",
    "body": "`body.content`, else `abstract`",
}
"""Where each field of the copy is read from, for docs/formats.md."""


def read(data: bytes) -> WireCopy:
    """Return a NITF document's copy and metadata.

    Raises ``Malformed``, ``WrongEncoding``, or ``OnlyFurniture`` if a usable item has no text.
    """
    reading = Reading()
    root = parse(data, reading, NITF)
    version = _VERSION.search(root.get("version") or "")
    if version and version[1] not in _VERSIONS:
        reading.note("standard_unknown", "nitf", f"NITF {version[1]} is not a known version.")
    fields = metadata(root, reading)
    headline, body = content(root, reading)
    return reading.copy(headline, body, "body.content", **fields)


def fill_in(
    fields: dict[str, Any], headlines: tuple[str, ...], wrapped: Element, reading: Reading
) -> tuple[dict[str, Any], tuple[str, ...], list[str]]:
    """Return an item's fields and headlines with what they lack from the NITF document in it, and
    that document's paragraphs. What the item says counts; of two statuses the stricter."""
    inner = metadata(wrapped, reading)
    headline, body = content(wrapped, reading)
    stated = {inner["status"], fields["status"]}
    status = next(each for each in ("cancelled", "withheld", "usable") if each in stated)
    given = {name: value for name, value in fields.items() if value}
    return {**inner, **given, "status": status}, headlines or lines([headline]), body


def content(root: Element, reading: Reading) -> tuple[str | None, list[str]]:
    """Return the headline and the body's paragraphs."""
    headline = text_of(first(root, "body/body.head/hedline/hl1", "body/body.head/headline/hl1"))
    if headline is None and (headline := text_of(root.find("head/title"))):
        reading.note("headline_assumed", "hl1", "<hl1> is missing; <title> was read as headline.")
    body = [
        paragraph
        for part in root.iterfind("body/body.content")
        for paragraph in paragraphs(part, reading)
    ]
    if not body:
        abstract = root.find("body/body.head/abstract")
        body = paragraphs(abstract, reading) if abstract is not None else []
        if body:
            reading.note(
                "body_assumed", "body.content", "<body.content> is empty; <abstract> was read."
            )
    spoken = {
        tag.casefold().partition("-")[0]
        for element in root.iterfind("body/body.content//*")
        if (tag := element.get(XML_LANG))
    }
    if len(spoken) > 1:
        reading.note(
            "language_assumed",
            "p",
            f"The body is in several languages ({', '.join(sorted(spoken))}); it was read as one.",
        )
    for tagline in root.iterfind("body/body.end/tagline"):
        text = text_of(tagline)
        if text and wire.is_sign_off(text):
            body.append(text)
        elif text:
            reading.ignore("tagline", "it is not part of the text")
    return headline, body


def metadata(root: Element, reading: Reading) -> dict[str, Any]:
    """Return all fields of ``WireCopy`` that the document carries, save headline and body."""
    names = {
        name.strip().casefold(): meta.get("content")
        for meta in root.iterfind("head/meta")
        if (name := meta.get("name"))
    }
    keywords = lines(attributes(root, "head/docdata/key-list/keyword", "key"))
    headlines = lines(map(text_of, root.iterfind("body/body.head/hedline/hl2")))
    # EFE repeats its keywords, which serve as slug, in <hl2>.
    slugs = {keyword.casefold() for keyword in keywords}
    slug = (
        line(attribute(root, "head/docdata/du-key", "key"))
        or next((found for name in _SLUGS if (found := line(names.get(name)))), None)
        or next(iter(keywords), None)
    )
    issued = reading.time(attribute(root, "head/docdata/date.issue", "norm"), "date.issue")
    published = reading.time(attribute(root, "head/pubdata", "date.publication"), "pubdata")
    story = _story_date(root, reading)
    by = byline(text_of(root.find("body/body.head/byline")))
    initials = by if by and wire.is_sign_off(by) else None
    correction = root.find("head/docdata/correction")
    fields: dict[str, Any] = {
        "guid": line(attribute(root, "head/docdata/doc-id", "id-string")) or line(root.get("uno")),
        "provider": line(attribute(root, "head/docdata/doc-id", "regsrc"))
        or line(text_of(root.find("body/body.head/distributor/org"))),
        "version": line(attribute(root, "head/docdata/du-key", "version")),
        "language": _language(root, names, reading),
        "headlines": tuple(text for text in headlines if text.casefold() not in slugs),
        "slug": slug,
        "section": line(attribute(root, "head/pubdata", "position.section")),
        "byline": None if initials else by,
        "sign_off": initials,
        "places": tuple(dict.fromkeys(_places(root))),
        "date": issued or published or story,
        "created": story,
        "urgency": _urgency(root, names, reading),
        "subjects": distinct([*_subjects(root), *_categories(names)]),
        "keywords": keywords,
        "rights": _rights(root),
        "editors_note": _editors_note(root),
        "change": "correction" if correction is not None else None,
        "links": tuple(_links(root)),
        "declared_words": _words(root, reading),
        **_release(root, reading),
    }
    written = text_of(root.find("body/body.head/dateline")) or ""
    place = text_of(root.find("body/body.head/dateline/location"))
    if place:
        date = root.find("body/body.head/dateline/story.date")
        # The text of story.date may be a date and time for machines.
        stated = (text_of(date) or "") if date is not None else ""
        if stated and stated[:4].isdigit():
            written = written.replace(stated, "").strip(" ,")
        fields["dateline"] = wire.read_dateline(written, place, story)
    return fields


def _story_date(root: Element, reading: Reading) -> Any:
    """The attribute only: EFE says that the element's text is wrong."""
    element = root.find("body/body.head/dateline/story.date")
    if element is None:
        return None
    time = reading.time(element.get("norm"), "story.date")
    stated = text_of(element)
    if stated and not element.get("norm"):
        reading.note(
            "date_ignored",
            "story.date",
            "<story.date> has no 'norm'; its text was not read as the date.",
        )
    return time


def _language(root: Element, names: dict[str, str | None], reading: Reading) -> str | None:
    stated = [
        root.get("baselang"),
        root.get(XML_LANG),
        attribute(root, "body", XML_LANG),
        *(names.get(name) for name in _LANGUAGES),
    ]
    return next((tag for each in stated if (tag := reading.language(each, "baselang"))), None)


def _urgency(root: Element, names: dict[str, str | None], reading: Reading) -> int | None:
    stated = attribute(root, "head/docdata/urgency", "ed-urg")
    if stated is not None:
        return reading.urgency(stated, "urgency")
    name = next((name for name in _PRIORITIES if names.get(name)), None)
    return reading.urgency(names[name], name) if name else None


def _places(root: Element) -> Iterator[Place]:
    """The events' places; without any the dateline's."""
    events = root.findall("head/docdata/evloc")
    for element in events:
        named = (element.get(name) for name in ("city", "county-dist", "state-prov"))
        name = next((found for each in named if (found := line(each))), None)
        country = line(element.get("iso-cc"))
        if name or country:
            yield Place(name, country.upper() if country else None)
    name = line(text_of(root.find("body/body.head/dateline/location")))
    if name and not events:
        yield Place(name)


def _subjects(root: Element) -> Iterator[Subject | None]:
    for element in root.iterfind("head/tobject/tobject.subject"):
        parts = ("detail", "matter", "type")
        named = (element.get(f"tobject.subject.{part}") for part in parts)
        yield subject(
            element.get("tobject.subject.ipr") or "IPTC",
            element.get("tobject.subject.refnum") or element.get("tobject.subject.code"),
            next((name for name in named if name), None),
        )
    for element in root.iterfind("head/docdata/identified-content/classifier"):
        scheme = element.get("idsrc") or element.get("type")
        yield subject(scheme, element.get("code"), element.get("value"))


def _categories(names: dict[str, str | None]) -> Iterator[Subject | None]:
    for name in _CATEGORIES:
        yield subject(name, names.get(name), None) if names.get(name) else None


def _rights(root: Element) -> str | None:
    if text := text_of(root.find("body/body.head/rights")):
        return text
    copyright_ = root.find("head/docdata/doc.copyright")
    if copyright_ is not None:
        return line(f"© {copyright_.get('year') or ''} {copyright_.get('holder') or ''}")
    return line(attribute(root, "head/docdata/doc.rights", "owner"))


def _editors_note(root: Element) -> str | None:
    notes = lines(
        [
            *attributes(root, "head/docdata/ed-msg", "info"),
            *attributes(root, "head/docdata/correction", "info"),
            *map(text_of, root.iterfind("body/body.head/note")),
        ]
    )
    return " ".join(notes) or None


def _links(root: Element) -> Iterator[Link]:
    if target := line(attribute(root, "head/docdata", "management-doc-idref")):
        yield Link("previous", target)
    for target in attributes(root, "head/docdata/correction", "id-string"):
        yield Link("corrects", target)


def _words(root: Element, reading: Reading) -> int | None:
    element = root.find("head/pubdata")
    if element is None or (element.get("unit-of-measure") or "").casefold() != "word":
        return None
    return reading.count(element.get("item-length"), "pubdata")


def _release(root: Element, reading: Reading) -> dict[str, Any]:
    return reading.release(
        (attribute(root, "head/docdata", "management-status"), "docdata"),
        (attribute(root, "head/docdata/date.release", "norm"), "date.release"),
        is_embargoed=root.find("head/docdata/date.release") is not None,
    )
