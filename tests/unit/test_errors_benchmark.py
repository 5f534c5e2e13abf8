"""Errors made by rule, and the report of how many of them are found."""

import itertools
import json
import random
from pathlib import Path

import pytest

from benchmarks import errors
from benchmarks.quality import FILES

_LINES = {
    "es": ["El martes murieron 12 personas en Lima, dijo Rojas.", "Habló Boric en Santiago."],
    "en": ["On Tuesday 12 people died in Lima, Rojas said.", "He heard Boric in Santiago."],
    "zh-Hans": ["罗哈斯说，周二有12人在利马死亡。", "他在圣地亚哥发言。"],
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for language, name in FILES.items():
        (tmp_path / name).write_text("\n".join(_LINES[language] * 3) + "\n", "utf-8")
    return tmp_path


@pytest.mark.parametrize("kind", errors.MAKERS)
@pytest.mark.parametrize(("source", "target"), list(itertools.permutations(FILES, 2)))
def test_an_error_is_made_by_its_seed_and_is_no_reference(
    kind: str, source: str, target: str
) -> None:
    lines, documents = errors.read_data(errors.OWN_SENTENCES)
    made = [
        [
            errors.MAKERS[kind](place, random.Random(7))  # noqa: S311
            for place in errors.places(lines, documents, source, target)
        ]
        for _ in range(2)
    ]
    assert made[0] == made[1]
    changed = [
        text
        for text, place in zip(
            made[0], errors.places(lines, documents, source, target), strict=True
        )
        if text is not None and text != place.reference
    ]
    assert changed


def test_the_report_has_shares_and_counts_by_kind_and_pair(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert errors.main(["--data", str(data), "--seed", "3", "--json"]) == 0
    first = capsys.readouterr().out
    assert errors.main(["--data", str(data), "--seed", "3", "--json"]) == 0
    assert capsys.readouterr().out == first
    results = json.loads(first)
    pairs = {"es-en", "es-zh", "en-es", "en-zh", "zh-es", "zh-en"}
    assert set(results["caught"]) == set(errors.MAKERS)
    assert all(set(counts) == pairs for counts in results["caught"].values())
    assert set(results["false_alarms"]) == pairs
    figures = results["caught"]["figure_changed"]["es-en"]
    assert figures == {"share": 1.0, "count": 3, "of": 3, "marked_share": 1.0, "marked": 3}
    # Six lines by tens are one article: there is no sentence of another one to be had.
    assert results["caught"]["foreign_sentence"]["es-en"]["share"] is None


def test_documents_tell_which_sentences_are_foreign(data: Path) -> None:
    (data / "news.docs").write_text("a\na\na\nb\nb\nb\n", "utf-8")
    lines, documents = errors.read_data(data)
    (place, *_) = errors.places(lines, documents, "es", "en")
    made = errors.MAKERS["foreign_sentence"](place, random.Random(1))  # noqa: S311
    assert made in _LINES["en"]


def test_data_that_are_not_aligned_are_refused(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data / "news.docs").write_text("a\n", "utf-8")
    assert errors.main(["--data", str(data)]) == 1
    assert "news.docs has 1 lines" in capsys.readouterr().err
    (data / "news.zh").unlink()
    assert errors.main(["--data", str(data)]) == 1


def test_the_chart_is_written(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chart = data / "chart.png"
    assert errors.main(["--data", str(data), "--chart", str(chart)]) == 0
    assert chart.read_bytes().startswith(b"\x89PNG")
    assert "false alarms" in capsys.readouterr().out


def test_two_languages_are_enough(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data / FILES["zh-Hans"]).unlink()
    assert errors.main(["--data", str(data), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["false_alarms"].keys() == {"es-en", "en-es"}
    (data / FILES["en"]).unlink()
    assert errors.main(["--data", str(data)]) == 1
