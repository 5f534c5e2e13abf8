"""The whole training in one command, on the tiny Gemma: it ends in time, and it can be broken off
anywhere."""

import contextlib
import json
import os
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from models.adapter import Adapter
from models.converters.gemma3_gguf import convert_for_transformers
from models.training import publish, run, translator
from models.training.locks import locked
from models.training.pairs import Pair, write_pairs
from models.training.run import Budget, Plan, adjusted
from models.training.translator import Batch, Config, Example, Trainer, load_config, schedule
from tests.conftest import ROOT, silent, write_tiny_adapter, write_tiny_gemma

_CONFIG = """
seed = 1
rank = 4
alpha = 8
learning_rate = 1e-2
warmup_steps = 2
decay_share = 0.25
average_steps = 4
max_batch_tokens = 512
wire_sentences = 6
wire_headlines = 6
development_origins = ["wmt-news"]
development_sentences = 2
evaluate_every = 100
save_every = 100
patience = 3
compile = false
[[mix]]
source = "es"
target = "en"
passes = { wmt-news = [1, 0.3], wire = [1, 0.2], wire-headline = [1, 0.2] }
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a base model, data and a configuration."""
    folder = tmp_path_factory.mktemp("run")
    base = folder / "base"
    base.mkdir()
    gguf = write_tiny_gemma(folder / "tiny.gguf")
    convert_for_transformers(gguf, base, "bfloat16", silent)
    (folder / "config.toml").write_text(_CONFIG, "utf-8")
    rows = [
        Pair(
            "es",
            "en",
            f"El ministro leyó la carta {n}.",
            f"The minister read letter {n}.",
            "wmt-news",
        )
        for n in range(150)
    ]
    write_pairs(rows, folder / "pairs.tsv.gz")
    return folder


def arguments(folder: Path, out: Path, *more: str) -> list[str]:
    return ["--base", str(folder / "base"), "--data", str(folder / "pairs.tsv.gz"), "--config",
            str(folder / "config.toml"), "--out", str(out), "--threads", "1", *more]  # fmt: skip


def batches(count: int, name: str) -> list[Batch]:
    pair = Pair("es", "en", name, name, "news")
    return [[Example((1, number), 1, pair)] for number in range(count)]


def test_one_command_trains_in_the_given_time_and_says_how_to_publish(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert run.main(arguments(folder, out, "--minutes", "0.05", "--json")) == 0
    printed = capsys.readouterr()
    result = json.loads(printed.out)
    assert result["steps"] >= 8
    assert result["device"] == "cpu"
    assert result["loss"] < result["loss_before"]
    assert result["scores"].keys() == {"es-en"}
    assert Path(result["adapter"]).stat().st_size == result["adapter_bytes"] < 40_000_000
    assert "development loss" in printed.err
    command = shlex.split(result["publish"])
    assert command[:3] == ["python", "-m", "models.training.publish"]
    published = tmp_path / "published"
    published.mkdir()
    shutil.copy(write_tiny_adapter(tmp_path / "adapter") / "pieces.gz", published)
    command[4] = str(published)
    assert publish.main(command[3:]) == 0
    capsys.readouterr()
    assert Adapter(published).manifest.steps == result["steps"]
    recorded = Adapter(published).manifest.command
    assert recorded.endswith("--out OUT --threads 1 --minutes 0.05 --json")
    assert "--data DATA " in recorded
    assert str(tmp_path.parent) not in recorded
    start = ["--start", str(published / "adapter.safetensors"), "--steps", "1", "--json"]
    assert run.main(arguments(folder, tmp_path / "second", *start)) == 0
    command = shlex.split(json.loads(capsys.readouterr().out)["publish"])
    assert command[command.index("--start") + 1] == str(published)
    assert recorded in command


# The run of these arguments, which kills itself in the middle of a step.
_KILLED = """
import os, signal, sys
from models.training import run
from models.training.translator import Trainer

learn = Trainer.learn

def killed(trainer):
    if trainer.step == 9:
        os.kill(os.getpid(), signal.SIGKILL)
    return learn(trainer)

Trainer.learn = killed
run.main(sys.argv[1:])
"""


def test_a_killed_run_continues_and_ends_with_the_same_weights(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = ["--steps", "16", "--save-seconds", "0"]
    assert run.main(arguments(folder, tmp_path / "whole", *steps)) == 0
    out = tmp_path / "killed"
    command = [sys.executable, "-c", _KILLED, *arguments(folder, out, *steps)]
    killed = subprocess.run(command, cwd=ROOT, stderr=subprocess.DEVNULL, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert list(out.glob("checkpoint-*"))
    assert not (out / "adapter.safetensors").exists()
    (out / ".checkpoint-99").mkdir()
    capsys.readouterr()
    assert run.main(arguments(folder, out, *steps)) == 0
    assert "continued after step" in capsys.readouterr().err
    assert not (out / ".checkpoint-99").exists()
    whole, continued = ((tmp_path / name / "adapter.safetensors").read_bytes()
                        for name in ("whole", "killed"))  # fmt: skip
    assert whole == continued


@pytest.mark.parametrize("length", [("--steps", "12"), ("--minutes", "0.05")])
def test_an_interrupted_run_is_saved(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], length: tuple[str, str]
) -> None:
    out = tmp_path / "out"
    command = arguments(folder, out, *length, "--json")
    learn = Trainer.learn

    def interrupt(trainer: Trainer) -> float:
        loss = learn(trainer)
        if trainer.step == 5:
            os.kill(os.getpid(), signal.SIGTERM)
        return loss

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Trainer, "learn", interrupt)
        assert run.main(command) == run.STOPPED
    assert [path.name for path in out.glob("checkpoint-*")] == ["checkpoint-5"]
    saved = json.loads((out / "checkpoint-5" / "state.json").read_text("utf-8"))
    capsys.readouterr()
    assert run.main(command) == 0
    printed = capsys.readouterr()
    assert "continued after step 5" in printed.err
    result = json.loads(printed.out)
    # What was used before the interruption counts.
    assert result["seconds"] > saved["seconds"] > 0
    assert result["scores_before"] == saved["before"]["scores"]
    assert result["steps"] > 5


def test_the_last_part_and_the_falling_rate_come_at_the_end_of_any_length() -> None:
    plan = Plan(lambda number: (batches(8, f"first {number}"), batches(2, "last")), 0.25)
    assert len(plan) == 10
    assert plan.open_share == 0.75
    plan.steps = 25
    names = [plan[step][0].pair.text for step in range(25)]
    assert names == ["first 0"] * 8 + ["first 1"] * 8 + ["first 2"] * 7 + ["last"] * 2
    plan.steps = 5
    assert [plan[step][0].pair.text for step in range(5)] == ["first 0"] * 4 + ["last"]


def test_the_number_of_steps_follows_the_time_and_leaves_room_for_the_falling_rate() -> None:
    plan = Plan(lambda number: (batches(90, "first"), batches(10, "last")), 0.2)
    now = time.monotonic()
    budget = Budget(1000, now)
    budget.reserved = 100
    budget.before = 400
    assert run._affordable_steps(50, plan, budget, 2.0) == pytest.approx(50 + 250, abs=2)
    late = Budget(1, now - 60)
    assert run._affordable_steps(80, plan, late, 2.0) == 100
    assert run._affordable_steps(80, plan, Budget(None, now), 2.0) == 100


def test_all_weights_are_trained_and_written_as_an_adapter(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    full = ["--method", "full", "--learning-rate", "3e-3", "--steps", "12"]
    assert run.main(arguments(folder, out, *full)) == 0
    with safe_open(out / "adapter.safetensors", "pt") as file:
        assert len(file.keys()) == 2 * 7 * 2
        assert file.metadata() == {"scaling": "1.0"}
    (last,) = out.glob("checkpoint-*")
    mean, base = load_file(last / "mean.safetensors"), load_file(folder / "base/model.safetensors")
    adapter = load_file(out / "adapter.safetensors")
    name = "model.layers.0.mlp.up_proj"
    change = mean[f"{name}.weight"] - base[f"{name}.weight"].float()
    written = adapter[f"{name}.lora_B.weight"].float() @ adapter[f"{name}.lora_A.weight"].float()
    assert change.norm() > 0.01
    assert (change - written).norm() < 0.01 * change.norm()


def test_what_is_measured_is_what_was_written(folder: Path, tmp_path: Path) -> None:
    """A low rank loses part of a change; the loss must be that of the file."""
    config = load_config(folder / "config.toml").model_copy(update={"method": "full"})
    pair = Pair("es", "en", "El ministro leyó.", "The minister read.", "news")
    material = translator.read_material(folder / "base", folder / "pairs.tsv.gz", config, print)
    own = material.encode([pair])
    trainer = Trainer(folder / "base", config, [own] * 6, own, "cpu")
    for _ in range(6):
        trainer.learn()
    losses = {}
    for rank in (1, trainer.largest_rank(10_000_000)):
        path = tmp_path / f"rank-{rank}"
        lost = trainer.write_adapter(path, rank)
        with trainer.written(path):
            losses[rank] = trainer.development_loss()
        assert lost < 0.001 or rank == 1
    with trainer.averaged():
        whole = trainer.development_loss()
    low, high = losses.values()
    assert abs(high - whole) < abs(low - whole)


def test_a_higher_rank_begins_with_a_published_adapter(folder: Path, tmp_path: Path) -> None:
    first = tmp_path / "first"
    assert run.main(arguments(folder, first, "--steps", "12")) == 0
    start = ["--start", str(first / "adapter.safetensors"), "--steps", "1"]
    for name, more in (("rank", ["--rank", "8"]), ("full", ["--method", "full"])):
        out = tmp_path / name
        still = ["--learning-rate", "1e-9", *more]
        assert run.main(arguments(folder, out, *start, *still)) == 0
        before, after = changes(first), changes(out)
        assert all(torch.allclose(before[key], after[key], atol=2e-3) for key in before)
    assert run.main(arguments(folder, tmp_path / "low", *start, "--rank", "2")) == 1


@pytest.mark.parametrize("method", ["lora", "full"])
def test_an_adapter_of_another_base_is_refused_as_a_start(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], method: str
) -> None:
    first = tmp_path / "first"
    assert run.main(arguments(folder, first, "--steps", "1")) == 0
    state = load_file(first / "adapter.safetensors")
    fewer = {name: factor for name, factor in state.items() if ".layers.0." in name}
    narrow = {name: factor[:, :8].contiguous() if "lora_A" in name else factor
              for name, factor in state.items()}  # fmt: skip
    short = {name: factor[:8].contiguous() if "lora_B" in name else factor
             for name, factor in state.items()}  # fmt: skip
    for number, other in enumerate((fewer, narrow, short)):
        path = tmp_path / f"other-{number}"
        save_file(other, path, {"scaling": "2.0"})
        start = ["--start", str(path), "--method", method, "--steps", "1"]
        assert run.main(arguments(folder, tmp_path / f"out-{number}", *start)) == 1
        assert f"{path} is of another base model" in capsys.readouterr().err


def changes(out: Path) -> dict[str, torch.Tensor]:
    state = load_file(out / "adapter.safetensors")
    with safe_open(out / "adapter.safetensors", "pt") as file:
        scaling = float(file.metadata()["scaling"])
    return {
        name: scaling * state[name.replace("lora_A", "lora_B")].float() @ factor.float()
        for name, factor in state.items()
        if "lora_A" in name
    }


def test_an_adapter_of_a_high_rank_is_reduced_to_what_may_be_published(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "_MAX_ADAPTER_BYTES", 106_000)
    assert run.main(arguments(folder, tmp_path / "out", "--rank", "8", "--steps", "4")) == 0
    state = load_file(tmp_path / "out/adapter.safetensors")
    assert {factor.shape[0] for name, factor in state.items() if "lora_A" in name} == {2}


def test_a_gpu_gets_larger_batches_and_is_refused_where_there_is_none(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """That the same code computes on a GPU can be tested only on a machine that has one."""
    config = load_config(folder / "config.toml")
    options = Namespace(method=None, rank=None, learning_rate=None, batch_tokens=None)
    assert adjusted(config, "cpu", options) == config
    assert adjusted(config, "cuda", options).max_batch_tokens > 10_000
    if not torch.cuda.is_available():
        assert (
            run.main(arguments(folder, tmp_path / "out", "--steps", "1", "--device", "cuda")) == 1
        )
        assert "no CUDA device" in capsys.readouterr().err
    with pytest.raises(SystemExit) as stopped:
        run.main(arguments(folder, tmp_path / "out"))
    assert stopped.value.code == 2


def test_rows_are_cleaned_into_a_folder_that_can_be_carried(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, out = tmp_path / "rows", tmp_path / "out"
    rows.mkdir()
    (rows / "es-en.tsv").write_text("Él habló ayer.\tHe spoke yesterday.\tnews\n", "utf-8")
    (rows / "en-zh.tsv").write_text("", "utf-8")
    (tmp_path / "n.tsv").write_text("Pekín\tBeijing\t北京\town\n", "utf-8")
    (tmp_path / "c.gz").write_bytes(b"")
    monkeypatch.setattr(torch, "get_num_threads", lambda: 1)
    command = ["--data", str(rows), "--out", str(out), "--prepare",
               "--names", str(tmp_path / "n.tsv"), "--cedict", str(tmp_path / "c.gz")]  # fmt: skip
    assert run.main(command) == 0
    assert capsys.readouterr().out.strip() == str(out / "data")
    names = {path.name for path in (out / "data").iterdir()}
    assert names == {"pairs.tsv.gz", "names.tsv", "cedict.gz"}
    monkeypatch.setattr(run, "_MAX_DATA_BYTES", 10)
    assert run.main(["--data", str(out / "data"), "--out", str(out), "--prepare"]) == 1
    assert "can be carried" in capsys.readouterr().err
    (rows / "es-en.tsv").write_text("Él habló ayer.\tHe spoke yesterday.\n", "utf-8")
    assert run.main(["--data", str(rows), "--out", str(tmp_path / "bad"), "--prepare"]) == 1
    assert f"{rows / 'es-en.tsv'}, line 1: 2 columns, not 3" in capsys.readouterr().err
    assert not list((tmp_path / "bad" / "data").iterdir())


def test_a_run_with_other_settings_or_a_broken_checkpoint_is_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert run.main(arguments(folder, out, "--steps", "2")) == 0
    assert run.main(arguments(folder, out, "--steps", "4", "--rank", "2")) == 1
    assert "run.json: this run began with another settings" in capsys.readouterr().err
    (last,) = out.glob("checkpoint-*")
    for name, content in (("optimizer.pt", b""), ("state.json", b"{"), ("last.safetensors", b"")):
        kept = (last / name).read_bytes()
        (last / name).write_bytes(content)
        assert run.main(arguments(folder, out, "--steps", "4")) == 1
        assert str(last / name) in capsys.readouterr().err
        (last / name).write_bytes(kept)
    state = json.loads((last / "state.json").read_text("utf-8"))
    (last / "state.json").write_text(json.dumps({**state, "base_sha256": "ab"}), "utf-8")
    assert run.main(arguments(folder, out, "--steps", "4")) == 1
    assert "state.json is of another base model" in capsys.readouterr().err


def test_an_origin_without_a_licence_is_refused_before_the_training(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(_CONFIG.replace("{ wmt-news =", "{ unknown = [1, 1], wmt-news ="), "utf-8")
    write_pairs([Pair("es", "en", "Él leyó.", "He read.", "unknown")] * 99, tmp_path / "pairs")
    command = arguments(folder, tmp_path / "out", "--steps", "1", "--config", str(config))
    assert run.main([*command, "--data", str(tmp_path / "pairs")]) == 1
    assert "does not have the origins unknown" in capsys.readouterr().err
    assert not list((tmp_path / "out").glob("checkpoint-*"))


@contextlib.contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file can be larger than ``size``, as where the disk is full."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.parametrize("size", [100, 40_000])
def test_a_disk_that_is_full_leaves_the_last_checkpoint_and_nothing_half_written(
    folder: Path, tmp_path: Path, size: int
) -> None:
    config: Config = load_config(folder / "config.toml")
    material = translator.read_material(folder / "base", folder / "pairs.tsv.gz", config, print)
    own = material.encode([Pair("es", "en", "El ministro leyó.", "The minister read.", "news")])
    trainer = Trainer(folder / "base", config, [own] * 4, [], "cpu")
    translator.save_checkpoint(trainer, tmp_path)
    trainer.learn()
    with full_disk(size), pytest.raises(OSError, match="checkpoint-1 cannot be written"):
        translator.save_checkpoint(trainer, tmp_path)
    with full_disk(100), pytest.raises(OSError, match=r"adapter\.safetensors cannot be written"):
        trainer.write_adapter(tmp_path / "adapter.safetensors")
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint-0"]
    again = Trainer(folder / "base", config, [own] * 4, [], "cpu")
    again.resume(tmp_path / "checkpoint-0")
    translator.save_checkpoint(trainer, tmp_path)
    assert len(translator.checkpoints(tmp_path)) == 2


def test_the_rate_falls_to_nothing_at_the_end_of_a_length_that_was_settled_late() -> None:
    config = Config.model_validate(
        {**load_config(Path(translator.__file__).with_name("translator-4.toml")).model_dump(),
         "warmup_steps": 2}
    )  # fmt: skip
    plan = Plan(lambda number: (batches(60, "first"), batches(10, "last")), config.decay_share)
    plan.steps = 40
    rates = [schedule(step, len(plan), config) for step in range(40)]
    assert rates[int(40 * plan.open_share) - 1] == 1.0
    assert rates[-1] < 0.3


def test_the_command_says_that_the_disk_is_full_and_continues_later(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = arguments(folder, tmp_path / "out", "--steps", "4", "--save-seconds", "0")
    with full_disk(40_000):
        assert run.main(command) == 1
    assert "checkpoint-1 cannot be written" in capsys.readouterr().err
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"lock", "run.json"}
    assert run.main(command) == 0


def test_two_runs_in_one_directory_are_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with locked(tmp_path / "out", "training"):
        assert run.main(arguments(folder, tmp_path / "out", "--steps", "1")) == 1
    assert f"{tmp_path / 'out'} is in use by another training" in capsys.readouterr().err
