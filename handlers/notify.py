"""Updates the index and sends notifications when objects in the buckets change."""

import json
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, Field, ValidationError

from handlers.aws import aws_errors
from handlers.batches import each_message
from handlers.index import ArticleIndex, done, look_up, read_reviews
from handlers.s3 import S3ResultStore, head_article
from handlers.settings import NotifySettings
from teletipo.errors import MalformedEvent, StoreUnavailable, TeletipoError, WrongBucket
from teletipo.keys import article_id, article_key_of_result
from teletipo.notice import Notice, ResultPlace
from teletipo.ports import StoredObject
from teletipo.summary import RejectionDocument, Summary

_NAME = "notify"
logger = Logger(service=_NAME)
metrics = Metrics(namespace="Teletipo", service=_NAME)


class _Named(BaseModel):
    name: str


class _Object(BaseModel):
    key: str


class _Detail(BaseModel):
    bucket: _Named
    object: _Object


class _Change(BaseModel):
    """Amazon S3 User Guide, "EventBridge event message structure"; keys are not encoded."""

    type: str = Field(alias="detail-type", pattern=r"^Object (Created|Deleted)$")
    detail: _Detail


@dataclass(frozen=True)
class _Service:
    settings: NotifySettings
    s3: Any
    events: Any
    sqs: Any
    results: S3ResultStore
    index: ArticleIndex


@cache
def _service() -> _Service:
    settings = NotifySettings.load()
    s3 = boto3.client("s3")
    return _Service(
        settings,
        s3,
        boto3.client("events"),
        boto3.client("sqs"),
        S3ResultStore(s3, settings.summaries_bucket),
        ArticleIndex(boto3.client("dynamodb"), settings.index_table),
    )


@metrics.log_metrics(capture_cold_start_metric=True)
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Handle a batch of changes. Failed ones are redelivered."""
    return each_message(event, context, _handle)


def _handle(record: SQSRecord) -> None:
    try:
        change = _parse(record.body)
        service = _service()
        bucket, key = change.detail.bucket.name, change.detail.object.key
        if bucket == service.settings.articles_bucket:
            _refresh(key)
        elif bucket != service.settings.summaries_bucket:
            raise WrongBucket(f"The change is in the bucket '{bucket}', which is not this stack's.")
        elif change.type == "Object Deleted" or (found := service.results.get(key)) is None:
            _refresh(article_key_of_result(key))
        else:
            _notify(key, *found)
    except TeletipoError as error:
        logger.warning(str(error), message_id=record.message_id, error=type(error).__name__)
        metrics.add_metric("FailedChanges", MetricUnit.Count, 1)
        raise


def _parse(body: str) -> _Change:
    try:
        return _Change.model_validate_json(body)
    except ValidationError:
        raise MalformedEvent("The message is not an S3 object event from EventBridge.") from None


def _refresh(key: str) -> None:
    service = _service()
    row = look_up(service.s3, service.settings.articles_bucket, service.results, key)
    if row is None:
        service.index.delete(key)
    else:
        service.index.put(row)


def _notify(result_key: str, stored: StoredObject, body: bytes) -> None:
    service = _service()
    key = article_key_of_result(result_key)
    place = ResultPlace(bucket=service.settings.summaries_bucket, key=result_key, etag=stored.etag)
    rejected = stored.metadata.get("status") == "rejected"
    summary = None if rejected else Summary.model_validate_json(body)
    reviews = read_reviews(service.results, key) if summary else None
    service.index.put(done(key, stored, summary, reviews))
    if summary:
        notice = _of_summary(key, place, stored, summary)
    else:
        notice = _of_rejection(key, place, stored, body)
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
    if url := _callback_url(key, notice.version_id):
        message = {"url": url, "message_id": notice.message_id, "body": _payload(notice)}
        with aws_errors("SQS"):
            service.sqs.send_message(
                QueueUrl=service.settings.callback_queue_url, MessageBody=json.dumps(message)
            )
        metrics.add_metric("CallbacksAsked", MetricUnit.Count, 1)
    metrics.add_metric("Told", MetricUnit.Count, 1)
    logger.info("Notified", key=key, version_id=notice.version_id, status=notice.status)


def _of_summary(key: str, place: ResultPlace, stored: StoredObject, summary: Summary) -> Notice:
    return Notice(
        id=article_id(key),
        key=key,
        version_id=stored.metadata.get("version-id") or None,
        guid=summary.article.guid,
        status=summary.status,
        language=summary.article.language,
        languages=tuple(summary.summaries),
        findings=dict(Counter(finding.code for finding in summary.findings)),
        code=None,
        reason=None,
        result=place,
    )


def _of_rejection(key: str, place: ResultPlace, stored: StoredObject, body: bytes) -> Notice:
    rejection = RejectionDocument.model_validate_json(body)
    return Notice(
        id=article_id(key),
        key=key,
        version_id=stored.metadata.get("version-id") or None,
        guid=None,
        status="rejected",
        language=None,
        languages=(),
        findings={},
        code=rejection.code,
        reason=rejection.reason,
        result=place,
    )


def _callback_url(key: str, version_id: str | None) -> str | None:
    """From the article's metadata; None if callbacks are off or the article is gone."""
    service = _service()
    if not service.settings.callback_queue_url:
        return None
    try:
        head = head_article(service.s3, service.settings.articles_bucket, key, version_id)
    except KeyError:
        return None
    return unquote(head["Metadata"].get("callback-url", "")) or None


def _payload(notice: Notice) -> str:
    kind = "summary.completed" if notice.status != "rejected" else "article.rejected"
    return json.dumps({"type": kind, "data": notice.model_dump(mode="json")}, ensure_ascii=False)
