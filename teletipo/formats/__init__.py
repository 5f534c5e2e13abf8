"""Bytes → wire copy: one module a format, behind one registry."""

from collections.abc import Callable, Mapping

from teletipo.article import WireCopy
from teletipo.errors import UnsupportedFormat
from teletipo.formats import html, ninjs, wire
from teletipo.formats.decoding import decode

_READERS: Mapping[str, Callable[[str], WireCopy]] = {
    "wire": wire.read,
    "html": html.read,
    "ninjs": ninjs.read,
}

# What a text in each format begins with; wire copy and plain text begin as they like.
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
    """An article's bytes, taken apart.

    Raises ``EmptyArticle``, ``NotText``, ``WrongEncoding``, ``UnsupportedFormat``,
    ``OnlyFurniture``, ``NotUsable``.
    """
    text = decode(data)
    return _READERS[_format_of(text)](text)


def _format_of(text: str) -> str:
    start = text[:64].lstrip().casefold()
    name = next((name for marker, name in _BEGINNINGS.items() if start.startswith(marker)), "wire")
    if name not in _READERS:
        raise UnsupportedFormat(
            f"The article is {name}; wire copy, plain text, HTML and ninjs are read."
        )
    return name
