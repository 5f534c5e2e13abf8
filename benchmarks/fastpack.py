"""A pack without models, for the plumbing's benchmarks: fast, deterministic, wrong."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from teletipo.confidence import PairScores
from teletipo.ports import Abstracter, Embedder, Hop, Hypothesis, ModelInfo, Quality

_LANGUAGES = ("es", "en", "zh-Hans")


@dataclass(frozen=True)
class FastPack:
    """Implements ``teletipo.ports.Pack``. A translation is the text with its target in front."""

    name: str = "fast"
    version: str = "1"
    runtime: str = "none"
    quantization: str = "none"
    models: tuple[ModelInfo, ...] = ()
    sources: frozenset[str] = frozenset(_LANGUAGES)

    def load(self, sources: Iterable[str], targets: Iterable[str]) -> None:
        """Do nothing: there are no weights."""

    def route(self, source: str, target: str) -> tuple[Hop, ...] | None:
        known = {source, target} <= self.sources
        return (Hop(source, target),) if known and source != target else None

    def detour(self, source: str, target: str) -> tuple[Hop, ...] | None:
        return None

    def quality(self, source: str, target: str) -> Quality | None:
        return None

    def abstracter(self, language: str) -> Abstracter | None:
        return None

    def embedder(self, language: str) -> Embedder | None:
        return None

    def translate_each(
        self, asked: Sequence[tuple[str, Hop]], *, wider: bool = False
    ) -> list[Hypothesis]:
        return [Hypothesis(f"({hop.target}) {text}", finished=True) for text, hop in asked]

    def can_widen(self, hop: Hop) -> bool:
        return False

    def estimator(self, source: str, target: str) -> None:
        return None

    def score(
        self, pairs: Sequence[tuple[str, str]], source: str, target: str
    ) -> list[PairScores | None]:
        return [None for _ in pairs]

    def keeps_terms(self, hop: Hop) -> bool:
        return False

    def coverage_weight(self, hop: Hop) -> float:
        return 0.0
