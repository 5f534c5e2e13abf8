"""Notifications of results: an event, and a signed callback from a queue."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import httpx
import pytest
from jsonschema import validate
from standardwebhooks import Webhook

from handlers import notify, webhook
from infra.local.stack import LocalStack
from teletipo.keys import article_id
from teletipo.notice import Notice
from tests.conftest import ARTICLES, ROOT
from tests.integration.test_summarize_handler import Context
from tests.receiver import Receiver, server
from tests.stacks import moto, summary_of, wait_for

__all__ = ["server"]

_SAMPLE = (ARTICLES / "en-heatwave-trains.txt").read_bytes()


@pytest.fixture(scope="module")
def notices(api_stack: LocalStack) -> Callable[[], list[dict[str, Any]]]:
    """Returns all events of ours since the tests began."""
    sqs, events = api_stack.client("sqs"), api_stack.client("events")
    url = sqs.create_queue(QueueName="notices")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    events.put_rule(Name="notices", EventPattern=json.dumps({"source": ["teletipo"]}))
    events.put_targets(Rule="notices", Targets=[{"Id": "1", "Arn": arn["QueueArn"]}])
    found: list[dict[str, Any]] = []

    def look() -> list[dict[str, Any]]:
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get(
            "Messages", []
        ):
            found.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    return look


def of(notices: Callable[[], list[dict[str, Any]]], key: str) -> dict[str, Any]:
    return dict(wait_for(lambda: next((e for e in notices() if e["detail"]["key"] == key), None)))


def test_events_announce_a_summary_and_a_rejection(
    api_stack: LocalStack, notices: Callable[[], list[dict[str, Any]]]
) -> None:
    s3, bucket = api_stack.client("s3"), api_stack.outputs["ArticlesBucket"]
    s3.put_object(
        Bucket=bucket, Key="articles/notified.txt", Body=_SAMPLE, Metadata={"targets": "en"}
    )
    s3.put_object(Bucket=bucket, Key="articles/rejected.txt", Body=b"")
    schema = json.loads((ROOT / "docs" / "notice.schema.json").read_text("utf-8"))
    event = of(notices, "articles/notified.txt")
    assert event["source"] == "teletipo"
    assert event["detail-type"] == "Summary Completed"
    validate(event["detail"], schema)
    notice = Notice.model_validate(event["detail"])
    assert notice.result.key == "summaries/notified.txt.json"
    stored = s3.get_object(Bucket=notice.result.bucket, Key=notice.result.key)
    assert stored["ETag"] == notice.result.etag
    assert "Santarem" not in json.dumps(event)
    event = of(notices, "articles/rejected.txt")
    assert event["detail-type"] == "Article Rejected"
    validate(event["detail"], schema)
    assert event["detail"]["code"] == "empty"


def test_an_event_announces_what_is_withdrawn(
    api_stack: LocalStack, api: httpx.Client, notices: Callable[[], list[dict[str, Any]]]
) -> None:
    text = _SAMPLE.decode()
    article = article_id(summary_of(api, text=text, targets=["en"])["article"]["key"])
    assert api.delete(f"/summaries/{article}").status_code == 204
    event = wait_for(
        lambda: next(
            (
                each
                for each in notices()
                if each["detail-type"] == "Summary Withdrawn" and each["detail"]["id"] == article
            ),
            None,
        )
    )
    schema = json.loads((ROOT / "docs" / "notice.schema.json").read_text("utf-8"))
    validate(event["detail"], schema)
    notice = Notice.model_validate(event["detail"])
    assert notice.status == "withdrawn"
    assert notice.callback_type == "summary.withdrawn"
    completed = notice.model_copy(update={"status": "ok"})
    assert notice.message_id != completed.message_id


def test_a_callback_to_an_inner_address_is_tried_by_nobody_and_kept(
    api_stack: LocalStack, api: httpx.Client
) -> None:
    text = _SAMPLE.decode().split("\n\n", 3)[3]
    article = {"text": text, "targets": ["en"], "callback_url": "https://localhost/hook"}
    assert api.post("/summaries", json=article).status_code == 202
    # The emulator's own line; it does not always keep what a queue's function logs.
    refused = r"WebhookFunction\S+ processed 0 SQS messages from \S+ \(1 partial failures\)"
    wait_for(lambda: re.search(refused, api_stack.log()))
    sqs = api_stack.client("sqs")
    (url,) = sqs.list_queues(QueueNamePrefix="teletipo-CallbackQueue")["QueueUrls"]
    places = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    kept = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=places)["Attributes"]
    assert sum(int(kept[place]) for place in places) == 1


# ---- The webhook's handler, against Secrets Manager and SQS over HTTP (moto)


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, str, str]]:
    with moto(monkeypatch) as port:
        generated = boto3.client("secretsmanager").get_random_password(
            PasswordLength=44, ExcludePunctuation=True
        )["RandomPassword"]
        boto3.client("secretsmanager").create_secret(Name=f"signs-{port}", SecretString=generated)
        sqs = boto3.client("sqs")
        url = sqs.create_queue(QueueName=f"callbacks-{port}")["QueueUrl"]
        monkeypatch.setenv("TELETIPO_CALLBACK_SECRET", f"signs-{port}")
        monkeypatch.setenv("TELETIPO_CALLBACK_QUEUE_URL", url)
        monkeypatch.setenv("TELETIPO_CALLBACK_HOSTS", "localhost")
        webhook.settings.cache_clear()
        webhook.sqs.cache_clear()
        yield sqs, url, generated


def deliver(sqs: Any, url: str, body: str) -> tuple[list[str], str]:
    """Send a message and pass it to the handler; return the failures and the message's ID."""
    sqs.send_message(QueueUrl=url, MessageBody=body)
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    record = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "eventSource": "aws:sqs",
        "attributes": {"ApproximateReceiveCount": "3"},
        "messageAttributes": {},
    }
    context: Any = Context(function_name="webhook")
    answer = webhook.handler({"Records": [record]}, context)
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]], message["MessageId"]


def test_a_callback_is_signed_so_that_the_standards_library_takes_it(
    queue: tuple[Any, str, str], server: Receiver
) -> None:
    sqs, url, secret = queue
    body = json.dumps({"type": "summary.completed", "data": {"key": "articles/a.txt"}})
    message = {"url": "https://localhost/hook", "message_id": "msg_1", "body": body}
    failed, _ = deliver(sqs, url, json.dumps(message))
    assert failed == []
    ((path, headers, sent),) = server.requests
    assert path == "/hook"
    assert Webhook(secret).verify(sent, headers)["data"] == {"key": "articles/a.txt"}


def test_a_callback_that_fails_comes_again_later(
    queue: tuple[Any, str, str], server: Receiver
) -> None:
    sqs, url, _ = queue
    server.status = 503
    message = {"url": "https://localhost/hook", "message_id": "msg_1", "body": "{}"}
    failed, identifier = deliver(sqs, url, json.dumps(message))
    assert failed == [identifier]
    # After the third try the message stays invisible for a minute.
    assert "Messages" not in sqs.receive_message(QueueUrl=url)


def test_a_callback_to_what_is_no_address_is_told_of_and_comes_later(
    queue: tuple[Any, str, str], server: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    sqs, url, _ = queue
    message = {"url": "https://[x", "message_id": "msg_1", "body": "{}"}
    failed, identifier = deliver(sqs, url, json.dumps(message))
    assert failed == [identifier]
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    assert "FailedCallbacks" in capsys.readouterr().out


def test_a_message_that_is_no_callback_is_kept(
    queue: tuple[Any, str, str], server: Receiver
) -> None:
    sqs, url, _ = queue
    failed, identifier = deliver(sqs, url, "nonsense")
    assert failed == [identifier]
    assert not server.requests


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"detail-type": "Object Restored"}'])
def test_a_change_that_is_none_is_kept(body: str) -> None:
    record = {
        "messageId": "1", "receiptHandle": "1", "body": body, "eventSource": "aws:sqs",
        "attributes": {}, "messageAttributes": {},
    }  # fmt: skip
    context: Any = Context(function_name="notify")
    answer = notify.handler({"Records": [record]}, context)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}
