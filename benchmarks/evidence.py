"""Does evidence by embeddings help? ``python -m benchmarks.evidence``.

Sentences of summaries that people judged to be borne out by their article, or not; what the checks
find in each, by its words alone and with an embedder. The data's format is that of QAGS (Wang et
al. 2020, "Asking and Answering Questions to Evaluate the Factual Consistency of Summaries", whose
repository has 953 judged sentences of English news): a line has an ``article`` and its
``summary_sentences``, each with its ``responses``, of which the majority counts. Without ``--data``
a few of our own are taken, and without ``--pack`` the embedder of benchmarks/minilm.py.
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
from teletipo.abstractive import support
from teletipo.article import Article
from teletipo.findings import Severity
from teletipo.ports import Embedder
from teletipo.progress import Progress, progress_display
from teletipo.settings import load_settings

OWN_SENTENCES = Path(__file__).parent / "data" / "evidence.jsonl"
_LANGUAGE = "en"


@dataclass(frozen=True)
class Judged:
    """A sentence, its article, and what people say of the two."""

    article: Article
    sentence: str
    is_supported: bool


@dataclass(frozen=True)
class Row:
    """One way of finding evidence on one file. Shares are in percent."""

    data: str
    evidence: str
    supported: int
    false_alarms: float
    """Of the supported sentences: those with a finding from a warning up."""
    false_errors: float
    unsupported: int
    caught: float
    """Of the others: those with such a finding."""
    caught_as_error: float


def read_judged(path: Path) -> list[Judged]:
    """Raises ``OSError``, ``ValueError`` naming the line."""

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
    """What the checks find with and without reason."""
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
    """Exit codes: 0 measured, 1 no data or no embedder, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.evidence", description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", default=[OWN_SENTENCES], help="JSONL files")
    parser.add_argument("--pack", help="a pack of the catalogue that has an embedder for English")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    settings = load_settings()
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
    print("| data | evidence by | supported | of these marked | as errors | unsupported | marked "
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
