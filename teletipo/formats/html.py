"""HTML from a web page or a feed: the story's headline and paragraphs, without the page."""

from dataclasses import replace
from html.parser import HTMLParser

from teletipo.article import WireCopy
from teletipo.errors import OnlyFurniture
from teletipo.formats import page_metadata, wire
from teletipo.formats.building import Reading

# Not part of a story. The parser itself treats the content of script and style as text.
_SKIPPED = frozenset(
    "script style noscript template svg math head nav aside footer form button select iframe "
    "object figure audio video canvas dialog".split()
)
_BLOCKS = frozenset(
    "address article blockquote body br caption dd div dl dt fieldset h1 h2 h3 h4 h5 h6 header hr "
    "li main ol p pre section table tbody td tfoot th thead tr ul".split()
)
_SCOPES = ("article", "main", "body")

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
    "date": "`dateModified`, else `datePublished`, `article:published_time`",
    "created": "`datePublished`, `article:published_time`",
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
    """Return the story of a page. Raises ``OnlyFurniture`` if there is none.

    The story is the first ``article`` element, else ``main``, else the whole page. The first
    ``h1`` is the headline. Nothing is fetched or executed, and no markup remains. The page's own
    metadata fill in what its text lacks.
    """
    reading = Reading()
    headline, paragraphs, language = take_apart(text)
    if not paragraphs:
        raise OnlyFurniture("The page has no paragraphs of text.")
    fields = page_metadata.read(text, reading)
    headline = headline or fields.pop("headline", None)
    fields.pop("headline", None)
    copy = wire.read("\n\n".join([headline, *paragraphs] if headline else paragraphs))
    return replace(
        copy,
        **{
            **fields,
            "headline": headline or copy.headline,
            "language": language or fields.get("language"),
            "section": fields.get("section") or copy.section,
            "byline": copy.byline or fields.get("byline"),
            "notes": tuple(reading.notes),
        },
    )


def take_apart(text: str) -> tuple[str | None, list[str], str | None]:
    """Return the headline, the paragraphs and the declared language."""
    page = _Page()
    page.feed(text)
    page.close()
    page.end_block()
    scope = next((name for name in _SCOPES if page.paragraphs[name]), "body")
    headline = page.headlines[scope] or page.headlines["body"]
    return headline, page.paragraphs[scope], page.language


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs: dict[str, list[str]] = {name: [] for name in _SCOPES}
        self.headlines: dict[str, str | None] = dict.fromkeys(_SCOPES)
        self.language: str | None = None
        self._skipped: list[str] = []
        self._open = {"article": 0, "main": 0}
        self._articles = 0
        self._in_headline = False
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "html":
            self.language = dict(attrs).get("lang") or None
        if tag in _SKIPPED:
            self._skipped.append(tag)
        if tag in _BLOCKS:
            self.end_block()
        if tag in self._open:
            self._open[tag] += 1
            self._articles += tag == "article" and self._open[tag] == 1
        if tag == "h1":
            self._in_headline = True

    def handle_endtag(self, tag: str) -> None:
        if tag in self._skipped:
            del self._skipped[self._skipped.index(tag) :]
        if tag in _BLOCKS:
            self.end_block()
        if self._open.get(tag):
            self._open[tag] -= 1
        if tag == "h1":
            self._in_headline = False

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self._words.append(data)

    def end_block(self) -> None:
        """Store the collected text as a paragraph or as the headline."""
        paragraph = " ".join("".join(self._words).split())
        self._words.clear()
        if not paragraph:
            return
        scopes = ["body"]
        if self._open["main"]:
            scopes.append("main")
        if self._open["article"] and self._articles == 1:
            scopes.append("article")
        for scope in scopes:
            if self._in_headline and self.headlines[scope] is None:
                self.headlines[scope] = paragraph
            else:
                self.paragraphs[scope].append(paragraph)
