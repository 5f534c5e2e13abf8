"""Draft: a summary in one language on its way through the pipeline."""

from dataclasses import dataclass

from teletipo.article import Span
from teletipo.findings import Finding


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
    translated: bool = False
    findings: tuple[Finding, ...] = ()
