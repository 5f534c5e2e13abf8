"""Whether confidence chooses better among hypotheses: ``python -m benchmarks.choice --data DIR``.

The hypotheses of one search are ordered in four ways: as the search ordered them, as the product
chooses (words rendered, then the checks), by confidence after the product's checks, and, as the
limit of any choice, by chrF against the reference.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import sacrebleu

from benchmarks.command import reports_errors
from benchmarks.quality import OWN_SENTENCES, read_lines
from models.build import prepare_pack
from models.packs import OpenPack, open_pack
from models.settings import PackSettings
from teletipo.languages import Language
from teletipo.ports import Hop
from teletipo.progress import Progress, progress_display
from teletipo.translation import select
from teletipo.translation.plan import Leg, Task
from teletipo.translation.repair import ask, prompts
from teletipo.translation.select import Translation

_CHUNK = 24


@dataclass(frozen=True)
class Candidate:
    """A hypothesis, in the search's order, with the pack's confidence."""

    translation: Translation
    confidence: float
    chrf: float


@dataclass(frozen=True)
class Choice:
    """The scores of one way to choose."""

    bleu: float
    chrf: float
    faulty_percent: float
    """Sentences with an error finding."""


@dataclass(frozen=True)
class Report:
    """One direction."""

    sentences: int
    ways: dict[str, Choice]
    decoding_seconds: float
    scoring_seconds: float


def candidates(
    lines: Sequence[tuple[str, str]], pack: OpenPack, hop: Hop
) -> tuple[list[list[Candidate]], float, float]:
    """Return each line's candidates, and the seconds of decoding and of scoring."""
    legs = [Leg(Task(text), hop) for text, _ in lines]
    started = time.perf_counter()
    hypotheses = ask(prompts(legs, pack), pack)
    decoded = time.perf_counter()
    target, weight = Language(hop.target), pack.coverage_weight(hop)
    found = [
        [
            *select.judged(
                select.candidates(leg.source, each, target, weight), leg.task.context, (), "", ""
            )
        ]
        for leg, each in zip(legs, hypotheses, strict=True)
    ]
    pairs = [(each.pair.source.text, each.text) for own in found for each in own]
    before = time.perf_counter()
    scores = iter(pack.score(pairs, hop.source, hop.target))
    seconds = time.perf_counter() - before
    estimator = pack.estimator(hop.source, hop.target)
    if estimator is None:
        raise ValueError(f"The pack '{pack.name}' has no estimator.")
    return (
        [
            [
                Candidate(
                    each,
                    estimator.estimate(next(scores), each.findings, f"{hop.source}-{hop.target}")
                    or 0.0,
                    sacrebleu.sentence_chrf(each.text, [reference]).score,
                )
                for each in own
            ]
            for own, (_, reference) in zip(found, lines, strict=True)
        ],
        decoded - started,
        seconds,
    )


WAYS: dict[str, Callable[[Sequence[Candidate]], Translation]] = {
    "words rendered": lambda own: own[0].translation,
    "product": lambda own: select.best(each.translation for each in own),
    "confidence": lambda own: (
        min(own, key=lambda each: (each.translation.badness, -each.confidence)).translation
    ),
    "limit": lambda own: max(own, key=lambda each: each.chrf).translation,
}


def measure(
    lines: Sequence[tuple[str, str]], pack: OpenPack, hop: Hop, progress: Progress
) -> Report:
    """Choose in each way and compare with the references."""
    every: list[list[Candidate]] = []
    decoding = scoring = 0.0
    for start in range(0, len(lines), _CHUNK):
        progress(f"{hop.source}→{hop.target}", start / len(lines))
        found, one, other = candidates(lines[start : start + _CHUNK], pack, hop)
        every += found
        decoding, scoring = decoding + one, scoring + other
    references = [reference for _, reference in lines]
    tokenizer = "zh" if hop.target.startswith("zh") else "13a"
    ways = {}
    for name, choose in WAYS.items():
        chosen = [choose(own) for own in every]
        texts = [each.text for each in chosen]
        ways[name] = Choice(
            round(sacrebleu.corpus_bleu(texts, [references], tokenize=tokenizer).score, 1),
            round(sacrebleu.corpus_chrf(texts, [references]).score, 1),
            round(100 * sum(each.has_error for each in chosen) / len(chosen), 1),
        )
    return Report(len(lines), ways, round(decoding, 1), round(scoring, 1))


@reports_errors
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark. Exit codes: 0 measured, 1 no data or no pack, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.choice", description=__doc__)
    parser.add_argument(
        "--data", type=Path, default=OWN_SENTENCES, help="a folder with news.es, news.en, news.zh"
    )
    parser.add_argument("--limit", type=int, help="only the first N lines")
    parser.add_argument("--pairs", default="es-en,en-zh-Hans", help="default: %(default)s")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    settings = PackSettings.load()
    lines = read_lines(options.data, options.limit)
    reports = {}
    with progress_display("Choice") as progress:
        pack = open_pack(prepare_pack(settings, progress), settings.threads)
        for name in options.pairs.split(","):
            source, _, target = name.partition("-")
            if {source, target} - lines.keys():
                raise ValueError(f"{options.data} has no lines for {name}.")
            own = [*zip(lines[source], lines[target], strict=True)]
            reports[name] = measure(own, pack, Hop(source, target), progress)
    if options.json:
        print(json.dumps({"pairs": {name: asdict(each) for name, each in reports.items()}}))
        return 0
    print("pair        choice           BLEU  chrF  with an error")
    for name, report in reports.items():
        for way, each in report.ways.items():
            print(
                f"{name:11} {way:15} {each.bleu:5.1f} {each.chrf:5.1f} {each.faulty_percent:5.1f}%"
            )
        print(
            f"{name:11} scoring took {report.scoring_seconds} s beside {report.decoding_seconds} s"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
