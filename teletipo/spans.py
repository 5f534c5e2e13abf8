"""Span: a position in a text."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import ConfigDict, Field

_Offset = Annotated[int, Field(ge=0)]


@dataclass(frozen=True, order=True)
class Span:
    """Half-open character offsets."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    start: _Offset
    end: _Offset

    def overlaps(self, other: "Span | Located") -> bool:
        """Whether the two have a character in common."""
        return self.start < other.end and other.start < self.end


class Located:
    """Anything with a ``start`` and an ``end`` in a text."""

    start: int
    end: int

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    def overlaps(self, other: "Span | Located") -> bool:
        """Whether the two have a character in common."""
        return self.span.overlaps(other)
