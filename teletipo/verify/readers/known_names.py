"""Names known in several languages: from CLDR, the datelines' places and ``names.toml``."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from babel import Locale

from teletipo import dateline
from teletipo.languages import HAN
from teletipo.verify.data import table
from teletipo.verify.readers.words import fold

_DATA = table("names")
SHORT_NAME = 2
# Currencies are the figures' business; the others are words.
NOT_NAMES = frozenset(_DATA["not_names"])

Renderings = Mapping[str, Sequence[str]]
"""What something is called, by language without script."""


def renderings_of(name: str) -> Renderings | None:
    """What a known name is called in each language."""
    key = _key(name)
    if len(key) <= SHORT_NAME and name.isascii() and not name.isupper():
        # "UN" is one, Kim Jong Un's last name none.
        return None
    return _renderings().get(key)


@cache
def capitalized_words() -> frozenset[str]:
    """Words that are written with a capital and are no names, in lower case."""
    return frozenset(
        word.casefold() for entry in _DATA["words"] for words in entry.values() for word in words
    )


@cache
def seats() -> dict[str, Renderings]:
    """A country for its capital and a capital for its country, as both name a government.

    By the folded name.
    """
    found: dict[str, Renderings] = {}
    for seat in _DATA["seats"]:
        capital: Renderings = {tag: [seat[tag]] for tag in ("es", "en", "zh")}
        country = _renderings()[_key(seat["of"])]
        for names in capital.values():
            found[fold(names[0])] = country
        for names in country.values():
            for name in names:
                found.setdefault(fold(name), capital)
    return found


@cache
def pattern(language: str) -> re.Pattern[str]:
    """Known names of several words; in Chinese those that are not part of another word."""
    names = {name for entry in _renderings().values() for name in entry.get(language, ())}
    if language == "zh":
        chinese = (name for name in names if re.fullmatch(f"[{HAN}]{{2,}}", name))
        return re.compile("|".join(sorted(set(chinese) - NOT_NAMES, key=len, reverse=True)))
    several = (name for name in names if re.match(r"[^\W\d_a-z][^.]* [^.]*$", name))
    longest = sorted(several, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest))})\b")


@cache
def _renderings() -> dict[str, Renderings]:
    entries: list[Renderings] = [*_DATA["names"], *_DATA["words"]]
    entries += [
        {tag[:2]: [name] for tag, name in place.items() if name} for place in dateline.places()
    ]
    entries += _demonyms()
    found: dict[str, Renderings] = {}
    for entry in entries:
        for names in entry.values():
            for name in names:
                found.setdefault(_key(name), entry)
    return found


def _key(name: str) -> str:
    return fold(re.sub(r"\s", "", name))


def _demonyms() -> Iterator[Renderings]:
    """Peoples, by what CLDR calls their languages: "coreano", "Korean"."""
    spanish, english = Locale("es").languages, Locale("en").languages
    for code, name in english.items():
        if len(str(code)) == 2 and " " not in str(name) and code in spanish:
            yield {"es": [str(spanish[code])], "en": [str(name)]}
