"""The gain from embeddings when checking evidence: ``python -m benchmarks.evidence``.

Runs the checks on summary sentences that people judged as supported by their article or not, with
word matching alone and with an embedder. The data has the format of QAGS (Wang et al. 2020, "Asking
and Answering Questions to Evaluate the Factual Consistency of Summaries", whose repository has 953
judged sentences from English news). Each line has an ``article`` and its ``summary_sentences``,
each with ``responses`` that are decided by majority. ``--data`` defaults to our own sentences,
``--pack`` to the embedder in benchmarks/minilm.py.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.command import reports_errors
from benchmarks.minilm import build_minilm
from benchmarks.summary import article_of, read_rows
from models.build import prepare_pack
from models.packs import open_pack
from models.settings import PackSettings
from teletipo.abstractive import support
from teletipo.article import Article
from teletipo.findings import Severity
from teletipo.ports import Embedder
from teletipo.progress import Progress, progress_display

OWN_SENTENCES = Path(__file__).parent / "data" / "evidence.jsonl"
_LANGUAGE = "en"


@dataclass(frozen=True)
class Judged:
    """A summary sentence, its article and the human judgement."""

    article: Article
    sentence: str
    is_supported: bool


@dataclass(frozen=True)
class Row:
    """The results of one method on one file. Shares are in percent."""

    data: str
    evidence: str
    supported: int
    false_alarms: float
    """Supported sentences with a warning or an error."""
    false_errors: float
    unsupported: int
    caught: float
    """Unsupported sentences with a warning or an error."""
    caught_as_error: float


def read_judged(path: Path) -> list[Judged]:
    """Return a file's sentences. Raises ``OSError``, and ``ValueError`` with the line number."""

    def read(row: Any, place: str) -> list[Judged]:
        article = article_of(row["article"], place, _LANGUAGE)
        found = []
        for each in row["summary_sentences"]:
            answers = [answer["response"] == "yes" for answer in each["responses"]]
            supported = 2 * sum(answers) > len(answers)
            found.append(Judged(article, str(each["sentence"]), supported))
        return found

    return read_rows(path, read)


def measure(
    name: str, sentences: Sequence[Judged], embedder: Embedder | None, progress: Progress
) -> Row:
    """Run the checks and count correct findings and false alarms."""
    marked: dict[bool, list[bool]] = {True: [], False: []}
    errors: dict[bool, list[bool]] = {True: [], False: []}
    for index, each in enumerate(sentences):
        progress(f"{name}, {len(sentences)} sentences", index / len(sentences))
        _, findings = support(each.sentence, each.article, embedder)
        severities = {finding.severity for finding in findings}
        marked[each.is_supported].append(bool(severities - {Severity.INFO}))
        errors[each.is_supported].append(Severity.ERROR in severities)
    return Row(
        data=name,
        evidence="words and embeddings" if embedder else "words",
        supported=len(marked[True]),
        false_alarms=_percent(marked[True]),
        false_errors=_percent(errors[True]),
        unsupported=len(marked[False]),
        caught=_percent(marked[False]),
        caught_as_error=_percent(errors[False]),
    )


def _percent(found: Sequence[bool]) -> float:
    return round(100 * sum(found) / max(1, len(found)), 1)


@reports_errors
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark. Exit codes: 0 measured, 1 no data or no embedder, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.evidence", description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", default=[OWN_SENTENCES], help="JSONL files")
    parser.add_argument("--pack", help="a pack with an embedder for English")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    settings = PackSettings.load()
    sets = {path.stem: read_judged(path) for path in options.data}
    with progress_display("Evidence") as progress:
        if options.pack:
            directory = prepare_pack(settings, progress, options.pack)
        else:
            directory = settings.cache_dir / "packs" / "minilm"
            build_minilm(directory, settings.cache_dir, progress)
        embedder = open_pack(directory, settings.threads).embedder(_LANGUAGE)
        if embedder is None:
            raise ValueError(f"The pack '{options.pack}' has no embedder for English.")
        rows = [
            measure(name, sentences, way, progress)
            for name, sentences in sets.items()
            for way in (None, embedder)
        ]
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
        return 0
    print("| data | evidence by | supported | marked | as errors | unsupported | marked "
          "| as errors |\n|---|---|---|---|---|---|---|---|")  # fmt: skip
    for row in rows:
        print(
            f"| {row.data} | {row.evidence} | {row.supported} | {row.false_alarms} % "
            f"| {row.false_errors} % | {row.unsupported} | {row.caught} % "
            f"| {row.caught_as_error} % |"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
