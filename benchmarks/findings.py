"""Do the checks still find the same? ``python -m benchmarks.findings --help``.

Writes every finding of many sentence pairs, one line a pair, so that two versions of the checks
can be compared byte by byte. Each pair is checked as it stands and with one error made in it.
"""

import argparse
import hashlib
import itertools
import json
import random
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from benchmarks.errors import MAKERS, pair_name, places, read_data
from models.training.pairs import read_rows
from teletipo.findings import Finding
from teletipo.progress import Progress, progress_display
from teletipo.verify import verify
from teletipo.verify.pair import SentencePair

_FILES = {
    "es-en.tsv": ("es", "en"),
    "en-zh.tsv": ("en", "zh-Hans"),
    "es-zh.tsv": ("es", "zh-Hans"),
}

Row = tuple[str, str, str, str, str]
"""A name, both texts, and both languages."""


def aligned_rows(folder: Path, seed: int) -> Iterator[Row]:
    """Every line of ``news.es``, ``news.en`` and ``news.zh`` in each direction, and with an error.

    Raises ``OSError``, ``ValueError``.
    """
    lines, documents = read_data(folder)
    kinds = list(MAKERS)
    for source, target in itertools.permutations(lines, 2):
        for place in places(lines, documents, source, target):
            name = f"{folder.name} {pair_name(source, target)} {place.index}"
            text = lines[source][place.index]
            yield name, text, place.reference, source, target
            kind = kinds[place.index % len(kinds)]
            generator = random.Random(f"{seed} {name}")  # noqa: S311
            if made := MAKERS[kind](place, generator):
                yield f"{name} {kind}", text, made, source, target


def training_rows(
    folder: Path, count: int, seed: int, origins: Collection[str] | None = None
) -> Iterator[Row]:
    """``count`` random pairs of each ``.tsv`` file, in both directions; of ``origins`` only.

    Raises ``OSError``, ``ValueError``.
    """
    for file, (source, target) in _FILES.items():
        if not (folder / file).exists():
            continue
        rows = [row for row in read_rows(folder / file) if not origins or row[2] in origins]
        generator = random.Random(seed)  # noqa: S311
        for number, (text, translation, _) in enumerate(
            generator.sample(rows, min(count, len(rows)))
        ):
            name = f"{folder.name}/{file} {number}"
            yield f"{name} forward", text, translation, source, target
            yield f"{name} backward", translation, text, target, source


def write_findings(rows: Sequence[Row], progress: Progress) -> Iterator[str]:
    """A line of JSON a row: its name, then its findings in order."""
    for index, (name, text, output, source, target) in enumerate(rows):
        found = verify(SentencePair.of(text, output, source, target))
        yield json.dumps([name, *map(_row, found)], ensure_ascii=False)
        progress(name.split(" ", maxsplit=1)[0], index / len(rows))


def _row(finding: Finding) -> list[object]:
    places = [
        [[span.start, span.end] for span in spans]
        for spans in (finding.source_spans, finding.output_spans)
    ]
    return [finding.code, finding.message, finding.severity, *places]


def differences(lines: Sequence[str], others: Sequence[str]) -> Counter[str]:
    """By code, how many findings only one side has; and rows that only one side has."""
    ours, theirs = ({row[0]: row[1:] for row in map(json.loads, each)} for each in (lines, others))
    found: Counter[str] = Counter()
    for name in ours.keys() | theirs.keys():
        if name not in ours or name not in theirs:
            found["rows that only one has"] += 1
        elif ours[name] != theirs[name]:
            one, other = (Counter(map(json.dumps, side[name])) for side in (ours, theirs))
            found.update(f"+{json.loads(each)[0]}" for each in (one - other).elements())
            found.update(f"-{json.loads(each)[0]}" for each in (other - one).elements())
            found["rows that differ"] += 1
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 written or the same, 1 they differ or a file cannot be read, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.findings", description=__doc__)
    parser.add_argument("--data", type=Path, nargs="*", default=[], metavar="DIR",
                        help="folders with news.es, news.en, news.zh")  # fmt: skip
    parser.add_argument("--training", type=Path, nargs="*", default=[], metavar="DIR",
                        help="folders with es-en.tsv, en-zh.tsv, es-zh.tsv")  # fmt: skip
    parser.add_argument("--pairs", type=int, default=2000, help="of each training file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="write the findings there, a line a pair")
    parser.add_argument("--against", type=Path, help="compare with what --out wrote before")
    options = parser.parse_args(arguments)
    try:
        rows = [row for folder in options.data for row in aligned_rows(folder, options.seed)]
        for folder in options.training:
            rows += training_rows(folder, options.pairs, options.seed)
        before = options.against.read_text("utf-8").splitlines() if options.against else None
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    with progress_display("Findings") as progress:
        lines = list(write_findings(rows, progress))
    text = "".join(f"{line}\n" for line in lines)
    print(f"{len(rows)} pairs, sha-256 {hashlib.sha256(text.encode()).hexdigest()}")
    if options.out:
        options.out.write_text(text, "utf-8")
    if before is None or before == lines:
        return 0
    for what, count in sorted(differences(lines, before).items()):
        print(f"{count:6} {what}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
