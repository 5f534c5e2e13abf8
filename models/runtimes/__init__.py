"""Inference libraries behind one Protocol: the same tokens in, the same tokens out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Search:
    """How to decode, for all the inputs of one call.

    Greedy for ``beam_size`` 1, beam search above; never sampled. Beam search ends when as many
    hypotheses as there are beams are finished; their scores are divided by length to the power of
    ``length_penalty``.
    """

    beam_size: int = 1
    hypotheses: int = 1
    """How many to tell of, at most ``beam_size``: they cost nothing more."""
    length_penalty: float = 1.0
    no_repeat_ngram_size: int = 0
    min_length: int = 1
    """In tokens, without the prefix; of encoder-decoder models only. (A length limit counts the
    end as well.)"""
    target_prefix: tuple[str, ...] = ()
    static_prompt: tuple[str, ...] = ()
    end_tokens: tuple[str, ...] = ()
    scored: bool = False
    """Tell each hypothesis's score."""


@dataclass(frozen=True)
class Output:
    """What a model wrote: without prompt, prefix and end token."""

    tokens: tuple[str, ...]
    finished: bool
    """The model ended by itself, rather than at its length limit."""
    others: tuple["Output", ...] = field(default=(), compare=False)
    """The next best ones, where more than one hypothesis was asked for."""
    score: float = field(default=0.0, compare=False)
    """What the search ranks by, where it was asked for: the logarithm of the likelihood, divided by
    the length in tokens to the power of the length penalty."""


class Runtime(Protocol):
    """One model."""

    def __init__(
        self, model_dir: Path, quantization: str, threads: int, *, decoder_only: bool
    ) -> None: ...

    def load(self) -> None:
        """Read the weights now rather than at first use.

        Raises ``PackCorrupt``, ``UnsupportedModel``.
        """

    def generate(
        self, inputs: Sequence[Sequence[str]], max_lengths: Sequence[int], search: Search
    ) -> list[Output]:
        """The best hypothesis for each input, in order, each within its own length limit.

        Deterministic; what an input is batched with does not change its limit.
        """


class Encoder(Protocol):
    """One model that reads, and does not write."""

    def __init__(self, model_dir: Path, quantization: str, threads: int) -> None: ...

    def load(self) -> None:
        """Read the weights now rather than at first use.

        Raises ``PackCorrupt``, ``UnsupportedModel``.
        """

    def encode(self, inputs: Sequence[Sequence[str]]) -> list[list[float]]:
        """The mean of each input's last hidden states, in order. Deterministic."""


def batches(lengths: Sequence[int], max_tokens: int) -> list[list[int]]:
    """Indices in order of length, cut so that no batch with its padding passes ``max_tokens``.

    The longest come first, so that memory is at its peak at once. An input that alone is longer
    makes a batch of its own.
    """
    order = sorted(range(len(lengths)), key=lambda index: -lengths[index])
    result: list[list[int]] = []
    for index in order:
        if result and lengths[result[-1][0]] * (len(result[-1]) + 1) <= max_tokens:
            result[-1].append(index)
        else:
            result.append([index])
    return result
