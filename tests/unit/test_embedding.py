"""A tiny BERT, real but untrained, from a hub snapshot: embeddings of both runtimes."""

import math
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from models.build import build_pack
from models.embedding import EmbeddingModel
from models.manifest import PackedModel, RuntimeName
from models.packs import OpenPack, open_pack
from models.runtimes.ctranslate2 import CTranslate2Encoder
from teletipo.errors import PackCorrupt
from teletipo.ports import Embedder
from teletipo.vectors import cosine
from tests.conftest import silent
from tests.hub_packs import put_in_hub_cache, tiny_catalog, tiny_entry

_TEXTS = [
    "Chile puso en marcha este lunes una planta desalinizadora.",
    "El Gobierno negó las acusaciones de la oposición, según informó este martes la agencia.",
    "Sí.",
    "",
]


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[RuntimeName, OpenPack]]:
    """The tiny model's pack for each runtime, in float32."""
    cache = tmp_path_factory.mktemp("hub")
    known = tiny_catalog({"bert": put_in_hub_cache("bert", cache)})
    opened: dict[RuntimeName, OpenPack] = {}
    runtimes: tuple[RuntimeName, ...] = ("ctranslate2", "transformers")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
        for runtime in runtimes:
            target = cache / runtime
            build_pack(
                "bert", target, cache, silent, runtime=runtime, quantization="float32",
                lock_file=cache / "lock.json", known=known,
            )  # fmt: skip
            opened[runtime] = open_pack(target, threads=2)
        yield opened


def embedder_of(pack: OpenPack) -> Embedder:
    embedder = pack.embedder("es")
    assert embedder
    return embedder


def test_both_runtimes_make_the_same_vectors_of_length_1(
    packs: dict[RuntimeName, OpenPack],
) -> None:
    fast = embedder_of(packs["ctranslate2"]).embed(_TEXTS)
    slow = embedder_of(packs["transformers"]).embed(_TEXTS)
    for one, other in zip(fast, slow, strict=True):
        assert math.hypot(*one) == pytest.approx(1)
        assert cosine(one, other) == pytest.approx(1, abs=1e-4)
    assert cosine(fast[0], fast[1]) < 0.999


def test_a_vector_does_not_depend_on_what_the_text_is_batched_with(
    packs: dict[RuntimeName, OpenPack],
) -> None:
    embedder = embedder_of(packs["ctranslate2"])
    for text, together in zip(_TEXTS, embedder.embed(_TEXTS), strict=True):
        (alone,) = embedder.embed([text])
        assert cosine(alone, together) == pytest.approx(1, abs=1e-5)
    assert embedder.embed([]) == []


def test_a_text_longer_than_the_model_reads_is_read_to_its_end(
    packs: dict[RuntimeName, OpenPack],
) -> None:
    embedder = embedder_of(packs["ctranslate2"])
    beginning = "El agua de Chile. " * 40
    one, other = embedder.embed([f"{beginning} Sí.", f"{beginning} No habrá acuerdo."])
    assert 0.5 < cosine(one, other) < 0.99999


def test_it_serves_the_languages_that_the_catalogue_says(
    packs: dict[RuntimeName, OpenPack],
) -> None:
    pack = packs["ctranslate2"]
    assert pack.embedder("en") is None
    # It reads, and makes nothing that could be published.
    assert pack.sources == frozenset()
    pack.load(["es"], ["en"])


@pytest.mark.parametrize(
    "changes",
    [{"embeds": ()}, {"summarizes": ("es",)}, {"architecture": "bart"}],
    ids=["nothing to do", "writes too", "another architecture"],
)
def test_a_bert_embeds_and_does_nothing_else(changes: dict[str, object]) -> None:
    entry = tiny_entry("bert")
    with pytest.raises(ValidationError, match="embeds"):
        type(entry).model_validate({**entry.model_dump(), **changes})


def test_a_damaged_model_is_refused_by_name(tmp_path: Path) -> None:
    entry = tiny_entry("bert").model_dump()
    packed = PackedModel(**entry, name="bert", weights="none", sha256="0")
    encoder = CTranslate2Encoder(tmp_path, "int8", 1)
    with pytest.raises(PackCorrupt):
        EmbeddingModel(tmp_path, packed, encoder).load()
    with pytest.raises(PackCorrupt):
        encoder.encode([["[CLS]", "[SEP]"]])
