"""Trace context (W3C Recommendation "Trace Context"): one identifier for all about an article.

The client's ``traceparent`` is passed on as it came: spans of the service, if any, are siblings.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

TRACEPARENT, TRACESTATE = "traceparent", "tracestate"
_FORM = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_SAMPLED = "01"
# What a service should at least pass on.
_MAX_STATE = 512


@dataclass(frozen=True)
class Trace:
    """A trace context."""

    trace_id: str
    """The correlation ID: 32 hexadecimal digits."""
    parent_id: str
    flags: str = "00"
    state: str = ""

    @property
    def is_sampled(self) -> bool:
        """Whether its maker may have recorded spans, so that others do, too."""
        return bool(int(self.flags, 16) & 1)

    @property
    def traceparent(self) -> str:
        """The header of this name."""
        return f"00-{self.trace_id}-{self.parent_id}-{self.flags}"

    def fields(self) -> dict[str, str]:
        """``traceparent`` and ``tracestate`` if there is one: as headers or object metadata."""
        state = {TRACESTATE: self.state} if self.state else {}
        return {TRACEPARENT: self.traceparent, **state}


def read(fields: Mapping[str, str]) -> Trace | None:
    """The trace context in headers or metadata with lower-case names; None if it is not valid."""
    found = _FORM.fullmatch((fields.get(TRACEPARENT) or "").strip())
    if found is None:
        return None
    version, trace_id, parent_id, flags, more = found.groups()
    # Later versions may add to the end; 255 is forbidden.
    if version == "ff" or (version == "00" and more):
        return None
    if not int(trace_id, 16) or not int(parent_id, 16):
        return None
    state = (fields.get(TRACESTATE) or "").strip()
    if len(state) > _MAX_STATE or not re.fullmatch(r"[ -~]*", state):
        state = ""
    return Trace(trace_id, parent_id, flags, state)


def new() -> Trace:
    """A trace context of its own."""
    return Trace(secrets.token_hex(16), secrets.token_hex(8), _SAMPLED)


def made_of(*names: str | None) -> Trace:
    """The trace context of what came without one: the same for the same names."""
    digest = hashlib.sha256("\0".join(name or "" for name in names).encode()).hexdigest()
    return Trace(digest[:32], digest[32:48], _SAMPLED)
