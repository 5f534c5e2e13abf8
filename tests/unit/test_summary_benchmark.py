"""ROUGE in three languages, and our own sentences beside the lead."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import checks, summary
from benchmarks.summary import WordsAndCharacters
from teletipo.article import Article
from teletipo.draft import Draft


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


def test_the_reference_itself_scores_100_and_more_than_it_scores_less(tmp_path: Path) -> None:
    text = "La ministra presentó ayer el plan de sanidad en la capital del país."
    data = tmp_path / "one.jsonl"
    row = {"language": "es", "article": f"{text} {text.replace('sanidad', 'empleo')}"}
    data.write_text(json.dumps({**row, "summary": text}) + "\n", "utf-8")
    (sample,) = summary.read_samples(data)

    def first_sentence(article: Article) -> Draft:
        draft = summary.lead(article)
        return replace(draft, sentences=draft.sentences[:1])

    reference = summary.measure("reference", first_sentence, [sample])
    assert (reference.rouge_1, reference.rouge_2, reference.rouge_l) == (100, 100, 100)
    assert (reference.coverage, reference.novelty, reference.compression) == (1, 0, 2)
    both = summary.measure("lead-3", summary.lead, [sample])
    # All 13 words of the reference, in a summary of 26.
    assert both.rouge_1 == pytest.approx(100 * 2 * 13 / (13 + 26), abs=0.001)
    assert both.compression == 1


@pytest.mark.parametrize(
    ("line", "message"),
    [("{", "line 1"), ('{"language": "es"}', "line 1"), ("", "has no articles"), ("[]", "line 1")],
)
def test_bad_data_are_refused_with_their_line(
    line: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "bad.jsonl"
    data.write_text(line, "utf-8")
    assert summary.main(["--data", str(data)]) == 1
    assert message in capsys.readouterr().err


def test_a_longer_sentence_costs_the_checks_no_more_per_character() -> None:
    shortest, *_, longest = checks.growth()
    assert longest.characters == 256 * shortest.characters
    # Quadratic time would make it 256 times as much.
    assert longest.microseconds_per_character < 16 * shortest.microseconds_per_character
