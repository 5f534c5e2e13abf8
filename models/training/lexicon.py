"""Word translations from parallel sentences: ``python -m models.training.lexicon DATA --out DIR``.

IBM Model 1 (Brown et al. 1993, "The Mathematics of Statistical Machine Translation") in both
directions. The strength of a pair of stems is the geometric mean of both probabilities. Spanish to
Chinese goes through English, and directly where both translate the same English sentence. The
checks in ``teletipo.verify`` use the tables.
"""

import argparse
import gzip
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from teletipo import languages
from teletipo.progress import Progress, progress_display
from teletipo.verify.readers.words import WORD, stem, stems

Sentences = list[str]
Table = dict[str, dict[str, float]]

_ITERATIONS = 4
_MIN_COUNT = 2
_WEAKEST = 0.02
# A strength from here on counts as 1, because a stem has several good translations.
_FULL = 1 / 3
_LEVELS = 9
_MAX_TRANSLATIONS = 30
_NAME_SHARE = 0.9


def train(source: Sentences, target: Sentences) -> Table:
    """Return how strongly stems of two languages translate each other, from 0.02 to 1."""
    bags = [(stems(one), stems(other)) for one, other in zip(source, target, strict=True)]
    forward = _model_one([(one, other) for one, other in bags])
    backward = _model_one([(other, one) for one, other in bags])
    table: Table = {}
    for (one, other), probability in forward.items():
        strength = math.sqrt(probability * backward.get((other, one), 0.0))
        if strength >= _WEAKEST:
            table.setdefault(one, {})[other] = strength
    return table


def compose(first: Table, second: Table) -> Table:
    """Combine two tables through a common language; the strongest path counts."""
    table: Table = {}
    for source, translations in first.items():
        ways: dict[str, float] = {}
        for pivot, one in translations.items():
            for target, other in second.get(pivot, {}).items():
                strength = min(1.0, one / _FULL) * other
                ways[target] = max(ways.get(target, 0.0), strength)
        kept = {target: strength for target, strength in ways.items() if strength >= _WEAKEST}
        if kept:
            table[source] = kept
    return table


def _model_one(
    bags: Sequence[tuple[set[str], set[str]]],
) -> dict[tuple[str, str], float]:
    """Return p(target stem | source stem), by expectation maximization without a null word."""
    sources = _vocabulary(one for one, _ in bags)
    targets = _vocabulary(other for _, other in bags)
    links: list[NDArray[np.int64]] = []
    places: list[NDArray[np.int64]] = []
    count = 0
    for one, other in bags:
        rows = np.array([sources[word] for word in sorted(one) if word in sources], np.int64)
        columns = np.array([targets[word] for word in sorted(other) if word in targets], np.int64)
        links.append((rows[:, None] * len(targets) + columns[None, :]).ravel())
        places.append(np.tile(np.arange(count, count + len(columns)), len(rows)))
        count += len(columns)
    unique, link = np.unique(np.concatenate(links), return_inverse=True)
    place = np.concatenate(places)
    row = unique // len(targets)
    probability = np.ones(len(unique))
    for _ in range(_ITERATIONS):
        total = np.bincount(place, probability[link], count)
        expected = np.bincount(link, probability[link] / total[place], len(unique))
        probability = expected / np.bincount(row, expected, len(sources))[row]
    source_words, target_words = list(sources), list(targets)
    strong = np.flatnonzero(probability >= _WEAKEST**2)
    return {
        (source_words[row[index]], target_words[unique[index] % len(targets)]): float(
            probability[index]
        )
        for index in strong
    }


def _vocabulary(bags: Iterable[set[str]]) -> dict[str, int]:
    counts = Counter(word for bag in bags for word in bag)
    frequent = [word for word, count in sorted(counts.items()) if count >= _MIN_COUNT]
    return {word: index for index, word in enumerate(frequent)}


def weights(sentences: Sentences) -> dict[str, tuple[float, bool]]:
    """Return each stem's inverse sentence frequency (natural logarithm), and whether it is mostly
    capitalized inside sentences, like a name."""
    counts: Counter[str] = Counter()
    capitals: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for sentence in sentences:
        counts.update(stems(sentence))
        for match in WORD.finditer(sentence):
            if re.search(r"[\w,;] $", sentence[: match.start()][-2:]):
                capitals[stem(match[0])][match[0][0].isupper()] += 1
    return {
        word: (
            math.log(len(sentences) / count),
            _is_name(*capitals[word]) if word in capitals else False,
        )
        for word, count in sorted(counts.items())
        if count >= _MIN_COUNT
    }


def _is_name(lower: int, capital: int) -> bool:
    return capital > _NAME_SHARE * (lower + capital)


def write_table(path: Path, table: Mapping[str, Mapping[str, float]]) -> None:
    """One line per stem: the stem, a tab, and each translation with its strength from 1 to 9."""
    lines = []
    for source, translations in sorted(table.items()):
        best = sorted(translations.items(), key=lambda item: (-item[1], item[0]))
        parts = [
            f"{target}{max(1, round(_LEVELS * min(1.0, strength / _FULL)))}"
            for target, strength in best[:_MAX_TRANSLATIONS]
        ]
        lines.append(f"{source}\t{' '.join(parts)}\n")
    _write(path, lines)


def write_weights(path: Path, found: Mapping[str, tuple[float, bool]]) -> None:
    """One line per stem: the stem, its weight in tenths, and ``n`` for a name."""
    _write(
        path,
        [
            f"{word}\t{round(10 * weight)}\t{'n' if is_name else ''}\n"
            for word, (weight, is_name) in found.items()
        ],
    )


def _write(path: Path, lines: Sequence[str]) -> None:
    # No timestamp, so that the same data give the same file.
    path.write_bytes(gzip.compress("".join(lines).encode(), mtime=0))


def read_rows(path: Path) -> tuple[Sentences, Sentences]:
    """Return both sides of a TSV file, with Chinese in simplified characters."""
    source, target = [], []
    for line in path.read_text("utf-8").splitlines():
        one, other, _ = line.split("\t")
        source.append(one)
        target.append(languages.simplify(other) if path.stem.endswith("zh") else other)
    return source, target


_ENTRY = re.compile(r"\S+ (?P<simplified>\S+) \[[^]]*\] /(?P<glosses>.+)/")
# Glosses about an entry's form rather than its meaning.
_NO_GLOSS = re.compile(r"CL:|variant of|see |see also|used in|surname |abbr\. for|also written")


def read_dictionary(path: Path) -> tuple[Sentences, Sentences]:
    """Return glosses and words of a Chinese dictionary in CC-CEDICT's format, one pair per gloss.

    See https://cc-cedict.org/wiki/format:syntax. Raises ``OSError``.
    """
    glosses, words = [], []
    for line in path.read_text("utf-8").splitlines():
        entry = _ENTRY.match(line)
        if entry is None:
            continue
        for gloss in entry["glosses"].split("/"):
            plain = re.sub(r"\([^)]*\)|\[[^]]*\]", "", gloss).strip()
            if plain and not _NO_GLOSS.match(plain):
                glosses.append(plain)
                words.append(entry["simplified"])
    return glosses, words


_WIKTIONARY = re.compile(r"(?P<term>.+?) (?:\{.*|\[.*|\(.*|/.*)?:: (?P<glosses>.+)")
_ASIDE = re.compile(r"\{[^}]*\}|\[[^]]*\]|\([^)]*\)|/[^/]*/")


def read_wiktionary(path: Path) -> tuple[Sentences, Sentences]:
    """Return terms and glosses of a Wiktionary dictionary in Matthias Buchmeier's format, one pair
    per gloss: ``afición {f} :: persistence, determination``.

    See https://en.wiktionary.org/wiki/User:Matthias_Buchmeier. Raises ``OSError``.
    """
    pairs: dict[tuple[str, str], None] = {}
    for line in path.read_text("utf-8").splitlines():
        entry = _WIKTIONARY.fullmatch(line)
        if entry is None or line.startswith("#") or " SEE: " in line:
            continue
        for gloss in re.split("[,;]", _ASIDE.sub("", entry["glosses"])):
            if plain := languages.simplify(gloss.strip()):
                pairs[entry["term"], plain] = None
    return [term for term, _ in pairs], [gloss for _, gloss in pairs]


def _wiktionary(directory: Path | None, pair: str) -> tuple[Sentences, Sentences]:
    return read_wiktionary(directory / f"{pair}-enwiktionary.txt") if directory else ([], [])


def through(
    spanish: Sentences, english: Sentences, more_english: Sentences, chinese: Sentences
) -> tuple[Sentences, Sentences]:
    """Return Spanish and Chinese sentences that translate the same English sentence."""
    by_english = dict(zip(more_english, chinese, strict=True))
    found = [
        (one, by_english[other])
        for one, other in zip(spanish, english, strict=True)
        if other in by_english
    ]
    return [one for one, _ in found], [other for _, other in found]


def strongest(first: Table, second: Table) -> Table:
    """Merge two tables; the higher strength of a pair counts."""
    table = {source: dict(translations) for source, translations in first.items()}
    for source, translations in second.items():
        own = table.setdefault(source, {})
        for target, strength in translations.items():
            own[target] = max(own.get(target, 0.0), strength)
    return table


def build(
    data: Path,
    out: Path,
    progress: Progress,
    dictionary: Path | None = None,
    wiktionary: Path | None = None,
) -> None:
    """Read ``es-en.tsv`` and ``en-zh.tsv`` in ``data``, write the tables into ``out``.

    ``dictionary`` is in CC-CEDICT's format, ``wiktionary`` is a folder in Buchmeier's; their
    glosses count as sentences. Raises ``OSError``, and ``ValueError`` for a row without exactly
    three columns.
    """
    spanish, english = read_rows(data / "es-en.tsv")
    progress("Spanish and English", 0.1)
    terms, meanings = _wiktionary(wiktionary, "es-en")
    words, translations = _wiktionary(wiktionary, "en-es")
    spanish_to_english = train(spanish + terms + translations, english + meanings + words)
    more_english, chinese = read_rows(data / "en-zh.tsv")
    progress("English and Chinese", 0.3)
    glosses, defined = read_dictionary(dictionary) if dictionary else ([], [])
    names, named = _wiktionary(wiktionary, "en-cmn")
    english_chinese = train(more_english + glosses + names, chinese + defined + named)
    progress("Spanish and Chinese", 0.8)
    directly = train(*through(spanish, english, more_english, chinese))
    spanish_to_chinese = strongest(compose(spanish_to_english, english_chinese), directly)
    progress("Writing", 0.9)
    out.mkdir(parents=True, exist_ok=True)
    write_table(out / "es-en.tsv.gz", spanish_to_english)
    write_table(out / "en-zh.tsv.gz", english_chinese)
    write_table(out / "es-zh.tsv.gz", spanish_to_chinese)
    for language, sentences in (
        ("es", spanish),
        ("en", english + more_english),
        ("zh", chinese),
    ):
        write_weights(out / f"{language}.tsv.gz", weights(sentences))


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 written, 1 the data cannot be read, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m models.training.lexicon", description=__doc__)
    parser.add_argument("data", type=Path, help="a folder with es-en.tsv and en-zh.tsv")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write into")
    parser.add_argument("--dictionary", type=Path, help="Chinese-English, in CC-CEDICT's format")
    parser.add_argument("--wiktionary", type=Path, help="a folder with Buchmeier's dictionaries: "
                        "es-en-enwiktionary.txt, en-es-…, en-cmn-…")  # fmt: skip
    options = parser.parse_args(arguments)
    try:
        with progress_display("Lexicon") as progress:
            build(options.data, options.out, progress, options.dictionary, options.wiktionary)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
