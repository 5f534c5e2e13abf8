"""The keys of results, and that only the newest version's result remains."""

import contextlib
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.fastpack import FastPack
from teletipo.delivery import Delivery
from teletipo.errors import BadKey, StoreUnavailable, WriteConflict, WrongBucket
from teletipo.keys import rejection_key, summary_key
from teletipo.options import SummaryOptions
from teletipo.ports import StoredObject
from teletipo.publishing import Outcome, fingerprint, publish, settled


@dataclass
class MemoryStore:
    """Conditional writes as S3 does them; may be stopped before a given call, or raced."""

    objects: dict[str, tuple[StoredObject, bytes]] = field(default_factory=dict)
    writes: int = 0
    calls_until_stop: int = -1
    always_raced: bool = False
    before_each_call: Callable[[], None] = lambda: None

    def _call(self) -> None:
        self.before_each_call()
        if self.calls_until_stop == 0:
            raise StoreUnavailable("stopped")
        self.calls_until_stop -= 1

    def head(self, key: str) -> StoredObject | None:
        self._call()
        return self.objects[key][0] if key in self.objects else None

    def put(
        self, key: str, body: bytes, metadata: Mapping[str, str], replaces: StoredObject | None
    ) -> StoredObject | None:
        self._call()
        if self.always_raced or self._etag(key) != (replaces.etag if replaces else None):
            return None
        self.writes += 1
        self.objects[key] = (StoredObject(str(self.writes), dict(metadata)), body)
        return self.objects[key][0]

    def delete(self, key: str, stored: StoredObject) -> bool:
        self._call()
        if self._etag(key) != stored.etag:
            return False
        del self.objects[key]
        return True

    def _etag(self, key: str) -> str | None:
        return self.objects[key][0].etag if key in self.objects else None


def version(number: int, key: str = "articles/a.txt") -> Delivery:
    return Delivery(key, f"v{number}", f"{number:06X}", f"2022-03-14T00:00:{number:02}Z")


def deliver(store: MemoryStore, delivery: Delivery, *, rejected: bool = False) -> Outcome:
    body = f"{delivery.version_id}".encode()
    return settled(store, delivery, "mark") or publish(
        store, delivery, "mark", body, status="rejected" if rejected else "ok"
    )


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("articles/2022/03/14/moscow.txt", "2022/03/14/moscow.txt.json"),
        ("articles/año nuevo!.txt", "año nuevo!.txt.json"),
        ("articles/a+b%20c.txt", "a+b%20c.txt.json"),
    ],
)
def test_the_answer_lies_where_any_client_can_compute(key: str, name: str) -> None:
    assert summary_key(key) == f"summaries/{name}"
    assert rejection_key(key) == f"rejected/{name}"


@pytest.mark.parametrize("key", ["articles/", "articles/a/", "articles/../a", "articles/a//b",
                                 "articles/./a", "articles/a/.."])  # fmt: skip
def test_a_key_that_names_no_article_has_only_a_rejection(key: str) -> None:
    with pytest.raises(BadKey):
        summary_key(key)
    assert "/../" not in rejection_key(key)


def test_a_key_outside_the_prefix_is_not_ours() -> None:
    with pytest.raises(WrongBucket):
        summary_key("other/a.txt")


def test_the_same_version_twice_is_written_once() -> None:
    store = MemoryStore()
    assert deliver(store, version(1)) is Outcome.PUBLISHED
    assert deliver(store, version(1)) is Outcome.ALREADY_DONE
    assert store.writes == 1


def test_an_older_version_never_overwrites_a_newer_one() -> None:
    store = MemoryStore()
    deliver(store, version(2))
    assert deliver(store, version(1)) is Outcome.SUPERSEDED
    assert publish(store, version(1), "mark", b"old", status="rejected") is (Outcome.SUPERSEDED)
    assert {key: body for key, (_, body) in store.objects.items()} == {
        "summaries/a.txt.json": b"v2"
    }


def test_a_rejection_takes_the_place_of_an_older_summary() -> None:
    store = MemoryStore()
    deliver(store, version(1))
    deliver(store, version(2), rejected=True)
    assert list(store.objects) == ["rejected/a.txt.json"]


def test_another_pack_does_the_same_version_again() -> None:
    store = MemoryStore()
    deliver(store, version(1))
    assert settled(store, version(1), "other mark") is None


def test_without_sequencers_the_time_of_the_version_decides() -> None:
    store = MemoryStore()
    new = Delivery("articles/a.txt", "v2", None, "2022-03-14T00:00:02Z")
    old = Delivery("articles/a.txt", "v1", None, "2022-03-14T00:00:01Z")
    deliver(store, new)
    assert deliver(store, old) is Outcome.SUPERSEDED


@pytest.mark.parametrize("sequenced", ["old", "new"])
def test_where_only_one_has_a_sequencer_the_time_of_the_version_decides(sequenced: str) -> None:
    store = MemoryStore()
    old, new = (
        Delivery("articles/a.txt", name, "FF" if sequenced == name else None, f"2022-03-14T0{hour}")
        for hour, name in enumerate(("old", "new"))
    )
    assert deliver(store, new) is Outcome.PUBLISHED
    assert deliver(store, old) is Outcome.SUPERSEDED
    fresh = MemoryStore()
    assert deliver(fresh, old) is Outcome.PUBLISHED
    assert deliver(fresh, new) is Outcome.PUBLISHED


def test_sequencers_of_different_length_compare_from_the_left() -> None:
    store = MemoryStore()
    deliver(store, Delivery("articles/a.txt", "v2", "0055AED6DCD90281E6", "x"))
    old = Delivery("articles/a.txt", "v1", "0055AED6DCD90281E5FF", "y")
    assert deliver(store, old) is Outcome.SUPERSEDED


def test_losing_every_race_is_a_retry_and_not_a_loss() -> None:
    with pytest.raises(WriteConflict):
        deliver(MemoryStore(always_raced=True), version(1))


@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.booleans(), st.integers(0, 8)), min_size=1, max_size=12
    )
)
def test_whatever_the_order_and_the_stops_the_newest_answer_stands_alone(
    deliveries: list[tuple[int, bool, int]],
) -> None:
    """Versions are delivered in any order, twice, and stopped at any call; then each once more."""
    rejected = {number: flag for number, flag, _ in deliveries}
    store = MemoryStore()
    for number, _, calls in deliveries:
        store.calls_until_stop = calls
        with contextlib.suppress(StoreUnavailable):
            deliver(store, version(number), rejected=rejected[number])
    store.calls_until_stop = -1
    for number in rejected:
        deliver(store, version(number), rejected=rejected[number])
    newest = max(rejected)
    place = "rejected" if rejected[newest] else "summaries"
    assert {key: body for key, (_, body) in store.objects.items()} == {
        f"{place}/a.txt.json": f"v{newest}".encode()
    }


def test_a_late_worker_that_was_stopped_leaves_nothing_older_behind() -> None:
    store = MemoryStore()

    calls = itertools.count(1)

    def newer_comes_between() -> None:
        # Just before the older worker's put: it has found no result of a newer version.
        if next(calls) == 4:
            deliver(store, version(2))
            # The older worker writes its rejection, and is stopped.
            store.calls_until_stop = 1

    store.before_each_call = newer_comes_between
    with contextlib.suppress(StoreUnavailable):
        deliver(store, version(1), rejected=True)
    store.calls_until_stop = -1
    assert len(store.objects) == 2
    assert deliver(store, version(1), rejected=True) is Outcome.SUPERSEDED
    assert list(store.objects) == ["summaries/a.txt.json"]


def test_each_delivery_comes_until_it_is_done_and_the_newest_answer_stands_alone() -> None:
    assert [seed for seed in range(3000) if not newest_stands_alone(seed)] == []


def newest_stands_alone(seed: int) -> bool:
    """Workers are stopped at any call and run within each other; some events come twice.

    A message is handled by one worker at a time, and again only if that worker was stopped.
    """
    random = Random(seed)  # noqa: S311
    rejected = [random.random() < 0.5 for _ in range(random.randint(1, 4))]
    newest = len(rejected) - 1
    waiting = [*range(len(rejected)), *random.choices(range(len(rejected)), k=2)]
    store = MemoryStore()
    depth = 0

    def disturb() -> None:
        if depth < 3 and waiting and random.random() < 0.2:
            work()
        if random.random() < 0.1:
            raise StoreUnavailable("stopped")

    def work() -> None:
        nonlocal depth
        number = waiting.pop(random.randrange(len(waiting)))
        depth += 1
        try:
            deliver(store, version(number), rejected=rejected[number])
        except (StoreUnavailable, WriteConflict):
            waiting.append(number)
        depth -= 1

    store.before_each_call = disturb
    while waiting:
        work()
    place = "rejected" if rejected[newest] else "summaries"
    return {key: body for key, (_, body) in store.objects.items()} == {
        f"{place}/a.txt.json": f"v{newest}".encode()
    }


def test_another_threshold_makes_another_result() -> None:
    low, high = (SummaryOptions(min_confidence=each) for each in (0.3, 0.9))
    assert fingerprint(FastPack(), low) != fingerprint(FastPack(), high)
    assert fingerprint(FastPack(), low) == fingerprint(FastPack(), low)
