"""Gazetteer: the Chinese names of places, people and institutions with a Spanish or English name.

``models.training.gazetteer`` wrote ``data/gazetteer.tsv.gz``; its README names the sources.
"""

import itertools
import re
from collections.abc import Container, Iterator, Mapping
from functools import cache

from teletipo.languages import HAN, Language
from teletipo.terminology import Occurrence
from teletipo.verify.data import lines, table
from teletipo.verify.lexicon import words
from teletipo.verify.readers import known_names
from teletipo.verify.readers.words import NEAR, begins, longest_names, stem

# The s of a possessive is a word of its own.
WORD = re.compile(r"[^\W_]+(?:(?!['’]s\b)['’-][^\W_]+)*")
_MOST_WORDS = 5
# A shorter Chinese name is often a part of another word.
_MIN_CHARACTERS = 3
_MAX_CHARACTERS = 10
_LANGUAGES = ("es", "en", "zh-Hans")
_CHINESE = _LANGUAGES[-1]
_DATA = table("gazetteer")
_HOMOGRAPHS, _PARTS = frozenset(_DATA["homographs"]), frozenset(_DATA["parts"])
_THINGS = frozenset(_DATA["things"])
_TITLES = frozenset(title for own in table("persons")["titles"].values() for title in own)
# A person or a thing: "el ministro Sevilla", "la calle Roma".
_BEARERS = {"es": _TITLES | _THINGS, "en": _TITLES}
_STATE_AFTER = re.compile(rf", (?:{'|'.join(_DATA['states'])})\b")
# After a name it makes another one of it: "Corea del norte".
_PART_AFTER = re.compile(r" del (?:norte|sur|este|oeste)\b", re.IGNORECASE)
# The same in Chinese: New England, New South Wales, Kenyatta, the Gulf of Mexico.
_CHINESE_PART_BEFORE = re.compile("新南?$")
_CHINESE_PART_AFTER = re.compile("塔|湾|广播|邮报|时报|以南|国际机场")
# Spanish says "el" or "la" before a club, but not before its city: "el Nápoles".
_CLUB = re.compile(r"\b(?:[Ee]l|[Aa]l|[Dd]el|[Ll]a) $")
_JOINS = re.compile(r"[ –/-]| ?& ?")


def find(text: str, source: str, target: str) -> list[Occurrence]:
    """Return the names in a text that can mean nothing else, in order.

    Left out are parts of longer names, persons and things that bear a place's name, and single
    words that a capital at the start of a sentence could have made of a common word; between
    Spanish and English also clubs.
    """
    known = names(source, target)
    if not known:
        return []
    chinese = source.startswith("zh")
    found = _find_chinese(text, known) if chinese else _find_western(text, known, source)
    if source == "es" and target != _CHINESE:
        found = (place for place in found if not _is_club(text, place[0]))
    return [Occurrence(start, end, known[text[start:end]]) for start, end in found]


def _is_club(text: str, place: int) -> bool:
    return _CLUB.search(text, max(0, place - NEAR), place) is not None


def read_words(text: str, known: Container[str]) -> Iterator[tuple[int, int]]:
    """Yield where known names of whole words with a capital stand; of overlapping ones the first
    and longest."""
    found = list(WORD.finditer(text))
    for first, last in longest_names(text, found, known.__contains__, _MOST_WORDS):
        yield found[first].start(), found[last].end()


def _find_western(text: str, known: Container[str], source: str) -> Iterator[tuple[int, int]]:
    lexicon = words(Language(source).base)
    countries = known_names.countries(source)

    def is_common(word: re.Match[str]) -> bool:
        return lexicon.is_common(stem(word[0]))

    def belong(one: re.Match[str], other: re.Match[str]) -> bool:
        """Whether two words are parts of one name."""
        capitals = one[0][0].isupper() and other[0][0].isupper()
        return capitals and _JOINS.fullmatch(text, one.end(), other.start()) is not None

    def may_be_a_title(word: re.Match[str]) -> bool:
        """Whether it may stand before a name without being a part of it: "President Macron", "En
        Brasil". Spanish has no other capitals within a sentence."""
        is_word = is_common(word) and word[0] not in _PARTS
        return is_word and (source != "es" or begins(text, word.start()))

    found = list(WORD.finditer(text))
    for first, last in longest_names(text, found, known.__contains__, _MOST_WORDS):
        start, end = found[first].start(), found[last].end()
        word = found[first]
        if first == last and is_common(word) and begins(text, start) and word[0] not in countries:
            continue
        # "Emmanuel Macron" may be another person.
        before = found[first - 1] if first else None
        if before and belong(before, word) and not may_be_a_title(before):
            continue
        if before and text[before.end() : start] == " " and before[0].lower() in _BEARERS[source]:
            continue
        if _PART_AFTER.match(text, end) or _STATE_AFTER.match(text, end):
            continue
        if last + 1 < len(found) and belong(found[last], found[last + 1]):
            continue
        yield start, end


def read_characters(text: str, known: Container[str]) -> Iterator[tuple[int, int]]:
    """Yield where known names stand in a Chinese text; the first and longest first."""
    for run in re.finditer(f"[{HAN}·]+", text):
        start = run.start()
        while start < run.end():
            longest = min(run.end() - start, _MAX_CHARACTERS)
            lengths = range(longest, _MIN_CHARACTERS - 1, -1)
            length = next((n for n in lengths if text[start : start + n] in known), 0)
            if length:
                yield start, start + length
            start += length or 1


def _find_chinese(text: str, known: Container[str]) -> Iterator[tuple[int, int]]:
    for start, end in read_characters(text, known):
        # A dot joins the parts of a person's name.
        around = text[start - 1 : start] + text[end : end + 1]
        is_part = _CHINESE_PART_BEFORE.search(text, max(0, start - 2), start)
        if "·" not in around and not is_part and not _CHINESE_PART_AFTER.match(text, end):
            yield start, end


def names(source: str, target: str) -> Mapping[str, str]:
    """The names to look for in ``source``, each with its one rendering in ``target``."""
    return _tables().get((source, target), {})


@cache
def _tables() -> Mapping[tuple[str, str], Mapping[str, str]]:
    """The names of each direction.

    Of several renderings the longest counts if the others are its beginning (亚利桑那, 亚利桑那州);
    otherwise the name is left out, as are names that mean something else too. Known places fill
    the gaps.
    """
    found: dict[tuple[str, str], dict[str, str]] = {
        pair: {} for pair in itertools.permutations(_LANGUAGES, 2)
    }
    ambiguous: set[tuple[tuple[str, str], str]] = set()
    for line in lines("gazetteer"):
        *western, chinese, use = line.split("\t")
        for own, name in zip(("es", "en"), western, strict=True):
            if not name:
                continue
            pair, term, rendering = (
                ((own, _CHINESE), name, chinese) if use == ">" else ((_CHINESE, own), chinese, name)
            )
            shorter, longer = sorted((rendering, found[pair].get(term, rendering)), key=len)
            if longer.startswith(shorter):
                found[pair][term] = longer
            else:
                ambiguous.add((pair, term))
    for pair, term in ambiguous:
        del found[pair][term]
    return {
        pair: {
            name: rendering
            for name, rendering in (known_names.places(*pair) | own).items()
            if name not in _HOMOGRAPHS
        }
        for pair, own in found.items()
    }
