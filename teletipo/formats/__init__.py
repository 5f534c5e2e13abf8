"""Bytes → wire copy: one module a format, behind one registry."""

from collections.abc import Callable, Mapping

from teletipo.article import WireCopy
from teletipo.errors import UnsupportedFormat
from teletipo.formats import wire
from teletipo.formats.decoding import decode

_READERS: Mapping[str, Callable[[str], WireCopy]] = {"wire": wire.read}

# What a text in a format that we do not read yet begins with.
_OTHER_FORMATS: Mapping[str, str] = {
    "<!doctype html": "HTML",
    "<html": "HTML",
    "<?xml": "XML",
    "<nitf": "NITF",
    "<newsitem": "NewsML-G2",
    "<newsmessage": "NewsML-G2",
    "{\\rtf": "RTF",
    "{": "JSON",
    "[{": "JSON",
}


def read(data: bytes) -> WireCopy:
    """An article's bytes, taken apart.

    Raises ``EmptyArticle``, ``NotText``, ``WrongEncoding``, ``UnsupportedFormat``,
    ``OnlyFurniture``.
    """
    text = decode(data)
    return _READERS[_format_of(text)](text)


def _format_of(text: str) -> str:
    start = text[:64].lstrip().casefold()
    for marker, name in _OTHER_FORMATS.items():
        if start.startswith(marker):
            raise UnsupportedFormat(f"The article is {name}; only wire and plain text are read.")
    return "wire"
