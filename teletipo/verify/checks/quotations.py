"""Quotation marks that were lost, added or not closed, and words on their other side."""

from collections.abc import Callable, Iterable

from teletipo.findings import Finding, Severity
from teletipo.verify.context import Context
from teletipo.verify.lexicon import Lexicon, Words
from teletipo.verify.pair import SentencePair
from teletipo.verify.readers.words import content, stems

_LONG_QUOTATION = 25
# By weight of the words: one telling word between Spanish and English, two where one side is
# Chinese, whose pairs of characters are often nobody's word.
_MOVED, _MOVED_CHINESE, _SURELY, _HARDLY = 4.0, 12.0, 0.2, 0.1
_MAX_WEIGHT = 7.0

Strength = Callable[[str, str], float]


def check_quotations(pair: SentencePair, _: Context) -> Iterable[Finding]:
    """Yield ``quotation_open``, ``quotation_lost``, ``quotation_added`` or ``quotation_moved``.

    Not seen: words of a quotation that moved and are in no word table; where the two sentences
    have different numbers of quotations, any that moved.
    """
    theirs, ours = pair.source.quotations, pair.output.quotations
    if ours.is_unpaired and not theirs.is_unpaired:
        yield pair.finding(
            "quotation_open",
            "A quotation mark is missing: the quotation has no beginning or no end.",
            Severity.WARNING,
            output=ours.marks,
        )
    elif (theirs.segments or theirs.is_part) and not ours.marks and not ours.segments:
        places = theirs.segments or theirs.marks
        quoted = pair.source[places[0]]
        # Chinese puts titles and names in quotation marks too.
        is_long = not pair.source.language.is_chinese and (
            len(quoted) > _LONG_QUOTATION or theirs.is_part
        )
        yield pair.finding(
            "quotation_lost",
            f"The article quotes {quoted}; here nothing is quoted.",
            Severity.ERROR if is_long else Severity.WARNING,
            source=places,
        )
    elif ours.segments and not theirs.segments and not theirs.marks:
        yield pair.finding(
            "quotation_added",
            f"{pair.output[ours.segments[0]]} is quoted here, not in the article.",
            Severity.WARNING,
            output=ours.segments,
        )
    elif (
        ours.segments
        and len(theirs.segments) == len(ours.segments)
        and pair.lexicon
        and (what := _moved(pair, pair.lexicon))
    ):
        yield pair.finding(
            "quotation_moved",
            what,
            Severity.WARNING,
            source=theirs.segments,
            output=ours.segments,
        )


def _moved(pair: SentencePair, table: Lexicon) -> str | None:
    """Which way words moved that are quoted on one side only, by where their counterparts are."""
    theirs, ours = pair.source.quotations, pair.output.quotations

    def back(word: str, other: str) -> float:
        return table.strength(other, word)

    out = _weight(theirs.inside, table.source, ours.inside, ours.outside, table.strength)
    out += _weight(ours.outside, table.target, theirs.outside, theirs.inside, back)
    into = _weight(theirs.outside, table.source, ours.outside, ours.inside, table.strength)
    into += _weight(ours.inside, table.target, theirs.inside, theirs.outside, back)
    if max(out, into) < (_MOVED if table.is_western else _MOVED_CHINESE):
        return None
    if out >= into:
        return "Words that the article quotes stand outside the quotation here."
    return "Words that the article does not quote stand inside the quotation here."


def _weight(text: str, words: Words, here: str, there: str, strength: Strength) -> float:
    """Of the text's words whose counterpart is there rather than here; less half of those that
    stayed."""
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
