"""Opposites: a rise that became a fall, the highest that became the lowest."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from teletipo.findings import Finding, Severity
from teletipo.verify.context import Context
from teletipo.verify.lexicon import Lexicon
from teletipo.verify.pair import Sentence, SentencePair
from teletipo.verify.readers.directions import SEVERITIES, Direction
from teletipo.verify.readers.negation import middle
from teletipo.verify.readers.words import stems

# Another word explains a word of direction if the word tables have the two this strongly.
_EXPLAINS = 0.4
# A negation at most so many characters away may belong to the word.
_NEAR, _NEAR_CHINESE = 40, 12
# How far apart the words may be for an error, in characters and as a share of the sentence; in a
# short sentence they belong together.
_NEAR_PLACE, _SHARE, _SHORT = 10, 0.1, 60
_PREFIX = re.compile("un|i[ln]|d[ei]s", re.IGNORECASE)
_NEGATING = frozenset("不未没非无反免")


def check_directions(pair: SentencePair, _: Context) -> Iterable[Finding]:
    """Yield ``direction_changed`` where the output says the opposite of what the source says.

    Not seen: a word beside a negation, a word that the lists do not have or that another word of
    the source explains, and sentences that say both with different numbers of words.
    """
    if pair.lexicon is None or not pair.is_translation:
        return
    theirs, ours = _by_pair(pair.source), _by_pair(pair.output)
    for name in theirs.keys() & ours.keys():
        opposed = _opposed(theirs[name], ours[name])
        if (
            opposed is None
            or _may_be_negated(pair.source, theirs[name])
            or _may_be_negated(pair.output, ours[name])
            or _is_explained(pair, *opposed, pair.lexicon)
        ):
            continue
        one, other = opposed
        yield pair.finding(
            "direction_changed",
            f"The article says “{pair.source[one[0]]}”; "
            f"the translation says the opposite, “{pair.output[other[0]]}”.",
            SEVERITIES[name] if _are_in_one_place(pair, one, other) else Severity.WARNING,
            source=one,
            output=other,
        )


def _opposed(
    theirs: Sequence[Direction], ours: Sequence[Direction]
) -> tuple[Sequence[Direction], Sequence[Direction]] | None:
    """The words of both sentences that say the opposite of each other, or None.

    These are all words if each sentence says one thing only; or one word of each if both sentences
    have as many words and differ in one place.
    """
    signs, others = [each.is_one for each in theirs], [each.is_one for each in ours]
    if None in signs or None in others:
        return None
    if set(signs).isdisjoint(others):
        return theirs, ours
    differing = [place for place, sign in enumerate(signs) if others[place : place + 1] != [sign]]
    if len(signs) != len(others) or len(differing) != 1:
        return None
    (place,) = differing
    return [theirs[place]], [ours[place]]


def _by_pair(sentence: Sentence) -> Mapping[str, list[Direction]]:
    found: defaultdict[str, list[Direction]] = defaultdict(list)
    for each in sorted(sentence.directions, key=lambda each: each.start):
        found[each.pair].append(each)
    return found


def _are_in_one_place(
    pair: SentencePair, one: Sequence[Direction], other: Sequence[Direction]
) -> bool:
    """Whether the words around a word of the source stand around one of the output."""
    if pair.alignment is None:
        return False
    length = pair.alignment.lengths[1]
    return (
        any(
            abs(place - middle(ours.span)) <= max(_NEAR_PLACE, _SHARE * length)
            for theirs in one
            for place in pair.alignment.counterparts(middle(theirs.span), count=3, reach=0.15)
            for ours in other
        )
        or length <= _SHORT
    )


def _may_be_negated(sentence: Sentence, words: Sequence[Direction]) -> bool:
    """Whether something may negate one of the words: "did not rise" is no rise."""
    if sentence.language.is_chinese:
        near = _NEAR_CHINESE
        if any(
            sentence.text[word.start - 1 : word.start] in _NEGATING for word in words if word.start
        ):
            return True
    else:
        near = _NEAR
    # "Unemployment" is a word of direction and negates nothing.
    prefixed = [each for each in sentence.directions if _PREFIX.match(sentence[each])]
    return any(
        abs(place - middle(word.span)) <= near
        and not any(each.start <= place <= each.end for each in (word, *prefixed))
        for place in sentence.negations.places
        for word in words
    )


def _is_explained(
    pair: SentencePair, one: Sequence[Direction], other: Sequence[Direction], table: Lexicon
) -> bool:
    """Whether another word of either sentence stands for one of the words."""
    rest_of_source = pair.source.without([each.span for each in one]).stems
    rest_of_output = pair.output.without([each.span for each in other]).stems
    theirs = {word for each in one for word in stems(pair.source[each]) if len(word) > 1}
    ours = {word for each in other for word in stems(pair.output[each]) if len(word) > 1}
    return any(
        strength >= _EXPLAINS and rest in rest_of_output
        for word in theirs
        for rest, strength in table.translations(word).items()
    ) or any(
        table.translations(rest).get(word, 0.0) >= _EXPLAINS
        for rest in rest_of_source
        for word in ours
    )
