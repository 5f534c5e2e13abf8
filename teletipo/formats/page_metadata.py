"""What a web page says about its story: schema.org's NewsArticle, OpenGraph, and meta tags."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from teletipo.article import Link, Place
from teletipo.formats.building import Reading, byline, distinct, line, lines, subject

_ARTICLE_TYPES = frozenset(
    "article newsarticle analysisnewsarticle askpublicnewsarticle backgroundnewsarticle "
    "opinionnewsarticle reportagenewsarticle reviewnewsarticle liveblogposting blogposting".split()
)
_STORIES = frozenset({"article", "main"})
_MAX_BLOCKS, _MAX_NODES = 20, 500
# Names of meta tags without a standard that many systems write.
_DATES = ("date", "pubdate", "publishdate", "publish-date", "dc.date", "dc.date.issued")


def read(text: str, reading: Reading) -> dict[str, Any]:
    """Return the fields of ``WireCopy`` that a page's head carries, its ``headline`` too.

    schema.org counts before OpenGraph, and both before plain meta tags.
    """
    head = _Head()
    # Imported late, as in ``html``: plain text does without it.
    from lxml import etree

    # In linear time, which Python's own parser does not take for unclosed comments.
    parser = etree.HTMLParser(target=head)
    with contextlib.suppress(etree.XMLSyntaxError):
        parser.feed(text)
        parser.close()
    story = next((node for node in _nodes(head.scripts) if _is_article(node)), {})
    meta = head.meta
    created = (
        _string(story, "datePublished")
        or meta.get("article:published_time")
        or head.time
        or next((meta[name] for name in _DATES if meta.get(name)), None)
    )
    modified = _string(story, "dateModified") or meta.get("article:modified_time")
    first = reading.time(created, "datePublished")
    section = story.get("articleSection")
    fields: dict[str, Any] = {
        "headline": line(_string(story, "headline") or meta.get("og:title")),
        "guid": line(
            _string(story, "identifier")
            or _string(story, "@id")
            or _string(story, "mainEntityOfPage")
            or head.canonical
            or meta.get("og:url")
            or _string(story, "url")
        ),
        "version": line(str(story["version"])) if "version" in story else None,
        "language": reading.language(
            _string(story, "inLanguage") or meta.get("og:locale") or meta.get("content-language"),
            "inLanguage",
        ),
        "section": line(section[0] if isinstance(section, list) and section else section)
        or line(meta.get("article:section")),
        "byline": byline(
            ", ".join(lines(_names(story.get("author"))))
            or meta.get("author")
            # OpenGraph's author is often an address.
            or _unless_address(meta.get("article:author"))
        ),
        "places": tuple(
            Place(name)
            for name in lines(_names(story.get("contentLocation", story.get("locationCreated"))))
        ),
        "date": reading.time(modified, "dateModified") or first,
        "created": first,
        "subjects": distinct(
            subject(None, _string(node, "@id") or _string(node, "sameAs"), _string(node, "name"))
            for node in _list(story.get("about"))
            if isinstance(node, dict)
        ),
        "keywords": lines(_keywords(story.get("keywords") or meta.get("news_keywords"))),
        "rights": line(_string(story, "copyrightNotice") or meta.get("copyright")),
        "links": tuple(Link("alternate", address) for address in lines([head.canonical])),
        "declared_words": reading.count(story.get("wordCount"), "wordCount"),
    }
    if "correction" in story:
        fields["change"] = "correction"
        fields["editors_note"] = line(_string(story, "correction"))
    return {name: value for name, value in fields.items() if value}


class _Head:
    """The meta tags, the canonical address, the JSON-LD scripts and the story's time of a page."""

    def __init__(self) -> None:
        self.meta: dict[str, str] = {}
        self.scripts: list[str] = []
        self.canonical: str | None = None
        self.time: str | None = None
        """The first machine-readable one in ``article`` or ``main``."""
        self._open = 0
        self._script: list[str] | None = None

    def start(self, tag: str, values: Mapping[str, str]) -> None:
        if tag == "meta":
            name = values.get("property") or values.get("name") or values.get("http-equiv") or ""
            self.meta.setdefault(name.casefold(), values.get("content", ""))
        elif tag == "link" and "canonical" in values.get("rel", "").casefold().split():
            self.canonical = self.canonical or values.get("href")
        elif tag in _STORIES:
            self._open += 1
        elif tag == "time" and self._open:
            self.time = self.time or values.get("datetime")
        elif tag == "script" and values.get("type", "").casefold() == "application/ld+json":
            self._script = []

    def end(self, tag: str) -> None:
        self._open -= tag in _STORIES
        if tag == "script" and self._script is not None:
            if len(self.scripts) < _MAX_BLOCKS:
                self.scripts.append("".join(self._script))
            self._script = None

    def data(self, data: str) -> None:
        if self._script is not None:
            self._script.append(data)

    def comment(self, text: str) -> None: ...

    def close(self) -> None: ...


def _nodes(scripts: list[str]) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of the scripts, and those in their @graph, up to a limit."""
    waiting: list[Any] = []
    for script in scripts:
        try:
            waiting.append(json.loads(script, strict=False))
        except (ValueError, RecursionError):
            continue
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting = [*node[:_MAX_NODES], *waiting]
        elif isinstance(node, dict):
            yield node
            waiting = [*_list(node.get("@graph")), *waiting]


def _is_article(node: Mapping[str, Any]) -> bool:
    return any(str(each).casefold() in _ARTICLE_TYPES for each in _list(node.get("@type")))


def _list(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _string(node: Mapping[str, Any], name: str) -> str | None:
    value = next(iter(_list(node.get(name))), None)
    if isinstance(value, dict):
        value = value.get("@id") or value.get("value") or value.get("text") or value.get("name")
    return value if isinstance(value, str) and value.strip() else None


def _names(value: object) -> Iterator[str | None]:
    for each in _list(value):
        yield _string(each, "name") if isinstance(each, dict) else each


def _keywords(value: object) -> list[object]:
    if isinstance(value, str):
        return list(value.split(","))
    return _list(value)


def _unless_address(text: str | None) -> str | None:
    return None if text and text.startswith(("http:", "https:")) else text
