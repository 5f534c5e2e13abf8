"""Summaries → what others read: one module per format, each writes one language's edition."""

from collections.abc import Callable, Mapping

from teletipo.formats.writers import html, nitf, text
from teletipo.formats.writers.edition import Edition, edition

__all__ = ["WRITERS", "Edition", "edition"]

WRITERS: Mapping[str, tuple[str, Callable[[Edition], str]]] = {
    "text": ("text/plain", text.write),
    "html": ("text/html", html.write),
    "nitf": ("application/nitf+xml", nitf.write),
}
"""By name: the media type, and the function that returns the document."""
