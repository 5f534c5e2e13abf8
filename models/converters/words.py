"""The texts that say which vocabulary pieces a language needs, and the command that counts them.

``python -m models.converters.words --help``. ``data/words.LANGUAGE.gz`` lists words with how often
they occur in the sentences of ``data/origins.toml``, and short runs of characters for Chinese,
which has no spaces. The gazetteer's names are added. No sentence is in the lists.
"""

import argparse
import gzip
import hashlib
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path

from teletipo.errors import UnsupportedModel
from teletipo.languages import HAN, Language
from teletipo.verify import data as names

_DATA = Path(__file__).parent / "data"
_COLUMNS = ("es", "en", "zh")
_TABLES = ("gazetteer", "names")
# A space before a word belongs to it: tokenizers have other pieces at the start of a word.
_WORD = re.compile(r" ?(?:[^\W\d_]+|\d+|[^\w\s]+|_+)")
_CHINESE = re.compile(rf" ?[{HAN}\u2014-\u2026\u3000-\u303f\uff00-\uff0f\uff1a-\uff20]+")
_RUNS = (2, 3, 4)
_LEAST_RUNS = 6
_LONGEST_WORD = 30
_STEPS = (100, 50, 20, 10, 5, 3, 2, 1)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Texts:
    """What a vocabulary must be able to write: words of these languages, or the lines of a file."""

    languages: tuple[str, ...]
    """BCP 47 tags."""
    corpus: Path | None = None
    """Read instead of the word lists, one text a line."""

    def counted(self) -> Iterator[tuple[str, int]]:
        """Yield each text with how often it occurs. Raises ``OSError``, ``UnsupportedModel``."""
        if self.corpus:
            with self.corpus.open(encoding="utf-8") as lines:
                yield from ((text, 1) for line in lines if (text := line.rstrip("\n")))
            return
        for file in self._files:
            for word, number in unpack(file):
                yield word, number
                if not word.startswith(" "):
                    # Some tokenizers put a space before a text, but none into the middle of it.
                    yield f"({word}", number
        columns = [_COLUMNS.index(language) for language in self._bases]
        for table in _TABLES:
            for line in names.lines(table):
                row = line.split("\t")
                yield from ((f" {row[column]}", 1) for column in columns if row[column])

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of the texts. Raises ``OSError``, ``UnsupportedModel``."""
        digest = hashlib.sha256()
        if self.corpus:
            with self.corpus.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        tables = [Path(names.__file__).with_name(f"{table}.tsv.gz") for table in _TABLES]
        for path in (*self._files, *tables):
            digest.update(path.read_bytes())
        return digest.hexdigest()

    @property
    def _bases(self) -> list[str]:
        return sorted({Language(language).base for language in self.languages})

    @property
    def _files(self) -> list[Path]:
        files = [_file(base, _DATA) for base in self._bases]
        missing = [base for base, file in zip(self._bases, files, strict=True) if not file.exists()]
        if missing:
            raise UnsupportedModel(
                f"There is no word list for {', '.join(missing)}: give texts with --corpus."
            )
        return files


def count(sentences: Iterable[str], *, chinese: bool) -> Counter[str]:
    """Count words with the space before them; for Chinese also runs of two to four characters."""
    counts: Counter[str] = Counter()
    runs: Counter[str] = Counter()
    for sentence in sentences:
        rest = sentence
        if chinese:
            for run in _CHINESE.findall(sentence):
                for length in _RUNS:
                    starts = range(len(run) - length + 1)
                    runs.update(run[start : start + length] for start in starts)
            rest = _CHINESE.sub("\n", sentence)
        counts.update(word for word in _WORD.findall(rest) if len(word) < _LONGEST_WORD)
    counts.update({run: number for run, number in runs.items() if number >= _LEAST_RUNS})
    return counts


def pack(counts: Mapping[str, int]) -> bytes:
    """Return sorted words, each as what it shares with the one before, the rest and its count.

    Counts are rounded down to one of eight steps.
    """
    lines = []
    before = ""
    for word, number in sorted(counts.items()):
        shared = 0
        while shared < min(len(before), len(word)) and before[shared] == word[shared]:
            shared += 1
        step = next(step for step in _STEPS if number >= step)
        lines.append(f"{_DIGITS[shared]}{word[shared:]}\t{step}\n")
        before = word
    return gzip.compress("".join(lines).encode(), mtime=0)


def unpack(file: Path) -> Iterator[tuple[str, int]]:
    """Yield the words of a file that ``pack`` made, with their counts."""
    word = ""
    with gzip.open(file, "rt", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            own, _, number = line.rstrip("\n").rpartition("\t")
            word = word[: int(own[0], 36)] + own[1:]
            yield word, int(number)


def _file(language: str, directory: Path) -> Path:
    return directory / f"words.{language}.gz"


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 written, 1 a file cannot be read, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m models.converters.words", description=__doc__)
    parser.add_argument(
        "data", type=Path, nargs="+", help="folders with es-en.tsv, en-zh.tsv or es-zh.tsv"
    )
    parser.add_argument("--out", type=Path, default=_DATA, metavar="DIR")
    options = parser.parse_args(arguments)
    try:
        sentences = _sentences(options.data)
        for language, own in sentences.items():
            packed = pack(count(sorted(own), chinese=language == "zh"))
            _file(language, options.out).write_bytes(packed)
            print(f"{language}: {len(own):,} sentences, {len(packed):,} bytes")
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _sentences(folders: Sequence[Path]) -> dict[str, set[str]]:
    """Return each language's different sentences of the origins whose licences allow it."""
    text = resources.files(__package__).joinpath("data/origins.toml").read_text("utf-8")
    origins = tomllib.loads(text)
    found: dict[str, set[str]] = {language: set() for language in _COLUMNS}
    for path in (path for folder in folders for path in sorted(folder.glob("*-*.tsv"))):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            columns = line.split("\t")
            if len(columns) != 3:
                raise ValueError(f"{path}, line {number}: {len(columns)} columns, not 3")
            if columns[2] in origins:
                for language, sentence in zip(path.stem.split("-"), columns[:2], strict=True):
                    found[language].add(sentence)
    return found


if __name__ == "__main__":
    sys.exit(main())
