"""Errors that people marked, and perturbations by others: ``python -m benchmarks.outside``.

A translation is *caught* if a check finds an error in it, and *marked* if it gets an error or a
warning, a low confidence among them. The pack's confidence ranks the translations for the area
under the ROC curve (AUC) and for the recall at a share of false alarms. ``major`` is bad and
``none`` is good; ``minor`` is left out. A perturbed row is bad, and counts by its kind.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.command import reports_errors
from models.build import prepare_pack
from models.packs import OpenPack, open_pack
from models.settings import PackSettings
from models.training.ratings import Rating, ScoreCache, auc, mcc, read_ratings, recall_at
from teletipo.confidence import doubtful_spans
from teletipo.findings import Severity
from teletipo.options import SummaryOptions
from teletipo.progress import Progress, progress_display
from teletipo.spans import Span
from teletipo.verify import verify
from teletipo.verify.pair import SentencePair

_SHARES = "0.03", "0.05", "0.1"


@dataclass(frozen=True)
class Judged:
    """A rated translation as the service judges it."""

    rating: Rating
    caught: bool
    marked: bool
    risk: float | None
    """One less the confidence; None if the pack has none for it."""
    spans: tuple[Span, ...]
    """Where errors, warnings and doubts point to."""

    @property
    def bad(self) -> bool:
        return self.rating.label in ("major", "perturbed")


def judge(
    ratings: Sequence[Rating],
    pack: OpenPack | None,
    cache: ScoreCache,
    threshold: float,
    progress: Progress,
) -> list[Judged]:
    """Check and score the translations; below the confidence ``threshold`` one is marked.

    Without a pack they are checked only.
    """
    if pack:
        cache.score(pack, [each for each in ratings if pack.estimates(*_pair(each))], progress)
    found = []
    for index, rating in enumerate(ratings):
        progress("checking", index / len(ratings))
        pair = SentencePair.of(rating.source, rating.target, *_pair(rating))
        findings = verify(pair)
        spans = [
            span
            for finding in findings
            if finding.severity is not Severity.INFO
            for span in finding.output_spans
        ]
        scores = cache.known.get(rating.key) if pack else None
        estimator = pack.estimator(*_pair(rating)) if pack else None
        confidence = estimator.estimate(scores, findings, rating.direction) if estimator else None
        doubtful = confidence is not None and confidence < threshold
        if scores and doubtful:
            spans += doubtful_spans(scores)
        severities = {finding.severity for finding in findings}
        found.append(
            Judged(
                rating,
                Severity.ERROR in severities,
                doubtful or bool(severities - {Severity.INFO}),
                None if confidence is None else 1 - confidence,
                tuple(spans),
            )
        )
    return found


def report(judged: Sequence[Judged]) -> dict[str, Any]:
    """Return one file's figures; shares are from 0 to 1, None where there is nothing to share."""
    rows = [each for each in judged if each.rating.label != "minor"]
    bad, good = [each for each in rows if each.bad], [each for each in rows if not each.bad]
    fine, wrong = ([each.risk for each in side if each.risk is not None] for side in (good, bad))
    return {
        "rows": len(rows),
        "bad": len(bad),
        "auc": _rounded(auc(fine, wrong)),
        "mcc": _rounded(mcc([each.marked for each in rows], [each.bad for each in rows])),
        "caught": _share([each.caught for each in bad]),
        "marked": _share([each.marked for each in bad]),
        "caught_clean": _share([each.caught for each in good]),
        "marked_clean": _share([each.marked for each in good]),
        "recall_at": {share: _rounded(recall_at(fine, wrong, float(share))) for share in _SHARES},
        "words_mcc": _rounded(_words_mcc(rows)),
    }


def perturbations(judged: Sequence[Judged]) -> dict[str, dict[str, dict[str, float | None]]]:
    """Return the shares caught and marked, by kind of perturbation and source language."""
    found: dict[str, dict[str, dict[str, float | None]]] = {}
    rows = [each for each in judged if each.rating.label == "perturbed" or _is_untouched(each)]
    for kind in sorted({each.rating.kind for each in rows}):
        for language in sorted({each.rating.source_language for each in rows}):
            own = [
                each
                for each in rows
                if (each.rating.kind, each.rating.source_language) == (kind, language)
            ]
            if own:
                found.setdefault(kind, {})[language] = {
                    "caught": _share([each.caught for each in own]),
                    "marked": _share([each.marked for each in own]),
                }
    return found


def categories(judged: Sequence[Judged]) -> dict[str, dict[str, float | None]]:
    """Return the shares caught and marked of translations with a major error of each category."""
    found: dict[str, list[Judged]] = {}
    for each in judged:
        for category in {
            span.category for span in each.rating.spans if span.severity == "major"
        } - {""}:
            found.setdefault(category, []).append(each)
    return {
        category: {
            "rows": len(own),
            "caught": _share([each.caught for each in own]),
            "marked": _share([each.marked for each in own]),
        }
        for category, own in sorted(found.items())
    }


def _is_untouched(judged: Judged) -> bool:
    return judged.rating.kind == "untouched"


def _pair(rating: Rating) -> tuple[str, str]:
    return rating.source_language, rating.target_language


def _share(values: Sequence[bool]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 4)


def _words_mcc(judged: Sequence[Judged]) -> float | None:
    """Whether the marked characters are those that annotators marked as a major error."""
    marked, bad = [], []
    if not any(each.rating.spans for each in judged):
        return None
    for each in judged:
        ours = _covered(each.spans)
        theirs = _covered([span for span in each.rating.spans if span.severity == "major"])
        for place, character in enumerate(each.rating.target):
            if not character.isspace():
                marked.append(place in ours)
                bad.append(place in theirs)
    return mcc(marked, bad)


def _covered(spans: Sequence[Any]) -> set[int]:
    return {place for span in spans for place in range(span.start, span.end)}


@reports_errors
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark. Exit codes: 0 measured, 1 no data or no pack, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.outside", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR",
                        help="a folder of .jsonl files")  # fmt: skip
    parser.add_argument("--limit", type=int, help="rows of each file, spread evenly")
    parser.add_argument("--pack", help="default: the setting TELETIPO_PACK, or embedded")
    parser.add_argument("--without-scores", action="store_true",
                        help="only the checks, without a pack and its confidence")  # fmt: skip
    parser.add_argument("--min-confidence", type=float,
                        default=SummaryOptions().min_confidence)  # fmt: skip
    parser.add_argument("--scores", type=Path, help="keep scores here, to continue from")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    settings = PackSettings.load()
    paths = sorted(options.data.glob("*.jsonl"))
    if not paths:
        raise ValueError(f"{options.data} has no .jsonl file")
    sets: dict[str, Any] = {}
    kinds: dict[str, Any] = {}
    marked_categories: dict[str, Any] = {}
    with progress_display("Outside") as progress:
        pack = None
        if not options.without_scores:
            pack = open_pack(prepare_pack(settings, progress, options.pack), settings.threads)
        cache = ScoreCache(options.scores)
        for path in paths:
            ratings = read_ratings(path)
            if options.limit:
                ratings = ratings[:: max(1, len(ratings) // options.limit)]
            judged = judge(ratings, pack, cache, options.min_confidence, progress)
            sets[path.stem] = report(judged)
            kinds |= perturbations(judged)
            marked_categories[path.stem] = categories(judged)
    if options.json:
        content = {"sets": sets, "perturbations": kinds, "categories": marked_categories}
        print(json.dumps(content, indent=2))
        return 0
    print(f"{'set':22} {'rows':>6} {'AUC':>6} {'MCC':>6} {'caught':>7} {'marked':>7} "
          f"{'clean':>7} {'at 3%':>6} {'at 5%':>6} {'at 10%':>6} {'words':>6}")  # fmt: skip
    for name, own in sets.items():
        recall = [own["recall_at"][share] for share in _SHARES]
        numbers = [own["auc"], own["mcc"], own["caught"], own["marked"], own["marked_clean"],
                   *recall, own["words_mcc"]]  # fmt: skip
        print(f"{name:22} {own['rows']:6} " + " ".join(_cell(number) for number in numbers))
    for kind, by_language in kinds.items():
        print(f"{kind:34}", *(f"{language} {_cell(own['caught'])} {_cell(own['marked'])}"
                              for language, own in by_language.items()))  # fmt: skip
    return 0


def _cell(number: float | None) -> str:
    return f"{number:6.3f}" if number is not None else "     –"


if __name__ == "__main__":
    sys.exit(main())
