"""The index of articles by time, in DynamoDB, because S3 cannot list by time.

``python -m handlers.index`` rebuilds it from the buckets.
"""

import argparse
import base64
import binascii
import contextlib
import json
import secrets
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal, cast

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from handlers import clock
from handlers.aws import aws_errors
from handlers.s3 import (
    TIME_FORMAT,
    S3ResultStore,
    answers,
    head_article,
    is_waiting,
    iso,
    read_reviews,
)
from teletipo.edited import edited, reviews_of
from teletipo.errors import BadKey, Killed, Outdated, StoreUnavailable
from teletipo.findings import Severity
from teletipo.keys import (
    ARTICLES,
    article_id,
    aside_keys,
    result_keys,
    summary_key,
)
from teletipo.ports import StoredObject
from teletipo.progress import progress_display
from teletipo.review import Review
from teletipo.subjects import codes
from teletipo.summary import Decision, LanguageStatus, LanguageSummary, Summary

Status = Literal["pending", "ok", "needs_review", "rejected", "failed", "withdrawn", "superseded"]
_HIDDEN: tuple[Status, ...] = ("withdrawn", "superseded")

_BY_TIME = "by-time"
# One partition takes 1,000 writes a second, which is enough for a wire service.
_KIND = "article"
_PAGE = 200
_MAX_PAGES = 10
# An attempt fails only if another worker succeeded in between.
_ATTEMPTS = 8
_MAX_SEARCH_CHARACTERS = 8_000
# As long as the bucket keeps the article's versions (template.yaml).
_WITHDRAWN_SECONDS = 90 * 24 * 3600


class BadCursor(ValueError):
    """A cursor that is not from this index."""


class ListedTarget(BaseModel):
    """One language of a summary, as the list shows it."""

    model_config = ConfigDict(frozen=True)

    status: LanguageStatus = Field(
        description="The editors' last decision about this language; without one `needs_review` if "
        "any of its findings is a warning or an error, else `ok`."
    )
    errors: int
    warnings: int
    infos: int
    confidence: float | None = Field(
        None,
        description="The lowest of its sentences and headline that are the machine's; null if none "
        "were scored.",
    )


_TARGETS = TypeAdapter(dict[str, ListedTarget])


@dataclass(frozen=True)
class Row:
    """An article and its status."""

    key: str
    status: Status
    stored_at: str
    """ISO 8601 in UTC: when this version was stored."""
    version_id: str | None = None
    headline: str | None = None
    language: str | None = None
    review: Decision | None = None
    """Decision of the summary's last review."""
    targets: Mapping[str, ListedTarget] | None = None
    """By BCP 47 tag; None before there is a summary."""
    search: str = ""
    """What ``q`` searches, as ``searchable`` returns it."""
    subjects: str = ""
    """The codes of the article's subjects and of all broader ones, each between two bars."""
    embargo: str | None = None
    """ISO 8601 in UTC: before, the row is listed only to editors."""

    @property
    def id(self) -> str:
        return article_id(self.key)


def pending(
    key: str,
    stored_at: str,
    version_id: str | None = None,
    headline: str | None = None,
    language: str | None = None,
) -> Row:
    """The row of a stored article without a result."""
    return Row(
        key,
        "pending",
        stored_at,
        version_id or None,
        headline,
        language,
        search=searchable(key, headline),
    )


def searchable(*texts: str | None) -> str:
    """The texts without case and accents, so that "politica" finds "Política"."""
    joined = " ".join(text for text in texts if text)[:_MAX_SEARCH_CHARACTERS]
    plain = unicodedata.normalize("NFKD", joined)
    return "".join(char for char in plain if not unicodedata.combining(char)).casefold()


class ArticleIndex:
    """A DynamoDB table with a global secondary index by time.

    A row is replaced only as it was read: who reads the row first, then the buckets, cannot
    overwrite what a later look into the buckets has found.
    """

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def get(self, key: str) -> tuple[Row, str] | None:
        """An article's row and its revision, or None. Raises ``StoreUnavailable``."""
        with aws_errors("DynamoDB"):
            response = self._client.get_item(
                TableName=self._table, Key={"id": {"S": article_id(key)}}, ConsistentRead=True
            )
        item = response.get("Item")
        return (_row(item), item.get("revision", {}).get("S", "")) if item else None

    def put(self, row: Row, replaces: str | None = None) -> bool:
        """Store the row if the table still holds that revision (None: no row), and whether it did.

        Raises ``StoreUnavailable``.
        """
        values: dict[str, Any] = {":revision": {"S": replaces}}
        condition: dict[str, Any] = {
            "ConditionExpression": "revision = :revision",
            "ExpressionAttributeValues": values,
        }
        if replaces is None:
            condition = {"ConditionExpression": "attribute_not_exists(id)"}
        conflict = self._client.exceptions.ConditionalCheckFailedException
        with aws_errors("DynamoDB"), contextlib.suppress(conflict):
            self._client.put_item(TableName=self._table, Item=_item(row), **condition)
            return True
        return False

    def newest(
        self,
        *,
        prefix: str = "",
        status: Status | None = None,
        is_reviewed: bool | None = None,
        language: str | None = None,
        language_status: LanguageStatus | None = None,
        since: str | None = None,
        words: Sequence[str] = (),
        confidence_below: float | None = None,
        subject: str | None = None,
        is_embargoed: bool = False,
        limit: int,
        cursor: str | None = None,
    ) -> tuple[list[Row], str | None]:
        """Rows, newest first, and the next page's cursor; a page may be short before the last.

        Withdrawn and superseded articles are listed only if ``status`` asks for them, and those
        whose embargo has not passed only with ``is_embargoed``. ``words`` must all occur in the
        row, as ``searchable`` returns them. ``confidence_below`` is about ``language``, or any.

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
        names["#status"] = "status"
        if status:
            values[":status"] = {"S": status}
            filters.append("#status = :status")
        else:
            values |= {f":{hidden}": {"S": hidden} for hidden in _HIDDEN}
            filters += [f"#status <> :{hidden}" for hidden in _HIDDEN]
        if not is_embargoed:
            values[":now"] = {"S": iso(clock.now())}
            filters.append("(attribute_not_exists(embargo) OR embargo <= :now)")
        for number, word in enumerate(words):
            names["#search"] = "search"
            filters.append(f"contains(#search, :word{number})")
            values[f":word{number}"] = {"S": word}
        if subject:
            filters.append("contains(subjects, :subject)")
            values[":subject"] = {"S": f"|{subject}|"}
        if is_reviewed is not None:
            # Rows from before there were targets have only the last decision.
            condition_open = "contains(targets, :ok) OR contains(targets, :needs)"
            values |= {":ok": {"S": _with("ok")}, ":needs": {"S": _with("needs_review")}}
            filters.append(
                f"attribute_exists(review) AND NOT ({condition_open})"
                if is_reviewed
                else f"(attribute_not_exists(review) OR {condition_open})"
            )
        if language or language_status:
            filters.append("contains(targets, :target)")
            values[":target"] = {"S": _with(language_status, language)}
        query: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": _BY_TIME,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": values,
            "ScanIndexForward": False,
            "Limit": _PAGE,
            "FilterExpression": " AND ".join(filters),
            "ExpressionAttributeNames": names,
        }
        if cursor:
            query["ExclusiveStartKey"] = start = _start(cursor)
            # DynamoDB refuses a start outside the condition.
            if since and start["stored_at"]["S"] < since:
                return [], None
        rows: list[Row] = []
        for _ in range(_MAX_PAGES):
            with aws_errors("DynamoDB"):
                page = self._client.query(**query)
            found = [_row(item) for item in page["Items"]]
            # DynamoDB cannot compare numbers inside of an attribute.
            rows += [row for row in found if _is_below(row, confidence_below, language)]
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


@dataclass(frozen=True)
class Buckets:
    """Where articles and their results are; the index is made from them."""

    s3: Any
    articles_bucket: str
    results: S3ResultStore

    def article(self, key: str, version_id: str | None = None) -> Mapping[str, Any] | None:
        """S3's metadata of an article's version, or None. Raises ``StoreUnavailable``."""
        try:
            return head_article(self.s3, self.articles_bucket, key, version_id)
        except KeyError:
            return None

    def look(self, key: str) -> tuple[Mapping[str, Any] | None, dict[str, StoredObject]]:
        """The current article's metadata, and its results by key, asked for at the same time.

        An embargoed summary is among them, also before its time. Raises ``StoreUnavailable``.
        """
        candidates = [*result_keys(key), *aside_keys(key)]
        with ThreadPoolExecutor(1 + len(candidates)) as pool:
            looked = pool.submit(self.article, key)
            heads = pool.map(self.results.head, candidates)
            results = {place: head for place, head in zip(candidates, heads, strict=True) if head}
            return looked.result(), results

    def read(
        self, key: str, place: str | None = None
    ) -> tuple[StoredObject, Summary, tuple[Review, ...]] | None:
        """An article's summary and the reviews that count for it, or None without a summary.

        ``place`` is where it is, if not where it is public. Raises ``StoreUnavailable``.
        """
        try:
            place = place or summary_key(key)
        except BadKey:
            return None
        found = self.results.get(place)
        if found is None:
            return None
        stored, body = found
        summary = Summary.model_validate_json(body)
        _, reviews = read_reviews(self.results, key)
        return stored, summary, reviews_of(reviews, summary, stored.etag)


def refresh(
    index: ArticleIndex, buckets: Buckets, key: str, *, failed_version: str | None = None
) -> Row | None:
    """Make an article's row from the buckets, store it and return it; None for a folder's key.

    ``failed_version`` is a version that has failed for good: without a result it is ``failed``.
    Raises ``StoreUnavailable``.
    """
    if key.endswith("/"):
        return None
    for _ in range(_ATTEMPTS):
        found = index.get(key)
        known, revision = found or (None, None)
        row = look_up(buckets, key, known)
        if row.status == "pending" and failed_version == (row.version_id or ""):
            row = replace(row, status="failed")
        if row == known or index.put(row, revision):
            return row
    raise StoreUnavailable(f"Other workers keep changing the row of '{key}'.")


def look_up(buckets: Buckets, key: str, known: Row | None = None) -> Row:
    """The row as the buckets have it. Of ``known`` only what is nowhere else is taken over.

    Raises ``StoreUnavailable``.
    """
    article, results = buckets.look(key)
    if article is None:
        gone = known or pending(key, iso(clock.now()))
        return replace(gone, status="withdrawn")
    stored_at, version = iso(article["LastModified"]), article.get("VersionId") or ""
    is_known = known is not None and known.status not in _HIDDEN and not known.embargo
    # An update that waits is found by what its article was called before.
    row = pending(
        key, stored_at, version, *((known.headline, known.language) if known and is_known else ())
    )
    if known and is_known and known.version_id == row.version_id:
        # The headline of a posted article; that it has failed for good.
        status: Status = "failed" if known.status == "failed" else "pending"
        row = replace(known, status=status, stored_at=stored_at, review=None, targets=None)
    aside = {place: results.pop(place) for place in aside_keys(key) if place in results}
    for place, head in results.items():
        if answers(head, version):
            if head.metadata.get("status") == "rejected":
                return _rejected(row, head)
            if done := _done(buckets, row, place):
                return done
    for place, head in aside.items():
        if answers(head, version):
            # What readers have until then, if there is anything.
            known_places = [each for each in results if each == summary_key(key)]
            places = [*known_places, place] if is_waiting(head, clock.now()) else [place]
            if done := _done(buckets, row, places[0]):
                is_public = places[0] != place
                return done if is_public else replace(done, embargo=head.metadata["embargo"])
    return row


def _rejected(row: Row, head: StoredObject) -> Row:
    code = head.metadata.get("code")
    if code not in {Killed.code, Outdated.code}:
        return replace(row, status="rejected")
    # Nothing of the text stays in the list.
    status: Status = "withdrawn" if code == Killed.code else "superseded"
    return replace(pending(row.key, row.stored_at, row.version_id), status=status)


def _done(buckets: Buckets, row: Row, place: str) -> Row | None:
    """The row with the summary and its reviews, or None if the summary was deleted meanwhile."""
    found = buckets.read(row.key, place)
    if found is None:
        return None
    stored, summary, reviews = found
    words = edited(summary, reviews).summaries
    texts = [text for each in words.values() for text in (each.headline, each.text)]
    return replace(
        row,
        status=cast(Status, stored.metadata["status"]),
        headline=summary.article.headline,
        language=summary.article.language,
        review=reviews[-1].decision if reviews else None,
        targets={tag: _listed(summary, tag, each) for tag, each in words.items()},
        search=searchable(row.key, summary.article.guid, summary.article.headline, *texts),
        subjects="".join(f"|{code}|" for code in dict.fromkeys(codes(summary.article.subjects))),
    )


def _listed(summary: Summary, language: str, words: LanguageSummary) -> ListedTarget:
    counts = Counter(each.severity for each in summary.findings if each.language == language)
    scores = [words.headline_confidence, *(each.confidence for each in words.sentences)]
    return ListedTarget(
        status=words.status or summary.machine_status(language),
        errors=counts[Severity.ERROR],
        warnings=counts[Severity.WARNING],
        infos=counts[Severity.INFO],
        confidence=min((each for each in scores if each is not None), default=None),
    )


def rebuild(buckets: Buckets, index: ArticleIndex) -> int:
    """Store a row for every article in the bucket and count them. Raises ``StoreUnavailable``."""
    count = 0
    pages = buckets.s3.get_paginator("list_objects_v2").paginate(
        Bucket=buckets.articles_bucket, Prefix=ARTICLES
    )
    with progress_display("List") as progress, ThreadPoolExecutor(8) as pool:
        for page in pages:
            keys = [item["Key"] for item in page.get("Contents", [])]
            rows = pool.map(lambda key: refresh(index, buckets, key), keys)
            count += sum(row is not None for row in rows)
            progress(f"{count} articles", 0.0)
    return count


def _item(row: Row) -> dict[str, dict[str, str]]:
    texts = {
        name: value
        for name in (field.name for field in fields(Row))
        if name != "targets" and (value := getattr(row, name))
    }
    if row.targets:
        texts["targets"] = _TARGETS.dump_json(dict(row.targets)).decode()
    texts |= {"id": row.id, "kind": _KIND, "revision": secrets.token_hex(8)}
    item = {name: {"S": text} for name, text in texts.items()}
    if row.status == "withdrawn":
        item["expiration"] = {"N": str(int(time.time()) + _WITHDRAWN_SECONDS)}
    return item


def _with(status: LanguageStatus | None, language: str | None = None) -> str:
    """What an item's targets contain if a language, or any, has the status, or any."""
    name = json.dumps(language, ensure_ascii=False) if language else ""
    return f'{name}:{{"status":"' + (f'{status}"' if status else "")


def _is_below(row: Row, confidence: float | None, language: str | None) -> bool:
    if confidence is None:
        return True
    targets = (row.targets or {}).items()
    lowest = [each.confidence for name, each in targets if language in {None, name}]
    return any(each is not None and each < confidence for each in lowest)


def _row(item: dict[str, dict[str, str]]) -> Row:
    names = [field.name for field in fields(Row)]
    known: dict[str, Any] = {name: item[name]["S"] for name in names if name in item}
    if "targets" in known:
        known["targets"] = _TARGETS.validate_json(known["targets"])
    return Row(**known)


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
    except (binascii.Error, ValueError, TypeError, RecursionError):
        raise BadCursor("is not a cursor of this list") from None
    return {"id": {"S": identifier}, "kind": {"S": _KIND}, "stored_at": {"S": stored_at}}


def main(arguments: Sequence[str] | None = None) -> int:
    """Rebuild the index. Exit codes: 0 done, 1 AWS failed or refused, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m handlers.index", description=__doc__)
    for name in ("articles-bucket", "summaries-bucket", "table"):
        parser.add_argument(f"--{name}", required=True, help="name from the stack's outputs")
    options = parser.parse_args(arguments)
    try:
        s3 = boto3.client("s3")
        index = ArticleIndex(boto3.client("dynamodb"), options.table)
        results = S3ResultStore(s3, options.summaries_bucket)
        count = rebuild(Buckets(s3, options.articles_bucket, results), index)
    except (StoreUnavailable, ClientError, BotoCoreError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"The index has {count} articles.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
