"""Finds Western names in Chinese text by their consonants: Kavanaugh, 卡瓦诺 (ka-wa-nuo)."""

import os
import re
from functools import lru_cache

from teletipo.verify.data import table
from teletipo.verify.readers.words import fold

# Phrases are not needed here, and their table takes half a second to load.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")

from pypinyin import lazy_pinyin, pinyin_dict

_DATA = table("phonetics")
CHARACTERS: str = _DATA["characters"]
"""What foreign names are written with."""
_RUN = re.compile(f"[{CHARACTERS}·•\\-]{{2,}}")
_INITIALS: dict[str, str] = {
    initial: sound for sound, own in _DATA["initials"].items() for initial in own
}
_PINYIN_SYLLABLES = (2, 3, 4)
_SYLLABLE = re.compile(r"(zh|ch|sh|[bpmfdtnlgkhjqrzcsxw])?([a-zü]*?)(ng|n)?$")
_LATIN = re.compile(
    "|".join(f"(?P<{each}>{letters})" for each, letters in _DATA["letters"].items())
)
# The costs of substituting, adding and losing a sound.
_CLOSE = {frozenset(pair) for pair in _DATA["costs"]["close"]}
_CLOSE_COST, _ADDED, _LOST = 0.35, 0.6, 1.0
_EASILY_LOST: dict[str, float] = _DATA["costs"]["lost"]


def similarity(name: str, chinese: str) -> float | None:
    """Return how closely a Chinese text contains a name's sound, from 0 to 1.

    None for a name of fewer than two consonants, which is too little evidence.
    """
    wanted = _latin_sounds(name)
    if len(wanted) < 2:
        return None
    return max((_aligned(wanted, run) for run in _runs(chinese)), default=0.0)


def sounds_as(name: str, chinese: str) -> bool:
    """Whether a Chinese name has exactly a Western one's consonants, even if only one."""
    wanted = _latin_sounds(name)
    return bool(wanted) and wanted == _chinese_sounds(chinese)


def sounds(name: str, chinese: str) -> tuple[str, str]:
    """Return the consonants of a Western and of a Chinese name, in one alphabet."""
    return _latin_sounds(name), _chinese_sounds(chinese)


def is_pinyin_of(name: str, chinese: str) -> bool:
    """Whether a name of at least two syllables is the pinyin of characters in a Chinese text."""
    syllables = _pinyin(chinese)
    letters = re.sub(r"[^a-zü]", "", fold(name))
    return any(
        "".join(syllables[start : start + length]) == letters
        for length in _PINYIN_SYLLABLES
        for start in range(len(syllables) - length + 1)
    )


@lru_cache(maxsize=64)
def _pinyin(chinese: str) -> tuple[str, ...]:
    return tuple(lazy_pinyin(chinese))


@lru_cache(maxsize=8_000)
def syllables(character: str) -> tuple[str, ...]:
    """Return all that a character can be read as, without tones; the commonest first."""
    found: str = pinyin_dict.pinyin_dict.get(ord(character), "")
    return tuple(dict.fromkeys(fold(each) for each in found.split(",") if each))


def consonants(name: str) -> int:
    """Return the number of a name's consonants, as counted for ``similarity``."""
    return len(_latin_sounds(name))


@lru_cache(maxsize=4_000)
def _latin_sounds(name: str) -> str:
    folded = re.sub(r"([a-z])\1", r"\1", fold(name))
    return "".join(str(match.lastgroup) for match in _LATIN.finditer(folded))


@lru_cache(maxsize=256)
def _runs(chinese: str) -> tuple[str, ...]:
    """The sounds of each run of characters that could be a foreign name."""
    return tuple(map(_chinese_sounds, _RUN.findall(chinese)))


def _chinese_sounds(name: str) -> str:
    return "".join(_syllable_sounds(syllable) for syllable in lazy_pinyin(name))


def _syllable_sounds(syllable: str) -> str:
    if syllable == "er":
        return "L"
    match = _SYLLABLE.match(syllable)
    if match is None:
        return ""
    return _INITIALS.get(match[1] or "", "") + ("N" if match[3] else "")


def _aligned(wanted: str, run: str) -> float:
    """One minus the cost per sound of finding ``wanted`` somewhere in ``run``."""
    row = [0.0] * (len(run) + 1)
    for sound in wanted:
        lost = _EASILY_LOST.get(sound, _LOST)
        following = [row[0] + lost]
        for place, other in enumerate(run):
            cost = 0.0 if sound == other else _CLOSE_COST
            if sound != other and frozenset((sound, other)) not in _CLOSE:
                cost = _LOST
            following.append(
                min(row[place] + cost, row[place + 1] + lost, following[place] + _ADDED)
            )
        row = following
    return max(0.0, 1.0 - min(row) / len(wanted))
