"""Fifty thousand words through a real runtime: every window decoded, in bounded memory."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from models.build import build_pack
from tests.conftest import ROOT, silent
from tests.hub_packs import put_in_hub_cache, tiny_catalog

_CODE = """
import json, sys
from pathlib import Path
from models.model import Model
from models.packs import open_pack
from teletipo.article import Source
from teletipo.pipeline import summarize_article
from teletipo.options import SummaryOptions

words = int(sys.argv[2])
read = []
summarize = Model.summarize
Model.summarize = lambda self, texts, language: read.extend(texts) or summarize(
    self, texts, language)
body = " ".join(
    f"En la jornada {number} el tren salió de la ciudad a la hora prevista."
    for number in range(words // 13))
summary = summarize_article(
    body.encode(), Source("a", declared_language="es"), open_pack(Path(sys.argv[1])),
    SummaryOptions(), ["es"])
status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
print(json.dumps({
    "peak_mb": int(status["VmHWM"].split()[0]) / 1024,
    "words_read": sum(len(text.split()) for text in read[:]),
    "windows": len(read),
    "sentences": len(summary.summaries["es"].sentences),
}))
"""


@pytest.fixture(scope="module")
def pack_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cache = tmp_path_factory.mktemp("long")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
        known = tiny_catalog({"t5": put_in_hub_cache("t5", cache)})
        build_pack("t5", cache / "pack", cache, silent, lock_file=cache / "lock", known=known)
    return cache / "pack"


def run(pack_dir: Path, words: int) -> dict[str, float]:
    result = subprocess.run(
        [sys.executable, "-c", _CODE, str(pack_dir), str(words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    figures: dict[str, float] = json.loads(result.stdout)
    return figures


def test_fifty_thousand_words_are_read_whole_in_bounded_memory(pack_dir: Path) -> None:
    short, long = run(pack_dir, 5_000), run(pack_dir, 50_000)
    assert long["words_read"] >= 49_000
    assert long["windows"] > 100
    assert long["sentences"] >= 1
    assert long["peak_mb"] < short["peak_mb"] + 100
