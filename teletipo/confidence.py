"""Confidence: how likely it is that an editor finds no major error of meaning in a sentence.

The pack's translator says how likely it finds the output given the source, and the source given the
output. An output is worse the lower these likelihoods are, as means and at their lowest tokens, and
the less they rise above those of the same text without the other one (contrastive conditioning:
Vamvas and Sennrich 2022, "As Little as Possible, as Much as Necessary"). A logistic regression,
whose coefficients belong to the pack's model, makes a probability of them and of the findings.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from teletipo.findings import Finding, Severity
from teletipo.spans import Span

# In natural logarithms: a token that its model finds this unlikely is odd, or very odd.
_ODD, _VERY_ODD = -3.0, -5.0
# Standard deviations beyond which a feature says no more.
_FURTHEST = 6.0
_WINDOW = 3
# A part is doubtful if it is this much less likely than the sentence's other tokens.
_DOUBTFUL = 2.0
_MOST_DOUBTFUL = 3


@dataclass(frozen=True)
class PairScores:
    """How likely a pack's translator finds each token of a source and its output.

    Natural logarithms of probabilities, the end token's last. Empty where the pack has no model for
    that direction.
    """

    output: tuple[float, ...] = ()
    """Of the output's tokens, given the source."""
    output_alone: tuple[float, ...] = ()
    """The same, given an empty source."""
    source: tuple[float, ...] = ()
    """Of the source's tokens, given the output."""
    output_spans: tuple[Span, ...] = ()
    """Where each token of the output stands in it, the end token left out."""


class Regression(BaseModel):
    """A logistic regression: positive weights speak for an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    intercept: float
    coefficients: dict[str, float]
    """By the features' names."""


OTHERS = "*"
"""The key of the regression for target languages without their own."""


class Estimator(BaseModel):
    """Logistic regressions over the features of a pair, for one model's scores.

    Each feature is first standardized by its mean and deviation in the pair's direction.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    """The name of the model that scores."""
    adapter_sha256: str
    """The SHA-256 of the adapter that was merged into the model; empty if there is none."""
    regressions: dict[str, Regression]
    """By target language (BCP 47), or ``OTHERS``."""
    scales: dict[str, dict[str, tuple[float, float]]]
    """Mean and standard deviation of each feature, by direction such as ``es-en``."""

    @model_validator(mode="after")
    def _is_finite(self) -> Self:
        numbers: list[float] = []
        for regression in self.regressions.values():
            numbers += [regression.intercept, *regression.coefficients.values()]
        for own in self.scales.values():
            numbers += [number for pair in own.values() for number in pair]
            if any(deviation <= 0 for _, deviation in own.values()):
                raise ValueError("a standard deviation must be positive")
        if not all(map(math.isfinite, numbers)):
            raise ValueError("every number must be finite")
        return self

    def standardized(
        self, features: Mapping[str, float], direction: str, names: Iterable[str]
    ) -> list[float]:
        """Return these features in standard deviations, at most six; 0 for one that is unknown.

        Raises ``KeyError`` for a direction without scales.
        """
        scales = self.scales[direction]
        found = []
        for name in names:
            mean, deviation = scales.get(name, (0.0, 1.0))
            distance = (features.get(name, mean) - mean) / deviation
            found.append(max(-_FURTHEST, min(_FURTHEST, distance)) if name in scales else 0.0)
        return found

    def confidence(self, features: Mapping[str, float], direction: str) -> float | None:
        """Return the probability, from 0 to 1; None for a direction that it does not know.

        A feature that the pair lacks counts as average.
        """
        target = direction.partition("-")[2]
        regression = self.regressions.get(target) or self.regressions.get(OTHERS)
        if direction not in self.scales or regression is None:
            return None
        values = self.standardized(features, direction, regression.coefficients)
        logit = regression.intercept + sum(
            weight * value
            for weight, value in zip(regression.coefficients.values(), values, strict=True)
        )
        return 1 / (1 + math.exp(logit))

    def estimate(
        self, scores: PairScores | None, findings: Sequence[Finding], direction: str
    ) -> float | None:
        """Return a pair's confidence; None without finite scores of the output."""
        if scores is None or not scores.output:
            return None
        try:
            return self.confidence(features(scores, findings), direction)
        except ValueError:
            return None


def read_estimator(data: bytes) -> Estimator:
    """Read an estimator's JSON. Raises ``ValueError``."""
    try:
        return Estimator.model_validate_json(data)
    except ValidationError as error:
        raise ValueError(f"not an estimator: {error.errors()[0]['msg']}") from None


def features(scores: PairScores, findings: Sequence[Finding]) -> dict[str, float]:
    """Return what the estimator knows about a pair, by name.

    Raises ``ValueError`` if a score is not a finite number.
    """
    found: dict[str, float] = {}
    if scores.source:
        found |= _summary("source", scores.source)
    if scores.output:
        alone = scores.output_alone
        gains = [one - other for one, other in zip(scores.output, alone, strict=True)]
        found |= _summary("output", scores.output)
        found |= _summary("output_gain", gains)
        found["output_alone"] = _mean(alone)
        found["length"] = math.log(len(scores.output))
    if scores.output and scores.source:
        found["length_ratio"] = math.log(len(scores.output) / len(scores.source))
    severities = [finding.severity for finding in findings]
    found["errors"] = min(3, severities.count(Severity.ERROR))
    found["warnings"] = min(3, severities.count(Severity.WARNING))
    if not all(map(math.isfinite, found.values())):
        raise ValueError("a score is not a finite number")
    return found


def doubt(
    confidence: float, language: str, sentence: int | None, spans: Iterable[Span] = ()
) -> Finding:
    """Return the finding about a sentence (or, with None, the headline) of low confidence."""
    return Finding(
        code="doubtful",
        severity=Severity.WARNING,
        language=language,
        sentence=sentence,
        message=f"The model doubts this translation ({confidence:.0%}); "
        "compare it with the article.",
        output_spans=tuple(spans),
    )


def doubtful_spans(scores: PairScores) -> list[Span]:
    """Return the least likely parts of the output, in order, if they stand out; at most three."""
    if len(scores.output) < _WINDOW + 1:
        return []
    tokens = [*zip(scores.output, scores.output_spans, strict=False)]
    mean = _mean(scores.output)
    lowest = sorted(tokens, key=lambda token: token[0])[:_MOST_DOUBTFUL]
    spans = sorted(
        (span for score, span in lowest if score < mean - _DOUBTFUL and span.end > span.start),
        key=lambda span: span.start,
    )
    merged: list[Span] = []
    for span in spans:
        if merged and span.start <= merged[-1].end + 1:
            merged[-1] = Span(merged[-1].start, max(span.end, merged[-1].end))
        else:
            merged.append(span)
    return merged


def _summary(name: str, values: Sequence[float]) -> dict[str, float]:
    ordered = sorted(values)
    windows = [
        _mean(values[start : start + _WINDOW]) for start in range(max(1, len(values) - _WINDOW + 1))
    ]
    return {
        f"{name}_mean": _mean(values),
        f"{name}_lowest": ordered[0],
        f"{name}_lowest_three": _mean(ordered[:3]),
        f"{name}_lowest_six": _mean(ordered[:6]),
        f"{name}_window": min(windows),
        f"{name}_odd_share": sum(value < _ODD for value in values) / len(values),
        f"{name}_odd": min(12, sum(value < _ODD for value in values)),
        f"{name}_very_odd": min(8, sum(value < _VERY_ODD for value in values)),
        f"{name}_end": values[-1],
    }


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
