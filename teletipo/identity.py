"""Article → the identifiers of its story, and what its record keeps of it."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from teletipo.article import Source, WireCopy
from teletipo.delivery import Delivery
from teletipo.formats.building import last_part
from teletipo.story import Member
from teletipo.vectors import HAN_RUN, WESTERN_WORD

# What a link to an earlier version of the same item is called in the formats that are read.
_EARLIER = frozenset({
    "previous", "previousversion", "corrects", "correctionof", "updates", "updateof",
    "evolvedfrom", "replaces", "supersedes", "isversionof",
})  # fmt: skip
# These name earlier mails and stations' counters, not items.
_NO_LINKS = frozenset({"mail", "feed", "html"})
_DAILY = frozenset({"iptc_7901"})
# NewsML 1's public identifier ends with the revision and how it updates the one before.
_REVISION = re.compile(r"(urn:newsml:.+):\d+([AUN]?)")
_NUMBER = re.compile(r"\d{1,4}")
_SHINGLE, _SKETCH = 4, 64
_MAX_NOTE = 300


@dataclass(frozen=True)
class Identity:
    """The identifiers of an article's story: its own first, then those of earlier versions."""

    identifiers: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.identifiers)


def identify(copy: WireCopy, source: Source) -> Identity:
    """Return what the article's story is known by; nothing if it cannot be told.

    The guids, given with the article and in the item, and the earlier versions that the item links
    to. Without a guid, headline and dateline.
    """
    guids = _guids(copy, source)
    if guids:
        links = () if copy.format in _NO_LINKS else copy.links
        earlier = [
            _base(link.target, copy.format)
            for link in links
            if link.relation.rpartition(":")[2].casefold() in _EARLIER
        ]
        return Identity(tuple(dict.fromkeys(f"guid:{each}" for each in [*guids, *earlier])))
    dateline = copy.dateline
    if copy.headline and dateline and dateline.place and dateline.date:
        parts = [copy.headline, dateline.place, dateline.date, dateline.agency or ""]
        return Identity((f"text:{'|'.join(_folded(part) for part in parts)}",))
    return Identity(())


def member(
    copy: WireCopy, source: Source, sha256: str, delivery: Delivery, now: datetime
) -> Member:
    """Return what the story's record keeps of the article."""
    guid = next(iter(_guids(copy, source)), None)
    return Member(
        key=delivery.key,
        version_id=delivery.version_id,
        sequencer=delivery.sequencer,
        stored_at=delivery.last_modified,
        sha256=sha256,
        arrived_at=now,
        guid=guid,
        provider=provider_of(copy, source),
        version=copy.version,
        date=copy.date,
        rank=0 if guid else _rank(copy),
        status=copy.status,
        change=copy.change,
        embargo=copy.embargo,
        note=_note(copy),
        sketch=() if guid else sketch(copy.body),
    )


def provider_of(copy: WireCopy, source: Source) -> str | None:
    """Return the agency that the guid belongs to, normalized: as given, else as the item says.

    Of a qcode (``nprov:EFE``) and of an address of IPTC's (``…/newsprovider/EFE``) the last part
    counts.
    """
    return normalized(source.provider or copy.provider)


def normalized(named: str | None) -> str | None:
    """Return an agency's name as agencies are compared by."""
    if not named:
        return None
    if "://cv.iptc.org/" in named:
        named = last_part(named)
    elif "://" not in named:
        named = named.rpartition(":")[2] or named
    return _folded(named) or None


def sketch(text: str) -> tuple[int, ...]:
    """Return the least hashes of a text's shingles, at most 64 (MinHash with one function)."""
    units = [part for word in WESTERN_WORD.findall(text) for part in [word.casefold()]] or [
        char for run in HAN_RUN.findall(text) for char in run
    ]
    shingles = (
        {
            " ".join(units[start : start + _SHINGLE])
            for start in range(max(1, len(units) - _SHINGLE + 1))
        }
        if units
        else set()
    )
    hashes = (int.from_bytes(hashlib.sha256(each.encode()).digest()[:6]) for each in shingles)
    return tuple(sorted(hashes)[:_SKETCH])


def _guids(copy: WireCopy, source: Source) -> list[str]:
    """The guid that was given with the article, and the item's own: a kill may name either."""
    given = _base(source.guid, copy.format) if source.guid else None
    own = _base(copy.guid, copy.format) if copy.guid else None
    # The identifiers of pages, feeds and mails are not an agency's: a given one replaces them.
    if given and copy.format in _NO_LINKS:
        own = None
    if own and copy.format in _DAILY:
        own = f"{own}@{copy.date:%Y-%m-%d}" if copy.date else None
    return [each for each in (given, own) if each]


def _base(guid: str, format_: str) -> str:
    match = _REVISION.fullmatch(guid)
    return match[1] if match and (match[2] or format_ == "newsml_1") else guid


def _rank(copy: WireCopy) -> int:
    if not copy.update:
        return 0
    number = _NUMBER.search(copy.update)
    return int(number[0]) if number else 1


def _note(copy: WireCopy) -> str | None:
    if copy.status == "usable" or not copy.editors_note:
        return None
    return copy.editors_note[:_MAX_NOTE]


def _folded(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
