"""The requests that an estimate counts are those that the functions make."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import boto3
import pytest

from cli import estimate
from cli.estimate import Load, measured_seconds, prices
from handlers import notify, summarize
from tests.backend import ARTICLES_BUCKET, SUMMARIES_BUCKET, Backend, backend
from tests.integration.test_summarize_handler import Context

__all__ = ["backend"]
# Of the summarize function's event source.
_BATCH = 4
_TEXT = b"Ten trains stopped on Monday.\n"


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Requests to AWS by operation, of clients that are made from now on."""
    counted: Counter[str] = Counter()
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    boto3.setup_default_session()
    session: Any = boto3.DEFAULT_SESSION

    def count(model: Any, **_: Any) -> None:
        counted[f"{model.service_model.service_name}:{model.name}"] += 1

    session.events.register("before-call", count)
    return counted


def test_an_article_makes_as_many_requests_as_the_estimate_says(
    backend: Backend,
    requests: Counter[str],
    tiny_pack_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TELETIPO_PACK_DIR", str(tiny_pack_dir))
    monkeypatch.delenv("TELETIPO_PACK")
    names = [f"{number}.txt" for number in range(_BATCH)]
    for name in names:
        backend.s3.put_object(Bucket=ARTICLES_BUCKET, Key=f"articles/{name}", Body=_TEXT)
    records = [
        {"eventName": "ObjectCreated:Backfill",
         "s3": {"bucket": {"name": ARTICLES_BUCKET}, "object": {"key": f"articles/{name}"}}}
        for name in names
    ]  # fmt: skip
    messages = [
        {"messageId": str(number), "receiptHandle": str(number), "eventSource": "aws:sqs",
         "messageAttributes": {}, "attributes": {"ApproximateReceiveCount": "1"},
         "body": json.dumps({"Records": [record]})}
        for number, record in enumerate(records)
    ]  # fmt: skip
    context: Any = Context()
    for cache in (summarize._service, notify._service):
        cache.cache_clear()
    assert summarize.handler({"Records": messages}, context) == {"batchItemFailures": []}
    for name in names:
        backend.changed(SUMMARIES_BUCKET, f"summaries/{name}.json")
    summarize._service.cache_clear()
    each = {name: count / _BATCH for name, count in requests.items()}
    reads = ("s3:HeadObject", "s3:GetObject", "s3:GetObjectTagging")
    assert sum(each.get(name, 0) for name in reads) == estimate.S3_GETS, each
    assert each["s3:PutObject"] == estimate.S3_PUTS
    assert each["dynamodb:GetItem"] == estimate.DYNAMODB_GETS, each
    assert each["dynamodb:PutItem"] == estimate.DYNAMODB_PUTS, each
    # One of S3, one of ours.
    assert 1 + each["events:PutEvents"] == estimate.EVENTS


def test_most_of_the_cost_is_computing_and_follows_the_articles() -> None:
    one = Load(1_000_000, measured_seconds()["article"], 3538, 10)
    by_service = one.usd()
    assert by_service["lambda"] > 0.7 * sum(by_service.values())
    # README.md, "Cost": 0.09 USD for 1,000 articles.
    assert by_service["lambda"] / 1000 == pytest.approx(0.0876, abs=0.002)
    ten = Load(10_000_000, measured_seconds()["article"], 3538, 10)
    assert ten.usd()["lambda"] == pytest.approx(10 * by_service["lambda"])
    assert ten.seconds == pytest.approx(10 * one.seconds)


def test_fewer_languages_cost_less_and_a_slow_rate_takes_longer() -> None:
    every = Load(1_000, 2.0, 3538, 10, languages=3)
    assert Load(1_000, 2.0, 3538, 10, languages=2).usd()["lambda"] < every.usd()["lambda"]
    assert every.seconds == 200
    assert Load(1_000, 2.0, 3538, 10, per_minute=60).seconds == 1_000


def test_every_price_has_a_source_and_a_day() -> None:
    for name, price in prices().items():
        assert price["usd"] > 0, name
        assert price["what"], name
        assert price["source"].startswith("https://"), name
        assert price["seen"].year >= 2026, name
    for pack in ("embedded", "random", "another"):
        assert {"article", "what", "command", "machine", "measured"} <= set(measured_seconds(pack))
