"""NewsML 1.0 to 1.2 (https://iptc.org/std/NewsML/), as many agencies still send it."""

from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from teletipo.article import Link, Place, Subject, WireCopy
from teletipo.errors import OnlyFurniture
from teletipo.formats import nitf, wire
from teletipo.formats.building import (
    Listed,
    Reading,
    byline,
    distinct,
    leave_out,
    line,
    lines,
    newest,
    subject,
)
from teletipo.formats.xml_tree import (
    XML_LANG,
    attribute,
    attributes,
    paragraphs,
    paragraphs_of_text,
    parse,
    text_of,
)

_CHANGES = {"update": "update", "correction": "correction", "rectify": "correction"}

SOURCES = {
    "update": "the body's first line, in parentheses",
    "guid": "`PublicIdentifier`, else `NewsItemId`",
    "provider": "`ProviderId`",
    "version": "`RevisionId`",
    "language": "`Language`, else `xml:lang`",
    "headline": "`HeadLine`",
    "headlines": "`SubHeadLine`",
    "slug": "`SlugLine`, else `NameLabel`",
    "dateline": "the body's opening, else `DateLine`",
    "byline": "`ByLine`",
    "sign_off": "the body's last line",
    "places": "`Location`",
    "date": "`ThisRevisionCreated`",
    "created": "`FirstCreated`",
    "urgency": "`Urgency`",
    "subjects": "`SubjectCode`",
    "keywords": "`KeywordLine`",
    "rights": "`CopyrightLine`, `RightsLine`",
    "embargo": "`StatusWillChange` of an embargoed item",
    "status": "`Status`",
    "change": "`Instruction`",
    "links": "`RevisionId@PreviousRevision`, `DerivedFrom`, `AssociatedWith`",
    "declared_words": "`Property` `WordCount`",
    "body": "`DataContent` (XHTML, NITF or text)",
}
"""Where each field of the copy is read from, for docs/formats.md."""


def read(data: bytes) -> WireCopy:
    """Return the copy and metadata of the first news item that has a text.

    Raises ``Malformed``, ``WrongEncoding``, ``UnsupportedFormat`` if an item that would be left out
    is not usable, or ``OnlyFurniture`` if a usable item has no text.
    """
    reading = Reading()
    root = parse(data, reading)
    items = root.findall("NewsItem")
    if not items:
        raise OnlyFurniture("The NewsML document has no <NewsItem>.")
    chosen = _chosen(items, reading)
    fields = _metadata(root, chosen, reading)
    headlines = lines(map(text_of, chosen.iter("HeadLine")))
    headlines += lines(map(text_of, chosen.iter("SubHeadLine")))
    found, wrapped = _paragraphs(_data(chosen, reading), reading)
    if wrapped is not None:
        fields, headlines, found = nitf.fill_in(fields, headlines, wrapped, reading)
    return reading.copy(
        next(iter(headlines), None), found, "DataContent", **{**fields, "headlines": headlines[1:]}
    )


def _chosen(items: Sequence[Element], reading: Reading) -> Element:
    first, *others = sorted(
        newest(map(_listed, items), reading),
        key=lambda each: each.rank(has_text=_data(each.element, Reading()) is not None),
    )
    leave_out(others, reading)
    return first.element


def _listed(item: Element) -> Listed:
    identifier = _child(item, "Identification/NewsIdentifier")
    parts = [text_of(identifier.find(tag)) for tag in ("ProviderId", "DateId", "NewsItemId")]
    return Listed(
        item,
        ":".join(filter(None, parts)) or text_of(identifier.find("PublicIdentifier")),
        text_of(identifier.find("RevisionId")),
        _release(_child(item, "NewsManagement"), Reading())["status"],
    )


def _child(item: Element, path: str) -> Element:
    """The element at a path; an empty one if there is none."""
    found = item.find(path)
    return Element(path.rpartition("/")[2]) if found is None else found


def _data(item: Element, reading: Reading) -> Element | None:
    """The first <DataContent> that is a text; others are told."""
    found: list[Element] = []
    for content in item.iter("ContentItem"):
        kind = (attribute(content, "MediaType", "FormalName") or "text").casefold()
        data = content.find("DataContent")
        if kind in {"text", "texto"} and data is not None:
            found.append(data)
            continue
        where = content.get("Href") or kind
        reading.note("content_ignored", "ContentItem", f"<ContentItem> was not read: {where}.")
    if len(found) > 1:
        reading.note(
            "content_ignored", "DataContent", "Of several <DataContent> the first was read."
        )
    return next(iter(found), None)


def _paragraphs(data: Element | None, reading: Reading) -> tuple[list[str], Element | None]:
    """The text's paragraphs, and the NITF document that they are in."""
    if data is None:
        return [], None
    if (wrapped := data.find("nitf")) is not None:
        return [], wrapped
    if len(data):
        body = data.find("html/body")
        return paragraphs(data if body is None else body, reading), None
    return paragraphs_of_text(data.text, lambda text: text.startswith("<"), reading), None


def _metadata(root: Element, item: Element, reading: Reading) -> dict[str, Any]:
    identifier = _child(item, "Identification/NewsIdentifier")
    management = _child(item, "NewsManagement")
    date = reading.time(text_of(management.find("ThisRevisionCreated")), "ThisRevisionCreated")
    places = tuple(dict.fromkeys(_places(item)))
    written = _first(item, "DateLine")
    instruction = (attribute(management, "Instruction", "FormalName") or "").casefold()
    return {
        "guid": line(text_of(identifier.find("PublicIdentifier")))
        or line(text_of(identifier.find("NewsItemId"))),
        "provider": line(text_of(identifier.find("ProviderId"))),
        "version": line(text_of(identifier.find("RevisionId"))),
        "language": _language(root, item, reading),
        "slug": _first(item, "SlugLine") or line(text_of(item.find("Identification/NameLabel"))),
        "byline": byline(_first(item, "ByLine")),
        "dateline": wire.read_dateline(written, places[0].name if places else None, date)
        if written
        else None,
        "places": places,
        "date": date,
        "created": reading.time(text_of(management.find("FirstCreated")), "FirstCreated"),
        "urgency": reading.urgency(attribute(management, "Urgency", "FormalName"), "Urgency"),
        "subjects": distinct(_subjects(item)),
        "keywords": lines(map(text_of, item.iter("KeywordLine"))),
        "rights": " ".join(lines([_first(item, "CopyrightLine"), _first(item, "RightsLine")]))
        or None,
        "change": _CHANGES.get(instruction),
        "links": tuple(_links(identifier, management)),
        "declared_words": _words(item, reading),
        **_release(management, reading),
    }


def _first(item: Element, tag: str) -> str | None:
    return next((found for element in item.iter(tag) if (found := line(text_of(element)))), None)


def _language(root: Element, item: Element, reading: Reading) -> str | None:
    named = [
        name
        for element in item.iter("Language")
        if (name := (element.get("FormalName") or "").strip())
    ]
    if len(set(named)) > 1:
        reading.note(
            "language_assumed", "Language", "<Language> names several languages; the first counts."
        )
    stated = [*named, item.get(XML_LANG), root.get(XML_LANG)]
    return next((tag for each in stated if (tag := reading.language(each, "Language"))), None)


def _places(item: Element) -> Iterator[Place]:
    for location in item.iter("Location"):
        values = {
            (element.get("FormalName") or "").casefold(): element.get("Value")
            for element in location.iter("Property")
        }
        name = line(values.get("city")) or line(values.get("countryarea"))
        country = line(values.get("country"))
        if name or country:
            yield Place(name, country)


def _subjects(item: Element) -> Iterator[Subject | None]:
    for code in item.iter("SubjectCode"):
        # The narrowest of the three says the others.
        parts = ("SubjectDetail", "SubjectMatter", "Subject")
        element = next((found for part in parts if (found := code.find(part)) is not None), None)
        if element is not None:
            scheme = element.get("Vocabulary") or "IPTC"
            yield subject(
                "IPTC" if "ubject" in scheme or "topicset" in scheme.casefold() else scheme,
                element.get("FormalName"),
                None,
            )


def _links(identifier: Element, management: Element) -> Iterator[Link]:
    revision = identifier.find("RevisionId")
    previous = line(revision.get("PreviousRevision")) if revision is not None else None
    guid = line(text_of(identifier.find("NewsItemId")))
    if previous and previous != "0" and guid:
        yield Link("previous", guid, previous)
    for relation, tag in (("derivedFrom", "DerivedFrom"), ("associatedWith", "AssociatedWith")):
        for target in attributes(management, tag, "NewsItem"):
            yield Link(relation, target)


def _words(item: Element, reading: Reading) -> int | None:
    for element in item.iter("Property"):
        if (element.get("FormalName") or "").casefold() in {"wordcount", "words"}:
            return reading.count(element.get("Value"), "WordCount")
    return None


def _release(management: Element, reading: Reading) -> dict[str, Any]:
    stated = attribute(management, "Status", "FormalName")
    # Of other items the time is that of another change.
    change = management.find("StatusWillChange/DateAndTime")
    time = text_of(change) if (stated or "").casefold() == "embargoed" else None
    return reading.release((stated, "Status"), (time, "StatusWillChange"))
