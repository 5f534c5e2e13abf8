"""ROUGE in three languages, and our own sentences beside the lead."""

import json
from pathlib import Path

import pytest

from benchmarks import checks, summary
from benchmarks.summary import WordsAndCharacters


def test_chinese_is_scored_by_its_characters_and_accents_are_kept() -> None:
    tokens = WordsAndCharacters().tokenize("Año 2024: 政府批准")
    assert tokens == ["año", "2024", "政", "府", "批", "准"]


def test_the_extractive_summaries_beat_the_lead_on_our_own_articles(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert summary.main(["--json"]) == 0
    rows = {(row["language"], row["method"]): row for row in json.loads(capsys.readouterr().out)}
    for language in ("es", "en", "zh-Hans"):
        ours, lead = rows[language, "extractive"], rows[language, "lead-3"]
        assert ours["rouge_l"] > lead["rouge_l"] > 30
        assert ours["coverage"] == lead["coverage"] == 1.0
        assert lead["novelty"] == 0.0


def test_a_reference_scores_full_marks(tmp_path: Path) -> None:
    text = "La ministra presentó ayer el plan de sanidad en la capital del país."
    data = tmp_path / "one.jsonl"
    row = {"language": "es", "article": f"{text} {text.replace('sanidad', 'empleo')}"}
    data.write_text(json.dumps({**row, "summary": text}) + "\n", "utf-8")
    (sample,) = summary.read_samples(data)
    found = summary.measure("lead-3", summary.lead, [sample])
    assert found.rouge_1 < 100
    assert found.compression == 1.0


@pytest.mark.parametrize(
    ("line", "message"),
    [("{", "line 1"), ('{"language": "es"}', "line 1"), ("", "holds no article"), ("[]", "line 1")],
)
def test_bad_data_are_refused_with_their_line(
    line: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "bad.jsonl"
    data.write_text(line, "utf-8")
    assert summary.main(["--data", str(data)]) == 1
    assert message in capsys.readouterr().err


def test_the_cost_of_checks_is_told_for_sentences_that_grow() -> None:
    rows = checks.growth()
    assert [row.characters for row in rows] == sorted(row.characters for row in rows)
    assert all(row.milliseconds > 0 for row in rows)
