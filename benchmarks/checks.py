"""The cost of the checks: ``python -m benchmarks.checks``.

Measures the checks' share of the processing time of our sample articles, and the checks' time for
sentences of growing length, which must not grow faster than the length.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.command import reports_errors
from models.build import prepare_pack
from models.packs import OpenPack, open_pack
from models.settings import PackSettings
from teletipo import verify
from teletipo.article import Source
from teletipo.findings import Finding
from teletipo.options import SummaryOptions
from teletipo.pipeline import summarize_article
from teletipo.progress import progress_display
from teletipo.translation import select
from teletipo.verify.pair import SentencePair

_ARTICLES = Path(__file__).parent.parent / "events" / "articles"
_SOURCE = "La ministra Carmen Rojas anunció el 24 de febrero 1.500 millones de euros para Chile, "
_TARGET = "Minister Carmen Rojas announced 1.5 billion euros for Chile on February 24, "
_TIMES = (1, 4, 16, 64, 256)
_RUNS = 5


@dataclass(frozen=True)
class Share:
    """One article's processing time and the part spent in the checks."""

    article: str
    total_seconds: float
    check_seconds: float
    sentences_checked: int


@dataclass(frozen=True)
class Growth:
    """The checks' time for one sentence and its translation."""

    characters: int
    milliseconds: float
    microseconds_per_character: float


class _Settings(PackSettings, SummaryOptions):
    """What this command reads from the environment."""


def shares(pack: OpenPack, settings: SummaryOptions) -> list[Share]:
    """Return each sample article's times; the first includes reading the word tables."""
    found = []
    for path in sorted(_ARTICLES.glob("*.txt")):
        durations: list[float] = []

        def timed(*pair: Any, durations: list[float] = durations) -> list[Finding]:
            started = time.perf_counter()
            findings = verify.verify(*pair)
            durations.append(time.perf_counter() - started)
            return findings

        setattr(select, "verify", timed)  # noqa: B010
        try:
            started = time.perf_counter()
            summarize_article(path.read_bytes(), Source(path.name), pack, settings)
            total = time.perf_counter() - started
        finally:
            setattr(select, "verify", verify.verify)  # noqa: B010
        found.append(Share(path.name, round(total, 3), round(sum(durations), 3), len(durations)))
    return found


def growth() -> list[Growth]:
    """Return the median times for one sentence repeated to several lengths."""
    verify.verify(SentencePair.of(_SOURCE, _TARGET, "es", "en"))
    rows = []
    for times in _TIMES:
        source, target = _SOURCE * times, _TARGET * times
        durations = []
        for run in range(_RUNS):
            started = time.perf_counter()
            # A different text each time, so that no cache helps.
            verify.verify(SentencePair.of(f"{run} {source}", f"{run} {target}", "es", "en"))
            durations.append(time.perf_counter() - started)
        seconds = median(durations)
        rows.append(
            Growth(len(source), round(1000 * seconds, 2), round(1e6 * seconds / len(source), 2))
        )
    return rows


@reports_errors
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark. Exit codes: 0 measured, 1 no pack, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.checks", description=__doc__)
    parser.add_argument("--pack", help="default: the setting TELETIPO_PACK, or embedded")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    settings = _Settings.load()
    with progress_display("Checks") as progress:
        pack = open_pack(prepare_pack(settings, progress, options.pack), settings.threads)
        pack.load(pack.sources, settings.targets)
        progress("articles", 0.2)
        articles = shares(pack, settings)
        progress("growth", 0.8)
        sizes = growth()
    if options.json:
        rows = {"articles": [asdict(row) for row in articles], "growth": [asdict(r) for r in sizes]}
        print(json.dumps(rows, indent=2))
        return 0
    for row in articles:
        print(
            f"{row.article:28} {row.total_seconds:7.2f} s  checks {row.check_seconds:6.3f} s "
            f"({row.check_seconds / row.total_seconds:.1%}), {row.sentences_checked} texts"
        )
    for size in sizes:
        print(
            f"{size.characters:6} characters: {size.milliseconds:8.2f} ms, "
            f"{size.microseconds_per_character:6.2f} µs per character"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
