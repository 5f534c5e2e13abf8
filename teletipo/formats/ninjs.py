"""IPTC ninjs (News in JSON), versions 1.0 to 3.3 (https://iptc.org/std/ninjs/).

Version 3 writes ``pubStatus`` what the earlier ones write ``pubstatus``: names are compared in
lower case.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from html import unescape
from typing import Any

from teletipo.article import Link, Place, Subject, WireCopy
from teletipo.errors import OnlyFurniture, UnsupportedFormat
from teletipo.formats import html, nitf, wire, xml_tree
from teletipo.formats.building import (
    Reading,
    byline,
    distinct,
    last_part,
    line,
    lines,
    status_of,
    subject,
)
from teletipo.formats.decoding import decode

_BODY_FIELDS = {"body_text": "text/plain", "body_xhtml": "text/html", "body_html": "text/html"}
_HTML = {"text/html", "application/xhtml+xml"}
_NITF = "application/nitf+xml"
_BLANK_LINE = re.compile(r"\n\s*\n")
_MAIN = frozenset({"main", "title", "headline", "text", "html", "body", "full"})
_TEXT_ROLES = frozenset({"main", "text", "long"})

SOURCES = {
    "guid": "`uri`",
    "provider": "`infoSources` of the role `provider`, else `provider`",
    "version": "`version`",
    "language": "`language`",
    "headline": "`headlines`, role main; `headline`",
    "headlines": "`headlines`, other roles",
    "slug": "`slugline`",
    "section": "the text's own",
    "dateline": "the body's opening",
    "byline": "the text's own, else `by`, `byline`",
    "sign_off": "the body's last line",
    "update": "the text's own",
    "places": "`located`, `places`, `place`",
    "date": "`versionCreated`",
    "created": "`firstCreated`, else `contentCreated`",
    "urgency": "`urgency`",
    "subjects": "`subjects`, `subject`",
    "keywords": "`keywords`",
    "rights": "`copyrightNotice` or `copyrightHolder`, `usageTerms`",
    "editors_note": "`edNote`",
    "embargo": "`embargoedUntil`, `embargoed`",
    "status": "`pubStatus`",
    "change": "`pubStatus` `correct`",
    "links": "`associations`, `altIds` of a previous version",
    "declared_words": "`wordCount`",
    "body": "`bodies` (main, plain text first; HTML; NITF), `body_text`, `body_xhtml`, else "
    "`descriptions`",
}
"""Where each field of the copy is read from, for docs/formats.md."""


def read(text: str) -> WireCopy:
    """Return a news item's copy and metadata.

    Raises
    ------
    Malformed: the body is NITF that is not well formed.
    UnsupportedFormat: the text is not valid JSON, or not a ninjs item.
    OnlyFurniture: a usable item has no text.
    """
    item = _parse(text)
    reading = Reading()
    _check_standard(item, reading)
    fields = _metadata(item, reading)
    content_type, body = _body(item, reading)
    headlines = _by_role(item, "headlines", "headline", _MAIN, reading)
    own_headline = None
    if body and content_type == _NITF:
        root = xml_tree.parse(body.encode("utf-8-sig"), reading, xml_tree.NITF)
        inner, own_headlines, found = nitf.fill_in(fields, (), root, reading)
        fields |= {name: inner[name] for name in ("status", "embargo")}
        own_headline = next(iter(own_headlines), None)
        body = "\n\n".join(found or xml_tree.paragraphs(root, reading))
    elif body:
        own_headline, body = _plain(content_type, body, reading)
    headline = next(iter(headlines), None) or own_headline
    if body:
        copy = wire.read(body, headline)
    elif fields["status"] == "usable":
        raise OnlyFurniture("The ninjs item has no text: 'bodies' is empty or missing.")
    else:
        copy = WireCopy(body="")
    return replace(
        copy,
        headline=headline or copy.headline,
        headlines=headlines[1:],
        byline=copy.byline or byline(item.get("by", item.get("byline"))),
        notes=tuple(reading.notes),
        **fields | status_of(copy.status, fields),
    )


def _plain(content_type: str, body: str, reading: Reading) -> tuple[str | None, str]:
    """A body's own headline and its paragraphs; HTML need not be declared."""
    is_marked_up = bool(html.MARKUP.search(body))
    if content_type not in _HTML:
        if not is_marked_up:
            return None, body
        reading.note("markup_unescaped", "bodies", f"The {content_type} has HTML; it was read.")
        body = _BLANK_LINE.sub("<p>", body)
    elif not is_marked_up and html.MARKUP.search(once := unescape(body)):
        reading.note("markup_unescaped", "bodies", "The body's HTML is escaped; it was read.")
        body = once
    headline, found, _ = html.take_apart(body, reading)
    return headline, "\n\n".join(found)


def _check_standard(item: Mapping[str, Any], reading: Reading) -> None:
    standard = item.get("standard")
    name = _text(standard.get("name")) if isinstance(standard, dict) else None
    if name and name.casefold() != "ninjs":
        reading.note("standard_unknown", "standard", f"The standard is '{line(name)}', not ninjs.")
    if _entries_of(item, "bodies", "body") and any(_text(item.get(each)) for each in _BODY_FIELDS):
        reading.note(
            "versions_mixed",
            "bodies",
            "The item has a body of ninjs 1 and bodies of a later version; those were read.",
        )


def _entries_of(item: Mapping[str, Any], *names: str) -> bool:
    return next(_entries(item, *names), None) is not None


def _metadata(item: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    status = item.get("pubstatus")
    # Some senders put it into a list of its own.
    if isinstance(status, list) and len(status) == 1:
        status = status[0]
    stated = last_part(status) if isinstance(status, str) else ""
    embargoes = (item.get(name) for name in ("embargoeduntil", "embargoed"))
    embargo = next((each for each in embargoes if each is not None and each is not False), None)
    located = line(item.get("located"))
    places = [Place(located)] if located else []
    for entry in _entries(item, "places", "place"):
        if name := line(entry.get("name")):
            places.append(Place(name))
    return {
        "guid": line(item.get("uri")),
        "provider": _provider(item),
        "version": line(str(item["version"])) if item.get("version") is not None else None,
        "language": reading.language(_text(item.get("language")), "language"),
        "slug": line(item.get("slugline")),
        "places": tuple(dict.fromkeys(places)),
        "date": reading.time(_text(item.get("versioncreated")), "versionCreated"),
        "created": reading.time(
            _text(item.get("firstcreated")) or _text(item.get("contentcreated")), "firstCreated"
        ),
        "urgency": reading.urgency(item.get("urgency"), "urgency"),
        "subjects": distinct(_subject(entry) for entry in _entries(item, "subjects", "subject")),
        "keywords": lines(item["keywords"] if isinstance(item.get("keywords"), list) else ()),
        "rights": " ".join(
            lines(
                [item.get("copyrightnotice") or item.get("copyrightholder"), item.get("usageterms")]
            )
        )
        or None,
        "editors_note": line(item.get("ednote")),
        **reading.release(
            (_text(status) if isinstance(status, str) else status, "pubStatus"),
            (embargo, "embargoedUntil"),
            is_embargoed=embargo is not None,
        ),
        "change": "correction" if stated in {"correct", "corrected"} else None,
        "links": tuple(_links(item)),
        "declared_words": reading.count(item.get("wordcount"), "wordCount"),
    }


def _provider(item: Mapping[str, Any]) -> str | None:
    """The information source of the role ``provider``; the name that some systems add."""
    sources = [
        name
        for entry in _entries(item, "infosources", "infosource")
        if (line(entry.get("role")) or "").rpartition(":")[2].casefold() == "provider"
        and (name := line(entry.get("name")) or line(entry.get("literal")))
    ]
    return next(iter(sources), None) or line(item.get("provider"))


def _subject(entry: Mapping[str, Any]) -> Subject | None:
    code = entry.get("uri") or entry.get("code") or entry.get("literal")
    scheme, name = line(entry.get("scheme")), line(entry.get("name"))
    code = line(code)
    if code and not scheme and re.fullmatch(r"(?:0\d|1[0-7])\d{6}", code):
        scheme = "subj"
    return subject(scheme, code if code != name else None, name)


def _links(item: Mapping[str, Any]) -> Iterator[Link]:
    associations = item.get("associations")
    if isinstance(associations, dict):
        associations = [
            {"name": name, **each} for name, each in associations.items() if isinstance(each, dict)
        ]
    for each in associations if isinstance(associations, list) else ():
        if isinstance(each, dict) and (target := line(each.get("uri"))):
            yield Link(line(each.get("rel")) or line(each.get("name")) or "association", target)
    for each in _entries(item, "altids", "altid"):
        role = line(each.get("role"))
        if role in {"previous", "previousVersion", "evolvedFrom"} and (
            target := line(each.get("value"))
        ):
            yield Link("previous", target)


def _parse(text: str) -> Mapping[str, Any]:
    try:
        item = json.loads(text)
    except (ValueError, RecursionError):
        raise UnsupportedFormat("The article looks like JSON, but is not valid JSON.") from None
    known = {"uri", "bodies", *_BODY_FIELDS}
    if not isinstance(item, dict) or not known & item.keys():
        raise UnsupportedFormat("The article is JSON, but not a ninjs item.")
    return {name.casefold(): value for name, value in item.items()}


def _body(item: Mapping[str, Any], reading: Reading) -> tuple[str, str | None]:
    """The body's media type and text: the main one, as plain text if there is a choice."""
    bodies = sorted(
        _bodies(item, reading), key=lambda each: (each[0] not in _MAIN, each[1] in {*_HTML, _NITF})
    )
    if bodies:
        return bodies[0][1:]
    description = next(
        iter(_by_role(item, "descriptions", "description_text", _TEXT_ROLES, reading)), None
    ) or line(item.get("description"))
    if description:
        reading.note(
            "body_assumed", "bodies", "The item has no body; its description was read instead."
        )
    return "text/plain", description


def _bodies(item: Mapping[str, Any], reading: Reading) -> Iterator[tuple[str, str, str]]:
    """Yield each body's role, media type and text, in the item's order."""
    for body in _spoken(item, "bodies", _entries(item, "bodies", "body"), reading):
        if value := _text(body.get("value")):
            declared = str(body.get("contenttype", "")).casefold().partition(";")[0].strip()
            yield _role(body), declared or _guess(value), value
    for name, content_type in _BODY_FIELDS.items():
        if value := _text(item.get(name)):
            yield "main", content_type, value


def _guess(value: str) -> str:
    return "text/html" if value.lstrip().startswith("<") else "text/plain"


def _by_role(
    item: Mapping[str, Any], plural: str, singular: str, first: frozenset[str], reading: Reading
) -> tuple[str, ...]:
    """The values as lines; those of the roles in ``first`` come first."""
    spoken = _spoken(item, plural, _entries(item, plural), reading)
    entries = sorted(spoken, key=lambda entry: _role(entry) not in first)
    return lines([*(entry.get("value") for entry in entries), item.get(singular)])


def _spoken(
    item: Mapping[str, Any], name: str, entries: Iterable[Mapping[str, Any]], reading: Reading
) -> list[Mapping[str, Any]]:
    """The entries in the item's own language, or in the first one's, if there are several."""
    own = line(item.get("language"))
    told = [(line(entry.get("language")) or own or "", entry) for entry in entries]
    tags = list(dict.fromkeys(tag.casefold() for tag, _ in told))
    if len(tags) < 2:
        return [entry for _, entry in told]
    mine = (own or "").casefold()
    alike = (tag for tag in tags if tag.partition("-")[0] == mine.partition("-")[0])
    chosen = mine if mine in tags else next(alike, tags[0])
    reading.note(
        "language_assumed",
        name,
        f"'{name}' are in several languages ({', '.join(filter(None, tags))}); those in "
        f"'{chosen}' were read.",
    )
    return [entry for tag, entry in told if tag.casefold() == chosen]


def _role(entry: Mapping[str, Any]) -> str:
    return str(entry.get("role") or "main").rpartition(":")[2].casefold()


def _entries(item: Mapping[str, Any], *names: str) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a list, their names in lower case."""
    for name in dict.fromkeys(names):
        entries = item.get(name)
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict):
                yield {str(key).casefold(): value for key, value in entry.items()}


def _text(value: object) -> str | None:
    """A string, decoded like an article: JSON escapes may hide control characters."""
    if not isinstance(value, str) or not value.strip():
        return None
    return decode(value.encode("utf-8", "surrogatepass"))
