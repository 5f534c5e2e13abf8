"""One item of a feed: RSS 0.9 to 2.0, RSS 1.0 (RDF) or Atom."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from xml.etree.ElementTree import Element

from teletipo.article import Link, Subject, WireCopy
from teletipo.errors import OnlyFurniture, UnsupportedFormat
from teletipo.formats import html
from teletipo.formats.building import Reading, byline, distinct, line, lines, subject
from teletipo.formats.xml_tree import (
    ATOM,
    DUBLIN_CORE,
    XML_LANG,
    paragraphs,
    paragraphs_of_text,
    parse,
    text_of,
)

_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_DC = f"{{{DUBLIN_CORE}}}"
_TERMS = "{http://purl.org/dc/terms/}"
# RFC 6721.
_DELETED = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
# Elements that only Atom has; its text is plain unless ``type`` says otherwise.
_ATOM_TEXTS = frozenset({"content", "summary"})
_ENTITY = re.compile(r"&(?:#\d{2,6}|#x[0-9a-f]{2,5}|[a-z]{2,8});", re.IGNORECASE)
_ITEMS = frozenset({"item", "entry"})

SOURCES = {
    "update": "the body's first line, in parentheses",
    "guid": "`guid`, `id`",
    "language": "`dc:language`, `xml:lang`, `language`",
    "headline": "`title`",
    "dateline": "the body's opening",
    "byline": "`author`, `dc:creator`",
    "sign_off": "the body's last line",
    "date": "`updated`, else `pubDate`, `published`, `dc:date`",
    "created": "`pubDate`, `published`",
    "subjects": "`category`",
    "keywords": "`dc:subject`",
    "rights": "`rights`, `dc:rights`, `copyright`",
    "links": "`link`",
    "body": "`content:encoded`, `content`, else `description`, `summary`",
}
"""Where each field of the copy is read from, for docs/formats.md."""


def read(data: bytes) -> WireCopy:
    """Return the copy and metadata of a feed's first item; further ones are told in a note.

    Raises ``Malformed``, ``WrongEncoding``, ``UnsupportedFormat`` if the feed deletes an entry, or
    ``OnlyFurniture`` if there is no item or no text.
    """
    reading = Reading()
    root = parse(data, reading)
    if (deleted := root.find(_DELETED)) is not None:
        raise UnsupportedFormat(
            f"The feed deletes the entry '{deleted.get('ref')}', which is not read: delete the "
            "article, or send a kill of it in another format."
        )
    items = [element for element in root.iter() if _local(element) in _ITEMS]
    if not items:
        raise OnlyFurniture("The feed has no <item> and no <entry>.")
    item = items[0]
    if len(items) > 1:
        reading.note(
            "content_ignored",
            _local(item),
            f"The feed has {len(items)} items; the first was read. Send one item a file.",
        )
    feed = next((element for element in root.iter() if _local(element) == "channel"), root)
    headline, body = _plain(item, "title", reading), _body(item, reading)
    return reading.copy(headline, body, _local(item), **_metadata(item, feed, reading))


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _children(item: Element, name: str) -> list[Element]:
    """RSS has no namespace; its 1.0 and Atom's are each in one of their own."""
    inside = item.tag.rpartition("}")[0]
    own = f"{inside}}}{name}" if inside else name
    return item.findall(own) or item.findall(f"{{{ATOM}}}{name}")


def _text(item: Element, *names: str) -> str | None:
    for name in names:
        for element in item.findall(name) if name.startswith("{") else _children(item, name):
            if found := text_of(element):
                return found
    return None


def _plain(item: Element, name: str, reading: Reading) -> str | None:
    """A title without markup."""
    text = _text(item, name)
    if text and any(_is_html(element, text) for element in _children(item, name)):
        headline, found, _ = html.take_apart(text, reading)
        return " ".join(filter(None, [headline, *found])) or None
    return _decoded(_children(item, name)[0], text) if text else text


def _is_html(element: Element, text: str) -> bool:
    """Whether an element's text is escaped HTML. Atom says so; RSS leaves it open."""
    stated = element.get("type")
    if stated is None and _local(element) in _ATOM_TEXTS:
        return False
    return "html" in stated if stated else bool(html.MARKUP.search(text))


def _decoded(element: Element, text: str) -> str:
    """An element's plain text; in RSS it may have HTML's entities."""
    if element.get("type") or _local(element) in _ATOM_TEXTS:
        return text
    return _ENTITY.sub(lambda match: unescape(match[0]), text)


def _body(item: Element, reading: Reading) -> list[str]:
    for names, is_whole in (((_CONTENT, "content"), True), (("description", "summary"), False)):
        for name in names:
            elements = item.findall(name) if name.startswith("{") else _children(item, name)
            for element in elements:
                if element.get("src"):
                    reading.note(
                        "content_ignored",
                        "content",
                        f"<content> was not fetched: {element.get('src')}.",
                    )
                if found := _paragraphs(element, reading):
                    if not is_whole:
                        reading.note(
                            "body_assumed",
                            _local(element),
                            f"The item has no whole text; <{_local(element)}> was read.",
                        )
                    return found
    return []


def _paragraphs(element: Element, reading: Reading) -> list[str]:
    if len(element):
        return paragraphs(element, reading)
    given = element.text or ""
    once = unescape(given)
    if not html.MARKUP.search(given) and once != given and html.MARKUP.search(once):
        name = _local(element)
        reading.note(
            "markup_unescaped", name, f"<{name}> holds HTML that is escaped twice; it was read."
        )
        return paragraphs_of_text(once, lambda _: True, reading)
    is_html = _is_html(element, given)
    text = given if is_html else _decoded(element, given)
    return paragraphs_of_text(text, lambda _: is_html, reading)


def _metadata(item: Element, feed: Element, reading: Reading) -> dict[str, Any]:
    author = item.find(f"{{{ATOM}}}author") if item.find("author") is None else item.find("author")
    name = _text(author, "name") if author is not None else None
    published = _text(item, "pubDate", "published", f"{_DC}date", f"{_TERMS}created")
    updated = _text(item, "updated", f"{_TERMS}modified")
    created = reading.time(published, "pubDate")
    date = reading.time(updated, "updated") or created
    language = (
        _text(item, f"{_DC}language")
        or item.get(XML_LANG)
        or _text(feed, "language", f"{_DC}language")
        or feed.get(XML_LANG)
    )
    return {
        "guid": line(_text(item, "guid", "id")),
        "language": reading.language(language, "language"),
        "byline": byline(name or _text(item, f"{_DC}creator", "author")),
        "date": date,
        "created": created,
        "subjects": distinct(_subjects(item)),
        "keywords": lines(map(text_of, item.findall(f"{_DC}subject"))),
        "rights": line(_text(item, "rights", f"{_DC}rights") or _text(feed, "copyright", "rights")),
        "links": tuple(_links(item)),
    }


def _subjects(item: Element) -> Iterator[Subject | None]:
    for element in _children(item, "category"):
        scheme = element.get("scheme") or element.get("domain")
        written = text_of(element)
        # RSS has one text, a code if a scheme is named; without a scheme it is a word.
        code = element.get("term") or (written if scheme else None)
        name = element.get("label") or (None if code == written else written)
        yield subject(scheme, code, name) if scheme or name else subject(None, None, code)


def _links(item: Element) -> Iterator[Link]:
    for element in _children(item, "link"):
        if target := line(element.get("href") or text_of(element)):
            yield Link(element.get("rel") or "alternate", target)
