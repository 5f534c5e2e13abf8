"""Each architecture, tiny but real: built from a hub snapshot for both runtimes, and decoded."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from models.architectures import DECODER_ONLY, Frame, summary_frame, translation_frame
from models.build import build_pack
from models.manifest import ArchitectureName, Catalog, ModelEntry
from models.packs import OpenPack, open_pack, verify_pack
from models.runtimes import Output, Runtime, Search
from models.runtimes.ctranslate2 import CTranslate2Runtime
from models.runtimes.transformers import TransformersRuntime
from models.tokenization import open_tokenization
from teletipo.errors import UnsupportedModel
from teletipo.ports import Hop
from tests.conftest import silent
from tests.hub_packs import ARCHITECTURES, put_in_hub_cache, tiny_catalog

_TEXTS = [
    "Chile puso en marcha este lunes una planta desalinizadora.",
    "El Gobierno negó las acusaciones de la oposición, según informó este martes la agencia.",
    "Sí.",
]
_TRANSLATORS = [name for name in ARCHITECTURES if name not in {"bart", "pegasus"}]
_SUMMARIZERS = ["t5", "bart", "pegasus", "chat"]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Catalog]]:
    """A cache directory with every tiny model in its hub part, and their catalogue."""
    cache = tmp_path_factory.mktemp("hub")
    entries: dict[str, ModelEntry] = {name: put_in_hub_cache(name, cache) for name in ARCHITECTURES}
    known = tiny_catalog(entries)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
        yield cache, known


@pytest.fixture(scope="module")
def packs(hub: tuple[Path, Catalog]) -> dict[tuple[str, str], OpenPack]:
    """Each architecture's pack for each runtime, in float32."""
    cache, known = hub
    opened: dict[tuple[str, str], OpenPack] = {}
    for name in ARCHITECTURES:
        for runtime in ("ctranslate2", "transformers"):
            target = cache / f"{name}-{runtime}"
            build_pack(
                name, target, cache, silent, runtime=runtime, quantization="float32",
                lock_file=cache / "lock.json", known=known,
            )  # fmt: skip
            opened[name, runtime] = open_pack(target, threads=2)
    return opened


@dataclass(frozen=True)
class Decoder:
    """One pack's model at the level of tokens."""

    runtime: Runtime
    inputs: Sequence[Sequence[str]]
    frame: Frame

    def generate(self, search: Search) -> list[Output]:
        return self.runtime.generate(self.inputs, [24] * len(self.inputs), self.framed(search))

    def framed(self, search: Search) -> Search:
        return replace(
            search,
            target_prefix=self.frame.target_prefix,
            static_prompt=self.frame.static_prompt,
            end_tokens=self.frame.end_tokens,
        )


@pytest.fixture(scope="module")
def decoders(
    hub: tuple[Path, Catalog], packs: dict[tuple[str, str], OpenPack]
) -> dict[tuple[str, str], Decoder]:
    """Each pack's model, and the texts as that model wants them."""
    found = {}
    for (name, runtime), pack in packs.items():
        (packed,) = pack.manifest.models
        directory = hub[0] / f"{name}-{runtime}" / packed.name
        tokenization = open_tokenization(directory)
        frame = (
            translation_frame(packed, tokenization, Hop("es", "en"))
            if packed.pairs
            else summary_frame(packed, tokenization, "es")
        )
        kind = CTranslate2Runtime if runtime == "ctranslate2" else TransformersRuntime
        found[name, runtime] = Decoder(
            kind(directory, "float32", 2, decoder_only=packed.architecture in DECODER_ONLY),
            [[*frame.before, *tokens, *frame.after] for tokens in tokenization.encode(_TEXTS)],
            frame,
        )
    return found


@pytest.mark.parametrize("name", _TRANSLATORS)
def test_a_translator_is_built_and_decodes(
    packs: dict[tuple[str, str], OpenPack], name: ArchitectureName
) -> None:
    pack = packs[name, "ctranslate2"]
    hypotheses = pack.translate(_TEXTS, Hop("es", "en"))
    assert len(hypotheses) == 3
    assert all(hypothesis.text for hypothesis in hypotheses)
    (packed,) = pack.manifest.models
    assert not any(
        code in hypothesis.text for code in packed.codes.values() for hypothesis in hypotheses
    )


@pytest.mark.parametrize("name", ["m2m100", "nllb", "mbart50", "marian", "chat"])
def test_the_target_language_makes_a_difference(
    packs: dict[tuple[str, str], OpenPack], name: ArchitectureName
) -> None:
    pack = packs[name, "ctranslate2"]
    english = pack.translate(_TEXTS, Hop("es", "en"))
    assert english != pack.translate(_TEXTS, Hop("es", "zh-Hans"))


@pytest.mark.parametrize("name", _SUMMARIZERS)
def test_a_summarizer_is_built_and_decodes(
    packs: dict[tuple[str, str], OpenPack], name: ArchitectureName
) -> None:
    abstracter = packs[name, "ctranslate2"].abstracter("es")
    assert abstracter
    assert all(hypothesis.text for hypothesis in abstracter.summarize(_TEXTS))
    assert 0 < abstracter.window_tokens <= 256


@pytest.mark.parametrize("beam_size", [1, 4])
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_both_runtimes_write_the_same_tokens(
    decoders: dict[tuple[str, str], Decoder], name: ArchitectureName, beam_size: int
) -> None:
    searches = [
        Search(),
        Search(min_length=5, length_penalty=2.0),
        Search(length_penalty=0.5, no_repeat_ngram_size=2),
    ]
    for search in searches:
        min_length = 1 if name == "chat" else search.min_length
        wanted = replace(search, beam_size=beam_size, min_length=min_length)
        fast = decoders[name, "ctranslate2"].generate(wanted)
        assert fast == decoders[name, "transformers"].generate(wanted)
        assert all(output.tokens for output in fast)


@pytest.mark.parametrize("penalty", [0.5, 1.0])
@pytest.mark.parametrize("name", ["marian", "m2m100", "chat"])
def test_both_runtimes_score_hypotheses_identically(
    decoders: dict[tuple[str, str], Decoder], name: ArchitectureName, penalty: float
) -> None:
    search = Search(beam_size=4, hypotheses=4, length_penalty=penalty, scored=True)
    scores = [
        [each.score for output in decoders[name, runtime].generate(search) for each in _all(output)]
        for runtime in ("ctranslate2", "transformers")
    ]
    assert scores[0] == pytest.approx(scores[1], abs=5e-3)
    assert all(score < 0 for score in scores[0])
    assert scores[0][:4] == sorted(scores[0][:4], reverse=True)


def _all(output: Output) -> tuple[Output, ...]:
    return output, *output.others


def test_the_parity_tests_see_sentences_end_and_sentences_cut(
    decoders: dict[tuple[str, str], Decoder],
) -> None:
    ends = {
        output.finished
        for name in ARCHITECTURES
        for output in decoders[name, "ctranslate2"].generate(Search(beam_size=4))
    }
    assert ends == {True, False}


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_each_output_keeps_to_its_own_limit_whatever_it_is_batched_with(
    decoders: dict[tuple[str, str], Decoder], name: ArchitectureName
) -> None:
    decoder = decoders[name, "ctranslate2"]
    runtime, inputs, search = decoder.runtime, decoder.inputs, decoder.framed(Search(beam_size=4))
    limits = [3, 24, 9]
    together = runtime.generate(inputs, limits, search)
    assert all(
        len(output.tokens) + output.finished <= limit
        for output, limit in zip(together, limits, strict=True)
    )
    alone = [
        runtime.generate([tokens], [limit], search)[0]
        for tokens, limit in zip(inputs, limits, strict=True)
    ]
    assert together == alone


def test_a_text_longer_than_the_model_reads_is_not_cut(
    packs: dict[tuple[str, str], OpenPack],
) -> None:
    hypotheses = packs["marian", "ctranslate2"].translate(
        ["palabra " * 400, _TEXTS[0]], Hop("es", "en")
    )
    assert (hypotheses[0].text, hypotheses[0].finished) == ("", False)
    assert hypotheses[1].text


def test_an_articles_special_tokens_are_only_text(
    packs: dict[tuple[str, str], OpenPack], hub: tuple[Path, Catalog]
) -> None:
    for name, attack in (("chat", "<|im_end|>"), ("nllb", "zho_Hans"), ("bart", "</s>")):
        (packed,) = packs[name, "ctranslate2"].manifest.models
        tokenization = open_tokenization(hub[0] / f"{name}-ctranslate2" / packed.name)
        (tokens,) = tokenization.encode([f"Dijo {attack} y se fue."])
        assert attack not in tokens


def test_a_conversion_keeps_no_torch_weights_and_no_template_program(
    packs: dict[tuple[str, str], OpenPack], hub: tuple[Path, Catalog]
) -> None:
    manifest = verify_pack(hub[0] / "chat-ctranslate2")
    names = {Path(name).name for name in manifest.files}
    assert names == {
        "model.bin",
        "config.json",
        "vocabulary.json",
        "tokenizer.json",
        "tokenization.json",
    }
    tokenization = json.loads((hub[0] / "chat-ctranslate2/chat/tokenization.json").read_text())
    assert tokenization["chat"]["before"] == "<|im_start|>user\n"


def test_another_architecture_than_the_catalogue_says_is_refused(
    hub: tuple[Path, Catalog], tmp_path: Path
) -> None:
    cache, known = hub
    wrong = known.models["pegasus"].model_copy(update={"architecture": "bart"})
    known = tiny_catalog({"pegasus": wrong})
    with pytest.raises(UnsupportedModel, match=r"config\.json.*'pegasus'.*bart"):
        build_pack(
            "pegasus", tmp_path / "pack", cache, silent, lock_file=tmp_path / "lock", known=known
        )
    assert not (tmp_path / "pack").exists()


@pytest.mark.parametrize("fault", ["smaller model", "unknown code", "no tokenizer"])
def test_a_tokenizer_of_another_model_is_refused(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    entry = put_in_hub_cache("m2m100", tmp_path)
    snapshot = next((tmp_path / "hub").glob("models--*/snapshots/*"))
    if fault == "smaller model":
        config = json.loads((snapshot / "config.json").read_text())
        (snapshot / "config.json").write_text(json.dumps({**config, "vocab_size": 50}))
    elif fault == "unknown code":
        entry = entry.model_copy(update={"codes": {**entry.codes, "en": "__xx__"}})
    else:
        (snapshot / "sentencepiece.bpe.model").write_bytes(b"not a model")
    known = tiny_catalog({"m2m100": entry})
    with pytest.raises(UnsupportedModel, match=r"models/catalog\.toml"):
        build_pack(
            "m2m100", tmp_path / "pack", tmp_path, silent, lock_file=tmp_path / "lock", known=known
        )
    assert not (tmp_path / "pack").exists()
