"""``teletipo ops``: look after a deployed or local stack."""

import argparse
import contextlib
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from cli.stack import (
    OpsError,
    Stack,
    add_stack_command,
    add_yes,
    articles_address,
    ask,
    print_json,
    say,
)
from teletipo.keys import REJECTED
from teletipo.progress import Progress, progress_display

_NOTHING_TO_DO, _SOMETHING_TO_DO = 0, 3
_ON = {"Enabled", "Enabling", "Creating", "Updating"}
_MOVE_POLL_SECONDS = 1.0
_LOOK_SECONDS = 30
_SEND_BATCH = 10


@dataclass(frozen=True)
class _Pair:
    """A queue and its dead letters, by the stack's outputs."""

    queue: str
    dead: str


_PAIRS = {
    "articles": _Pair("ArticleQueue", "DeadLetterQueue"),
    "changes": _Pair("ChangesQueue", "ChangesDeadLetterQueue"),
    "releases": _Pair("ReleaseQueue", "ReleaseDeadLetterQueue"),
    "callbacks": _Pair("CallbackQueue", "CallbackDeadLetterQueue"),
}


def add_commands(commands: Any) -> None:
    """Add ``ops`` to the program's commands."""
    ops = commands.add_parser(
        "ops",
        help="look after a deployed or local stack",
        description="Exit codes: 0 done, 1 AWS failed or refused, 2 wrong usage, "
        "3 there is something to do (status, dlq list).",
    )
    found = ops.add_subparsers(required=True, metavar="COMMAND")
    add_stack_command(found, "status", _status, "queues, dead letters and alarms")
    add_stack_command(
        found, "resume", _resume, "start the intake again after the function has stopped it"
    )
    letters = found.add_parser("dlq", help="dead letters").add_subparsers(
        required=True, metavar="COMMAND"
    )
    for name, run, text in (
        ("list", _list_dead, "what is in a dead-letter queue"),
        ("redrive", _redrive, "send it back to the queue that it comes from"),
    ):
        command = add_stack_command(letters, name, run, text)
        command.add_argument("queue", nargs="?", choices=_PAIRS, default="articles")
    rejected = found.add_parser("rejected", help="rejections").add_subparsers(
        required=True, metavar="COMMAND"
    )
    command = add_stack_command(rejected, "list", _list_rejected, "rejections with code and reason")
    command.add_argument("--prefix", default="", help="of the keys, without articles/")
    command = add_stack_command(found, "reprocess", _reprocess, "queue articles again")
    command.add_argument("address", type=articles_address, metavar="s3://BUCKET/PREFIX")
    add_yes(command)


# ---- status


def _status(stack: Stack, options: argparse.Namespace) -> int:
    queues = [_queue(stack, name) for name in _queues(stack)]
    alarms = _raised_alarms(stack)
    dead = {pair.dead for pair in _PAIRS.values()}
    is_on = all(mapping["State"] in _ON for mapping in stack.intake())
    has_dead = any(queue["messages"] for queue in queues if queue["name"] in dead)
    is_bad = bool(alarms) or has_dead or not is_on
    if options.json:
        intake = "on" if is_on else "stopped"
        print_json({"stack": stack.name, "intake": intake, "queues": queues, "alarms": alarms})
    else:
        if not is_on:
            print("The intake is stopped; fix the cause, then run: teletipo ops resume")
        print(f"{'queue':<24} {'waiting':>8} {'at work':>8}")
        for queue in queues:
            print(f"{queue['name']:<24} {queue['messages']:>8} {queue['in_flight']:>8}")
        for alarm in alarms:
            print(f"ALARM {alarm['name']}: {alarm['description']}")
        print("Action is needed: see docs/operate.md." if is_bad else "All is well.")
    return _SOMETHING_TO_DO if is_bad else _NOTHING_TO_DO


def _resume(stack: Stack, options: argparse.Namespace) -> int:
    off = [mapping["UUID"] for mapping in stack.intake() if mapping["State"] not in _ON]
    if not options.dry_run:
        for identifier in off:
            stack.client("lambda").update_event_source_mapping(UUID=identifier, Enabled=True)
    verb = "would be" if options.dry_run else "was"
    say(options, {"dry_run": options.dry_run, "resumed": len(off)},
         f"The intake {verb} started again." if off else "The intake is on.")  # fmt: skip
    return _NOTHING_TO_DO


def _queues(stack: Stack) -> list[str]:
    names = [name for pair in _PAIRS.values() for name in (pair.queue, pair.dead)]
    return [name for name in [*names, "FailedQueue"] if name in stack.outputs]


def _queue(stack: Stack, name: str) -> dict[str, Any]:
    fields = {
        "messages": "ApproximateNumberOfMessages",
        "in_flight": "ApproximateNumberOfMessagesNotVisible",
        "delayed": "ApproximateNumberOfMessagesDelayed",
    }
    found = stack.client("sqs").get_queue_attributes(
        QueueUrl=stack.output(name), AttributeNames=list(fields.values())
    )["Attributes"]
    return {"name": name, **{field: int(found[of]) for field, of in fields.items()}}


def _raised_alarms(stack: Stack) -> list[dict[str, str]]:
    pages = stack.client("cloudwatch").get_paginator("describe_alarms")
    return [
        {"name": alarm["AlarmName"], "description": alarm.get("AlarmDescription", "")}
        for page in pages.paginate(AlarmNamePrefix=f"{stack.name}-", StateValue="ALARM")
        for alarm in page["MetricAlarms"]
    ]


# ---- dead letters


def _list_dead(stack: Stack, options: argparse.Namespace) -> int:
    letters = []
    for message in _look_into(stack.client("sqs"), stack.output(_PAIRS[options.queue].dead)):
        sent = int(message["Attributes"]["SentTimestamp"]) / 1000
        letters.append(
            {
                "message_id": message["MessageId"],
                "sent_at": f"{datetime.fromtimestamp(sent, UTC):%Y-%m-%dT%H:%M:%SZ}",
                "keys": _keys(message["Body"]),
            }
        )
    if options.json:
        print_json({"queue": options.queue, "messages": letters})
    else:
        for letter in letters:
            what = ", ".join(letter["keys"]) or "no article is named"
            print(f"{letter['sent_at']}  {letter['message_id']}  {what}")
        print(f"{len(letters)} in the dead-letter queue of the {options.queue}.")
    return _SOMETHING_TO_DO if letters else _NOTHING_TO_DO


def _look_into(sqs: Any, url: str) -> Iterator[dict[str, Any]]:
    """Each message once; all are visible again afterwards."""
    from botocore.exceptions import ClientError

    seen: dict[str, str] = {}
    try:
        while True:
            received = sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=10,
                VisibilityTimeout=_LOOK_SECONDS,
                # Long polling asks all of the queue's servers.
                WaitTimeSeconds=1,
                AttributeNames=["SentTimestamp"],
            ).get("Messages", [])
            new = [message for message in received if message["MessageId"] not in seen]
            seen |= {message["MessageId"]: message["ReceiptHandle"] for message in received}
            if not new:
                return
            yield from new
    finally:
        for handle in seen.values():
            # One that was read long ago is visible by itself.
            with contextlib.suppress(ClientError):
                sqs.change_message_visibility(
                    QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0
                )


def _keys(body: str) -> list[str]:
    """The keys in a notification of S3, an event of EventBridge or a callback; else none."""
    try:
        document = json.loads(body)
        if "Records" in document:
            return [unquote_plus(each["s3"]["object"]["key"]) for each in document["Records"]]
        if "detail" in document:
            return [document["detail"]["object"]["key"]]
        return [json.loads(document["body"])["data"]["key"]]
    except (ValueError, KeyError, TypeError):
        return []


def _redrive(stack: Stack, options: argparse.Namespace) -> int:
    pair = _PAIRS[options.queue]
    sqs, source, target = stack.client("sqs"), stack.output(pair.dead), stack.output(pair.queue)
    waiting = _queue(stack, pair.dead)["messages"]
    if options.dry_run:
        say(options, {"queue": options.queue, "dry_run": True, "would_move": waiting},
             f"About {waiting} would go back to {pair.queue}.")  # fmt: skip
        return _NOTHING_TO_DO
    with progress_display("Redrive") as progress:
        moved, how = _move(sqs, source, target, waiting, progress)
    say(options, {"queue": options.queue, "dry_run": False, "moved": moved, "by": how},
         f"{moved} went back to {pair.queue}.")  # fmt: skip
    return _NOTHING_TO_DO


def _move(sqs: Any, source: str, target: str, total: int, progress: Progress) -> tuple[int, str]:
    from botocore.exceptions import ClientError

    arns = {url: _arn(sqs, url) for url in (source, target)}
    try:
        # The destination is named: what another function has put there has no source queue.
        sqs.start_message_move_task(SourceArn=arns[source], DestinationArn=arns[target])
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code.rpartition(".")[2] not in {
            "InvalidAction", "UnknownOperationException", "UnsupportedOperation",
        }:  # fmt: skip
            raise
        print(
            f"This endpoint has no StartMessageMoveTask ({code}): each message is received, sent "
            "and deleted. One that is interrupted in between is done twice, which is harmless.",
            file=sys.stderr,
        )
        return _move_by_hand(sqs, source, target, total, progress), "hand"
    while True:
        (task,) = sqs.list_message_move_tasks(SourceArn=arns[source], MaxResults=1)["Results"]
        moved = int(task.get("ApproximateNumberOfMessagesMoved", 0))
        progress(f"{moved} of about {total}", min(1.0, moved / max(total, 1)))
        if task["Status"] == "COMPLETED":
            return moved, "task"
        if task["Status"] != "RUNNING":
            raise OpsError(f"SQS stopped moving: {task.get('FailureReason', task['Status'])}.")
        time.sleep(_MOVE_POLL_SECONDS)


def _move_by_hand(sqs: Any, source: str, target: str, total: int, progress: Progress) -> int:
    moved = 0
    # No more than there were: what fails again at once must not go round for ever.
    while moved < total:
        messages = sqs.receive_message(
            QueueUrl=source, MaxNumberOfMessages=min(10, total - moved), WaitTimeSeconds=1
        ).get("Messages", [])
        if not messages:
            break
        for message in messages:
            sqs.send_message(QueueUrl=target, MessageBody=message["Body"])
            sqs.delete_message(QueueUrl=source, ReceiptHandle=message["ReceiptHandle"])
            moved += 1
        progress(f"{moved} of about {total}", moved / total)
    return moved


def _arn(sqs: Any, url: str) -> str:
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return str(found["Attributes"]["QueueArn"])


# ---- rejections and articles


def _list_rejected(stack: Stack, options: argparse.Namespace) -> int:
    s3, bucket = stack.client("s3"), stack.output("SummariesBucket")
    count = 0
    for item in stack.objects(bucket, REJECTED + options.prefix):
        document = json.loads(s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read())
        count += 1
        fields = ("key", "version_id", "code", "reason")
        row = {name: document[name] for name in fields}
        row["rejected_at"] = f"{item['LastModified']:%Y-%m-%dT%H:%M:%SZ}"
        if options.json:
            print(json.dumps(row, ensure_ascii=False))
        else:
            print(f"{row['rejected_at']}  {row['code']:<20}  {row['key']}  {row['reason']}")
    if not options.json:
        print(f"{count} rejections.")
    return _NOTHING_TO_DO


def _reprocess(stack: Stack, options: argparse.Namespace) -> int:
    bucket, prefix = options.address
    stack.require_articles_bucket(bucket)
    articles = list(stack.articles(bucket, prefix))
    if articles and not options.dry_run:
        ask(
            options,
            f"Queue {len(articles)} articles at once? `teletipo backfill` keeps to a rate.",
        )
        with progress_display("Reprocess") as progress:
            _send(stack, bucket, articles, progress)
    verb = "would be" if options.dry_run else "were"
    document = {"prefix": prefix, "dry_run": options.dry_run, "queued": len(articles)}
    say(options, document, f"{len(articles)} articles {verb} queued.")
    return _NOTHING_TO_DO


def _send(
    stack: Stack, bucket: str, articles: Sequence[Mapping[str, Any]], progress: Progress
) -> None:
    sqs, queue = stack.client("sqs"), stack.output("ArticleQueue")
    for start in range(0, len(articles), _SEND_BATCH):
        entries = [
            {"Id": str(place), "MessageBody": _notification(bucket, item)}
            for place, item in enumerate(articles[start : start + _SEND_BATCH])
        ]
        if failed := sqs.send_message_batch(QueueUrl=queue, Entries=entries).get("Failed"):
            raise OpsError(f"SQS refused {len(failed)} messages: {failed[0].get('Message', '')}.")
        sent = start + len(entries)
        progress(f"{sent} articles", sent / len(articles))


def _notification(bucket: str, item: Mapping[str, Any]) -> str:
    """As S3 sends it, without a version: the newest one is read."""
    key = quote_plus(item["Key"], safe="/")
    record = {
        "eventName": "ObjectCreated:Reprocess",
        "s3": {"bucket": {"name": bucket}, "object": {"key": key, "size": item["Size"]}},
    }
    return json.dumps({"Records": [record]})
