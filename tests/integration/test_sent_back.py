"""Sending an article back, against S3 over HTTP (moto)."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse, HeadersDict

from benchmarks.api import ENVIRONMENT
from handlers.api import service as api_service
from handlers.api.app import app
from handlers.s3 import put_again
from models.packs import OpenPack
from teletipo.article import Source
from teletipo.keys import article_id
from teletipo.options import SummaryOptions
from teletipo.pipeline import summarize_article
from teletipo.summary import to_json
from tests.conftest import ARTICLES
from tests.stacks import moto

_KEY = "articles/a.txt"
_SAMPLE = (ARTICLES / "en-heatwave-trains.txt").read_bytes()


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with moto(monkeypatch):
        client = boto3.client("s3")
        for bucket in ("articles", "summaries"):
            client.create_bucket(Bucket=bucket)
            client.put_bucket_versioning(
                Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
            )
        api_service.service.cache_clear()
        yield client
        api_service.service.cache_clear()


class _Raw:
    """A response's body, as urllib3 gives it."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> Iterator[bytes]:
        yield self._body


def versions(s3: Any) -> list[bytes]:
    """Every version's text, oldest first."""
    found = s3.list_object_versions(Bucket="articles").get("Versions", [])
    return [
        s3.get_object(Bucket="articles", Key=_KEY, VersionId=entry["VersionId"])["Body"].read()
        for entry in reversed(found)
    ]


def test_an_article_is_put_again_as_it_is(s3: Any) -> None:
    s3.put_object(Bucket="articles", Key=_KEY, Body=b"one", Metadata={"targets": "en"})
    put_again(s3, "articles", _KEY)
    assert versions(s3) == [b"one", b"one"]
    assert s3.head_object(Bucket="articles", Key=_KEY)["Metadata"] == {"targets": "en"}


def test_the_copy_is_asked_for_only_of_what_was_looked_at(s3: Any) -> None:
    """The emulator of this test copies in any case; S3 answers 412."""
    etag = s3.put_object(Bucket="articles", Key=_KEY, Body=b"one")["ETag"]
    asked: list[dict[str, Any]] = []

    def look(params: dict[str, Any], **_: Any) -> None:
        asked.append(dict(params))

    s3.meta.events.register("provide-client-params.s3.CopyObject", look)
    put_again(s3, "articles", _KEY)
    assert [params["CopySourceIfMatch"] for params in asked] == [etag]


def test_a_version_that_comes_meanwhile_is_not_covered_by_an_older_one(s3: Any) -> None:
    s3.put_object(Bucket="articles", Key=_KEY, Body=b"one")

    def refuse(**_: Any) -> AWSResponse:
        body = b"<Error><Code>PreconditionFailed</Code><Message>x</Message></Error>"
        headers: Any = HeadersDict()
        return AWSResponse("http://s3", 412, headers, _Raw(body))

    s3.meta.events.register("before-send.s3.CopyObject", refuse)
    put_again(s3, "articles", _KEY)
    assert versions(s3) == [b"one"]


def test_no_review_says_sent_back_where_the_article_could_not_be(
    s3: Any, tiny_pack: OpenPack
) -> None:
    summary = summarize_article(
        _SAMPLE, Source(_KEY, version_id="v"), tiny_pack, SummaryOptions(targets=("en",))
    )
    s3.put_object(Bucket="summaries", Key="summaries/a.txt.json", Body=to_json(summary))
    # The article itself is gone.
    path = f"/summaries/{article_id(_KEY)}/review"
    response = app.resolve(
        {
            "httpMethod": "POST",
            "path": path,
            "headers": {"content-type": "application/json"},
            "body": json.dumps({"decision": "sent_back"}),
            "requestContext": {"path": f"/v1{path}"},
        },
        None,  # type: ignore[arg-type]
    )
    assert response["statusCode"] == 404, response["body"]
    listing = s3.list_objects_v2(Bucket="summaries").get("Contents", [])
    assert [entry["Key"] for entry in listing] == ["summaries/a.txt.json"]
