"""OpenTelemetry spans of an article's way, sent over HTTPS to a real receiver."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from handlers import spans, summarize
from handlers.api import service as api_service
from teletipo.keys import article_key
from tests.backend import ARTICLES_BUCKET, Backend, backend
from tests.integration.test_trace import do, logged, logs, run, service
from tests.receiver import Receiver, receiver, server

__all__ = ["backend", "logs", "server", "service"]
_ID, _CLIENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
_PARENT = f"00-{_ID}-{_CLIENT}-01"
_XRAY = "https://xray.eu-west-1.amazonaws.com/v1/traces"
_TEXT = b"Ten trains stopped on Monday in 40 degrees of heat.\n"


@pytest.fixture
def collector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """An endpoint for spans, named in the functions' environment."""
    (tmp_path / "collector").mkdir()
    with receiver(tmp_path / "collector") as running:
        endpoint = f"https://localhost:{running.port}/v1/traces"
        monkeypatch.setenv("TELETIPO_TRACES_ENDPOINT", endpoint)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(running.certificate))
        monkeypatch.setattr(spans, "_TIMEOUT_SECONDS", 60)
        _clear()
        yield running
    _clear()


def _clear() -> None:
    spans.endpoint.cache_clear()
    spans.exporter.cache_clear()
    for one in (summarize.spans, api_service.spans):
        one.resume()


def received(collector: Receiver) -> dict[str, list[tuple[str, Span]]]:
    """The service and the span, by the span's name."""
    found: dict[str, list[tuple[str, Span]]] = {}
    for _, _, body in collector.requests:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            facts = {each.key: each.value.string_value for each in resource.resource.attributes}
            for scope in resource.scope_spans:
                for span in scope.spans:
                    found.setdefault(span.name, []).append((facts["service.name"], span))
    return found


def attributes(span: Span) -> dict[str, Any]:
    return {
        each.key: getattr(each.value, str(each.value.WhichOneof("value")))
        for each in span.attributes
    }


def test_an_articles_spans_have_the_clients_as_their_parent(
    service: Backend, server: Receiver, collector: Receiver
) -> None:
    _, answer, _ = service.call(
        "POST", "/summaries?targets=en&callback_url=https://localhost/hook", _TEXT,
        content_type="text/plain", traceparent=_PARENT, tracestate="vendor=1",
    )  # fmt: skip
    key = article_key(answer["id"])
    do(service, key, service.s3.head_object(Bucket=ARTICLES_BUCKET, Key=key)["VersionId"])
    found = received(collector)
    ((api, posted),) = found["POST /summaries"]
    ((worker, summarized),) = found["summarize"]
    ((teller, told),) = found["notify"]
    ((caller, called),) = found["POST callback"]
    assert (api, worker, teller, caller) == ("api", "summarize", "notify", "webhook")
    numbers = {span.span_id for span in (posted, summarized, told, called)}
    assert len(numbers | {bytes.fromhex(_CLIENT)}) == 5
    for span in (posted, summarized, told, called):
        assert span.trace_id.hex() == _ID
        assert span.parent_span_id.hex() == _CLIENT
        assert span.trace_state == "vendor=1"
        assert span.start_time_unix_nano < span.end_time_unix_nano
        assert span.status.code == Status.STATUS_CODE_UNSET
    assert posted.kind == Span.SPAN_KIND_SERVER
    assert attributes(posted)["http.response.status_code"] == 202
    facts = attributes(summarized)
    assert (facts["teletipo.key"], facts["teletipo.outcome"]) == (key, "published")
    assert facts["teletipo.seconds.total"] > 0
    assert attributes(called)["http.response.status_code"] == 200
    # No span has the article's text.
    assert not any(b"trains" in body for _, _, body in collector.requests)


def test_without_a_client_the_request_or_the_summary_is_the_first(
    service: Backend, collector: Receiver
) -> None:
    _, answer, headers = service.call("POST", "/summaries", _TEXT, content_type="text/plain")
    key = article_key(answer["id"])
    do(service, key, service.s3.head_object(Bucket=ARTICLES_BUCKET, Key=key)["VersionId"])
    found = received(collector)
    ((_, posted),), ((_, summarized),) = found["POST /summaries"], found["summarize"]
    assert posted.parent_span_id == b""
    assert posted.span_id.hex() == headers["traceparent"].split("-")[2]
    assert summarized.parent_span_id == posted.span_id
    collector.requests.clear()
    uploaded = service.s3.put_object(Bucket=ARTICLES_BUCKET, Key="articles/a.txt", Body=_TEXT)
    for _ in range(2):
        do(service, "articles/a.txt", uploaded["VersionId"])
    (_, first), (_, again) = received(collector)["summarize"]
    assert first.parent_span_id == b""
    assert (again.trace_id, again.parent_span_id) == (first.trace_id, first.span_id)
    assert attributes(again)["teletipo.outcome"] == "already_done"


def test_a_client_that_does_not_sample_gets_no_spans(service: Backend, collector: Receiver) -> None:
    service.call("GET", "/languages", traceparent=_PARENT[:-1] + "0")
    assert collector.requests == []


@pytest.mark.parametrize("fault", ["refuses", "is_slow", "is_gone", "knows_no_credentials"])
def test_an_endpoint_that_fails_stops_nothing_and_is_left_alone_for_a_while(
    service: Backend, collector: Receiver, logs: dict[str, io.StringIO],
    monkeypatch: pytest.MonkeyPatch, fault: str,
) -> None:  # fmt: skip
    if fault == "refuses":
        collector.status = 403
    elif fault == "is_slow":
        monkeypatch.setattr(spans, "_TIMEOUT_SECONDS", 2)
        collector.pause_seconds = 4
    elif fault == "is_gone":
        monkeypatch.setattr(spans, "_TIMEOUT_SECONDS", 2)
        monkeypatch.setenv("TELETIPO_TRACES_ENDPOINT", "https://localhost:1/v1/traces")
        spans.endpoint.cache_clear()
    else:
        monkeypatch.setenv("TELETIPO_TRACES_ENDPOINT", _XRAY)
        spans.endpoint.cache_clear()
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for _ in range(3):
        status, _, _ = service.call("GET", "/languages", traceparent=_PARENT)
        assert status == 200
    assert len(collector.requests) == (1 if fault in {"refuses", "is_slow"} else 0)
    warning = logged(logs["api"], "Spans were not accepted")
    assert warning["level"] == "WARNING"
    # The URL and what it answered are the operator's to know, not the log's.
    assert "localhost" not in json.dumps(warning)


def test_a_failed_article_is_an_error_in_the_trace(
    service: Backend, collector: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploaded = service.s3.put_object(
        Bucket=ARTICLES_BUCKET, Key="articles/a.txt", Body=_TEXT,
        Metadata={"traceparent": _PARENT},
    )  # fmt: skip
    monkeypatch.setattr(summarize, "summarize_articles", _broken)
    record = {
        "eventName": "ObjectCreated:Put",
        "s3": {
            "bucket": {"name": ARTICLES_BUCKET},
            "object": {"key": "articles/a.txt", "versionId": uploaded["VersionId"]},
        },
    }
    with pytest.raises(AssertionError):
        run(summarize.handler, json.dumps({"Records": [record]}))
    ((_, span),) = received(collector)["summarize"]
    assert span.status.code == Status.STATUS_CODE_ERROR
    assert span.status.message == "MemoryError"


def _broken(*_: object, **__: object) -> None:
    raise MemoryError


def test_xrays_endpoint_gets_a_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    request = requests.Request(
        "POST", _XRAY, data=b"spans",
        headers={"Content-Type": "application/x-protobuf"}, auth=spans.signer("eu-west-1"),
    ).prepare()  # fmt: skip
    assert "AKID/" in request.headers["Authorization"]
    assert "/eu-west-1/xray/aws4_request" in request.headers["Authorization"]
