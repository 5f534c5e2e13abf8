"""``python -m benchmarks.vocabulary`` compares the whole vocabulary with the kept pieces."""

import json
from pathlib import Path

import pytest

import models.build
from benchmarks import vocabulary
from tests.conftest import assemble_tiny_gemma, write_tiny_adapter


def test_lines_without_dropped_pieces_come_out_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # The tiny vocabulary has nothing that could be spared: every line is untouched.
    write_tiny_adapter(tmp_path / "translator")
    monkeypatch.setattr(models.build, "ADAPTERS", tmp_path)
    monkeypatch.setattr(models.build, "assemble_gemma", assemble_tiny_gemma)
    assert vocabulary.main(["--limit", "2", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == 5
    assert all(row["untouched_same"] == row["untouched"] == row["same"] == 2 for row in rows)
    assert vocabulary.main(["--data", str(tmp_path)]) == 1
