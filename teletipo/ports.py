"""What the domain needs from outside, as Protocols: a pack of models, and an object store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from teletipo.confidence import Estimator, PairScores


@dataclass(frozen=True)
class Hypothesis:
    """One candidate text from a model."""

    text: str
    finished: bool
    """Whether the model ended the text itself rather than hitting its length limit."""
    echoes_prompt: bool = False
    """Whether the text repeats the prompt's examples."""
    others: tuple["Hypothesis", ...] = field(default=(), compare=False)
    """The next best hypotheses of the same search."""
    score: float = field(default=0.0, compare=False)
    """The search's score: the log likelihood, divided by the length in tokens to the power of the
    length penalty. Zero if the pack does not score."""


@dataclass(frozen=True)
class Quality:
    """The measured translation quality of one language pair."""

    bleu: float
    chrf: float
    test_set: str
    draft: bool
    """Whether the text helps a translator but is not fit to publish."""
    faulty_percent: float | None = None
    """Sentences in which the checks find an error before repair."""


@dataclass(frozen=True)
class Hop:
    """One translation step of a pack."""

    source: str
    target: str


@dataclass(frozen=True)
class ModelInfo:
    """A model's name, and the SHA-256 of its published weights."""

    name: str
    sha256: str


class Abstracter(Protocol):
    """An abstractive summarizer for one language."""

    @property
    def window_tokens(self) -> int:
        """The longest text it accepts; a longer one gets an empty hypothesis and is never cut."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the length of each text in the model's tokens."""
        ...

    def summarize(self, texts: Sequence[str]) -> list[Hypothesis]:
        """Return the summary of each text, in order. Deterministic."""
        ...


class Embedder(Protocol):
    """Turns sentences into vectors that are close if the sentences mean the same."""

    def embed(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """Return a vector of length 1 for each text, in order.

        Deterministic. Raises ``PackError``.
        """
        ...


class Pack(Protocol):
    """The models in use: their names, what they support, and how to call them."""

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
        """The weights' data type, such as ``int8``."""
        ...

    @property
    def models(self) -> tuple[ModelInfo, ...]: ...
    @property
    def sources(self) -> frozenset[str]:
        """The supported languages of articles (BCP 47)."""
        ...

    def route(self, source: str, target: str) -> tuple[Hop, ...] | None:
        """Return the steps from one language to another, or None if there is no route."""
        ...

    def detour(self, source: str, target: str) -> tuple[Hop, ...] | None:
        """Return another route for texts that fail on the first, or None."""
        ...

    def quality(self, source: str, target: str) -> Quality | None:
        """Return the measured quality of the whole route, or None if it was not measured."""
        ...

    def abstracter(self, language: str) -> Abstracter | None:
        """Return the abstractive summarizer for a language, or None."""
        ...

    def embedder(self, language: str) -> Embedder | None:
        """Return the embedder for a language, or None."""
        ...

    def translate_each(
        self, asked: Sequence[tuple[str, Hop]], *, wider: bool = False
    ) -> list[Hypothesis]:
        """Return the best hypothesis for each text, in order, with the others. Deterministic.

        Texts of several steps in one call keep more cores busy than a call for each step.
        ``wider`` uses a wider search, for texts that failed their checks. A text that is too long
        for the model gets an empty hypothesis and is never cut. Raises ``PackError``.
        """
        ...

    def can_widen(self, hop: Hop) -> bool:
        """Whether ``wider`` makes a difference for this step."""
        ...

    def estimator(self, source: str, target: str) -> Estimator | None:
        """Return what makes a confidence of the scores for a language pair, or None."""
        ...

    def score(
        self, pairs: Sequence[tuple[str, str]], source: str, target: str
    ) -> list[PairScores | None]:
        """Return the scores of each pair of a source text and its output, in order.

        None for a pair that is empty or too long for the model. Raises ``PackError``.
        """
        ...

    def keeps_terms(self, hop: Hop) -> bool:
        """Whether words of a text that are already in the target language stay in the output."""
        ...

    def coverage_weight(self, hop: Hop) -> float:
        """Return the weight of the share of words rendered, added to the score; 0 to ignore it."""
        ...


@dataclass(frozen=True)
class StoredObject:
    """An object's metadata, without its bytes."""

    etag: str
    metadata: Mapping[str, str]


class ResultStore(Protocol):
    """The store of results. Writes are conditional, so workers cannot overwrite each other.

    Every method may raise ``StoreUnavailable``.
    """

    def head(self, key: str) -> StoredObject | None:
        """Return the newest version under the key, or None."""

    def put(
        self, key: str, body: bytes, metadata: Mapping[str, str], replaces: StoredObject | None
    ) -> StoredObject | None:
        """Write if the key still holds ``replaces`` (None: no object); else return None."""

    def delete(self, key: str, stored: StoredObject) -> bool:
        """Delete if the key still holds ``stored``; return whether it did."""
