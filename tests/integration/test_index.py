"""The list by time, against DynamoDB and S3 over HTTP (moto)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest

from handlers import release
from handlers.index import ArticleIndex, BadCursor, ListedTarget, Row, main, pending
from teletipo.summary import Decision, LanguageStatus
from tests.integration.test_summarize_handler import _SAMPLE
from tests.stacks import moto, resources

_TABLE = "index"


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, Any]]:
    with moto(monkeypatch):
        properties = resources()["ArticleIndex"]["Properties"]
        dynamodb = boto3.client("dynamodb")
        dynamodb.create_table(
            TableName=_TABLE,
            **{
                name: properties[name]
                for name in ("BillingMode", "AttributeDefinitions", "KeySchema",
                             "GlobalSecondaryIndexes")
            },
        )  # fmt: skip
        yield boto3.client("s3"), dynamodb


@pytest.fixture
def index(clients: tuple[Any, Any]) -> ArticleIndex:
    return ArticleIndex(clients[1], _TABLE)


def at(second: int) -> str:
    return f"2026-03-14T09:26:{second:02}Z"


def target(status: LanguageStatus, confidence: float | None = None) -> ListedTarget:
    return ListedTarget(status=status, errors=0, warnings=1, infos=2, confidence=confidence)


def test_pages_are_walked_from_the_newest_to_the_oldest(index: ArticleIndex) -> None:
    for number in range(25):
        index.put(pending(f"articles/{number:02}.txt", at(number)))
    found, cursor = index.newest(limit=10)
    keys = [row.key for row in found]
    pages = 1
    while cursor:
        found, cursor = index.newest(limit=10, cursor=cursor)
        keys += [row.key for row in found]
        pages += 1
    assert keys == [f"articles/{number:02}.txt" for number in reversed(range(25))]
    assert pages == 3


def test_a_cursor_outlives_the_article_it_stands_at(index: ArticleIndex) -> None:
    for number in range(4):
        index.put(pending(f"articles/{number}.txt", at(number)))
    _, cursor = index.newest(limit=2)
    row, revision = index.get("articles/2.txt") or (None, None)
    assert row
    assert index.put(replace(row, status="withdrawn"), revision)
    found, _ = index.newest(limit=2, cursor=cursor)
    assert [row.key for row in found] == ["articles/1.txt", "articles/0.txt"]


def test_a_row_is_replaced_only_as_it_was_read(index: ArticleIndex) -> None:
    first = pending("articles/a.txt", at(1))
    assert index.put(first)
    assert not index.put(pending("articles/a.txt", at(2)))
    row, revision = index.get("articles/a.txt") or (None, None)
    assert row == first
    targets = {"en": target("approved")}
    newer = Row("articles/a.txt", "ok", at(2), "v2", "A headline", "en", "approved", targets, "a")
    assert index.put(newer, revision)
    # Who has looked into the buckets before that comes too late.
    assert not index.put(first, revision)
    assert index.newest(limit=5)[0] == [newer]
    assert index.newest(limit=5, is_reviewed=True)[0] == [newer]
    assert index.newest(limit=5, is_reviewed=False)[0] == []


def test_languages_are_listed_by_their_status(index: ArticleIndex) -> None:
    rows: list[tuple[str, dict[str, LanguageStatus], Decision | None]] = [
        ("a", {"es": "approved", "zh-Hans": "needs_review"}, "approved"),
        ("b", {"es": "approved", "zh-Hans": "corrected"}, "corrected"),
        ("c", {"en": "ok"}, None),
    ]
    for name, statuses, review in rows:
        targets = {language: target(status) for language, status in statuses.items()}
        index.put(Row(f"articles/{name}", "ok", at(1), review=review, targets=targets))
    index.put(pending("articles/d", at(1)))

    def found(**filters: Any) -> set[str]:
        return {row.key[-1] for row in index.newest(limit=9, **filters)[0]}

    assert found(is_reviewed=False) == {"a", "c", "d"}
    assert found(is_reviewed=True) == {"b"}
    assert found(language="es") == {"a", "b"}
    assert found(language="s") == set()
    assert found(language_status="needs_review") == {"a"}
    assert found(language="zh-Hans", language_status="corrected") == {"b"}
    assert found(language="es", language_status="corrected") == set()
    assert found(language='"') == set()
    row = index.newest(limit=9, language="en")[0][0]
    assert row.targets == {"en": target("ok")}


def test_languages_are_listed_by_their_confidence(index: ArticleIndex) -> None:
    rows: list[dict[str, float | None]] = [{"es": 0.2, "en": 0.9}, {"es": 0.6}, {"es": None}]
    for second, confidences in enumerate(rows):
        targets = {language: target("ok", each) for language, each in confidences.items()}
        index.put(Row(f"articles/{second}", "ok", at(second), targets=targets))
    index.put(pending("articles/3", at(3)))

    def found(**filters: Any) -> list[str]:
        return [row.key[-1] for row in index.newest(limit=9, **filters)[0]]

    assert found(confidence_below=0.5) == ["0"]
    assert found(confidence_below=0.7) == ["1", "0"]
    assert found(confidence_below=0.5, language="es") == ["0"]
    assert found(confidence_below=0.5, language="en") == []
    row = index.newest(limit=1, confidence_below=0.5)[0][0]
    assert row.targets
    assert row.targets["es"].confidence == 0.2


@pytest.mark.parametrize(
    "cursor",
    ["", "!", "e30", "WzEsMl0", "WyIyMDI2IiwgIiJd", "é", pytest.param("W1tb" * 50_000, id="deep")],
)
def test_a_cursor_of_elsewhere_is_refused(index: ArticleIndex, cursor: str) -> None:
    if cursor:
        with pytest.raises(BadCursor):
            index.newest(limit=1, cursor=cursor)


def test_a_lost_list_is_made_again_from_the_buckets(
    clients: tuple[Any, Any], index: ArticleIndex, capsys: pytest.CaptureFixture[str]
) -> None:
    s3, _ = clients
    for bucket in ("lost-articles", "lost-summaries"):
        s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket="lost-articles", Key="articles/a.txt", Body=_SAMPLE)
    s3.put_object(Bucket="lost-articles", Key="articles/b.txt", Body=b"")
    s3.put_object(
        Bucket="lost-summaries",
        Key="rejected/b.txt.json",
        Body=b"{}",
        Metadata={"status": "rejected", "version-id": "", "last-modified": at(0)},
    )
    options = ["--articles-bucket", "lost-articles", "--summaries-bucket", "lost-summaries"]
    assert main([*options, "--table", _TABLE]) == 0
    assert "2 articles" in capsys.readouterr().out
    rows = {row.key: row.status for row in index.newest(limit=5)[0]}
    assert rows == {"articles/a.txt": "pending", "articles/b.txt": "rejected"}


@pytest.mark.parametrize(
    ("rebuild", "option"),
    [(main, "--table"), (release.main, "--queue-url")],
)
def test_what_is_built_again_needs_a_region(
    rebuild: Callable[[list[str]], int],
    option: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    # An earlier test's has a region.
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    given = ["--articles-bucket", "a", "--summaries-bucket", "b", option, "https://example.org/"]
    assert rebuild(given) == 1
    assert "region" in capsys.readouterr().err
