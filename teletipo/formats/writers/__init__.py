"""Summaries → what others read: one module per format, each writes one language's edition."""

from collections.abc import Callable, Mapping
from datetime import datetime

from teletipo.formats.writers import html, nitf, text
from teletipo.formats.writers.edition import Edition, edition
from teletipo.summary import Summary

__all__ = ["WRITERS", "Edition", "edition", "to_text"]

WRITERS: Mapping[str, tuple[str, Callable[[Edition], str]]] = {
    "text": ("text/plain", text.write),
    "html": ("text/html", html.write),
    "nitf": ("application/nitf+xml", nitf.write),
}
"""By name: the media type, and the function that returns the document."""


def to_text(summary: Summary, identifier: str, *, now: datetime, with_line: bool = True) -> str:
    """Return all languages as plain text, two empty lines between them; as for ``edition``."""
    editions = (
        edition(summary, language, identifier, now=now, with_line=with_line)
        for language in summary.summaries
    )
    return "\n\n".join(map(text.write, editions))
