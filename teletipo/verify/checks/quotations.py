"""Quotations that were lost, added or not closed, and words that moved in or out of them."""

from collections.abc import Callable, Iterable

from teletipo.findings import Finding, Severity
from teletipo.verify.context import Context
from teletipo.verify.lexicon import Lexicon, Words
from teletipo.verify.pair import SentencePair
from teletipo.verify.readers.words import content, stems

_LONG_QUOTATION = 25
# Total weight of the moved words: one rare word between Spanish and English, two with Chinese,
# where a pair of characters is often not a word.
_MOVED, _MOVED_CHINESE, _SURELY, _HARDLY = 4.0, 12.0, 0.2, 0.1
_MAX_WEIGHT = 7.0

Strength = Callable[[str, str], float]


def check_quotations(pair: SentencePair, _: Context) -> Iterable[Finding]:
    """Yield ``quotation_open``, ``quotation_lost``, ``quotation_added`` or ``quotation_moved``.

    Not seen: moved words that are in no word table, and any moved words if the two sentences have
    different numbers of quotations.
    """
    theirs, ours = pair.source.quotations, pair.output.quotations
    if ours.is_unpaired and not theirs.is_unpaired:
        yield pair.finding(
            "quotation_open",
            "The quotation has no opening or no closing mark; add the missing one.",
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
            f"The article quotes {quoted}; the translation has no quotation.",
            Severity.ERROR if is_long else Severity.WARNING,
            source=places,
        )
    elif ours.segments and not theirs.segments and not theirs.marks:
        yield pair.finding(
            "quotation_added",
            f"The summary quotes {pair.output[ours.segments[0]]}; the article does not.",
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
    """The message on words that are quoted on one side only, by their counterparts' positions."""
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
        return "The translation leaves words outside the quotation that the article quotes."
    return "The translation quotes words that are outside the article's quotation."


def _weight(text: str, words: Words, here: str, there: str, strength: Strength) -> float:
    """The weight of the text's words whose counterpart is there and not here, less half the weight
    of those that stayed."""
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
