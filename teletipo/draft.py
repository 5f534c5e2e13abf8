"""Draft: a summary in one language as it passes through the pipeline."""

from dataclasses import dataclass
from typing import Literal

from teletipo.findings import Finding
from teletipo.spans import Span

Method = Literal["extractive", "abstractive"]
"""Whether the sentences are the article's own or written by a model."""
Kept = Literal["machine", "editor"]


@dataclass(frozen=True)
class DraftSentence:
    """A sentence, and the passages of the article that support it."""

    text: str
    evidence: tuple[Span, ...]
    confidence: float | None = None
    """See ``teletipo.confidence``; None for what was not translated or not scored."""
    kept: Kept | None = None
    """Whose words of the earlier summary they are; None if they are new."""


@dataclass(frozen=True)
class Draft:
    """A headline and sentences in one language, with the findings so far."""

    language: str
    headline: str | None
    sentences: tuple[DraftSentence, ...]
    headline_confidence: float | None = None
    headline_kept: Kept | None = None
    method: Method = "extractive"
    route: tuple[str, ...] = ()
    """The languages of a translation's route, the article's own first; else empty."""
    findings: tuple[Finding, ...] = ()
    repairs: tuple[str, ...] = ()
    """The step that repaired each repaired sentence or headline."""

    @property
    def translated(self) -> bool:
        """Whether it is in another language than the article."""
        return bool(self.route)
