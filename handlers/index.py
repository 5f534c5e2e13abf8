"""The index of articles by time, in DynamoDB, because S3 cannot list by time.

``python -m handlers.index`` rebuilds it from the buckets.
"""

import argparse
import base64
import binascii
import contextlib
import json
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal, cast

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from handlers.aws import aws_errors
from handlers.s3 import TIME_FORMAT, S3ResultStore, head_article, iso
from teletipo.edited import edited, reviews_of
from teletipo.errors import BadKey, StoreUnavailable
from teletipo.keys import ARTICLES, article_id, rejection_key, reviews_key, summary_key
from teletipo.ports import StoredObject
from teletipo.progress import progress_display
from teletipo.review import Reviews
from teletipo.summary import Decision, LanguageStatus, Summary

Status = Literal["pending", "ok", "needs_review", "rejected"]

_BY_TIME = "by-time"
# One partition takes 1,000 writes a second, which is enough for a wire service.
_KIND = "article"
_PAGE = 200
_MAX_PAGES = 10


class BadCursor(ValueError):
    """A cursor that is not from this index."""


@dataclass(frozen=True)
class Row:
    """An article and its status."""

    key: str
    status: Status
    stored_at: str
    """ISO 8601 in UTC: when this version was stored."""
    revision: str
    """Orders an article's rows: an earlier row never replaces a later one."""
    headline: str | None = None
    language: str | None = None
    review: Decision | None = None
    """Decision of the summary's last review."""
    statuses: str | None = None
    """Each language with its status, each after a space: ` es=approved zh-Hans=needs_review`."""

    @property
    def id(self) -> str:
        return article_id(self.key)

    @property
    def languages(self) -> dict[str, LanguageStatus]:
        """The status of each language's summary."""
        pairs = (pair.split("=") for pair in (self.statuses or "").split())
        return {language: cast(LanguageStatus, status) for language, status in pairs}


def pending(key: str, stored_at: str, headline: str | None, language: str | None) -> Row:
    """The row of a stored article without a result."""
    known = "b" if headline or language else "a"
    return Row(key, "pending", stored_at, f"{stored_at}#0{known}", headline, language)


def done(
    key: str, stored: StoredObject, summary: Summary | None, reviews: Reviews | None = None
) -> Row:
    """The row of an article with a result.

    ``summary`` is None for a rejection, or if it was not read. ``reviews`` are all the article's.
    A repeated event of the summary does not replace a row with later reviews.
    """
    stored_at = stored.metadata.get("last-modified", "")
    status = cast(Status, stored.metadata["status"])
    if summary is None:
        # A summary that was not read must not replace the row of one that was.
        return Row(key, status, stored_at, f"{stored_at}#{1 if status == 'rejected' else '0c'}")
    row = Row(key, status, stored_at, f"{stored_at}#1")
    kept = reviews_of(reviews, summary, stored.etag) if reviews else ()
    revision = f"{stored_at}#2{len(reviews.reviews):06}" if reviews and kept else row.revision
    words = edited(summary, kept).summaries
    return replace(
        row,
        revision=revision,
        headline=summary.article.headline,
        language=summary.article.language,
        review=kept[-1].decision if kept else None,
        statuses="".join(f" {language}={each.status}" for language, each in words.items()),
    )


def read_reviews(results: S3ResultStore, key: str) -> Reviews | None:
    """An article's reviews, or None if there are none. Raises ``StoreUnavailable``."""
    found = results.get(reviews_key(key))
    return Reviews.model_validate_json(found[1]) if found else None


class ArticleIndex:
    """A DynamoDB table with a global secondary index by time."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def put(self, row: Row) -> None:
        """Store the row unless a later one is there. Raises ``StoreUnavailable``."""
        item = {"id": row.id, "kind": _KIND, **asdict(row)}
        conflict = self._client.exceptions.ConditionalCheckFailedException
        with aws_errors("DynamoDB"), contextlib.suppress(conflict):
            self._client.put_item(
                TableName=self._table,
                Item={name: {"S": value} for name, value in item.items() if value},
                ConditionExpression="attribute_not_exists(id) OR revision <= :revision",
                ExpressionAttributeValues={":revision": {"S": row.revision}},
            )

    def delete(self, key: str) -> None:
        """Delete an article's row. Raises ``StoreUnavailable``."""
        with aws_errors("DynamoDB"):
            self._client.delete_item(TableName=self._table, Key={"id": {"S": article_id(key)}})

    def newest(
        self,
        *,
        prefix: str = "",
        status: Status | None = None,
        is_reviewed: bool | None = None,
        language: str | None = None,
        language_status: LanguageStatus | None = None,
        since: str | None = None,
        limit: int,
        cursor: str | None = None,
    ) -> tuple[list[Row], str | None]:
        """Rows, newest first, and the next page's cursor; a page may be short before the last.

        Raises ``BadCursor``, ``StoreUnavailable``.
        """
        condition, filters = "kind = :kind", []
        names: dict[str, str] = {}
        values = {":kind": {"S": _KIND}}
        if since:
            condition += " AND stored_at >= :since"
            values[":since"] = {"S": since}
        if prefix:
            filters.append("begins_with(#key, :prefix)")
            names["#key"], values[":prefix"] = "key", {"S": prefix}
        if status:
            filters.append("#status = :status")
            names["#status"], values[":status"] = "status", {"S": status}
        if is_reviewed is not None:
            # Rows from before there were statuses of languages have only the last decision.
            condition_open = "contains(statuses, :ok) OR contains(statuses, :needs)"
            values |= {":ok": {"S": "=ok"}, ":needs": {"S": "=needs_review"}}
            filters.append(
                f"attribute_exists(review) AND NOT ({condition_open})"
                if is_reviewed
                else f"(attribute_not_exists(review) OR {condition_open})"
            )
        if language or language_status:
            filters.append("contains(statuses, :pair)")
            pair = f" {language}=" if language else "="
            values[":pair"] = {"S": pair + (language_status or "")}
        query: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": _BY_TIME,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": values,
            "ScanIndexForward": False,
            "Limit": _PAGE,
        }
        if filters:
            query["FilterExpression"] = " AND ".join(filters)
        if names:
            query["ExpressionAttributeNames"] = names
        if cursor:
            query["ExclusiveStartKey"] = _start(cursor)
        rows: list[Row] = []
        for _ in range(_MAX_PAGES):
            with aws_errors("DynamoDB"):
                page = self._client.query(**query)
            rows += [_row(item) for item in page["Items"]]
            if len(rows) > limit:
                last = rows[limit - 1]
                return rows[:limit], _cursor(last.stored_at, last.id)
            start = page.get("LastEvaluatedKey")
            if not start:
                return rows, None
            if len(rows) == limit:
                break
            query["ExclusiveStartKey"] = start
        return rows, _cursor(start["stored_at"]["S"], start["id"]["S"])


def look_up(s3: Any, articles_bucket: str, results: S3ResultStore, key: str) -> Row | None:
    """The row from the buckets, or None if the article is gone. Raises ``StoreUnavailable``."""
    try:
        places = [summary_key(key), rejection_key(key)]
    except BadKey:
        places = [rejection_key(key)]
    try:
        with ThreadPoolExecutor(1 + len(places)) as pool:
            looked = pool.submit(head_article, s3, articles_bucket, key)
            heads = list(pool.map(results.head, places))
            article = looked.result()
    except KeyError:
        return None
    stored_at = iso(article["LastModified"])
    version = article.get("VersionId", "")
    for head in heads:
        if head and head.metadata.get("version-id", "") == version:
            return done(key, head, None)
    return pending(key, stored_at, None, None)


def rebuild(s3: Any, articles_bucket: str, results: S3ResultStore, index: ArticleIndex) -> int:
    """Store a row for every article in the bucket and count them. Raises ``StoreUnavailable``."""
    count = 0
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=articles_bucket, Prefix=ARTICLES)
    with progress_display("List") as progress, ThreadPoolExecutor(8) as pool:
        for page in pages:
            keys = [item["Key"] for item in page.get("Contents", [])]
            for row in pool.map(lambda key: _complete(s3, articles_bucket, results, key), keys):
                if row:
                    index.put(row)
                    count += 1
            progress(f"{count} articles", 0.0)
    return count


def _complete(s3: Any, articles_bucket: str, results: S3ResultStore, key: str) -> Row | None:
    row = look_up(s3, articles_bucket, results, key)
    if row is None or row.status not in {"ok", "needs_review"}:
        return row
    found = results.get(summary_key(key))
    if found is None:
        return row
    stored, body = found
    return done(key, stored, Summary.model_validate_json(body), read_reviews(results, key))


def _row(item: dict[str, dict[str, str]]) -> Row:
    names = [field.name for field in fields(Row)]
    return Row(**{name: item[name]["S"] for name in names if name in item})  # type: ignore[arg-type]


def _cursor(stored_at: str, identifier: str) -> str:
    text = json.dumps([stored_at, identifier])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _start(cursor: str) -> dict[str, dict[str, str]]:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        stored_at, identifier = json.loads(text)
        datetime.strptime(stored_at, TIME_FORMAT)
        if not isinstance(identifier, str) or not identifier:
            raise BadCursor
    except (binascii.Error, ValueError, TypeError):
        raise BadCursor("is not a cursor of this list") from None
    return {"id": {"S": identifier}, "kind": {"S": _KIND}, "stored_at": {"S": stored_at}}


def main(arguments: Sequence[str] | None = None) -> int:
    """Rebuild the index. Exit codes: 0 done, 1 AWS failed or refused, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m handlers.index", description=__doc__)
    for name in ("articles-bucket", "summaries-bucket", "table"):
        parser.add_argument(f"--{name}", required=True, help="name from the stack's outputs")
    options = parser.parse_args(arguments)
    s3 = boto3.client("s3")
    index = ArticleIndex(boto3.client("dynamodb"), options.table)
    results = S3ResultStore(s3, options.summaries_bucket)
    try:
        count = rebuild(s3, options.articles_bucket, results, index)
    except (StoreUnavailable, ClientError, BotoCoreError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"The index has {count} articles.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
