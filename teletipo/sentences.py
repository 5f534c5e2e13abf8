"""Text → sentences with exact character offsets, in Spanish, English and Chinese."""

import re

from sentencex import get_sentence_boundaries

from teletipo.spans import Span

TERMINAL = re.compile(r"[.!?…。！？][\"'»”’」』)）\]]*$")
"""The end of a finished sentence, closing marks included."""

_OPENING, _CLOSING = "“«「『", "”»」』"
# A quotation of several sentences stays whole up to this length, so that an unclosed quotation
# mark does not swallow the article.
_MAX_QUOTATION_CHARACTERS = 600
_CLOSERS = re.compile(r"[\s”»」』’\")）\]]*$")


def split_sentences(body: str, language: str) -> tuple[Span, ...]:
    """Return the sentences' spans in ``body``, in order, without surrounding white space.

    ``body`` has one paragraph per line. ``sentencex`` finds the boundaries (abbreviations,
    initials, decimals, 。！？). In addition, quotations are not split, and lower case after a full
    stop continues the sentence ("… EE. UU. y China").
    """
    spans: list[Span] = []
    start = 0
    for paragraph in body.split("\n"):
        spans += _paragraph_sentences(paragraph, language, start)
        start += len(paragraph) + 1
    return tuple(spans)


def _paragraph_sentences(paragraph: str, language: str, offset: int) -> list[Span]:
    pieces = [
        str(boundary["text"]) for boundary in get_sentence_boundaries(language[:2], paragraph)
    ]
    joined: list[str] = []
    for piece in pieces:
        if joined and _goes_on(joined[-1], piece):
            joined[-1] += piece
        else:
            joined.append(piece)
    spans = []
    start = 0
    for piece in joined:
        text = piece.strip()
        if text:
            begin = offset + start + piece.index(text)
            spans.append(Span(begin, begin + len(text)))
        start += len(piece)
    return spans


def _goes_on(sentence: str, piece: str) -> bool:
    following = piece.strip()
    if not following or _CLOSERS.fullmatch(following) or following[0].islower():
        return True
    return len(sentence) + len(piece) < _MAX_QUOTATION_CHARACTERS and has_open_quotation(sentence)


def has_open_quotation(text: str) -> bool:
    """Whether a quotation begins in the text but does not end in it."""
    depth = sum(text.count(mark) for mark in _OPENING) - sum(text.count(mark) for mark in _CLOSING)
    return depth > 0 or text.count('"') % 2 == 1
