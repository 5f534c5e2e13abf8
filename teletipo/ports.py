"""What the domain needs from outside, as Protocols: models behind a pack, and an object store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Hypothesis:
    """One candidate translation."""

    text: str
    finished: bool
    """The model ended the sentence itself, rather than being cut at its length limit."""
    echoes_prompt: bool = False
    """The text repeats the examples that the model was shown, not the sentence it was given."""
    others: tuple["Hypothesis", ...] = field(default=(), compare=False)
    """The next best ones of the same search."""
    score: float = field(default=0.0, compare=False)
    """What the search ranks by: the log likelihood, divided by the length in tokens to the power
    of the length penalty. Zero where the pack does not score."""


@dataclass(frozen=True)
class Quality:
    """How good the translations of one language pair were measured to be."""

    bleu: float
    chrf: float
    test_set: str
    draft: bool
    """True where the text is a help to a translator, not something to publish."""


@dataclass(frozen=True)
class Hop:
    """One translation step that a pack can do."""

    source: str
    target: str


@dataclass(frozen=True)
class ModelInfo:
    """A model's name, and the sha-256 of its published weights."""

    name: str
    sha256: str


class Abstracter(Protocol):
    """An abstractive summarizer for one language."""

    @property
    def window_tokens(self) -> int:
        """How much it reads at once; a longer text gets an empty hypothesis, never a cut one."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The length of each text in the model's tokens."""
        ...

    def summarize(self, texts: Sequence[str]) -> list[Hypothesis]:
        """The summary of each text, in order. Deterministic."""
        ...


class Embedder(Protocol):
    """Sentences as vectors: those that say the same, in whatever words, lie close together."""

    def embed(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """A vector of length 1 for each text, in order: the cosine of two is their product.

        Deterministic. Raises ``PackError``.
        """
        ...


class Pack(Protocol):
    """The models in use: what they are called, what they can do, and how to ask them."""

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def runtime(self) -> str:
        """The inference library."""
        ...

    @property
    def quantization(self) -> str:
        """What the weights are kept in, such as ``int8``."""
        ...

    @property
    def models(self) -> tuple[ModelInfo, ...]: ...
    @property
    def sources(self) -> frozenset[str]:
        """The languages (BCP 47) that an article may be in."""
        ...

    def route(self, source: str, target: str) -> tuple[Hop, ...] | None:
        """The steps from one language to another; None where there is no way."""
        ...

    def detour(self, source: str, target: str) -> tuple[Hop, ...] | None:
        """Other steps, for what fails on the first; None where there are none."""
        ...

    def quality(self, source: str, target: str) -> Quality | None:
        """As measured for the whole route; None where nobody has measured it."""
        ...

    def abstracter(self, language: str) -> Abstracter | None:
        """What summarizes articles of a language in words of its own; None where nothing does."""
        ...

    def embedder(self, language: str) -> Embedder | None:
        """What tells how near two sentences of a language are in meaning; None where nothing."""
        ...

    def translate(self, texts: Sequence[str], hop: Hop, *, wider: bool = False) -> list[Hypothesis]:
        """The best hypothesis for each text, in order, with the search's others. Deterministic.

        ``wider`` searches further, for what failed its checks. A text that is longer than the
        model can read gets an empty hypothesis, never that of a part. Raises ``PackError``.
        """
        ...

    def can_widen(self, hop: Hop) -> bool:
        """Whether ``wider`` would make a difference."""
        ...

    def coverage_weight(self, hop: Hop) -> float:
        """How much the share of words rendered counts beside a hypothesis's score; 0: nothing."""
        ...


@dataclass(frozen=True)
class StoredObject:
    """What a store says of an object without sending its bytes."""

    etag: str
    metadata: Mapping[str, str]


class ResultStore(Protocol):
    """Where results lie. Writes are conditional, so that two workers cannot overwrite each other.

    Every method may raise ``StoreUnavailable``.
    """

    def head(self, key: str) -> StoredObject | None:
        """The newest version under that key; None where there is none."""

    def put(
        self, key: str, body: bytes, metadata: Mapping[str, str], replaces: StoredObject | None
    ) -> StoredObject | None:
        """Write, if the key still holds what ``replaces`` says (None: nothing); else None."""

    def delete(self, key: str, stored: StoredObject) -> bool:
        """Delete, if the key still holds ``stored``; say whether it did."""
