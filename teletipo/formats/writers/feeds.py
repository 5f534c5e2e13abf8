"""Feeds of one language: RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1.

Only what a person has released is in a feed, the newest first. The same editions give the same
bytes, so that their hash serves as ETag.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from teletipo.disclosure import SignOff
from teletipo.formats.writers.edition import Edition
from teletipo.formats.xml_tree import ATOM, DUBLIN_CORE, XML_LANG

MAX_ENTRIES = 50
_SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"


@dataclass(frozen=True)
class Feed:
    """A feed's own data. ``address`` is where it is published."""

    title: str
    language: str
    address: str


def entries(editions: Iterable[Edition], language: str, limit: int = MAX_ENTRIES) -> list[Edition]:
    """Return the editions that belong into a language's feed, the newest release first."""
    released = [
        each
        for each in editions
        if each.language == language and each.is_usable and each.disclosure.sign_off
    ]
    return sorted(released, key=lambda each: (_sign_off(each).at, each.guid), reverse=True)[:limit]


def write_rss(feed: Feed, editions: Sequence[Edition]) -> str:
    """Return the entries as RSS 2.0; the disclosure is in ``category`` and ``dc:creator``."""
    root = Element("rss", {"version": "2.0", "xmlns:dc": DUBLIN_CORE})
    channel = SubElement(root, "channel")
    _add(channel, "title", feed.title)
    _add(channel, "link", feed.address)
    _add(channel, "description", feed.title)
    _add(channel, "language", feed.language)
    for each in editions:
        item = SubElement(channel, "item")
        _add(item, "title", each.headline or each.guid)
        _add(item, "guid", each.guid, isPermaLink="false")
        _add(item, "pubDate", format_datetime(_released(each)))
        _add(item, "dc:creator", _maker(each))
        for subject in each.article.subjects:
            _add(item, "category", subject.code or subject.name, domain=subject.scheme)
        _add(item, "category", _source_type(each), domain=_SOURCE_TYPES)
        _add(item, "description", _text(each))
    return _document(root)


def write_atom(feed: Feed, editions: Sequence[Edition]) -> str:
    """Return the entries as Atom; the disclosure is in ``category``, author and contributor."""
    root = Element("feed", {"xmlns": ATOM, XML_LANG: feed.language})
    _add(root, "title", feed.title)
    _add(root, "id", feed.address)
    SubElement(root, "link", {"rel": "self", "href": feed.address})
    newest = _released(editions[0]) if editions else datetime(1970, 1, 1, tzinfo=UTC)
    _add(root, "updated", newest.isoformat())
    for each in editions:
        entry = SubElement(root, "entry")
        _add(entry, "title", each.headline or each.guid)
        _add(entry, "id", each.guid)
        _add(entry, "updated", _released(each).isoformat())
        _add(entry, "published", _released(each).isoformat())
        _add(SubElement(entry, "author"), "name", _maker(each))
        _add(SubElement(entry, "contributor"), "name", _sign_off(each).reviewer)
        for subject in each.article.subjects:
            given = {"term": subject.code or subject.name, "scheme": subject.scheme}
            label = {"label": subject.name} if subject.code else {}
            SubElement(
                entry, "category", {k: v for k, v in {**given, **label}.items() if v is not None}
            )
        SubElement(entry, "category", {"term": _source_type(each), "scheme": _SOURCE_TYPES})
        _add(entry, "rights", each.article.rights)
        _add(entry, "content", _text(each), type="text")
    return _document(root)


def write_json(feed: Feed, editions: Sequence[Edition]) -> str:
    """Return the entries as JSON Feed; the disclosure is in ``_teletipo`` and ``authors``."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "feed_url": feed.address,
        "language": feed.language,
        "items": [_item(each) for each in editions],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


WRITERS: Mapping[str, tuple[str, Callable[[Feed, Sequence[Edition]], str]]] = {
    "rss": ("application/rss+xml", write_rss),
    "atom": ("application/atom+xml", write_atom),
    "json": ("application/feed+json", write_json),
}
"""By name: the media type, and the function that returns the feed."""


def etag(document: str) -> str:
    """Return the strong ETag of a feed's bytes, with its quotation marks."""
    return f'"{hashlib.sha256(document.encode()).hexdigest()[:32]}"'


def _item(edition: Edition) -> dict[str, Any]:
    sign_off = _sign_off(edition)
    item = {
        "id": edition.guid,
        "title": edition.headline,
        "content_text": _text(edition),
        "date_published": _released(edition).isoformat(),
        "language": edition.language,
        "authors": [{"name": _maker(edition)}],
        "tags": [name for each in edition.article.subjects if (name := each.name or each.code)],
        "_teletipo": {
            "about": "https://cv.iptc.org/newscodes/digitalsourcetype/",
            "digital_source_type": edition.disclosure.source_type,
            "pack": edition.disclosure.pack,
            "signed_off_by": sign_off.reviewer,
            "signed_off_at": sign_off.at,
            "corrected": sign_off.corrected,
        },
    }
    return {name: value for name, value in item.items() if value}


def _text(edition: Edition) -> str:
    line = edition.disclosure.line(edition.language)
    opening = f"{edition.dateline} " if edition.dateline else ""
    return f"{opening}{edition.text}\n\n{line}"


def _sign_off(edition: Edition) -> SignOff:
    if edition.disclosure.sign_off is None:
        raise ValueError("nobody has released this edition")
    return edition.disclosure.sign_off


def _released(edition: Edition) -> datetime:
    return datetime.fromisoformat(_sign_off(edition).at)


def _maker(edition: Edition) -> str:
    return f"Teletipo, models {edition.disclosure.pack}"


def _source_type(edition: Edition) -> str:
    return edition.disclosure.source_type.removeprefix(_SOURCE_TYPES)


def _add(parent: Element, tag: str, text: str | None, **attributes: str | None) -> None:
    if text:
        given = {name: value for name, value in attributes.items() if value is not None}
        SubElement(parent, tag, given).text = text


def _document(root: Element) -> str:
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'
