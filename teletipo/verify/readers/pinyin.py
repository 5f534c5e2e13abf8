"""Chinese names of persons, in characters and in pinyin: 王建国, "Wang Jianguo"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from teletipo.languages import HAN
from teletipo.spans import Located
from teletipo.verify.data import table
from teletipo.verify.phonetics import syllables

_DATA = table("pinyin")
SURNAMES = frozenset(_DATA["surnames"])
# A hyphen is how Taiwan and Hong Kong spell names, by other rules.
_WESTERN = re.compile(
    r"(?<![\w-])(?P<surname>[A-Z][a-zü]{1,5}) (?P<given>[A-Z][a-zü]+(?:['’][a-z]+)?)"
    r"(?![\w-]|['’]\w)"
)
_NAME = f"[{_DATA['surnames']}][{HAN}]{{1,2}}"
_CHINESE = re.compile(
    rf"(?:(?<![{HAN}])|(?<={')|(?<='.join(_DATA['before'])}))"
    rf"(?P<name>{_NAME})(?={'|'.join(_DATA['behind'])})"
)
_TITLES = frozenset((*_DATA["titles"], *_DATA["before"]))
_ADVERBS = frozenset(_DATA["adverbs"])


@dataclass(frozen=True)
class PinyinName(Located):
    """A name in pinyin: a surname's syllable and one or two of the given name."""

    text: str
    syllables: Sequence[str]
    start: int
    end: int


@dataclass(frozen=True)
class ChineseName(Located):
    """A name in characters."""

    text: str
    start: int
    end: int

    @property
    def pinyin(self) -> str:
        """The name as it is usually written: "Wang Jianguo"."""
        return written(self.text)


def read_pinyin_names(text: str) -> Iterator[PinyinName]:
    """Yield the names in a Spanish or English text that can only be pinyin, family name first."""
    for match in _WESTERN.finditer(text):
        surname, given = match["surname"].lower(), match["given"].lower()
        if surname in _surname_syllables():
            for parts in _split(given):
                yield PinyinName(match[0], (surname, *parts), *match.span())
                break


def read_chinese_names(text: str) -> Iterator[ChineseName]:
    """Yield the names in a Chinese text that their neighbours show to be names."""
    for match in _CHINESE.finditer(text):
        if match["name"][1:] not in _TITLES and match["name"][-1] not in _ADVERBS:
            yield ChineseName(match["name"], *match.span("name"))


def written(characters: str) -> str:
    """Return a name in pinyin, by each character's first reading."""
    surname, *given = map(_first, characters)
    return f"{surname.capitalize()} {_joined(given).capitalize()}"


# Surnames that are read otherwise than the word.
_OF_SURNAMES = {"曾": "zeng", "任": "ren", "石": "shi", "覃": "qin", "俞": "yu", "车": "che"}


def _first(character: str) -> str:
    return _OF_SURNAMES.get(character) or next(iter(syllables(character)), "")


def _joined(syllables: Sequence[str]) -> str:
    first, *rest = syllables
    return first + "".join(f"'{each}" if each[0] in "aeo" else each for each in rest)


@cache
def _syllables() -> frozenset[str]:
    """All syllables: the first reading of each of the characters of the basic block."""
    return frozenset(map(_first, map(chr, range(0x4E00, 0x9FA6)))) - {""}


@cache
def _surname_syllables() -> frozenset[str]:
    return frozenset(_first(surname) for surname in SURNAMES)


def _split(given: str) -> Iterator[tuple[str, ...]]:
    """The ways to read a given name as two syllables, else as one."""
    plain = given.replace("ü", "u")
    for mark in "'’":
        if mark in plain:
            parts = tuple(plain.split(mark))
            if set(parts) <= _syllables():
                yield parts
            return
    for place in range(1, len(plain)):
        parts = plain[:place], plain[place:]
        if set(parts) <= _syllables():
            yield parts
    if plain in _syllables():
        yield (plain,)
