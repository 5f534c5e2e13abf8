"""All functions in one process, against S3, DynamoDB and SQS over HTTP (moto), with a clock."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote_plus

import pytest

from benchmarks.fastpack import FastPack
from handlers import clock, notify, summarize
from teletipo.keys import article_id
from tests.backend import ARTICLES_BUCKET, SUMMARIES_BUCKET, Backend, backend
from tests.integration.test_summarize_handler import Context

__all__ = ["backend", "newsroom"]
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
BODY = (
    "The railway cut its trains' speed to 80 kilometers per hour on Saturday.",
    "Temperatures reached 45.6 degrees in the central town of Santarem.",
    "The agency expects the restrictions to last until Thursday evening.",
    "Nobody has been hurt in the heat, said the agency's chairwoman Teresa Lobo.",
    "The government will pay 25 million euros for stronger tracks next year.",
)


def item(guid: str = "urn:x:1", text: str = "", **fields: Any) -> bytes:
    """An article in ninjs."""
    body = text or "\n\n".join(BODY)
    return json.dumps({
        "uri": guid, "type": "text", "language": "en", "headline": "Portugal slows trains",
        "body_text": body, "provider": "EFE", **fields,
    }).encode()  # fmt: skip


@dataclass
class Newsroom:
    """The buckets, and the functions that follow what is put there."""

    backend: Backend
    time: datetime = NOON
    sequence: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)
    releases: list[str] = field(default_factory=list)
    """What the queue of releases was sent, whatever the delay."""
    seen: set[tuple[str, str]] = field(default_factory=set)

    def put(self, key: str, body: bytes, **metadata: str) -> dict[str, Any]:
        """Store an article; return S3's notification, which nobody has had."""
        answer = self.backend.s3.put_object(
            Bucket=ARTICLES_BUCKET, Key=key, Body=body,
            Metadata={"targets": "en,es", **metadata},
        )  # fmt: skip
        self.sequence += 1
        self.backend.changed(ARTICLES_BUCKET, key)
        return {
            "eventName": "ObjectCreated:Put",
            "s3": {
                "bucket": {"name": ARTICLES_BUCKET},
                "object": {
                    "key": quote_plus(key, safe="/"),
                    "versionId": answer["VersionId"],
                    "sequencer": f"{self.sequence:016X}",
                },
            },
        }

    def deliver(self, *records: dict[str, Any]) -> None:
        """Give the summarize function each notification in a message of its own."""
        messages = [
            {
                "messageId": str(number), "receiptHandle": str(number),
                "body": json.dumps({"Records": [record]}), "eventSource": "aws:sqs",
                "attributes": {"ApproximateReceiveCount": "1"}, "messageAttributes": {},
            }
            for number, record in enumerate(records)
        ]  # fmt: skip
        context: Any = Context()
        assert summarize.handler({"Records": messages}, context) == {"batchItemFailures": []}
        self.follow()

    def arrive(self, key: str, body: bytes, **metadata: str) -> None:
        """Store an article and let every function do its work."""
        self.deliver(self.put(key, body, **metadata))

    def follow(self) -> None:
        """Give the notify function what changed among the results."""
        while changes := self._changes():
            for key, kind in changes:
                self.backend.changed(SUMMARIES_BUCKET, key, kind)

    def _changes(self) -> list[tuple[str, str]]:
        listing = self.backend.s3.list_object_versions(Bucket=SUMMARIES_BUCKET)
        found = []
        for name, kind in (("Versions", "Created"), ("DeleteMarkers", "Deleted")):
            for each in listing.get(name, []):
                at = (each["Key"], each["VersionId"])
                if at not in self.seen and each["Key"].startswith(
                    ("summaries/", "rejected/", "embargoed/")
                ):
                    self.seen.add(at)
                    found.append((each["Key"], f"Object {kind}"))
        return found

    def wait(self, **duration: float) -> None:
        """Move the clock, and give the notify function the messages of releases."""
        self.time += timedelta(**duration)
        messages, self.releases = self.releases, []
        for body in messages:
            assert self.backend.notify(body, "releases") == []
        self.follow()

    def get(self, key: str, query: str = "") -> tuple[int, Any]:
        """Read an article's summary as any client."""
        status, document, headers = self.backend.call("GET", self.backend.path(key) + query)
        if status == 303:
            document["location"] = headers["Location"]
        return status, document

    def review(self, key: str, query: str = "", **review: Any) -> None:
        """Decide about a summary as an editor."""
        path = self.backend.path(key, "/review") + query
        body = json.dumps(review).encode()
        status, document, _ = self.backend.call("POST", path, body, content_type="application/json")
        assert status == 200, document
        self.follow()

    def told(self, kind: str = "") -> list[dict[str, Any]]:
        """The notices so far, perhaps of one type."""
        return [each["detail"] for each in self.events if kind in {"", each["type"]}]

    def everything(self) -> str:
        """All that anybody may read: every summary object, every row of the list."""
        listing = self.backend.s3.list_objects_v2(Bucket=SUMMARIES_BUCKET, Prefix="summaries/")
        keys = [each["Key"] for each in listing.get("Contents", [])]
        texts = [
            self.backend.s3.get_object(Bucket=SUMMARIES_BUCKET, Key=key)["Body"].read().decode()
            for key in keys
        ]
        statuses = ("", "withdrawn", "superseded", "rejected")
        rows = [self.backend.listed(**({"status": s} if s else {})) for s in statuses]
        return "\n".join([*texts, json.dumps(rows)])


@pytest.fixture
def newsroom(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> Iterator[Newsroom]:
    monkeypatch.setenv("TELETIPO_CALLBACK_QUEUE_URL", backend.sqs.get_queue_url(
        QueueName="callbacks")["QueueUrl"])  # fmt: skip
    monkeypatch.setattr(summarize, "open_configured_pack", lambda settings: FastPack())
    for function in (summarize, notify):
        function._service.cache_clear()
    room = Newsroom(backend)
    monkeypatch.setattr(clock, "now", lambda: room.time)
    service = notify._service()
    put_events, send = service.events.put_events, service.sqs.send_message

    def tell(**given: Any) -> Any:
        room.events += [
            {"type": each["DetailType"], "detail": json.loads(each["Detail"])}
            for each in given["Entries"]
        ]
        return put_events(**given)

    def sent(**given: Any) -> Any:
        if given["QueueUrl"].endswith("/releases"):
            room.releases.append(given["MessageBody"])
        return send(**given)

    monkeypatch.setattr(service.events, "put_events", tell)
    monkeypatch.setattr(service.sqs, "send_message", sent)
    yield room
    for function in (summarize, notify):
        function._service.cache_clear()


def location(key: str) -> str:
    """What a redirection to an article says."""
    return article_id(key)
