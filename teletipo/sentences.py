"""Text → sentences with exact character offsets, in Spanish, English and Chinese."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sentencex import get_sentence_boundaries

from teletipo.errors import TooComplex
from teletipo.languages import HAN
from teletipo.spans import Span

TERMINAL = re.compile(r"[.!?…。！？][\"'»”’」』)）\]]*$")
"""The end of a finished sentence, closing marks included."""

_OPENING, _CLOSING = "“«「『", "”»」』"
_MARK = re.compile(f'[{_OPENING}{_CLOSING}"]')
# A quotation of several sentences stays whole up to this length, so that an unclosed quotation
# mark does not swallow the article.
_MAX_QUOTATION_CHARACTERS = 600
# A megabyte in sentences of twenty characters.
_MAX_SENTENCES = 50_000
_MAX_PART_CHARACTERS = 10_000
_LIKELY_END = re.compile(r"[a-záéíóúñ]{4}[.!?…]\s|[。！？][”’」』）]?")
# Abbreviations that sentencex does not know, which stand before a name or a number.
_ABBREVIATED = re.compile(
    r"(?:^|[\s(«“\"¿¡])(?:Amb|Atty|Cap|Cmdte|Cnel|Col|Comdte|Dip|Dña|Dra?s|Ft|Gob|Gral|Ilm[oa]|Insp|Lic|Lcd[oa]|Mons"
    r"|Mtr[oa]|Pdt[ea]|Pte|Sen|Sgto|Sras|Sres|Sta|Sto|Tte|Vol)\.$"
)
# "D-N.Y.", and a name in Chinese: "J.D.万斯".
_INITIAL, _ANOTHER_INITIAL = re.compile(r"(?<![A-Za-z])[A-Z]\.$"), re.compile(rf"[A-Z]\.|[{HAN}]")
# "los St. Louis Cardinals": in Spanish, St. is no street.
_SAINT = re.compile(r"\b(?:[EeAa]l|[Ll][ao]s?|[Dd]el?|[Ee]n|con|y) St\.$")
# A whole quotation, and who said it: "“Who won?” Smith asked."
_QUOTED = re.compile(rf"\s*[{_OPENING}\"].*(?:[!?！？]|(?<=[{HAN}])。)[{_CLOSING}\"]\s*", re.DOTALL)
_SAYS = re.compile(
    r"(?:[^\s.!?]+\s+){1,11}?(?:said|asked|added|told|wrote|replied|shouted|dijo|preguntó|afirmó|añadió"
    r"|escribió|exclamó|respondió|aseguró)\b[^.!?]{0,60}[.]?"
    rf"|[{HAN}A-Za-z\d·（）()]{{1,20}}(?:说|说道|表示|问|问道|写道|称|回答|回答说|感叹)。?"
)
# "JJ.OO. de París", "SS.MM. los Reyes": plurals are written twice.
_DOUBLED = re.compile(r"\b([A-Z])\1\.$")
_HALF = re.compile(r"([A-Z])\1\.")
_BEGINS = re.compile(
    r"(?:Además|Al?|Aunque|Como|Con|Cuando|Desde|Es|En|Entre|Est[aeo]s?|El|Fue|Han?|Hasta|L[ao]s?|Mientras"
    r"|No|Para|Pero|Por|Que|Se|Según|Si|Sobre|Son|Sus?|También|Tras|Una?|Y)\b"
)
# Where a sentence may end that the splitter reads on: "viajó a EE. UU. Además, …".
_ENDS_ABBREVIATED = re.compile(
    rf"\b(?:(?!MM|RR)([A-Z])\1\.|S\.\s?A\.|etc\.)\s+(?={_BEGINS.pattern})"
)
# "10 a.m. Monday", "8 p.m. EST": times go on with a day or a zone.
_HOUR = re.compile(r"\d\s?[ap]\.\s?m\.$")
_DAY_OR_ZONE = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|(?:January|February|March|April|May|June|July"
    r"|August|September|October|November|December)\b|[A-Z]{2,4}T\b|UTC\b|(?:Eastern|Central|Mountain"
    r"|Pacific|London|Beijing|Moscow)\b"
)
_END_CHARACTERS = 12
# 6'7": feet and inches.
_INCHES = re.compile(r"(?<=\d)(['’]\d{1,2})\"")
_CLOSERS = re.compile(r"[\s”»」』’\")）\]]*$")


def split_sentences(body: str, language: str) -> tuple[Span, ...]:
    """Return the sentences' spans in ``body``, in order, without surrounding white space.

    ``body`` has one paragraph per line. ``sentencex`` finds the boundaries (abbreviations,
    initials, decimals, 。！？). In addition, quotations are not split, and lower case after a full
    stop continues the sentence ("… EE. UU. y China"). Raises ``TooComplex``.
    """
    spans: list[Span] = []
    start = 0
    for paragraph in body.split("\n"):
        spans += _paragraph_sentences(paragraph, language, start)
        _check_number(len(spans))
        start += len(paragraph) + 1
    return tuple(spans)


def _paragraph_sentences(paragraph: str, language: str, offset: int) -> list[Span]:
    joined: list[_Joined] = []
    for part in _parts(paragraph):
        _check_number(len(joined))
        for piece in _pieces(part, language):
            if joined and _goes_on(joined[-1], piece):
                joined[-1].add(piece)
            else:
                joined.append(_Joined([piece], len(piece)))
    spans = []
    start = 0
    for each in joined:
        piece = "".join(each.pieces)
        text = piece.strip()
        if text:
            begin = offset + start + piece.index(text)
            spans.append(Span(begin, begin + len(text)))
        start += len(piece)
    return spans


def _pieces(part: str, language: str) -> Iterator[str]:
    for boundary in get_sentence_boundaries(language[:2], part):
        piece = str(boundary["text"])
        start = 0
        for match in _ENDS_ABBREVIATED.finditer(piece) if language == "es" else ():
            yield piece[start : match.end()]
            start = match.end()
        yield piece[start:]


def _check_number(sentences: int) -> None:
    if sentences > _MAX_SENTENCES:
        raise TooComplex(f"The article has more than {_MAX_SENTENCES:,} sentences.")


@dataclass
class _Joined:
    """A sentence from one or more of the splitter's pieces."""

    pieces: list[str]
    length: int

    def add(self, piece: str) -> None:
        self.pieces.append(piece)
        self.length += len(piece)


def _parts(paragraph: str) -> Iterator[str]:
    """A paragraph in parts of at most ``_MAX_PART_CHARACTERS``, cut after a sentence or a word.

    ``sentencex`` takes quadratic time for unclosed quotation marks.
    """
    start = 0
    while len(paragraph) - start > _MAX_PART_CHARACTERS:
        window = paragraph[start : start + _MAX_PART_CHARACTERS]
        ends = [match.end() for match in _LIKELY_END.finditer(window)]
        end = start + (ends[-1] if ends else window.rfind(" ") + 1 or len(window))
        yield paragraph[start:end]
        start = end
    yield paragraph[start:]


def _goes_on(sentence: _Joined, piece: str) -> bool:
    following = piece.strip()
    if not following or _CLOSERS.fullmatch(following) or following[0].islower():
        return True
    end = sentence.pieces[-1][-_END_CHARACTERS:].rstrip()
    if _ABBREVIATED.search(end) or _SAINT.search(end):
        return True
    if _INITIAL.search(end) and _ANOTHER_INITIAL.match(following):
        return True
    if sentence.length + len(piece) < _MAX_QUOTATION_CHARACTERS and _SAYS.fullmatch(following):
        whole = "".join(sentence.pieces)
        if _QUOTED.fullmatch(whole) and not has_open_quotation(whole):
            return True
    if _DOUBLED.search(end) and (_HALF.match(following) or not _BEGINS.match(following)):
        return True
    if _HOUR.search(end) and _DAY_OR_ZONE.match(following):
        return True
    if sentence.length + len(piece) >= _MAX_QUOTATION_CHARACTERS:
        return False
    return has_open_quotation("".join(sentence.pieces))


def has_open_quotation(text: str) -> bool:
    """Whether a quotation begins in the text but does not end in it."""
    if not _MARK.search(text):
        return False
    text = _INCHES.sub(r"\1", text)
    depth = sum(text.count(mark) for mark in _OPENING) - sum(text.count(mark) for mark in _CLOSING)
    return depth > 0 or text.count('"') % 2 == 1
