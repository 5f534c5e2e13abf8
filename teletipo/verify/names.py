"""Are the names the source's? People, places, organizations, acronyms."""

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from babel import Locale

from teletipo import dateline
from teletipo.article import Span
from teletipo.findings import Severity
from teletipo.languages import HAN
from teletipo.verify.dates import day_names
from teletipo.verify.fault import Fault
from teletipo.verify.lexicon import Lexicon, Words, lexicon, words
from teletipo.verify.phonetics import CHARACTERS, likeness, sounds_as
from teletipo.verify.words import WORD, fold, stem, stems

_CAPITALIZED = re.compile(
    rf"(?<![\w@#/.])(?:(?:[A-Z]\.\s?){{2,}}|EE\.\s?UU\.|NN\.\s?UU\.|[^\W\d_a-z{HAN}][^\W\d_{HAN}]*)"
)
_SENTENCE_START = re.compile(r"(?:^|[.!?…:]\s+|[\"“«‘'¿¡(（]\s*|[—–-]\s+)$")
_ALIKE, _ALMOST_THE_SAME = 0.72, 0.8
# Currencies are the figures' business; the others are words.
_NOT_NAMES = frozenset(
    "CO Mr Mrs Ms Dr St Un Una USD EUR GBP CNY OK GMT UTC BST EST EDT PST PDT CET CEST "
    "Celsius Fahrenheit "
    "世界 国际 欧洲 圣 亚洲 非洲 西方 东方 中部 巴利 科隆".split()
)
_LIKE_LETTERS = 4
_TRANSLITERATED = re.compile(rf"[{CHARACTERS}]{{1,6}}(?:[·•][{CHARACTERS}]{{1,6}})+")
# A name's own spelling, in parentheses behind the Chinese one.
_GLOSS = re.compile(rf"[{HAN}》”]\s*[(（][^)）{HAN}]*$")
_STRONG = 0.6
_SOUNDS_ALIKE, _SOUNDS_SAME = 0.6, 0.8
_SHORT_NAME = 2


@dataclass(frozen=True)
class Name:
    """A word of a name, or a place's whole name, and where it stands."""

    text: str
    start: int
    end: int
    is_word: bool = False
    """It may be a common word with a capital: a name only where another one was lost."""


def check_names(source_text: str, output_text: str, source: str, target: str) -> list[Fault]:
    """Names that the source does not have, or that were lost.

    What it cannot see: which of two people did what (but see attribution), names made of common
    words ("Will Brown"), names in Chinese that neither CLDR nor the lexicon knows.
    """
    table = lexicon(source, target)
    if table is None:
        return []
    ours = {
        name: counterpart(name, source_text, target, source, table, forward=False)
        for name in read_names(output_text, target)
    }
    theirs = {
        name: counterpart(name, output_text, source, target, table, forward=True)
        for name in read_names(source_text, source)
    }
    added = [name for name, found in ours.items() if found is False]
    missing = [name for name, found in theirs.items() if found is False]
    if missing and not source.startswith("zh") and not target.startswith("zh"):
        added += _perhaps(output_text, source_text, source, target, table)
    faults = []
    for name in added:
        like = _most_like(name, missing)
        if like:
            missing.remove(like)
        code = "name_changed" if like else "name_added"
        said = f"“{name.text}” stands here; the article has no such name in this place"
        if like is None and (name.is_word or _goes_with_another(name, ours, output_text, target)):
            continue
        # Initials that stand alone may be another language's way to say it in words.
        # Chinese names a country where others have "the" or a capital, and writes names by sound.
        is_certain = like is not None or not (
            _is_acronym(name.text) or (target.startswith("zh") and not name.text.isascii())
        )
        faults.append(
            Fault(
                code,
                f"{said}, but “{like.text}”." if like else f"{said}.",
                Severity.ERROR if is_certain else Severity.WARNING,
                source=(Span(like.start, like.end),) if like else (),
                output=(Span(name.start, name.end),),
            )
        )
    faults += [
        Fault(
            "name_missing",
            f"“{name.text}” is missing, or written in a way that cannot be recognized.",
            Severity.WARNING,
            source=(Span(name.start, name.end),),
        )
        for name in missing
    ]
    return faults + _not_judged(
        [name for name, found in theirs.items() if found is None],
        [name for name, found in ours.items() if found is None],
    )


def _goes_with_another(
    name: Name, names: Mapping[Name, bool | None], text: str, language: str
) -> bool:
    """In Chinese a word beside one that the source has, in Latin letters: "Mogollon Rim" is not
    taken apart."""
    return language.startswith("zh") and any(
        found and other.text.isascii() and text[first.end : second.start] == " "
        for other, found in names.items()
        for first, second in [sorted((name, other), key=lambda each: each.start)]
    )


def _not_judged(theirs: Sequence[Name], ours: Sequence[Name]) -> list[Fault]:
    if not theirs and not ours:
        return []
    names = ", ".join(dict.fromkeys(f"“{name.text}”" for name in [*theirs, *ours]))
    return [
        Fault(
            "name_not_judged",
            f"Whether {names} was rendered rightly cannot be told.",
            Severity.INFO,
            source=tuple(Span(name.start, name.end) for name in theirs),
            output=tuple(Span(name.start, name.end) for name in ours),
        )
    ]


def read_names(text: str, language: str) -> list[Name]:
    """The names that can be judged, in order: in Chinese those of places and organizations that
    are known, and what is in Latin letters; else every capitalized word that is no common one."""
    known = words(language)
    names = [Name(match[0], *match.span()) for match in _known_names(language[:2]).finditer(text)]
    hidden = text
    for name in names:
        hidden = f"{hidden[: name.start]}{' ' * len(name.text)}{hidden[name.end :]}"
    if language.startswith("zh"):
        names += [Name(match[0], *match.span()) for match in _TRANSLITERATED.finditer(hidden)]
    title_case = _is_title_case(text)
    for match in _CAPITALIZED.finditer(hidden):
        written = match[0].strip()
        name = Name(written, match.start(), match.start() + len(written))
        if language.startswith("zh") and _GLOSS.search(text[: name.start]):
            continue
        if len(written) > 1 and not _is_word(name, text, language, known, title_case=title_case):
            names.append(name)
    return sorted(names, key=lambda name: name.start)


def _most_like(name: Name, missing: Sequence[Name]) -> Name | None:
    """Of the lost names one of the same kind, initials for initials, before others."""
    kind = _is_acronym(name.text)
    return min(missing, key=lambda one: _is_acronym(one.text) != kind, default=None)


def _perhaps(text: str, source_text: str, source: str, target: str, table: Lexicon) -> list[Name]:
    """Common words with a capital inside a sentence, which nothing in the source accounts for."""
    if _is_title_case(text):
        return []
    known = words(target)
    found = []
    for match in _CAPITALIZED.finditer(text):
        name = Name(match[0].strip(), match.start(), match.start() + len(match[0].strip()), True)
        if (
            len(name.text) > 2
            and not _is_acronym(name.text)
            and name.text.casefold() not in day_names(target[:2])
            and name.text not in _NOT_NAMES
            and known.is_common(stem(name.text))
            and not _SENTENCE_START.search(text[: name.start])
            and counterpart(name, source_text, target, source, table, forward=False) is False
        ):
            found.append(name)
    return found


def _is_title_case(text: str) -> bool:
    """Most longer words have a capital, as in an English headline: it tells nothing then."""
    longer = [word for word in WORD.findall(text) if len(word) > 3]
    return len(longer) > 4 and sum(word[0].isupper() for word in longer) > 0.6 * len(longer)


def _is_word(name: Name, text: str, language: str, known: Words, *, title_case: bool) -> bool:
    """A word of the language that has a capital for another reason, or a figure in letters."""
    is_common = known.is_common
    if re.fullmatch(r"[IVX]+", name.text) or name.text in _NOT_NAMES:
        return True
    if _is_acronym(name.text):
        is_shouted = len(name.text) > 3 and is_common(stem(name.text))
        return text.upper() == text or is_shouted
    if not language.startswith("zh") and name.text.casefold() in day_names(language[:2]):
        return True
    if language.startswith("zh"):
        return False
    key = stem(name.text)
    if _known(name.text, language) and name.text.casefold() not in _capitalized_words():
        return False
    if is_common(key) or (language == "en" and is_common(stem(name.text.rstrip("s")))):
        return True
    if title_case and key not in known.names:
        return True
    starts = bool(_SENTENCE_START.search(text[: name.start]))
    followed = re.match(rf"\s[^\W\d_a-z{HAN}]", text[name.end :])
    return starts and not followed and key not in known.names


def _is_acronym(text: str) -> bool:
    letters = _letters(text)
    return letters.isupper() and len(letters) >= 2


def _letters(acronym: str) -> str:
    """Without full stops, and without the s of several."""
    letters = re.sub(r"[.\s]", "", acronym)
    return letters[:-1] if letters[:-1].isupper() and letters.endswith("s") else letters


def counterpart(
    name: Name, other_text: str, language: str, other: str, table: Lexicon, *, forward: bool
) -> bool | None:
    """Whether a name stands in the other text, in whatever form; None where nobody can tell.

    ``forward`` says that the name is the source's.
    """
    known = _known(name.text, language)
    for entry in (known, _seats().get(fold(name.text))):
        # Chinese may leave an English name as it is: "BBC Scotland".
        for tag in ("zh", "en") if other.startswith("zh") else (other[:2],):
            renderings = entry.get(tag, ()) if entry else ()
            if any(_contains(other_text, rendering, tag) for rendering in renderings):
                return True
    if _is_acronym(name.text) and _initials(name.text, other_text):
        return True
    folded = fold(re.sub(r"[.\s]", "", name.text))
    if name.text in other_text:
        return True
    key = stem(name.text)
    for word in _words_of(other_text):
        if word == folded or _is_like(folded, word):
            return True
    if not other.startswith("zh") and not language.startswith("zh"):
        # Run together or taken apart: "Coca-Cola", "Coca Cola".
        if folded in re.sub(r"[\W_]", "", fold(other_text)):
            return True
        return _in_lexicon(key, other_text, table, forward=forward)
    return _chinese_counterpart(
        name, key, other_text, language, other, table, known, forward=forward
    )


def _chinese_counterpart(
    name: Name,
    key: str,
    other_text: str,
    language: str,
    other: str,
    table: Lexicon,
    known: Mapping[str, Sequence[str]] | None,
    *,
    forward: bool,
) -> bool | None:
    if language.startswith("zh") and _TRANSLITERATED.fullmatch(name.text):
        return _transliterates(name.text, other_text)
    if language.startswith("zh"):
        # A known Chinese name, whose renderings are not there: perhaps a word made from one.
        if known is None:
            # What Chinese leaves in Latin letters is English: "Four Corners", "Cuatro Esquinas".
            spanish = lexicon("es", "en") if other.startswith("es") else None
            return len(name.text) < 3 or (
                spanish is not None and _in_lexicon(key, other_text, spanish, forward=False)
            )
        pieces = {name.text[index : index + 2] for index in range(len(name.text) - 1)}
        return any(
            (table.strength(piece, each) if forward else table.strength(each, piece)) > 0
            for each in _stems_of(other_text)
            for piece in pieces
        )
    sound = likeness(name.text, other_text)
    if known is not None and known.get("zh"):
        # A person may be called as a country is: Michael Jordan.
        alike = sound is not None and sound >= _SOUNDS_SAME
        return alike or _in_lexicon(key, other_text, table, forward=forward)
    if _in_lexicon(key, other_text, table, forward=forward):
        return True
    if language.startswith("es") and _through_english(key, other_text):
        return True
    if sound is not None and sound >= _SOUNDS_ALIKE:
        return True
    best = table.translations(key) if forward else table.sources(key)
    is_known = sound is not None and max(best.values(), default=0.0) >= _STRONG
    return False if is_known else None


def _transliterates(name: str, text: str) -> bool:
    """The parts of a Chinese name sound like capitalized words of a text, taken together."""
    words = re.findall(r"[^\W\d_a-z][^\W\d_]+", text)
    best = [
        max(
            (1.0 if sounds_as(word, part) else likeness(word, part) or 0.0 for word in words),
            default=0.0,
        )
        for part in re.split("[·•]", name)
    ]
    return sum(best) >= _SOUNDS_ALIKE * len(best)


def _in_lexicon(key: str, other_text: str, table: Lexicon, *, forward: bool) -> bool:
    return any(
        (table.strength(key, each) if forward else table.strength(each, key)) > 0
        for each in _stems_of(other_text)
    )


def _through_english(key: str, chinese: str) -> bool:
    """A Spanish text's English name in Chinese ("Nationals"), or its own that Chinese leaves in
    English ("Escocia", "BBC Scotland")."""
    ways = (lexicon("en", "zh-Hans"), lexicon("es", "en"))
    return any(table and _in_lexicon(key, chinese, table, forward=True) for table in ways)


def _is_like(one: str, other: str) -> bool:
    """Two languages' forms of a name: "Federación" and "Federation", "Putin" and "Putín"."""
    one, other = _spelling(one), _spelling(other)
    if one == other and len(one) > _SHORT_NAME:
        return True
    if min(len(one), len(other)) < _LIKE_LETTERS:
        return False
    if one[:_LIKE_LETTERS] == other[:_LIKE_LETTERS]:
        return True
    if abs(len(one) - len(other)) > 3:
        return False
    enough = _ALIKE if one[0] == other[0] else _ALMOST_THE_SAME
    return difflib.SequenceMatcher(None, one, other).ratio() >= enough


_SPELLINGS = (
    # Spanish sets an e before what other languages begin with s and a consonant.
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
    """What languages that write a name by its sound have in common."""
    for pattern, letters in _SPELLINGS:
        word = pattern.sub(letters, word)
    return word


def _initials(acronym: str, other_text: str) -> bool:
    """The same letters stand in the other text, in another order (OTAN, NATO) or as initials."""
    letters = sorted(_letters(acronym))
    for match in re.finditer(r"(?:[A-Z]\.?\s?){2,}", other_text):
        if sorted(re.sub(r"[.\s]", "", match[0])) == letters:
            return True
    initials = [word[0] for word in re.findall(r"\b[^\W\d_a-z]\w+", other_text)]
    size = len(letters)
    return any(
        sorted(fold(letter).upper() for letter in initials[start : start + size]) == letters
        for start in range(len(initials) - size + 1)
    )


@lru_cache(maxsize=256)
def _words_of(text: str) -> tuple[str, ...]:
    return tuple({fold(word) for word in re.findall(rf"[^\W\d_{HAN}]+", text)})


@lru_cache(maxsize=256)
def _stems_of(text: str) -> frozenset[str]:
    return frozenset(stems(text))


def _contains(text: str, name: str, language: str) -> bool:
    if language.startswith("zh"):
        return name in text
    folded, whole = fold(name), fold(text)
    pattern = re.escape(folded).replace(r"\ ", r"\s?")
    if re.search(rf"(?<!\w){pattern}", whole):
        return True
    # España, español; Corea, norcoreano: a word made from a place's name begins as it does.
    return (
        " " not in folded
        and len(folded) > 4
        and bool(re.search(rf"\b(?:nor|sud|sur)?{re.escape(folded[:4])}", whole))
    )


def _known(name: str, language: str) -> Mapping[str, Sequence[str]] | None:
    """The renderings, by language, of a name that CLDR or our own lists have."""
    key = fold(re.sub(r"\s", "", name))
    if len(key) <= _SHORT_NAME and name.isascii() and not name.isupper():
        # "UN" is one, Kim Jong Un's last name none.
        return None
    return _renderings().get(key)


@cache
def _capitalized_words() -> frozenset[str]:
    """Words of ``names.toml`` that are no names."""
    text = resources.files("teletipo.verify").joinpath("names.toml").read_text("utf-8")
    entries = tomllib.loads(text)["words"]
    return frozenset(
        word.casefold() for entry in entries for words in entry.values() for word in words
    )


@cache
def _renderings() -> dict[str, Mapping[str, Sequence[str]]]:
    text = resources.files("teletipo.verify").joinpath("names.toml").read_text("utf-8")
    tables = tomllib.loads(text)
    entries: list[Mapping[str, Sequence[str]]] = [*tables["names"], *tables["words"]]
    entries += [
        {tag[:2]: [name] for tag, name in place.items() if name} for place in dateline.places()
    ]
    entries += _demonyms()
    found: dict[str, Mapping[str, Sequence[str]]] = {}
    for entry in entries:
        for names in entry.values():
            for name in names:
                found.setdefault(fold(re.sub(r"\s", "", name)), entry)
    return found


@cache
def _seats() -> dict[str, Mapping[str, Sequence[str]]]:
    """A country for its capital and a capital for its country, as both name a government."""
    text = resources.files("teletipo.verify").joinpath("names.toml").read_text("utf-8")
    found: dict[str, Mapping[str, Sequence[str]]] = {}
    names: Sequence[str]
    for seat in tomllib.loads(text)["seats"]:
        capital = {tag: [seat[tag]] for tag in ("es", "en", "zh")}
        country = _renderings().get(fold(re.sub(r"\s", "", seat["of"])))
        if country is None:
            raise KeyError(seat["of"])
        for names in capital.values():
            found[fold(names[0])] = country
        for names in country.values():
            for name in names:
                found.setdefault(fold(name), capital)
    return found


def _demonyms() -> list[Mapping[str, Sequence[str]]]:
    """Peoples, by what CLDR calls their languages: "coreano", "Korean"."""
    spanish, english = Locale("es"), Locale("en")
    return [
        {
            "es": [str(spanish.languages[code])],
            "en": [str(english.languages[code])],
        }
        for code in english.languages
        if len(str(code)) == 2
        and " " not in str(english.languages[code])
        and code in spanish.languages
    ]


@cache
def _known_names(language: str) -> re.Pattern[str]:
    """Known names of several words; in Chinese those that are not part of another word."""
    names = {name for entry in _renderings().values() for name in entry.get(language, ())}
    if language == "zh":
        chinese = {
            name
            for name in names
            if re.fullmatch(f"[{HAN}]{{2,}}", name) and name not in _NOT_NAMES
        }
        return re.compile("|".join(sorted(chinese, key=len, reverse=True)))
    several = sorted(
        (name for name in names if re.match(r"[^\W\d_a-z][^.]* [^.]*$", name)), key=len
    )
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, reversed(several)))})\b")
