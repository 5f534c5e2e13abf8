"""``python -m benchmarks.outside`` measures checks and confidence on rated translations."""

import json
from pathlib import Path

import pytest

from benchmarks.outside import main

_ROWS = [
    ("It cost 40 euros.", "Costó 40 euros.", "none", "", []),
    ("It cost 41 euros.", "Costó 51 euros.", "major", "",
     [{"start": 6, "end": 8, "severity": "major", "category": "Number"}]),
    ("He spoke today.", "Habló hoy.", "none", "", []),
    ("He spoke on Monday.", "Habló el lunes ayer.", "minor", "",
     [{"start": 15, "end": 19, "severity": "minor", "category": "Addition"}]),
    ("It cost 42 euros.", "Costó 52 euros.", "perturbed", "critical_number", []),
    ("It cost 43 euros.", "Costó 43 euros.", "none", "untouched", []),
]  # fmt: skip


def write(path: Path) -> None:
    lines = [
        {"source_language": "en", "target_language": "es", "source": source, "target": target,
         "label": label, "kind": kind, "spans": spans}
        for source, target, label, kind, spans in _ROWS
    ]  # fmt: skip
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")


@pytest.fixture
def data(tiny_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TELETIPO_CACHE_DIR", str(tiny_cache))
    write(tmp_path / "rated.jsonl")
    return tmp_path


def test_a_wrong_figure_is_caught_and_clean_translations_are_not(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(data), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    rated = printed["sets"]["rated"]
    # The minor one is left out.
    assert (rated["rows"], rated["bad"]) == (5, 2)
    assert rated["caught"] == 1
    assert rated["caught_clean"] == 0
    # The tiny pack has no estimator.
    assert rated["auc"] is None
    assert rated["words_mcc"] > 0.5
    assert printed["categories"]["rated"] == {"Number": {"rows": 1, "caught": 1.0, "marked": 1.0}}
    kinds = printed["perturbations"]
    assert kinds["critical_number"]["en"]["caught"] == 1.0
    assert kinds["untouched"]["en"]["caught"] == 0.0


def test_the_table_has_a_row_for_each_file(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(data / "second.jsonl")
    assert main(["--data", str(data), "--limit", "2"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in printed[1:3]] == ["rated", "second"]


def test_a_folder_without_ratings_and_a_bad_line_are_named(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data / "rated.jsonl").write_text('{"label": "bad"}\n', "utf-8")
    assert main(["--data", str(data)]) == 1
    assert "rated.jsonl, line 1" in capsys.readouterr().err
    (data / "rated.jsonl").unlink()
    assert main(["--data", str(data)]) == 1
    assert "no .jsonl file" in capsys.readouterr().err
