"""Electronic mail (RFC 5322, files named .eml): the text part, without attachments."""

import codecs
import contextlib
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.errors import CloseBoundaryNotFoundDefect, HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32, Policy
from email.utils import parseaddr
from typing import TypeVar

from teletipo.article import Link, WireCopy
from teletipo.errors import Malformed, OnlyFurniture, TooComplex
from teletipo.formats import html, wire
from teletipo.formats.building import Reading, line
from teletipo.formats.decoding import clean, decode

_HEAD_BYTES = 65_536
_HEADER_CHARACTERS = 2_000
_MAX_PARTS = 1_000
# Each is looked for in every line within it.
_MAX_MULTIPARTS = 50

# Python's codecs that are no character sets; punycode takes quadratic time.
_NO_CHARSETS = frozenset({"punycode", "idna", "undefined", "unicode-escape", "raw-unicode-escape"})

_Value = TypeVar("_Value")

_BLANK_LINE = re.compile(rb"\n\r?\n|\r\r")
_MULTIPART = re.compile(rb"^content-type:\s*multipart/", re.IGNORECASE | re.MULTILINE)
_IDENTIFIER = re.compile(r"<[^<>\s]+>|[^<>\s]+")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_FORWARDED = re.compile(r"^(?:(?:re|fwd?|rv|tr|转发|回复)\s*[:：]\s*)+", re.IGNORECASE)
_QUOTED = re.compile(r"^>.*$", re.MULTILINE)
# The signature's mark (RFC 3676) and everything after it.
_SIGNATURE = re.compile(r"^-- $.*\Z", re.MULTILINE | re.DOTALL)

SOURCES = {
    "guid": "`Message-ID`",
    "language": "`Content-Language`",
    "headline": "`Subject` without Re and Fwd",
    "section": "the text's own",
    "dateline": "the text's own",
    "byline": "the text's own, else `From`",
    "sign_off": "the text's own",
    "update": "the text's own",
    "date": "`Date`",
    "links": "`In-Reply-To`",
    "body": "the plain text, else the HTML part; no quoted lines, no signature",
}
"""Where each field of the copy is read from, for docs/formats.md."""


def read(data: bytes) -> WireCopy:
    """Return a mail's text with its subject as headline, sender as byline, date and identifier.

    A header that cannot be read is left out with a note.
    Raises ``Malformed`` if it is no mail, ``OnlyFurniture`` if it has no text, ``TooComplex``.
    """
    reading = Reading()
    message = _parse(data)
    if not message.keys():
        raise Malformed("The mail has no headers.")
    if any(isinstance(each, CloseBoundaryNotFoundDefect) for each in message.defects):
        reading.note("truncated", "boundary", "The mail has no end; it may have broken off.")
    part = _text_part(message, reading)
    if part is None:
        raise OnlyFurniture("The mail has no text part: neither text/plain nor text/html.")
    headers = _Headers(message, reading)
    subject = headers.value("Subject", _decoded) or ""
    copy = _body(part, line(_FORWARDED.sub("", subject)), reading)
    sender = headers.value("From", _sender)
    return replace(
        copy,
        guid=headers.value("Message-ID", _identifier),
        byline=copy.byline or line(sender),
        date=reading.time(headers.value("Date", _decoded), "Date"),
        language=reading.language(headers.value("Content-Language", _decoded), "Content-Language"),
        links=tuple(Link("previous", each) for each in headers.value("In-Reply-To", _named) or ()),
        notes=tuple(reading.notes),
    )


class _CutHeaders(Compat32):
    """Headers as they are written, each up to a length: structured ones take quadratic time."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_HEADER_CHARACTERS]


_POLICY = _CutHeaders()


def _parse(data: bytes) -> Message:
    head = _BLANK_LINE.search(data)
    if (head.start() if head else len(data)) > _HEAD_BYTES:
        raise TooComplex(f"The mail's headers have more than {_HEAD_BYTES // 1024} kB.")
    if len(_MULTIPART.findall(data)) > _MAX_MULTIPARTS:
        raise TooComplex(f"The mail has more than {_MAX_MULTIPARTS} parts that hold others.")
    count = itertools.count()

    def new_part(policy: "Policy[Message]" = _POLICY) -> Message:
        if next(count) > _MAX_PARTS:
            raise TooComplex(f"The mail has more than {_MAX_PARTS:,} parts.")
        return Message(policy)

    try:
        return BytesParser(new_part, policy=_POLICY).parsebytes(data)
    except RecursionError:
        raise TooComplex("The mail's parts are nested too deep.") from None


class _Headers:
    """The mail's own headers; of several of a name the first counts."""

    def __init__(self, message: Message, reading: Reading) -> None:
        self._reading = reading
        self._values: dict[str, str] = {}
        for name, value in message.raw_items():
            # Bytes beyond ASCII, which a mail should not have, are most often UTF-8.
            text = str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            self._values.setdefault(name.casefold(), text)

    def value(self, name: str, read: Callable[[str], _Value | None]) -> _Value | None:
        """Return what ``read`` makes of a header; None if it is blank, or with a note."""
        text = self._values.get(name.casefold(), "")
        if not text.strip():
            return None
        # The library raises what it likes at what it does not expect.
        with contextlib.suppress(
            HeaderParseError, LookupError, ValueError, RecursionError, TypeError, AttributeError
        ):
            if found := read(text):
                return found
        self._reading.note(
            "header_ignored", name, f"The header {name} cannot be read; it was left out."
        )
        return None


def _decoded(text: str) -> str:
    """Return a header with its encoded words (RFC 2047) as text."""
    return "".join(
        part if isinstance(part, str) else part.decode(charset or "raw-unicode-escape", "replace")
        for part, charset in decode_header(text)
    )


def _sender(text: str) -> str | None:
    name, address = parseaddr(text)
    return _decoded(name).strip() or (address if _ADDRESS.fullmatch(address) else None)


def _identifier(text: str) -> str | None:
    return text.strip() if _IDENTIFIER.fullmatch(text.strip()) else None


def _named(text: str) -> list[str]:
    return [each for each in text.split() if _IDENTIFIER.fullmatch(each)]


def _text_part(message: Message, reading: Reading) -> Message | None:
    """The first plain text, else the first HTML; the other parts are noted as not read."""
    parts = list(_leaves(message))
    texts = [each for each in parts if not _is_attachment(each)]
    found = {each.get_content_type(): each for each in reversed(texts)}
    chosen = next((found[kind] for kind in ("text/plain", "text/html") if kind in found), None)
    for each in parts if message.is_multipart() else ():
        if each not in found.values() or each.get_content_maintype() != "text":
            name = each.get_filename() or each.get_content_type()
            reading.note("content_ignored", "attachment", f"The attachment '{name}' was not read.")
    return chosen


def _leaves(part: Message) -> Iterator[Message]:
    """Yield the parts that hold content; a mail that is attached is one."""
    if part.get_content_maintype() != "multipart" or not part.is_multipart():
        yield part
        return
    for each in part.get_payload():
        if isinstance(each, Message):
            yield from _leaves(each)


def _is_attachment(part: Message) -> bool:
    return part.get_content_disposition() == "attachment"


def _body(part: Message, headline: str | None, reading: Reading) -> WireCopy:
    try:
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)  # noqa: S101
        charset = part.get_content_charset()
        if charset and codecs.lookup(charset).name.replace("_", "-") in _NO_CHARSETS:
            raise LookupError(f"unknown encoding: {charset}")
        text = content.decode(charset, "replace") if charset else decode(content)
    except (LookupError, ValueError) as error:
        raise Malformed(f"The mail's text cannot be decoded: {error}.") from None
    text = text.replace("\r\n", "\n")
    if part.get_content_type() == "text/html":
        page_headline, paragraphs, _ = html.take_apart(clean(text), reading)
        return reading.copy(headline or page_headline, paragraphs, "text/html")
    unquoted = _SIGNATURE.sub("", _QUOTED.sub("", text))
    if unquoted != text:
        reading.ignore("text/plain", "quoted lines and the signature are not the story")
    story = clean(unquoted)
    if not story:
        raise OnlyFurniture("The mail's text is empty.")
    copy = wire.read(f"{headline}\n\n{story}" if headline else story)
    return replace(copy, headline=headline or copy.headline)
