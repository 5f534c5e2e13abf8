"""HTML from a web page or a feed: the story's headline and paragraphs, without the page."""

import contextlib
import re
from collections.abc import Mapping
from dataclasses import replace

from teletipo.article import WireCopy
from teletipo.errors import OnlyFurniture, TooComplex
from teletipo.formats import page_metadata, wire
from teletipo.formats.building import Reading
from teletipo.formats.decoding import clean

# Not part of a story.
_SKIPPED = frozenset(
    "script style noscript template svg math title nav aside footer form button select iframe "
    "object figure audio video canvas dialog".split()
)
_BLOCKS = frozenset(
    "address article blockquote body br caption dd div dl dt fieldset h1 h2 h3 h4 h5 h6 header hr "
    "li main ol p pre section table tbody td tfoot th thead tr ul".split()
)
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
"""In an element's style: its text is not to be seen."""
MARKUP = re.compile(
    r"</?(?:a|b|blockquote|br|div|em|font|h[1-6]|i|img|li|ol|p|q|small|span|strong|sub|sup|table|u|ul)"
    r"(?:\s[^<>]{0,1000})?/?>",
    re.IGNORECASE,
)
"""An element of a text, which is taken for HTML then."""
_OPENED = re.compile(r"<html[\s>]", re.IGNORECASE)
_CLOSED = re.compile(r"</html\s*>", re.IGNORECASE)
_SCOPES = ("main", "body")
# Browsers stop at 512.
_MAX_DEPTH = 500
# The parser takes quadratic time for end tags of deeply nested elements, and notices an exception
# only between pieces.
_PIECE_CHARACTERS = 32_768

SOURCES = {
    "guid": "`identifier`, `@id`, `mainEntityOfPage`, else the canonical address, `og:url`",
    "version": "`version`",
    "language": "`html@lang`, `inLanguage`, `og:locale`",
    "headline": "`h1`, else `headline`, `og:title`",
    "section": "`articleSection`, `article:section`, else the text's own",
    "dateline": "the text's own",
    "byline": "the text's own, else `author`",
    "sign_off": "the text's own",
    "update": "the text's own",
    "places": "`contentLocation`",
    "date": "`dateModified`, `article:modified_time`, else as the first version's",
    "created": "`datePublished`, `article:published_time`, `time@datetime` in `article` or `main`, "
    "meta `date`, `pubdate`",
    "subjects": "`about`",
    "keywords": "`keywords`, `news_keywords`",
    "rights": "`copyrightNotice`, `copyright`",
    "editors_note": "`correction`",
    "change": "`correction`",
    "links": "the canonical address",
    "declared_words": "`wordCount`",
    "body": "the paragraphs of `article`, else `main`, else the page",
}
"""Where each field of the copy is read from, for docs/formats.md."""


def read(text: str) -> WireCopy:
    """Return the story of a page.

    The story is the first ``article`` element, else ``main``, else the whole page. If the only
    ``h1`` are inside articles, it is the first article that has one. The first ``h1`` is the
    headline. Nothing is fetched or executed, and no markup remains. The page's own metadata fill in
    what its text lacks. Raises ``OnlyFurniture`` if there is no story, and ``TooComplex``.
    """
    reading = Reading()
    headline, paragraphs, language = take_apart(text, reading)
    if not paragraphs:
        raise OnlyFurniture("The page has no paragraphs of text.")
    if _OPENED.search(text) and not _CLOSED.search(text):
        reading.note("truncated", "html", "<html> has no end; the page may have broken off.")
    fields = page_metadata.read(text, reading)
    headline = headline or fields.get("headline")
    copy = wire.read("\n\n".join([headline, *paragraphs] if headline else paragraphs))
    return replace(
        copy,
        **{
            **fields,
            "headline": headline or copy.headline,
            "language": language or fields.get("language"),
            "section": fields.get("section")
            or (copy.section if copy.section != headline else None),
            "byline": copy.byline or fields.get("byline"),
            "notes": tuple(reading.notes),
        },
    )


def take_apart(text: str, reading: Reading) -> tuple[str | None, list[str], str | None]:
    """Return the headline, the paragraphs and the declared language. Raises ``TooComplex``."""
    # Imported late: plain text does without it.
    from lxml import etree

    page = _Page()
    parser = etree.HTMLParser(target=page)
    # It complains only of a page without any element.
    with contextlib.suppress(etree.XMLSyntaxError):
        for start in range(0, len(text), _PIECE_CHARACTERS):
            parser.feed(text[start : start + _PIECE_CHARACTERS])
        parser.close()
    if page.hidden:
        reading.ignore(page.hidden, "it is hidden")
    headline, paragraphs = page.story()
    return headline, paragraphs, page.language


class _Page:
    """What a page contains, from the parser's events. Each start has its end, well nested."""

    def __init__(self) -> None:
        self.paragraphs: dict[str, list[str]] = {name: [] for name in _SCOPES}
        self.headlines: dict[str, str | None] = dict.fromkeys(_SCOPES)
        self._outside: str | None = None
        """The headline that is in no article."""
        self.language: str | None = None
        self.hidden: str | None = None
        """The first element that a reader of the page does not see."""
        self._unseen: list[bool] = []
        self._depth = 0
        self._skipped = 0
        self._open = {"article": 0, "main": 0}
        self._articles: list[tuple[list[str], list[str]]] = []
        """Each outer article's headlines and paragraphs."""
        self._in_headline = False
        self._words: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise TooComplex(f"The page's elements are nested more than {_MAX_DEPTH} deep.")
        if tag == "html":
            self.language = attributes.get("lang") or None
        is_hidden = "hidden" in attributes or bool(HIDDEN.search(attributes.get("style") or ""))
        if is_hidden and tag not in _SKIPPED:
            self.hidden = self.hidden or tag
        self._unseen.append(is_hidden or tag in _SKIPPED)
        self._skipped += self._unseen[-1]
        if tag in _BLOCKS:
            self._end_block()
        if tag in self._open:
            self._open[tag] += 1
            if tag == "article" and self._open[tag] == 1:
                self._articles.append(([], []))
        if tag == "h1":
            self._in_headline = True

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._skipped -= self._unseen.pop()
        if tag in _BLOCKS:
            self._end_block()
        if tag in self._open:
            self._open[tag] -= 1
        if tag == "h1":
            self._in_headline = False

    def data(self, text: str) -> None:
        if not self._skipped:
            self._words.append(text)

    def comment(self, text: str) -> None: ...

    def close(self) -> None:
        self._end_block()

    def _end_block(self) -> None:
        """Store the collected text as a paragraph or as the headline."""
        # Character references may stand for control characters and for combining marks.
        paragraph = " ".join(clean("".join(self._words)).split())
        self._words.clear()
        if not paragraph:
            return
        for scope in ("main", "body") if self._open["main"] else ("body",):
            if self._in_headline and self.headlines[scope] is None:
                self.headlines[scope] = paragraph
            else:
                self.paragraphs[scope].append(paragraph)
        if self._open["article"]:
            headlines, paragraphs = self._articles[-1]
            (headlines if self._in_headline and not headlines else paragraphs).append(paragraph)
        elif self._in_headline:
            self._outside = self._outside or paragraph

    def story(self) -> tuple[str | None, list[str]]:
        """Return headline and paragraphs of one article; without any, of ``main`` or the page.

        It is the first article, unless only a later one has a headline.
        """
        articles = [each for each in self._articles if each[1]]
        if articles:
            titled = [each for each in articles if each[0] or self._outside]
            headlines, paragraphs = (titled or articles)[0]
            return next(iter(headlines), self._outside), paragraphs
        scope = next((name for name in _SCOPES if self.paragraphs[name]), "body")
        return self.headlines[scope] or self.headlines["body"], self.paragraphs[scope]
