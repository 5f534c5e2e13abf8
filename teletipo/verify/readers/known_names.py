"""Names known in several languages: CLDR's, the datelines' places, and those of ``data``."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from babel import Locale

from teletipo import dateline
from teletipo.languages import CAPITALS, HAN, Language
from teletipo.spans import Span
from teletipo.verify.data import lines, table
from teletipo.verify.readers.words import fold

_DATA = table("names")
SHORT_NAME = 2
# Currencies are the figures' business; the others are words.
NOT_NAMES = frozenset(_DATA["not_names"])
_MOST_WORDS = 6
_WORD = re.compile(r"\w+")
_CHINESE_NAME = re.compile(f"[{HAN}]{{2,}}")
_WESTERN_NAME = re.compile(rf"[{CAPITALS}](?=[^\W\dA-Z])(?:[\w’']|[ -](?=\w))*")

Renderings = Mapping[str, Sequence[str]]
"""What something is called, by language without script."""


def renderings_of(name: str) -> Renderings | None:
    """What a known name is called in each language."""
    key = _key(name)
    if len(key) <= SHORT_NAME and name.isascii() and not name.isupper():
        # "UN" is one, Kim Jong Un's last name none.
        return None
    return _renderings().get(key)


def dictionary(source: Language, target: Language) -> dict[str, str]:
    """Return the names in one language, each with its first rendering in another."""
    return {
        name: entry[target.base][0]
        for entry in (*_learned(), *_curated())
        if entry.get(target.base)
        for name in entry.get(source.base, ())
    }


@cache
def places(source: str, target: str) -> dict[str, str]:
    """Return our names of places and institutions, and CLDR's cities and countries, each with its
    one rendering. The languages are BCP 47 tags.

    Left out are those with several, and those that differ only in accents or in what is added.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for entry in _of_three_languages():
        name, rendering = entry[source], entry[target]
        if _is_written_as(name, source) and _is_written_as(rendering, target):
            found[name].add(rendering)
    return {
        name: rendering
        for name, (rendering, *others) in found.items()
        if not (others or fold(name) in fold(rendering) or fold(rendering) in fold(name))
    }


@cache
def countries(language: str) -> frozenset[str]:
    """The names of countries and dependent areas in a language (BCP 47)."""
    return frozenset(place[language] for place in dateline.countries())


def _of_three_languages() -> Iterator[Mapping[str, str]]:
    """Each place's usual names, by language with script; ours go before CLDR's."""
    tags = ("es", "en", "zh-Hans")
    for entry in _DATA["names"]:
        if all(tag[:2] in entry for tag in tags):
            yield {tag: entry[tag[:2]][0] for tag in tags}
    known = {entry["es"][0] for entry in _DATA["names"] if "es" in entry}
    for place in (*dateline.cities(), *dateline.countries()):
        if all(place.get(tag) for tag in tags) and place["es"] not in known:
            yield place


def _is_written_as(name: str, language: str) -> bool:
    """Whether a name is no abbreviation and no common word, and is in the language's script."""
    form = _CHINESE_NAME if language.startswith("zh") else _WESTERN_NAME
    return name not in NOT_NAMES and form.fullmatch(name) is not None


def is_name(word: str) -> bool:
    """Whether a word with a capital is a name even if it is a common word too.

    What was learned from aligned sentences does not say so: "Jobs", "Won".
    """
    return word.casefold() not in _capitalized_words() and _key(word) in _curated_keys()


@cache
def _capitalized_words() -> frozenset[str]:
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


def find(text: str, language: Language) -> Iterator[Span]:
    """The known names in a text, the longest first where they overlap.

    In Chinese all of two characters and more; elsewhere those of several words.
    """
    known, longest = _known(language.base)
    if language.is_chinese:
        place = 0
        while place < len(text):
            length = next((n for n in range(longest, 1, -1) if text[place : place + n] in known), 0)
            if length:
                yield Span(place, place + length)
            place += length or 1
        return
    words = list(_WORD.finditer(text))
    place = 0
    for first, word in enumerate(words):
        if word.start() < place:
            continue
        for last in range(min(first + _MOST_WORDS, len(words)) - 1, first, -1):
            if text[word.start() : words[last].end()] in known:
                place = words[last].end()
                yield Span(word.start(), place)
                break


@cache
def _known(language: str) -> tuple[frozenset[str], int]:
    """The names that ``find`` looks for, and the length of the longest."""
    entries = [*_curated(), *_learned()] if language == "zh" else _curated()
    names = {name for entry in entries for name in entry.get(language, ())}
    wanted = f"[{HAN}]{{2,}}" if language == "zh" else f"[{CAPITALS}][^.]* [^.]*"
    found = frozenset(name for name in names if re.fullmatch(wanted, name)) - NOT_NAMES
    return found, max(map(len, found))


@cache
def _renderings() -> dict[str, Renderings]:
    """Every name's renderings, in all entries that have the name."""
    found: defaultdict[str, defaultdict[str, dict[str, None]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    for entry in (*_curated(), *_learned()):
        for key in {_key(name) for names in entry.values() for name in names}:
            for tag, names in entry.items():
                found[key][tag].update(dict.fromkeys(names))
    return {
        key: {tag: tuple(names) for tag, names in entry.items()} for key, entry in found.items()
    }


_ours: list[Renderings] = [*_DATA["names"], *_DATA["words"]]


def use_curated(names: Sequence[Renderings]) -> None:
    """Read with these names instead of those of ``names.toml``, to measure what each is worth."""
    _ours[:] = names
    for cached in (_curated, _curated_keys, _renderings, _known, seats):
        cached.cache_clear()


@cache
def _curated() -> list[Renderings]:
    """Names that people wrote down as such: ours, the datelines' places, and CLDR's."""
    places = [
        {tag[:2]: [name] for tag, name in place.items() if name} for place in dateline.places()
    ]
    return [*_ours, *places, *_demonyms()]


@cache
def _curated_keys() -> frozenset[str]:
    return frozenset(_key(name) for entry in _curated() for each in entry.values() for name in each)


@cache
def _learned() -> list[Renderings]:
    """Names that aligned sentences bear out: see ``models.training.names``."""
    rows = [zip(("es", "en", "zh"), line.split("\t"), strict=True) for line in lines("names")]
    return [{tag: [name] for tag, name in row if name} for row in rows]


def _key(name: str) -> str:
    return fold(re.sub(r"\s", "", name))


def _demonyms() -> Iterator[Renderings]:
    """Peoples, by what CLDR calls their languages: "coreano", "Korean"."""
    spanish, english = Locale("es").languages, Locale("en").languages
    for code, name in english.items():
        if len(str(code)) == 2 and " " not in str(name) and code in spanish:
            yield {"es": [str(spanish[code])], "en": [str(name)]}
