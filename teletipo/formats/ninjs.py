"""IPTC ninjs (News in JSON), versions 1 to 3 (https://iptc.org/std/ninjs/)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from teletipo.article import WireCopy
from teletipo.errors import NotUsable, OnlyFurniture, UnsupportedFormat
from teletipo.formats import html, wire
from teletipo.formats.decoding import decode

_BODY_FIELDS = {"body_text": "text/plain", "body_xhtml": "text/html", "body_html": "text/html"}
_HTML = {"text/html", "application/xhtml+xml"}


def read(text: str) -> WireCopy:
    """Return a news item's headline, body, language and identifier (its ``uri``).

    Raises
    ------
    UnsupportedFormat: the text is not valid JSON, or not a ninjs item.
    OnlyFurniture: the item has no text.
    NotUsable: the publisher withheld or cancelled the item.
    """
    item = _parse(text)
    status = item.get("pubStatus", item.get("pubstatus"))
    if status in ("canceled", "withheld"):
        raise NotUsable(f"The publisher marked the item as {status}.")
    bodies = sorted(_bodies(item), key=lambda body: body[0] in _HTML)
    if not bodies:
        raise OnlyFurniture("The ninjs item has no body.")
    content_type, body = bodies[0]
    headline = next(_values(item, "headlines", "headline"), None)
    page_headline = None
    if content_type in _HTML:
        page_headline, paragraphs, _ = html.take_apart(body)
        body = "\n\n".join(paragraphs)
    headline = headline or page_headline
    copy = wire.read(f"{headline}\n\n{body}" if headline else body)
    return replace(
        copy,
        headline=headline or copy.headline,
        byline=copy.byline or _text(item.get("by", item.get("byline"))),
        language=_text(item.get("language")),
        guid=_text(item.get("uri")),
    )


def _parse(text: str) -> Mapping[str, Any]:
    try:
        item = json.loads(text)
    except (ValueError, RecursionError):
        raise UnsupportedFormat("The article looks like JSON, but is not valid JSON.") from None
    known = {"uri", "bodies", *_BODY_FIELDS}
    if not isinstance(item, dict) or not known & item.keys():
        raise UnsupportedFormat("The article is JSON, but not a ninjs item.")
    return item


def _bodies(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each body's media type and text, in the item's order."""
    bodies = item.get("bodies")
    for body in bodies if isinstance(bodies, list) else ():
        if isinstance(body, dict) and (value := _text(body.get("value"))):
            declared = str(body.get("contentType", body.get("contenttype", ""))).casefold()
            yield declared.partition(";")[0].strip() or _guess(value), value
    for name, content_type in _BODY_FIELDS.items():
        if value := _text(item.get(name)):
            yield content_type, value


def _guess(value: str) -> str:
    return "text/html" if value.lstrip().startswith("<") else "text/plain"


def _values(item: Mapping[str, Any], plural: str, singular: str) -> Iterator[str]:
    entries = item.get(plural)
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and (value := _text(entry.get("value"))):
            yield " ".join(value.split())
    if value := _text(item.get(singular)):
        yield " ".join(value.split())


def _text(value: object) -> str | None:
    """A string, decoded like an article: JSON escapes may hide control characters."""
    if not isinstance(value, str) or not value.strip():
        return None
    return decode(value.encode("utf-8", "surrogatepass"))
