"""Bytes → wire copy: one module per format, behind one registry."""

from collections.abc import Callable, Mapping

from teletipo.article import WireCopy
from teletipo.errors import Rejection, UnreadableArticle, UnsupportedFormat
from teletipo.formats import html, ninjs, wire
from teletipo.formats.decoding import decode

READERS: Mapping[str, Callable[[str], WireCopy]] = {
    "wire": wire.read,
    "html": html.read,
    "ninjs": ninjs.read,
}

# How a text in each format begins; anything else is wire copy or plain text.
_BEGINNINGS: Mapping[str, str] = {
    "<!doctype html": "html",
    "<html": "html",
    "<body": "html",
    "<article": "html",
    "<main": "html",
    "<section": "html",
    "<div": "html",
    "<h1": "html",
    "<p>": "html",
    "<p ": "html",
    "{\\rtf": "RTF",
    "{": "ninjs",
    "[{": "JSON",
    "<?xml": "XML",
    "<nitf": "NITF",
    "<newsitem": "NewsML-G2",
    "<newsmessage": "NewsML-G2",
}


def read(data: bytes) -> WireCopy:
    """Return an article's bytes, split into its parts.

    Raises a ``Rejection``; ``UnreadableArticle`` if a reader fails in any other way, because it
    would fail again.
    """
    try:
        text = decode(data)
        return READERS[_format_of(text)](text)
    except (Rejection, MemoryError):
        raise
    except Exception as error:
        raise UnreadableArticle(
            f"The article could not be read ({type(error).__name__}); "
            "send it as plain text, or report the article to the operator."
        ) from error


def _format_of(text: str) -> str:
    start = text[:64].lstrip().casefold()
    name = next((name for marker, name in _BEGINNINGS.items() if start.startswith(marker)), "wire")
    if name not in READERS:
        raise UnsupportedFormat(
            f"The article is {name}; send wire copy, plain text, HTML or ninjs instead."
        )
    return name
