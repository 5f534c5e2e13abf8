"""The records of stories in the summaries bucket, and the results that follow from them.

The bucket, not a table, because a kill must not be lost: ``teletipo.story`` is what is stored.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger

from handlers import clock
from handlers.s3 import S3ResultStore, read_reviews
from teletipo import formats
from teletipo.article import Source, WireCopy
from teletipo.delivery import Delivery
from teletipo.earlier import Earlier
from teletipo.edited import reviews_of
from teletipo.errors import BadKey, Killed, NotUsable, Outdated, Rejection, WriteConflict
from teletipo.identity import identify, member
from teletipo.keys import (
    embargoed_key,
    rejection_key,
    result_keys,
    story_key,
    summary_key,
)
from teletipo.ports import StoredObject
from teletipo.publishing import publish
from teletipo.story import (
    Member,
    Record,
    Standing,
    Verdict,
    in_utc,
    predecessor,
    release_time,
    verdict,
)
from teletipo.summary import RejectionDocument, Summary, to_json

logger = Logger(child=True)
# An attempt fails only if another worker succeeded in between.
_ATTEMPTS = 20
# Records point to others only after versions with several identifiers came out of order.
_MAX_MOVES = 32
# At most so many versions' senders are notified of a change.
_MAX_TOLD = 50


@dataclass(frozen=True)
class _Stored:
    """A record, and the object that it was read from."""

    place: str
    record: Record
    stored: StoredObject | None


class Stories:
    """The records, with conditional writes."""

    def __init__(self, results: S3ResultStore) -> None:
        self._results = results

    def read(self, place: str) -> tuple[str, Record]:
        """Return where the record is that counts, and the record; an empty one if there is none.

        Raises ``StoreUnavailable``.
        """
        found = self._load(place)
        return found.place, found.record

    def register(self, identifiers: Sequence[str], new: Member) -> tuple[str, Record]:
        """Put a text into its story's record; return where that is, and the record.

        Records that turn out to be of the same story become one. Doing it again changes nothing.
        Raises ``StoreUnavailable`` or ``WriteConflict``.
        """
        for _ in range(_ATTEMPTS):
            found = [self._load(story_key(each)) for each in identifiers]
            known = [each for each in found if each.stored]
            # The same one for every worker: two records can never move to each other.
            root = min(known, key=lambda each: each.place) if known else found[-1]
            record = root.record
            others = {e.place: e for e in known if e.place != root.place}
            for other in others.values():
                record = record.merged(other.record)
            record = record.with_arrival(new)
            if record != root.record and not self._put(root, record):
                continue
            moved = Record(moved_to=root.place)
            aliases = [
                _Stored(place, Record(), None)
                for place, each in zip(map(story_key, identifiers), found, strict=True)
                if each.stored is None and place != root.place
            ]
            if all(self._put(each, moved) for each in (*others.values(), *aliases)):
                return root.place, record
        raise WriteConflict("Other workers keep changing the story's record.")

    def change(self, place: str, change: Any) -> Record:
        """Replace a record by what ``change`` makes of it, and return that.

        Raises ``StoreUnavailable`` or ``WriteConflict``.
        """
        for _ in range(_ATTEMPTS):
            found = self._load(place)
            record: Record = change(found.record)
            if record == found.record or self._put(found, record):
                return record
        raise WriteConflict("Other workers keep changing the story's record.")

    def _load(self, place: str) -> _Stored:
        for _ in range(_MAX_MOVES):
            found = self._results.get(place)
            if found is None:
                return _Stored(place, Record(), None)
            record = Record.model_validate_json(found[1])
            if record.moved_to is None:
                return _Stored(place, record, found[0])
            place = record.moved_to
        raise WriteConflict("The story's records point to each other.")

    def _put(self, known: _Stored, record: Record) -> bool:
        return bool(self._results.put(known.place, to_json(record), {}, replaces=known.stored))

    # ---- Results

    def is_same(self, place: str, other: StoredObject) -> bool:
        """Whether a result is of this story. Raises ``StoreUnavailable``."""
        named = other.metadata.get("story")
        return bool(named) and (named == place or self._load(str(named)).place == place)

    def standing(self, place: str, key: str, version_id: str | None) -> Verdict | None:
        """Return the standing of an object's version now; None if the record has none of it.

        Raises ``StoreUnavailable``.
        """
        record = self._load(place).record
        found = record.find(key, version_id)
        return verdict(record, found, clock.now()) if found else None

    def versions(self, place: str, key: str, version_id: str | None) -> list[Member]:
        """Return the newest versions of an article's story. Raises ``StoreUnavailable``."""
        record = self._load(place).record
        found = record.find(key, version_id)
        return record.group(found)[-_MAX_TOLD:] if found else []

    def _is_still(self, place: str, each: Member, standing: Standing) -> bool:
        found = self.standing(place, each.key, each.version_id)
        return found is not None and found.standing is standing

    def settle(self, place: str, mark: str) -> None:
        """Bring the results of all versions in line with the record; doing it again does nothing.

        A killed or superseded version's summary gives way to a rejection that says so. ``mark`` is
        the fingerprint that rejections are stored with. Raises ``StoreUnavailable`` or
        ``WriteConflict``.
        """
        place, record = self.read(place)
        now = clock.now()
        is_killed = any(each.status == "cancelled" for each in record.members)
        members = (*record.forgotten, *record.members) if is_killed else record.members
        for key in dict.fromkeys(each.key for each in members):
            held = [each for each in members if each.key == key]
            standings = {id(each): verdict(record, each, now) for each in held}
            newest = max(held, key=lambda each: each.object_order)
            found = standings[id(newest)]
            # One that counts now is about to be released.
            kept = {Standing.WAITING, Standing.CURRENT}
            self._forget_aside(key, [e for e in held if standings[id(e)].standing not in kept])
            current = next((e for e in held if standings[id(e)].standing is Standing.CURRENT), None)
            if found.standing is Standing.KILLED:
                self._replace(place, newest, found, mark)
            elif found.standing is Standing.SUPERSEDED and current:
                self._cover(current, newest)
            elif found.standing is Standing.SUPERSEDED and found.by and found.by.key != key:
                self._replace(place, newest, found, mark)

    def _replace(self, place: str, each: Member, found: Verdict, mark: str) -> None:
        """Write the rejection in place of a version's result, unless it is there."""
        reason = _reason(found)
        there = self._results.head(rejection_key(each.key))
        is_there = there is not None and _is_result_of(there, each, reason.code)
        # The summary is deleted last: without it nothing is left to do.
        if is_there and not self._has_summary(each.key):
            return
        document = RejectionDocument(
            key=each.key,
            version_id=each.version_id,
            code=reason.code,
            reason=str(reason),
            guid=each.guid,
            see=found.by.key if found.by and reason.code == Outdated.code else None,
            **self.withdrawn(each.key),
        )
        publish(
            self._results,
            each.delivery,
            mark,
            to_json(document),
            status="rejected",
            is_current=lambda: self._is_still(place, each, found.standing),
            is_of_story=lambda other: self.is_same(place, other),
            facts={"story": place, "code": reason.code},
        )
        logger.info("Replaced", key=each.key, version_id=each.version_id, code=reason.code)

    def _has_summary(self, key: str) -> bool:
        with contextlib.suppress(BadKey):
            return self._results.head(summary_key(key)) is not None
        return False

    def withdrawn(self, key: str) -> dict[str, Any]:
        """Return what a rejection says of the summary in whose place it comes."""
        with contextlib.suppress(BadKey):
            if found := self._results.get(summary_key(key)):
                summary = Summary.model_validate_json(found[1])
                return {
                    "language": summary.article.language,
                    "languages": tuple(summary.summaries),
                }
        if found := self._results.get(rejection_key(key)):
            known = RejectionDocument.model_validate_json(found[1])
            return {"language": known.language, "languages": known.languages}
        return {}

    def _cover(self, current: Member, newest: Member) -> None:
        """Note beside a result that it also answers for an older text that was stored later."""
        for result in result_keys(current.key):
            found = self._results.get(result)
            if found is None or not _is_result_of(found[0], current):
                continue
            stored, body = found
            if stored.metadata.get("covers", "") != (newest.version_id or ""):
                metadata = {**stored.metadata, "covers": newest.version_id or ""}
                # If it was just replaced, whoever did that settles the story next.
                self._results.put(result, body, metadata, replaces=stored)

    def _forget_aside(self, key: str, versions: Sequence[Member]) -> None:
        """Delete the embargoed summary if it is one of these versions'."""
        with contextlib.suppress(BadKey):
            aside = embargoed_key(key)
            waiting = self._results.head(aside) if versions else None
            if waiting and any(_is_result_of(waiting, each) for each in versions):
                self._results.delete(aside, waiting)

    def earlier(self, record: Record, new: Member) -> Earlier | None:
        """Return the summary that readers had before a version, with its reviews, or None.

        If the version itself was summarized before, that summary.
        Raises ``StoreUnavailable``.
        """
        known = predecessor(record, new, clock.now())
        own = self.earlier_at(new.key, new.sha256)
        if own and own.is_same_text and (own.summary.supersedes or known is None):
            return own
        if known is None:
            return None
        return own if known.key == new.key else self.earlier_at(known.key, new.sha256)

    def earlier_at(self, key: str, sha256: str) -> Earlier | None:
        """Return the summary under an article's key, or None."""
        with contextlib.suppress(BadKey):
            found = self._results.get(summary_key(key))
            if found is None:
                return None
            summary = Summary.model_validate_json(found[1])
            _, reviews = read_reviews(self._results, key)
            return Earlier(
                summary,
                reviews_of(reviews, summary, found[0].etag),
                is_same_text=summary.article.sha256 == sha256,
            )
        return None


class Arrival:
    """One article's arrival in its story, as the pipeline asks for it once it is read."""

    def __init__(self, stories: Stories, source: Source, delivery: Delivery) -> None:
        self._stories, self._source, self._delivery = stories, source, delivery
        self.place: str | None = None
        """Where the story's record is; None before the article is read, or without a story."""
        self.member: Member | None = None
        self.standing: Standing | None = None
        self.embargo: str = ""
        """ISO 8601; empty if there is none, or it has passed."""

    def __call__(self, copy: WireCopy, sha256: str) -> Earlier | None:
        """See ``teletipo.pipeline.Arrive``. Raises also what ``Stories.register`` raises."""
        now = clock.now()
        # What may not be used at all has no time from which it may.
        if copy.status == "usable" and copy.embargo and in_utc(copy.embargo) > now:
            self.embargo = release_time(copy.embargo)
        identity = identify(copy, self._source)
        if not identity:
            formats.check_status(copy)
            return self._stories.earlier_at(self._delivery.key, sha256)
        new = member(copy, self._source, sha256, self._delivery, now)
        self.place, record = self._stories.register(identity.identifiers, new)
        self.member = record.find(self._delivery.key, self._delivery.version_id)
        if self.member is None:
            raise Outdated("A later object with the same text is known.")
        found = verdict(record, self.member, now)
        self.standing = found.standing
        if found.standing in {Standing.KILLED, Standing.SUPERSEDED, Standing.WITHHELD}:
            raise _reason(found)
        return self._stories.earlier(record, self.member)

    @property
    def facts(self) -> dict[str, str]:
        """What is stored with the result."""
        given = {"story": self.place or "", "embargo": self.embargo}
        return {name: value for name, value in given.items() if value}

    def is_still(self) -> bool:
        """Whether the version's standing is what it was, or its embargo has passed since.

        Raises ``StoreUnavailable``.
        """
        if self.place is None or self.member is None:
            return True
        found = self._stories.standing(self.place, self.member.key, self.member.version_id)
        allowed = {self.standing}
        if self.standing is Standing.WAITING:
            allowed.add(Standing.CURRENT)
        return found is not None and found.standing in allowed

    def is_of_story(self, other: StoredObject) -> bool:
        """Whether a result is of the same story. Raises ``StoreUnavailable``."""
        return self.place is not None and self._stories.is_same(self.place, other)


def _reason(found: Verdict) -> Rejection:
    by = found.by
    if found.standing is Standing.KILLED:
        note = f" Its note: {by.note}" if by and by.note else ""
        return Killed(f"The publisher killed the story.{note}")
    if found.standing is Standing.SUPERSEDED and by:
        return Outdated(f"The story's current version is '{by.key}'.")
    return NotUsable("The publisher marked the item as withheld.")


def _is_result_of(stored: StoredObject, each: Member, code: str = "") -> bool:
    is_version = stored.metadata.get("version-id", "") == (each.version_id or "")
    return is_version and code in {"", stored.metadata.get("code")}
