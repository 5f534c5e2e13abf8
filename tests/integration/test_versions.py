"""Notifications of versions that are not the article any more, and of folders (moto)."""

from typing import Any

import boto3
import pytest

from handlers.s3 import S3ResultStore
from teletipo.delivery import Delivery
from teletipo.publishing import Outcome, publish
from tests.integration.test_summarize_handler import _BUCKETS, Bench, bench, endpoint_url

__all__ = ["bench", "endpoint_url"]
_KEY = "articles/a.txt"
_WORDS = ("primera", "segunda", "tercera", "cuarta", "quinta")


def _body(word: str) -> bytes:
    text = "El gobierno anunció este lunes una nueva ley sobre el agua en Madrid."
    return f"La {word} versión\n\n{text} Es la {word} versión de la noticia.".encode()


def _version_id(result: dict[str, Any]) -> str:
    return str(result["article"]["version_id"])


def _without_sequencer(record: dict[str, Any]) -> dict[str, Any]:
    del record["s3"]["object"]["sequencer"]
    return record


@pytest.mark.parametrize("order", [(4, 3, 2, 1, 0), (4, 0, 3, 1, 2), (2, 4, 0, 1, 3)])
def test_without_sequencers_the_newest_of_one_second_stays(
    bench: Bench, order: tuple[int, ...]
) -> None:
    records = [_without_sequencer(bench.put(_KEY, _body(word))) for word in _WORDS]
    for number in order:
        assert bench.handle([records[number]]) == []
    (result,) = bench.results().values()
    assert _version_id(result) == records[-1]["s3"]["object"]["versionId"]


def test_a_version_that_is_replaced_while_it_is_summarized_is_not_written(bench: Bench) -> None:
    store = S3ResultStore(boto3.client("s3"), _BUCKETS[1])
    delivery = Delivery(_KEY, "1", None, "2026-03-14T09:26:53Z")
    outcome = publish(store, delivery, "mark", b"{}", status="ok", is_current=lambda: False)
    assert outcome is Outcome.SUPERSEDED
    assert bench.results() == {}


def test_a_version_that_was_deleted_unread_leaves_the_current_ones_summary(bench: Bench) -> None:
    first = bench.put(_KEY, _body("primera"))
    assert bench.handle([first]) == []
    before = bench.results()
    second = bench.put(_KEY, _body("segunda"))
    version = second["s3"]["object"]["versionId"]
    bench.s3.delete_object(Bucket=_BUCKETS[0], Key=_KEY, VersionId=version)
    assert bench.handle([second]) == []
    assert bench.results() == before


def test_a_folder_of_the_console_is_no_article(bench: Bench) -> None:
    records = [bench.put(key, b"") for key in ("articles/", "articles/2026/")]
    for record in records:
        record["s3"]["object"]["size"] = 0
    assert bench.handle(*[[record] for record in records]) == []
    assert bench.results() == {}


def test_a_key_without_room_for_its_summary_is_rejected(bench: Bench) -> None:
    key = "articles/" + "a" * 1012
    assert bench.handle([bench.put(key, _body("primera"))]) == []
    ((place, rejection),) = bench.results().items()
    assert place.startswith("rejected//")
    assert (rejection["code"], rejection["key"]) == ("bad_key", key)
