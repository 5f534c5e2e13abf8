"""A negation that appeared or disappeared, and a possibility told as a fact."""

import re
from collections.abc import Iterable, Sequence

from teletipo.findings import Finding, Severity
from teletipo.spans import Span
from teletipo.verify.alignment import Alignment, nearest
from teletipo.verify.context import Context
from teletipo.verify.pair import Sentence, SentencePair
from teletipo.verify.readers.negation import Negations, middle

# By so many of the words nearest to a negation, within such a share of its sentence, its place in
# the other one is known: when so many agree that nothing within such a share of that negates, it is
# missing, and when one has something still nearer, it is there. Short sentences order their words
# so freely that in them less than so many characters (of the longer one) are no distance.
_MISSING_WORDS, _MISSING_REACH, _MISSING_LEAST, _MISSING_DISTANCE = 3, 0.1, 2, 0.15
_LEAST_DISTANCE = 26
# So many times the distance, where each sentence negates once and in the same clause.
_PATIENCE = 1.5
_CLAUSE_END = re.compile(r"[,;:，；：]|[—–]|\.\s")
_THERE_WORDS, _THERE_REACH, _THERE_DISTANCE = 2, 0.2, 0.05


def check_negation(pair: SentencePair, _: Context) -> Iterable[Finding]:
    """Yield ``negation_lost``, ``negation_added`` and ``modality_lost``.

    Negations are counted; and each is looked for at its place, which the words around it tell. Not
    seen: opposites ("rose" for "fell"), a negation that became a weak one or moved by a word or
    two, and one among words that the word tables do not know.
    """
    if pair.lexicon is None:
        return
    theirs, ours = pair.source.negations, pair.output.negations
    lost, added = _counted(theirs, ours), _counted(ours, theirs)
    if (theirs.clear or ours.clear) and pair.is_translation and pair.alignment:
        forth, back = pair.alignment, pair.alignment.mirrored()
        if _all_there(theirs.clear, ours, forth) and _all_there(ours.clear, theirs, back):
            lost, added = (), ()
        patience = _PATIENCE if _in_like_clauses(pair) else 1.0
        lost = lost or _missing(theirs.clear, ours, forth, patience)
        added = added or _missing(ours.clear, theirs, back, patience)
    # Chinese says too much otherwise of what the others do not say plainly.
    if not ours.possible and not pair.output.language.is_chinese:
        lost = lost or theirs.firm
    if not theirs.possible and not pair.source.language.is_chinese:
        added = added or ours.firm
    if lost:
        yield pair.finding(
            "negation_lost",
            f"The article denies (“{pair.source[lost[0]]}”), this does not.",
            source=lost,
        )
    if added:
        yield pair.finding(
            "negation_added",
            f"“{pair.output[added[0]]}” denies what the article does not.",
            output=added,
        )
    if theirs.modal and not ours.is_possible:
        yield pair.finding(
            "modality_lost",
            f"The article says that it may be (“{pair.source[theirs.modal[0]]}”), this that it is.",
            Severity.WARNING,
            source=theirs.modal,
        )


def _counted(these: Negations, others: Negations) -> Sequence[Span]:
    """All of them, where the other text has too few."""
    count = len(these.clear)
    if count <= len(others.clear):
        return ()
    too_few = count > others.possible or (not others.clear and these.certain > others.possible)
    return these.clear if too_few else ()


def _in_like_clauses(pair: SentencePair) -> bool:
    """Each negates once, in the same clause, counted from the beginning or from the end."""
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
    """Those at whose place, as far as it is known, nothing negates."""
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
    """Each has something at its very place that negates."""
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
