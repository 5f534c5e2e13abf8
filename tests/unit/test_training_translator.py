"""The adapter's training on a tiny Gemma: the loss falls; a resumed run equals a whole one."""

import dataclasses
import fcntl
import json
import random
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from models.converters.gemma3_gguf import convert_for_transformers
from models.tokenization import open_tokenization
from models.training import translator
from models.training.pairs import BACK_ORIGIN, Pair
from models.training.translator import (
    Config,
    Example,
    Mix,
    Trainer,
    encode,
    load_config,
    make_batches,
    make_mix,
    schedule,
    train,
)
from tests.conftest import silent, write_tiny_gemma

_PAIRS = [
    Pair("es", "en", "El Gobierno aprobó la ley.", "The government approved the law.", "news"),
    Pair("es", "en", "La oposición votó en contra.", "The opposition voted against.", "news"),
    Pair("en", "zh-Hans", "The government approved the law.", "政府通过了法律。", "news"),
    Pair("en", "zh-Hans", "Yes.", "是。", "talk"),
]
_CONFIG = Config(
    seed=1,
    rank=4,
    alpha=8,
    learning_rate=2e-2,
    warmup_steps=2,
    decay_share=0.5,
    max_batch_tokens=256,
    wire_sentences=8,
    development_origins=("news",),
    development_sentences=2,
    evaluate_every=4,
    save_every=2,
    patience=3,
    compile=False,
    mix=(
        Mix(source="es", target="en", passes={"news": (1, 1), "wire": (1, 0)}),
        Mix(source="en", target="zh-Hans", passes={"news": (1, 2), "talk": (0.5, 0)}),
        Mix(source="zh-Hans", target="en", passes={"news": (1, 0)}),
    ),
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("base")
    gguf = write_tiny_gemma(directory / "tiny.gguf")
    convert_for_transformers(gguf, directory, "bfloat16", silent)
    return directory


def examples(base: Path) -> list[Example]:
    tokens = json.loads((base / "vocabulary.json").read_text("utf-8"))
    ids = {token: index for index, token in enumerate(tokens)}
    return encode(_PAIRS, open_tokenization(base), ids)


def test_the_loss_falls(base: Path) -> None:
    own = examples(base)
    trainer = Trainer(base, _CONFIG, [own] * 12, own[:2])
    losses = [trainer.learn() for _ in range(12)]
    assert losses[-1] < losses[0] - 0.5
    assert trainer.development_loss() < losses[0]


def test_a_run_taken_up_again_ends_with_the_same_weights(base: Path, tmp_path: Path) -> None:
    batches = make_batches(examples(base) * 8, 256, random.Random(1))  # noqa: S311
    whole = Trainer(base, _CONFIG, batches, [])
    for _ in range(6):
        whole.learn()
    whole.write_adapter(tmp_path / "whole")
    first = Trainer(base, _CONFIG, batches, [])
    for _ in range(3):
        first.learn()
    first.save(tmp_path / "checkpoint-3")
    second = Trainer(base, _CONFIG, batches, [])
    second.resume(tmp_path / "checkpoint-3")
    assert second.step == 3
    for _ in range(3):
        second.learn()
    second.write_adapter(tmp_path / "resumed")
    assert (tmp_path / "whole").read_bytes() == (tmp_path / "resumed").read_bytes()


def test_the_adapter_names_the_base_models_weights(base: Path, tmp_path: Path) -> None:
    Trainer(base, _CONFIG, [examples(base)], []).write_adapter(tmp_path / "adapter")
    with safe_open(tmp_path / "adapter", "pt") as file:
        names = set(file.keys())
        assert file.metadata() == {"scaling": "2.0"}
        assert file.get_tensor(min(names)).dtype is torch.float16
    weights = set(load_file(base / "model.safetensors"))
    changed = {name.replace(".lora_A", "").replace(".lora_B", "") for name in names}
    assert changed <= weights
    assert len(names) == 2 * 7 * 2  # Both factors, seven projections, two layers.


def test_an_example_is_the_prompt_and_its_answer(base: Path) -> None:
    chinese = examples(base)[2]
    tokens = json.loads((base / "vocabulary.json").read_text("utf-8"))
    written = [tokens[index] for index in chinese.ids]
    assert written[0] == "<bos>"
    assert written[-1] == "\n"
    text = open_tokenization(base).decode([written])[0]
    assert text == "English: The government approved the law.\n中文:政府通过了法律。"
    answer = open_tokenization(base).decode([written[chinese.answer_from :]])[0]
    assert answer == "政府通过了法律。"


def test_a_source_that_a_model_wrote_is_tagged(base: Path) -> None:
    tokens = json.loads((base / "vocabulary.json").read_text("utf-8"))
    ids = {token: index for index, token in enumerate(tokens)}
    written = []
    for origin in ("news", BACK_ORIGIN):
        pair = dataclasses.replace(_PAIRS[0], origin=origin)
        (example,) = encode([pair], open_tokenization(base), ids)
        asked = [tokens[index] for index in example.ids[: example.answer_from]]
        written.append(open_tokenization(base).decode([asked])[0])
    assert written[1] == written[0].replace("Español: ", "Español: <BT> ") != written[0]


def test_batches_hold_every_example_once_and_no_more_tokens_than_allowed(base: Path) -> None:
    own = examples(base) * 5
    batches = make_batches(own, 256, random.Random(1))  # noqa: S311
    assert sorted(each.ids for batch in batches for each in batch) == sorted(e.ids for e in own)
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(len(each.ids) for each in batch) <= 256


def test_a_direction_takes_what_its_mix_says() -> None:
    first, last = make_mix(_PAIRS, _CONFIG, random.Random(1))  # noqa: S311
    assert sorted((p.source, p.target) for p in first) == [
        ("en", "zh-Hans"),
        ("es", "en"),
        ("es", "en"),
        ("zh-Hans", "en"),
    ]
    assert len([p for p in last if p.target == "zh-Hans"]) == 2


def test_the_rate_rises_stays_and_falls() -> None:
    rates = [schedule(step, 20, _CONFIG) for step in range(20)]
    assert rates[0] == 0.5
    assert rates[2:11] == [1.0] * 9
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[-1] < 0.1


def test_the_command_trains_from_files_and_reports(
    base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    spanish = [f"El ministro leyó la carta {n}.\tThe minister read letter {n}." for n in range(99)]
    (data / "es-en.tsv").write_text("".join(f"{row}\tnews\n" for row in spanish), "utf-8")
    (data / "en-zh.tsv").write_text(f"{_PAIRS[2].text}\t{_PAIRS[2].translation}\tnews\n", "utf-8")
    config = tmp_path / "config.toml"
    config.write_text(_as_toml(_CONFIG), "utf-8")
    arguments = ["--base", str(base), "--data", str(data), "--config", str(config)]
    assert translator.main([*arguments, "--out", str(tmp_path / "out"), "--threads", "1"]) == 0
    log = capsys.readouterr().err
    assert "Chinese (Simplified) to English 1" in log
    assert "BLEU/chrF es-en " in log
    assert (tmp_path / "out" / "adapter.safetensors").exists()
    assert list((tmp_path / "out").glob("checkpoint-*"))
    assert translator.main([*arguments[:-1], str(tmp_path / "none"), "--out", str(tmp_path)]) == 1


def test_a_shorter_run_keeps_its_last_part(base: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "es-en.tsv").write_text(
        "".join(f"{p.text}\t{p.translation}\tnews\n" for p in _PAIRS[:2]), "utf-8"
    )
    (data / "en-zh.tsv").write_text("Yes.\t是。\ttalk\n", "utf-8")
    lines: list[str] = []
    train(base, data, tmp_path / "out", _CONFIG, lines.append, max_steps=1)
    assert any("step 1 " in line for line in lines)


def test_a_second_run_begins_with_the_weights_of_the_first(base: Path, tmp_path: Path) -> None:
    own = examples(base)
    first = Trainer(base, _CONFIG, [own] * 3, [])
    for _ in range(3):
        first.learn()
    first.save(tmp_path / "checkpoint-3")
    data = tmp_path / "data"
    data.mkdir()
    (data / "es-en.tsv").write_text(f"{_PAIRS[0].text}\t{_PAIRS[0].translation}\tnews\n", "utf-8")
    (data / "en-zh.tsv").write_text("Yes.\t是。\ttalk\n", "utf-8")
    still = _CONFIG.model_copy(update={"learning_rate": 1e-12})
    lines: list[str] = []
    train(base, data, tmp_path / "out", still, lines.append, 1, tmp_path / "checkpoint-3")
    assert any("step 1 " in line for line in lines)
    first.write_adapter(tmp_path / "first")
    before, after = load_file(tmp_path / "first"), load_file(tmp_path / "out/adapter.safetensors")
    assert all(torch.allclose(before[name], after[name], atol=1e-3) for name in before)


def test_the_published_adapter_is_the_running_mean(base: Path, tmp_path: Path) -> None:
    own = examples(base)
    slow = _CONFIG.model_copy(update={"average_steps": 10})
    means = {}
    for name, config in (("last", _CONFIG), ("mean", slow)):
        trainer = Trainer(base, config, [own] * 4, [])
        trainer.write_adapter(tmp_path / "first")
        for _ in range(4):
            trainer.learn()
        trainer.write_adapter(tmp_path / name)
        means[name] = load_file(tmp_path / name)
    first = load_file(tmp_path / "first")
    key = next(name for name in first if name.endswith("lora_B.weight"))
    moved = {name: (state[key] - first[key]).float().norm() for name, state in means.items()}
    assert 0 < moved["mean"] < moved["last"] / 2


def test_the_mean_goes_on_after_a_break(base: Path, tmp_path: Path) -> None:
    own = examples(base)
    config = _CONFIG.model_copy(update={"average_steps": 5})
    whole = Trainer(base, config, [own] * 4, [])
    for _ in range(4):
        whole.learn()
    first = Trainer(base, config, [own] * 4, [])
    for _ in range(2):
        first.learn()
    first.save(tmp_path / "checkpoint-2")
    second = Trainer(base, config, [own] * 4, [])
    second.resume(tmp_path / "checkpoint-2")
    for _ in range(2):
        second.learn()
    for trainer, name in ((whole, "whole"), (second, "resumed")):
        trainer.write_adapter(tmp_path / name)
    assert (tmp_path / "whole").read_bytes() == (tmp_path / "resumed").read_bytes()


def test_another_rank_a_broken_file_and_a_second_run_in_one_directory_are_refused(
    base: Path, tmp_path: Path
) -> None:
    own = examples(base)
    Trainer(base, _CONFIG, [own], []).write_adapter(tmp_path / "adapter")
    other = Trainer(base, _CONFIG.model_copy(update={"rank": 2}), [own], [])
    with pytest.raises(ValueError, match="adapter is of another base model, rank or scale"):
        other.start(tmp_path / "adapter")
    (tmp_path / "broken").write_bytes(b"nothing")
    with pytest.raises(ValueError, match="broken cannot be read"):
        other.start(tmp_path / "broken")
    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BlockingIOError, match="in use by another training"):
            train(base, tmp_path, tmp_path, _CONFIG, print)


def test_the_configurations_that_come_with_it_are_read() -> None:
    paths = sorted(Path(translator.__file__).parent.glob("translator*.toml"))
    assert len(paths) == 5
    for path in paths:
        config = load_config(path)
        assert {(mix.source, mix.target) for mix in config.mix} == {
            ("en", "zh-Hans"),
            ("es", "zh-Hans"),
            ("es", "en"),
            ("zh-Hans", "en"),
            ("en", "es"),
        }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("rank = 4", "rank = "), r"config\.toml: .*line 2"),
        (("rank = 4", "rank = 0"), r"config\.toml: rank: .*greater than 0"),
        (("rank = 4", "colour = 4"), r"config\.toml: "),
        (
            ("[1.0, 1.0]", "[1, -1]"),
            r"config\.toml: mix\.0\.passes\.news\.1: .*greater than or equal",
        ),
    ],
)
def test_a_bad_configuration_is_named_with_its_place(
    change: tuple[str, str], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "config.toml"
    text = "seed = 1\nrank = 4\n" + _as_toml(_CONFIG).replace("seed = 1\n", "").replace(
        "rank = 4\n", ""
    )
    path.write_text(text, "utf-8")
    assert load_config(path).rank == 4
    path.write_text(text.replace(*change), "utf-8")
    with pytest.raises(ValueError, match=message):
        load_config(path)


def _as_toml(config: Config) -> str:
    lines = []
    for name, value in config.model_dump(exclude={"mix"}).items():
        lines.append(f"{name} = {json.dumps(value)}")
    for mix in config.mix:
        passes = ", ".join(f"{origin} = {list(share)}" for origin, share in mix.passes.items())
        lines += ["[[mix]]", f'source = "{mix.source}"', f'target = "{mix.target}"']
        lines.append(f"passes = {{ {passes} }}")
    return "\n".join(lines) + "\n"
