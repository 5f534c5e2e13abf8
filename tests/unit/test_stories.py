"""The records of stories under workers that take turns."""

import threading
from collections.abc import Sequence
from typing import Any

import pytest

from handlers.stories import Stories
from teletipo.keys import story_key
from teletipo.story import Member, Record
from tests.reviews import NOW
from tests.unit.test_publishing import MemoryStore


def _member(name: str) -> Member:
    return Member(key=name, version_id="1", stored_at="", sha256=name, arrived_at=NOW, guid=name)


class _Turns(MemoryStore):
    """Its callers take turns, one call each, until one is done."""

    def __init__(self) -> None:
        super().__init__()
        self._condition = threading.Condition()
        self.waiting: list[int] = []

    def get(self, key: str) -> Any:
        self._call()
        return self.objects.get(key)

    def _call(self) -> None:
        own = threading.get_ident()
        with self._condition:
            if own in self.waiting:
                assert self._condition.wait_for(lambda: self.waiting[0] == own, timeout=30)
                self.waiting.append(self.waiting.pop(0))
                self._condition.notify_all()

    def register(self, identifiers: Sequence[str]) -> None:
        """As a worker that takes turns."""
        with self._condition:
            self.waiting.append(threading.get_ident())
            self._condition.wait_for(lambda: len(self.waiting) == 2, timeout=5)
            self._condition.notify_all()
        try:
            Stories(self).register(identifiers, _member(identifiers[0]))  # type: ignore[arg-type]
        finally:
            with self._condition:
                self.waiting.remove(threading.get_ident())
                self._condition.notify_all()


@pytest.mark.parametrize("stored", [("g1", "g2"), ("g2", "g1"), ("g1",), ()])
def test_two_items_that_link_the_same_records_in_another_order_leave_one_story(
    stored: tuple[str, ...],
) -> None:
    store = _Turns()
    for each in stored:
        Stories(store).register([each], _member(each))  # type: ignore[arg-type]
    workers = [
        threading.Thread(target=store.register, args=(names,))
        for names in (("g3", "g2", "g1"), ("g4", "g1", "g2"))
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    read: list[tuple[str, Record]] = [
        Stories(store).read(story_key(each))  # type: ignore[arg-type]
        for each in ("g1", "g2", "g3", "g4")
    ]
    assert len({place for place, _ in read}) == 1
    assert {each.key for each in read[0][1].members} == {*stored, "g3", "g4"}
