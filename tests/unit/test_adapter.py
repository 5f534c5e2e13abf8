"""The adapter's changes are merged into the base, and only the kept pieces are written."""

from pathlib import Path

import numpy as np
import pytest
import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file
from sentencepiece import SentencePieceProcessor
from transformers import AutoModelForCausalLM

from models.adapter import MANIFEST_FILE, PIECES_FILE, Adapter
from models.build import build_pack
from models.converters.gemma3_gguf import convert, convert_for_transformers
from models.runtimes import Search
from models.runtimes.ctranslate2 import CTranslate2Runtime
from models.runtimes.transformers import TransformersRuntime
from models.tokenization import open_tokenization
from models.training import vocabulary
from teletipo.errors import PackCorrupt, UnsupportedModel
from tests.conftest import ROOT, silent, write_tiny_adapter, write_tiny_gemma

_TEXT = "Español: No habrá recortes.\nEnglish:"
_SEARCH = Search(beam_size=1, end_tokens=("\n", "<eos>"), static_prompt=("<bos>",))


def written(runtime: CTranslate2Runtime | TransformersRuntime, directory: Path) -> list[str]:
    (tokens,) = open_tokenization(directory).encode([_TEXT])
    (output,) = runtime.generate([tokens], [24], _SEARCH)
    return list(output.tokens)


def converted(gguf: Path, directory: Path, adapter: Adapter | None) -> list[str]:
    directory.mkdir()
    convert(gguf, directory, "float32", silent, adapter)
    runtime = CTranslate2Runtime(directory, "float32", 1, decoder_only=True)
    return written(runtime, directory)


def test_the_merged_weights_are_those_that_peft_merges(tmp_path: Path) -> None:
    gguf = write_tiny_gemma(tmp_path / "tiny.gguf")
    directory = write_tiny_adapter(tmp_path / "adapter")
    for name, adapter in (("base", None), ("merged", Adapter(directory))):
        (tmp_path / name).mkdir()
        convert_for_transformers(gguf, tmp_path / name, "float32", silent, adapter)
    model = AutoModelForCausalLM.from_pretrained(tmp_path / "base")
    adapted = get_peft_model(
        model, LoraConfig(r=4, lora_alpha=8, target_modules=["q_proj", "down_proj"])
    )
    state = load_file(directory / "adapter.safetensors")
    for name, parameter in adapted.named_parameters():
        if "lora" in name:
            short = name.removeprefix("base_model.model.").replace(".default.", ".")
            parameter.data.copy_(state[short].float())
    wanted = adapted.merge_and_unload().state_dict()
    merged = load_file(tmp_path / "merged" / "model.safetensors")
    base = load_file(tmp_path / "base" / "model.safetensors")
    changed = 0
    for name, weight in merged.items():
        assert torch.allclose(weight, wanted[name], atol=1e-5), name
        changed += not torch.equal(weight, base[name])
    assert changed == 4


def test_both_runtimes_merge_identically(tmp_path: Path) -> None:
    gguf = write_tiny_gemma(tmp_path / "tiny.gguf")
    adapter = Adapter(write_tiny_adapter(tmp_path / "adapter"))
    reference = tmp_path / "reference"
    reference.mkdir()
    convert_for_transformers(gguf, reference, "float32", silent, adapter)
    runtime = TransformersRuntime(reference, "float32", 1, decoder_only=True)
    assert written(runtime, reference) == converted(gguf, tmp_path / "ct2", adapter)


def test_fewer_pieces_write_the_same(tmp_path: Path) -> None:
    """Where none that was dropped would have been written."""
    gguf = write_tiny_gemma(tmp_path / "tiny.gguf")
    every = converted(gguf, tmp_path / "every", None)
    whole = Adapter(write_tiny_adapter(tmp_path / "whole"))
    assert len(whole.pieces(263)) == 263
    baseline = converted(gguf, tmp_path / "baseline", whole)
    processor = SentencePieceProcessor(model_file=str(tmp_path / "every" / "source.spm"))
    used = {processor.piece_to_id(token) for token in [*every, *baseline]}
    used |= set(processor.encode(_TEXT))
    # SentencePiece wants every byte.
    kept = sorted({*range(4), *used, *range(7, 263)})
    fewer = Adapter(write_tiny_adapter(tmp_path / "fewer", kept=kept))
    assert len(fewer.pieces(263)) == len(kept) < 263
    assert converted(gguf, tmp_path / "trimmed", fewer) == baseline


def test_what_was_not_trained_stays_as_it_is(tmp_path: Path) -> None:
    adapter = Adapter(write_tiny_adapter(tmp_path / "adapter"))
    weight = np.ones((32, 32), np.float32)
    assert adapter.changed("model.layers.0.mlp.up_proj", weight) is weight
    assert not np.allclose(adapter.changed("model.layers.0.self_attn.q_proj", weight), weight)


def test_an_altered_adapter_and_another_base_are_refused(tmp_path: Path) -> None:
    directory = write_tiny_adapter(tmp_path / "adapter")
    adapter = Adapter(directory)
    with pytest.raises(UnsupportedModel, match="not 00"):
        adapter.check_base("00")
    with pytest.raises(UnsupportedModel, match="pieces"):
        adapter.pieces(500)
    (directory / PIECES_FILE).write_bytes(b"")
    with pytest.raises(PackCorrupt, match="does not match its checksum"):
        Adapter(directory)
    (directory / MANIFEST_FILE).unlink()
    with pytest.raises(PackCorrupt, match="does not load"):
        Adapter(directory)


def test_a_pack_with_an_adapter_for_other_weights_is_not_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    adapter = Adapter(write_tiny_adapter(tmp_path / "adapter"))
    gguf = write_tiny_gemma(tmp_path / "other.gguf", layers=1)
    monkeypatch.setattr("models.build.assemble_gemma", lambda *_: (gguf, "00", adapter))
    with pytest.raises(UnsupportedModel, match="was trained on the weights"):
        build_pack("embedded", tmp_path / "pack", tmp_path, silent)
    assert not (tmp_path / "pack").exists()


def test_the_adapter_in_the_repository_is_whole_small_and_says_what_it_is_made_of() -> None:
    directory = ROOT / "models" / "adapters" / "translator"
    adapter = Adapter(directory)
    assert (directory / "adapter.safetensors").stat().st_size <= 20_000_000
    assert adapter.manifest.licence == "Gemma Terms of Use"
    assert adapter.manifest.sources
    assert adapter.manifest.command
    assert (directory / "NOTICE.txt").exists()
    assert 60_000 < len(adapter.pieces(262_144)) < 120_000


def test_kept_pieces_bring_what_they_are_merged_from(embedded_pack_dir: Path) -> None:
    """Text of kept pieces is taken apart as the whole vocabulary would."""
    model = next(embedded_pack_dir.glob("*/source.spm"))
    processor = SentencePieceProcessor(model_file=str(model))
    texts = ["El Gobierno aprobó la ley.", "政府通过了法律。"]
    kept = vocabulary.needed(processor, texts, silent)
    pieces = {processor.id_to_piece(index) for index in kept}
    assert {"▁Gobierno", "政府", "<bos>", "<0x41>", "\n"} <= pieces
    assert len(kept) < 3_000
    for index in kept:
        piece = processor.id_to_piece(index)
        if len(piece) > 1 and not piece.startswith("<") and piece.strip("\n\t▁"):
            halves = [(piece[:at], piece[at:]) for at in range(1, len(piece))]
            assert any(one in pieces and other in pieces for one, other in halves), piece
