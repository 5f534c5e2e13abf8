"""Publishing results: each once, and never over a newer one.

The document itself is made in ``assembly``.
"""

import contextlib
import hashlib
from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType

from teletipo.code_version import code_version
from teletipo.delivery import Delivery
from teletipo.errors import BadKey, WriteConflict
from teletipo.keys import embargoed_key, rejection_key, result_keys, summary_key
from teletipo.options import SummaryOptions
from teletipo.ports import Pack, ResultStore, StoredObject
from teletipo.terminology import NO_TERMS, Terminology

# An attempt fails only if another worker succeeded in between.
_ATTEMPTS = 5


class Outcome(StrEnum):
    """What happened to a result."""

    PUBLISHED = "published"
    ALREADY_DONE = "already_done"
    SUPERSEDED = "superseded"


def fingerprint(pack: Pack, options: SummaryOptions, terminology: Terminology = NO_TERMS) -> str:
    """Return a hash of what a result depends on besides the article: code, pack, options, terms."""
    parts = [
        code_version(),
        pack.name,
        pack.version,
        pack.runtime,
        pack.quantization,
        ",".join(options.targets),
        str(options.abstractive),
        str(options.repair),
        str(options.latin_names),
        str(options.score),
        str(options.min_confidence),
        str(options.max_article_bytes),
        terminology.sha256,
    ]
    text = "/".join(parts)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def settled(store: ResultStore, delivery: Delivery, mark: str) -> Outcome | None:
    """Return the outcome of a delivery that needs no work, or None if it does need work.

    If a newer version's result is there, an older one beside it is deleted.
    """
    present = _results(store, delivery.key)
    newer = [each for each in present.values() if _is_newer(each.metadata, delivery.metadata(mark))]
    if any(each.metadata.get("story") for each in newer):
        # The story's own order counts, not that of the objects.
        return None
    if newer:
        _leave_the_newer(store, present)
        return Outcome.SUPERSEDED
    # Two results mean that a worker was stopped between its steps; doing the work again fixes it.
    if len(present) == 1 and all(_is_same(each, delivery, mark) for each in present.values()):
        return Outcome.ALREADY_DONE
    return None


def _results(store: ResultStore, key: str) -> dict[str, StoredObject]:
    """The results of an article by key: a rejection, a summary, none or both."""
    return {place: result for place in result_keys(key) if (result := store.head(place))}


def _leave_the_newer(store: ResultStore, present: Mapping[str, StoredObject]) -> None:
    """Of two results delete the older one, which a stopped worker has left."""
    for place, result in present.items():
        if any(_is_newer(other.metadata, result.metadata) for other in present.values()):
            store.delete(place, result)


def publish(
    store: ResultStore,
    delivery: Delivery,
    mark: str,
    body: bytes,
    *,
    status: str,
    is_current: Callable[[], bool] = lambda: True,
    is_of_story: Callable[[StoredObject], bool] = lambda other: False,
    facts: Mapping[str, str] = MappingProxyType({}),
) -> Outcome:
    """Write a summary or a rejection so that only the newest version's result remains.

    ``status`` is the document's: ``ok``, ``needs_review`` or ``rejected``. ``is_current`` tells
    whether the version still is the article's where nothing in the results orders versions, and
    where ``is_of_story`` says that a result is of the same story: there the story's record orders
    them. ``facts`` are kept with the result.

    Safe against concurrent workers and against being stopped at any point. Writes are conditional.
    After writing, the article's other key (rejection or summary) is checked: an older result there
    is deleted; if it is newer, ours is deleted.

    Raises ``StoreUnavailable`` or ``WriteConflict``.
    """
    own_key, other_key = rejection_key(delivery.key), None
    if status != "rejected":
        own_key, other_key = summary_key(delivery.key), own_key
    else:
        with contextlib.suppress(BadKey):
            other_key = summary_key(delivery.key)

    def is_newer(other: StoredObject) -> bool:
        return _is_newer(other.metadata, delivery.metadata(mark))

    for _ in range(_ATTEMPTS):
        present = store.head(own_key)
        outcome = Outcome.PUBLISHED
        if present and not is_of_story(present) and is_newer(present):
            return Outcome.SUPERSEDED
        is_same = present and _is_same(present, delivery, mark)
        if present and is_same and present.metadata.get("code", "") == facts.get("code", ""):
            written: StoredObject | None = present
            outcome = Outcome.ALREADY_DONE
        elif not is_current():
            # Asked after the look at the result, which must not have changed when it is replaced.
            return Outcome.SUPERSEDED
        else:
            metadata = {**delivery.metadata(mark, status), **facts}
            written = store.put(own_key, body, metadata, replaces=present)
        if written is None:
            continue
        other = store.head(other_key) if other_key else None
        if other is None or other_key is None:
            return outcome
        if not is_current() if is_of_story(other) else is_newer(other):
            store.delete(own_key, written)
            return Outcome.SUPERSEDED
        if store.delete(other_key, other):
            return outcome
    raise WriteConflict(f"Other workers keep changing the results of '{delivery.key}'.")


def put_aside(
    store: ResultStore,
    delivery: Delivery,
    mark: str,
    body: bytes,
    *,
    status: str,
    is_current: Callable[[], bool],
    facts: Mapping[str, str],
) -> Outcome:
    """Write an embargoed summary where it waits for its time, beside what is public.

    Raises ``StoreUnavailable`` or ``WriteConflict``.
    """
    place, metadata = embargoed_key(delivery.key), {**delivery.metadata(mark, status), **facts}
    for _ in range(_ATTEMPTS):
        present = store.head(place)
        if present and _is_same(present, delivery, mark):
            return Outcome.ALREADY_DONE
        in_story = present and present.metadata.get("story") and facts.get("story")
        if present and not in_story and _is_newer(present.metadata, metadata):
            return Outcome.SUPERSEDED
        if not is_current():
            return Outcome.SUPERSEDED
        if store.put(place, body, metadata, replaces=present):
            return Outcome.PUBLISHED
    raise WriteConflict(f"Other workers keep changing the results of '{delivery.key}'.")


def is_aside(store: ResultStore, delivery: Delivery, mark: str) -> bool:
    """Whether a delivery's summary is where it waits for its time."""
    waiting = store.head(embargoed_key(delivery.key))
    return waiting is not None and _is_same(waiting, delivery, mark)


def take_from_aside(store: ResultStore, delivery: Delivery) -> None:
    """Delete an embargoed summary that is of this version or of an older one."""
    with contextlib.suppress(BadKey):
        place = embargoed_key(delivery.key)
        waiting = store.head(place)
        if waiting and not _is_newer(waiting.metadata, delivery.metadata("")):
            store.delete(place, waiting)


def _is_same(result: StoredObject, delivery: Delivery, mark: str) -> bool:
    known, new = result.metadata, delivery.metadata(mark)
    if delivery.version_id and known.get("covers") == delivery.version_id:
        return known.get("fingerprint") == mark
    identity = ("fingerprint", "version-id" if delivery.version_id else "last-modified")
    return all(known.get(name) == new[name] for name in identity)


def _is_newer(known: Mapping[str, str], new: Mapping[str, str]) -> bool:
    """Whether a result with the metadata ``known`` belongs to a later version than ``new``.

    S3 sequencers compare as strings, the shorter one padded with zeros on the right (Amazon S3
    User Guide, "Event message structure"). If either is missing, the versions' times decide.
    """
    sequencers = [metadata.get("sequencer", "").upper() for metadata in (known, new)]
    if all(sequencers):
        return sequencers[0].ljust(64, "0") > sequencers[1].ljust(64, "0")
    return known.get("last-modified", "") > new.get("last-modified", "")
