"""IPTC 7901, the text transmission format of teleprinter lines."""

import re
from dataclasses import replace

from teletipo.article import WireCopy
from teletipo.dateline import Dateline
from teletipo.errors import Malformed
from teletipo.formats import wire
from teletipo.formats.building import Reading, line, subject
from teletipo.formats.decoding import decode

# SOH header STX text ETX date EOT; lines before SOH and after EOT belong to the transmission.
_MESSAGE = re.compile(rb"\x01([^\x01\x02]*)\x02([^\x02\x03]*)(?:\x03([^\x04]*))?", re.DOTALL)
_HEADER = re.compile(
    r"(?P<source>[A-Za-z]{0,6}?)(?P<number>\d{1,6})\s+(?P<priority>\d)\s+(?P<category>[A-Za-z]{1,4})"
    r"\s+(?P<words>\d{1,5})\s*(?P<rest>.*)"
)
_SENT = re.compile(
    r"(?P<day>\d{2})(?P<hour>\d{2})(?P<minute>\d{2})\s*(?P<zone>GMT|UTC|UT|Z)?\s*"
    r"(?P<month>[A-Za-z]{3})\.?(?:\s*(?P<year>\d{4}|\d{2}))?"
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTHS_OF_SPANISH = "ene feb mar abr may jun jul ago sep oct nov dic".split()

SOURCES = {
    "guid": "the header's source and number",
    "headline": "the text's own",
    "section": "the text's own",
    "slug": "the header's second line, else its keywords",
    "dateline": "the text's own",
    "byline": "the text's own",
    "sign_off": "the text's own",
    "update": "the text's own",
    "date": "the day and time after ETX",
    "urgency": "the header's priority",
    "subjects": "the header's category",
    "keywords": "the header's end",
    "declared_words": "the header's word count",
    "body": "the text between STX and ETX",
}
"""Where each field of the copy is read from, for docs/formats.md."""


def read(data: bytes) -> WireCopy:
    """Return the first message's copy, with priority, category, word count and time.

    Raises ``Malformed`` if the message has no header or no text, or the rejections of wire copy.
    """
    reading = Reading()
    match = _MESSAGE.search(data)
    if not match:
        raise Malformed("The IPTC 7901 message has no STX: its header is not followed by a text.")
    if match[3] is None:
        reading.note("truncated", "ETX", "The message has no ETX; its end may be missing.")
    header, *slugs = decode(match[1]).split("\n")
    found = _HEADER.match(header)
    if not found:
        raise Malformed(
            f"The IPTC 7901 header '{header[:60]}' does not give message number, priority, "
            "category and word count."
        )
    copy = wire.read(decode(match[2]))
    if _MESSAGE.search(data, match.end()):
        reading.note("content_ignored", "SOH", "Of several messages the first was read.")
    date = reading.time(_time(match[3] or b"", copy.dateline, reading), "ETX")
    keywords = line(found["rest"])
    return replace(
        copy,
        guid=f"{found['source']}{found['number']}",
        slug=line(" ".join(slugs).strip("/ ")) or keywords,
        urgency=reading.urgency(found["priority"], "priority"),
        subjects=tuple(filter(None, [subject("category", found["category"].lower(), None)])),
        keywords=(keywords,) if keywords else (),
        date=date,
        declared_words=int(found["words"]),
        notes=tuple(reading.notes),
    )


def _time(trailer: bytes, dateline: Dateline | None, reading: Reading) -> str | None:
    found = _SENT.search(trailer.decode("ascii", "replace"))
    if not found:
        return None
    month = next(
        (
            names.index(found["month"].casefold()) + 1
            for names in (_MONTHS, _MONTHS_OF_SPANISH)
            if found["month"].casefold() in names
        ),
        None,
    )
    year = found["year"] or (dateline.year if dateline else None)
    if month is None or year is None:
        reading.note("date_ignored", "ETX", f"'{found[0]}' is not a whole date; it was left out.")
        return None
    century = "20" if len(str(year)) == 2 else ""
    zone = "Z" if found["zone"] else ""
    return f"{century}{year}-{month:02}-{found['day']}T{found['hour']}:{found['minute']}{zone}"
