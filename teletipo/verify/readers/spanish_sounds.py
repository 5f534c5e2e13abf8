"""Spanish names in Chinese, syllable by syllable, by the published table."""

import re
from functools import lru_cache

from teletipo.verify.data import table
from teletipo.verify.readers.words import fold

_COLUMNS, *_ROWS = table("persons")["syllables"].values()
_TABLE: dict[tuple[str, str], str] = {
    (row, column): characters
    for row, own in zip(list(table("persons")["syllables"])[1:], _ROWS, strict=True)
    for column, characters in zip(_COLUMNS, own, strict=True)
}
_IE: dict[str, str] = table("persons")["ie"]
# What Spanish does not write: k, w, doubled letters but l and r, an h after most consonants.
_FOREIGN = re.compile(
    r"[kw]|([^lrncaeo])\1|[^cnlraeiou]h|[aeiou]h[^aeiou]|[^aeiouylrnszd]$|^[^aeiou][^aeiouhlry]"
)
# Letters → rows of the table, in order.
_SOUNDS = (
    (re.compile("ch"), "C"),
    (re.compile("ll"), "L"),
    (re.compile("rr"), "r"),
    (re.compile("gü(?=[ei])|gu(?=[ao])"), "G"),
    (re.compile("gu(?=[ei])"), "g·"),
    (re.compile("g(?=[ei])"), "j"),
    (re.compile("qu(?=[ei])"), "k·"),
    (re.compile("qu|cu(?=[aeio])"), "K"),
    (re.compile("c(?=[ei])|z"), "s"),
    (re.compile("c"), "k"),
    (re.compile("^x(?=[aeiou])"), "j"),
    (re.compile("x(?=[aeiou])"), "ks"),
    (re.compile("x"), "s"),
    (re.compile("C"), "c"),
    (re.compile("hu(?=[aeio])"), "w"),
    (re.compile("h"), ""),
    (re.compile("ñ"), "N"),
    (re.compile("m(?=[bvp])"), "n"),
    (re.compile("(?<![n])(?<!^)[bv]"), "V"),
    (re.compile("v"), "b"),
    (re.compile("V"), "v"),
    (re.compile("y(?![aeiou])"), "i"),
    (re.compile("·"), ""),
)
_SYLLABLE = re.compile(r"([bvpdtgkfscjyLmnNlrwGK]?)(a[iu](?![aeiou])|[aeiou])(n(?![aeiou]))?")


@lru_cache(maxsize=4_000)
def transcribe(name: str) -> str | None:
    """Return a Spanish name in Chinese, or None if it is not written as Spanish names are."""
    letters = _plain(name)
    if not re.fullmatch("[a-zñü]{3,}", letters) or _FOREIGN.search(letters):
        return None
    for pattern, sound in _SOUNDS:
        letters = pattern.sub(sound, letters)
    found: list[str] = []
    place = 0
    before = ""
    while place < len(letters):
        if match := re.compile(r"([bdtsnlr])ie(?!n(?![aeiou]))").match(letters, place):
            found.append(_IE[match[1]])
            place, before = match.end(), "e"
            continue
        if match := _SYLLABLE.match(letters, place):
            row, vowel, nasal = match.groups()
            column = vowel + (nasal or "")
            rest = "" if column in _COLUMNS else "恩"
            column = vowel if rest else column
            found.append((_TABLE[row, column] if row else _vowel(before, column)) + rest)
            place, before = match.end(), "" if nasal else vowel[-1]
        else:
            alone = _TABLE.get((letters[place], "0"))
            if alone is None:
                return None
            found.append(alone)
            place, before = place + 1, ""
    return "".join(found)


def _vowel(before: str, column: str) -> str:
    """A syllable that begins with a vowel, after another vowel or none."""
    if column[0] == "a" and before in ("e", "i", "o"):
        return {"a": "亚", "an": "安", "ai": "艾", "au": "奥"}[column]
    if column == "e" and before == "i":
        return "耶"
    return _TABLE["", column]


def _plain(name: str) -> str:
    """The letters in lower case, without accents but those of ñ and ü."""
    kept = name.lower().replace("ñ", "\0").replace("ü", "\1")
    return fold(kept).replace("\0", "ñ").replace("\1", "ü")
