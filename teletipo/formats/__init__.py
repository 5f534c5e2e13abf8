"""Bytes → wire copy: one module per format, behind one registry."""

import codecs
import datetime
import importlib.util
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from teletipo.article import Note, WireCopy
from teletipo.errors import (
    Embargoed,
    Killed,
    NotUsable,
    Rejection,
    TooComplex,
    UnreadableArticle,
    UnsupportedFormat,
)
from teletipo.formats import (
    archives,
    feed,
    html,
    iptc_7901,
    mail,
    newsml_1,
    newsml_g2,
    ninjs,
    nitf,
    pdf,
    wire,
    word,
)
from teletipo.formats.building import stated_change
from teletipo.formats.decoding import REPAIRED, decode_once


@dataclass(frozen=True)
class Reader:
    """One format: how it is read, and what names it where its content does not."""

    name: str
    title: str
    read: Callable[[bytes], WireCopy]
    sources: Mapping[str, str]
    """Where each field of the copy is read from, for docs/formats.md."""
    content_types: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()


def _text(read: Callable[[str], WireCopy]) -> Callable[[bytes], WireCopy]:
    def read_text(data: bytes) -> WireCopy:
        text, is_repaired = decode_once(data)
        copy = read(text)
        note = Note("encoding_repaired", "text", REPAIRED)
        return replace(copy, notes=(*copy.notes, note)) if is_repaired else copy

    return read_text


def _with(
    library: str, what: str, read: Callable[[bytes], WireCopy]
) -> Callable[[bytes], WireCopy]:
    """A reader that needs a library of the extra ``documents``."""

    def read_if_installed(data: bytes) -> WireCopy:
        if importlib.util.find_spec(library) is None:
            raise UnsupportedFormat(
                f"The article is a {what}, which this installation does not read: "
                "the extra 'documents' is not installed. Send its text."
            )
        return read(data)

    return read_if_installed


_ALL = (
    Reader("wire", "Wire copy and plain text", _text(wire.read), wire.SOURCES),
    Reader(
        "nitf",
        "NITF 3.x",
        nitf.read,
        nitf.SOURCES,
        frozenset({"application/nitf+xml"}),
        frozenset({".nitf"}),
    ),
    Reader(
        "newsml_g2",
        "NewsML-G2",
        newsml_g2.read,
        newsml_g2.SOURCES,
        frozenset(
            {"application/vnd.iptc.g2.newsitem+xml", "application/vnd.iptc.g2.newsmessage+xml"}
        ),
        frozenset({".g2"}),
    ),
    Reader("newsml_1", "NewsML 1", newsml_1.read, newsml_1.SOURCES),
    Reader("ninjs", "ninjs 1.0 to 3.3", _text(ninjs.read), ninjs.SOURCES),
    Reader(
        "feed",
        "RSS and Atom item",
        feed.read,
        feed.SOURCES,
        frozenset({"application/rss+xml", "application/atom+xml"}),
        frozenset({".rss", ".atom"}),
    ),
    Reader(
        "html",
        "HTML",
        _text(html.read),
        html.SOURCES,
        frozenset({"text/html", "application/xhtml+xml"}),
        frozenset({".html", ".htm", ".xhtml"}),
    ),
    Reader("iptc_7901", "IPTC 7901", iptc_7901.read, iptc_7901.SOURCES),
    Reader(
        "mail",
        "E-mail (EML)",
        mail.read,
        mail.SOURCES,
        frozenset({"message/rfc822"}),
        frozenset({".eml"}),
    ),
    Reader(
        "word",
        "Word (DOCX)",
        _with("docx", "Word document", word.read),
        word.SOURCES,
        frozenset({"application/vnd.openxmlformats-officedocument.wordprocessingml.document"}),
        frozenset({".docx"}),
    ),
    Reader(
        "pdf",
        "PDF",
        _with("pypdf", "PDF file", pdf.read),
        pdf.SOURCES,
        frozenset({"application/pdf"}),
        frozenset({".pdf"}),
    ),
)
READERS: Mapping[str, Reader] = {reader.name: reader for reader in _ALL}
"""The registry, by name."""
CONTENT_TYPES = tuple(sorted(frozenset[str]().union(*(each.content_types for each in _ALL))))
"""The media types that name a format; others are read by their content."""

# How a text begins that is no XML; what is not here is decided by content type and name.
_BEGINNINGS = {
    "<!doctype html": "html",
    "<html": "html",
    "<body": "html",
    "<article": "html",
    "<main": "html",
    "<section": "html",
    "<div": "html",
    "<h1": "html",
    "<p>": "html",
    "<p ": "html",
    "{\\rtf": "RTF",
    "{": "ninjs",
}
_JSON_LIST = re.compile(r"\[\s*\{")
# A fragment of a page may begin with any of them.
_HTML_TAGS = frozenset(
    "a abbr address aside b big blockquote br button center cite code dd del details dfn dl dt em "
    "fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr i iframe img ins "
    "kbd label li link mark meta nav noscript ol p picture pre q s samp script small source span "
    "strike strong style sub summary sup svg table tbody td template tfoot th thead time title tr "
    "tt u ul var video".split()
)
_ROOTS = {
    "nitf": "nitf",
    "newsitem": "newsml_g2",
    "newsmessage": "newsml_g2",
    "packageitem": "newsml_g2",
    "conceptitem": "newsml_g2",
    "planningitem": "newsml_g2",
    "knowledgeitem": "newsml_g2",
    "newsml": "newsml_1",
    "rss": "feed",
    "rdf": "feed",
    "feed": "feed",
    "entry": "feed",
    "item": "feed",
    "html": "html",
}
_SNIFFED_BYTES = 65_536
# OLE: Office before 2007, and encrypted Office files.
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Before the root: the declaration, comments, processing instructions, the document type.
_PROLOGUE = re.compile(
    r"\s+|<\?.*?\?>|<!--.*?-->|<!doctype\s[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE
)
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]")
# SOH and a line of text, perhaps after the line feeds or SYN of a line that was idle.
_TRANSMISSION = re.compile(rb"[\r\n\x00\x16]{0,20}\x01[\x20-\x7e]{4}")
_MAIL_HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]{1,40}):[ \t]|[ \t]+\S")
_MAIL_MARKS = frozenset(
    {b"from", b"date", b"subject", b"message-id", b"mime-version", b"received", b"return-path"}
)


def read(
    data: bytes,
    content_type: str | None = None,
    name: str | None = None,
    *,
    limit: int = archives.MAX_UNPACKED_BYTES,
    now: datetime.datetime | None = None,
) -> WireCopy:
    """Return a usable article's bytes, split into its parts.

    The content decides the format, then the content type, then the name's extension. gzip and zip
    files are unpacked up to ``limit`` bytes. ``now`` is the time that embargoes are measured by.

    Raises ``NotUsable`` or ``Embargoed`` if the publisher does not allow its use, and the
    rejections of ``inspect``.
    """
    copy = inspect(data, content_type, name, limit=limit)
    check_usable(copy, now)
    return copy


def check_usable(copy: WireCopy, now: datetime.datetime | None = None) -> None:
    """Raise ``NotUsable`` or ``Embargoed`` if the publisher does not allow a copy's use."""
    check_status(copy)
    if copy.embargo and copy.embargo > (now or datetime.datetime.now(datetime.UTC)):
        raise Embargoed(
            f"The item is embargoed until {copy.embargo.isoformat()}; send it again after that."
        )


def check_status(copy: WireCopy) -> None:
    """Raise ``Killed`` or ``NotUsable`` if the publisher killed or withheld the item."""
    if copy.status == "cancelled":
        raise Killed("The publisher marked the item as canceled: it was killed.")
    if copy.status != "usable":
        raise NotUsable(f"The publisher marked the item as {copy.status}.")


def inspect(
    data: bytes,
    content_type: str | None = None,
    name: str | None = None,
    *,
    limit: int = archives.MAX_UNPACKED_BYTES,
) -> WireCopy:
    """Return an article's parts like ``read``, also of an item that may not be used.

    Raises ``EmptyArticle``, ``NotText``, ``WrongEncoding``, ``UnsupportedFormat``, ``Malformed``,
    ``ArticleTooLarge``, ``OnlyFurniture``, ``TooComplex``; ``UnreadableArticle`` if a reader fails
    in any other way, because it would fail again.
    """
    try:
        if not word.is_word(data):
            data = archives.unpack(data, limit)
        reader = READERS[_format_of(data, content_type, name)]
        copy = reader.read(data)
        return replace(copy, format=reader.name, change=copy.change or stated_change(copy))
    except Rejection:
        raise
    except MemoryError:
        raise TooComplex("Reading the article takes more memory than there is.") from None
    except Exception as error:
        raise UnreadableArticle(
            f"The article could not be read ({type(error).__name__}); "
            "send it as plain text, or report the article to the operator."
        ) from error


def _format_of(data: bytes, content_type: str | None, name: str | None) -> str:
    if _TRANSMISSION.match(data):
        return "iptc_7901"
    if data.startswith(archives.ZIP):
        return "word"
    if data.startswith(_OLE):
        raise UnsupportedFormat(_of_office(data))
    if data[: pdf.HEAD_BYTES].lstrip().startswith(pdf.MARK):
        return "pdf"
    start = _start(data)
    found = next((known for mark, known in _BEGINNINGS.items() if start.startswith(mark)), None)
    if found is None and start.startswith("<"):
        found = _by_root(start)
    if found is None and _JSON_LIST.match(start):
        found = "JSON"
    if found is None and _is_mail(data):
        found = "mail"
    if found is None:
        named = _by_name(content_type, name) if b"<" in data or b":" in data else None
        found = named or _of_fragment(start)
    if found not in READERS:
        raise UnsupportedFormat(
            f"The article is {found}, which is not read. Send wire copy, NITF, NewsML, ninjs, RSS, "
            "Atom, HTML, IPTC 7901, DOCX, PDF or a mail."
        )
    return found


def _of_office(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "The article is an encrypted Office document; send it without a password."
    return "The article is an old Office file (DOC), which is not read; send it as DOCX or as text."


def _start(data: bytes) -> str:
    """The beginning in lower case, in whatever encoding; wrong characters do not matter here."""
    head = data[:_SNIFFED_BYTES]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = head[: len(head) // 2 * 2].decode("utf-16", "replace")
    else:
        # UTF-16 without a mark has a zero beside each letter.
        text = head.replace(b"\0", b"").decode("latin-1").removeprefix("ï»¿")
    return text.lstrip().casefold()


def _by_root(start: str) -> str | None:
    """The format of an XML file by its root element; None if it is no XML."""
    position = 0
    while match := _PROLOGUE.match(start, position):
        position = match.end()
    root = _ROOT.match(start, position)
    if root is None:
        return "XML without a root element" if position else None
    if root[1] in _ROOTS:
        return _ROOTS[root[1]]
    return f"XML with the root <{root[1]}>" if position or "xmlns" in start[:500] else None


def _of_fragment(start: str) -> str:
    """The format of what no content and no name decide: a piece of a page, or of other markup."""
    root = _ROOT.match(start)
    if root is None:
        return "wire"
    if root[1] in _HTML_TAGS:
        return "html"
    # "<GOOG.O> shares rose" is no markup.
    end = re.compile(rf"</(?:[\w.-]+:)?{re.escape(root[1])}\s*>")
    return f"markup that begins with <{root[1]}>" if end.search(start, root.end()) else "wire"


def _is_mail(data: bytes) -> bool:
    """Whether the text opens with a block of headers, at least two of them a mail's."""
    names = set()
    head = data[:_SNIFFED_BYTES]
    if len(data) > len(head):
        # The last row may be cut.
        head = head[: head.rfind(b"\n") + 1]
    for row in head.lstrip(b"\r\n").splitlines():
        if not row.strip():
            break
        header = _MAIL_HEADER.match(row)
        if not header:
            return False
        if header[1]:
            names.add(header[1].lower())
    return len(names & _MAIL_MARKS) >= 2


def _by_name(content_type: str | None, name: str | None) -> str | None:
    media_type = (content_type or "").partition(";")[0].strip().casefold()
    suffix = PurePosixPath((name or "").casefold().removesuffix(".gz")).suffix
    for reader in READERS.values():
        if media_type in reader.content_types:
            return reader.name
    for reader in READERS.values():
        if suffix in reader.extensions:
            return reader.name
    return None
