"""Packs with random weights of realistic size for both runtimes, for measuring speed.

They have two translators of opus-mt's size (Marian: width 512, 6+6 layers, feed-forward 2048,
58,101 tokens) and a summarizer of mT5-small's size (width 512, 8+8 layers, feed-forward 1024,
250,112 tokens). Output lengths are fixed. The tokenizers are trained on our own sentences, so
inputs have about as many tokens as with a real tokenizer; the other vocabulary rows are unused.
"""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import huggingface_hub.constants
import sentencepiece

from models.build import build_pack
from models.manifest import Catalog, Decoding, HubOrigin, ModelEntry, PackEntry, Pair
from teletipo.progress import Progress

NAME = "random"
BEAM_SIZE = 4
TRANSLATION_TOKENS, SUMMARY_TOKENS = 24, 48
_REVISION = "0" * 40
_ROOT = Path(__file__).parents[1]


def random_packs(cache_dir: Path, progress: Progress) -> dict[str, Path]:
    """Return the pack's directory for each runtime; build it if missing."""
    # These models are not on the hub; they are read from its cache layout.
    huggingface_hub.constants.HF_HUB_OFFLINE = True
    directory = cache_dir / "benchmarks"
    directory.mkdir(parents=True, exist_ok=True)
    known = _catalog()
    packs = {}
    for runtime, quantization in (("ctranslate2", "int8"), ("transformers", "float32")):
        packs[runtime] = directory / f"{NAME}-{runtime}"
        if not packs[runtime].exists():
            _make_snapshots(directory, progress)
        build_pack(
            NAME,
            packs[runtime],
            directory,
            progress,
            runtime=runtime,  # type: ignore[arg-type]
            quantization=quantization,
            lock_file=directory / "lock.json",
            known=known,
        )
    return packs


def _catalog() -> Catalog:
    fixed: dict[str, Any] = {"beam_size": BEAM_SIZE, "retry_beam_size": 0}
    translation = Decoding(min_length=TRANSLATION_TOKENS, max_length=TRANSLATION_TOKENS, **fixed)
    summary = Decoding(min_length=SUMMARY_TOKENS, max_length=SUMMARY_TOKENS, **fixed)
    marian_files = (
        "config.json",
        "source.spm",
        "target.spm",
        "tokenizer_config.json",
        "vocab.json",
    )
    models = {
        f"marian-es-{target}": ModelEntry(
            origin=_origin(f"marian-es-{target}", marian_files),
            licence="none",
            architecture="marian",
            pairs=(Pair(source="es", target=target),),
            max_input_tokens=512,
            decoding=translation,
        )
        for target in ("en", "zh-Hans")
    }
    models["mt5-small"] = ModelEntry(
        origin=_origin("mt5-small", ("config.json", "spiece.model", "tokenizer_config.json")),
        licence="none",
        architecture="t5",
        summarizes=("es",),
        max_input_tokens=512,
        decoding=summary,
    )
    pack = PackEntry(version="1", summary="random weights", models=tuple(models))
    return Catalog(models=models, packs={NAME: pack})


def _origin(name: str, files: tuple[str, ...]) -> HubOrigin:
    return HubOrigin(repository=f"benchmarks/{name}", revision=_REVISION, files=files)


def _make_snapshots(directory: Path, progress: Progress) -> None:
    for index, target in enumerate(("en", "zh-Hans")):
        progress("making random weights", index / 3)
        snapshot = _snapshot(directory, f"marian-es-{target}")
        if snapshot:
            _make_marian(snapshot, seed=index)
    progress("making random weights", 2 / 3)
    snapshot = _snapshot(directory, "mt5-small")
    if snapshot:
        _make_mt5(snapshot)


def _snapshot(directory: Path, name: str) -> Path | None:
    """Return an empty snapshot directory in the hub's cache layout; None if it is filled."""
    path = directory / "hub" / f"models--benchmarks--{name}" / "snapshots" / _REVISION
    if (path / "model.safetensors").exists():
        return None
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


def _make_marian(directory: Path, seed: int) -> None:
    import torch
    from transformers import MarianConfig, MarianMTModel

    size = 58_101
    pieces = _train_tokenizer(directory / "source.spm")
    shutil.copy(directory / "source.spm", directory / "target.spm")
    words = ["</s>", "<unk>", *(piece for piece in pieces if piece[0] != "<")]
    words += [f"▁unused{index}" for index in range(size - 1 - len(words))]
    vocabulary = {word: index for index, word in enumerate([*words, "<pad>"])}
    _write_json(directory / "vocab.json", vocabulary)
    _write_json(directory / "tokenizer_config.json", {"source_lang": "es", "target_lang": "en"})
    torch.manual_seed(seed)
    config = MarianConfig(
        vocab_size=size,
        d_model=512,
        encoder_layers=6,
        decoder_layers=6,
        encoder_attention_heads=8,
        decoder_attention_heads=8,
        encoder_ffn_dim=2048,
        decoder_ffn_dim=2048,
        max_position_embeddings=512,
        activation_function="swish",
        scale_embedding=True,
        pad_token_id=size - 1,
        decoder_start_token_id=size - 1,
        eos_token_id=0,
        forced_eos_token_id=0,
    )
    MarianMTModel(config).save_pretrained(directory)


def _make_mt5(directory: Path) -> None:
    import torch
    from transformers import MT5Config, MT5ForConditionalGeneration

    _train_tokenizer(directory / "spiece.model", pad_id=0, eos_id=1, unk_id=2, bos_id=-1)
    _write_json(
        directory / "tokenizer_config.json", {"tokenizer_class": "T5Tokenizer", "extra_ids": 0}
    )
    torch.manual_seed(2)
    config = MT5Config(
        vocab_size=250_112,
        d_model=512,
        d_kv=64,
        d_ff=1024,
        num_layers=8,
        num_decoder_layers=8,
        num_heads=6,
        decoder_start_token_id=0,
        pad_token_id=0,
        eos_token_id=1,
    )
    model = MT5ForConditionalGeneration(config)
    # The published models do not tie input and output embeddings.
    model.lm_head.weight = torch.nn.Parameter(torch.randn(config.vocab_size, config.d_model))
    model.save_pretrained(directory)


def _train_tokenizer(path: Path, **options: Any) -> list[str]:
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(_sentences()),
        model_prefix=str(path.with_suffix("")),
        vocab_size=4000,
        character_coverage=1.0,
        hard_vocab_limit=False,
        minloglevel=2,
        **options,
    )
    path.with_suffix(".vocab").unlink()
    trained = path.with_suffix(".model")
    if trained != path:
        trained.rename(path)
    processor = sentencepiece.SentencePieceProcessor(model_file=str(path))
    return [processor.id_to_piece(index) for index in range(len(processor))]


def _sentences() -> Iterable[str]:
    for path in sorted((_ROOT / "events" / "articles").glob("*.txt")):
        yield from filter(None, path.read_text("utf-8").splitlines())
    for path in sorted((_ROOT / "benchmarks" / "data").glob("news.*")):
        yield from path.read_text("utf-8").splitlines()


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), "utf-8")
