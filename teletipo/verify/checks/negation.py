"""Lost and added negations, and possibilities stated as facts."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from teletipo.findings import Finding, Severity
from teletipo.spans import Span
from teletipo.verify.alignment import Alignment, nearest
from teletipo.verify.context import Context
from teletipo.verify.pair import Sentence, SentencePair
from teletipo.verify.readers.negation import Negations, middle

# A negation's position in the other sentence is estimated from the aligned words nearest to it
# (_WORDS of them, within _REACH, a share of the sentence). It is missing if at least _LEAST of them
# give an estimate and no estimate has a negation within _DISTANCE (a share of the other sentence).
# It is present if an estimate has one within the smaller _THERE_DISTANCE. Word order varies so much
# in short sentences that fewer than _LEAST_DISTANCE characters do not count as a distance.
_MISSING_WORDS, _MISSING_REACH, _MISSING_LEAST, _MISSING_DISTANCE = 3, 0.1, 2, 0.15
_LEAST_DISTANCE = 26
# The factor on the distance if each sentence has one negation, in the same clause.
_PATIENCE = 1.5
_CLAUSE_END = re.compile(r"[,;:，；：]|[—–]|\.\s")
_WORD = re.compile(r"\w+(?:['’]\w+)?")
_THERE_WORDS, _THERE_REACH, _THERE_DISTANCE = 2, 0.2, 0.05


def check_negation(pair: SentencePair, _: Context) -> Iterable[Finding]:
    """Yield ``negation_lost``, ``negation_added`` and ``modality_lost``.

    Negations are counted, and each is looked for at its position, which the words around it give.
    Not seen: a negation that became weaker or moved by a word or two, and one among words that
    are not in the word tables.
    """
    if pair.lexicon is None:
        return
    theirs = _without_copied(pair.source, pair.output)
    ours = _without_copied(pair.output, pair.source)
    lost, added = _counted(theirs, ours), _counted(ours, theirs)
    if (theirs.clear or ours.clear) and pair.is_translation and pair.alignment:
        forth, back = pair.alignment, pair.alignment.mirrored()
        if _all_there(theirs.clear, ours, forth) and _all_there(ours.clear, theirs, back):
            lost, added = (), ()
        patience = _PATIENCE if _in_same_clause(pair) else 1.0
        lost = lost or _missing(theirs.clear, ours, forth, patience)
        added = added or _missing(ours.clear, theirs, back, patience)
    if not ours.possible:
        lost = lost or _firm(theirs, pair.output)
    if not theirs.possible:
        added = added or _firm(ours, pair.source)
    if lost:
        yield pair.finding(
            "negation_lost",
            f"The article negates this (“{pair.source[lost[0]]}”); the translation does not.",
            _severity(pair, theirs, ours),
            source=lost,
        )
    if added:
        yield pair.finding(
            "negation_added",
            f"The summary negates this (“{pair.output[added[0]]}”); the article does not.",
            _severity(pair, ours, theirs),
            output=added,
        )
    if theirs.modal and not ours.is_possible:
        yield pair.finding(
            "modality_lost",
            f"The article says this is only possible (“{pair.source[theirs.modal[0]]}”); "
            "the translation states it as fact.",
            Severity.WARNING,
            source=theirs.modal,
        )


def _without_copied(sentence: Sentence, other: Sentence) -> Negations:
    """Leave out what stands in the other sentence as it is, in a title: "You'll Never Get Rich"."""
    these = sentence.negations
    if not these.clear or sentence.language.base == other.language.base:
        return these
    # "No" is Spanish and English.
    copied = set(_WORD.findall(other.text)) - {"no", "No", "NO"}
    clear = [span for span in these.clear if sentence[span] not in copied]
    return replace(these, clear=clear, certain=these.certain - len(these.clear) + len(clear))


def _firm(these: Negations, other: Sentence) -> Sequence[Span]:
    """The negations that the other sentence should have in some way."""
    return these.firm_in_chinese if other.language.is_chinese else these.firm


def _severity(pair: SentencePair, these: Negations, others: Negations) -> Severity:
    """A warning where both sentences negate, one several times, and one is Chinese.

    On aligned training sentences that is as often a false alarm as an error.
    """
    is_weak = len(these.clear) > 1 and others.clear
    has_chinese = pair.source.language.is_chinese or pair.output.language.is_chinese
    return Severity.WARNING if is_weak and has_chinese else Severity.ERROR


def _counted(these: Negations, others: Negations) -> Sequence[Span]:
    """All of them if the other text has too few, else none."""
    count = len(these.clear)
    if count <= len(others.clear):
        return ()
    too_few = count > others.possible or (not others.clear and these.certain > others.possible)
    return these.clear if too_few else ()


def _in_same_clause(pair: SentencePair) -> bool:
    """Whether each has one negation, in the same clause counted from the start or the end."""
    sides = (pair.source, pair.output)
    if any(len(side.negations.clear) != 1 for side in sides):
        return False
    one, other = (_clauses_around(side) for side in sides)
    return one[0] == other[0] or one[1] == other[1]


def _clauses_around(sentence: Sentence) -> tuple[int, int]:
    (span,) = sentence.negations.clear
    before, behind = sentence.text[: span.start], sentence.text[span.end :]
    return len(_CLAUSE_END.findall(before)), len(_CLAUSE_END.findall(behind))


def _missing(
    negations: Sequence[Span], others: Negations, alignment: Alignment, patience: float
) -> list[Span]:
    """The negations whose position in the other sentence is known and has no negation nearby."""
    distance = patience * max(_MISSING_DISTANCE, _LEAST_DISTANCE / max(alignment.lengths))
    found = []
    for span in negations:
        places = alignment.counterparts(middle(span), count=_MISSING_WORDS, reach=_MISSING_REACH)
        if len(places) >= _MISSING_LEAST and not _near(
            places, others, distance * alignment.lengths[1]
        ):
            found.append(span)
    return found


def _all_there(negations: Sequence[Span], others: Negations, alignment: Alignment) -> bool:
    """Whether the other sentence has a negation close to the position of each."""
    return all(
        _near(
            alignment.counterparts(middle(span), count=_THERE_WORDS, reach=_THERE_REACH),
            others,
            _THERE_DISTANCE * alignment.lengths[1],
        )
        for span in negations
    )


def _near(places: Sequence[float], negations: Negations, distance: float) -> bool:
    return bool(negations.places) and any(
        abs(nearest(negations.places, place) - place) < distance for place in places
    )
