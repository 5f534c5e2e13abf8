"""Publishing results: each once, and never over a newer one.

The document itself is made in ``assembly``.
"""

import contextlib
import hashlib
from collections.abc import Callable, Mapping
from enum import StrEnum

from teletipo.code_version import code_version
from teletipo.delivery import Delivery
from teletipo.errors import BadKey, WriteConflict
from teletipo.keys import rejection_key, result_keys, summary_key
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
    if any(_is_newer(result.metadata, delivery.metadata(mark)) for result in present.values()):
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
) -> Outcome:
    """Write a summary or a rejection so that only the newest version's result remains.

    ``status`` is the document's: ``ok``, ``needs_review`` or ``rejected``. ``is_current`` tells
    whether the version still is the article's where nothing in the results orders versions.

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
    for _ in range(_ATTEMPTS):
        present = store.head(own_key)
        outcome = Outcome.PUBLISHED
        if present and _is_newer(present.metadata, delivery.metadata(mark)):
            return Outcome.SUPERSEDED
        if present and _is_same(present, delivery, mark):
            written: StoredObject | None = present
            outcome = Outcome.ALREADY_DONE
        elif not is_current():
            # Asked after the look at the result, which must not have changed when it is replaced.
            return Outcome.SUPERSEDED
        else:
            written = store.put(own_key, body, delivery.metadata(mark, status), replaces=present)
        if written is None:
            continue
        other = store.head(other_key) if other_key else None
        if other is None or other_key is None:
            return outcome
        if _is_newer(other.metadata, delivery.metadata(mark)):
            store.delete(own_key, written)
            return Outcome.SUPERSEDED
        if store.delete(other_key, other):
            return outcome
    raise WriteConflict(f"Other workers keep changing the results of '{delivery.key}'.")


def _is_same(result: StoredObject, delivery: Delivery, mark: str) -> bool:
    known, new = result.metadata, delivery.metadata(mark)
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
