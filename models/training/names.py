"""Names for the checks: ``python -m models.training.names --help``.

Keeps the names of a Spanish, English and Chinese list that aligned sentences confirm: the Chinese
name must occur in most sentence pairs that have the other name. This drops names that are also
words, and names that the news renders differently.
"""

import argparse
import gzip
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from models.training.pairs import Pair, read_pairs
from teletipo import languages

_MIN_CHARACTERS, _MAX_CHARACTERS = 2, 10
_CHINESE_NAME = re.compile(f"[{languages.HAN}]{{{_MIN_CHARACTERS},{_MAX_CHARACTERS}}}(?<!的)")
_MIN_SHARE, _MIN_SHARE_SHORT = 0.6, 0.8
_SHORT = 2
_WORDS = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")

Name = tuple[str, str, str]
"""A name in Spanish (may be empty), English and Chinese."""


Row = tuple[str, str, str, str]
"""The same, and its origin."""


def read_rows(path: Path) -> Iterator[Row]:
    """Return a list's rows, with the Chinese in simplified characters.

    Raises ``OSError``; ``ValueError`` names a row without four columns.
    """
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        columns = line.split("\t")
        if len(columns) != 4:
            raise ValueError(f"{path}, line {number}: {len(columns)} columns, not 4")
        spanish, english, chinese, origin = columns
        yield spanish, english, languages.simplify(chinese), origin


def write_rows(path: Path, rows: Sequence[tuple[str, ...]]) -> None:
    """Write rows as ``.tsv.gz``, and their number to standard error. Raises ``OSError``."""
    text = "".join("\t".join(row) + "\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(f"{len(rows)} names", file=sys.stderr)


def read_names(path: Path, origins: Sequence[str]) -> Iterator[Name]:
    """Return the names of these origins. Raises ``OSError``; ``ValueError`` names a bad row."""
    for spanish, english, chinese, origin in read_rows(path):
        if origin in origins and english[:1].isupper() and _CHINESE_NAME.fullmatch(chinese):
            yield spanish, english, chinese


def supported(names: Iterable[Name], pairs: Iterable[Pair]) -> list[Name]:
    """Return the names that aligned sentences confirm, each once."""
    by_chinese: defaultdict[str, list[Name]] = defaultdict(list)
    for name in dict.fromkeys(names):
        by_chinese[name[2]].append(name)
    seen: Counter[str] = Counter()
    together: Counter[Name] = Counter()
    for pair in pairs:
        if pair.target != "zh-Hans":
            continue
        words = f" {' '.join(_WORDS.findall(pair.text))} ".casefold()
        place = 0 if pair.source == "es" else 1
        for chinese in _substrings(pair.translation):
            if chinese not in by_chinese:
                continue
            seen[chinese] += 1
            for name in by_chinese[chinese]:
                written = " ".join(_WORDS.findall(name[place])).casefold()
                together[name] += bool(written) and f" {written} " in words
    return sorted(
        name
        for name, count in together.items()
        if count >= seen[name[2]] * (_MIN_SHARE_SHORT if len(name[2]) <= _SHORT else _MIN_SHARE)
        and count > 0
    )


def _substrings(text: str) -> set[str]:
    return {
        run[start : start + length]
        for run in re.findall(f"[{languages.HAN}]+", text)
        for length in range(_MIN_CHARACTERS, _MAX_CHARACTERS + 1)
        for start in range(len(run) - length + 1)
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 written, 1 a file cannot be read, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m models.training.names", description=__doc__)
    parser.add_argument("names", type=Path, help="names.tsv: Spanish, English, Chinese, origin")
    parser.add_argument("--data", type=Path, required=True, help="a folder with en-zh.tsv and "
                        "es-en.tsv, or a file of models.training.pairs")  # fmt: skip
    parser.add_argument(
        "--origins", nargs="+", required=True, help="values of the fourth column to use"
    )
    parser.add_argument("--out", type=Path, required=True, help="such as names.tsv.gz")
    options = parser.parse_args(arguments)
    try:
        found = supported(read_names(options.names, options.origins), read_pairs(options.data))
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    write_rows(options.out, found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
