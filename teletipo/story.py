"""The life of a story: its versions in one record, and which of them may be shown.

``Record`` and ``verdict`` are pure: the same record and time give the same answer, in whatever
order the versions arrived.
"""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from teletipo.article import Change, Status
from teletipo.delivery import Delivery
from teletipo.summary import Summary

MAX_MEMBERS = 200
# Near-duplicates share this part of their sketches; a fifth of new sentences leaves about 0.6.
_NEAR = 0.35
_VERSION = re.compile(r"\d{1,9}(?:[.-]\d{1,9})*", re.ASCII)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def is_public(document: Summary, now: datetime) -> bool:
    """Whether a summary may be shown, exported, put into a feed or told at that time.

    A naive time is taken as UTC.
    """
    embargo = document.article.embargo
    return embargo is None or in_utc(embargo) <= in_utc(now)


def held_until(document: Summary, now: datetime) -> str | None:
    """Return when a summary's embargo ends, as ``release_time``; None if it is public."""
    embargo = document.article.embargo
    return release_time(embargo) if embargo and not is_public(document, now) else None


def in_utc(time: datetime) -> datetime:
    """Return the time in UTC; the last or first one that there is if it lies beyond."""
    try:
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except OverflowError:
        edge = datetime.max if time.year > 1 else datetime.min
        return edge.replace(tzinfo=UTC)


def release_time(embargo: datetime) -> str:
    """Return when an embargo ends: ISO 8601 in UTC, the next whole second."""
    time = in_utc(embargo)
    if time.microsecond and time < datetime.max.replace(tzinfo=UTC, microsecond=0):
        time += timedelta(seconds=1)
    return time.replace(microsecond=0, tzinfo=None).isoformat() + "Z"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Member(_Model):
    """One text of a story: what its publisher says of it, and the object that holds it."""

    key: str
    version_id: str | None
    sequencer: str | None = None
    stored_at: str = Field(description="ISO 8601 in UTC: when the object was stored.")
    sha256: str
    arrived_at: datetime = Field(description="When the service read it first.")
    arrival: int = Field(0, description="Counts the arrivals in this record.")
    guid: str | None = None
    provider: str | None = Field(None, description="Normalized; null if nothing names one.")
    version: str | None = None
    date: datetime | None = None
    rank: int = Field(0, description="Of a text without a guid: the number in its update note.")
    status: Status = "usable"
    change: Change | None = None
    embargo: datetime | None = None
    note: str | None = Field(None, description="The publisher's note with a kill.")
    thread: int | None = Field(
        None, description="Of texts without a guid: near-duplicates have the same number."
    )
    sketch: tuple[int, ...] = Field((), description="Of a text without a guid: the least hashes.")
    deleted: bool = False

    @property
    def delivery(self) -> Delivery:
        """What a result of this text is stored with."""
        return Delivery(self.key, self.version_id, self.sequencer, self.stored_at)

    @property
    def object_order(self) -> tuple[str, str]:
        """Orders the versions of one key, as ``publishing`` does."""
        return self.stored_at, (self.sequencer or "").upper().ljust(64, "0")

    def is_object(self, key: str, version_id: str | None) -> bool:
        """Whether it is the text of this version of the object."""
        return self.key == key and (self.version_id or "") == (version_id or "")


class Record(_Model):
    """A story's versions; or where they are, if this identifier turned out to be another's."""

    schema_version: Literal["1"] = "1"
    moved_to: str | None = Field(None, description="The identifier of the record that counts.")
    members: tuple[Member, ...] = ()
    forgotten: tuple[Member, ...] = Field(
        (), description="Older ones, which count no more; a kill withdraws them too."
    )

    def find(self, key: str, version_id: str | None) -> Member | None:
        """Return the member that an object's version holds, or None."""
        known = (*self.members, *self.forgotten)
        return next((each for each in known if each.is_object(key, version_id)), None)

    def with_arrival(self, new: Member) -> "Record":
        """Return the record with one more text, or with a later object of the same text."""
        own = self._claimed({new.provider} if new.provider else set())
        known = next((e for e in own if (e.key, e.sha256) == (new.key, new.sha256)), None)
        others = [each for each in own if each is not known]
        arrival = 1 + max((each.arrival for each in self.members), default=0)
        if known is None:
            thread = self._thread(new, others)
            new = new.model_copy(update={"arrival": arrival, "thread": thread})
            return self._with((*others, new))
        if known.object_order >= new.object_order and not known.deleted:
            return self
        # The same text stored again. If nothing but the arrival orders it, it is the newest.
        is_ordered = known.version is not None or known.date is not None
        kept: dict[str, Any] = {"thread": known.thread, "arrived_at": known.arrived_at}
        kept["arrival"] = known.arrival if is_ordered else arrival
        kept["provider"] = new.provider or known.provider
        members = (*others, new.model_copy(update=kept))
        return self.model_copy(update={"members": members})

    def with_deletion(self, key: str, deleted: bool) -> "Record":
        """Return the record with an object's texts marked as deleted, or as there again."""
        return self.model_copy(
            update={
                "members": tuple(
                    each.model_copy(update={"deleted": deleted}) if each.key == key else each
                    for each in self.members
                )
            }
        )

    def without(self, key: str, version_id: str | None) -> "Record":
        """Return the record as if an object's version had never come; a kill stays."""
        kept = tuple(
            each
            for each in self.members
            if each.status == "cancelled" or not each.is_object(key, version_id)
        )
        return self.model_copy(update={"members": kept})

    def merged(self, other: "Record") -> "Record":
        """Return the record with another one's texts."""
        last = max((each.arrival for each in self.members), default=0)
        known = {(each.key, each.sha256) for each in self.members}
        providers = {e.provider for e in (*self.members, *other.members) if e.provider}
        added = [
            each.model_copy(update={"arrival": last + each.arrival})
            for each in other._claimed(providers)
            if (each.key, each.sha256) not in known
        ]
        return self._with((*self._claimed(providers), *added), other.forgotten)

    def _claimed(self, providers: Set[str]) -> tuple[Member, ...]:
        """The texts; before another provider's come, those that name none are the known one's.

        So a kill stays one, whoever else uses the same identifier later.
        """
        own = {each.provider for each in self.members if each.provider}
        if len(own) != 1 or not providers - own:
            return self.members
        update = {"provider": own.pop()}
        return tuple(
            each.model_copy(update=update) if not each.provider and each.thread is None else each
            for each in self.members
        )

    def _with(self, members: Sequence[Member], forgotten: Sequence[Member] = ()) -> "Record":
        """The record with these texts; the oldest of too many are forgotten, but no kill."""
        surplus = max(0, len(members) - MAX_MEMBERS)
        by_age = sorted(members, key=lambda each: (each.status == "cancelled", each.arrival))
        dropped = [each for each in by_age[:surplus] if each.status != "cancelled"]
        kept = tuple(each for each in members if each not in dropped)
        # Only their keys count: a kill withdraws what lies there.
        old = {
            each.key: each.model_copy(update={"sketch": ()})
            for each in sorted(
                (*self.forgotten, *forgotten, *dropped), key=lambda each: each.object_order
            )
        }
        return self.model_copy(update={"members": kept, "forgotten": tuple(old.values())})

    def group(self, member: Member) -> list[Member]:
        """Return the versions of the member's story, itself included.

        One identifier may be used by several providers: each has its own story. What names no
        provider is of the only known one.
        """
        if member.thread is not None:
            return [each for each in self.members if each.thread == member.thread]
        if len({each.provider for each in self.members if each.provider}) < 2:
            return list(self.members)
        return [each for each in self.members if each.provider == member.provider]

    def _thread(self, new: Member, others: Sequence[Member]) -> int | None:
        """The near-duplicates that a text without a guid belongs to.

        Only an update, a correction or a kill belongs to another text: two articles may be alike.
        """
        if new.guid is not None:
            return None
        same = [e for e in others if e.sha256 == new.sha256 or e.key == new.key]
        if same:
            return same[0].thread
        alike = [
            (similarity(each.sketch, new.sketch), each.thread)
            for each in others
            if each.thread is not None
            and (each.rank, each.change, each.status) != (new.rank, new.change, new.status)
        ]
        threads = {thread for _, thread in alike}
        if not new.sketch and len(threads) == 1:
            # A kill often has no text.
            return threads.pop()
        best = max(alike, default=(0.0, None), key=lambda pair: pair[0])
        if best[0] >= _NEAR:
            return best[1]
        return 1 + max((each.thread or 0 for each in others), default=0)


def similarity(one: Sequence[int], other: Sequence[int]) -> float:
    """Return the share of equal shingles that two sketches estimate (Broder 1997)."""
    size = min(len(one), len(other))
    if not size:
        return 0.0
    least = sorted({*one, *other})[:size]
    return len({*least} & {*one} & {*other}) / size


class Standing(StrEnum):
    """What a version of a story is at some time."""

    CURRENT = "current"
    WAITING = "waiting"
    """Its embargo has not passed, and nothing newer is known."""
    WITHHELD = "withheld"
    """The newest version, but its publisher does not allow its use now."""
    SUPERSEDED = "superseded"
    KILLED = "killed"


@dataclass(frozen=True)
class Verdict:
    """A version's standing, and the version that gives it that standing, if it is another."""

    standing: Standing
    by: Member | None = None


def verdict(record: Record, member: Member, now: datetime) -> Verdict:
    """Return the standing of one of the record's members at a time.

    A kill of any version is a kill of the story, for good. Otherwise the newest version counts
    whose embargo has passed; a version that was still embargoed when a newer one came is never
    shown. Of equal texts under several keys the first counts if they have a guid.
    """
    group = record.group(member)
    kills = sorted(
        (each for each in group if each.status == "cancelled"), key=lambda each: each.arrival
    )
    if kills:
        return Verdict(Standing.KILLED, kills[0])
    if member in record.forgotten:
        return Verdict(Standing.SUPERSEDED, max(group, default=None, key=_Order(group)))
    if member.thread is not None:
        # Without a guid, an object that was stored again is the newest version of what it held.
        newest_of = {e.key: e for e in sorted(group, key=lambda each: each.object_order)}
        if newest_of[member.key].sha256 != member.sha256:
            return Verdict(Standing.SUPERSEDED, newest_of[member.key])
        group = list(newest_of.values())
    order = _Order(group)
    first = _first_of_equals(group)
    mine = first[member.sha256]
    versions = sorted(first.values(), key=order)
    shown = next((e for e in reversed(versions) if _may_show(e, versions, now)), None)
    if shown and (shown is mine or order(shown) > order(mine)):
        if not _is_equal(shown, member):
            return Verdict(Standing.SUPERSEDED, shown)
        is_usable = member.status == "usable"
        return Verdict(Standing.CURRENT if is_usable else Standing.WITHHELD)
    newest = versions[-1]
    if newest is mine and _is_equal(mine, member):
        return Verdict(Standing.WAITING)
    return Verdict(Standing.SUPERSEDED, newest)


def _is_equal(first: Member, member: Member) -> bool:
    """Whether a member counts as the first one of its text does.

    The same text under two keys is one version of a story with a guid, else two articles.
    """
    is_same_text = first.sha256 == member.sha256
    return is_same_text and (first.key == member.key or member.thread is not None)


def _may_show(version: Member, versions: Sequence[Member], now: datetime) -> bool:
    """Whether its embargo has passed and no newer one came before that."""
    if version.embargo is None or version.status != "usable":
        return True
    newer = versions[versions.index(version) + 1 :]
    embargo = in_utc(version.embargo)
    return embargo <= now and not any(each.arrived_at < embargo for each in newer)


def _first_of_equals(group: Iterable[Member]) -> Mapping[str, Member]:
    """By the text's hash: its first member that is not deleted, or its first one."""
    first: dict[str, Member] = {}
    for each in sorted(group, key=lambda each: (each.deleted, each.arrival)):
        first.setdefault(each.sha256, each)
    return first


class _Order:
    """Orders versions: by number if all have one, then by date if all have one, then by arrival."""

    def __init__(self, group: Sequence[Member]) -> None:
        self._by_version = all(_number(each.version) for each in group)
        self._by_date = all(each.date for each in group)
        self._one_object = len({each.key for each in group}) == 1

    def __call__(self, member: Member) -> tuple[Any, ...]:
        return (
            _number(member.version) if self._by_version else (),
            in_utc(member.date) if self._by_date and member.date else _LONG_AGO,
            member.rank,
            member.object_order if self._one_object else (member.stored_at, ""),
            member.arrival,
        )


def _number(version: str | None) -> tuple[int, ...]:
    if version is None or not _VERSION.fullmatch(version):
        return ()
    return tuple(map(int, re.split(r"[.-]", version)))


def predecessor(record: Record, member: Member, now: datetime) -> Member | None:
    """Return the newest version before this one that readers may have seen, or None."""
    group = record.group(member)
    order = _Order(group)
    earlier = [
        each
        for each in group
        if each.status == "usable"
        and each.sha256 != member.sha256
        and order(each) < order(member)
        and (each.embargo is None or in_utc(each.embargo) <= now)
    ]
    return max(earlier, default=None, key=order)
