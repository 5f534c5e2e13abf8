"""Follows changes in the buckets: index, feeds, notifications, and what a deletion leaves behind.

It also notes which articles have failed for good.
"""

import contextlib
import json
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote_plus, unquote

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, Field, ValidationError

from handlers import feeds
from handlers.aws import aws_errors
from handlers.batches import each_message, log_unexpected
from handlers.events import parse_notification
from handlers.index import ArticleIndex, Buckets, refresh
from handlers.release import Releases
from handlers.s3 import S3ResultStore, answers
from handlers.settings import NotifySettings
from handlers.spans import Spans
from handlers.stories import Stories
from teletipo import trace
from teletipo.errors import (
    ArticleDeleted,
    EventError,
    Killed,
    MalformedEvent,
    Outdated,
    StoreUnavailable,
    TeletipoError,
    WrongBucket,
)
from teletipo.keys import (
    EMBARGOED,
    REVIEWS,
    article_id,
    article_key_of_result,
    aside_keys,
    result_keys,
)
from teletipo.notice import Notice, ResultPlace, changes
from teletipo.ports import StoredObject
from teletipo.summary import RejectionDocument, Summary

_NAME = "notify"
# How S3 says that an old version was deleted by the bucket's own rule.
_EXPIRED = "Lifecycle Expiration"
logger = Logger(service=_NAME)
metrics = Metrics(namespace="Teletipo", service=_NAME)
spans = Spans(_NAME, logger, metrics)


class _Named(BaseModel):
    name: str


class _Object(BaseModel):
    key: str


class _Detail(BaseModel):
    bucket: _Named
    object: _Object
    reason: str | None = None


class _Change(BaseModel):
    """Amazon S3 User Guide, "EventBridge event message structure"; keys are not encoded."""

    type: str = Field(alias="detail-type", pattern=r"^Object (Created|Deleted)$")
    detail: _Detail


@dataclass(frozen=True)
class _Service:
    settings: NotifySettings
    events: Any
    sqs: Any
    buckets: Buckets
    index: ArticleIndex
    feeds: feeds.Feeds
    stories: Stories
    releases: Releases


@cache
def _service() -> _Service:
    settings = NotifySettings.load()
    s3, sqs = boto3.client("s3"), boto3.client("sqs")
    results = S3ResultStore(s3, settings.summaries_bucket)
    buckets, stories = Buckets(s3, settings.articles_bucket, results), Stories(results)
    return _Service(
        settings,
        boto3.client("events"),
        sqs,
        buckets,
        ArticleIndex(boto3.client("dynamodb"), settings.index_table),
        feeds.Feeds(
            s3,
            settings.summaries_bucket,
            results,
            settings.feeds_url,
            settings.publisher,
            settings.disclosure_line,
        ),
        stories,
        Releases(sqs, settings.release_queue_url, buckets, stories),
    )


@metrics.log_metrics(capture_cold_start_metric=True)
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Handle a batch of changes, or of articles that failed. What fails here is redelivered."""
    try:
        return each_message(event, context, _handle)
    finally:
        spans.send()


def _handle(record: SQSRecord) -> None:
    try:
        if record.event_source_arn == _service().settings.failed_queue_arn:
            _keep_failed(record)
        elif record.event_source_arn == _service().settings.release_queue_arn:
            _service().releases.release(record.body)
        else:
            _follow(_parse(record.body))
    except TeletipoError as error:
        logger.warning(str(error), message_id=record.message_id, error=type(error).__name__)
        metrics.add_metric("FailedChanges", MetricUnit.Count, 1)
        raise
    except Exception as error:
        log_unexpected(logger, error, record.message_id)
        metrics.add_metric("FailedChanges", MetricUnit.Count, 1)
        raise


def _follow(change: _Change) -> None:
    service = _service()
    bucket, key = change.detail.bucket.name, change.detail.object.key
    is_deletion = change.type == "Object Deleted"
    if bucket == service.settings.articles_bucket:
        # An old version that expires may be the one that counts, if an older text came later.
        if is_deletion and not (change.detail.reason == _EXPIRED and service.buckets.article(key)):
            _settle(key)
        _refresh(key)
    elif bucket != service.settings.summaries_bucket:
        raise WrongBucket(f"The change is in the bucket '{bucket}', which is not this stack's.")
    elif (
        is_deletion
        or key.startswith(REVIEWS)
        or (found := service.buckets.results.get(key)) is None
    ):
        _refresh(article_key_of_result(key))
    elif key.startswith(EMBARGOED):
        # Nobody is told before its time.
        _refresh(article_key_of_result(key))
        service.releases.schedule(article_key_of_result(key), found[0])
    else:
        _notify(key, *found)


def _refresh(key: str) -> None:
    """Bring the article's row in the index and its entries in the feeds up to date."""
    service = _service()
    refresh(service.index, service.buckets, key)
    feeds.refresh(service.feeds, service.buckets, key)


def _keep_failed(record: SQSRecord) -> None:
    """Note that the message's articles have failed for good, and keep it for an operator."""
    service = _service()
    with contextlib.suppress(EventError):
        for created in parse_notification(record.body):
            if created.bucket == service.settings.articles_bucket:
                version = created.version_id or ""
                refresh(service.index, service.buckets, created.key, failed_version=version)
                logger.error("Failed for good", key=created.key, version_id=created.version_id)
                metrics.add_metric("FailedArticles", MetricUnit.Count, 1)
    with aws_errors("SQS"):
        service.sqs.send_message(
            QueueUrl=service.settings.dead_letter_queue_url, MessageBody=record.body
        )


def _settle(key: str) -> None:
    """Withdraw the results of versions that were deleted, and queue an article that came back.

    S3 notifies the article queue of neither.
    """
    buckets = _service().buckets
    article = buckets.article(key)
    has_result = False
    for place in (*result_keys(key), *aside_keys(key)):
        found = buckets.results.get(place)
        if found is None:
            continue
        stored, body = found
        version = stored.metadata.get("version-id", "")
        _tell_story(key, stored, article)
        if article is None:
            # A rejection stays: it says why there is no summary.
            if stored.metadata.get("status") != "rejected":
                _withdraw(key, place, stored, body)
        elif answers(stored, article.get("VersionId")) and buckets.article(key, version):
            if _is_of_deleted(stored, body):
                buckets.results.delete(place, stored)
            else:
                has_result = True
        elif buckets.article(key, version) is None:
            _withdraw(key, place, stored, body)
    if article is not None and not has_result and not key.endswith("/"):
        _queue(key, article.get("VersionId"))


def _tell_story(key: str, stored: StoredObject, article: Mapping[str, Any] | None) -> None:
    """Note in the story's record that an article was deleted, or never had a version."""
    service, story = _service(), stored.metadata.get("story")
    if not story:
        return
    version = stored.metadata.get("version-id", "")
    if article is None:
        service.stories.change(story, lambda record: record.with_deletion(key, True))
    elif service.buckets.article(key, version) is None:
        service.stories.change(story, lambda record: record.without(key, version))


def _is_of_deleted(stored: StoredObject, body: bytes) -> bool:
    return (
        stored.metadata.get("status") == "rejected"
        and RejectionDocument.model_validate_json(body).code == ArticleDeleted.code
    )


def _withdraw(key: str, place: str, stored: StoredObject, body: bytes) -> None:
    """Tell that a result is withdrawn and delete it; its versions stay, below a delete marker."""
    service = _service()
    if stored.metadata.get("status") != "rejected" and not place.startswith(EMBARGOED):
        summary = Summary.model_validate_json(body)
        notice = _of_summary(key, _place(place, stored), stored, summary)
        # First: if the function dies in between, the change comes again and finds the summary.
        _tell(notice.model_copy(update={"status": "withdrawn"}), stored)
    # If it has just been replaced, that is a change of its own.
    service.buckets.results.delete(place, stored)
    logger.info("Withdrawn", key=key, result=place, correlation_id=_trace_id(stored))


def _queue(key: str, version_id: str | None) -> None:
    record = {
        "eventName": "ObjectCreated:Restored",
        "s3": {
            "bucket": {"name": _service().settings.articles_bucket},
            "object": {"key": quote_plus(key, safe="/"), "versionId": version_id},
        },
    }
    with aws_errors("SQS"):
        _service().sqs.send_message(
            QueueUrl=_service().settings.article_queue_url,
            MessageBody=json.dumps({"Records": [record]}),
        )
    logger.info("Queued again", key=key, version_id=version_id)


def _parse(body: str) -> _Change:
    try:
        return _Change.model_validate_json(body)
    except ValidationError:
        raise MalformedEvent("The message is not an S3 object event from EventBridge.") from None


def _notify(result_key: str, stored: StoredObject, body: bytes) -> None:
    service = _service()
    place = _place(result_key, stored)
    if stored.metadata.get("status") == "rejected":
        # For a very long key, the result's key is a hash.
        rejection = RejectionDocument.model_validate_json(body)
        key = rejection.key
        if rejection.code == Outdated.code:
            # The notice about the version that counts says so.
            _refresh(key)
            return
        notice = _of_rejection(rejection, place, stored)
    else:
        key = article_key_of_result(result_key)
        version, current = stored.metadata.get("version-id"), service.buckets.article(key)
        if current is None or (
            version != current.get("VersionId") and service.buckets.article(key, version) is None
        ):
            # The article was deleted while it was being summarized.
            _settle(key)
            _refresh(key)
            return
        notice = _of_summary(key, place, stored, Summary.model_validate_json(body))
    _refresh(key)
    _tell(notice, stored)


def _place(result_key: str, stored: StoredObject) -> ResultPlace:
    bucket = _service().settings.summaries_bucket
    return ResultPlace(bucket=bucket, key=result_key, etag=stored.etag)


def _tell(notice: Notice, stored: StoredObject) -> None:
    """Send an event, and ask for the callbacks of all who were, or asked to be, told."""
    service, began = _service(), time.time_ns()
    key, context = notice.key, trace.read(stored.metadata)
    with aws_errors("EventBridge"):
        response = service.events.put_events(
            Entries=[
                {
                    "Source": "teletipo",
                    "DetailType": notice.type,
                    "Detail": notice.model_dump_json(),
                    "EventBusName": service.settings.event_bus,
                }
            ]
        )
    if response["FailedEntryCount"]:
        raise StoreUnavailable("EventBridge did not accept the event.")
    for url in _callback_urls(notice, stored.metadata.get("story")):
        message = {
            "url": url,
            "message_id": notice.message_id,
            "body": _payload(notice),
            "trace": context.fields() if context else {},
        }
        with aws_errors("SQS"):
            service.sqs.send_message(
                QueueUrl=service.settings.callback_queue_url, MessageBody=json.dumps(message)
            )
        metrics.add_metric("CallbacksAsked", MetricUnit.Count, 1)
    metrics.add_metric("Told", MetricUnit.Count, 1)
    logger.info(
        "Notified",
        key=key,
        version_id=notice.version_id,
        status=notice.status,
        correlation_id=notice.trace_id,
    )
    spans.add("PRODUCER", "notify", context, began,
              {"teletipo.key": key, "teletipo.status": notice.status})  # fmt: skip


def _trace_id(stored: StoredObject) -> str | None:
    """None for results from before there were trace contexts."""
    context = trace.read(stored.metadata)
    return context.trace_id if context else None


def _of_summary(key: str, place: ResultPlace, stored: StoredObject, summary: Summary) -> Notice:
    return Notice(
        id=article_id(key),
        key=key,
        version_id=stored.metadata.get("version-id") or None,
        guid=summary.article.guid,
        trace_id=_trace_id(stored),
        status=summary.status,
        language=summary.article.language,
        languages=tuple(summary.summaries),
        findings=dict(Counter(finding.code for finding in summary.findings)),
        code=None,
        reason=None,
        result=place,
        **changes(summary),
    )


def _of_rejection(rejection: RejectionDocument, place: ResultPlace, stored: StoredObject) -> Notice:
    # A text that readers had, or may have had, is gone.
    is_withdrawn = rejection.code == Killed.code or bool(rejection.languages)
    return Notice(
        id=article_id(rejection.key),
        key=rejection.key,
        version_id=stored.metadata.get("version-id") or None,
        guid=rejection.guid,
        trace_id=_trace_id(stored),
        status="withdrawn" if is_withdrawn else "rejected",
        language=rejection.language,
        languages=rejection.languages,
        findings={},
        code=rejection.code,
        reason=rejection.reason,
        result=place,
    )


def _callback_urls(notice: Notice, story: str | None) -> list[str]:
    """The addresses that a notice goes to, from the metadata of the articles; none if they are off.

    What becomes of a story concerns all who sent one of its versions. Each version that is
    withdrawn has a notice of its own.
    """
    service = _service()
    if not service.settings.callback_queue_url:
        return []
    versions = [(notice.key, notice.version_id)]
    if story:
        versions += [
            (each.key, each.version_id)
            for each in service.stories.versions(story, notice.key, notice.version_id)
            if notice.status != "withdrawn" or each.key == notice.key
        ]
    heads = [service.buckets.article(*each) for each in dict.fromkeys(versions)]
    found = [unquote(head["Metadata"].get("callback-url", "")) for head in heads if head]
    return [url for url in dict.fromkeys(found) if url]


def _payload(notice: Notice) -> str:
    data = notice.model_dump(mode="json")
    return json.dumps({"type": notice.callback_type, "data": data}, ensure_ascii=False)
