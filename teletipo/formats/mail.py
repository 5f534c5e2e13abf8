"""Electronic mail (RFC 5322, files named .eml): the text part, without attachments."""

import email
import email.policy
import re
from dataclasses import replace
from email.errors import CloseBoundaryNotFoundDefect
from email.message import MIMEPart
from email.utils import parseaddr

from teletipo.article import Link, WireCopy
from teletipo.errors import Malformed, OnlyFurniture
from teletipo.formats import html, wire
from teletipo.formats.building import Reading, line
from teletipo.formats.decoding import clean

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

    Raises ``Malformed`` if it is no mail, ``OnlyFurniture`` if it has no text.
    """
    reading = Reading()
    message = email.message_from_bytes(data, policy=email.policy.default)
    if not message.keys():
        raise Malformed("The mail has no headers.")
    for attached in message.iter_attachments() if message.is_multipart() else ():
        name = attached.get_filename() or attached.get_content_type()
        reading.note("content_ignored", "attachment", f"The attachment '{name}' was not read.")
    if any(isinstance(each, CloseBoundaryNotFoundDefect) for each in message.defects):
        reading.note("truncated", "boundary", "The mail has no end; it may have broken off.")
    part = message.get_body(("plain", "html"))
    if part is None:
        raise OnlyFurniture("The mail has no text part: neither text/plain nor text/html.")
    copy = _body(part, line(_FORWARDED.sub("", str(message["Subject"] or ""))), reading)
    name, address = parseaddr(str(message["From"] or ""))
    links = [Link("previous", target) for target in str(message["In-Reply-To"] or "").split()]
    return replace(
        copy,
        guid=line(str(message["Message-ID"] or "")),
        byline=copy.byline or line(name) or line(address),
        date=reading.time(str(message["Date"] or ""), "Date"),
        language=reading.language(str(message["Content-Language"] or ""), "Content-Language"),
        links=tuple(links),
        notes=tuple(reading.notes),
    )


def _body(part: MIMEPart, headline: str | None, reading: Reading) -> WireCopy:
    try:
        content = part.get_content()
    except (LookupError, UnicodeError, ValueError) as error:
        raise Malformed(f"The mail's text cannot be decoded: {error}.") from None
    text = str(content).replace("\r\n", "\n")
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
