"""``python -m benchmarks.quality`` measures aligned lines only."""

import itertools
import json
from pathlib import Path

import pytest

from benchmarks.quality import main, read_lines
from models.packs import OpenPack


@pytest.fixture(autouse=True)
def _tiny(tiny_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELETIPO_CACHE_DIR", str(tiny_cache))


def test_each_pair_has_its_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--limit", "2", "--pairs", "es-en,en-zh-Hans", "--json"]) == 0
    results = json.loads(capsys.readouterr().out)["results"]
    assert [(row["source"], row["target"]) for row in results] == [("es", "en"), ("en", "zh-Hans")]
    assert all(row["sentences"] == 2 and 0 <= row["chrf"] <= 100 for row in results)


def test_other_systems_outputs_stand_beside_the_packs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    english = ["He spoke on Monday.", "It cost 40 euros."]
    (tmp_path / "news.en").write_text("\n".join(english) + "\n", "utf-8")
    (tmp_path / "news.zh").write_text("他星期一讲话。\n耗资40欧元。\n", "utf-8")
    (tmp_path / "opus-mt.zh").write_text("他星期一讲话。\n耗资50欧元。\n", "utf-8")
    options = ["--data", str(tmp_path), "--pairs", "en-zh-Hans", "--without-repair"]
    assert main([*options, "--samples", "1", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    ours, theirs = printed["results"]
    assert (ours["system"], theirs["system"]) == ("embedded", "opus-mt")
    assert 0 < theirs["bleu"] < 100
    assert theirs["faulty_percent"] == 50
    (sample,) = printed["samples"]
    assert set(sample) == {"direction", "source", "reference", "embedded", "opus-mt"}
    assert main([*options, "--samples", "2"]) == 0
    printed = capsys.readouterr().out
    assert "opus-mt" in printed
    assert all(line in printed for line in english)
    (tmp_path / "opus-mt.zh").write_text("一行。\n", "utf-8")
    assert main(options) == 1


def test_files_that_are_not_aligned_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "news.es").write_text("Uno.\nDos.\n")
    (tmp_path / "news.en").write_text("One.\n")
    assert main(["--data", str(tmp_path)]) == 1
    assert "same number of lines" in capsys.readouterr().err


def test_our_own_sentences_are_aligned() -> None:
    from benchmarks import quality

    assert len(read_lines(quality.OWN_SENTENCES, None)) == 3


def test_every_way_of_the_embedded_pack_states_its_measured_quality(tiny_pack: OpenPack) -> None:
    for source, target in itertools.permutations(sorted(tiny_pack.sources), 2):
        assert tiny_pack.quality(source, target), f"{source}→{target} was never measured"


def test_more_beams_than_the_pack_says(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--limit", "2", "--pairs", "es-en", "--without-repair", "--beams", "2", "--json"]
    assert main(options) == 0
    (row,) = json.loads(capsys.readouterr().out)["results"]
    assert row["sentences"] == 2
