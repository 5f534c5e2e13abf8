"""The estimator of confidence, and what a document says where there is none."""

import json
import math
from collections.abc import Sequence
from dataclasses import replace

import pytest

from models.training.ratings import auc, mcc, recall_at
from teletipo.confidence import (
    Estimator,
    PairScores,
    Regression,
    doubtful_spans,
    features,
    read_estimator,
)
from teletipo.draft import Draft, DraftSentence
from teletipo.errors import PackCorrupt
from teletipo.findings import Finding, Severity
from teletipo.spans import Span
from teletipo.translation.assess import assess
from tests.unit.test_translation import ScriptedPack

_SCALES = {"es-en": {"output_mean": (-1.0, 0.5)}}
_ESTIMATOR = Estimator(
    model="tiny",
    adapter_sha256="",
    regressions={"*": Regression(intercept=0.0, coefficients={"output_mean": -2.0})},
    scales=_SCALES,
)
_SPANS = tuple(Span(start, start + 2) for start in (0, 2, 5, 7))


def scores(*values: float) -> PairScores:
    alone = tuple(value - 2 for value in values)
    return PairScores(values, alone, values, _SPANS)


def translated(*texts: str) -> tuple[Draft, Draft]:
    source = Draft("es", None, tuple(DraftSentence("Una frase.", (Span(0, 9),)) for _ in texts))
    sentences = tuple(DraftSentence(text, (Span(0, 9),)) for text in texts)
    return source, replace(source, language="en", sentences=sentences)


def test_a_likely_output_has_the_higher_confidence_and_an_unlikely_one_a_finding() -> None:
    good, bad = scores(-0.1, -0.1, -0.2, -0.1, -0.1), scores(-0.5, -0.5, -9.0, -0.5, -0.5)
    pack = ScriptedPack({}, own_estimator=_ESTIMATOR, scores={"A fact.": good, "No fact.": bad})
    (result,) = assess([translated("A fact.", "No fact.")], pack, 0.5)
    high, low = [sentence.confidence for sentence in result.sentences]
    assert high is not None
    assert low is not None
    assert low < 0.5 < high
    (finding,) = result.findings
    assert (finding.code, finding.severity, finding.sentence) == ("doubtful", "warning", 1)
    assert finding.output_spans == (Span(5, 7),)


@pytest.mark.parametrize(
    "pack",
    [
        ScriptedPack({}),
        ScriptedPack({}, own_estimator=_ESTIMATOR),
        ScriptedPack({}, own_estimator=_ESTIMATOR, scores={"A fact.": scores(math.nan, -1.0)}),
        ScriptedPack({}, own_estimator=_ESTIMATOR, scores={"A fact.": PairScores()}),
        ScriptedPack(
            {},
            own_estimator=_ESTIMATOR.model_copy(update={"scales": {}}),
            scores={"A fact.": scores(-1.0, -1.0)},
        ),
    ],
    ids=["no estimator", "too long", "not a number", "no model", "another direction"],
)
def test_where_there_is_no_confidence_the_document_says_why(pack: ScriptedPack) -> None:
    (result,) = assess([translated("A fact.")], pack, 0.5)
    assert result.sentences[0].confidence is None
    assert [finding.code for finding in result.findings] == ["not_scored"]


def test_a_damaged_estimator_stops_no_article() -> None:
    class Damaged(ScriptedPack):
        def estimator(self, source: str, target: str) -> Estimator | None:
            raise PackCorrupt("estimator.json belongs to the model 'other', not 'tiny'.")

    (result,) = assess([translated("A fact.")], Damaged({}), 0.5)
    (finding,) = result.findings
    assert finding.severity == "warning"
    assert finding.message.endswith("belongs to the model 'other', not 'tiny'.")


def test_what_stands_in_the_articles_language_is_not_scored() -> None:
    source, result = translated("Una frase.")
    echo = Finding(
        code="source_echo", severity=Severity.ERROR, language="en", sentence=0, message=""
    )
    result = replace(result, findings=(echo,))
    (assessed,) = assess([(source, result)], ScriptedPack({}, own_estimator=_ESTIMATOR), 0.5)
    assert assessed.findings == (echo,)


def test_names_that_are_the_same_in_both_languages_are_scored() -> None:
    source, result = translated("Una frase.")
    score = "Real Madrid 2 - FC Barcelona 1"
    pair = replace(source, headline=score), replace(result, headline=score)
    likely = scores(-0.1, -0.1, -0.2, -0.1, -0.1)
    pack = ScriptedPack({}, own_estimator=_ESTIMATOR, scores={score: likely, "Una frase.": likely})
    (assessed,) = assess([pair], pack, 0.5)
    assert assessed.headline_confidence is not None


def test_a_runtime_that_fails_to_score_costs_no_summary() -> None:
    class Failing(ScriptedPack):
        def score(
            self, pairs: Sequence[tuple[str, str]], source: str, target: str
        ) -> list[PairScores | None]:
            raise RuntimeError("out of memory")

    pack = Failing({}, own_estimator=_ESTIMATOR)
    (result,) = assess([translated("A fact.")], pack, 0.5)
    (finding,) = result.findings
    assert (finding.code, finding.severity) == ("not_scored", "warning")


@pytest.mark.parametrize(
    "change",
    [
        {"intercept": math.inf},
        {"scales": {"es-en": {"output_mean": [0.0, 0.0]}}},
        {"colour": "red"},
    ],
)
def test_a_file_that_is_no_estimator_is_refused(change: dict[str, object]) -> None:
    content = json.loads(_ESTIMATOR.model_dump_json()) | change
    with pytest.raises(ValueError, match="not an estimator"):
        read_estimator(json.dumps(content).encode())


def test_features_are_finite_for_one_token_and_say_nothing_of_a_missing_direction() -> None:
    one = features(PairScores((-1.0,), (-2.0,), (), (Span(0, 1),)), ())
    assert all(map(math.isfinite, one.values()))
    assert not any(name.startswith("source") for name in one)


def test_the_least_likely_parts_are_doubtful_and_neighbours_are_joined() -> None:
    spans = tuple(Span(start, start + 1) for start in range(7))
    values = (-0.1, -8.0, -7.0, -0.1, -0.2, -0.1, -0.1, -0.1)
    assert doubtful_spans(PairScores(values, output_spans=spans)) == [Span(1, 3)]
    assert doubtful_spans(PairScores((-0.1,) * 8, output_spans=spans)) == []


def test_figures_of_rankings() -> None:
    assert auc([0.1, 0.2], [0.2, 0.9]) == pytest.approx(0.875)
    assert auc([], [1.0]) is None
    assert mcc([True, False], [True, False]) == pytest.approx(1)
    assert mcc([True, True], [True, False]) is None
    assert recall_at([0.1, 0.2, 0.3, 0.4], [0.25, 0.35, 0.5], 0.25) == pytest.approx(2 / 3)
