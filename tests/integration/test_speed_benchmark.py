"""``python -m benchmarks.speed`` runs both sides on one model and reports its measurements."""

import json
from pathlib import Path

import pytest

import models.build
from benchmarks import parity, speed
from models.build import build_pack
from models.packs import open_pack
from models.settings import PackSettings
from teletipo.ports import Hop
from tests.conftest import assemble_tiny_gemma, silent


@pytest.fixture(scope="module")
def reference_dir(tiny_cache: Path) -> Path:
    """The tiny embedded model for the transformers runtime, beside the other."""
    settings = PackSettings(cache_dir=tiny_cache, runtime="transformers")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(models.build, "assemble_gemma", assemble_tiny_gemma)
        return models.build.prepare_pack(settings, silent, "embedded")


def test_each_side_is_measured_and_drawn(
    reference_dir: Path,
    tiny_cache: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TELETIPO_CACHE_DIR", str(tiny_cache))
    chart = tmp_path / "speed.png"
    arguments = ["--weights", "embedded", "--articles", "1", "--runs", "1", "--json"]
    assert speed.main([*arguments, "--sides", "naive,teletipo", "--chart", str(chart)]) == 0
    results = json.loads(capsys.readouterr().out)
    assert [row["side"] for row in results] == ["naive", "teletipo"]
    for row in results:
        assert row["articles_per_minute"] > 0
        assert row["first_summary_seconds"] > 0
        assert row["peak_memory_mb"] > 20
        assert row["tokens_per_second"] > 0
    assert chart.read_bytes().startswith(b"\x89PNG")


def test_no_two_sentences_of_the_articles_are_similar() -> None:
    texts = speed.articles(64)
    sentences = [sentence for text in texts for sentence in text.split(". ")]
    assert len(set(sentences)) == len(sentences) > 64 * 4


def test_the_price_is_for_the_memory_that_brings_this_machines_cores(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(speed, "available_threads", lambda: 2)
    done = [{"work_seconds": 10.0, "first_seconds": 1.0, "peak_memory_mb": 1.0, "tokens": 100.0}]
    result = speed.medians("random", "naive", 10, done, 0.0000133334)
    assert result.milliseconds_per_article == 1000
    assert result.usd_per_1000_articles == pytest.approx(
        1000 * 2 * 1769 / 1024 * 0.0000133334, abs=1e-4
    )


# With examples before it the random model's choices are clear; without, many are equally likely.
_PACK = "embedded-base"


def test_the_embedded_model_writes_the_same_on_both_runtimes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models.build, "assemble_gemma", assemble_tiny_gemma)
    build_pack(_PACK, tmp_path / "exact", tmp_path, silent, quantization="float32")
    build_pack(
        _PACK, tmp_path / "torch", tmp_path, silent, quantization="float32", runtime="transformers"
    )
    texts = ["Chile puso en marcha una planta.", "No."]
    for wider in (False, True):
        assert open_pack(tmp_path / "exact").translate(
            texts, Hop("es", "en"), wider=wider
        ) == open_pack(tmp_path / "torch").translate(texts, Hop("es", "en"), wider=wider)


def test_parity_tells_that_float32_is_the_same_on_both_runtimes(
    tiny_cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(models.build, "assemble_gemma", assemble_tiny_gemma)
    monkeypatch.setenv("TELETIPO_CACHE_DIR", str(tiny_cache))
    assert parity.main(["--pack", _PACK, "--limit", "1", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {(row["source"], row["target"]) for row in rows} == {
        *(("es", "en"), ("en", "es"), ("en", "zh-Hans"), ("zh-Hans", "en")),
    }
    # From Chinese this random model comes to two letters that are as likely as each other.
    exact = [
        row
        for row in rows
        if row["variant"] == "ctranslate2 float32" and row["source"] != "zh-Hans"
    ]
    assert len(exact) == 6
    assert all(row["same"] == row["sentences"] == 1 for row in exact)
