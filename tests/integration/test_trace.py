"""One correlation ID, from the request or the upload to the callback."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from aws_lambda_powertools.utilities.parameters.constants import DEFAULT_PROVIDERS

from handlers import notify, summarize, webhook
from handlers.api import service as api_service
from handlers.s3 import trace_of_version
from teletipo.keys import article_key, rejection_key, summary_key
from tests.backend import ARTICLES_BUCKET, SUMMARIES_BUCKET, Backend, backend
from tests.integration.test_summarize_handler import Context
from tests.receiver import Receiver, server

__all__ = ["backend", "server"]
_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
_PARENT = f"00-{_ID}-00f067aa0ba902b7-01"
_STATE = "vendor=t61rcWkgMzE,other=1"
_TEXT = b"Ten trains stopped on Monday in 40 degrees of heat.\n"


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> dict[str, io.StringIO]:
    """What each function logs."""
    loggers = {
        "api": api_service.logger,
        "summarize": summarize.logger,
        "notify": notify.logger,
        "webhook": webhook.logger,
    }
    streams = {}
    for name, logger in loggers.items():
        streams[name] = io.StringIO()
        monkeypatch.setattr(logger.handlers[0], "stream", streams[name])
    return streams


def logged(stream: io.StringIO, message: str) -> dict[str, Any]:
    """The last line with this message."""
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    return dict([line for line in lines if line["message"] == message][-1])


@pytest.fixture
def service(
    backend: Backend, tiny_pack_dir: Path, server: Receiver, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Backend]:
    """All four functions, an event rule and a receiver of callbacks."""
    arns = {}
    for name in ("callbacks", "events"):
        url = backend.sqs.create_queue(QueueName=name)["QueueUrl"]
        arns[name] = backend.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])[
            "Attributes"
        ]["QueueArn"]
        if name == "callbacks":
            monkeypatch.setenv("TELETIPO_CALLBACK_QUEUE_URL", url)
    events = boto3.client("events")
    events.put_rule(Name="ours", EventPattern=json.dumps({"source": ["teletipo"]}))
    events.put_targets(Rule="ours", Targets=[{"Id": "1", "Arn": arns["events"]}])
    secret = boto3.client("secretsmanager").create_secret(Name="signs", SecretString="A" * 44)
    monkeypatch.setenv("TELETIPO_CALLBACK_SECRET", secret["Name"])
    monkeypatch.setenv("TELETIPO_CALLBACK_HOSTS", "localhost")
    monkeypatch.setenv("TELETIPO_PACK_DIR", str(tiny_pack_dir))
    caches = (
        summarize._service, notify._service, webhook.settings, webhook.sqs, api_service.service,
    )  # fmt: skip
    for cache in caches:
        cache.cache_clear()
    # The provider keeps its client, which knows another server.
    DEFAULT_PROVIDERS.pop("secrets", None)
    yield backend
    DEFAULT_PROVIDERS.pop("secrets", None)
    for cache in caches:
        cache.cache_clear()


def do(service: Backend, key: str, version_id: str | None) -> None:
    """Summarize an article, tell of it, and send the callback, as the queues have them do."""
    stored = {"key": key, "versionId": version_id, "sequencer": "01"}
    record = {
        "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": ARTICLES_BUCKET}, "object": stored},
    }
    run(summarize.handler, json.dumps({"Records": [record]}))
    for place in service.results():
        service.changed(SUMMARIES_BUCKET, place)
    for message in service.messages("callbacks"):
        run(webhook.handler, json.dumps(message))


def run(handler: Any, body: str) -> None:
    message = {
        "messageId": "1", "receiptHandle": "1", "body": body, "eventSource": "aws:sqs",
        "attributes": {"ApproximateReceiveCount": "1"}, "messageAttributes": {},
    }  # fmt: skip
    context: Any = Context()
    assert handler({"Records": [message]}, context)["batchItemFailures"] == []


def document(service: Backend, place: str) -> dict[str, Any]:
    found = service.s3.get_object(Bucket=SUMMARIES_BUCKET, Key=place)
    return dict(json.loads(found["Body"].read()))


def test_the_clients_id_is_in_each_place(
    service: Backend, server: Receiver, logs: dict[str, io.StringIO]
) -> None:
    status, answer, headers = service.call(
        "POST", "/summaries?targets=en&callback_url=https://localhost/hook", _TEXT,
        content_type="text/plain", traceparent=_PARENT, tracestate=_STATE,
    )  # fmt: skip
    assert status == 202
    assert headers["traceparent"] == _PARENT
    assert logged(logs["api"], "Answered")["correlation_id"] == _ID
    key = article_key(answer["id"])
    article = service.s3.head_object(Bucket=ARTICLES_BUCKET, Key=key)
    assert article["Metadata"]["traceparent"] == _PARENT
    assert article["Metadata"]["tracestate"] == _STATE
    do(service, key, article["VersionId"])
    assert document(service, summary_key(key))["article"]["trace_id"] == _ID
    summary = service.s3.head_object(Bucket=SUMMARIES_BUCKET, Key=summary_key(key))
    assert summary["Metadata"]["traceparent"] == _PARENT
    assert logged(logs["summarize"], "Summarized")["correlation_id"] == _ID
    (event,) = service.messages("events")
    assert event["detail"]["trace_id"] == _ID
    assert logged(logs["notify"], "Notified")["correlation_id"] == _ID
    ((_, received, body),) = server.requests
    assert received["traceparent"] == _PARENT
    assert received["tracestate"] == _STATE
    assert json.loads(body)["data"]["trace_id"] == _ID
    assert logged(logs["webhook"], "Callback sent")["correlation_id"] == _ID
    # Sent back, it is the same article.
    service.call(
        "POST", f"{service.path(key)}/review",
        json.dumps({"decision": "sent_back", "reviewer": "Ana", "comment": "No."}).encode(),
        content_type="application/json",
    )  # fmt: skip
    again = service.s3.head_object(Bucket=ARTICLES_BUCKET, Key=key)
    assert again["Metadata"]["traceparent"] == _PARENT


def test_a_request_without_one_gets_one(service: Backend, logs: dict[str, io.StringIO]) -> None:
    _, answer, headers = service.call("POST", "/summaries", _TEXT, content_type="text/plain")
    key = article_key(answer["id"])
    article = service.s3.head_object(Bucket=ARTICLES_BUCKET, Key=key)
    assert article["Metadata"]["traceparent"] == headers["traceparent"]
    do(service, key, article["VersionId"])
    made = headers["traceparent"].split("-")[1]
    assert document(service, summary_key(key))["article"]["trace_id"] == made
    assert logged(logs["api"], "Answered")["correlation_id"] == made
    _, _, other = service.call("GET", "/languages")
    assert other["traceparent"] != headers["traceparent"]


def test_an_upload_by_form_carries_it(service: Backend) -> None:
    _, form, headers = service.call(
        "POST", "/uploads", json.dumps({"content_type": "text/plain"}).encode(),
        content_type="application/json", traceparent=_PARENT,
    )  # fmt: skip
    assert headers["traceparent"] == _PARENT
    assert form["fields"]["x-amz-meta-traceparent"] == _PARENT


def test_a_repeated_request_is_the_first_one_whatever_its_id(service: Backend) -> None:
    answers = [
        service.call(
            "POST", "/summaries", _TEXT, content_type="text/plain", idempotency_key="once",
            traceparent=_PARENT.replace("4bf9", number),
        )
        for number in ("aaaa", "bbbb")
    ]  # fmt: skip
    first, second = (answer for _, answer, _ in answers)
    assert (first["id"], first["version_id"]) == (second["id"], second["version_id"])
    article = service.s3.head_object(Bucket=ARTICLES_BUCKET, Key=article_key(first["id"]))
    assert "aaaa" in article["Metadata"]["traceparent"]


@pytest.mark.parametrize(
    ("metadata", "is_kept"),
    [({"traceparent": _PARENT}, True), ({"traceparent": "00-nonsense"}, False), ({}, False)],
)
def test_an_object_keeps_its_id_or_gets_one_that_does_not_change(
    service: Backend, logs: dict[str, io.StringIO], metadata: dict[str, str], is_kept: bool
) -> None:
    key = "articles/wire/a.txt"
    version = service.s3.put_object(Bucket=ARTICLES_BUCKET, Key=key, Body=_TEXT, Metadata=metadata)[
        "VersionId"
    ]
    do(service, key, version)
    wanted = _ID if is_kept else trace_of_version(ARTICLES_BUCKET, key, version).trace_id
    assert document(service, summary_key(key))["article"]["trace_id"] == wanted
    assert service.messages("events")[-1]["detail"]["trace_id"] == wanted
    # At a second delivery nothing is done, and the log still says of what.
    do(service, key, version)
    assert logged(logs["summarize"], "Nothing to do")["correlation_id"] == wanted


def test_a_rejection_has_it(service: Backend, logs: dict[str, io.StringIO]) -> None:
    key = "articles/empty.txt"
    version = service.s3.put_object(
        Bucket=ARTICLES_BUCKET, Key=key, Body=b"", Metadata={"traceparent": _PARENT}
    )["VersionId"]
    do(service, key, version)
    assert document(service, rejection_key(key))["trace_id"] == _ID
    assert service.messages("events")[-1]["detail"]["trace_id"] == _ID
    assert logged(logs["summarize"], "Rejected")["correlation_id"] == _ID


def test_what_is_withdrawn_has_it(service: Backend) -> None:
    key = "articles/wire/b.txt"
    version = service.s3.put_object(
        Bucket=ARTICLES_BUCKET, Key=key, Body=_TEXT, Metadata={"traceparent": _PARENT}
    )["VersionId"]
    do(service, key, version)
    service.messages("events")
    service.delete(key)
    (event,) = service.messages("events")
    assert (event["detail"]["status"], event["detail"]["trace_id"]) == ("withdrawn", _ID)
