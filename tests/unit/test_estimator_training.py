"""The estimator learns from rated translations what tells a bad one."""

import json
import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from models.packs import OpenPack
from models.training import estimator
from models.training.estimator import Row, cross_validated, fit, is_bad, references, report
from models.training.ratings import Rating, ScoreCache, auc
from teletipo.confidence import OTHERS, read_estimator
from tests.conftest import silent

_SCALES = {"es-en": {"output_mean": (-1.0, 0.5), "errors": (0.0, 1.0)}}


def rating(source: str, target: str, label: str, **more: object) -> dict[str, object]:
    return {"source_language": "en", "target_language": "es", "source": source, "target": target,
            "label": label, **more}  # fmt: skip


def row(group: str, *, bad: bool, mean: float) -> Row:
    features: Mapping[str, float] = {"output_mean": mean, "errors": 0.0}
    return Row("file", group, "es-en", bad, features)


def rows(count: int) -> list[Row]:
    """Bad translations are less likely; each source has a good one and a bad one."""
    chance = random.Random(1)  # noqa: S311
    return [
        row(f"source {number}", bad=bad, mean=chance.gauss(-2.0 if bad else -0.8, 0.3))
        for number in range(count)
        for bad in (False, True)
    ]


@pytest.mark.parametrize(
    ("label", "kind", "bad"),
    [
        ("none", "", False),
        ("major", "", True),
        ("minor", "", None),
        ("perturbed", "critical_id5", True),
        ("perturbed", "base_id33_empty", None),
    ],
)
def test_only_what_is_clean_or_clearly_bad_is_learned_from(
    label: str, kind: str, bad: bool | None
) -> None:
    assert is_bad(Rating.model_validate(rating("a", "b", label, kind=kind))) is bad


def test_an_unlikely_output_gets_the_lower_confidence() -> None:
    found = fit(rows(40), _SCALES, "tiny", "ab")
    assert found.regressions.keys() == {OTHERS}
    assert found.regressions[OTHERS].coefficients["output_mean"] < 0
    likely, unlikely = (found.confidence({"output_mean": mean, "errors": 0.0}, "es-en")
                        for mean in (-0.5, -2.5))  # fmt: skip
    assert likely is not None
    assert unlikely is not None
    assert unlikely < 0.5 < likely
    risks = cross_validated(rows(40), _SCALES)
    sides = [[risk for risk, each in zip(risks, rows(40), strict=True) if each.bad is bad]
             for bad in (False, True)]  # fmt: skip
    measured = report(rows(40), risks)
    assert measured["file"]["auc"] == auc(*sides)
    assert (auc(*sides) or 0) > 0.95
    assert 0 <= (measured["all"]["calibration_error"] or 0) < 0.3


def test_a_source_is_never_in_training_and_test_at_once() -> None:
    """Likelihoods that are only noise must not be predicted, however often a source occurs."""
    chance = random.Random(2)  # noqa: S311
    noise = []
    for number in range(60):
        mean, bad = chance.gauss(-1, 0.5), chance.random() < 0.5
        noise += [row(f"source {number}", bad=bad, mean=mean)] * 8
    measured = report(noise, cross_validated(noise, _SCALES))
    assert (measured["file"]["auc"] or 0) < 0.7


def test_references_are_spread_over_the_data_and_each_is_taken_once(
    tiny_pack: OpenPack, tmp_path: Path
) -> None:
    lines = [f"El ministro leyó la carta {n} ayer.\tThe minister read letter {n} yesterday.\town\n"
             for n in range(12)]  # fmt: skip
    (tmp_path / "es-en.tsv").write_text("".join(lines), "utf-8")
    (tmp_path / "en-zh.tsv").write_text("", "utf-8")
    for count in (4, 12, 50):
        found = references(tmp_path, tiny_pack, ["own"], count)
        by_direction = {each.direction for each in found}
        assert by_direction == {"es-en", "en-es"}
        assert len({each.key for each in found}) == len(found) == 2 * min(count, 12)
    assert references(tmp_path, tiny_pack, ["other"], 4) == []


def test_the_command_writes_an_estimator_and_keeps_its_scores(
    tiny_cache: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TELETIPO_CACHE_DIR", str(tiny_cache))
    ratings, aligned = tmp_path / "rated.jsonl", tmp_path / "aligned"
    aligned.mkdir()
    content = [
        rating(f"It cost {n} euros.", f"Costó {n + bad} euros.", "major" if bad else "none")
        for n in range(20, 25)
        for bad in (0, 1)
    ]
    ratings.write_text("".join(json.dumps(each) + "\n" for each in content), "utf-8")
    (aligned / "es-en.tsv").write_text(
        "El ministro leyó la carta ayer.\tThe minister read the letter yesterday.\town\n", "utf-8"
    )
    (aligned / "en-zh.tsv").write_text("", "utf-8")
    scores, out = tmp_path / "scores.jsonl", tmp_path / "estimator.json"
    command = [str(ratings), "--aligned", str(aligned), "--origins", "own", "--adapter-sha256",
               "ab", "--scores", str(scores), "--out", str(out)]  # fmt: skip
    assert estimator.main(command) == 0
    measured = json.loads(capsys.readouterr().out)
    assert measured["rated"]["rows"] == 10
    found = read_estimator(out.read_bytes())
    assert found.adapter_sha256 == "ab"
    assert found.regressions.keys() == {OTHERS}
    # The checks see the wrong figure, so an error must speak for a bad translation.
    assert found.regressions[OTHERS].coefficients["errors"] > 0
    kept = scores.read_text("utf-8")
    assert len(kept.splitlines()) == 12
    assert estimator.main(command) == 0
    assert scores.read_text("utf-8") == kept
    capsys.readouterr()
    ratings.write_text(json.dumps(content[0]) + "\n", "utf-8")
    out.unlink()
    assert estimator.main(command) == 1
    assert "rows with and without errors" in capsys.readouterr().err
    ratings.write_text('{"label": "none"}\n', "utf-8")
    assert estimator.main(command) == 1
    assert "rated.jsonl, line 1" in capsys.readouterr().err
    assert not out.exists()


def test_a_pair_that_the_pack_cannot_score_is_left_out(tiny_pack: OpenPack) -> None:
    long = Rating.model_validate(rating("word " * 900, "palabra", "none"))
    cache = ScoreCache(None)
    cache.score(tiny_pack, [long], silent)
    assert cache.known[long.key] is None or not cache.known[long.key]
    assert estimator.read_rows({"file": [long]}, cache) == []
