"""Overlap: how much of two sentences' content is in both, by words, names and figures."""

import math
from collections.abc import Iterable

from teletipo.verify.lexicon import Lexicon
from teletipo.verify.pair import SentencePair
from teletipo.verify.phonetics import consonants, similarity
from teletipo.verify.readers.figures import agree
from teletipo.verify.readers.words import WORD, stem

_EVERYWHERE, _MIN_WEIGHT, _MAX_WEIGHT = 1.0, 0.1, 7.0
# Weights of a logistic regression on 6,000 translations from the training data and as many random
# sentences (`python -m models.training.kinship`).
_BIAS, _WORDS, _NAMES = -9.39, 25.05, 0.50
_SHARED_FIGURES, _OWN_FIGURES, _LENGTH = 2.01, -0.51, -2.99
_MAX_NAMES, _MAX_CONSONANTS, _RANDOM_SIMILARITY = 12, 6, 0.6


def coverage(pair: SentencePair, table: Lexicon) -> tuple[float, float]:
    """Return the weighted share of words with a counterpart in the other sentence (geometric mean
    of both directions), and the total weight of all words."""
    one, other = pair.source.stems, pair.output.stems
    found, whole = covered(one, other, table)
    back, back_whole = covered(other, one, table, forward=False)
    if not whole or not back_whole:
        return 0.0, 0.0
    return math.sqrt(found / whole * back / back_whole), whole + back_whole


def rendered(pair: SentencePair) -> float:
    """Return the weighted share of both sentences' words with a counterpart in the other, or 0 if
    there is no word table."""
    return coverage(pair, pair.lexicon)[0] if pair.lexicon else 0.0


def covered(
    words: Iterable[str], others: Iterable[str], table: Lexicon, *, forward: bool = True
) -> tuple[float, float]:
    """Return the weight of the words with a counterpart among the others, and of all words.

    ``forward`` is true for words of the source.
    """
    others = frozenset(others)
    weight = (table.source if forward else table.target).weight
    found = whole = 0.0
    for word in words:
        value = min(_MAX_WEIGHT, max(_MIN_WEIGHT, weight(word) - _EVERYWHERE))
        whole += value
        # The square root gives weak pairs more weight: many of them are no coincidence.
        found += value * math.sqrt(table.best(word, others, forward=forward))
    return found, whole


def kinship(pair: SentencePair, table: Lexicon, share: float) -> float:
    """Return the log odds that one sentence translates the other; one must be Chinese."""
    names, shared, own, length = kinship_features(pair, table)
    return (
        _BIAS
        + _WORDS * math.sqrt(share)
        + _NAMES * names
        + _SHARED_FIGURES * shared
        + _OWN_FIGURES * own
        + _LENGTH * length
    )


def kinship_features(pair: SentencePair, table: Lexicon) -> tuple[float, float, float, float]:
    """Return the features besides words: names matched by sound, weighted by length; the number of
    shared and of unshared figures; and the deviation from the usual length ratio (logarithm)."""
    if pair.output.language.is_chinese:
        western, chinese, known = pair.source.text, pair.output.text, table.source
    else:
        western, chinese, known = pair.output.text, pair.source.text, table.target
    candidates = [
        word
        for word in WORD.findall(western)
        if word[0].isupper() and not known.is_common(stem(word))
    ]
    names = sum(
        _recognized(name, chinese) * min(consonants(name), _MAX_CONSONANTS)
        for name in candidates[:_MAX_NAMES]
    )
    one, other = (
        [figure for figure in side.figures if figure.is_firm] for side in (pair.source, pair.output)
    )
    shared = sum(any(agree(figure, each) for each in other) for figure in one)
    shared += sum(any(agree(figure, each) for each in one) for figure in other)
    length = abs(math.log((3 * len(chinese) + 15) / (len(western) + 15)))
    return names, float(shared), float(len(one) + len(other) - shared), length


def _recognized(name: str, chinese: str) -> float:
    """How far a name's similarity to a Chinese text exceeds the random level, from 0 to 0.4."""
    sound = 1.0 if name in chinese else similarity(name, chinese)
    return max(0.0, (sound or 0.0) - _RANDOM_SIMILARITY)
