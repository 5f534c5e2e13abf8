"""The API and the notify function against S3, DynamoDB and SQS over HTTP (moto)."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import boto3
import httpx
import pytest

from handlers import notify
from handlers.api import app, service, storage
from teletipo.article import Source
from teletipo.keys import article_id, rejection_key, summary_key
from teletipo.options import SummaryOptions
from teletipo.pipeline import summarize_article
from teletipo.ports import Pack
from teletipo.summary import RejectionDocument, to_json
from tests.conftest import ARTICLES
from tests.integration.test_summarize_handler import Context
from tests.stacks import moto, resources

ARTICLES_BUCKET, SUMMARIES_BUCKET = "backend-articles", "backend-summaries"
_CALLER = {"identity": {"apiKeyId": "key-1"}, "path": "/v1/"}
SAMPLE = (ARTICLES / "en-heatwave-trains.txt").read_bytes()


@dataclass
class Backend:
    """Two buckets, two tables and the queues, with the functions between them."""

    s3: Any
    dynamodb: Any
    sqs: Any
    pack: Pack

    def call(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, Any, dict[str, str]]:
        """Send a request to the API; return status, document and headers."""
        address, _, query = path.partition("?")
        event = {
            "httpMethod": method,
            "path": address,
            "resource": address,
            "headers": {name.replace("_", "-"): text for name, text in headers.items()},
            "queryStringParameters": dict(httpx.QueryParams(query)) or None,
            "multiValueQueryStringParameters": {
                name: [text] for name, text in httpx.QueryParams(query).items()
            },
            "requestContext": _CALLER,
            "body": body.decode() if body is not None else None,
            "isBase64Encoded": False,
        }
        context: Any = Context(function_name="api")
        answer = app.handler(event, context)
        told = {name: values[0] for name, values in answer["multiValueHeaders"].items()}
        is_json = "json" in told.get("Content-Type", "json")
        body = json.loads(answer["body"] or "null") if is_json else answer["body"]
        return answer["statusCode"], body, told

    def listed(self, **parameters: str) -> list[dict[str, Any]]:
        status, document, _ = self.call("GET", f"/summaries?{urlencode(parameters)}")
        assert status == 200, document
        return list(document["articles"])

    def put(self, key: str, body: bytes = SAMPLE) -> str:
        """Store an article and let the notify function know; return its version."""
        response = self.s3.put_object(Bucket=ARTICLES_BUCKET, Key=key, Body=body)
        self.changed(ARTICLES_BUCKET, key)
        return str(response["VersionId"])

    def summarize(
        self,
        key: str,
        version_id: str,
        *,
        status: str = "",
        headline: str = "",
        confidences: Sequence[float] = (),
    ) -> str:
        """Store the summary of a version, as the summarize function does; return its ETag.

        ``headline`` stands for other words than the model's, ``confidences`` are those of the
        first sentences.
        """
        body = self.s3.get_object(Bucket=ARTICLES_BUCKET, Key=key, VersionId=version_id)
        summary = summarize_article(
            body["Body"].read(), Source(key, version_id), self.pack, SummaryOptions(targets=("en",))
        )
        if status:
            summary = summary.model_copy(update={"status": status})
        if headline:
            words = summary.summaries["en"].model_copy(update={"headline": headline})
            summary = summary.model_copy(update={"summaries": {"en": words}})
        if confidences:
            words = summary.summaries["en"]
            sentences = [*words.sentences]
            for number, confidence in enumerate(confidences):
                update = {"confidence": confidence}
                sentences[number] = sentences[number].model_copy(update=update)
            words = words.model_copy(update={"sentences": tuple(sentences)})
            summary = summary.model_copy(update={"summaries": {"en": words}})
        head = self.s3.head_object(Bucket=ARTICLES_BUCKET, Key=key, VersionId=version_id)
        return self._result(summary_key(key), to_json(summary), {
            "status": summary.status, "version-id": version_id,
            "last-modified": f"{head['LastModified']:%Y-%m-%dT%H:%M:%SZ}",
        })  # fmt: skip

    def reject(self, key: str, version_id: str, code: str, last_modified: str = "") -> None:
        """Store the rejection of a version, as the summarize function does."""
        document = RejectionDocument(key=key, version_id=version_id, code=code, reason="No.")
        self._result(rejection_key(key), to_json(document), {
            "status": "rejected", "version-id": version_id, "last-modified": last_modified,
        })  # fmt: skip

    def _result(self, place: str, body: bytes, metadata: dict[str, str]) -> str:
        answer = self.s3.put_object(
            Bucket=SUMMARIES_BUCKET, Key=place, Body=body, Metadata=metadata
        )
        self.changed(SUMMARIES_BUCKET, place)
        return str(answer["ETag"])

    def delete(self, key: str, **version: str) -> str:
        """Delete an article, or one version; return the version of the marker or what it was."""
        answer = self.s3.delete_object(Bucket=ARTICLES_BUCKET, Key=key, **version)
        self.changed(ARTICLES_BUCKET, key, "Object Deleted")
        return str(answer.get("VersionId"))

    def changed(self, bucket: str, key: str, kind: str = "Object Created") -> None:
        """Give the notify function an event of EventBridge."""
        detail = {"bucket": {"name": bucket}, "object": {"key": key}}
        failed = self.notify(json.dumps({"detail-type": kind, "detail": detail}), "changes")
        assert failed == []

    def notify(self, body: str, queue: str) -> list[Any]:
        """Give the notify function a message of a queue; return the failures."""
        record = {
            "messageId": "1",
            "receiptHandle": "1",
            "body": body,
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:us-east-1:123456789012:{queue}",
            "attributes": {},
            "messageAttributes": {},
        }
        context: Any = Context(function_name="notify")
        answer = notify.handler({"Records": [record]}, context)
        return list(answer["batchItemFailures"])

    def messages(self, queue: str) -> list[Any]:
        """Take the messages out of a queue; return their bodies."""
        url = self.sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        found = []
        while received := self.sqs.receive_message(QueueUrl=url).get("Messages"):
            for message in received:
                found.append(json.loads(message["Body"]))
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def results(self) -> list[str]:
        """The keys of the results that are there."""
        listing = self.s3.list_objects_v2(Bucket=SUMMARIES_BUCKET)
        return [each["Key"] for each in listing.get("Contents", [])]

    def path(self, key: str, rest: str = "") -> str:
        """An article's address."""
        return f"/summaries/{article_id(key)}{rest}"


@pytest.fixture
def backend(tiny_pack: Pack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Backend]:
    with moto(monkeypatch):
        clients = {name: boto3.client(name) for name in ("s3", "dynamodb", "sqs", "events")}
        for bucket in (ARTICLES_BUCKET, SUMMARIES_BUCKET):
            clients["s3"].create_bucket(Bucket=bucket)
            clients["s3"].put_bucket_versioning(
                Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
            )
        schema = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
        for table in ("ArticleIndex", "IdempotencyTable"):
            given = resources()[table]["Properties"]
            clients["dynamodb"].create_table(
                TableName=table, **{name: given[name] for name in schema if name in given}
            )
        urls = {
            name: clients["sqs"].create_queue(QueueName=name)["QueueUrl"]
            for name in ("articles", "dead-letters", "callbacks", "releases")
        }
        environment = {
            "TELETIPO_ARTICLES_BUCKET": ARTICLES_BUCKET,
            "TELETIPO_SUMMARIES_BUCKET": SUMMARIES_BUCKET,
            "TELETIPO_INDEX_TABLE": "ArticleIndex",
            "TELETIPO_IDEMPOTENCY_TABLE": "IdempotencyTable",
            "TELETIPO_PACK": "embedded",
            "TELETIPO_TARGETS": "es,en",
            "TELETIPO_FEEDS_URL": "https://news.example/feeds",
            "TELETIPO_MAX_ARTICLE_BYTES": "1000000",
            "TELETIPO_ARTICLE_QUEUE_URL": urls["articles"],
            "TELETIPO_FAILED_QUEUE_ARN": "arn:aws:sqs:us-east-1:123456789012:failed",
            "TELETIPO_DEAD_LETTER_QUEUE_URL": urls["dead-letters"],
            "TELETIPO_RELEASE_QUEUE_URL": urls["releases"],
            "TELETIPO_RELEASE_QUEUE_ARN": "arn:aws:sqs:us-east-1:123456789012:releases",
            "POWERTOOLS_TRACE_DISABLED": "true",
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        caches = (service.service, notify._service, storage._idempotent_store)
        for cache in caches:
            cache.cache_clear()
        yield Backend(clients["s3"], clients["dynamodb"], clients["sqs"], tiny_pack)
        for cache in caches:
            cache.cache_clear()
