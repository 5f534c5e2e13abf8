"""Are quoted words still quoted, and nothing else?"""

import re
from collections.abc import Callable

from teletipo.article import Span
from teletipo.findings import Severity
from teletipo.verify.fault import Fault
from teletipo.verify.lexicon import Lexicon, Words, lexicon
from teletipo.verify.words import content, stems

_OPENING, _CLOSING = "“«「『„", "”»」』"
_MARK = re.compile(r"[“”«»「」『』„\"]|(?<![^\W\u3400-\u9fff])['‘](?=\w)|(?<=[\w.,!?])['’](?!\w)")
_TYPED_APOSTROPHE = re.compile(r'(?<=s)"(?= [a-z])')
_SINGLE_OPENING = re.compile(r"(?<!\w)['‘](?=\w)")
_SINGLE_CLOSING = re.compile(r"(?<=[.,!?])['’](?!\w)")
_SEGMENT = re.compile(
    r"[“«「『„]([^“”«»「」『』„]*)[”»」』]|\"([^\"]*)\"|(?<![^\W\u3400-\u9fff])['‘]([^'’]{3,}?)['’](?!\w)"
)


def check_quotations(source_text: str, output_text: str, source: str, target: str) -> list[Fault]:
    """Quotation marks that were lost, added, or are not closed; words on their other side.

    What it cannot see: words of a quotation that moved and are in no word table; where the two
    sentences have different numbers of quotations, any that moved.
    """
    theirs, ours = _segments(source_text), _segments(output_text)
    faults = []
    if _unpaired(output_text) and not _unpaired(source_text):
        faults.append(
            Fault(
                "quotation_open",
                "A quotation mark is missing: the quotation has no beginning or no end.",
                Severity.WARNING,
                output=tuple(_marks(output_text)),
            )
        )
    elif (theirs or _goes_on(source_text)) and not (ours or _marks(output_text)):
        theirs = theirs or _marks(source_text)
        quoted = source_text[theirs[0].start : theirs[0].end]
        # Chinese puts titles and names in quotation marks too.
        long = not source.startswith("zh") and (
            len(quoted) > _LONG_QUOTATION or _goes_on(source_text)
        )
        faults.append(
            Fault(
                "quotation_lost",
                f"The article quotes {quoted}; here nothing is quoted.",
                Severity.ERROR if long else Severity.WARNING,
                source=tuple(theirs),
            )
        )
    elif ours and not (theirs or _marks(source_text)):
        faults.append(
            Fault(
                "quotation_added",
                f"{output_text[ours[0].start : ours[0].end]} is quoted here, not in the article.",
                Severity.WARNING,
                output=tuple(ours),
            )
        )
    elif len(theirs) == len(ours):
        table = lexicon(source, target)
        if table is not None:
            faults += _moved(source_text, theirs, output_text, ours, table)
    return faults


# By weight of the words: one telling word between Spanish and English, two where one side is
# Chinese, whose pairs of characters are often nobody's word.
_MOVED, _MOVED_CHINESE, _SURELY, _HARDLY = 4.0, 12.0, 0.2, 0.1
_MAX_WEIGHT = 7.0

Strength = Callable[[str, str], float]


def _moved(
    source_text: str, theirs: list[Span], output_text: str, ours: list[Span], table: Lexicon
) -> list[Fault]:
    """Words that are quoted on one side only, by where their counterparts are."""
    source_in, source_out = _split(source_text, theirs)
    output_in, output_out = _split(output_text, ours)

    def weight(text: str, words: Words, here: str, there: str, strength: Strength) -> float:
        """Of the words that are there rather than here; less those that stayed, by half."""
        stayed, gone = stems(here), stems(there)
        total = 0.0
        for word in content(text, words.weight):
            near = max((strength(word, other) for other in stayed), default=0.0)
            far = max((strength(word, other) for other in gone), default=0.0)
            if far >= _SURELY and near <= _HARDLY:
                total += min(_MAX_WEIGHT, words.weight(word))
            elif near >= _SURELY and far <= _HARDLY:
                total -= min(_MAX_WEIGHT, words.weight(word)) / 2
        return total

    def back(word: str, other: str) -> float:
        return table.strength(other, word)

    out = weight(source_in, table.source, output_in, output_out, table.strength)
    out += weight(output_out, table.target, source_out, source_in, back)
    into = weight(source_out, table.source, output_out, output_in, table.strength)
    into += weight(output_in, table.target, source_in, source_out, back)
    least = _MOVED if table.is_western else _MOVED_CHINESE
    if max(out, into) < least:
        return []
    what = (
        "Words that the article quotes stand outside the quotation here."
        if out >= into
        else "Words that the article does not quote stand inside the quotation here."
    )
    return [
        Fault("quotation_moved", what, Severity.WARNING, source=tuple(theirs), output=tuple(ours))
    ]


def _split(text: str, segments: list[Span]) -> tuple[str, str]:
    """What is quoted, and what is not."""
    inside = " ".join(text[segment.start : segment.end] for segment in segments)
    starts = [0, *(segment.end for segment in segments)]
    ends = [*(segment.start for segment in segments), len(text)]
    return inside, " ".join(text[start:end] for start, end in zip(starts, ends, strict=True))


_LONG_QUOTATION = 25


def _segments(text: str) -> list[Span]:
    return [Span(*match.span()) for match in _SEGMENT.finditer(text)]


def _marks(text: str) -> list[Span]:
    return [Span(*match.span()) for match in _MARK.finditer(text)]


def _goes_on(text: str) -> bool:
    """It begins or ends a quotation of several sentences."""
    ends = bool(_MARK.match(text.strip()) or _MARK.search(text.strip()[-2:]))
    return ends and _unpaired(text)


def _unpaired(text: str) -> bool:
    """A double mark without its other one; marks of two kinds may close each other."""
    if sum(text.count(mark) for mark in _OPENING + _CLOSING + '"') % 2 == 1:
        # `the Lakers" coach`: typed for an apostrophe.
        return not _TYPED_APOSTROPHE.search(text)
    closings = len(_SINGLE_CLOSING.findall(text))
    return closings > 0 and closings != len(_SINGLE_OPENING.findall(text))
