"""Context: what two sentences cannot tell by themselves."""

import datetime
from dataclasses import dataclass

from teletipo.findings import Finding
from teletipo.terminology import NO_TERMS, Terminology


@dataclass(frozen=True)
class Context:
    """What the checks know besides the pair."""

    written: datetime.date | None = None
    """The dateline's date, where it is told in full."""
    terminology: Terminology = NO_TERMS
    found: tuple[Finding, ...] = ()
    """What the checks before this one found in the pair."""


NO_CONTEXT = Context()
