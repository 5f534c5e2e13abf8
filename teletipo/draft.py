"""Draft: a summary in one language on its way through the pipeline."""

from dataclasses import dataclass
from typing import Literal

from teletipo.findings import Finding
from teletipo.spans import Span

Method = Literal["extractive", "abstractive"]
"""Whether the sentences are the article's own, or a model's."""


@dataclass(frozen=True)
class DraftSentence:
    """A sentence, and the places in the article that bear it out."""

    text: str
    evidence: tuple[Span, ...]


@dataclass(frozen=True)
class Draft:
    """A headline and sentences in one language, with what the checks found so far."""

    language: str
    headline: str | None
    sentences: tuple[DraftSentence, ...]
    method: Method = "extractive"
    route: tuple[str, ...] = ()
    """The languages that a translation went through, the article's own first."""
    findings: tuple[Finding, ...] = ()
    repairs: tuple[str, ...] = ()
    """By which step each sentence or headline was mended that had to be."""

    @property
    def translated(self) -> bool:
        """It is in another language than the article."""
        return bool(self.route)
