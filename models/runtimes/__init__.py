"""One Protocol for all inference libraries: the same input tokens give the same output tokens."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Search:
    """Decoding parameters for all inputs of one call.

    Greedy search for ``beam_size`` 1, otherwise beam search; never sampling. Beam search ends when
    ``beam_size`` hypotheses are finished. Scores are divided by length to the power of
    ``length_penalty``.
    """

    beam_size: int = 1
    hypotheses: int = 1
    """How many hypotheses to return, at most ``beam_size``. More cost no extra time."""
    length_penalty: float = 1.0
    no_repeat_ngram_size: int = 0
    min_length: int = 1
    """In tokens without the prefix; for encoder-decoder models only. Maximum lengths include the
    end token."""
    target_prefix: tuple[str, ...] = ()
    static_prompt: tuple[str, ...] = ()
    end_tokens: tuple[str, ...] = ()
    scored: bool = False
    """Whether to return each hypothesis's score."""


@dataclass(frozen=True)
class Output:
    """A model's output without prompt, prefix and end token."""

    tokens: tuple[str, ...]
    finished: bool
    """Whether the output ended with an end token rather than at the length limit."""
    others: tuple["Output", ...] = field(default=(), compare=False)
    """The other hypotheses, best first, if more than one was requested."""
    score: float = field(default=0.0, compare=False)
    """The search score, if requested: log-likelihood divided by the length in tokens to the power
    of the length penalty."""


class Runtime(Protocol):
    """Runs one generating model."""

    def __init__(
        self, model_dir: Path, quantization: str, threads: int, *, decoder_only: bool
    ) -> None: ...

    def load(self) -> None:
        """Read the weights now instead of at first use.

        Raises ``PackCorrupt``, ``UnsupportedModel``.
        """

    def generate(
        self, inputs: Sequence[Sequence[str]], max_lengths: Sequence[int], search: Search
    ) -> list[Output]:
        """Return the best hypothesis for each input, in order, within that input's length limit.

        Deterministic; an input's limit does not depend on the rest of its batch.
        """

    def score(
        self, inputs: Sequence[Sequence[str]], outputs: Sequence[Sequence[str]], search: Search
    ) -> list[list[float]]:
        """Return how likely each output's tokens are after its input, in order.

        Natural logarithms of probabilities, one a token, and one more for the end token (the first
        of ``search.end_tokens``). Of ``search``, only tokens are used, not parameters.
        """


class Encoder(Protocol):
    """Runs one encoder model."""

    def __init__(self, model_dir: Path, quantization: str, threads: int) -> None: ...

    def load(self) -> None:
        """Read the weights now instead of at first use.

        Raises ``PackCorrupt``, ``UnsupportedModel``.
        """

    def encode(self, inputs: Sequence[Sequence[str]]) -> list[list[float]]:
        """Return the mean of each input's last hidden states, in order. Deterministic."""


def batches(
    lengths: Sequence[int],
    max_tokens: int,
    max_rows: int | None = None,
    max_spread: int | None = None,
) -> list[list[int]]:
    """Return batches of input indices, each at most ``max_tokens`` with padding.

    A batch holds at most ``max_rows`` inputs, whose lengths differ by at most ``max_spread``. The
    longest inputs come first, so memory use peaks at the start. An input longer than
    ``max_tokens`` gets its own batch.
    """
    order = sorted(range(len(lengths)), key=lambda index: -lengths[index])
    result: list[list[int]] = []
    for index in order:
        longest = lengths[result[-1][0]] if result else 0
        if (
            result
            and longest * (len(result[-1]) + 1) <= max_tokens
            and (max_rows is None or len(result[-1]) < max_rows)
            and (max_spread is None or longest - lengths[index] <= max_spread)
        ):
            result[-1].append(index)
        else:
            result.append([index])
    return result
