"""Fault: what a check finds wrong with one sentence, before it is somebody's finding."""

from dataclasses import dataclass

from teletipo.article import Span
from teletipo.findings import Severity

Spans = tuple[Span, ...]


@dataclass(frozen=True)
class Fault:
    """Why a sentence cannot stand, or should be looked at. ``message`` is for the editor."""

    code: str
    message: str
    severity: Severity = Severity.ERROR
    source: Spans = ()
    """Where in the source text, in characters."""
    output: Spans = ()
    """Where in the sentence that was checked, in characters."""
