"""Feeds of one language: RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1.

The same entries give the same bytes, so that their hash serves as ETag.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element

from teletipo.exports import to_uri
from teletipo.feeds import Entry
from teletipo.formats.writers.xml import add, document
from teletipo.formats.xml_tree import ATOM, DUBLIN_CORE, XML_LANG
from teletipo.languages import name

_SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_RSS_TYPE = "application/rss+xml"
_ATOM_TYPE = "application/atom+xml"
_JSON_TYPE = "application/feed+json"


@dataclass(frozen=True)
class Feed:
    """A feed's own data."""

    language: str
    address: str
    """Where it is published; also its identifier in Atom."""
    publisher: str = "Teletipo"
    with_line: bool = True
    """Whether each text ends with the line that says what a machine made."""

    @property
    def title(self) -> str:
        return f"{self.publisher} ({name(self.language, self.language)})"


def write_rss(feed: Feed, entries: Sequence[Entry]) -> str:
    """Return the entries as RSS 2.0; the disclosure is in ``category`` and Dublin Core."""
    root = Element("rss", {"version": "2.0", "xmlns:dc": DUBLIN_CORE, "xmlns:atom": ATOM})
    channel = add(root, "channel")
    add(channel, "title", feed.title)
    add(channel, "link", feed.address)
    add(channel, "atom:link", rel="self", href=feed.address, type=_RSS_TYPE)
    add(channel, "description", feed.title)
    add(channel, "language", feed.language)
    if entries:
        add(channel, "lastBuildDate", format_datetime(_released(entries[0])))
    for entry in entries:
        item = add(channel, "item")
        add(item, "title", entry.headline or entry.guid)
        add(item, "guid", entry.guid, isPermaLink="false")
        add(item, "pubDate", format_datetime(_released(entry)))
        add(item, "dc:creator", _maker(entry))
        if entry.reviewer:
            add(item, "dc:contributor", entry.reviewer)
        if entry.rights:
            add(item, "dc:rights", entry.rights)
        for subject in entry.subjects:
            add(item, "category", subject.code or subject.name, domain=subject.scheme)
        add(item, "category", _source_code(entry), domain=_SOURCE_TYPES)
        # Readers take it for HTML.
        add(item, "description", _html(feed, entry))
    return document(root)


def write_atom(feed: Feed, entries: Sequence[Entry]) -> str:
    """Return the entries as Atom; the disclosure is in ``category``, author and contributor."""
    root = Element("feed", {"xmlns": ATOM, XML_LANG: feed.language})
    add(root, "title", feed.title)
    add(root, "id", feed.address)
    add(root, "link", rel="self", href=feed.address, type=_ATOM_TYPE)
    newest = _released(entries[0]) if entries else datetime(1970, 1, 1, tzinfo=UTC)
    add(root, "updated", newest.isoformat())
    for entry in entries:
        element = add(root, "entry")
        add(element, "title", entry.headline or entry.guid)
        add(element, "id", _uri(entry.guid))
        add(element, "updated", _released(entry).isoformat())
        add(element, "published", _released(entry).isoformat())
        add(add(element, "author"), "name", _maker(entry))
        if entry.reviewer:
            add(add(element, "contributor"), "name", entry.reviewer)
        for subject in entry.subjects:
            add(
                element,
                "category",
                term=subject.code or subject.name,
                scheme=subject.scheme,
                label=subject.name if subject.code else None,
            )
        add(element, "category", term=_source_code(entry), scheme=_SOURCE_TYPES)
        if entry.rights:
            add(element, "rights", entry.rights)
        add(element, "content", _text(feed, entry), type="text")
    return document(root)


def write_json(feed: Feed, entries: Sequence[Entry]) -> str:
    """Return the entries as JSON Feed; the disclosure is in ``_teletipo`` and ``authors``."""
    given = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "feed_url": feed.address,
        "language": feed.language,
        "items": [_item(feed, each) for each in entries],
    }
    return json.dumps(given, ensure_ascii=False, indent=1) + "\n"


WRITERS: Mapping[str, tuple[str, Callable[[Feed, Sequence[Entry]], str]]] = {
    "rss": (_RSS_TYPE, write_rss),
    "atom": (_ATOM_TYPE, write_atom),
    "json": (_JSON_TYPE, write_json),
}
"""By name: the media type, and the function that returns the feed."""


def etag(document: str) -> str:
    """Return the strong ETag of a feed's bytes, with its quotation marks."""
    return f'"{hashlib.sha256(document.encode()).hexdigest()[:32]}"'


def _item(feed: Feed, entry: Entry) -> dict[str, Any]:
    item = {
        "id": entry.guid,
        "title": entry.headline,
        "content_text": _text(feed, entry),
        "date_published": _released(entry).isoformat(),
        "language": feed.language,
        "authors": [{"name": _maker(entry)}],
        "tags": [tag for each in entry.subjects if (tag := each.name or each.code)],
        "_teletipo": {
            "about": "https://cv.iptc.org/newscodes/digitalsourcetype/",
            "digital_source_type": entry.source_type,
            "pack": entry.pack,
            "signed_off_by": entry.reviewer,
            "signed_off_at": entry.released_at,
            "corrected": entry.is_corrected,
            "rights": entry.rights,
            "subjects": [f"{each.scheme}:{each.code}" for each in entry.subjects if each.code],
        },
    }
    return {field: value for field, value in item.items() if value}


def _paragraphs(feed: Feed, entry: Entry) -> list[str]:
    line = entry.line if feed.with_line else None
    return [each for each in (entry.correction, entry.text, line) if each]


def _text(feed: Feed, entry: Entry) -> str:
    return "\n\n".join(_paragraphs(feed, entry))


def _html(feed: Feed, entry: Entry) -> str:
    return "\n".join(f"<p>{escape(each)}</p>" for each in _paragraphs(feed, entry))


def _uri(guid: str) -> str:
    """An entry's guid as a URI: an older one may be none, and an agency's name may end it."""
    article, _, part = guid.rpartition("#")
    return f"{to_uri(article)}#{quote(part)}"


def _released(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry.released_at)


def _maker(entry: Entry) -> str:
    return f"Teletipo, models {entry.pack}"


def _source_code(entry: Entry) -> str:
    return entry.source_type.removeprefix(_SOURCE_TYPES)
