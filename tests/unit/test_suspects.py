"""A message that kills its worker takes no other with it: the queue simulated, many seeds.

The simulation counts receives, visibility and time as SQS does, with the template's own numbers;
what a worker does with a batch is the real ``each_apart``.
"""

import heapq
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from cfnlint.decode.cfn_yaml import load

from handlers.batches import Queue, each_apart
from teletipo.errors import OutOfTime, StoreUnavailable
from tests.conftest import ROOT

_RESOURCES = json.loads(json.dumps(load(str(ROOT / "template.yaml"))))["Resources"]
_QUEUE = _RESOURCES["ArticleQueue"]["Properties"]
_FUNCTION = _RESOURCES["SummarizeFunction"]["Properties"]
_MAX_RECEIVES = _QUEUE["RedrivePolicy"]["maxReceiveCount"]
_BATCH = _FUNCTION["Events"]["Articles"]["Properties"]["BatchSize"]
_ARTICLE_SECONDS = 25


class _KilledError(BaseException):
    """The worker is gone: nothing of it runs any more."""


@dataclass
class _Message:
    id: str
    kills_after: float | None = None
    """Seconds after which it kills its worker; None if it does not."""
    seconds: float = 4.0
    throttled: int = 0
    """How often it fails because of the world."""
    visible_at: float = 0.0
    receives: int = 0
    done: int = 0
    dead: bool = False


@dataclass
class _Simulation:
    """Workers that take batches from one queue; time passes only here."""

    messages: list[_Message]
    workers: int
    random: random.Random
    now: float = 0.0
    deleted: set[str] = field(default_factory=set)

    # What ``Queue`` calls.
    def delete_message(self, *, QueueUrl: str, ReceiptHandle: str) -> None:  # noqa: N803
        self.deleted.add(ReceiptHandle)

    def change_message_visibility(
        self, *, QueueUrl: str, ReceiptHandle: str, VisibilityTimeout: int  # noqa: N803
    ) -> None:  # fmt: skip
        self._named(ReceiptHandle).visible_at = self.now + VisibilityTimeout

    def _named(self, identifier: str) -> _Message:
        return next(message for message in self.messages if message.id == identifier)

    def run(self) -> None:
        free = [(0.0, number) for number in range(self.workers)]
        while True:
            waiting = [m for m in self.messages if m.id not in self.deleted and not m.dead]
            if not waiting:
                return
            at, number = heapq.heappop(free)
            at = max(at, min(message.visible_at for message in waiting))
            self.now = at
            batch = self._receive(waiting)
            if batch:
                self._work(batch)
            heapq.heappush(free, (self.now, number))

    def _receive(self, waiting: Sequence[_Message]) -> list[_Message]:
        visible = [message for message in waiting if message.visible_at <= self.now]
        self.random.shuffle(visible)
        batch = []
        for message in visible[:_BATCH]:
            message.receives += 1
            if message.receives > _MAX_RECEIVES:
                message.dead = True
                continue
            message.visible_at = self.now + _QUEUE["VisibilityTimeout"]
            batch.append(message)
        return batch

    def _work(self, batch: Sequence[_Message]) -> None:
        ends = self.now + _FUNCTION["Timeout"]

        def take(message: _Message) -> None:
            seconds = message.seconds if message.kills_after is None else message.kills_after
            if message.kills_after is not None or self.now + seconds > ends:
                self.now = min(self.now + seconds, ends)
                raise _KilledError
            self.now += seconds

        class Context:
            @staticmethod
            def get_remaining_time_in_millis() -> int:
                return int(1000 * (ends - self.now))

        together: set[str] = set()

        def prepare(records: Sequence[SQSRecord]) -> None:
            for record in records:
                take(self._named(record.message_id))
                together.add(record.message_id)

        def handle(record: SQSRecord) -> None:
            message = self._named(record.message_id)
            if message.throttled:
                message.throttled -= 1
                raise StoreUnavailable("throttled")
            if message.id not in together:
                if Context.get_remaining_time_in_millis() < _ARTICLE_SECONDS * 1000:
                    raise OutOfTime("too little time")
                take(message)
            message.done += 1

        records = [
            {
                "messageId": message.id,
                "receiptHandle": message.id,
                "body": "",
                "attributes": {"ApproximateReceiveCount": str(message.receives)},
            }
            for message in batch
        ]
        context: Any = Context()
        try:
            answer = each_apart({"Records": records}, context, Queue(self, "url"), handle, prepare)
        except _KilledError:
            return
        failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        self.deleted |= {message.id for message in batch} - failed


def _bomb(random_: random.Random, number: int) -> _Message:
    return _Message(f"bomb-{random_.random()}-{number}", random_.choice([0.1, 5.0, 1e9]))


def _article(random_: random.Random, number: int) -> _Message:
    return _Message(
        f"article-{random_.random()}-{number}",
        seconds=random_.uniform(0.5, 24),
        throttled=random_.random() < 0.1,
        visible_at=random_.choice([0.0, random_.uniform(0, 3000)]),
    )


def _outcome(bombs: int, articles: int, workers: int, seed: int) -> list[_Message]:
    random_ = random.Random(seed)  # noqa: S311
    messages = [_bomb(random_, number) for number in range(bombs)]
    messages += [_article(random_, number) for number in range(articles)]
    _Simulation(messages, workers, random_).run()
    return messages


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize(
    ("bombs", "articles", "workers"),
    [(1, 3, 1), (1, 3, 2), (1, 40, 2), (2, 2, 1), (3, 1, 1), (4, 200, 10)],
)
def test_only_what_kills_its_worker_ends_in_the_dead_letter_queue(
    bombs: int, articles: int, workers: int, seed: int
) -> None:
    messages = _outcome(bombs, articles, workers, seed)
    assert [message.id for message in messages if message.dead] == [m.id for m in messages[:bombs]]
    assert all(message.done == 1 for message in messages[bombs:])


def test_articles_that_are_slow_together_are_done_apart() -> None:
    messages = [_Message(f"slow-{number}", seconds=90) for number in range(8)]
    _Simulation(messages, 1, random.Random(1)).run()  # noqa: S311
    assert not [message.id for message in messages if message.dead]
