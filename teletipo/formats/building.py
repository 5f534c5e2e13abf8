"""What all structured readers share: values with a note of what was assumed, and the body."""

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree.ElementTree import Element

from teletipo.article import Change, Note, Status, Subject, WireCopy
from teletipo.errors import LanguageUnknown, OnlyFurniture, UnsupportedFormat
from teletipo.formats import wire
from teletipo.formats.decoding import clean
from teletipo.languages import normalize_tag

_STATUSES: dict[str, Status] = {
    "usable": "usable",
    "correct": "usable",
    "corrected": "usable",
    # Its time is in the embargo; without one the item is held back.
    "embargoed": "usable",
    "withheld": "withheld",
    "canceled": "cancelled",
    "cancelled": "cancelled",
    "killed": "cancelled",
    "kill": "cancelled",
    "withdrawn": "cancelled",
    "deleted": "cancelled",
}
_CORRECTS = re.compile(
    r"\W*(?:correct(?:s|ed|ion)\b|corrige\b|correcci[oó]n\b|rectifica\b|更正)", re.IGNORECASE
)
_NEWSCODES = {"mediatopic": "medtop", "subjectcode": "subj"}
_NEWSCODE = re.compile(r"https?://cv\.iptc\.org/newscodes/(\w+)/(\w+)/?")
_ISO_BASIC = re.compile(
    r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ]?(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?)?\s*"
    r"(Z|[+-]\d{2}:?(?:\d{2})?)?"
)
_ENDS_IN_A_WORD = re.compile(r"[A-Za-z]\)?$")


@dataclass
class Reading:
    """The values of one item as they are read, and the notes about them."""

    notes: list[Note] = field(default_factory=list)

    def note(self, code: str, element: str, message: str) -> None:
        """Add a note unless the same one is there."""
        note = Note(code, element, message)
        if note not in self.notes:
            self.notes.append(note)

    def ignore(self, element: str, why: str) -> None:
        """Note that an element was left out."""
        self.note("content_ignored", element, f"<{element}> was left out: {why}.")

    def time(self, value: str | None, element: str) -> datetime.datetime | None:
        """Return a date and time with its zone, or None with a note if it is impossible.

        Reads ISO 8601 in both forms and RFC 5322. Without a zone it is UTC, with a note.
        """
        return self._time((value or "").strip(), element)

    def _time(
        self, text: str, element: str, *, names_known_zone: bool = False
    ) -> datetime.datetime | None:
        if not text:
            return None
        time = _parse_time(text)
        if time and names_known_zone and time.tzinfo is None and _ENDS_IN_A_WORD.search(text):
            time = None
        if time is None:
            self.note(
                "date_ignored",
                element,
                f"{element}: '{_short(text)}' is not a date; it was left out.",
            )
            return None
        if time.tzinfo is None:
            self.note("zone_assumed", element, f"{element} has no time zone; UTC was assumed.")
            time = time.replace(tzinfo=datetime.UTC)
        return time

    def urgency(self, value: object, element: str) -> int | None:
        """Return 1 to 9, or None with a note if it is another value."""
        text = str(value).strip() if value is not None else ""
        if not text:
            return None
        if re.fullmatch(r"0*[1-9]", text):
            return int(text)
        self.note(
            "urgency_ignored",
            element,
            f"{element}: '{_short(text)}' is not an urgency from 1 to 9; it was left out.",
        )
        return None

    def count(self, value: object, element: str) -> int | None:
        """Return a word count, or None with a note if it is not a number."""
        text = str(value).strip() if value is not None else ""
        if not text:
            return None
        if re.fullmatch(r"\d{1,7}", text, re.ASCII):
            return int(text)
        self.note("count_ignored", element, f"{element}: '{_short(text)}' is not a word count.")
        return None

    def status(self, value: object, element: str) -> Status:
        """Return the item's status: null and blank text mean usable.

        One that no standard has, or that is no text, is held back, with a note.
        """
        if value is None or (isinstance(value, str) and not value.strip()):
            return "usable"
        code = last_part(value) if isinstance(value, str) else ""
        if code not in _STATUSES:
            self.note(
                "status_unknown",
                element,
                f"{element}: the status '{_short(str(value))}' is not known; the item was held "
                "back.",
            )
        return _STATUSES.get(code, "withheld")

    def release(
        self,
        status: tuple[object, str],
        embargo: tuple[object, str],
        *,
        is_embargoed: bool = False,
    ) -> dict[str, Any]:
        """Return the fields ``status`` and ``embargo``, given by values and their elements.

        An item that is embargoed by its status or by ``is_embargoed``, but without a time that can
        be read, is held back, with a note.
        """
        named, where = status
        stated = self.status(named, where)
        value, element = embargo
        time = None
        if isinstance(value, str):
            time = self._time(value.strip(), element, names_known_zone=True)
        is_embargoed |= isinstance(named, str) and last_part(named) == "embargoed"
        if is_embargoed and time is None and stated == "usable":
            self.note(
                "embargo_open",
                element,
                f"The item is embargoed, but <{element}> gives no time; it was held back.",
            )
            stated = "withheld"
        return {"status": stated, "embargo": time}

    def language(self, value: str | None, element: str) -> str | None:
        """Return a language tag, or None with a note if it is none."""
        text = (value or "").strip()
        if not text:
            return None
        try:
            normalize_tag(text)
            return text.replace("_", "-")
        except LanguageUnknown:
            self.note(
                "language_ignored",
                element,
                f"{element}: '{_short(text)}' is not a language tag; it was left out.",
            )
            return None

    def copy(
        self,
        headline: str | None,
        paragraphs: Sequence[str],
        body_element: str,
        **fields: Any,
    ) -> WireCopy:
        """Return the copy of a body that is already split into paragraphs.

        The body's own dateline, byline and update note count before those in ``fields``.
        Raises ``OnlyFurniture`` if a usable item has no text.
        """
        headline = line(headline)
        cleaned = _cleaned(paragraphs)
        if cleaned and cleaned[0] == headline:
            cleaned.pop(0)
        opened = wire.open_paragraphs(cleaned)
        for text in opened.ignored:
            self.note(
                "content_ignored", body_element, f"'{_short(text)}' was left out: not the story."
            )
        body = "\n".join(opened.paragraphs)
        if not any(map(str.isalpha, body)) and fields.get("status", "usable") == "usable":
            raise OnlyFurniture(f"The item has no text: {body_element} is empty or missing.")
        fields |= status_of(opened.status, fields)
        for name in ("dateline", "byline", "update", "sign_off"):
            fields[name] = getattr(opened, name) or fields.get(name)
        return WireCopy(body=body, headline=headline, notes=tuple(self.notes), **fields)


def status_of(notice: Status, fields: Mapping[str, Any]) -> dict[str, Status]:
    """Return the ``status`` of an item with a notice above its text.

    What the item's own elements say counts first: another status, or when its embargo ends.
    """
    stated: Status = fields.get("status", "usable")
    return {"status": notice if stated == "usable" and not fields.get("embargo") else stated}


@dataclass(frozen=True)
class Listed:
    """One of several items of a file: what it takes to choose the one that is read."""

    element: Element
    guid: str | None
    version: str | None
    status: Status

    @property
    def order(self) -> tuple[bool, int]:
        """Orders versions of one guid. A kill is final, so nothing is newer."""
        number = self.version or ""
        return self.status == "cancelled", int(number) if number.isdecimal() else 0

    def rank(self, *, has_text: bool) -> int:
        """Orders items by which is read: a usable one with a text, else one that is not usable."""
        if self.status != "usable":
            return 1
        return 0 if has_text else 2


def newest(items: Iterable[Listed], reading: Reading) -> list[Listed]:
    """Return the items, of each guid the newest version; of equal ones the last."""
    found: dict[str | int, Listed] = {}
    for number, each in enumerate(items):
        name = each.guid or number
        known = found.get(name)
        if known:
            message = f"Of several versions of '{each.guid}' the newest was read."
            reading.note("content_ignored", each.element.tag, message)
        if known is None or each.order >= known.order:
            found[name] = each
    return list(found.values())


def leave_out(others: Iterable[Listed], reading: Reading) -> None:
    """Note the items that are left out.

    Raises ``UnsupportedFormat`` if one of them was killed or withheld: that must not be lost.
    """
    for each in others:
        if each.status != "usable":
            raise UnsupportedFormat(
                f"The file has several items, of which one is read; '{each.guid}' is "
                f"{each.status}: send that item alone."
            )
        reading.note(
            "content_ignored",
            each.element.tag,
            f"Of several items one was read; '{each.guid}' was left out: send it alone.",
        )


def last_part(code: str) -> str:
    """Return the last part of a qcode or an address in lower case.

    ``stat:usable`` and ``http://cv.iptc.org/newscodes/pubstatusg2/usable/`` give ``usable``.
    """
    return re.split("[:/#]", code.strip().rstrip("/"))[-1].casefold()


def stated_change(copy: WireCopy) -> Change | None:
    """Return ``correction`` if the update note or the note to the desk begins with that word."""
    notes = (copy.update, copy.editors_note)
    return "correction" if any(_CORRECTS.match(note or "") for note in notes) else None


def line(text: object) -> str | None:
    """Return a value as one line without invisible characters, or None if it is blank."""
    return " ".join(clean(text).split()) or None if isinstance(text, str) else None


def lines(texts: Iterable[object]) -> tuple[str, ...]:
    """Return the values that are not blank as lines, each once."""
    return tuple(dict.fromkeys(found for text in texts if (found := line(text))))


def byline(text: object) -> str | None:
    """Return a byline without "By" or "Por"."""
    found = line(text)
    return (
        (re.sub(r"^(?:by|por|von|de|记者)[:：\s]+", "", found, flags=re.IGNORECASE) or None)
        if found
        else None
    )


def subject(scheme: str | None, code: str | None, name: str | None) -> Subject | None:
    """Return a subject; an IPTC address or qcode becomes its scheme and code."""
    scheme, code, name = line(scheme), line(code), line(name)
    if scheme and scheme.casefold() == "iptc":
        # NITF's owner of both vocabularies. Media Topics start with 2000, Subject Codes end at 17.
        scheme = "medtop" if code and code.startswith("2000") else "subj"
    if code and (match := _NEWSCODE.fullmatch(code)):
        scheme, code = _NEWSCODES.get(match[1], match[1]), match[2]
    elif code and not scheme and re.fullmatch(r"[\w.-]{1,20}:[^\s/]{1,60}", code):
        scheme, _, code = code.partition(":")
    elif scheme and (match := re.fullmatch(r"https?://cv\.iptc\.org/newscodes/(\w+)/?", scheme)):
        scheme = _NEWSCODES.get(match[1], match[1])
    return Subject(scheme, code, name) if code or name else None


def distinct(subjects: Iterable[Subject | None]) -> tuple[Subject, ...]:
    """Return the subjects in order, each code once."""
    found: dict[tuple[str | None, str | None], Subject] = {}
    for each in subjects:
        if each:
            found.setdefault((each.scheme, each.code or each.name), each)
    return tuple(found.values())


def _cleaned(paragraphs: Sequence[str]) -> list[str]:
    text = "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
    return [paragraph for paragraph in clean(text).split("\n\n") if paragraph]


def _parse_time(text: str) -> datetime.datetime | None:
    if match := _ISO_BASIC.fullmatch(text):
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
        zone = match[7]
        # 24:00 is allowed in ISO 8601 and means the next day's start; agencies do write it.
        next_day = hour == 24 and minute == second == 0
        try:
            time = datetime.datetime(year, month, day, 0 if next_day else hour, minute, second)
            if next_day:
                time += datetime.timedelta(days=1)
            return time.replace(tzinfo=_zone(zone)) if zone else time
        except (ValueError, OverflowError):
            return None
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _zone(text: str) -> datetime.timezone:
    if text == "Z":
        return datetime.UTC
    sign = -1 if text[0] == "-" else 1
    digits = text[1:].replace(":", "").ljust(4, "0")
    return datetime.timezone(
        sign * datetime.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    )


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
