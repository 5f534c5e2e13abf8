"""Texts as weighted bags of words, for telling how much they have in common."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from operator import mul

from teletipo.languages import HAN

HAN_RUN = re.compile(f"[{HAN}]+")
WESTERN_WORD = re.compile(rf"[^\W\d_{HAN}]+|\d+(?:[.,]\d+)*")


def word_count(text: str) -> int:
    """Words as an editor counts them: each Chinese character is one."""
    return len(WESTERN_WORD.findall(text)) + sum(map(len, HAN_RUN.findall(text)))


def terms(text: str) -> Counter[str]:
    """Words of four letters and more and figures; pairs of characters in Chinese."""
    bag = Counter(
        word
        for word in map(str.casefold, WESTERN_WORD.findall(text))
        if len(word) > 3 or word[0].isdigit()
    )
    for run in HAN_RUN.findall(text):
        bag.update(run[index : index + 2] for index in range(len(run) - 1))
    return bag


def inverse_frequencies(sentences: Sequence[Counter[str]]) -> dict[str, float]:
    """Inverse sentence frequency: what stands in every sentence tells none apart."""
    frequency = Counter(term for sentence in sentences for term in sentence)
    return {term: math.log(1 + len(sentences) / count) for term, count in frequency.items()}


def vector(bag: Counter[str], weights: Mapping[str, float]) -> dict[str, float]:
    """Of length 1; empty for a text without words. Terms without a weight do not count."""
    return normalized({term: n * weights[term] for term, n in bag.items() if term in weights})


def normalized(values: Mapping[str, float]) -> dict[str, float]:
    """Scaled to length 1."""
    norm = math.sqrt(sum(value * value for value in values.values()))
    return {term: value / norm for term, value in values.items()} if norm else {}


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    """Of two dense vectors of length 1."""
    return math.fsum(map(mul, one, other))


def similarity(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """The cosine of two normalized vectors."""
    if len(one) > len(other):
        one, other = other, one
    return sum(value * other.get(term, 0.0) for term, value in one.items())
