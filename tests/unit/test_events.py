"""The sample events are in the shapes that the handler reads."""

import json

import pytest

from handlers.events import ObjectCreated, parse_notification
from teletipo.errors import MalformedEvent
from tests.conftest import ROOT

_EVENTS = ROOT / "events"


def test_a_notification_names_bucket_key_version_and_order() -> None:
    assert parse_notification((_EVENTS / "s3-object-created.json").read_text("utf-8")) == [
        ObjectCreated(
            bucket="teletipo-articles-123456789012",
            key="articles/año nuevo!.txt",
            version_id="096fKKXTRTtl3on89fVO.nfljtsv6qko",
            sequencer="0055AED6DCD90281E5",
        )
    ]


def test_a_queued_message_carries_a_notification() -> None:
    (record,) = json.loads((_EVENTS / "sqs-batch.json").read_text("utf-8"))["Records"]
    (created,) = parse_notification(record["body"])
    assert created.key == "articles/2022/03/14/planta.txt"


def test_the_test_event_names_nothing() -> None:
    assert parse_notification((_EVENTS / "s3-test-event.json").read_text("utf-8")) == ()


def test_what_is_wrong_is_named_without_quoting_it() -> None:
    with pytest.raises(MalformedEvent, match="Records") as raised:
        parse_notification('{"Records": "a secret article"}')
    assert "secret" not in str(raised.value)
