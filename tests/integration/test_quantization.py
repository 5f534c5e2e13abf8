"""The loss from int8: the embedded model's translations compared with those in float32."""

from pathlib import Path

import pytest
import sacrebleu

from models.build import build_pack
from models.packs import OpenPack, open_pack
from teletipo.ports import Hop
from tests.conftest import ROOT, silent

# As docs/models.md states it.
_LEAST_CHRF = 85


@pytest.fixture(scope="module")
def exact_pack(tmp_path_factory: pytest.TempPathFactory) -> OpenPack:
    target: Path = tmp_path_factory.mktemp("float32") / "pack"
    build_pack("embedded", target, target.parent, silent, quantization="float32")
    return open_pack(target)


def test_int8_stays_close_to_float32(embedded_pack: OpenPack, exact_pack: OpenPack) -> None:
    lines = (ROOT / "benchmarks" / "data" / "news.es").read_text("utf-8").splitlines()
    exact = [each.text for each in exact_pack.translate(lines, Hop("es", "en"))]
    quantized = [each.text for each in embedded_pack.translate(lines, Hop("es", "en"))]
    assert sacrebleu.corpus_chrf(quantized, [exact]).score >= _LEAST_CHRF
