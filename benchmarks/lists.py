"""Which entries of the checks' lists earn their place? ``python -m benchmarks.lists --help``.

For each entry of a list that keeps a check quiet, the checks run without it on those aligned pairs
in which it occurs. An entry that is left out earns its place if more of them get an error, or a
warning, than before. Entries are left out one after the other: one that is not missed stays out.
"""

import argparse
import itertools
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.findings import Row, training_rows
from teletipo.findings import Severity
from teletipo.progress import Progress, progress_display
from teletipo.verify import verify
from teletipo.verify.data import table, words_pattern
from teletipo.verify.pair import SentencePair
from teletipo.verify.readers import figures_chinese, known_names, negation

# So many pairs in which an entry occurs tell what it is worth.
_ENOUGH = 3_000

Counts = tuple[int, int]
"""Pairs with an error, and pairs with a warning."""


@dataclass(frozen=True)
class List:
    """A list of patterns or names, and how the checks are made to use another."""

    entries: list[str]
    patterns: dict[str, dict[str, re.Pattern[str]]]
    """For each entry what finds it in a text, by language."""
    use: Callable[[list[str]], None]

    def touches(self, entry: str, row: Row) -> bool:
        """Whether an entry occurs in one of the row's texts."""
        _, text, output, *languages = row
        patterns = self.patterns[entry]
        return any(
            language[:2] in patterns and bool(patterns[language[:2]].search(side))
            for side, language in zip((text, output), languages, strict=True)
        )


def _of_patterns(entries: list[str], language: str, use: Callable[[list[str]], None]) -> List:
    found = {entry: {language: words_pattern([entry], language)} for entry in entries}
    return List(entries, found, use)


def _of_names(entries: list[known_names.Renderings], others: str) -> List:
    """A list of ``names.toml``; the other list stays as it is."""
    by_name = {json.dumps(entry, ensure_ascii=False): entry for entry in entries}
    patterns = {
        name: {
            language: words_pattern(map(re.escape, words), language)
            for language, words in entry.items()
        }
        for name, entry in by_name.items()
    }

    def use(kept: list[str]) -> None:
        names = [by_name[name] for name in kept]
        known_names.use_curated([*names, *table("names")[others]])

    return List(list(by_name), patterns, use)


def lists() -> dict[str, List]:
    """Every list that keeps a check quiet, by file, name and language."""
    found = {}
    data = table("negation")
    for name, patterns in (
        ("broad", negation.BROAD),
        ("seeming", negation.SEEMING),
        ("broad_modal", negation.BROAD_MODAL),
    ):
        for language, entries in data[name].items():
            fixed = data["modal"][language] if name == "broad_modal" else []

            def use(
                kept: list[str],
                patterns: dict[str, re.Pattern[str]] = patterns,
                language: str = language,
                fixed: list[str] = fixed,
            ) -> None:
                patterns[language] = words_pattern([*fixed, *kept], language)

            found[f"negation.{name}.{language}"] = _of_patterns(entries, language, use)

    def use_not_figures(kept: list[str]) -> None:
        figures_chinese.NOT_FIGURES["zh"] = words_pattern(kept, "zh")

    entries = table("figures")["zh"]["not_figures"]
    found["figures.zh.not_figures"] = _of_patterns(entries, "zh", use_not_figures)
    found["names.names"] = _of_names(table("names")["names"], "words")
    found["names.words"] = _of_names(table("names")["words"], "names")
    return found


def count(rows: Sequence[Row]) -> Counts:
    """How many pairs get an error, and how many a warning."""
    severities: Counter[Severity] = Counter()
    for _, text, output, source, target in rows:
        found = verify(SentencePair.of(text, output, source, target))
        severities.update({finding.severity for finding in found})
    return severities[Severity.ERROR], severities[Severity.WARNING]


def prune(own: List, rows: Sequence[Row], progress: Progress) -> dict[str, Counts | None]:
    """By entry, how many more errors and warnings there are without it; None where it never
    occurs. What is not missed is left out when the next one is tried."""
    kept, found = list(own.entries), dict[str, Counts | None]()
    for number, entry in enumerate(own.entries):
        progress(entry[:20], number / len(own.entries))
        touched = list(itertools.islice((row for row in rows if own.touches(entry, row)), _ENOUGH))
        if not touched:
            found[entry] = None
            kept.remove(entry)
            continue
        before = count(touched)
        own.use([each for each in kept if each != entry])
        after = count(touched)
        found[entry] = (after[0] - before[0], after[1] - before[1])
        if max(found[entry] or (0, 0)) <= 0:
            kept.remove(entry)
        own.use(kept)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 measured, 1 the data cannot be read, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lists", description=__doc__)
    parser.add_argument("--training", type=Path, nargs="+", required=True, metavar="DIR",
                        help="folders with es-en.tsv, en-zh.tsv, es-zh.tsv")  # fmt: skip
    parser.add_argument("--origins", nargs="*", help="only rows of these (third column)")
    parser.add_argument("--pairs", type=int, default=5000, help="of each file, in both directions")
    parser.add_argument("--lists", nargs="*", choices=sorted(lists()), help="default: all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    try:
        rows = [
            row
            for folder in options.training
            for row in training_rows(folder, options.pairs, options.seed, options.origins)
        ]
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    results = {}
    with progress_display("Lists") as progress:
        for name, own in lists().items():
            if not options.lists or name in options.lists:
                results[name] = prune(own, rows, progress)
    if options.json:
        print(json.dumps(results, ensure_ascii=False, indent=2))
        return 0
    for name, entries in results.items():
        earned = {entry: cost for entry, cost in entries.items() if cost and max(cost) > 0}
        never = sum(cost is None for cost in entries.values())
        print(f"{name}: {len(earned)} of {len(entries)} earn their place, {never} never occur")
        for entry, (errors, warnings) in earned.items():
            print(f"  {errors:+5} errors {warnings:+5} warnings without {entry}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
