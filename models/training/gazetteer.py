"""Write the gazetteer: ``python -m models.training.gazetteer --help``.

A list of names in Spanish, English and Chinese has names that are also words, and renderings that
nobody uses. Aligned sentences tell: a name that occurs in them is kept if its rendering stands in
most of the translations. A name that does not occur is kept if the list has one rendering for it
and it is not a common word. Given names alone are left out, and so are single common words whose
Chinese does not sound like them: programs translated those ("Cork", 软木).
"""

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from babel import Locale
from babel.dates import get_day_names, get_month_names

from models.training.names import Row, read_rows, write_rows
from models.training.pairs import Pair, read_pairs
from teletipo import languages
from teletipo.languages import Language
from teletipo.verify.lexicon import words
from teletipo.verify.phonetics import similarity
from teletipo.verify.readers import known_names
from teletipo.verify.readers.gazetteer import WORD, read_characters, read_words
from teletipo.verify.readers.persons import is_given
from teletipo.verify.readers.words import LONG_WORD, fold, stem

_CHINESE = re.compile(f"[{languages.HAN}][{languages.HAN}·]{{1,9}}(?<!·)")
_MIN_SHARE = 0.6
_MIN_LETTERS = 4
# A Chinese name of so many characters is no word.
_LONG_CHINESE = 4
_SOUNDS_SIMILAR = 0.35
_LANGUAGES = "es", "en"
# Days and months are figures; "English" is a language, a people and an adjective.
_NOT_NAMES = frozenset(
    str(name).capitalize()
    for language in _LANGUAGES
    for names in (
        get_day_names("wide", locale=language),
        get_month_names("wide", locale=language),
        Locale(language).languages,
    )
    for name in names.values()
)


def usable(
    rows: Sequence[Row], pairs: Iterable[Pair], must_occur: Sequence[str] = ()
) -> list[tuple[str, str, str, str]]:
    """Return the names to use, sorted: Spanish, English, Chinese, and the direction.

    A direction is ``>`` (look for the Spanish or English name, which is empty if it is not usable)
    or ``<`` (look for the Chinese name). Names of the origins ``must_occur`` are kept only if the
    aligned sentences confirm them; so are Spanish names that differ from the English ones, because
    programs translated many of them ("Voltereta" for Somerset).
    """
    names = {
        (language, name, chinese, origin not in must_occur and fold(name) == fold(western[-1]))
        for *western, chinese, origin in rows
        for language, name in zip(_LANGUAGES, western, strict=True)
        if name[:1].isupper() and name not in _NOT_NAMES
    }
    by_name: dict[str, defaultdict[str, set[str]]] = {each: defaultdict(set) for each in _LANGUAGES}
    by_chinese: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for language, name, chinese, _ in names:
        by_name[language][name].add(chinese)
        by_chinese[language, chinese].add(name)
    seen, together = _count(by_name, {chinese for _, chinese in by_chinese}, pairs)

    def is_usable(key: tuple[str, str], pair: tuple[str, str, str], *, new: bool) -> bool:
        """Whether most sentences confirm it, or ``new`` if no sentence has it."""
        return together[pair] / seen[key] >= _MIN_SHARE if seen[key] else new

    forward, backward = set(), set()
    for language, name, chinese, may_be_new in names:
        pair = language, name, chinese
        alone = len(by_name[language][name]) == 1 and not _may_be_a_word(name, language)
        if is_name(name, chinese, language) and is_usable(
            (language, name), pair, new=may_be_new and alone
        ):
            forward.add(pair)
        alone = len(by_chinese[language, chinese]) == 1 and len(chinese) >= _LONG_CHINESE
        if is_usable((language, chinese), pair, new=may_be_new and alone):
            backward.add(pair)
    rows_kept = set()
    for spanish, english, chinese, _ in rows:
        for kept, direction in ((forward, ">"), (backward, "<")):
            es, en = (
                name if (language, name, chinese) in kept else ""
                for language, name in zip(_LANGUAGES, (spanish, english), strict=True)
            )
            if es or en:
                rows_kept.add((es, en, chinese, direction))
    return sorted(rows_kept)


def is_name(name: str, chinese: str, language: str) -> bool:
    """Whether a single word can be put into a text as this name; several words always can."""
    if len(WORD.findall(name)) > 1:
        return True
    known = known_names.renderings_of(name) or {}
    is_known = any(each in chinese or chinese in each for each in known.get("zh", ()))
    if is_known and known_names.is_name(name):
        return True
    if is_given(name, language) and not is_known:
        return False
    sounds = (similarity(name, chinese) or 0.0) >= _SOUNDS_SIMILAR
    return sounds or not any(words(each).is_common(stem(name)) for each in _LANGUAGES)


def _count(
    by_name: dict[str, defaultdict[str, set[str]]], chinese: set[str], pairs: Iterable[Pair]
) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str, str]]]:
    """Count the sentences with each name, by language, and those that have both."""
    seen: Counter[tuple[str, str]] = Counter()
    together: Counter[tuple[str, str, str]] = Counter()
    for pair in pairs:
        if pair.target != "zh-Hans" or pair.source not in by_name:
            continue
        known = by_name[pair.source]
        names = {pair.text[start:end] for start, end in read_words(pair.text, known)}
        renderings = {
            pair.translation[start:end] for start, end in read_characters(pair.translation, chinese)
        }
        seen.update((pair.source, each) for each in names | renderings)
        together.update(
            (pair.source, name, each)
            for name in names
            for each in known[name]
            if each in pair.translation
        )
    return seen, together


def _may_be_a_word(name: str, language: str) -> bool:
    if len(name) < _MIN_LETTERS:
        return True
    if len(WORD.findall(name)) > 1 or len(name) >= LONG_WORD:
        return False
    return words(Language(language).base).is_common(stem(name))


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 written, 1 a file cannot be read, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m models.training.gazetteer",
                                     description=__doc__)  # fmt: skip
    parser.add_argument("names", type=Path, help="names.tsv: Spanish, English, Chinese, origin")
    parser.add_argument("--data", type=Path, required=True, help="a folder with en-zh.tsv and "
                        "es-en.tsv, or a file of models.training.pairs")  # fmt: skip
    parser.add_argument(
        "--origins", nargs="+", required=True, help="values of the fourth column to use"
    )
    parser.add_argument("--must-occur", nargs="*", default=[], metavar="ORIGIN",
                        help="of these, keep what the sentences confirm")  # fmt: skip
    parser.add_argument("--out", type=Path, required=True, help="such as gazetteer.tsv.gz")
    options = parser.parse_args(arguments)
    try:
        rows = [
            row
            for row in read_rows(options.names)
            if row[3] in (*options.origins, *options.must_occur) and _CHINESE.fullmatch(row[2])
        ]
        found = usable(rows, read_pairs(options.data), options.must_occur)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    write_rows(options.out, found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
