"""A whole training in the given time, on any device: ``python -m models.training.run --help``.

It finds the base model, packs the data into a folder that can be carried to another machine, trains
for as long as the time allows, and writes, measures and prints what is to be published. The number
of steps follows from the time that the steps so far took; it is settled before the learning rate
falls. A run that was broken off continues from its last checkpoint with the same command.
"""

import argparse
import hashlib
import json
import math
import random
import shlex
import shutil
import signal
import statistics
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import torch

from models.adapter import MANIFEST_FILE as ADAPTER_MANIFEST
from models.adapter import WEIGHTS_FILE, Adapter
from models.build import ADAPTERS, build_pack
from models.manifest import MANIFEST_FILE
from models.packs import read_manifest, sha256_of
from models.settings import PackSettings
from models.training import pairs
from models.training.dictionary import read_dictionaries
from models.training.locks import locked
from models.training.publish import sources_of
from models.training.translator import (
    Batch,
    Config,
    Dictionaries,
    Material,
    Report,
    Trainer,
    checkpoints,
    load_config,
    read_material,
    remove_broken,
    save_checkpoint,
)
from teletipo.errors import TeletipoError
from teletipo.progress import progress_display

_PAIRS, _NAMES, _CEDICT = "pairs.tsv.gz", "names.tsv", "cedict.gz"
_MAX_DATA_BYTES = 60_000_000
_MAX_ADAPTER_BYTES = 40_000_000
_BATCH_TOKENS_ON_A_GPU = 16_384
_RATE_OF_ALL_WEIGHTS = 1e-5
# Compilation makes the first steps slow.
_UNMEASURED_STEPS, _MIN_MEASURED, _MEASURED_STEPS = 3, 5, 60
_SHARE_FOR_EVALUATION = 0.2
_REPORT_EVERY = 20
_STATE_FILE = "run.json"
STOPPED = 130
"""The exit code of a run that was interrupted and saved."""


class Plan:
    """The batches of a run whose length may change until ``settled``: passes of the first part,
    each with other samples, then the last part."""

    def __init__(
        self, make: Callable[[int], tuple[list[Batch], list[Batch]]], decay: float
    ) -> None:
        first, self._last = make(0)
        self._make = make
        self._first = list(first)
        self._passes = 1
        self._decay_share = decay
        self._last_share = len(self._last) / max(1, len(first) + len(self._last))
        self.steps = len(first) + len(self._last)

    def __len__(self) -> int:
        return self.steps

    def __getitem__(self, step: int, /) -> Batch:
        begins = self.steps - min(len(self._last), round(self.steps * self._last_share))
        if step >= begins:
            return self._last[step - begins]
        while step >= len(self._first):
            self._first += self._make(self._passes)[0]
            self._passes += 1
        return self._first[step]

    @property
    def open_share(self) -> float:
        """The share of the steps in which the length may still change."""
        return 1 - max(self._decay_share, self._last_share)


class Budget:
    """The time of a run, parts of it before a break included; endless without ``seconds``."""

    def __init__(self, seconds: float | None, started: float) -> None:
        self._seconds, self._started = seconds, started
        self.before = 0.0
        """What the run took before it was broken off."""
        self.reserved = 0.0
        """What is kept for the end."""

    @property
    def used(self) -> float:
        """Seconds."""
        return self.before + time.monotonic() - self._started

    @property
    def left(self) -> float | None:
        """Seconds for training; None without a limit."""
        return None if self._seconds is None else self._seconds - self.reserved - self.used

    def share(self, part: float) -> float:
        """Return this part of the time, in seconds."""
        return math.inf if self._seconds is None else part * self._seconds


@dataclass(frozen=True)
class Base:
    """The base model's directory, and the SHA-256 of its published file."""

    directory: Path
    sha256: str


@dataclass(frozen=True)
class Carried:
    """The data of a run: cleaned pairs, and dictionaries if there are any."""

    pairs: Path
    names: Path | None
    cedict: Path | None

    def dictionaries(self) -> Dictionaries | None:
        """Raises ``OSError``, ``ValueError``."""
        return read_dictionaries(self.names, self.cedict) if self.names and self.cedict else None


@dataclass(frozen=True)
class Result:
    """What a run made, as ``--json`` prints it."""

    adapter: str
    adapter_bytes: int
    rank: int
    lost: float
    """Share of the change that the adapter's rank leaves out."""
    device: str
    method: str
    steps: int
    seconds: float
    loss: float
    """Of the development examples, in nats per piece, with the written adapter."""
    loss_before: float
    scores: dict[str, tuple[float, float]]
    """BLEU and chrF by direction, with the written adapter."""
    scores_before: dict[str, tuple[float, float]]
    sentences: int
    """Measured, of each direction."""


def find_base(given: Path | None) -> Base:
    """Return the base model: of a pack or in its directory; by default the cache's, built if it is
    missing.

    Raises ``OSError``, ``TeletipoError``.
    """
    settings = PackSettings.load()
    pack = given or settings.cache_dir / "training" / "base"
    if given is None and not (pack / MANIFEST_FILE).exists():
        with progress_display("Base model") as progress:
            build_pack("embedded-base", pack, settings.cache_dir, progress,
                       runtime="transformers", quantization="bfloat16")  # fmt: skip
    if not (pack / MANIFEST_FILE).exists() and (pack.parent / MANIFEST_FILE).exists():
        pack = pack.parent
    if (pack / MANIFEST_FILE).exists():
        (model,) = read_manifest(pack).models
        return Base(pack / model.name, model.sha256)
    if not (pack / "model.safetensors").is_file():
        raise FileNotFoundError(f"{pack} has no base model for the transformers runtime")
    return Base(pack, sha256_of(pack / "model.safetensors"))


def find_data(
    given: Sequence[Path], names: Path | None, cedict: Path | None, out: Path, report: Report
) -> Carried:
    """Return the data to carry; folders of rows are cleaned into ``out`` unless that was done.

    Raises ``OSError``; ``ValueError`` for a bad row and for more than can be carried.
    """
    if len(given) == 1 and (given[0].is_file() or (given[0] / _PAIRS).exists()):
        file = given[0] if given[0].is_file() else given[0] / _PAIRS
        return _carried(file, names, cedict)
    out.mkdir(parents=True, exist_ok=True)
    file = out / _PAIRS
    if not file.exists():
        rows = [pair for folder in given for pair in pairs.read_pairs(folder)]
        kept, dropped = pairs.clean(
            rows, torch.get_num_threads(), lambda step, share: report(f"cleaning: {step}")
        )
        report(f"{len(kept)} pairs; dropped: {dict(dropped.most_common())}")
        pairs.write_pairs(kept, file)
    for path, name in ((names, _NAMES), (cedict, _CEDICT)):
        if path and path.resolve() != (out / name).resolve():
            shutil.copyfile(path, out / name)
    return _carried(file, None, None)


def _carried(file: Path, names: Path | None, cedict: Path | None) -> Carried:
    beside = {name: file.with_name(name) for name in (_NAMES, _CEDICT)}
    found = Carried(
        file,
        names or (beside[_NAMES] if beside[_NAMES].exists() else None),
        cedict or (beside[_CEDICT] if beside[_CEDICT].exists() else None),
    )
    size = sum(path.stat().st_size for path in (found.pairs, found.names, found.cedict) if path)
    if size > _MAX_DATA_BYTES:
        raise ValueError(
            f"{file.parent}: the data has {size / 1e6:.0f} MB, more than the "
            f"{_MAX_DATA_BYTES / 1e6:.0f} MB that can be carried; leave out origins with "
            "python -m models.training.pairs --without"
        )
    return found


def adjusted(config: Config, device: str, options: argparse.Namespace) -> Config:
    """Return the configuration as the options and the device change it."""
    method = options.method or config.method
    rank = options.rank or config.rank
    tokens = _BATCH_TOKENS_ON_A_GPU if device == "cuda" else config.max_batch_tokens
    rate = config.learning_rate if method == "lora" else _RATE_OF_ALL_WEIGHTS
    changes = {
        "method": method,
        "rank": rank,
        "alpha": round(config.alpha * rank / config.rank),
        "learning_rate": options.learning_rate or rate,
        "max_batch_tokens": options.batch_tokens or tokens,
    }
    return Config.model_validate({**config.model_dump(), **changes})


def run(
    base: Base,
    data: Carried,
    out: Path,
    config: Config,
    budget: Budget,
    report: Report,
    *,
    device: str,
    steps: int | None = None,
    start: Path | None = None,
    save_seconds: float = 300.0,
) -> Result | None:
    """Train, write the adapter and measure it; None if the run was interrupted and saved.

    Raises ``OSError``, ``ValueError``; ``BlockingIOError`` while another run uses ``out``.
    """
    with locked(out, "training"):
        remove_broken(out)
        identity = _identity(base, data, config, start)
        _check_same(out, identity)
        dictionaries = data.dictionaries()
        if dictionaries is None and any(mix.terms for mix in config.mix):
            report("no dictionaries (--names, --cedict): no terms are put into sentences")
        material = read_material(base.directory, data.pairs, config, report)
        # An origin without a licence is refused before the training, not after it.
        sources_of(config, material.learn, ())
        plan = _plan(material, dictionaries, report)
        plan.steps = steps or plan.steps
        trainer = Trainer(base.directory, config, plan, material.development, device)
        report(f"device {trainer.device}, method {config.method}, rank {config.rank}, "
               f"{config.max_batch_tokens} tokens a batch")  # fmt: skip
        state = _begin(trainer, out, budget, start)
        if not plan.steps:
            raise ValueError(f"{data.pairs} has no pair of the mix's origins")
        settled = steps is not None or bool(state.get("settled"))
        plan.steps = steps or state.get("steps") or plan.steps
        if before := state.get("before"):
            report(f"continued after step {trainer.step}")
        else:
            before = _before(trainer, config, budget)
            report(f"development loss {before['loss']:.3f}, {_shown(before['scores'])}")
        budget.reserved = 1.2 * before["seconds"]
        _write_state(out, identity)
        with _interruption() as interrupted:
            _learn(trainer, plan, out, budget, report, interrupted,
                   save_seconds, settled=settled, notes={"before": before})  # fmt: skip
            if interrupted():
                report(f"interrupted after step {trainer.step}; the same command continues")
                return None
        return _finish(trainer, out, config, budget, before, report)


def _plan(material: Material, dictionaries: Dictionaries | None, report: Report) -> Plan:
    config = material.config

    def make(number: int) -> tuple[list[Batch], list[Batch]]:
        generator = random.Random(config.seed + number)  # noqa: S311
        return material.batches(generator, dictionaries, report)

    return Plan(make, config.decay_share)


def _begin(trainer: Trainer, out: Path, budget: Budget, start: Path | None) -> dict[str, Any]:
    """Take up the last checkpoint and return its notes, or begin with ``start``."""
    if found := checkpoints(out):
        state = trainer.resume(found[-1])
        budget.before = float(state.get("seconds", 0.0))
        return state
    if start:
        trainer.start(start, grow=True)
    return {}


def _before(trainer: Trainer, config: Config, budget: Budget) -> dict[str, Any]:
    """Measure the model before its training, on as many sentences as the time allows."""
    started = time.monotonic()
    loss, first = trainer.development_loss(), trainer.evaluate(1)
    each = time.monotonic() - started
    # Before and after.
    affordable = budget.share(_SHARE_FOR_EVALUATION / 2) / max(each, 1e-9) if first else 1
    most = max(1, int(min(config.development_sentences, affordable)))
    scores = trainer.evaluate(most) if most > 1 else first
    seconds = time.monotonic() - started
    return {"loss": loss, "scores": scores, "sentences": most, "seconds": seconds}


def _learn(
    trainer: Trainer,
    plan: Plan,
    out: Path,
    budget: Budget,
    report: Report,
    interrupted: Callable[[], bool],
    save_seconds: float,
    *,
    settled: bool,
    notes: dict[str, Any],
) -> None:
    losses: deque[float] = deque(maxlen=100)
    durations: deque[float] = deque(maxlen=_MEASURED_STEPS)
    saved, here = time.monotonic(), 0
    while trainer.step < plan.steps and not interrupted():
        started = time.monotonic()
        losses.append(trainer.learn())
        here += 1
        if not math.isfinite(losses[-1]):
            raise ValueError(
                f"the loss of step {trainer.step} is not finite; begin again in a new directory "
                "with a lower --learning-rate"
            )
        if here > _UNMEASURED_STEPS:
            durations.append(time.monotonic() - started)
        if not settled and len(durations) >= _MIN_MEASURED:
            plan.steps = _affordable_steps(trainer.step, plan, budget, statistics.fmean(durations))
            settled = trainer.step >= plan.steps * plan.open_share
        if trainer.step % _REPORT_EVERY == 0 or trainer.step == plan.steps:
            pace = statistics.fmean(durations) if durations else 0.0
            report(
                f"step {trainer.step}/{plan.steps}{'' if settled else ' or so'}  "
                f"loss {statistics.fmean(losses):.3f}  {pace:.2f} s a step  "
                f"{pace * (plan.steps - trainer.step) / 60:.0f} min left"
            )
        is_last = trainer.step == plan.steps or interrupted()
        if is_last or time.monotonic() - saved >= save_seconds:
            save_checkpoint(trainer, out, **notes, steps=plan.steps, settled=settled,
                            seconds=budget.used)  # fmt: skip
            saved = time.monotonic()


def _affordable_steps(step: int, plan: Plan, budget: Budget, seconds_a_step: float) -> int:
    """The number of steps that fit into the time; enough for the learning rate to fall."""
    if budget.left is None:
        return plan.steps
    least = int(step / plan.open_share) if plan.open_share else step
    return max(least, step + int(budget.left / seconds_a_step))


def _finish(
    trainer: Trainer,
    out: Path,
    config: Config,
    budget: Budget,
    before: dict[str, Any],
    report: Report,
) -> Result:
    adapter = out / WEIGHTS_FILE
    rank = trainer.largest_rank(_MAX_ADAPTER_BYTES - 100_000)
    rank = rank if config.method == "full" else min(rank, config.rank)
    lost = trainer.write_adapter(adapter, rank)
    with trainer.written(adapter):
        loss, scores = trainer.development_loss(), trainer.evaluate(before["sentences"])
    size = adapter.stat().st_size
    report(f"{adapter}: {size / 1e6:.1f} MB, rank {rank}, lost {lost:.2%} of the change")
    report(f"development loss {before['loss']:.3f} before, {loss:.3f} now; {_shown(scores)}")
    return Result(
        adapter=str(adapter),
        adapter_bytes=size,
        rank=rank,
        lost=lost,
        device=trainer.device,
        method=config.method,
        steps=trainer.step,
        seconds=round(budget.used, 1),
        loss=loss,
        loss_before=before["loss"],
        scores=scores,
        scores_before=before["scores"],
        sentences=before["sentences"],
    )


def _shown(scores: dict[str, Any]) -> str:
    found = (f"{pair} {bleu:.1f}/{chrf:.1f}" for pair, (bleu, chrf) in scores.items())
    return "BLEU/chrF " + "  ".join(found)


def _identity(base: Base, data: Carried, config: Config, start: Path | None) -> dict[str, str]:
    """What must be the same when a run continues."""
    settings = hashlib.sha256(config.model_dump_json().encode()).hexdigest()
    return {
        "base": base.sha256,
        "data": sha256_of(data.pairs),
        "settings": settings,
        "start": sha256_of(start) if start else "",
    }


def _check_same(out: Path, identity: dict[str, str]) -> None:
    path = out / _STATE_FILE
    if not path.exists():
        return
    try:
        earlier = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    if other := sorted(key for key in identity if earlier.get(key) != identity[key]):
        raise ValueError(f"{path}: this run began with another {', '.join(other)}; "
                         "choose another --out")  # fmt: skip


def _write_state(out: Path, identity: dict[str, str]) -> None:
    scratch = out / f".{_STATE_FILE}"
    scratch.write_text(json.dumps(identity, indent=1) + "\n", "utf-8")
    scratch.rename(out / _STATE_FILE)


@contextmanager
def _interruption() -> Iterator[Callable[[], bool]]:
    """Yield whether SIGINT or SIGTERM came; the second one ends the process."""
    came: list[int] = []
    earlier = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def note(number: int, frame: FrameType | None) -> None:
        came.append(number)
        signal.signal(number, signal.SIG_DFL)

    for number in earlier:
        signal.signal(number, note)
    try:
        yield lambda: bool(came)
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


def _published_start(base: Base) -> Path | None:
    """The published adapter, if it is of this base model."""
    adapter = Adapter(ADAPTERS / "translator")
    fits = adapter.manifest.base_sha256 == base.sha256
    return adapter.directory / WEIGHTS_FILE if fits else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 trained, 1 base, data, settings or disk at fault, 2 wrong usage, 130
    interrupted and saved."""
    started = time.monotonic()
    options = _options(arguments)
    if options.threads:
        torch.set_num_threads(options.threads)

    def report(line: str) -> None:
        print(f"[{time.monotonic() - started:6.0f} s] {line}", file=sys.stderr, flush=True)

    try:
        settings = PackSettings.load()
        given = options.data or [settings.cache_dir / "training"]
        data = find_data(given, options.names, options.cedict, options.out / "data", report)
        if options.prepare:
            print(data.pairs.parent)
            return 0
        base = find_base(options.base)
        device = options.device or ("cuda" if torch.cuda.is_available() else "cpu")
        if device == "cuda" and not torch.cuda.is_available():
            raise ValueError("there is no CUDA device, or torch is built without CUDA")
        config = adjusted(load_config(options.config), device, options)
        start = options.start or (None if options.from_base else _published_start(base))
        seconds = None if options.minutes is None else 60 * options.minutes
        result = run(base, data, options.out, config, Budget(seconds, started), report,
                     device=device, steps=options.steps, start=start,
                     save_seconds=options.save_seconds)  # fmt: skip
    except torch.OutOfMemoryError:
        print("the device's memory is full: give fewer --batch-tokens", file=sys.stderr)
        return 1
    except (OSError, ValueError, TeletipoError) as error:
        print(error, file=sys.stderr)
        return 1
    if result is None:
        return STOPPED
    given = sys.argv[1:] if arguments is None else arguments
    command = _without_paths(given, options)
    publish = _publish(options, base, data, start, result.steps, command)
    if options.json:
        print(json.dumps({**asdict(result), "publish": publish}, indent=1))
    else:
        print(f"Next: {publish}")
    return 0


def _publish(
    options: argparse.Namespace,
    base: Base,
    data: Carried,
    start: Path | None,
    steps: int,
    command: str,
) -> str:
    """The command that publishes the adapter; the manifest then names the data and the commands of
    the adapter begun with too."""
    has_manifest = start is not None and start.with_name(ADAPTER_MANIFEST).exists()
    earlier = start.parent if start and has_manifest else None
    commands = [Adapter(earlier).manifest.command] if earlier else []
    parts = ["python", "-m", "models.training.publish", options.out, "models/adapters/translator",
             "--data", data.pairs, "--config", options.config, "--base-sha256", base.sha256,
             "--steps", steps, *(["--start", earlier] if earlier else []),
             *(part for each in [*commands, command] if each for part in ("--command", each))
             ]  # fmt: skip
    return shlex.join(map(str, parts))


def _without_paths(given: Sequence[str], options: argparse.Namespace) -> str:
    """The command as a manifest may have it: names of options instead of this machine's paths."""
    names = {
        str(path): name.upper()
        for name, value in vars(options).items()
        for path in (value if isinstance(value, list) else [value])
        if isinstance(path, Path)
    }
    return shlex.join(["python", "-m", "models.training.run", *(names.get(n, n) for n in given)])


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m models.training.run", description=__doc__)
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--minutes", type=_positive, help="for everything, with the evaluation")
    length.add_argument("--steps", type=_whole, help="a number of steps instead")
    parser.add_argument("--out", type=Path, required=True, help="checkpoints and the adapter")
    parser.add_argument(
        "--base",
        type=Path,
        help="the base model or its pack, as built for the transformers runtime; default: the "
        "cache's, built if it is missing",
    )
    parser.add_argument(
        "--data",
        type=Path,
        nargs="+",
        help="folders with es-en.tsv and en-zh.tsv, which are cleaned into OUT/data; or such a "
        "folder, carried here. Default: the cache's",
    )
    parser.add_argument("--names", type=Path, help="names.tsv; default: beside the data")
    parser.add_argument("--cedict", type=Path, help="CC-CEDICT, compressed; default: beside it")
    parser.add_argument("--prepare", action="store_true", help="only write OUT/data, and print it")
    parser.add_argument("--config", type=Path,
                        default=Path(__file__).with_name("translator-4.toml"))  # fmt: skip
    parser.add_argument("--device", choices=("cpu", "cuda"), help="default: cuda if there is one")
    parser.add_argument("--method", choices=("lora", "full"), help="default: the configuration's; "
                        "the change of full training is approximated by an adapter")  # fmt: skip
    parser.add_argument("--rank", type=_whole, help="of LoRA; default: the configuration's")
    parser.add_argument("--learning-rate", type=_positive)
    parser.add_argument("--batch-tokens", type=_whole, help="default: the configuration's, "
                        f"{_BATCH_TOKENS_ON_A_GPU} on a GPU")  # fmt: skip
    parser.add_argument("--start", type=Path, help="an adapter.safetensors; default: the "
                        "published one, if it is of this base model")  # fmt: skip
    parser.add_argument("--from-base", action="store_true", help="start from the base model")
    parser.add_argument("--save-seconds", type=float, default=300.0, help="between checkpoints")
    parser.add_argument("--threads", type=_whole, help="default: all cores")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    options = parser.parse_args(arguments)
    if not options.prepare and options.minutes is None and options.steps is None:
        parser.error("give --minutes or --steps")
    return options


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return number


def _whole(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return number


if __name__ == "__main__":
    sys.exit(main())
