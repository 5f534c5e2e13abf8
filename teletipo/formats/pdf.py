"""PDF files with text by pypdf, which is installed with the extra ``documents``."""

import io
import logging
import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from teletipo.article import WireCopy
from teletipo.errors import ArticleTooLarge, Malformed, NotText, Rejection, TooComplex
from teletipo.formats import wire
from teletipo.formats.building import Reading
from teletipo.formats.decoding import clean

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MARK = b"%PDF-"
HEAD_BYTES = 1_024
"""Within these the mark is."""
_MAX_PAGES = 50
_MAX_STREAM_BYTES = 20_000_000
_LIMITS: dict[str, Any] = {
    "zlib_maximum_output_length": _MAX_STREAM_BYTES,
    "lzw_maximum_output_length": _MAX_STREAM_BYTES,
    "run_length_maximum_output_length": _MAX_STREAM_BYTES,
    "array_based_stream_maximum_output_length": _MAX_STREAM_BYTES,
    "stream_decoding_work_maximum_length": 3 * _MAX_STREAM_BYTES,
}
# Lines are set closer together than this many times their size, and than the usual gap.
_LEADING, _GAP = 1.8, 1.25
_SHORT = 0.75
_TERMINAL = re.compile(r"[.!?…。！？][\"'»”’」』)）\]]*$")
_HYPHENATED = re.compile(r"(?<=[^\W\d_])-$")
_PAGE_NUMBER = re.compile(
    r"(?:-\s*)?(?:p[áa]g(?:ina)?\.?\s*|page\s*|第\s*)?\d+(?:\s*(?:de|of|/)\s*\d+)?(?:\s*[页-])?",
    re.IGNORECASE,
)

SOURCES = {
    "language": "`Lang`",
    "headline": "the text's own",
    "section": "the text's own",
    "dateline": "the text's own",
    "byline": "the text's own",
    "sign_off": "the text's own",
    "update": "the text's own",
    "date": "`ModDate`",
    "created": "`CreationDate`",
    "body": "the lines, joined to paragraphs by their gaps, sizes and lengths",
}
"""Where each field of the copy is read from, for docs/formats.md."""


@dataclass(frozen=True)
class _Line:
    text: str
    y: float
    size: float


def read(data: bytes) -> WireCopy:
    """Return the text of a file's pages. Lines that head or end every page are left out.

    Raises ``TooComplex`` for too many pages, ``ArticleTooLarge`` for streams that unpack to too
    much, ``Malformed`` if the file is damaged or encrypted, ``NotText`` if its pages are pictures.
    """
    if MARK not in data[:HEAD_BYTES]:
        raise Malformed("The PDF file is damaged: it does not begin with '%PDF-'.")
    # Imported late, here and below: most deployments do without it.
    from pypdf import apply_configuration
    from pypdf.errors import DependencyError, LimitReachedError

    # Its warnings quote the file.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reading = Reading()
    try:
        with apply_configuration(**_LIMITS):
            document = _open(data)
            pages = [_lines(page) for page in document.pages]
            fields = _fields(document, reading)
    except LimitReachedError:
        raise ArticleTooLarge(
            f"A stream of the PDF file unpacks to more than {_MAX_STREAM_BYTES:,} bytes."
        ) from None
    except DependencyError:
        raise Malformed("The PDF file is encrypted; send it without a password.") from None
    except (Rejection, MemoryError):
        raise
    except Exception as error:
        # On damaged files it raises far more than its own errors.
        raise Malformed(f"The PDF file is damaged ({type(error).__name__}).") from None
    if not any(line.text for page in pages for line in page):
        raise NotText("The PDF file has no text: its pages are pictures. Send the text itself.")
    paragraphs = _paragraphs(_without_furniture(pages, reading), reading)
    copy = wire.read(clean("\n\n".join(paragraphs)))
    return replace(copy, **fields, notes=tuple(reading.notes))


def _open(data: bytes) -> "PdfReader":
    from pypdf import PasswordType, PdfReader

    document = PdfReader(io.BytesIO(data))
    # Many files only restrict printing; their password for readers is empty.
    if document.is_encrypted and document.decrypt("") == PasswordType.NOT_DECRYPTED:
        raise Malformed("The PDF file is encrypted; send it without a password.")
    if len(document.pages) > _MAX_PAGES:
        raise TooComplex(
            f"The PDF file has {len(document.pages):,} pages; the limit is {_MAX_PAGES}."
        )
    return document


def _fields(document: "PdfReader", reading: Reading) -> dict[str, Any]:
    known = document.metadata
    dates = {
        "date": (known and known.modification_date, "ModDate"),
        "created": (known and known.creation_date, "CreationDate"),
    }
    fields = {
        name: reading.time(moment.isoformat(), element) if moment else None
        for name, (moment, element) in dates.items()
    }
    language = document.root_object.get("/Lang")
    return {**fields, "language": reading.language(str(language or ""), "Lang")}


def _lines(page: "PageObject") -> list[_Line]:
    """The page's lines in the order in which they are drawn."""
    found: list[_Line] = []
    words: list[str] = []
    place = (0.0, 0.0)

    def end_line() -> None:
        text = " ".join("".join(words).split())
        words.clear()
        if text:
            found.append(_Line(text, *place))

    def visit(text: str, matrix: list[float], at: list[float], _: Any, size: float) -> None:
        nonlocal place
        for number, part in enumerate(text.split("\n")):
            if number:
                end_line()
            if part.strip() and not "".join(words).strip():
                y = at[4] * matrix[1] + at[5] * matrix[3] + matrix[5]
                place = (y, abs(size * at[3] * matrix[3]))
            words.append(part)

    # Its limits would go unnoticed there.
    page.get_contents()
    page.extract_text(visitor_text=visit)
    end_line()
    return found


def _without_furniture(pages: Sequence[list[_Line]], reading: Reading) -> list[list[_Line]]:
    """The pages without page numbers, and without what stands at the edge of most pages."""
    edges = Counter(
        mark for page in pages for mark in {_mark(each) for each in (*page[:2], *page[-2:])}
    )
    repeated = {mark for mark, count in edges.items() if count > 1 and count * 2 > len(pages)}

    def is_furniture(page: list[_Line], number: int) -> bool:
        line = page[number]
        at_edge = number < 2 or number >= len(page) - 2
        return at_edge and (_mark(line) in repeated or bool(_PAGE_NUMBER.fullmatch(line.text)))

    kept = []
    for page in pages:
        left_out = {number for number in range(len(page)) if is_furniture(page, number)}
        if left_out:
            reading.ignore("page", "its number, header and footer are not the story")
        kept.append([line for number, line in enumerate(page) if number not in left_out])
    return kept


def _mark(line: _Line) -> str:
    return re.sub(r"\d+", "#", line.text)


def _paragraphs(pages: Sequence[list[_Line]], reading: Reading) -> Iterator[str]:
    paragraph = ""
    before: _Line | None = None
    for page in pages:
        gaps = [a.y - b.y for a, b in pairwise(page) if a.y > b.y]
        usual = statistics.median(gaps) if gaps else 0.0
        longest = max((len(line.text) for line in page), default=0)
        for line in page:
            if before and _ends(before, line, usual, longest):
                yield paragraph
                paragraph = line.text
            elif _HYPHENATED.search(paragraph) and line.text[:1].islower():
                reading.note("hyphens_joined", "page", "Words parted at a line's end were joined.")
                paragraph = paragraph[:-1] + line.text
            else:
                paragraph = f"{paragraph}\n{line.text}" if paragraph else line.text
            before = line
    if paragraph:
        yield paragraph


def _ends(before: _Line, line: _Line, usual: float, longest: int) -> bool:
    """Whether a paragraph ends between two lines."""
    if abs(before.size - line.size) > 0.1 * max(before.size, line.size):
        return True
    gap = before.y - line.y
    if gap > min(usual * _GAP, line.size * _LEADING) and gap > line.size:
        return True
    is_short = len(before.text) < _SHORT * longest
    # A new column or page begins above.
    return bool(_TERMINAL.search(before.text)) and (is_short or gap < 0)
