"""Context: what the checks need to know besides the two sentences."""

import datetime
from dataclasses import dataclass

from teletipo.findings import Finding
from teletipo.terminology import NO_TERMS, Terminology


@dataclass(frozen=True)
class Context:
    """What the checks know besides the pair."""

    written: datetime.date | None = None
    """The dateline's date, if it has a year."""
    terminology: Terminology = NO_TERMS
    found: tuple[Finding, ...] = ()
    """The findings of earlier checks on the pair."""


NO_CONTEXT = Context()
