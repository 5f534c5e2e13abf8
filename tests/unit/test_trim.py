"""A trimmed model is the published one that cannot write the dropped pieces."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ctranslate2
import pytest
import torch
from safetensors.torch import load_file, save_file

from benchmarks import trimming
from models.__main__ import main
from models.architectures import DECODER_ONLY, Frame, summary_frame, translation_frame
from models.build import build_pack
from models.converters import hub as hub_converter
from models.converters import words
from models.converters.trim import LEAST, trim
from models.converters.words import Texts
from models.hub import Snapshot
from models.manifest import ArchitectureName, ModelEntry, PackedModel, Trimming, catalog
from models.packs import open_pack, verify_pack
from models.runtimes import Runtime, Search
from models.runtimes.ctranslate2 import CTranslate2Encoder, CTranslate2Runtime
from models.runtimes.transformers import TransformersEncoder, TransformersRuntime
from models.tokenization import (
    Tokenization,
    TokenizationFile,
    open_tokenization,
    write_tokenization,
)
from teletipo.errors import UnsupportedModel
from teletipo.ports import Hop
from tests.conftest import ROOT, silent
from tests.hub_models import BUILDERS, corpus, train_sentencepiece
from tests.hub_packs import put_in_hub_cache, tiny_catalog, tiny_entry

_GENERATING: tuple[ArchitectureName, ...] = (
    "m2m100", "nllb", "mbart50", "t5", "bart", "pegasus", "chat",
)  # fmt: skip
_ALL: tuple[ArchitectureName, ...] = (*_GENERATING, "bert")
_TEXTS = [
    "Chile puso en marcha este lunes una planta desalinizadora.",
    "El Gobierno negó las acusaciones de la oposición, según informó este martes la agencia.",
]
_CHINESE = "智利星期一启用了一座海水淡化厂。"


@dataclass(frozen=True)
class Model:
    """One tiny model, published and trimmed."""

    entry: ModelEntry
    whole: Path
    fast: Path
    """Trimmed, for CTranslate2."""
    reference: Path
    """Trimmed, for transformers."""
    trimming: Trimming

    def packed(self) -> PackedModel:
        return PackedModel(**self.entry.model_dump(), name="tiny", weights="w", sha256="0")


def needed_texts(path: Path) -> Path:
    """A corpus of a part of the sample articles, often enough to count."""
    path.write_text("\n".join((*_TEXTS, *corpus()[:12]) * LEAST) + "\n", "utf-8")
    return path


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Model]:
    root = tmp_path_factory.mktemp("trim")
    found: dict[str, Model] = {}
    for name in _ALL:
        snapshot_dir = root / name
        snapshot_dir.mkdir()
        BUILDERS[name](snapshot_dir)
        snapshot = Snapshot(snapshot_dir, (snapshot_dir / "model.safetensors",), "0")
        entry = tiny_entry(name, trim=True)
        texts = Texts(entry.languages, needed_texts(root / "corpus.txt"))
        paths: dict[str, Path] = {}
        trimming: Trimming | None = None
        for kind, runtime, needed in (
            ("whole", "ctranslate2", None),
            ("fast", "ctranslate2", texts),
            ("reference", "transformers", texts),
        ):
            paths[kind] = root / f"{name}-{kind}"
            paths[kind].mkdir()
            trimming = hub_converter.convert(
                name, entry, snapshot, paths[kind], runtime, "float32", silent, needed  # type: ignore[arg-type]
            )  # fmt: skip
        assert trimming
        found[name] = Model(entry, **paths, trimming=trimming)
    return found


def tokens_of(directory: Path) -> list[str]:
    names = ("shared_vocabulary.json", "vocabulary.json")
    (path,) = [directory / name for name in names if (directory / name).exists()]
    tokens: list[str] = json.loads(path.read_text("utf-8"))
    return tokens


def frame_of(model: Model, tokenization: Tokenization) -> Frame:
    if model.entry.pairs:
        return translation_frame(model.packed(), tokenization, Hop("es", "en"))
    return summary_frame(model.packed(), tokenization, "es")


@pytest.mark.parametrize("name", _ALL)
def test_rows_are_dropped_and_special_tokens_stay(
    models: Mapping[str, Model], name: ArchitectureName
) -> None:
    model = models[name]
    whole, kept = tokens_of(model.whole), tokens_of(model.fast)
    assert len(kept) == model.trimming.pieces < 0.9 * len(whole)
    assert len(whole) == model.trimming.of
    assert kept == [token for token in whole if token in set(kept)]
    assert kept == tokens_of(model.reference)
    file = open_tokenization(model.fast).file
    assert {*model.entry.codes.values(), file.eos, *([file.bos] if file.bos else [])} <= set(kept)


@pytest.mark.parametrize("name", _ALL)
def test_text_without_a_dropped_piece_has_the_same_tokens_and_other_text_is_written_too(
    models: Mapping[str, Model], name: ArchitectureName
) -> None:
    model = models[name]
    kept = set(tokens_of(model.fast))
    whole, trimmed = open_tokenization(model.whole), open_tokenization(model.fast)
    before = whole.encode(corpus())
    after = trimmed.encode(corpus())
    untouched = [set(tokens) <= kept for tokens in before]
    assert 12 <= sum(untouched) < len(untouched)
    for same, one, other in zip(untouched, before, after, strict=True):
        if same:
            assert one == other
        else:
            assert {*one} - kept
            # The tokenizers library returns what it cannot write as it is, but for BERT's.
            assert name == "bert" or trimmed.decode([other]) == whole.decode([one])


@pytest.mark.parametrize("name", _ALL)
def test_a_dropped_piece_falls_to_characters_to_bytes_or_to_the_unknown_token(
    models: Mapping[str, Model], name: ArchitectureName
) -> None:
    model = models[name]
    whole, trimmed = open_tokenization(model.whole), open_tokenization(model.fast)
    (before,), (after,) = whole.encode([_CHINESE]), trimmed.encode([_CHINESE])
    published, kept = set(tokens_of(model.whole)), set(tokens_of(model.fast))
    # Both runtimes read a token that is not in the vocabulary as the unknown one.
    lost = {character for token in set(after) - kept for character in token} & published
    if "zh-Hans" in model.entry.languages or name == "bart":
        assert not lost
    else:
        assert lost or "[UNK]" in after
    assert name == "bert" or trimmed.decode([after]) == whole.decode([before])


@pytest.mark.parametrize("name", _GENERATING)
def test_the_trimmed_model_writes_as_the_whole_one_that_may_not_use_dropped_pieces(
    models: Mapping[str, Model], name: ArchitectureName
) -> None:
    model = models[name]
    tokenization = open_tokenization(model.fast)
    frame = frame_of(model, tokenization)
    inputs = [[*frame.before, *row, *frame.after] for row in tokenization.encode(_TEXTS)]
    search = Search(
        target_prefix=frame.target_prefix,
        static_prompt=frame.static_prompt,
        end_tokens=frame.end_tokens,
    )
    whole = whole_model(model, frame, inputs)
    kinds: list[tuple[Any, Path]] = [
        (CTranslate2Runtime, model.fast),
        (TransformersRuntime, model.reference),
    ]
    for kind, directory in kinds:
        runtime: Runtime = kind(directory, "float32", 1, decoder_only=name in DECODER_ONLY)
        for beam_size in (1, 4):
            outputs = runtime.generate(inputs, [24, 24], replace(search, beam_size=beam_size))
            assert [list(output.tokens) for output in outputs] == whole(beam_size)


def whole_model(model: Model, frame: Frame, inputs: Any) -> Callable[[int], list[list[str]]]:
    """The published model, which may not write the dropped pieces, by beam size."""
    kept = set(tokens_of(model.fast))
    options: dict[str, Any] = {
        "suppress_sequences": [[token] for token in tokens_of(model.whole) if token not in kept]
    }
    prefix = list(frame.target_prefix)
    if model.entry.architecture in DECODER_ONLY:
        decode = ctranslate2.Generator(str(model.whole), intra_threads=1).generate_batch
        options |= {
            "max_length": 24,
            "static_prompt": list(frame.static_prompt),
            "include_prompt_in_result": False,
            "end_token": list(frame.end_tokens),
        }
    else:
        decode = ctranslate2.Translator(str(model.whole), intra_threads=1).translate_batch
        options |= {
            "target_prefix": [prefix] * len(inputs) if prefix else None,
            "min_decoding_length": len(prefix) + 1,
            "max_decoding_length": len(prefix) + 24,
        }

    def outputs(beam_size: int) -> list[list[str]]:
        results = decode(inputs, beam_size=beam_size, **options)
        if model.entry.architecture in DECODER_ONLY:
            return [list(result.sequences[0]) for result in results]
        return [list(result.hypotheses[0][len(prefix) :]) for result in results]

    return outputs


def test_an_embedder_reads_kept_pieces_as_before(models: Mapping[str, Model]) -> None:
    model = models["bert"]
    inputs = open_tokenization(model.whole).encode(_TEXTS)
    vectors = [
        kind(directory, "float32", 1).encode(inputs)
        for kind, directory in (
            (CTranslate2Encoder, model.whole),
            (CTranslate2Encoder, model.fast),
            (TransformersEncoder, model.reference),
        )
    ]
    assert vectors[0][1] == pytest.approx(vectors[1][1], abs=1e-4)
    assert vectors[0][1] == pytest.approx(vectors[2][1], abs=1e-4)


def test_the_benchmark_counts_dropped_pieces(
    models: Mapping[str, Model], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = models["m2m100"]
    for language, text in (("es", _TEXTS[0]), ("en", corpus()[20])):
        (tmp_path / f"news.{language}").write_text(f"{text}\n", "utf-8")
    needed = str(needed_texts(tmp_path / "corpus.txt"))
    command = [str(model.whole), "--data", str(tmp_path), "--corpus", needed, "--json"]
    assert trimming.main(command) == 0
    rows = {row["language"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["es"]["pieces_changed"] == rows["es"]["lines_changed"] == 0
    assert rows["es"]["pieces_after"] == rows["es"]["pieces"]
    assert 0 < rows["en"]["pieces_changed"] < rows["en"]["pieces"] < rows["en"]["pieces_after"]
    assert rows["en"]["kept"] < rows["en"]["of"] == len(tokens_of(model.whole))
    assert trimming.main([str(tmp_path / "nothing"), "--data", str(tmp_path)]) == 1


# ── The pack ────────────────────────────────────────────────────────────────────────────────────


def test_the_manifest_says_what_was_kept_and_other_texts_make_another_pack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    entry = put_in_hub_cache("t5", tmp_path)
    entry = entry.model_copy(update={"trim": True, "pairs": (), "summarizes": ("es",)})
    known = tiny_catalog({"t5": entry})
    chosen = needed_texts(tmp_path / "corpus.txt")
    manifests = []
    for target in ("one", "two"):
        build_pack(
            "t5", tmp_path / target, tmp_path, silent, lock_file=tmp_path / "lock", known=known,
            corpus=chosen,
        )  # fmt: skip
        manifests.append(verify_pack(tmp_path / target))
    assert manifests[0] == manifests[1]
    (model,) = manifests[0].models
    assert model.trimmed
    assert model.trimmed.pieces < model.trimmed.of
    assert model.trimmed.least == LEAST
    assert model.trimmed.texts_sha256 == Texts((), chosen).sha256
    abstracter = open_pack(tmp_path / "one").abstracter("es")
    assert abstracter
    assert abstracter.summarize(_TEXTS)[0].text
    assert main(["verify", str(tmp_path / "one")]) == 0
    assert f"{model.trimmed.pieces} of {model.trimmed.of} pieces" in capsys.readouterr().out
    for corpus_file in (chosen, None):
        build_pack(
            "t5", tmp_path / "one", tmp_path, silent, lock_file=tmp_path / "lock", known=known,
            corpus=corpus_file,
        )  # fmt: skip
        (model,) = verify_pack(tmp_path / "one").models
        assert model.trimmed
        assert model.trimmed.texts_sha256 == Texts(("es",), corpus_file).sha256


def test_a_pack_of_the_same_texts_is_not_built_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    entry = put_in_hub_cache("t5", tmp_path).model_copy(update={"trim": True})
    chosen = needed_texts(tmp_path / "corpus.txt")

    def build() -> int:
        build_pack(
            "t5", tmp_path / "pack", tmp_path, silent, lock_file=tmp_path / "lock",
            known=tiny_catalog({"t5": entry}), corpus=chosen,
        )  # fmt: skip
        return (tmp_path / "pack" / "manifest.json").stat().st_mtime_ns

    first = build()
    assert build() == first
    chosen.write_text(chosen.read_text() + "Otra frase.\n")
    assert build() != first


def test_the_command_says_which_models_are_trimmed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "m2m100"]) == 0
    assert "trimmed" in capsys.readouterr().out
    assert main(["info", "opus"]) == 0
    assert "trimmed" not in capsys.readouterr().out


@pytest.mark.parametrize("name", ["gemma-3-270m-wire", "opus-mt-es-en"])
def test_a_vocabulary_that_is_trimmed_already_cannot_be_set_to_be(name: str) -> None:
    dumped = catalog().models[name].model_dump()
    with pytest.raises(ValueError, match="not trimmed"):
        ModelEntry.model_validate({**dumped, "trim": True})


# ── Tokenizers that no tiny model has, and broken ones ──────────────────────────────────────────


def small_model(directory: Path, rows: int) -> Path:
    directory.mkdir()
    (directory / "config.json").write_text(json.dumps({"vocab_size": rows, "eos_token_id": 2}))
    save_file({"embedding": torch.arange(rows).reshape(rows, 1)}, directory / "w.safetensors")
    return directory


def test_sentencepiece_that_merges_pairs_keeps_what_pieces_are_merged_from(tmp_path: Path) -> None:
    directory = tmp_path / "tokenizer"
    directory.mkdir()
    pieces = train_sentencepiece(
        directory / "source.spm", 900, model_type="bpe", byte_fallback=True
    )
    write_tokenization(directory, TokenizationFile(library="sentencepiece", bos=None, eos="</s>"))
    rows = {piece: row for row, piece in enumerate(pieces)}
    staged = small_model(tmp_path / "staged", len(rows))
    texts = Texts(("es",), needed_texts(tmp_path / "corpus.txt"))
    whole = open_tokenization(directory)
    before = whole.encode(corpus())
    texts_before = [whole.decode([tokens]) for tokens in before]
    kept, trimming = trim("tiny", staged, directory, rows, ["</s>"], texts, [])
    assert len(kept) == trimming.pieces < 0.9 * len(pieces)
    after = open_tokenization(directory)
    same = [set(tokens) <= set(kept) for tokens in before]
    assert 12 <= sum(same) < len(same)
    for untouched, written, tokens, now in zip(
        same, texts_before, before, after.encode(corpus()), strict=True
    ):
        assert (tokens == now) if untouched else set(now) <= set(kept)
        assert after.decode([now]) == written
    (tensor,) = load_file(staged / "w.safetensors").values()
    assert tensor.flatten().tolist() == [rows[piece] for piece in kept]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("type", "WordLevel"),
        ("merges", "does not load"),
        ("no vocabulary", "does not load"),
        ("token list", "suppress_tokens"),
        ("rows", "5 rows"),
        ("spm", "does not load"),
    ],
)
def test_a_vocabulary_that_cannot_be_trimmed_is_named(
    fault: str, reason: str, tmp_path: Path
) -> None:
    directory = tmp_path / "tokenizer"
    directory.mkdir()
    model = {"type": "BPE", "vocab": {"a": 0, "b": 1, "</s>": 2, "ab": 3}, "merges": [["a", "b"]]}
    changes: dict[str, dict[str, Any]] = {
        "type": {"type": "WordLevel", "unk_token": "a"},
        "merges": {"merges": [["a", "z"]]},
        "no vocabulary": {"vocab": None},
    }
    layers: dict[str, Any] = {
        "pre_tokenizer": None,
        "post_processor": None,
        "decoder": {"type": "Fuse"},
    }
    file = {"version": "1.0", "added_tokens": [], "model": {**model, **changes.get(fault, {})}}
    if fault == "spm":
        (directory / "source.spm").write_bytes(b"not a model")
    else:
        (directory / "tokenizer.json").write_text(json.dumps({**file, **layers}))
    library: Any = "sentencepiece" if fault == "spm" else "tokenizers"
    write_tokenization(directory, TokenizationFile(library=library, bos=None, eos="</s>"))
    staged = small_model(tmp_path / "staged", 5 if fault == "rows" else 4)
    if fault == "rows":
        save_file({"embedding": torch.zeros(9, 1)}, staged / "w.safetensors")
    if fault == "token list":
        (staged / "generation_config.json").write_text('{"suppress_tokens": [3]}')
    texts = Texts(("es",), needed_texts(tmp_path / "corpus.txt"))
    rows = {"a": 0, "b": 1, "</s>": 2, "ab": 3}
    with pytest.raises(UnsupportedModel, match=rf"'tiny'.*{reason}.*models/catalog\.toml"):
        trim("tiny", staged, directory, rows, ["</s>"], texts, [])


# ── The word lists ──────────────────────────────────────────────────────────────────────────────


def test_the_lists_hold_common_words_and_chinese_runs_and_names() -> None:
    found: Counter[str] = Counter()
    for text, number in Texts(("es", "en", "zh-Hans")).counted():
        found[text] += number
    assert found[" gobierno"] >= 20
    assert found[" government"] >= 20
    assert found["我们"] >= 20
    assert " Antofagasta" in found
    assert " gobierno" not in dict(Texts(("en",)).counted())


def test_a_language_without_a_list_needs_a_corpus(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedModel, match=r"pt.*--corpus"):
        list(Texts(("pt",)).counted())
    assert [text for text, _ in Texts(("pt",), needed_texts(tmp_path / "c")).counted()]


def test_the_command_counts_only_origins_whose_licence_allows_it(tmp_path: Path) -> None:
    rows = ["Sí, claro.\tYes, of course.\ttatoeba", "Secreto\tSecret\twmt24"]
    (tmp_path / "es-en.tsv").write_text("\n".join(rows))
    assert words.main([str(tmp_path), "--out", str(tmp_path)]) == 0
    found = dict(words.unpack(tmp_path / "words.es.gz"))
    assert found == {"Sí": 1, ",": 1, " claro": 1, ".": 1}
    (tmp_path / "es-en.tsv").write_text("one column")
    assert words.main([str(tmp_path), "--out", str(tmp_path)]) == 1


def test_words_are_the_same_after_packing(tmp_path: Path) -> None:
    counts = words.count([*corpus(), "一二三四五。" * 9], chinese=True)
    (tmp_path / "words.gz").write_bytes(words.pack(counts))
    found = dict(words.unpack(tmp_path / "words.gz"))
    assert found.keys() == counts.keys()
    assert all(
        number / 3 < found[word] <= number or found[word] == 100 for word, number in counts.items()
    )
    assert found["一二三四"] == 5
    assert (ROOT / "models/converters/data/README.md").exists()
