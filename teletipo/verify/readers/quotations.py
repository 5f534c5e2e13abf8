"""Quotations in a text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from teletipo.spans import Span

_DOUBLE_MARKS = '“«「『„”»」』"'
_MARK = re.compile(r"[“”«»「」『』„\"]|(?<![^\W\u3400-\u9fff])['‘](?=\w)|(?<=[\w.,!?])['’](?!\w)")
_TYPED_APOSTROPHE = re.compile(r'(?<=s)"(?= [a-z])')
_SINGLE_OPENING = re.compile(r"(?<!\w)['‘](?=\w)")
_SINGLE_CLOSING = re.compile(r"(?<=[.,!?])['’](?!\w)")
_SEGMENT = re.compile(
    r"[“«「『„]([^“”«»「」『』„]*)[”»」』]|\"([^\"]*)\"|(?<![^\W\u3400-\u9fff])['‘]([^'’]{3,}?)['’](?!\w)"
)


@dataclass(frozen=True)
class Quotations:
    """The quotation marks of a text and the words between them."""

    segments: Sequence[Span]
    """Complete quotations, with their marks."""
    marks: Sequence[Span]
    is_unpaired: bool
    """Whether a mark has no counterpart."""
    is_part: bool
    """Whether the text begins or ends a quotation of several sentences."""
    inside: str
    """The quoted text, with the marks."""
    outside: str


def read_quotations(text: str) -> Quotations:
    """Return the quotations of a text."""
    segments = [Span(*match.span()) for match in _SEGMENT.finditer(text)]
    stripped = text.strip()
    is_unpaired = _is_unpaired(text)
    at_edge = bool(_MARK.match(stripped) or _MARK.search(stripped[-2:]))
    starts = [0, *(segment.end for segment in segments)]
    ends = [*(segment.start for segment in segments), len(text)]
    return Quotations(
        segments,
        [Span(*match.span()) for match in _MARK.finditer(text)],
        is_unpaired,
        at_edge and is_unpaired,
        " ".join(text[segment.start : segment.end] for segment in segments),
        " ".join(text[start:end] for start, end in zip(starts, ends, strict=True)),
    )


def _is_unpaired(text: str) -> bool:
    """Whether a mark has no counterpart; marks of different kinds may pair up."""
    if sum(map(text.count, _DOUBLE_MARKS)) % 2 == 1:
        # `the Lakers" coach`: a mistyped apostrophe.
        return not _TYPED_APOSTROPHE.search(text)
    closings = len(_SINGLE_CLOSING.findall(text))
    return closings > 0 and closings != len(_SINGLE_OPENING.findall(text))
