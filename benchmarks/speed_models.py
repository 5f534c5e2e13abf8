"""Packs with random weights of realistic size for both runtimes, for measuring speed.

They have two translators of opus-mt's size (Marian: width 512, 6+6 layers, feed-forward 2048,
58,101 tokens) and a summarizer of mT5-small's size (width 512, 8+8 layers, feed-forward 1024,
250,112 tokens). Output lengths are fixed. The translators' tokenizers are trained on our own
sentences, so inputs have about as many tokens as with a real tokenizer; their other vocabulary rows
are unused. The summarizer's has pieces of many languages, those of Gemma 3, so that trimming its
vocabulary keeps about as many as of a real one.
"""

import json
import math
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import huggingface_hub.constants
import sentencepiece

from models.build import assemble_gemma, build_pack
from models.manifest import (
    Catalog,
    Decoding,
    HubOrigin,
    ModelEntry,
    PackageOrigin,
    PackEntry,
    Pair,
    catalog,
)
from teletipo.progress import Progress

NAME = "random"
BEAM_SIZE = 4
TRANSLATION_TOKENS, SUMMARY_TOKENS = 24, 48
_VERSION = "2"
_REVISION = "2" * 40
_MT5_ROWS, _MT5_PIECES = 250_112, 250_100
_ROOT = Path(__file__).parents[1]


def random_packs(cache_dir: Path, progress: Progress) -> dict[str, Path]:
    """Return the pack's directory for each runtime; build it if missing.

    ``ctranslate2`` has the trimmed summarizer, as the product's packs have; ``transformers`` and
    ``ctranslate2-whole`` have the whole vocabulary.
    """
    # These models are not on the hub; they are read from its cache layout.
    huggingface_hub.constants.HF_HUB_OFFLINE = True
    directory = cache_dir / "benchmarks"
    directory.mkdir(parents=True, exist_ok=True)
    packs = {}
    for variant, quantization in (
        ("ctranslate2", "int8"),
        ("ctranslate2-whole", "int8"),
        ("transformers", "float32"),
    ):
        packs[variant] = directory / f"{NAME}-{_VERSION}-{variant}"
        if not packs[variant].exists():
            _make_snapshots(directory, progress)
        build_pack(
            NAME,
            packs[variant],
            directory,
            progress,
            runtime=variant.removesuffix("-whole"),  # type: ignore[arg-type]
            quantization=quantization,
            lock_file=directory / "lock.json",
            known=_catalog(trim=variant == "ctranslate2"),
        )
    return packs


def _catalog(*, trim: bool) -> Catalog:
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
        summarizes=("es", "en", "zh-Hans"),
        max_input_tokens=512,
        trim=trim,
        decoding=summary,
    )
    pack = PackEntry(version=_VERSION, summary="random weights", models=tuple(models))
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

    _write_multilingual_tokenizer(directory / "spiece.model")
    _write_json(
        directory / "tokenizer_config.json", {"tokenizer_class": "T5Tokenizer", "extra_ids": 0}
    )
    torch.manual_seed(2)
    config = MT5Config(
        # The published one has rows beyond the tokenizer's.
        vocab_size=_MT5_ROWS,
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


def _write_multilingual_tokenizer(path: Path) -> None:
    """Write a unigram SentencePiece model of Gemma's pieces, likelier the earlier they stand."""
    from gguf import GGUFReader
    from sentencepiece import sentencepiece_model_pb2

    origin = catalog().models["gemma-3-270m"].origin
    if not isinstance(origin, PackageOrigin):
        raise ValueError("gemma-3-270m is not from a package")
    with tempfile.TemporaryDirectory() as scratch:
        weights, _, _ = assemble_gemma(origin, Path(scratch))
        fields = GGUFReader(weights).fields
        tokens: list[str] = fields["tokenizer.ggml.tokens"].contents()
        types: list[int] = fields["tokenizer.ggml.token_type"].contents()
    model = sentencepiece_model_pb2.ModelProto()  # type: ignore[attr-defined]
    kind = model.SentencePiece
    for special, type_ in (
        ("<pad>", kind.CONTROL),
        ("</s>", kind.CONTROL),
        ("<unk>", kind.UNKNOWN),
    ):
        model.pieces.add(piece=special, score=0.0, type=type_)
    bytes_ = [token for token, type_ in zip(tokens, types, strict=True) if type_ == kind.BYTE]
    for token in bytes_:
        model.pieces.add(piece=token, score=0.0, type=kind.BYTE)
    # GGUF's token types have the same numbers. Gemma's single characters come last: none is cut.
    normal = [token for token, type_ in zip(tokens, types, strict=True) if type_ == kind.NORMAL]
    normal.sort(key=lambda token: len(token) > 1)
    del normal[_MT5_PIECES - len(model.pieces) :]
    rank = {token: place for place, token in enumerate(tokens)}
    for token in normal:
        model.pieces.add(piece=token, score=-3 - math.log(rank[token] + 3), type=kind.NORMAL)
    model.trainer_spec.model_type = model.trainer_spec.UNIGRAM
    model.trainer_spec.vocab_size = len(model.pieces)
    model.trainer_spec.byte_fallback = True
    model.trainer_spec.pad_id, model.trainer_spec.eos_id, model.trainer_spec.unk_id = 0, 1, 2
    model.trainer_spec.bos_id = -1
    model.normalizer_spec.name = "identity"
    path.write_bytes(model.SerializeToString(deterministic=True))


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
