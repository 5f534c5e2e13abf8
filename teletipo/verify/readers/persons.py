"""Persons' names in Chinese: known given and family names, and Spanish ones by their spelling.

English spelling does not tell how a name sounds: there, only names of the lists count.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from teletipo.languages import CAPITALS, Language
from teletipo.terminology import Occurrence
from teletipo.verify.data import lines, table
from teletipo.verify.lexicon import words
from teletipo.verify.readers.gazetteer import WORD, names
from teletipo.verify.readers.spanish_sounds import transcribe
from teletipo.verify.readers.words import NEAR, begins, stem

_DATA = table("persons")
_CHINESE = "zh-Hans"
_PARTICLES: dict[str, str] = _DATA["particles"]
_PLACES = frozenset(_DATA["places"]["es"])
_SAINTS = frozenset(_DATA["places"]["saints"])
_TITLES = {language: frozenset(own) for language, own in _DATA["titles"].items()}
_THINGS = {language: frozenset(own) for language, own in _DATA["things"].items()}
_BETWEEN = frozenset(("de", "del", "la", "el", "los", "las", "of"))
_MOST_PARTS = 5
_NEXT = re.compile(
    r"(?: (?P<particle>de la|de las|de los|del|de))? "
    rf"(?P<word>[{CAPITALS}](?:[\w-]|['’](?!s\b))*)"
)
_INITIAL = re.compile(r" (?P<letter>[A-Z])\.(?= [A-Z])")
_POSSESSIVE = re.compile(r"['’]s?$")
_PLACE_WORDS = frozenset(_DATA["places"]["words"])
_LOOKS_SPANISH = re.compile("[áéíóúñ]|ez$")


@dataclass(frozen=True)
class _Names:
    """Parts of names and their Chinese, by language."""

    given: Mapping[str, str]
    family: Mapping[str, str]
    spanish: frozenset[str] = frozenset()
    """Given names after which the Spanish table is used."""
    perhaps_spanish: frozenset[str] = frozenset()
    """Those after which it is used for names that look Spanish."""


def find(text: str, source: str, target: str) -> list[Occurrence]:
    """Return the persons in a text who can be put into Chinese for certain, in order.

    A person is a known given name and one to four names after it, or a known family name after a
    title. Left out are names with a part that is not known, names beside another word with a
    capital, and things that bear a person's name.
    """
    if target != _CHINESE or source not in _TITLES:
        return []
    found: list[Occurrence] = []
    for word in WORD.finditer(text):
        if found and word.start() < found[-1].end:
            continue
        person = _full_name(text, word, source) or _after_title(text, word, source)
        if person:
            found.append(person)
    return found


def known_in(sentences: Iterable[str], language: str) -> dict[str, str]:
    """Return the persons whom an article names in full, and their Chinese names.

    A name is there as it is written, without accents (a translation into English may lose them),
    and as the family name alone, unless two persons differ in it.
    """
    if language not in _TITLES:
        return {}
    known: dict[str, str] = {}
    families: defaultdict[str, set[str]] = defaultdict(set)
    for text in sentences:
        for person in find(text, language, _CHINESE):
            name, parts = text[person.start : person.end], person.rendering.split("·")
            words_of_name = name.split()
            if len(words_of_name) == 1:
                continue
            known[name] = person.rendering
            # Of two Spanish family names the first is the one that stands alone.
            if len(words_of_name) == len(parts):
                for place in (1, len(parts) - 1):
                    families[words_of_name[place]].add(parts[place])
    places = names(language, _CHINESE)
    given = _names(language).given
    for family, renderings in families.items():
        (rendering, *others) = renderings
        is_place = places.get(family, rendering) != rendering
        if not (others or is_place or family in given or is_common(family, language)):
            known.setdefault(family, rendering)
    return {plain(name): chinese for name, chinese in known.items()} | known


def find_known(
    text: str, source: str, target: str, *, known: Mapping[str, str]
) -> list[Occurrence]:
    """Return these persons in a text, where they stand alone, in order."""
    if target != _CHINESE or source not in _TITLES or not known:
        return []
    longest = sorted(map(re.escape, known), key=len, reverse=True)
    found = re.finditer(rf"(?<![\w’'-])(?:{'|'.join(longest)})(?![\w-])", text)
    return [
        Occurrence(*match.span(), known[match[0]])
        for match in found
        if _stands_free(text, match, source) and _ends(text, match.end(), source)
    ]


def is_given(name: str, language: str) -> bool:
    """Whether it is a known given name."""
    return language in _TITLES and name in _names(language).given


def rendering(word: str, language: str) -> str | None:
    """Return one name's Chinese: a known family or given name, or a Spanish one by its spelling."""
    known = _names(language)
    name = _POSSESSIVE.sub("", word)
    found = known.family.get(name) or known.given.get(name)
    return found or (transcribe(name) if language == "es" else None)


def _full_name(text: str, first: re.Match[str], language: str) -> Occurrence | None:
    known = _names(language)
    given = known.given.get(first[0])
    if given is None or not _stands_free(text, first, language):
        return None
    parts = [given]
    end, last = first.end(), first[0]
    is_spanish = first[0] in known.spanish
    may_be_spanish = first[0] in known.perhaps_spanish
    for _ in range(_MOST_PARTS):
        if initial := _INITIAL.match(text, end):
            parts.append(initial["letter"])
            end, last = initial.end(), ""
            continue
        following = _NEXT.match(text, end)
        if following is None:
            break
        particle, last = following["particle"], following["word"]
        if particle and (language != "es" or first[0] in _PLACES):
            return None
        by_table = is_spanish or (may_be_spanish and _LOOKS_SPANISH.search(last))
        part = _part(last, known, may_be_given=len(parts) == 1)
        part = part or (transcribe(last) if by_table else None)
        if part is None or (len(parts) > 1 and last in _PLACE_WORDS):
            return None
        parts.append(_PARTICLES[particle] + part if particle else part)
        end = following.end()
    if not 2 <= len(parts) <= _MOST_PARTS or not last or not _ends(text, end, language):
        return None
    if _may_be_a_word(text, first, language) and is_common(last, language):
        return None
    return Occurrence(first.start(), end, "·".join(parts))


def _part(name: str, known: _Names, *, may_be_given: bool) -> str | None:
    """A name after a given name in Chinese; None if it is not known."""
    if found := known.family.get(name):
        return found
    if may_be_given and (found := known.given.get(name)):
        return found
    if "-" in name:
        parts = [known.family.get(part) for part in name.split("-")]
        return "-".join(part for part in parts if part) if all(parts) else None
    return None


def _after_title(text: str, word: re.Match[str], language: str) -> Occurrence | None:
    """A family name after a title: "el presidente Maduro"."""
    known = _names(language)
    if not word[0][0].isupper():
        return None
    before = re.search(r"([\w-]+\.?) $", _before(text, word.start()))
    if before is None or not _is_title(before[1], language):
        return None
    if _NEXT.match(text, word.end()) or not _ends(text, word.end(), language):
        return None
    if language == "en" and is_common(word[0], language):
        return None
    name = known.family.get(word[0])
    if name is None and known.spanish and word[0].endswith("ez"):
        name = transcribe(word[0])
    return Occurrence(*word.span(), name) if name else None


def _is_title(word: str, language: str) -> bool:
    return word in _TITLES[language] or word.lower() in _TITLES[language]


def _before(text: str, place: int) -> str:
    """What stands before a place, as far as it matters."""
    return text[max(0, place - NEAR) : place]


def is_common(word: str, language: str) -> bool:
    """Whether a name is a common word too."""
    return words(Language(language).base).is_common(stem(word))


def plain(name: str) -> str:
    """Return a name without accents, in its own case."""
    parts = unicodedata.normalize("NFD", name)
    return "".join(each for each in parts if not unicodedata.combining(each))


def _may_be_a_word(text: str, word: re.Match[str], language: str) -> bool:
    """Whether a word has its capital perhaps only because a sentence begins with it."""
    return begins(text, word.start()) and is_common(word[0], language)


def _stands_free(text: str, word: re.Match[str], language: str) -> bool:
    """Whether no other name and no thing with a name of its own stands before a person's name."""
    before = re.findall(r"[\w’'-]+[^\w’'-]*", _before(text, word.start()))[-4:]
    if before:
        adjacent = re.fullmatch(r"([\w’'-]+\.?)[ /–-]", before[-1])
        if adjacent and adjacent[1] in _SAINTS:
            return False
        if adjacent and adjacent[1][0].isupper() and not _is_title(adjacent[1], language):
            # "El Pedro" and "Then Peter" are fine at the start of a sentence.
            start = word.start() - len(before[-1])
            if not (is_common(adjacent[1], language) and begins(text, start)):
                return False
    for each in reversed(before):
        own = re.match(r"[\w’'-]+", each)
        if own is None or own[0] not in _BETWEEN:
            return own is None or own[0] not in _THINGS[language]
    return True


def _ends(text: str, end: int, language: str) -> bool:
    """Whether a name ends here, and is not a part of another one or of a thing's name."""
    after = text[end : end + NEAR]
    if re.match(r"['’]s\b", after):
        return True
    if re.match(r"['’-]?\w|[-/&]| & ", after):
        return False
    following = re.match(r" ([\w’'-]+)", after)
    return following is None or not (
        following[1][0].isupper() or following[1] in _THINGS[language] - {"the"}
    )


def _pairs(text: str) -> dict[str, str]:
    found = text.split()
    return dict(zip(found[::2], found[1::2], strict=True))


@cache
def _names(language: str) -> _Names:
    given: dict[str, str] = {}
    family: dict[str, str] = {}
    for line in lines("persons"):
        name, kind, chinese = line.split("\t")
        (given if kind == "given" else family)[name] = chinese
    own, shared = _DATA["given"], _pairs(_DATA["given"]["both"])
    spanish, english = _pairs(own["es"]), _pairs(own["en"])
    families = _pairs(_DATA["family"]["es"]), _pairs(_DATA["family"]["en"])
    if language == "es":
        given |= english | shared | spanish
        family |= families[1] | families[0]
        return _Names(given, family, frozenset(spanish), frozenset(shared))
    # English writes Spanish names without their accents too.
    given |= _without_accents(shared | spanish) | shared | spanish | english
    family |= _without_accents(families[0]) | families[0] | families[1]
    return _Names(given, family)


def _without_accents(found: Mapping[str, str]) -> dict[str, str]:
    return {plain(name): chinese for name, chinese in found.items()}
