"""The life of a story: which of its versions may be shown."""

from datetime import UTC, datetime

from teletipo.summary import Summary


def is_public(document: Summary, now: datetime) -> bool:
    """Whether a summary may be shown, exported, put into a feed or told at that time.

    A naive time is taken as UTC.
    """
    embargo = document.article.embargo
    return embargo is None or _aware(embargo) <= _aware(now)


def _aware(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=UTC)
