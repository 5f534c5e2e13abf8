"""Earlier: the summary that a new one supersedes, as its readers had it."""

from dataclasses import dataclass

from teletipo.review import Review
from teletipo.summary import Summary


@dataclass(frozen=True)
class Earlier:
    """A summary and the reviews that count for it."""

    summary: Summary
    reviews: tuple[Review, ...] = ()
