"""Places: countries and cities in a text, by their exact names (CLDR, ``places.toml``)."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from teletipo import dateline
from teletipo.languages import HAN, Language
from teletipo.spans import Located
from teletipo.verify.readers.words import fold, longest_names

_WORD = re.compile(rf"[^\W\d_{HAN}]+")
_MOST_WORDS, _MOST_CHARACTERS = 4, 8


@dataclass(frozen=True)
class Place(Located):
    """A place's name in a text."""

    entries: frozenset[tuple[str, int]]
    """What it can be: the kind, and a number of its own."""
    start: int
    end: int

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(kind for kind, _ in self.entries)


def read_places(text: str, language: Language) -> list[Place]:
    """Return all places in a text, in order; of names that overlap, the longest."""
    known = _known(language.base)
    found = _chinese(text, known) if language.is_chinese else _western(text, known)
    return [Place(entries, start, end) for start, end, entries in found]


_Known = Mapping[str, frozenset[tuple[str, int]]]


def _western(text: str, known: _Known) -> Iterator[tuple[int, int, frozenset[tuple[str, int]]]]:
    words = list(_WORD.finditer(text))
    for first, last in longest_names(text, words, lambda name: fold(name) in known, _MOST_WORDS):
        start, end = words[first].start(), words[last].end()
        yield start, end, known[fold(text[start:end])]


def _chinese(text: str, known: _Known) -> Iterator[tuple[int, int, frozenset[tuple[str, int]]]]:
    start = 0
    while start < len(text):
        for length in range(_MOST_CHARACTERS, 1, -1):
            if entries := known.get(text[start : start + length]):
                yield start, start + length, entries
                start += length
                break
        else:
            start += 1


@cache
def _known(language: str) -> _Known:
    found: defaultdict[str, set[tuple[str, int]]] = defaultdict(set)
    for kind, entries in (("country", dateline.countries()), ("city", dateline.cities())):
        for number, entry in enumerate(entries):
            for tag, name in entry.items():
                if tag.startswith(language) and name:
                    found[name if language == "zh" else fold(name)].add((kind, number))
    return {name: frozenset(entries) for name, entries in found.items()}
