"""What becomes of an article: repeated, replaced, failed, deleted, restored; and the list of them.

The handlers run against S3, DynamoDB and SQS over HTTP (moto).
"""

import io
import json
from typing import Any

import pytest

from handlers import notify
from handlers.api.service import service
from handlers.index import searchable
from teletipo.keys import article_key_of_result, rejection_key, summary_key
from tests.backend import ARTICLES_BUCKET, SAMPLE, SUMMARIES_BUCKET, Backend, backend

__all__ = ["backend"]
_KEY = "articles/2026/heat.txt"
_JSON = {"content_type": "application/json"}
_ARTICLE = json.dumps({"text": SAMPLE.decode().split("\n\n", 3)[3], "targets": ["en"]}).encode()


def _records(backend: Backend) -> list[Any]:
    return list(backend.dynamodb.scan(TableName="IdempotencyTable")["Items"])


def _stored(backend: Backend) -> list[str]:
    found = backend.s3.list_object_versions(Bucket=ARTICLES_BUCKET).get("Versions", [])
    return [each["Key"] for each in found]


# ---- Repeated requests


def test_a_request_whose_record_was_lost_gets_the_same_article(backend: Backend) -> None:
    def post() -> Any:
        return backend.call("POST", "/summaries", _ARTICLE, idempotency_key="one", **_JSON)

    status, first, _ = post()
    assert status == 202
    # As if the function had died between the article and the record.
    for item in _records(backend):
        backend.dynamodb.delete_item(TableName="IdempotencyTable", Key={"id": item["id"]})
    assert post()[1] == first
    assert _stored(backend) == [first["key"]]
    other = json.dumps(
        {"text": "The railway said on Tuesday that trains would be slower."}
    ).encode()
    for item in _records(backend):
        backend.dynamodb.delete_item(TableName="IdempotencyTable", Key={"id": item["id"]})
    assert (
        backend.call("POST", "/summaries", other, idempotency_key="one", **_JSON)[1]["key"]
        != (first["key"])
    )


def test_a_table_that_does_not_answer_is_503_and_the_key_still_names_one_article(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    from handlers.api.storage import _idempotent_store

    backend.dynamodb.delete_table(TableName="IdempotencyTable")
    status, document, headers = backend.call(
        "POST", "/summaries", _ARTICLE, idempotency_key="two", **_JSON
    )
    assert (status, document["code"]) == (503, "unavailable")
    assert headers["Retry-After"]
    schema = {"AttributeName": "id"}
    backend.dynamodb.create_table(
        TableName="IdempotencyTable",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{**schema, "AttributeType": "S"}],
        KeySchema=[{**schema, "KeyType": "HASH"}],
    )
    _idempotent_store.cache_clear()
    for _ in range(2):
        status, document, _ = backend.call(
            "POST", "/summaries", _ARTICLE, idempotency_key="two", **_JSON
        )
        assert status == 202
    assert _stored(backend) == [document["key"]]


# ---- Versions


def test_a_superseded_version_is_answered_with_the_newest_also_within_one_second(
    backend: Backend,
) -> None:
    versions = [backend.put(_KEY, SAMPLE + b"\n\nMore.%d" % number) for number in range(5)]
    last = versions[-1]
    for version in versions:
        assert backend.call("GET", f"{backend.path(_KEY)}?version={version}")[0] == 202
    backend.summarize(_KEY, last)
    for version in versions:
        status, document, _ = backend.call("GET", f"{backend.path(_KEY)}?version={version}")
        assert status == 200
        assert document["article"]["version_id"] == last


def test_older_versions_are_listed_and_read(backend: Backend) -> None:
    first = backend.put(_KEY)
    backend.summarize(_KEY, first)
    second = backend.put(_KEY, SAMPLE.replace(b"slows trains", b"stops trains"))
    third = backend.put(_KEY, SAMPLE.replace(b"slows trains", b"frees trains"))
    backend.summarize(_KEY, third)
    status, document, _ = backend.call("GET", backend.path(_KEY, "/versions"))
    assert status == 200
    assert [(each["version_id"], bool(each["status"])) for each in document["versions"]] == [
        (third, True),
        (second, False),
        (first, True),
    ]
    assert [each["current"] for each in document["versions"]] == [True, False, False]
    status, old, _ = backend.call("GET", backend.path(_KEY, f"/versions/{first}"))
    assert status == 200
    assert old["article"]["version_id"] == first
    assert old["article"]["headline"].startswith("Portugal slows")
    assert backend.call("GET", backend.path(_KEY, f"/versions/{second}"))[0] == 404
    assert backend.call("GET", backend.path("articles/none", "/versions"))[0] == 404


@pytest.mark.parametrize("operation", ["HeadObject", "GetObject"])
def test_a_version_that_expires_while_it_is_read_is_gone(backend: Backend, operation: str) -> None:
    first = backend.put(_KEY)
    backend.summarize(_KEY, first)
    backend.summarize(_KEY, backend.put(_KEY, SAMPLE.replace(b"slows trains", b"stops trains")))

    def expire(params: dict[str, Any], **_: Any) -> None:
        if params["Bucket"] == SUMMARIES_BUCKET and "VersionId" in params:
            names = ("Bucket", "Key", "VersionId")
            backend.s3.delete_object(**{name: params[name] for name in names})

    events = service().s3.meta.events
    events.register(f"provide-client-params.s3.{operation}", expire)
    assert backend.call("GET", backend.path(_KEY, f"/versions/{first}"))[0] == 404


def test_an_older_version_is_read_as_its_editors_left_it(backend: Backend) -> None:
    first = backend.put(_KEY)
    backend.summarize(_KEY, first)
    review = json.dumps({"decision": "corrected", "corrections": {"en": {"headline": "Heat"}}})
    assert backend.call("POST", backend.path(_KEY, "/review"), review.encode(), **_JSON)[0] == 200
    second = backend.put(_KEY, SAMPLE.replace(b"slows trains", b"stops trains"))
    backend.summarize(_KEY, second)
    _, newest, _ = backend.call("GET", backend.path(_KEY))
    assert newest["summaries"]["en"]["review"] is None
    _, old, _ = backend.call("GET", backend.path(_KEY, f"/versions/{first}"))
    words = old["summaries"]["en"]
    assert (words["status"], words["headline"]) == ("corrected", "Heat")
    assert words["machine"]["headline"].startswith("Portugal slows")


# ---- Failures


def _notification(key: str, version: str) -> str:
    return json.dumps({"Records": [{"eventName": "ObjectCreated:Put", "s3": {
        "bucket": {"name": ARTICLES_BUCKET}, "object": {"key": key, "versionId": version},
    }}]})  # fmt: skip


def test_an_article_that_failed_for_good_says_so_until_it_succeeds(backend: Backend) -> None:
    version = backend.put(_KEY)
    message = _notification(_KEY, version)
    assert backend.notify(message, "failed") == []
    assert backend.messages("dead-letters") == [json.loads(message)]
    for query in ("", f"?version={version}"):
        status, document, _ = backend.call("GET", backend.path(_KEY) + query)
        assert (status, document["code"]) == (409, "failed")
    assert [row["key"] for row in backend.listed(status="failed")] == [_KEY]
    # A late event changes nothing, and an update is a new chance.
    backend.changed(ARTICLES_BUCKET, _KEY)
    assert backend.call("GET", backend.path(_KEY))[0] == 409
    newer = backend.put(_KEY, SAMPLE + b"\n\nMore.")
    assert backend.call("GET", backend.path(_KEY))[0] == 202
    backend.summarize(_KEY, newer)
    assert backend.call("GET", backend.path(_KEY))[0] == 200
    assert backend.listed(status="failed") == []


def test_what_the_notify_function_cannot_read_is_logged_by_type_and_place(
    backend: Backend, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(notify.logger.handlers[0], "stream", stream)
    metadata = {"status": "ok", "version-id": backend.put(_KEY)}
    place = summary_key(_KEY)
    backend.s3.put_object(Bucket=SUMMARIES_BUCKET, Key=place, Body=b"{}", Metadata=metadata)
    detail = {"bucket": {"name": SUMMARIES_BUCKET}, "object": {"key": place}}
    body = json.dumps({"detail-type": "Object Created", "detail": detail})
    assert backend.notify(body, "changes") != []
    line = json.loads(stream.getvalue().splitlines()[-1])
    assert (line["message"], line["error"]) == ("Unexpected failure", "ValidationError")
    assert ":" in line["at"]
    assert "FailedChanges" in capsys.readouterr().out


def test_who_reads_an_older_summary_is_told_that_the_newer_version_has_failed(
    backend: Backend,
) -> None:
    first = backend.put(_KEY)
    backend.summarize(_KEY, first)
    tags = []
    for expected in (None, "pending", "failed"):
        if expected == "pending":
            second = backend.put(_KEY, SAMPLE + b"\n\nMore.")
        elif expected == "failed":
            assert backend.notify(_notification(_KEY, second), "failed") == []
        status, document, headers = backend.call("GET", backend.path(_KEY))
        assert (status, document["newer_version"]) == (200, expected)
        assert document["article"]["version_id"] == first
        tags.append(headers["ETag"])
    assert len(set(tags)) == 3


@pytest.mark.parametrize("body", ["nonsense", _notification("elsewhere/a.txt", "1")])
def test_a_message_that_names_no_article_is_kept_too(backend: Backend, body: str) -> None:
    assert backend.notify(body, "failed") == []
    (kept,) = backend.sqs.receive_message(
        QueueUrl=backend.sqs.get_queue_url(QueueName="dead-letters")["QueueUrl"]
    )["Messages"]
    assert kept["Body"] == body


# ---- Deletion


def test_a_withdrawn_article_is_gone_with_its_summary_and_both_are_kept(backend: Backend) -> None:
    version = backend.put(_KEY)
    backend.summarize(_KEY, version)
    assert backend.call("DELETE", backend.path(_KEY))[0] == 204
    for path in (backend.path(_KEY), f"{backend.path(_KEY)}?version={version}",
                 backend.path(_KEY, "/versions")):  # fmt: skip
        status, document, _ = backend.call("GET", path)
        assert (status, document["code"]) == (410, "withdrawn")
    assert backend.call("DELETE", backend.path(_KEY))[0] == 410
    backend.changed(ARTICLES_BUCKET, _KEY, "Object Deleted")
    assert backend.results() == []
    for bucket in (ARTICLES_BUCKET, SUMMARIES_BUCKET):
        versions = backend.s3.list_object_versions(Bucket=bucket)
        assert len(versions["Versions"]) == len(versions["DeleteMarkers"]) == 1
    assert backend.listed() == []
    assert [row["key"] for row in backend.listed(status="withdrawn")] == [_KEY]
    assert backend.call("DELETE", backend.path("articles/none.txt"))[0] == 404


def test_a_deleted_article_is_not_read_from_its_summary(backend: Backend) -> None:
    version = backend.put(_KEY)
    backend.summarize(_KEY, version)
    # The notify function has not heard of it yet.
    backend.s3.delete_object(Bucket=ARTICLES_BUCKET, Key=_KEY)
    status, document, _ = backend.call("GET", backend.path(_KEY))
    assert status == 410
    assert "Portugal" not in json.dumps(document)


def test_a_summary_that_comes_after_the_deletion_is_withdrawn(backend: Backend) -> None:
    version = backend.put(_KEY)
    backend.delete(_KEY)
    backend.summarize(_KEY, version)
    assert backend.results() == []
    assert backend.messages("articles") == []


def test_a_marker_that_is_taken_back_brings_the_article_back(backend: Backend) -> None:
    version = backend.put(_KEY)
    backend.summarize(_KEY, version)
    marker = backend.delete(_KEY)
    assert backend.messages("articles") == []
    backend.delete(_KEY, VersionId=marker)
    ((record,),) = [message["Records"] for message in backend.messages("articles")]
    assert record["s3"]["object"] == {"key": _KEY, "versionId": version}
    assert backend.call("GET", backend.path(_KEY))[0] == 202
    backend.summarize(_KEY, version)
    assert backend.call("GET", backend.path(_KEY))[0] == 200
    assert [row["status"] for row in backend.listed()] == ["ok"]


def test_an_article_that_was_deleted_unread_comes_back_too(backend: Backend) -> None:
    version = backend.put(_KEY)
    marker = backend.delete(_KEY)
    backend.reject(_KEY, version, "deleted")
    backend.delete(_KEY, VersionId=marker)
    assert len(backend.messages("articles")) == 1
    assert backend.results() == []


def test_when_the_last_version_is_deleted_the_one_before_counts(backend: Backend) -> None:
    first = backend.put(_KEY)
    second = backend.put(_KEY, SAMPLE + b"\n\nMore.")
    backend.summarize(_KEY, second)
    backend.delete(_KEY, VersionId=second)
    assert backend.results() == []
    ((record,),) = [message["Records"] for message in backend.messages("articles")]
    assert record["s3"]["object"]["versionId"] == first
    backend.summarize(_KEY, first)
    # An old version's deletion changes nothing.
    third = backend.put(_KEY)
    backend.summarize(_KEY, third)
    backend.delete(_KEY, VersionId=first)
    assert backend.messages("articles") == []
    assert backend.call("GET", backend.path(_KEY))[1]["article"]["version_id"] == third


# ---- The list


def test_a_bad_keys_article_is_listed_as_rejected(backend: Backend) -> None:
    key = "articles/a//b.txt"
    version = backend.put(key)
    assert [row["status"] for row in backend.listed()] == ["pending"]
    backend.reject(key, version, "bad_key")
    (row,) = backend.listed()
    assert row["status"] == "rejected"
    assert row["stored_at"]
    status, document, _ = backend.call("GET", f"/summaries/{row['id']}")
    assert (status, document["code"]) == (422, "bad_key")
    assert backend.call("DELETE", f"/summaries/{row['id']}")[0] == 204


def test_a_late_event_blanks_nothing(backend: Backend) -> None:
    version = backend.put(_KEY)
    backend.summarize(_KEY, version)
    (before,) = backend.listed()
    assert before["headline"].startswith("Portugal")
    assert before["targets"]["en"]["status"] == before["status"]
    backend.changed(ARTICLES_BUCKET, _KEY)
    assert backend.listed() == [before]


def test_a_posted_headline_stays_while_the_article_waits(backend: Backend) -> None:
    body = json.dumps({"headline": "Heat", "text": "The railway said so.", "language": "en"})
    status, document, _ = backend.call("POST", "/summaries", body.encode(), **_JSON)
    assert status == 202
    backend.changed(ARTICLES_BUCKET, document["key"])
    (row,) = backend.listed()
    assert (row["headline"], row["language"], row["status"]) == ("Heat", "en", "pending")


def test_an_update_that_waits_is_listed_by_the_headline_before_it(backend: Backend) -> None:
    backend.summarize(_KEY, backend.put(_KEY))
    backend.put(_KEY, SAMPLE.replace(b"slows trains", b"stops trains"))
    (row,) = backend.listed()
    assert (row["status"], row["targets"]) == ("pending", {})
    assert row["headline"].startswith("Portugal slows")
    assert row["language"] == "en"
    assert len(backend.listed(q="portugal")) == 1


def test_a_summary_made_anew_has_its_own_status_and_no_review(backend: Backend) -> None:
    version = backend.put(_KEY)
    backend.summarize(_KEY, version, status="ok")
    review = json.dumps({"decision": "approved"}).encode()
    assert backend.call("POST", backend.path(_KEY, "/review"), review, **_JSON)[0] == 200
    (row,) = backend.listed(reviewed="true")
    assert (row["status"], row["review"]) == ("ok", "approved")
    assert row["targets"]["en"]["status"] == "approved"
    backend.summarize(_KEY, version, status="needs_review", headline="Other words")
    (row,) = backend.listed()
    assert (row["status"], row["review"]) == ("needs_review", None)


def test_a_folder_is_no_article(backend: Backend) -> None:
    for key in ("articles/", "articles/2026/"):
        backend.put(key, b"")
        backend.delete(key)
    assert backend.listed() == []
    assert backend.messages("articles") == []


def test_the_list_is_searched_without_case_and_accents(backend: Backend) -> None:
    version = backend.put(_KEY)
    backend.summarize(_KEY, version)
    backend.put("articles/2026/Otro.txt", "Política\n\nLa ministra habló.".encode())
    for words, keys in {
        "PORTUGAL trains": [_KEY],
        "portugal otro": [],
        "otro": ["articles/2026/Otro.txt"],
    }.items():
        assert [row["key"] for row in backend.listed(q=words)] == keys
    assert searchable("Política") == "politica"
    assert backend.call("GET", f"/summaries?q={'+'.join('abcdefghijk')}")[0] == 422


def test_a_row_has_the_lowest_confidence_of_what_is_still_the_machines(backend: Backend) -> None:
    version = backend.put(_KEY)
    backend.summarize(_KEY, version, confidences=(0.75, 0.25))
    assert backend.listed(confidence_below="0.3", language="en")[0]["key"] == _KEY
    assert backend.listed(confidence_below="0.2") == []
    assert backend.listed()[0]["targets"]["en"]["confidence"] == 0.25
    _, document, _ = backend.call("GET", backend.path(_KEY))
    texts = [each["text"] for each in document["summaries"]["en"]["sentences"]]
    texts[1] = "Trains are slower."
    correction = {"decision": "corrected", "corrections": {"en": {"sentences": texts}}}
    body = json.dumps(correction).encode()
    assert backend.call("POST", backend.path(_KEY, "/review"), body, **_JSON)[0] == 200
    assert backend.listed()[0]["targets"]["en"]["confidence"] == 0.75


@pytest.mark.parametrize(
    "name", ["pct/%2E/x", "pct/./x", "pct/%252E/x", "pct/../x", "pct/%2E%2E/x", "pct/.%2E/x", "a/."]
)
def test_a_rejections_key_names_its_article_only(name: str) -> None:
    assert article_key_of_result(rejection_key(f"articles/{name}")) == f"articles/{name}"


def test_keys_that_leave_no_room_for_their_results_are_rejected() -> None:
    from teletipo.errors import BadKey

    longest = "articles/" + "a" * 1009
    assert len(summary_key(longest)) == 1024
    with pytest.raises(BadKey):
        summary_key(longest + "a")
    for length in (1010, 1011, 1015):
        keys = {rejection_key("articles/" + letter * length) for letter in "ab"}
        assert len(keys) == 2
        assert max(map(len, keys)) <= 1024
    dots = rejection_key("articles/" + "../" * 338)
    assert len(dots) <= 1024


# ---- Requests


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/nothing?a=b", 404, "not_found"),
        ("PUT", "/summaries", 405, "method_not_allowed"),
        ("POST", "/summaries/YQ", 405, "method_not_allowed"),
        ("GET", "/summaries/YQ/review", 405, "method_not_allowed"),
        ("GET", "/summaries?target=en", 422, "invalid_request"),
        ("GET", "/languages?x=", 422, "invalid_request"),
        ("GET", "/summaries/YQ?wait=2", 422, "invalid_request"),
        ("GET", "/summaries?from=0001-01-01T00:00:00%2B23:59", 422, "invalid_request"),
    ],
)
def test_what_the_api_does_not_have_is_refused(
    backend: Backend, method: str, path: str, status: int, code: str
) -> None:
    found, document, headers = backend.call(method, path)
    assert (found, document["code"]) == (status, code)
    assert ("Allow" in headers) == (status == 405)


def test_a_misspelt_parameter_stores_nothing(backend: Backend) -> None:
    status, document, _ = backend.call(
        "POST", "/summaries?target=en", SAMPLE, content_type="text/plain"
    )
    assert status == 422
    assert document["errors"][0]["field"] == "target"
    assert _stored(backend) == []


def test_a_signature_in_the_address_is_no_parameter(backend: Backend) -> None:
    assert backend.call("GET", "/languages?X-Amz-Signature=abc")[0] == 200


def test_head_is_get_without_its_body(backend: Backend) -> None:
    version = backend.put(_KEY)
    backend.summarize(_KEY, version)
    _, document, expected = backend.call("GET", backend.path(_KEY))
    status, body, headers = backend.call("HEAD", backend.path(_KEY))
    assert (status, body) == (200, None)
    assert document
    assert headers["ETag"] == expected["ETag"]
    assert backend.call("HEAD", backend.path("articles/none"))[0] == 404


def test_years_that_no_article_has_are_no_error(backend: Backend) -> None:
    backend.put(_KEY)
    assert len(backend.listed(**{"from": "0300-01-01"})) == 1
    assert backend.listed(**{"from": "9999-12-31"}) == []


def test_a_log_line_names_the_caller(backend: Backend, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="api"):
        backend.call("GET", "/languages")
    (answered,) = [record for record in caplog.records if record.message == "Answered"]
    assert answered.__dict__["caller"] == "api-key:key-1"
