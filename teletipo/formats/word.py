"""Word documents (DOCX) by python-docx, which is installed with the extra ``documents``."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from teletipo.article import WireCopy
from teletipo.errors import ArticleTooLarge, Malformed, OnlyFurniture, Rejection, TooComplex
from teletipo.formats import wire
from teletipo.formats.archives import ZIP
from teletipo.formats.building import Reading, line, lines
from teletipo.formats.decoding import clean

if TYPE_CHECKING:
    from docx.document import Document

_MAX_UNPACKED_BYTES = 20_000_000
_MAX_FILES = 1_000
_MAX_ELEMENTS = 200_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# What an editor has deleted or hidden, and a picture's second form.
_LEFT_OUT = frozenset(
    {f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}txbxContent", f"{_W}pPr"}
)
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BREAKS = frozenset({f"{_W}br", f"{_W}cr"})
_HEADLINES = ("Title", "Heading 1")

SOURCES = {
    "language": "the document's property",
    "headline": "a paragraph of the style Title or Heading 1, else the text's own",
    "section": "the text's own",
    "dateline": "the text's own",
    "byline": "the text's own",
    "sign_off": "the text's own",
    "update": "the text's own",
    "date": "`modified`",
    "created": "`created`",
    "keywords": "`keywords`",
    "body": "the paragraphs, with tracked changes accepted",
}
"""Where each field of the copy is read from, for docs/formats.md."""


def is_word(data: bytes) -> bool:
    """Whether a zip file holds a Word document."""
    if not data.startswith(ZIP):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "word/document.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


def read(data: bytes) -> WireCopy:
    """Return a document's paragraphs; the first title is the headline.

    Tracked insertions are read, deletions and hidden text are not. Raises ``ArticleTooLarge`` or
    ``TooComplex`` before it is opened, ``Malformed``, ``OnlyFurniture``.
    """
    try:
        _check(data)
        return _read(data)
    except (Rejection, MemoryError):
        raise
    except Exception as error:
        # On damaged files the libraries raise far more than their own errors.
        raise Malformed(f"The Word document is damaged ({type(error).__name__}).") from None


def _read(data: bytes) -> WireCopy:
    reading = Reading()
    document = _open(data)
    body = document.element.body
    if sum(1 for _ in body.iter()) > _MAX_ELEMENTS:
        raise TooComplex(f"The document has more than {_MAX_ELEMENTS:,} elements.")
    headline: str | None = None
    paragraphs: list[str] = []
    for style, text in _blocks(document, reading):
        if headline is None and not paragraphs and style in _HEADLINES:
            headline = line(text)
        elif text:
            paragraphs.append(text)
    _note_what_is_left_out(body, reading)
    if not paragraphs:
        raise OnlyFurniture("The Word document has no text in <w:body>.")
    copy = wire.read(clean("\n\n".join([headline, *paragraphs] if headline else paragraphs)))
    known = document.core_properties
    return replace(
        copy,
        headline=headline or copy.headline,
        language=reading.language(known.language, "language"),
        date=known.modified and reading.time(known.modified.isoformat(), "modified"),
        created=known.created and reading.time(known.created.isoformat(), "created"),
        keywords=lines((known.keywords or "").replace(";", ",").split(",")),
        notes=tuple(reading.notes),
    )


def _check(data: bytes) -> None:
    """Refuse what is too large before anything is unpacked; no more than stated is ever read."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
    if len(members) > _MAX_FILES:
        raise TooComplex(f"The Word document has {len(members):,} parts.")
    if any(member.flag_bits & 1 for member in members):
        raise Malformed("The Word document is encrypted; send it without a password.")
    if sum(member.file_size for member in members) > _MAX_UNPACKED_BYTES:
        raise ArticleTooLarge(
            f"The Word document unpacks to more than {_MAX_UNPACKED_BYTES:,} bytes."
        )


def _open(data: bytes) -> "Document":
    # Imported late, here and below: most deployments do without it.
    import docx

    document = docx.Document(io.BytesIO(data))
    if document.element.getroottree().docinfo.doctype:
        raise Malformed("word/document.xml has a <!DOCTYPE>, which is not allowed.")
    return document


def _blocks(document: "Document", reading: Reading) -> Iterator[tuple[str | None, str]]:
    """Yield each paragraph's style and text. A table's row is one paragraph."""
    from docx.text.paragraph import Paragraph

    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            yield (block.style.name if block.style else None), _text(block._p)
            continue
        reading.note("table_flattened", "w:tbl", "Each row of <w:tbl> was read as a paragraph.")
        for row in block._tbl.iter(f"{_W}tr"):
            cells = [_cell(cell) for cell in row.iter(f"{_W}tc")]
            yield None, " | ".join(filter(None, cells))


def _cell(cell: Any) -> str | None:
    return line(" ".join(_text(each) for each in cell.iter(f"{_W}p")))


def _text(element: Any) -> str:
    return "".join(_words(element)).strip()


def _words(element: Any) -> Iterator[str]:
    for child in element:
        tag = child.tag
        if tag in _LEFT_OUT or tag == _FALLBACK:
            continue
        if tag == f"{_W}t":
            yield child.text or ""
        elif tag == f"{_W}tab":
            yield "\t"
        elif tag in _BREAKS:
            yield "\n"
        elif tag == f"{_W}noBreakHyphen":
            yield "-"
        elif tag != f"{_W}r" or not _is_hidden(child):
            yield from _words(child)


def _is_hidden(run: Any) -> bool:
    mark = run.find(f"{_W}rPr/{_W}vanish")
    return mark is not None and mark.get(f"{_W}val") not in {"0", "false"}


def _note_what_is_left_out(body: Any, reading: Reading) -> None:
    for tag, why in {
        "w:drawing": "pictures are not read",
        "w:txbxContent": "text boxes are not the story",
        "w:vanish": "hidden text is not read",
    }.items():
        if next(body.iter(f"{_W}{tag[2:]}"), None) is not None:
            reading.ignore(tag, why)
    if next(body.iter(f"{_W}ins", f"{_W}del"), None) is not None:
        reading.note(
            "changes_accepted",
            "w:ins",
            "The document has tracked changes; they were read as if they were accepted.",
        )
