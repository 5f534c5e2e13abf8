"""SQS batches with partial failures: only failed messages are redelivered.

A message that kills its worker (a time-out, no memory, a crash) takes the whole batch with it:
nothing is reported, and every message has one receive less before the dead-letter queue.
``each_apart`` makes sure that only the message at fault uses up its receives.

Messages of a first delivery are handled as they come. Redelivered messages are suspects:

- Each is handled alone and acknowledged at once, so a later crash does not bring it back.
- While a suspect is handled, the others of its batch are hidden only until the worker's time is
  up, but the suspect for longer. After a crash the others come back first, without it. That this
  counts as a receive cannot be avoided; that they meet again can.
- The message with the most receives goes first. Of equal ones the order is by message ID, upwards
  at an even receive and downwards at an odd one. So of two messages that meet twice, each is
  handled before the other once.

An innocent message therefore survives a bomb. They crash together at their first receive. If they
meet at the second and at the third, the innocent one is handled and acknowledged before the bomb at
one of them. If the bomb has more receives, it goes first, but it runs out of receives first, too:
the innocent one still has one when the bomb is in the dead-letter queue. If it has fewer, it goes
second. Several bombs in one batch are parted one at a time, because each is hidden for longer than
the rest: with a batch of four and six receives (template.yaml) one receive is to spare.
tests/unit/test_suspects.py simulates the queue.

A message for which no time is left is handed back and comes again soon, at another moment than the
others that were handed back: together they may be too much for one worker again.
"""

import contextlib
import hashlib
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from teletipo.errors import EventError, OutOfTime

_processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

# Beyond the worker's own time, so that no message is received while it is still being handled.
_MARGIN_SECONDS = 30
# How long a suspect is hidden: longer than the others, whatever the worker's time.
_SUSPECT_SECONDS = 720
# Between the moments at which messages that were handed back come again.
_PAUSE_SECONDS = 30


def each_message(
    event: Mapping[str, Any], context: LambdaContext, handle: Callable[[SQSRecord], None]
) -> dict[str, Any]:
    """Handle every message. A message whose ``handle`` raises is reported as failed."""
    return dict(
        process_partial_response(
            event=dict(event), record_handler=handle, processor=_processor, context=context
        )
    )


def log_unexpected(logger: Logger, error: Exception, message_id: str) -> None:
    """Log the type and the place of an exception; its text may quote the article."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    logger.error(
        "Unexpected failure",
        message_id=message_id,
        error=type(error).__name__,
        at=f"{Path(where.filename).name}:{where.lineno}",
    )


class Queue:
    """The queue that messages come from. Its failures change only when a message comes again."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def acknowledge(self, record: SQSRecord) -> None:
        """Delete a message that is done."""
        with contextlib.suppress(ClientError, BotoCoreError):
            self._client.delete_message(QueueUrl=self._url, ReceiptHandle=record.receipt_handle)

    def hide(self, record: SQSRecord, seconds: int) -> None:
        """Let a message come again after this many seconds, unless it is acknowledged."""
        with contextlib.suppress(ClientError, BotoCoreError):
            self._client.change_message_visibility(
                QueueUrl=self._url, ReceiptHandle=record.receipt_handle, VisibilityTimeout=seconds
            )


def receives(record: SQSRecord) -> int:
    """Return how often a message was received, this time included."""
    return int(record.raw_event["attributes"]["ApproximateReceiveCount"])


def each_apart(
    event: Mapping[str, Any],
    context: LambdaContext,
    queue: Queue,
    handle: Callable[[SQSRecord], None],
    prepare: Callable[[Sequence[SQSRecord]], None],
) -> dict[str, Any]:
    """Handle every message so that one that kills the worker takes no other with it.

    ``handle`` does one message; if it raises, the message is reported as failed, and after
    ``OutOfTime`` it comes again soon. ``prepare`` is called once before the messages of a first
    delivery are handled, with all of them.
    """
    records = [SQSRecord(record) for record in event.get("Records", [])]
    suspects = sorted((record for record in records if receives(record) > 1), key=_turn)
    fresh = [record for record in records if receives(record) == 1]
    if suspects:
        seconds = context.get_remaining_time_in_millis() // 1000 + _MARGIN_SECONDS
        for record in (*suspects, *fresh):
            queue.hide(record, seconds)
    failed: list[str] = []
    handed_back = 0
    for record in (*suspects, *fresh):
        if receives(record) > 1:
            queue.hide(record, _SUSPECT_SECONDS)
        if fresh and record is fresh[0]:
            prepare(fresh)
        try:
            handle(record)
        except EventError:
            # Another try fails, too: it need not wait for its way to the dead-letter queue.
            queue.hide(record, 1)
            failed.append(record.message_id)
        except OutOfTime:
            handed_back += 1
            queue.hide(record, handed_back * _PAUSE_SECONDS)
            failed.append(record.message_id)
        except Exception:
            failed.append(record.message_id)
        else:
            if receives(record) > 1:
                queue.acknowledge(record)
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _turn(record: SQSRecord) -> tuple[int, int]:
    """A sort key: the most receives first, equal ones in turn upwards and downwards."""
    place = int.from_bytes(hashlib.sha256(record.message_id.encode()).digest()[:8])
    count = receives(record)
    return -count, place if count % 2 == 0 else -place
