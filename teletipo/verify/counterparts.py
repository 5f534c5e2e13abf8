"""Counterparts: whether a name of one text occurs in the other, in any form."""

import difflib
import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from teletipo.languages import CAPITALS, Language
from teletipo.spans import Span
from teletipo.verify.lexicon import Lexicon, lexicon
from teletipo.verify.phonetics import consonants, similarity, sounds_as
from teletipo.verify.readers import known_names
from teletipo.verify.readers.certain_names import is_pinyin
from teletipo.verify.readers.names import TRANSLITERATED, Name
from teletipo.verify.readers.words import fold, stem

if TYPE_CHECKING:
    from teletipo.verify.pair import Sentence, SentencePair

_SIMILAR, _NEARLY_EQUAL = 0.72, 0.8
_SIMILAR_LETTERS = 4
_CAPITALIZED = re.compile(rf"[{CAPITALS}][^\W\d_]+")
_WITH_AN_INITIAL = re.compile(rf"\b[{CAPITALS}]\w+")
# Of the letters of an acronym, those that its Spanish one has too: "EFSF", "MEEF".
_SHARED_LETTERS = 0.5
_STRONG = 0.6
_SOUNDS_SIMILAR, _SOUNDS_SAME = 0.6, 0.8
# A name of so many consonants of which nothing is heard in the Chinese is missing.
_UNHEARD, _AUDIBLE = 0.2, 3


def counterpart(
    name: Name, own: "Sentence", other: "Sentence", table: Lexicon, *, forward: bool
) -> bool | None:
    """Whether a name of the text ``own`` occurs in the other text; None if that cannot be judged.
    ``forward`` is true for a name of the source."""
    language = own.language
    if _stands(known_names.seats().get(fold(name.text)), other):
        return True
    other = _without_other_places(name, own, other)
    known = known_names.renderings_of(name.text)
    if _stands(known, other):
        return True
    folded = fold(re.sub(r"[.\s]", "", name.text))
    if (
        (name.is_acronym and has_initials(name, other.text))
        or name.text in other.text
        or any(word == folded or _is_similar(folded, word) for word in other.folded_words)
    ):
        return True
    if language.is_chinese:
        return _chinese_name_stands(name, other, table, known, forward=forward)
    key = stem(name.text)
    in_lexicon = _in_lexicon(key, other, table, forward=forward)
    if not other.language.is_chinese:
        # Written as one word or as several: "Coca-Cola", "Coca Cola".
        return in_lexicon or folded in re.sub(r"[\W_]", "", fold(other.text))
    sound = similarity(name.text, other.text)
    if known is not None and known.get("zh") and known_names.is_name(name.text):
        # A person may have a country's name: Michael Jordan.
        return in_lexicon or (sound is not None and sound >= _SOUNDS_SAME)
    if in_lexicon or (language.base == "es" and _through_english(key, other)):
        return True
    if sound is not None and sound >= _SOUNDS_SIMILAR:
        return True
    if name.text.isascii() and is_pinyin(name, own.text, other.text):
        return True
    if forward and sound is not None and sound < _UNHEARD and consonants(name.text) >= _AUDIBLE:
        return False
    best = table.translations(key) if forward else table.sources(key)
    is_known = sound is not None and max(best.values(), default=0.0) >= _STRONG
    return False if is_known else None


def _stands(entry: known_names.Renderings | None, other: "Sentence") -> bool:
    """Whether one of a known name's renderings stands in the other text."""
    # Chinese and Spanish may keep an English name ("BBC Scotland").
    tags = dict.fromkeys((other.language.base, "en"))
    return entry is not None and any(
        contains(other.text, rendering, tag) for tag in tags for rendering in entry.get(tag, ())
    )


def _without_other_places(name: Name, own: "Sentence", other: "Sentence") -> "Sentence":
    """For a country's name, the other text without countries that its own text lacks, so that
    "Iraq" is not found in "Irán", nor 印度 in 印度尼西亚; for a city's without such cities."""
    place = next((each for each in own.places if each.overlaps(name)), None)
    if place is None:
        return other
    ours = {entry for each in own.places for entry in each.entries}
    others = [
        each for each in other.places if each.kinds == place.kinds and not each.entries & ours
    ]
    return other.without(Span(each.start, each.end) for each in others) if others else other


def _chinese_name_stands(
    name: Name,
    other: "Sentence",
    table: Lexicon,
    known: known_names.Renderings | None,
    *,
    forward: bool,
) -> bool | None:
    if TRANSLITERATED.fullmatch(name.text):
        return _transliterates(name.text, other.text)
    if known is None:
        # Latin letters in Chinese are English: "Four Corners", "Cuatro Esquinas".
        spanish = lexicon(Language("es"), Language("en")) if other.language.base == "es" else None
        return len(name.text) < 3 or (
            spanish is not None and _in_lexicon(stem(name.text), other, spanish, forward=False)
        )
    # A known name without a known rendering in the text: perhaps a derived word.
    pieces = (name.text[index : index + 2] for index in range(len(name.text) - 1))
    if any(_in_lexicon(piece, other, table, forward=forward) for piece in pieces):
        return True
    return False if other.language.base in known else None


def _transliterates(name: str, text: str) -> bool:
    """Whether the parts of a Chinese name sound, on average, like capitalized words of a text."""
    words = _CAPITALIZED.findall(text)
    best = [
        max(
            (1.0 if sounds_as(word, part) else similarity(word, part) or 0.0 for word in words),
            default=0.0,
        )
        for part in re.split("[·•]", name)
    ]
    return sum(best) >= _SOUNDS_SIMILAR * len(best)


def _in_lexicon(key: str, other: "Sentence", table: Lexicon, *, forward: bool) -> bool:
    return table.best(key, other.stems, forward=forward) > 0


def _through_english(key: str, chinese: "Sentence") -> bool:
    """Whether a Spanish text's name matches by way of English: an English name in the Spanish text
    ("Nationals"), or a Spanish one that Chinese keeps in English ("Escocia", "BBC Scotland")."""
    spanish, english = Language("es"), Language("en")
    ways = (lexicon(english, chinese.language), lexicon(spanish, english))
    return any(table and _in_lexicon(key, chinese, table, forward=True) for table in ways)


def _is_similar(one: str, other: str) -> bool:
    """Whether these are two languages' forms of a name: "Federación", "Federation"."""
    one, other = _spelling(one), _spelling(other)
    if one == other and len(one) > known_names.SHORT_NAME:
        return True
    if min(len(one), len(other)) < _SIMILAR_LETTERS:
        return False
    if one[:_SIMILAR_LETTERS] == other[:_SIMILAR_LETTERS]:
        return True
    if abs(len(one) - len(other)) > 3:
        return False
    enough = _SIMILAR if one[0] == other[0] else _NEARLY_EQUAL
    return difflib.SequenceMatcher(None, one, other).ratio() >= enough


_SPELLINGS = (
    # Spanish puts an e before an initial s and consonant.
    (re.compile("^es(?=[^aeiou])"), "s"),
    (re.compile("ph"), "f"),
    (re.compile("^h(?=[aeiou])|(?<=[^c])h"), ""),
    (re.compile("qu(?=[ei])|q|c(?=[aou])|ck"), "k"),
    (re.compile("y"), "i"),
    (re.compile("w"), "v"),
    (re.compile(r"(\w)\1"), r"\1"),
)


@lru_cache(maxsize=4_000)
def _spelling(word: str) -> str:
    """A spelling in which names from different languages can be compared."""
    for pattern, letters in _SPELLINGS:
        word = pattern.sub(letters, word)
    return word


def has_initials(acronym: Name, other_text: str) -> bool:
    """Return whether a text has the same letters in any order (OTAN, NATO) or as initials."""
    letters = sorted(acronym.letters)
    for match in re.finditer(r"(?:[A-Z]\.?\s?){2,}", other_text):
        if sorted(re.sub(r"[.\s]", "", match[0])) == letters:
            return True
    return is_spelled_out(acronym, other_text)


def is_spelled_out(acronym: Name, text: str) -> bool:
    """Words with a capital that follow each other begin with the acronym's letters."""
    letters = sorted(acronym.letters)
    initials = [word[0] for word in _WITH_AN_INITIAL.findall(text)]
    size = len(letters)
    return any(
        sorted(fold(letter).upper() for letter in initials[start : start + size]) == letters
        for start in range(len(initials) - size + 1)
    )


def is_another(one: Name, other: Name, pair: "SentencePair") -> bool:
    """Whether one name, missing from the output, was certainly replaced by the other.

    Common words with a capital may spell out an acronym in the other language ("ETH", "Instituto
    Federal"), and Spanish has acronyms of its own ("EFSF", "MEEF").
    """
    if not one.is_acronym:
        return True
    if not other.is_acronym:
        return not other.is_word
    are_known = all(known_names.renderings_of(name.text) for name in (one, other))
    if are_known or "es" not in {pair.source.language.base, pair.output.language.base}:
        return True
    # What they stand for begins alike in both languages.
    shared = Counter(one.letters) & Counter(other.letters)
    return shared.total() < _SHARED_LETTERS * max(len(one.letters), len(other.letters))


def contains(text: str, name: str, language: str) -> bool:
    """Whether a text has a name, or a word derived from it."""
    if language == "zh":
        return name in text
    folded, whole = fold(name), fold(text)
    pattern = re.escape(folded).replace(r"\ ", r"\s?").replace("saint", r"(?:saint|st\b\.?)")
    if re.search(rf"(?<!\w){pattern}", whole):
        return True
    # España, español; Corea, norcoreano: a derived word starts like the place's name.
    return (
        " " not in folded
        and len(folded) > 4
        and bool(re.search(rf"\b(?:nor|sud|sur)?{re.escape(folded[:4])}", whole))
    )
