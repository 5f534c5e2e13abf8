"""``python -m benchmarks.vocabulary`` compares the whole vocabulary with the kept pieces."""

import json
from pathlib import Path
from typing import Any

import pytest

import models.build
from benchmarks import vocabulary
from tests.conftest import assemble_tiny_gemma, write_tiny_adapter

_PIECES = 263
_SPACE = 6


@pytest.fixture
def measure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Any:
    monkeypatch.setattr(models.build, "ADAPTERS", tmp_path)
    monkeypatch.setattr(models.build, "assemble_gemma", assemble_tiny_gemma)

    def run(kept: list[int]) -> list[dict[str, Any]]:
        write_tiny_adapter(tmp_path / "translator", kept=kept)
        assert vocabulary.main(["--limit", "2", "--json"]) == 0
        return list(json.loads(capsys.readouterr().out))

    return run


def test_with_every_piece_kept_all_lines_are_untouched_and_the_same(measure: Any) -> None:
    rows = measure(list(range(_PIECES)))
    assert len(rows) == 5
    assert all(row["untouched_same"] == row["untouched"] == row["same"] == 2 for row in rows)


def test_a_line_with_a_dropped_piece_is_not_untouched(measure: Any) -> None:
    rows = measure([piece for piece in range(_PIECES) if piece != _SPACE])
    spaced = [row for row in rows if row["source"] != "zh-Hans"]
    assert spaced
    assert all(row["untouched"] == row["untouched_same"] == 0 for row in spaced)


def test_a_folder_without_sentences_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert vocabulary.main(["--data", str(tmp_path)]) == 1
    assert str(tmp_path) in capsys.readouterr().err
