"""Words of direction and other opposites: what rises, what falls."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from teletipo.findings import Severity
from teletipo.languages import Language
from teletipo.spans import Located
from teletipo.verify.data import table
from teletipo.verify.readers.words import begins

_PAIRS = table("directions")["pair"]
Side = tuple[str, bool | None]
"""A pair's name, and which side of it."""
SEVERITIES = {pair["name"]: Severity(pair.get("severity", "error")) for pair in _PAIRS}
"""How sure a changed direction is an error, by pair."""


@dataclass(frozen=True)
class Direction(Located):
    """A word that says one of two opposites."""

    pair: str
    """The name of the pair of opposites, such as ``rise``."""
    is_one: bool | None
    """Whether it is the pair's first side: it rises. None if it can be either."""
    start: int
    end: int


def read_directions(text: str, language: Language) -> tuple[Direction, ...]:
    """Return the words of direction in a text; a word may belong to several pairs."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = text
    if language.base not in ("es", "en", "zh"):
        return ()
    if language.is_chinese:
        return tuple(_phrases(lowered, "zh"))
    return tuple(_western(text, lowered, language.base))


def _western(text: str, lowered: str, language: str) -> Iterator[Direction]:
    for match in _WESTERN_WORD.finditer(lowered):
        sides = _of_word(match[0], language)
        if sides and not _is_name(text, match.start()):
            for pair, is_one in sides:
                yield Direction(pair, is_one, *match.span())
    yield from _phrases(lowered, language)


def _is_name(text: str, start: int) -> bool:
    """Whether a word has a capital and does not begin a sentence: "Niagara Falls"."""
    return text[start].isupper() and not begins(text, start)


# Words with their hyphens: "left-wing".
_WESTERN_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


@lru_cache(maxsize=20_000)
def _of_word(word: str, language: str) -> tuple[Side, ...]:
    return tuple(side for side, pattern in _words(language) if pattern.fullmatch(word))


def _phrases(text: str, language: str) -> Iterator[Direction]:
    any_phrase, patterns = _phrase_patterns(language)
    for place in any_phrase.finditer(text):
        for side, pattern in patterns:
            if match := pattern.match(text, place.start()):
                yield Direction(*side, *match.span())


@cache
def _words(language: str) -> tuple[tuple[Side, re.Pattern[str]], ...]:
    return tuple(
        (side, re.compile("|".join(words)))
        for side, entries in _sides(language)
        if (words := [each for each in entries if not _is_phrase(each)])
    )


@cache
def _phrase_patterns(
    language: str,
) -> tuple[re.Pattern[str], tuple[tuple[Side, re.Pattern[str]], ...]]:
    """A pattern that is empty where any phrase begins, and the pattern of each side's phrases."""
    edge = ("", "") if language == "zh" else (r"(?<!\w)", r"(?!\w)")
    own = [
        (side, f"{edge[0]}(?:{'|'.join(phrases)}){edge[1]}")
        for side, entries in _sides(language)
        if (phrases := [each for each in entries if language == "zh" or _is_phrase(each)])
    ]
    anything = re.compile(f"{edge[0]}(?={'|'.join(pattern for _, pattern in own)})")
    return anything, tuple((side, re.compile(pattern)) for side, pattern in own)


def _is_phrase(entry: str) -> bool:
    """Whether an entry is more than a word: "de la mañana", "a.m."."""
    return " " in entry or "\\." in entry


def _sides(language: str) -> Iterator[tuple[Side, list[str]]]:
    for pair in _PAIRS:
        for name, is_one in (("one", True), ("other", False), ("both", None)):
            yield (pair["name"], is_one), pair[language].get(name, [])
