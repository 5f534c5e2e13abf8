"""Fit a pack's estimator of confidence: ``python -m models.training.estimator --help``.

A logistic regression (scikit-learn) learns from translations that people rated, and from perturbed
ones, how the pack's scores and the checks' findings tell a major error of meaning. Each feature is
standardized by what it is for references in the same direction, so that the coefficients also serve
directions without ratings. Every file weighs the same, half of it on its bad rows. Chinese outputs
have a regression of their own.
"""

import argparse
import json
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.build import prepare_pack
from models.packs import OpenPack, open_pack
from models.settings import PackSettings
from models.training.pairs import read_pairs
from models.training.ratings import Rating, ScoreCache, auc, read_ratings, recall_at
from teletipo.confidence import OTHERS, Estimator, Regression, features
from teletipo.errors import TeletipoError
from teletipo.progress import progress_display
from teletipo.verify import verify
from teletipo.verify.pair import SentencePair

_FOLDS = 5
_CHINESE = "zh-Hans"
# The inverse strength of the regularization.
_C = 0.05
_BINS = 10
# Confidences for which the report says how many sentences lie below.
_THRESHOLDS = 0.2, 0.3, 0.4, 0.5, 0.6
# Perturbations of punctuation, case and the like are no errors of meaning.
_PERTURBED = "critical_", "major_"
_MIN_LENGTH, _MAX_LENGTH = 20, 400

Features = Mapping[str, float]
Scales = dict[str, dict[str, tuple[float, float]]]


@dataclass(frozen=True)
class Row:
    """A rated translation as the regression sees it."""

    file: str
    group: str
    """Rows of one source sentence are never in training and test at once."""
    direction: str
    bad: bool
    features: Features


def is_bad(rating: Rating) -> bool | None:
    """Return whether a major error is in it; None for what is neither clean nor clearly bad."""
    if rating.label == "none":
        return False
    if rating.label == "major" or rating.kind.startswith(_PERTURBED):
        return True
    return None


def read_rows(files: Mapping[str, Sequence[Rating]], cache: ScoreCache) -> list[Row]:
    """Return the rows that are scored, with the checks' findings."""
    rows = []
    for name, ratings in files.items():
        for rating in ratings:
            bad, scores = is_bad(rating), cache.known.get(rating.key)
            if bad is None or scores is None:
                continue
            pair = SentencePair.of(
                rating.source, rating.target, rating.source_language, rating.target_language
            )
            found = features(scores, verify(pair))
            rows.append(Row(name, rating.source, rating.direction, bad, found))
    return rows


def scales_of(references: Iterable[Rating], cache: ScoreCache) -> Scales:
    """Return each feature's mean and deviation for references, by direction."""
    values: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for rating in references:
        if scores := cache.known.get(rating.key):
            for name, value in features(scores, ()).items():
                values[rating.direction][name].append(value)
    return {
        direction: {
            name: (statistics.fmean(own), max(statistics.pstdev(own), 1e-3))
            for name, own in found.items()
            if name not in ("errors", "warnings")
        }
        | {"errors": (0.0, 1.0), "warnings": (0.0, 1.0)}
        for direction, found in values.items()
    }


def fit(rows: Sequence[Row], scales: Scales, model: str, adapter_sha256: str) -> Estimator:
    """Return the regressions: one for Chinese outputs and one for the others, if there are rows."""
    blank = Estimator(model=model, adapter_sha256=adapter_sha256, regressions={}, scales=scales)
    groups = {
        _CHINESE: [row for row in rows if row.direction.endswith(_CHINESE)],
        OTHERS: [row for row in rows if not row.direction.endswith(_CHINESE)],
    }
    regressions = {key: _regression(own, blank) for key, own in groups.items() if own}
    return blank.model_copy(update={"regressions": regressions})


def _regression(rows: Sequence[Row], blank: Estimator) -> Regression:
    from sklearn.linear_model import LogisticRegression

    names = sorted({name for own in blank.scales.values() for name in own})
    table = [blank.standardized(row.features, row.direction, names) for row in rows]
    found = LogisticRegression(C=_C, max_iter=5000)
    found.fit(table, [row.bad for row in rows], sample_weight=_weights(rows))
    weights = zip(names, found.coef_[0], strict=True)
    return Regression(
        intercept=round(float(found.intercept_[0]), 5),
        coefficients={name: round(float(weight), 5) for name, weight in weights},
    )


def _weights(rows: Sequence[Row]) -> list[float]:
    counts: defaultdict[tuple[str, bool], int] = defaultdict(int)
    for row in rows:
        counts[row.file, row.bad] += 1
    mean = len(rows) / len(counts)
    return [mean / counts[row.file, row.bad] for row in rows]


def cross_validated(rows: Sequence[Row], scales: Scales) -> list[float]:
    """Return each row's probability of an error, by an estimator that did not see its source."""
    groups = sorted({row.group for row in rows})
    fold = {group: number % _FOLDS for number, group in enumerate(groups)}
    found = [0.0] * len(rows)
    for number in range(_FOLDS):
        estimator = fit([row for row in rows if fold[row.group] != number], scales, "", "")
        for index, row in enumerate(rows):
            if fold[row.group] == number:
                found[index] = 1 - (estimator.confidence(row.features, row.direction) or 0.0)
    return found


def report(rows: Sequence[Row], risks: Sequence[float]) -> dict[str, dict[str, float | None]]:
    """Return, by file, how well the risks tell bad from good, and how well they are calibrated."""
    found: dict[str, dict[str, float | None]] = {}
    for name in dict.fromkeys(row.file for row in rows):
        own = [(risk, row.bad) for row, risk in zip(rows, risks, strict=True) if row.file == name]
        good = [risk for risk, bad in own if not bad]
        bad = [risk for risk, bad in own if bad]
        found[name] = {
            "rows": len(own),
            "auc": auc(good, bad),
            **{f"recall_at_{share}": recall_at(good, bad, share) for share in (0.03, 0.05, 0.1)},
            **{
                f"{side}_below_{threshold}": sum(1 - risk < threshold for risk in own_risks)
                / max(1, len(own_risks))
                for threshold in _THRESHOLDS
                for side, own_risks in (("bad", bad), ("clean", good))
            },
        }
    weights = _weights(rows)
    found["all"] = {"calibration_error": _calibration_error(rows, risks, weights)}
    return found


def _calibration_error(
    rows: Sequence[Row], risks: Sequence[float], weights: Sequence[float]
) -> float:
    """The expected calibration error: the mean distance of risk and share of bad rows, by bin."""
    bins: defaultdict[int, list[tuple[float, float, float]]] = defaultdict(list)
    for row, risk, weight in zip(rows, risks, weights, strict=True):
        bins[min(_BINS - 1, int(risk * _BINS))].append((weight, weight * risk, weight * row.bad))
    distance = sum(
        abs(sum(risk for _, risk, _ in each) - sum(bad for _, _, bad in each))
        for each in bins.values()
    )
    return distance / sum(weights)


def references(path: Path, pack: OpenPack, origins: Sequence[str], count: int) -> list[Rating]:
    """Return aligned sentences of each direction that the pack scores, as clean translations."""
    found: defaultdict[str, list[Rating]] = defaultdict(list)
    for pair in read_pairs(path):
        if pair.origin not in origins or not _MIN_LENGTH < len(pair.text) < _MAX_LENGTH:
            continue
        for each in (pair, pair.reversed()):
            if pack.estimates(each.source, each.target):
                rating = Rating(source_language=each.source, target_language=each.target,
                                source=each.text, target=each.translation,
                                label="none")  # fmt: skip
                found[rating.direction].append(rating)
    chosen: list[Rating] = []
    for own in found.values():
        most = min(count, len(own))
        chosen += [own[index * len(own) // most] for index in range(most)]
    return chosen


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 written, 1 a file or the pack cannot be used, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m models.training.estimator",
                                     description=__doc__)  # fmt: skip
    parser.add_argument("ratings", type=Path, nargs="+", help="files of rated translations")
    parser.add_argument("--aligned", type=Path, required=True, help="a folder with es-en.tsv and "
                        "en-zh.tsv, or a file of models.training.pairs")  # fmt: skip
    parser.add_argument("--origins", nargs="+", default=["wmt-news", "wmt24"],
                        help="of the aligned sentences, use these")  # fmt: skip
    parser.add_argument("--references", type=int, default=250, help="of each direction")
    parser.add_argument("--rows", type=int, default=3000, help="at most, of each file")
    parser.add_argument("--pack", help="default: the setting TELETIPO_PACK, or embedded")
    parser.add_argument("--adapter-sha256", default="", help="of the adapter in the model")
    parser.add_argument("--scores", type=Path, help="keep scores here, to continue from")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    try:
        settings = PackSettings.load()
        files = {}
        for path in options.ratings:
            ratings = [each for each in read_ratings(path) if is_bad(each) is not None]
            step = max(1, len(ratings) // options.rows)
            files[path.stem] = ratings[::step]
        cache = ScoreCache(options.scores)
        with progress_display("Estimator") as progress:
            pack = open_pack(prepare_pack(settings, progress, options.pack), settings.threads)
            clean = references(options.aligned, pack, options.origins, options.references)
            cache.score(pack, [*clean, *(row for own in files.values() for row in own)], progress)
        rows, scales = read_rows(files, cache), scales_of(clean, cache)
        rows = [row for row in rows if row.direction in scales]
        if len({row.bad for row in rows}) < 2:
            raise ValueError("there must be scored rows with and without errors")
        print(json.dumps(report(rows, cross_validated(rows, scales)), indent=2))
        (model,) = {model.name for model in pack.models}
        estimator = fit(rows, scales, model, options.adapter_sha256)
        options.out.write_text(estimator.model_dump_json(indent=1) + "\n", "utf-8")
    except (TeletipoError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
