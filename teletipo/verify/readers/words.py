"""Words as the checks compare them: without case and accents, cut to a stem."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from teletipo.languages import HAN

WORD = re.compile(rf"[^\W\d_{HAN}]+(?:['’][^\W\d_{HAN}]+)?")
HAN_RUN = re.compile(f"[{HAN}]+")
# Cutting words to this length removes inflection: presentó, presentaron, presentado.
STEM_LETTERS = 6
LONG_WORD = 7
"""A name of so many letters is one even if it begins like a common word ("Brighton", "bright"):
stems are too short to tell them apart."""
NEAR = 60
"""How far around a name its surroundings are looked at."""
_BEGINS = re.compile(r"(?:^|[.:?!¿¡“\"«—])\s*$")


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """Return the word in lower case without accents: "Canadá" ⇒ "canada"."""
    decomposed = unicodedata.normalize("NFD", word.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def stem(word: str) -> str:
    """Return the first letters of the folded word, which its inflected forms share."""
    return fold(word).partition("'")[0].partition("’")[0][:STEM_LETTERS]


def stems(text: str) -> set[str]:
    """Return all words' stems; for Chinese, all characters and pairs of adjacent ones."""
    found = {stem(word) for word in WORD.findall(text)}
    for run in HAN_RUN.findall(text):
        found.update(run)
        found.update(run[index : index + 2] for index in range(len(run) - 1))
    return found


def folded_words(text: str) -> Iterator[str]:
    """Yield all words that are not Chinese, folded."""
    return map(fold, re.findall(rf"[^\W\d_{HAN}]+", text))


def begins(text: str, place: int) -> bool:
    """Whether a text, a sentence or a quotation begins here, so that any word has a capital."""
    return _BEGINS.search(text, max(0, place - NEAR), place) is not None


def longest_names(
    text: str, words: Sequence[re.Match[str]], is_name: Callable[[str], object], most: int
) -> Iterator[tuple[int, int]]:
    """Yield the first and last of the words that make a name: of overlapping names of at most
    ``most`` words, that begin with a capital, the first and longest."""
    free = 0
    for first, word in enumerate(words):
        if first < free or not word[0][0].isupper():
            continue
        for last in range(min(first + most, len(words)) - 1, first - 1, -1):
            if is_name(text[word.start() : words[last].end()]):
                free = last + 1
                yield first, last
                break


_TELLING_WEIGHT = 3.0


def content(text: str, weight: Callable[[str], float]) -> set[str]:
    """Return the stems that ``weight`` rates as content words; for Chinese, character pairs."""
    return {word for word, _ in units(text) if weight(word) > _TELLING_WEIGHT}


def units(text: str) -> Iterator[tuple[str, float]]:
    """Yield each stem, or each pair of Chinese characters, with its middle in characters."""
    for match in WORD.finditer(text):
        yield stem(match[0]), (match.start() + match.end()) / 2
    for run in HAN_RUN.finditer(text):
        for start in range(run.start(), run.end() - 1):
            yield text[start : start + 2], start + 1.0
