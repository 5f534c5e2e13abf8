"""Words as the checks compare them: without case and accents, and cut to a stem."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

from teletipo.languages import HAN

WORD = re.compile(rf"[^\W\d_{HAN}]+(?:['’][^\W\d_{HAN}]+)?")
HAN_RUN = re.compile(f"[{HAN}]+")
# Inflection is cut off by length: presentó, presentaron and presentado are one.
STEM_LETTERS = 6


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """Lower case, no accents: "Canadá" ⇒ "canada"."""
    decomposed = unicodedata.normalize("NFD", word.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def stem(word: str) -> str:
    """The first letters of a folded word, which its forms have in common."""
    return fold(word).partition("'")[0].partition("’")[0][:STEM_LETTERS]


def stems(text: str) -> set[str]:
    """Every word's stem; of Chinese every character and every pair of neighbours."""
    found = {stem(word) for word in WORD.findall(text)}
    for run in HAN_RUN.findall(text):
        found.update(run)
        found.update(run[index : index + 2] for index in range(len(run) - 1))
    return found


def folded_words(text: str) -> Iterator[str]:
    """Every word that is not Chinese, folded."""
    return map(fold, re.findall(rf"[^\W\d_{HAN}]+", text))


_TELLING_WEIGHT = 3.0


def content(text: str, weight: Callable[[str], float]) -> set[str]:
    """The stems that carry something, by ``weight``; of Chinese pairs of characters."""
    return {word for word, _ in units(text) if weight(word) > _TELLING_WEIGHT}


def units(text: str) -> Iterator[tuple[str, float]]:
    """Every word's stem, of Chinese every pair of characters; and its middle, in characters."""
    for match in WORD.finditer(text):
        yield stem(match[0]), (match.start() + match.end()) / 2
    for run in HAN_RUN.finditer(text):
        for start in range(run.start(), run.end() - 1):
            yield text[start : start + 2], start + 1.0
