"""The CTranslate2 runtime: fast on a CPU, without torch."""

import ctypes
import logging
import platform
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import ctranslate2

from models.runtimes import Output, Search, batches
from teletipo.errors import PackCorrupt, UnsupportedModel

# In tokens with padding. Larger batches are no faster on a few cores and need more memory for keys
# and values; a decoder-only model also keeps those of its prompt.
_MAX_BATCH_TOKENS = 1024
_MAX_PROMPTED_BATCH_TOKENS = 768
# Scores take the whole vocabulary's logits of every token.
_MAX_SCORED_BATCH_TOKENS = 64
# Batches that workers of one core each decode at the same time; larger ones are slower.
MAX_ROWS, _MAX_PROMPTED_ROWS = 8, 4
# A decoder-only model reads a batch's prompts at once only up to the shortest one's end, and the
# rest of the others token by token: prompts of a batch differ by at most so many tokens.
_MAX_PROMPT_SPREAD = 10
CPU_INFO = Path("/proc/cpuinfo")


class CTranslate2Runtime:
    """An encoder-decoder or a decoder-only model in CTranslate2's format."""

    def __init__(
        self, model_dir: Path, quantization: str, threads: int, *, decoder_only: bool
    ) -> None:
        self._model_dir = model_dir
        self._compute_type = quantization
        self._threads = threads
        self._decoder_only = decoder_only
        self._loaded: Any = None

    def load(self) -> None:
        """See ``Runtime.load``."""
        if self._loaded is None:
            kind = ctranslate2.Generator if self._decoder_only else ctranslate2.Translator
            # Workers of one core each are faster than one worker of several: docs/speed.md.
            self._loaded = _load(kind, self._model_dir, self._compute_type, self._threads, 1)

    def generate(
        self, inputs: Sequence[Sequence[str]], max_lengths: Sequence[int], search: Search
    ) -> list[Output]:
        """See ``Runtime.generate``."""
        self.load()
        decode = self._continue if self._decoder_only else self._translate
        # Queue all batches before waiting for the first, so that no core is idle between them.
        queued = []
        for batch in self._batches(inputs):
            max_length = max(max_lengths[index] for index in batch)
            queued.append((batch, decode([inputs[index] for index in batch], max_length, search)))
        outputs: dict[int, Output] = {}
        for batch, results in queued:
            for index, result in zip(batch, results, strict=True):
                outputs[index] = self._output(result.result(), search)
        for index, output in outputs.items():
            limit = max_lengths[index]
            if len(output.tokens) + output.finished <= limit:
                continue
            # Decoded with the batch's longest limit, it exceeded its own.
            if search.beam_size == 1:
                outputs[index] = Output(output.tokens[:limit], finished=False)
            else:
                (result,) = decode([inputs[index]], limit, search)
                outputs[index] = self._output(result.result(), search)
        return [outputs[index] for index in range(len(inputs))]

    def score(
        self, inputs: Sequence[Sequence[str]], outputs: Sequence[Sequence[str]], search: Search
    ) -> list[list[float]]:
        """See ``Runtime.score``."""
        self.load()
        if self._decoder_only:
            tails = [[*tokens, *search.end_tokens[:1]] for tokens in outputs]
            texts = [
                [*search.static_prompt, *tokens, *tail]
                for tokens, tail in zip(inputs, tails, strict=True)
            ]
        else:
            # CTranslate2 adds the end token itself.
            tails = [[*tokens, ""] for tokens in outputs]
            texts = [[*search.target_prefix, *tokens] for tokens in outputs]
        lengths = [
            len(text) + (0 if self._decoder_only else len(tokens))
            for text, tokens in zip(texts, inputs, strict=True)
        ]
        queued = []
        for batch in batches(lengths, _MAX_SCORED_BATCH_TOKENS):
            scored = [texts[index] for index in batch]
            if self._decoder_only:
                results = self._loaded.score_batch(scored, asynchronous=True)
            else:
                sources = [list(inputs[index]) for index in batch]
                results = self._loaded.score_batch(sources, scored, asynchronous=True)
            queued.append((batch, results))
        scores: dict[int, list[float]] = {}
        for batch, results in queued:
            for index, result in zip(batch, results, strict=True):
                scores[index] = list(result.result().log_probs)[-len(tails[index]) :]
        return [scores[index] for index in range(len(inputs))]

    def _batches(self, inputs: Sequence[Sequence[str]]) -> list[list[int]]:
        """Batches by length, small enough that every worker has one."""
        lengths = [len(tokens) for tokens in inputs]
        share = -(-len(inputs) // self._threads)
        if self._decoder_only:
            rows = min(share, _MAX_PROMPTED_ROWS)
            return batches(lengths, _MAX_PROMPTED_BATCH_TOKENS, rows, _MAX_PROMPT_SPREAD)
        return batches(lengths, _MAX_BATCH_TOKENS, min(share, MAX_ROWS))

    def _translate(self, inputs: list[Sequence[str]], max_length: int, search: Search) -> Any:
        prefix = list(search.target_prefix)
        return self._loaded.translate_batch(
            inputs,
            target_prefix=[prefix] * len(inputs) if prefix else None,
            asynchronous=True,
            beam_size=search.beam_size,
            num_hypotheses=search.hypotheses,
            length_penalty=search.length_penalty,
            no_repeat_ngram_size=search.no_repeat_ngram_size,
            min_decoding_length=len(prefix) + search.min_length,
            max_decoding_length=len(prefix) + max_length,
            # No truncation: the caller has already excluded texts that are too long.
            max_input_length=0,
            return_end_token=True,
            return_scores=search.scored,
        )

    def _continue(self, inputs: list[Sequence[str]], max_length: int, search: Search) -> Any:
        return self._loaded.generate_batch(
            inputs,
            static_prompt=list(search.static_prompt) or None,
            cache_static_prompt=True,
            include_prompt_in_result=False,
            asynchronous=True,
            beam_size=search.beam_size,
            num_hypotheses=search.hypotheses,
            length_penalty=search.length_penalty,
            no_repeat_ngram_size=search.no_repeat_ngram_size,
            max_length=max_length,
            end_token=list(search.end_tokens),
            return_end_token=True,
            return_scores=search.scored,
        )

    def _output(self, result: Any, search: Search) -> Output:
        if self._decoder_only:
            sequences = result.sequences
        else:
            sequences = [tokens[len(search.target_prefix) :] for tokens in result.hypotheses]
        outputs = [_ended(tokens, search) for tokens in sequences]
        if search.scored:
            pairs = zip(outputs, result.scores, strict=True)
            outputs = [replace(output, score=score) for output, score in pairs]
        best, *others = outputs
        return replace(best, others=tuple(others))


class CTranslate2Encoder:
    """A BERT in CTranslate2's format."""

    def __init__(self, model_dir: Path, quantization: str, threads: int) -> None:
        self._model_dir = model_dir
        self._compute_type = quantization
        self._threads = threads
        self._loaded: Any = None

    def load(self) -> None:
        """See ``Encoder.load``."""
        if self._loaded is None:
            self._loaded = _load(
                ctranslate2.Encoder, self._model_dir, self._compute_type, 1, self._threads
            )

    def encode(self, inputs: Sequence[Sequence[str]]) -> list[list[float]]:
        """See ``Encoder.encode``."""
        self.load()
        means: dict[int, list[float]] = {}
        for batch in batches([len(tokens) for tokens in inputs], _MAX_BATCH_TOKENS):
            output = self._loaded.forward_batch([list(inputs[index]) for index in batch])
            states = output.last_hidden_state.to(ctranslate2.DataType.float32)
            _, width, size = states.shape
            # Read the memory through NumPy's array interface (version 3), without NumPy.
            numbers = (ctypes.c_float * (len(batch) * width * size)).from_address(
                states.__array_interface__["data"][0]
            )
            for place, index in enumerate(batch):
                count = len(inputs[index])
                start = place * width * size
                rows = numbers[start : start + count * size]
                means[index] = [sum(rows[column::size]) / count for column in range(size)]
        return [means[index] for index in range(len(inputs))]


def _load(kind: Any, model_dir: Path, compute_type: str, workers: int, threads: int) -> Any:
    """Load a model for ``workers`` that decode at the same time, with ``threads`` each."""
    try:
        return kind(
            str(model_dir),
            compute_type=computable(compute_type),
            inter_threads=workers,
            intra_threads=threads,
        )
    except ValueError as error:
        supported = ", ".join(sorted(ctranslate2.get_supported_compute_types("cpu")))
        raise UnsupportedModel(
            f"This machine cannot run {model_dir} in {compute_type}: {error} "
            f"Build the pack with --quantization set to one of: {supported}."
        ) from error
    except (OSError, RuntimeError) as error:
        raise PackCorrupt(f"The model in {model_dir} does not load: {error}") from error


def computable(compute_type: str) -> str:
    """Return the number type to compute in: float32 for int8 where its sums overflow.

    x86 processors without VNNI add two products of int8 numbers in 16 bits, which saturate. A model
    with widely spread weights, as ours, then writes nonsense. The weights stay int8 in the pack.
    """
    if compute_type.startswith("int8") and _sums_overflow():
        logging.getLogger(__name__).warning(
            "This processor has no VNNI: int8 models are computed in float32, which takes about "
            "twice the time."
        )
        return "float32"
    return compute_type


def _sums_overflow() -> bool:
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return False
    try:
        flags = re.search(r"^flags\s*:(.*)$", CPU_INFO.read_text("utf-8"), re.MULTILINE)
    except OSError:
        return False
    return flags is not None and "vnni" not in flags[1]


def _ended(tokens: list[str], search: Search) -> Output:
    finished = bool(tokens) and tokens[-1] in search.end_tokens
    return Output(tuple(tokens[:-1] if finished else tokens), finished)
