"""Train the embedded translator's adapter: ``python -m models.training.translator --help``.

LoRA (Hu et al. 2021) on every projection, with peft, or all weights of the projections, whose
change is then approximated by such an adapter. To be fast on a CPU, batches have examples of
similar length, padded on the right (so that a causal model needs no mask); hidden states are taken
at target positions only; and the loss covers the pieces that occur in any target instead of all
262,144. Weights are multiplied in bfloat16; the optimizer keeps its own in float32. The learning
rate rises, stays constant and falls at the end, so that a longer run can continue from where the
fall began.
"""

import argparse
import contextlib
import functools
import json
import math
import pickle
import random
import shutil
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import sacrebleu
import torch
from peft import LoraConfig, get_peft_model
from pydantic import BaseModel, ConfigDict, Field, NonNegativeFloat, ValidationError
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

from models import prompts
from models.packs import sha256_of
from models.runtimes.vocabulary import read_vocabulary
from models.tokenization import Tokenization, open_tokenization
from models.training import headlines, lowrank, wire
from models.training.dictionary import Dictionary, put_terms, read_dictionaries
from models.training.locks import locked
from models.training.pairs import BACK_ORIGIN, Pair, choose, clean, read_pairs, split
from teletipo.languages import name

_SORT_WINDOW = 64  # The number of batches within which examples are sorted by length.
_MAX_NEW_TOKENS = 160
# The logits of a whole vocabulary for each piece of each prompt take much memory.
_EVALUATED_TOGETHER = {"cpu": 4, "cuda": 64}
_LAST_FILE, _MEAN_FILE = "last.safetensors", "mean.safetensors"
_OPTIMIZER_FILE, _STATE_FILE = "optimizer.pt", "state.json"
_BASE_FILE = "model.safetensors"
_TAG = "<BT>"
_DOWN, _UP = ".lora_A.weight", ".lora_B.weight"


class Mix(BaseModel):
    """The settings of one translation direction."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    target: str
    passes: dict[str, tuple[NonNegativeFloat, NonNegativeFloat]]
    """By origin: the number of passes in the first part, and in the last."""
    terms: float = Field(default=0.0, ge=0, le=1)
    """Share of the examples that get terms in the target language, if the dictionary has any."""


class Config(BaseModel):
    """The content of ``translator.toml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int
    method: Literal["lora", "full"] = "lora"
    """Train LoRA's factors, or all weights of the projections."""
    rank: int = Field(gt=0)
    alpha: int = Field(gt=0)
    learning_rate: float = Field(gt=0)
    warmup_steps: int = Field(ge=0)
    decay_share: float = Field(gt=0, le=1)
    average_steps: int = Field(default=0, ge=0)
    """Length of the running mean of the weights, which is published; 0 for none."""
    max_batch_tokens: int = Field(gt=0)
    wire_sentences: int = Field(ge=0)
    wire_headlines: int = Field(default=0, ge=0)
    development_origins: tuple[str, ...]
    development_sentences: int = Field(gt=0)
    evaluate_every: int = Field(gt=0)
    save_every: int = Field(gt=0)
    patience: int = Field(gt=0)
    compile: bool
    mix: tuple[Mix, ...]


@dataclass(frozen=True)
class Example:
    """A pair as the model reads it: prompt and answer in one row of piece numbers."""

    ids: tuple[int, ...]
    answer_from: int
    pair: Pair


Batch = Sequence[Example]
Report = Callable[[str], None]
Dictionaries = Mapping[tuple[str, str], Dictionary]


class Batches(Protocol):
    """The batches of a run, in order."""

    def __len__(self) -> int: ...

    def __getitem__(self, step: int, /) -> Batch: ...


def load_config(path: Path) -> Config:
    """Raises ``OSError``; ``ValueError`` names the file, and the line or the setting."""
    try:
        return Config.model_validate(tomllib.loads(path.read_text("utf-8")))
    except ValidationError as error:
        fault = error.errors()[0]
        setting = ".".join(map(str, fault["loc"]))
        raise ValueError(f"{path}: {setting}: {fault['msg']}") from error
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def make_mix(
    pairs: Sequence[Pair],
    config: Config,
    generator: random.Random,
    dictionaries: Dictionaries | None = None,
) -> tuple[list[Pair], list[Pair]]:
    """Return the examples of the first part and of the last, each in random order."""
    found: dict[tuple[str, str, str], list[Pair]] = {}
    for pair in pairs:
        for each in (pair, pair.reversed()):
            found.setdefault((each.source, each.target, each.origin), []).append(each)
    parts: tuple[list[Pair], list[Pair]] = [], []
    for direction in config.mix:
        for origin, passes in direction.passes.items():
            own = found.get((direction.source, direction.target, origin), [])
            for part, share in zip(parts, passes, strict=True):
                chosen = choose(own, share, generator)
                if direction.terms and dictionaries:
                    dictionary = dictionaries[direction.source, direction.target]
                    chosen = [
                        (generator.random() < direction.terms
                         and put_terms(pair, dictionary, generator)) or pair
                        for pair in chosen
                    ]  # fmt: skip
                part += chosen
    for part in parts:
        generator.shuffle(part)
    return parts


def with_headlines(pairs: list[Pair], config: Config) -> list[Pair]:
    """Return the pairs with headlines as an origin of their own, if the mix has that origin."""
    has_them = any(headlines.ORIGIN in mix.passes for mix in config.mix)
    return headlines.marked(pairs) if has_them else pairs


def encode(pairs: Sequence[Pair], tokenization: Tokenization, ids: dict[str, int]) -> list[Example]:
    """Prompt and answer in the format of the "prompted" architecture (``models.architectures``).

    Sources that a model wrote are tagged, so that the others are not translated in their style
    (Caswell et al. 2019, "Tagged Back-Translation").
    """
    bos = tokenization.file.bos
    texts = [f"{_TAG} {pair.text}" if pair.origin == BACK_ORIGIN else pair.text for pair in pairs]
    prompted = tokenization.encode(
        [
            prompts.sentence_prompt(text, pair.source, pair.target)
            for text, pair in zip(texts, pairs, strict=True)
        ]
    )
    answers = tokenization.encode([prompts.answer(pair.translation, pair.target) for pair in pairs])
    examples = []
    for pair, prompt, answer in zip(pairs, prompted, answers, strict=True):
        before = [*([bos] if bos else []), *prompt]
        tokens = [*before, *answer, prompts.ANSWER_END]
        examples.append(Example(tuple(ids[token] for token in tokens), len(before), pair))
    return examples


def make_batches(
    examples: Sequence[Example], max_tokens: int, generator: random.Random
) -> list[Batch]:
    """Return batches of similar lengths, at most ``max_tokens`` with padding, in random order."""
    average = sum(len(each.ids) for each in examples) / max(1, len(examples))
    window = max(1, int(_SORT_WINDOW * max_tokens / max(1.0, average)))
    batches: list[Batch] = []
    for start in range(0, len(examples), window):
        own: list[list[Example]] = []
        for example in sorted(examples[start : start + window], key=lambda each: len(each.ids)):
            if own and len(example.ids) * (len(own[-1]) + 1) <= max_tokens:
                own[-1].append(example)
            else:
                own.append([example])
        generator.shuffle(own)
        batches += own
    return batches


class Trainer:
    """A base model that is trained step by step; it can be saved and resumed anywhere.

    It runs on ``device``: the CPU, or by default a CUDA device if there is one.
    """

    def __init__(
        self,
        base: Path,
        config: Config,
        batches: Batches,
        development: Sequence[Example],
        device: str | None = None,
    ) -> None:
        torch.manual_seed(config.seed)
        self._config = config
        self.batches = batches
        self._development = development
        self._base = base
        self._tokenization = open_tokenization(base)
        self._tokens = read_vocabulary(base)
        self.device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.bfloat16)
        self._model = _trainable(model, config).to(self.device)
        inner = self._model.base_model.model.model if config.method == "lora" else self._model.model
        self._inner = torch.compile(inner, dynamic=True) if config.compile else inner
        self._names = [n for n, p in self._model.named_parameters() if p.requires_grad]
        self._weights = [p for p in self._model.parameters() if p.requires_grad]
        self._masters = [w.detach().float().clone().requires_grad_() for w in self._weights]
        self._mean = [m.detach().clone() for m in self._masters]
        self._optimizer = torch.optim.AdamW(
            self._masters, lr=config.learning_rate, betas=(0.9, 0.98), weight_decay=0.0
        )
        vocabulary = model.get_output_embeddings().weight.detach()
        self._vocabulary = vocabulary
        self._row_of = torch.full((vocabulary.shape[0],), -100)
        self._rows = vocabulary[:0]
        used = {i for at in range(len(batches)) for each in batches[at] for i in _answer(each)}
        self._know(used | {i for each in development for i in _answer(each)})
        self.step = 0

    @property
    def steps(self) -> int:
        """The total number of steps."""
        return len(self.batches)

    @property
    def _mean_share(self) -> float:
        """The newest weights' share of the running mean, which starts with the first weights."""
        return 1 / self._config.average_steps if self._config.average_steps else 1.0

    @contextlib.contextmanager
    def averaged(self) -> Iterator[None]:
        """Use the running mean's weights within this block."""
        self._copy(self._mean)
        try:
            yield
        finally:
            self._copy(self._masters)

    def learn(self) -> float:
        """Train on the next batch; return the loss in nats per piece."""
        rate = self._config.learning_rate * schedule(self.step, self.steps, self._config)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        batch = self.batches[self.step]
        self._know({i for each in batch for i in _answer(each)})
        loss = self._loss(batch)
        loss.backward()
        for master, weight in zip(self._masters, self._weights, strict=True):
            master.grad = weight.grad.float() if weight.grad is not None else None
            weight.grad = None
        torch.nn.utils.clip_grad_norm_(self._masters, 1.0)
        self._optimizer.step()
        self._copy(self._masters)
        with torch.no_grad():
            for mean, master in zip(self._mean, self._masters, strict=True):
                mean.lerp_(master, self._mean_share)
        self.step += 1
        return float(loss.detach())

    def _know(self, pieces: set[int]) -> None:
        """Let the loss cover these pieces too."""
        asked = torch.tensor(sorted(pieces), dtype=torch.long)
        new = asked[self._row_of[asked] < 0]
        if len(new):
            self._row_of[new] = torch.arange(len(self._rows), len(self._rows) + len(new))
            self._rows = torch.cat([self._rows, self._vocabulary[new.to(self.device)]])

    def development_loss(self) -> float:
        """Return the loss in nats per piece over all development examples."""
        total = count = 0.0
        with torch.no_grad():
            for start in range(0, len(self._development), 16):
                batch = self._development[start : start + 16]
                pieces = sum(len(each.ids) - each.answer_from for each in batch)
                total += float(self._loss(batch)) * pieces
                count += pieces
        return total / max(1.0, count)

    def translate(self, prompts_ids: Sequence[Sequence[int]]) -> list[str]:
        """Decode greedily, all texts in one batch."""
        end = self._tokens.index(prompts.ANSWER_END)
        width = max(map(len, prompts_ids))
        ids = torch.tensor([[0] * (width - len(row)) + list(row) for row in prompts_ids])
        mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in prompts_ids])
        with torch.inference_mode():
            written = self._model.generate(
                input_ids=ids.to(self.device),
                attention_mask=mask.to(self.device),
                max_new_tokens=_MAX_NEW_TOKENS,
                do_sample=False,
                eos_token_id=[end, 1],
                pad_token_id=0,
            )[:, width:].tolist()
        rows = [row[: row.index(end)] if end in row else row for row in written]
        return self._tokenization.decode([[self._tokens[i] for i in row] for row in rows])

    def evaluate(self, most: int | None = None) -> dict[str, tuple[float, float]]:
        """Return BLEU and chrF of each direction's development examples, the first ``most``."""
        scores = {}
        together = _EVALUATED_TOGETHER[torch.device(self.device).type]
        directions: dict[tuple[str, str], list[Example]] = {}
        for each in self._development:
            directions.setdefault((each.pair.source, each.pair.target), []).append(each)
        for (source, target), every in directions.items():
            examples = every[:most]
            asked = [each.ids[: each.answer_from] for each in examples]
            found = [
                text
                for start in range(0, len(asked), together)
                for text in self.translate(asked[start : start + together])
            ]
            wanted = [[each.pair.translation for each in examples]]
            tokenize = "zh" if target.startswith("zh") else "13a"
            bleu = sacrebleu.corpus_bleu(found, wanted, tokenize=tokenize).score
            scores[f"{source}-{target}"] = (bleu, sacrebleu.corpus_chrf(found, wanted).score)
        return scores

    def save(self, directory: Path, **notes: Any) -> None:
        """Save everything needed to resume, atomically; ``notes`` are returned by ``resume``.

        Raises ``OSError``, for example where the disk is full; ``directory`` is then not made.
        """
        scratch = directory.with_name(f".{directory.name}")
        shutil.rmtree(scratch, ignore_errors=True)
        state = {"step": self.step, "base_sha256": self._base_sha256, **notes}
        try:
            scratch.mkdir(parents=True)
            save_file(self._state(self._masters, torch.float32), scratch / _LAST_FILE)
            save_file(self._state(self._mean, torch.float32), scratch / _MEAN_FILE)
            with (scratch / _OPTIMIZER_FILE).open("wb") as file:
                torch.save(self._optimizer.state_dict(), file)
            (scratch / _STATE_FILE).write_text(json.dumps(state), "utf-8")
            shutil.rmtree(directory, ignore_errors=True)
            scratch.rename(directory)
        except (OSError, SafetensorError, RuntimeError) as error:
            shutil.rmtree(scratch, ignore_errors=True)
            raise OSError(f"{directory} cannot be written: {error}") from error

    @functools.cached_property
    def _base_sha256(self) -> str:
        return sha256_of(self._base / _BASE_FILE)

    def start(self, adapter: Path, *, grow: bool = False) -> None:
        """Start from the weights of an adapter file or an earlier run's checkpoint.

        With ``grow`` an adapter of a lower rank will do, and one where all weights are trained.
        Raises ``OSError``, and ``ValueError`` for another base, rank or scale.
        """
        file = adapter / _MEAN_FILE if adapter.is_dir() else adapter
        if grow and not adapter.is_dir():
            self._put(*_read(file), file, self._masters)
        else:
            self._load(file, self._masters)
        with torch.no_grad():
            for mean, master in zip(self._mean, self._masters, strict=True):
                mean.copy_(master)
        self._copy(self._masters)

    @contextlib.contextmanager
    def written(self, adapter: Path) -> Iterator[None]:
        """Use the weights of an adapter that ``write_adapter`` wrote within this block.

        Raises ``OSError``, ``ValueError``.
        """
        if self._config.method == "lora":
            weights = [torch.zeros_like(master) for master in self._masters]
        else:
            base = load_file(self._base / _BASE_FILE)
            weights = [base[_short(name_)].to(self.device).float() for name_ in self._names]
        self._put(*_read(adapter), adapter, weights)
        self._copy(weights)
        try:
            yield
        finally:
            self._copy(self._masters)

    def _put(
        self,
        state: dict[str, torch.Tensor],
        scaling: float,
        file: Path,
        weights: Sequence[torch.Tensor],
    ) -> None:
        """Set the weights so that they make the same change as an adapter's factors."""
        own = dict(zip(map(_short, self._names), weights, strict=True))
        shapes = self._shapes()
        found = {
            module: (state[module + _UP].shape[0], state[module + _DOWN].shape[1])
            for module in shapes
            if module + _UP in state and module + _DOWN in state
        }
        if found != shapes or len(state) != 2 * len(shapes):
            raise ValueError(f"{file} is of another base model")
        with torch.no_grad():
            for module in shapes:
                up, down = (state[module + ending].to(self.device, torch.float32)
                            for ending in (_UP, _DOWN))  # fmt: skip
                if self._config.method == "full":
                    own[f"{module}.weight"] += scaling * up @ down
                    continue
                rank = down.shape[0]
                if rank > self._config.rank:
                    raise ValueError(f"{file} has rank {rank}, more than {self._config.rank}")
                own[module + _UP].zero_()
                own[module + _UP][:, :rank] = up * (scaling / self._scaling)
                own[module + _DOWN][:rank] = down

    def _load(self, file: Path, weights: Sequence[torch.Tensor]) -> None:
        state, scaling = _read(file, self._scaling)
        names = [_short(name_) for name_ in self._names]
        fits = state.keys() == set(names) and all(
            state[name_].shape == weight.shape for name_, weight in zip(names, weights, strict=True)
        )
        if not fits or scaling != self._scaling:
            raise ValueError(f"{file} is of another base model, rank or scale")
        with torch.no_grad():
            for name_, weight in zip(names, weights, strict=True):
                weight.copy_(state[name_])

    def resume(self, directory: Path) -> dict[str, Any]:
        """Resume from what ``save`` wrote; return its notes. Raises ``OSError``, ``ValueError``."""
        path = directory / _STATE_FILE
        try:
            state: dict[str, Any] = json.loads(path.read_text("utf-8"))
            step = int(state["step"])
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path} is not a checkpoint's state: {error!r}") from error
        if state.get("base_sha256", self._base_sha256) != self._base_sha256:
            raise ValueError(f"{path} is of another base model: {state['base_sha256']}")
        self._load(directory / _LAST_FILE, self._masters)
        self._load(directory / _MEAN_FILE, self._mean)
        file = directory / _OPTIMIZER_FILE
        try:
            own = torch.load(file, weights_only=True, map_location=self.device)
            self._optimizer.load_state_dict(own)
        except (RuntimeError, ValueError, EOFError, pickle.UnpicklingError) as error:
            raise ValueError(f"{file} cannot be read: {error}") from error
        self.step = step
        self._copy(self._masters)
        return state

    def largest_rank(self, size_bytes: int) -> int:
        """Return the highest rank whose adapter, in float16, is no larger than this."""
        shapes = self._shapes().values()
        return min(size_bytes // (2 * sum(map(sum, shapes))), max(map(min, shapes)))

    def _shapes(self) -> dict[str, tuple[int, int]]:
        """Outputs and inputs of each trained projection."""
        own = dict(zip(map(_short, self._names), self._masters, strict=True))
        if self._config.method == "full":
            return {
                name_.removesuffix(".weight"): (weight.shape[0], weight.shape[1])
                for name_, weight in own.items()
            }
        return {
            name_.removesuffix(_DOWN): (own[name_.removesuffix(_DOWN) + _UP].shape[0], w.shape[1])
            for name_, w in own.items()
            if name_.endswith(_DOWN)
        }

    def write_adapter(self, path: Path, rank: int | None = None) -> float:
        """Write the running mean in float16, which numpy can read; see ``models.adapter``.

        The change is ``alpha / rank · B · A``; the factor is in the file's metadata. If all weights
        were trained, or the factors have a higher rank than ``rank``, the nearest change of that
        rank is written. Return the share of the change (squared singular values) that is lost.
        Raises ``OSError``.
        """
        scratch = path.with_name(f".{path.name}")
        state = self._state(self._mean, torch.float16)
        lost, scaling = 0.0, self._scaling
        if self._config.method == "full" or (rank and rank < self._config.rank):
            state, lost = self._reduced(rank or self._config.rank)
            scaling = 1.0
        try:
            save_file(state, scratch, {"scaling": str(scaling)})
            scratch.rename(path)
        except (OSError, SafetensorError) as error:
            scratch.unlink(missing_ok=True)
            raise OSError(f"{path} cannot be written: {error}") from error
        return lost

    def _reduced(self, rank: int) -> tuple[dict[str, torch.Tensor], float]:
        mean = self._state(self._mean, torch.float32)
        base = load_file(self._base / _BASE_FILE) if self._config.method == "full" else {}
        state: dict[str, torch.Tensor] = {}
        lost = whole = 0.0
        for module in self._shapes():
            if base:
                change = mean[f"{module}.weight"] - base[f"{module}.weight"].float()
                reduced = lowrank.of_matrix(change.numpy(), rank)
            else:
                up, down = mean[module + _UP], mean[module + _DOWN]
                reduced = lowrank.of_product(self._scaling * up.numpy(), down.numpy(), rank)
            for ending, factor in ((_DOWN, reduced.down), (_UP, reduced.up)):
                state[module + ending] = torch.from_numpy(np.ascontiguousarray(factor, np.float16))
            lost += reduced.lost
            whole += reduced.whole
        return state, lost / whole if whole else 0.0

    @property
    def _scaling(self) -> float:
        return self._config.alpha / self._config.rank

    def _state(
        self, weights: Sequence[torch.Tensor], dtype: torch.dtype
    ) -> dict[str, torch.Tensor]:
        return {
            _short(name_): weight.detach().to("cpu", dtype).contiguous()
            for name_, weight in zip(self._names, weights, strict=True)
        }

    def _copy(self, weights: Sequence[torch.Tensor]) -> None:
        with torch.no_grad():
            for kept, weight in zip(weights, self._weights, strict=True):
                weight.copy_(kept)

    def _loss(self, batch: Batch) -> torch.Tensor:
        width = max(len(each.ids) for each in batch)
        ids = torch.zeros((len(batch), width), dtype=torch.long)
        wanted = torch.full((len(batch), width), -100)
        for row, each in enumerate(batch):
            ids[row, : len(each.ids)] = torch.tensor(each.ids)
            answer = torch.tensor(each.ids[each.answer_from :])
            wanted[row, each.answer_from - 1 : len(each.ids) - 1] = self._row_of[answer]
        hidden = self._inner(input_ids=ids.to(self.device), use_cache=False).last_hidden_state
        is_answer = (wanted != -100).to(self.device)
        logits = (hidden[is_answer] @ self._rows.T).float()
        return torch.nn.functional.cross_entropy(logits, wanted.to(self.device)[is_answer])


def schedule(step: int, steps: int, config: Config) -> float:
    """Return the share of the learning rate: rising, constant, then falling as 1 - √x.

    Hägele et al. 2024, "Scaling Laws and Compute-Optimal Training Beyond Fixed Training Durations".
    """
    if step < config.warmup_steps:
        return (step + 1) / config.warmup_steps
    falling = max(1, int(steps * config.decay_share))
    begun = step - (steps - falling)
    return 1.0 if begun <= 0 else 1.0 - math.sqrt(begun / falling)


def _trainable(model: Any, config: Config) -> Any:
    """The model with only those weights trainable that the method trains."""
    if config.method == "lora":
        return get_peft_model(
            model,
            LoraConfig(r=config.rank, lora_alpha=config.alpha, target_modules="all-linear"),
            autocast_adapter_dtype=False,
        )
    model.requires_grad_(False)
    for module in model.modules():
        if isinstance(module, torch.nn.Linear) and module is not model.get_output_embeddings():
            module.weight.requires_grad_(True)
    return model


def _answer(example: Example) -> tuple[int, ...]:
    return example.ids[example.answer_from :]


def _read(file: Path, scaling: float = 1.0) -> tuple[dict[str, torch.Tensor], float]:
    """A file's tensors and its scale, by default ``scaling``."""
    try:
        state = load_file(file)
        with safe_open(file, "pt") as opened:
            return state, float((opened.metadata() or {}).get("scaling", scaling))
    except SafetensorError as error:
        raise ValueError(f"{file} cannot be read: {error}") from error


def _short(name_: str) -> str:
    return name_.removeprefix("base_model.model.").replace(".default.", ".")


@dataclass(frozen=True)
class Material:
    """What a run learns from, and what it is measured on."""

    config: Config
    learn: Sequence[Pair]
    development: Sequence[Example]
    encode: Callable[[Sequence[Pair]], list[Example]]

    def batches(
        self, generator: random.Random, dictionaries: Dictionaries | None, report: Report
    ) -> tuple[list[Batch], list[Batch]]:
        """Return the batches of the first part and of the last, in random order."""
        parts = make_mix(self.learn, self.config, generator, dictionaries)
        counts = Counter((pair.source, pair.target) for part in parts for pair in part)
        report(f"{len(parts[0])} + {len(parts[1])} examples: {_named(counts)}")
        first, last = (
            make_batches(self.encode(part), self.config.max_batch_tokens, generator)
            for part in parts
        )
        return first, last


def read_material(base: Path, data: Path, config: Config, report: Report) -> Material:
    """Read the data; rows of a folder are cleaned here. Raises ``OSError``, ``ValueError``."""
    ids = {token: number for number, token in enumerate(read_vocabulary(base))}
    pairs = read_pairs(data)
    if data.is_dir():
        pairs, dropped = clean(pairs)
        report(f"dropped: {dict(dropped.most_common())}")
    report(f"{len(pairs)} pairs")
    learn, develop = split(pairs, config.development_origins)
    learn = with_headlines(learn, config)
    learn += wire.pairs(config.wire_sentences, config.seed)
    learn += wire.headline_pairs(config.wire_headlines, config.seed)
    encode_ = functools.partial(encode, tokenization=open_tokenization(base), ids=ids)
    development = []
    for source, target in sorted({(mix.source, mix.target) for mix in config.mix}):
        own = [each for pair in develop for each in (pair, pair.reversed())
               if (each.source, each.target) == (source, target)]  # fmt: skip
        development += encode_(own[: config.development_sentences])
    return Material(config, learn, development, encode_)


def checkpoints(out: Path) -> list[Path]:
    """Return a run's checkpoints, the oldest first."""
    return sorted(out.glob("checkpoint-*"), key=lambda path: int(path.name.split("-")[1]))


def remove_broken(out: Path) -> None:
    """Remove what is left of a checkpoint that was not written to the end. Raises ``OSError``."""
    for broken in out.glob(".checkpoint-*"):
        shutil.rmtree(broken)


def save_checkpoint(trainer: Trainer, out: Path, **notes: Any) -> None:
    """Save a checkpoint and remove all but it and the one before. Raises ``OSError``."""
    trainer.save(out / f"checkpoint-{trainer.step}", **notes)
    for old in checkpoints(out)[:-2]:
        shutil.rmtree(old)


def train(
    base: Path,
    data: Path,
    out: Path,
    config: Config,
    report: Report,
    max_steps: int | None = None,
    start: Path | None = None,
    dictionaries: Dictionaries | None = None,
) -> None:
    """Train, from the last checkpoint in ``out`` if there is one.

    ``data`` is a folder of rows, which are cleaned here, or a file of ``models.training.pairs``.
    ``max_steps`` shortens the first part of the run, so that the learning rate falls sooner.
    ``start`` is an adapter file or an earlier run's checkpoint to take the initial weights from.
    Raises ``OSError``, ``ValueError``; ``BlockingIOError`` while another run uses ``out``.
    """
    with locked(out, "training"):
        remove_broken(out)
        material = read_material(base, data, config, report)
        generator = random.Random(config.seed)  # noqa: S311
        first, last = material.batches(generator, dictionaries, report)
        if max_steps is not None:
            first = first[: max(0, max_steps - len(last))]
        trainer = Trainer(base, config, [*first, *last], material.development)
        if found := checkpoints(out):
            trainer.resume(found[-1])
            report(f"continued after step {trainer.step}")
        elif start:
            trainer.start(start)
        _run(trainer, out, config, report)
        trainer.write_adapter(out / "adapter.safetensors")


def _run(trainer: Trainer, out: Path, config: Config, report: Report) -> None:
    started, begun, done = time.monotonic(), trainer.step, 0
    losses: list[float] = []
    best, worse = math.inf, 0
    while trainer.step < trainer.steps:
        done += len(trainer.batches[trainer.step])
        losses.append(trainer.learn())
        step = trainer.step
        if step % 20 == 0:
            seconds = time.monotonic() - started
            left = seconds / (step - begun) * (trainer.steps - step)
            report(
                f"step {step}/{trainer.steps}  loss {sum(losses[-100:]) / len(losses[-100:]):.3f}"
                f"  {done} pairs, {done / seconds:.1f} a second  {left / 60:.0f} min left"
            )
        if step % config.save_every == 0:
            save_checkpoint(trainer, out)
        if step % config.evaluate_every == 0 or step == trainer.steps:
            with trainer.averaged():
                loss = trainer.development_loss()
                found = trainer.evaluate().items()
            scores = "  ".join(f"{pair} {bleu:.1f}/{chrf:.1f}" for pair, (bleu, chrf) in found)
            report(f"step {step}  development loss {loss:.3f}  BLEU/chrF {scores}")
            best, worse = (loss, 0) if loss < best else (best, worse + 1)
            if worse >= config.patience:
                report("the development loss falls no more")
                return


def _named(counts: Counter[tuple[str, str]]) -> str:
    return ", ".join(
        f"{name(source)} to {name(target)} {count}"
        for (source, target), count in sorted(counts.items())
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 trained, 1 base, data or configuration cannot be read, 2 wrong usage."""
    parser = argparse.ArgumentParser(
        prog="python -m models.training.translator", description=__doc__
    )
    parser.add_argument("--base", type=Path, required=True, help="the base model's directory, as "
                        "built for the transformers runtime")  # fmt: skip
    parser.add_argument("--data", type=Path, required=True, help="a folder with es-en.tsv and "
                        "en-zh.tsv, or a file of models.training.pairs")  # fmt: skip
    parser.add_argument("--out", type=Path, required=True, help="checkpoints and the adapter")
    parser.add_argument("--config", type=Path, default=Path(__file__).with_name("translator.toml"))
    parser.add_argument("--steps", type=int, help="maximum number of steps")
    parser.add_argument(
        "--start",
        type=Path,
        help="start from the weights of this adapter.safetensors or checkpoint",
    )
    parser.add_argument("--names", type=Path, help="names.tsv: Spanish, English, Chinese, origin")
    parser.add_argument("--cedict", type=Path, help="CC-CEDICT; needed with --names if the "
                        "configuration sets a share of terms")  # fmt: skip
    parser.add_argument("--threads", type=int, help="default: all cores")
    options = parser.parse_args(arguments)
    if options.threads:
        torch.set_num_threads(options.threads)
    started = time.monotonic()

    def report(line: str) -> None:
        print(f"[{time.monotonic() - started:6.0f} s] {line}", file=sys.stderr, flush=True)

    try:
        config = load_config(options.config)
        if any(mix.terms for mix in config.mix) and not (options.names and options.cedict):
            parser.error("the configuration sets a share of terms: give --names and --cedict")
        dictionaries = read_dictionaries(options.names, options.cedict) if options.names else None
        train(options.base, options.data, options.out, config, report, options.steps,
              options.start, dictionaries)  # fmt: skip
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
