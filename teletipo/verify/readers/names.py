"""Names in a text: people, places, organizations, acronyms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from teletipo.languages import CAPITALS, HAN, Language
from teletipo.spans import Located
from teletipo.verify.lexicon import Words, words
from teletipo.verify.phonetics import CHARACTERS
from teletipo.verify.readers import known_names
from teletipo.verify.readers.dates import day_names
from teletipo.verify.readers.words import WORD, stem

_CAPITALIZED = re.compile(
    rf"(?<![\w@#/.])(?:(?:[A-Z]\.\s?){{2,}}|EE\.\s?UU\.|NN\.\s?UU\.|[{CAPITALS}][^\W\d_{HAN}]*)"
)
_CAPITALS_RUN = re.compile(rf"\b[{CAPITALS}]+(?: [{CAPITALS}]+){{2,}}\b")
_NEAR = 24
_CAPITAL_BEHIND = re.compile(rf"\s[{CAPITALS}]")
_SENTENCE_START = re.compile(r"(?:^|[.!?…:]\s+|[\"“«‘'¿¡(（]\s*|[—–-]\s+)$")
TRANSLITERATED = re.compile(rf"[{CHARACTERS}]{{1,6}}(?:[·•][{CHARACTERS}]{{1,6}})+")
# A name's original spelling, in parentheses after the Chinese one.
_GLOSS = re.compile(rf"[{HAN}》”]\s*[(（][^)）{HAN}]*$")


@dataclass(frozen=True)
class Name(Located):
    """One word of a name or a place's whole name, with its offsets."""

    text: str
    start: int
    end: int
    is_word: bool = False
    """Whether it may be a capitalized common word, which counts only if another name is missing."""

    @property
    def is_acronym(self) -> bool:
        return self.letters.isupper() and len(self.letters) >= 2

    @property
    def is_abbreviation(self) -> bool:
        """Whether it is an acronym, or half of its letters are capitals: CoV, PhD."""
        capitals = sum(letter.isupper() for letter in self.letters)
        return self.is_acronym or 2 <= capitals >= len(self.letters) / 2

    @property
    def letters(self) -> str:
        """The letters, without full stops and without a plural s."""
        letters = re.sub(r"[.\s]", "", self.text)
        return letters[:-1] if letters[:-1].isupper() and letters.endswith("s") else letters


def read_names(text: str, language: Language) -> list[Name]:
    """Return the names that can be checked, in order.

    In Chinese these are known names, transliterated names and names in Latin letters; elsewhere
    known names and capitalized words that are not common words.
    """
    names = [
        Name(text[span.start : span.end], span.start, span.end)
        for span in known_names.find(text, language)
    ]
    hidden = text
    for name in names:
        hidden = f"{hidden[: name.start]}{' ' * len(name.text)}{hidden[name.end :]}"
    if language.is_chinese:
        names += [Name(match[0], *match.span()) for match in TRANSLITERATED.finditer(hidden)]
        names += [
            name
            for name in _capitalized(hidden)
            if not _GLOSS.search(text[: name.start])
            and len(name.text) > 1
            and not _is_figure_or_word(name)
            and not (name.is_acronym and _is_shouted(name, text, words("zh")))
        ]
    else:
        known, title_case = words(language.base), _is_title_case(text)
        names += [
            name
            for name in _capitalized(hidden)
            if len(name.text) > 1
            and not _is_word(name, text, language, known, title_case=title_case)
        ]
    return sorted(names, key=lambda name: name.start)


def words_with_capitals(text: str, language: Language) -> Iterator[Name]:
    """Yield capitalized common words inside a Spanish or English sentence, which may be names."""
    if _is_title_case(text):
        return
    known = words(language.base)
    for name in _capitalized(text, is_word=True):
        if (
            len(name.text) > 2
            and not name.is_acronym
            and name.text.casefold() not in day_names(language.base)
            and name.text not in known_names.NOT_NAMES
            and known.is_common(stem(name.text))
            and not _SENTENCE_START.search(text[: name.start])
        ):
            yield name


def _capitalized(text: str, *, is_word: bool = False) -> Iterator[Name]:
    for match in _CAPITALIZED.finditer(text):
        written = match[0].strip()
        yield Name(written, match.start(), match.start() + len(written), is_word)


def _is_title_case(text: str) -> bool:
    """Whether most longer words are capitalized, as in an English headline."""
    longer = [word for word in WORD.findall(text) if len(word) > 3]
    return len(longer) > 4 and sum(word[0].isupper() for word in longer) > 0.6 * len(longer)


def _is_figure_or_word(name: Name) -> bool:
    return bool(re.fullmatch(r"[IVX]+", name.text)) or name.text in known_names.NOT_NAMES


def _is_shouted(name: Name, text: str, known: Words) -> bool:
    """Whether it is a common word in capitals, or the whole text is in capitals.

    A short one must stand among others: "US" is one elsewhere.
    """
    if text.upper() == text:
        return True
    around = text[max(0, name.start - _NEAR) : name.end + _NEAR]
    if len(name.text) <= 3 and not _CAPITALS_RUN.search(around):
        return False
    return known.is_common(stem(name.text))


def _is_word(name: Name, text: str, language: Language, known: Words, *, title_case: bool) -> bool:
    """Whether it is a word capitalized for another reason, or a Roman numeral."""
    if _is_figure_or_word(name):
        return True
    if name.is_acronym:
        return _is_shouted(name, text, known)
    word = name.text.casefold()
    if word in day_names(language.base):
        return True
    if known_names.renderings_of(name.text) and known_names.is_name(name.text):
        return False
    key = stem(name.text)
    if known.is_common(key) or (language == "en" and known.is_common(stem(name.text.rstrip("s")))):
        return True
    if key in known.names:
        return False
    starts = bool(_SENTENCE_START.search(text[: name.start]))
    followed = _CAPITAL_BEHIND.match(text, name.end)
    return title_case or (starts and not followed)
