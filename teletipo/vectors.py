"""Texts as weighted bags of words, to measure their similarity."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from operator import mul

from teletipo.languages import HAN

HAN_RUN = re.compile(f"[{HAN}]+")
WESTERN_WORD = re.compile(rf"[^\W\d_{HAN}]+|\d+(?:[.,]\d+)*")


def word_count(text: str) -> int:
    """Return the number of words; each Chinese character counts as one."""
    return len(WESTERN_WORD.findall(text)) + sum(map(len, HAN_RUN.findall(text)))


def terms(text: str) -> Counter[str]:
    """Return the words of four letters or more and the figures; for Chinese, character pairs."""
    bag = Counter(
        word
        for word in map(str.casefold, WESTERN_WORD.findall(text))
        if len(word) > 3 or word[0].isdigit()
    )
    for run in HAN_RUN.findall(text):
        bag.update(run[index : index + 2] for index in range(len(run) - 1))
    return bag


def inverse_frequencies(sentences: Sequence[Counter[str]]) -> dict[str, float]:
    """Return each term's inverse sentence frequency; common terms weigh least."""
    frequency = Counter(term for sentence in sentences for term in sentence)
    return {term: math.log(1 + len(sentences) / count) for term, count in frequency.items()}


def vector(bag: Counter[str], weights: Mapping[str, float]) -> dict[str, float]:
    """Return a vector of length 1, or an empty one. Terms without a weight do not count."""
    return normalized({term: n * weights[term] for term, n in bag.items() if term in weights})


def normalized(values: Mapping[str, float]) -> dict[str, float]:
    """Return the values scaled to length 1."""
    norm = math.sqrt(sum(value * value for value in values.values()))
    return {term: value / norm for term, value in values.items()} if norm else {}


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the cosine of two dense vectors of length 1."""
    return math.fsum(map(mul, one, other))


def similarity(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Return the cosine of two normalized sparse vectors."""
    if len(one) > len(other):
        one, other = other, one
    return sum(value * other.get(term, 0.0) for term, value in one.items())
