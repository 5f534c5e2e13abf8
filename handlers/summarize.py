"""SQS messages of S3 notifications in, summaries or rejections in the bucket out."""

import os
import time
import traceback
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics, Tracer, single_metric
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config

from handlers.events import ObjectCreated, parse_notification
from handlers.s3 import S3ResultStore, StoredArticle, open_article
from models.packs import OpenPack, open_pack, pack_dir
from teletipo.errors import (
    ConfigurationError,
    OutOfTime,
    Rejection,
    TargetNotServed,
    TeletipoError,
    WrongBucket,
)
from teletipo.pipeline import summarize_article
from teletipo.publishing import Delivery, Outcome, fingerprint, publish, settled, summary_key
from teletipo.settings import Settings, load_settings, parse_targets
from teletipo.summary import RejectionDocument, Summary, to_json

_NAME = "summarize"
logger = Logger(service=_NAME)
metrics = Metrics(namespace="Teletipo", service=_NAME)
tracer = Tracer(service=_NAME)
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

# An article takes seconds; one that is begun with less than this left may be cut off.
_RESERVE_MILLISECONDS = 30_000


@dataclass(frozen=True)
class _Service:
    """What lives as long as the process."""

    settings: Settings
    pack: OpenPack
    s3: Any
    results: S3ResultStore
    fingerprint: str
    load_seconds: float


@cache
def _service() -> _Service:
    """Settings read, pack checked and loaded, clients made: once a process."""
    started = time.perf_counter()
    settings = load_settings()
    if not settings.articles_bucket or not settings.summaries_bucket:
        raise ConfigurationError(
            "TELETIPO_ARTICLES_BUCKET and TELETIPO_SUMMARIES_BUCKET must be set."
        )
    pack = open_pack(
        settings.pack_dir or pack_dir(settings.pack, settings.cache_dir), settings.threads
    )
    if pack.name != settings.pack:
        raise ConfigurationError(
            f"The settings want the pack '{settings.pack}', but '{pack.name}' is installed."
        )
    pack.runtime.load()
    s3 = boto3.client("s3", config=Config(retries={"mode": "standard", "max_attempts": 4}))
    return _Service(
        settings,
        pack,
        s3,
        S3ResultStore(s3, settings.summaries_bucket),
        fingerprint(pack, settings),
        time.perf_counter() - started,
    )


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False, capture_error=False)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Summarize a batch; the messages that failed are reported, and only they come again."""
    _service()

    def record_handler(record: SQSRecord) -> None:
        _handle_message(record, context)

    return dict(
        process_partial_response(
            event=event, record_handler=record_handler, processor=processor, context=context
        )
    )


def _handle_message(record: SQSRecord, context: LambdaContext) -> None:
    """All the articles that one message tells of. Raises what makes the message come again."""
    metrics.add_metric("Messages", MetricUnit.Count, 1)
    try:
        for created in parse_notification(record.body):
            if context.get_remaining_time_in_millis() < _RESERVE_MILLISECONDS:
                raise OutOfTime("Too little time is left to begin another article.")
            _handle_article(created)
    except TeletipoError as error:
        logger.warning(str(error), message_id=record.message_id, error=type(error).__name__)
        metrics.add_metric("FailedMessages", MetricUnit.Count, 1)
        raise
    except Exception as error:
        # Its text may quote the article; where it happened does not.
        where = traceback.extract_tb(error.__traceback__)[-1]
        logger.error(
            "Unexpected failure",
            message_id=record.message_id,
            error=type(error).__name__,
            at=f"{Path(where.filename).name}:{where.lineno}",
        )
        metrics.add_metric("FailedMessages", MetricUnit.Count, 1)
        raise


def _handle_article(created: ObjectCreated) -> None:
    service = _service()
    settings = service.settings
    if created.bucket != settings.articles_bucket:
        raise WrongBucket(f"The notification is about the bucket '{created.bucket}', not ours.")
    article: StoredArticle | None = None
    delivery = Delivery(created.key, created.version_id, created.sequencer, "")
    result: Summary | Rejection
    try:
        summary_key(created.key, settings.articles_prefix)
        article = open_article(service.s3, created)
        delivery = article.delivery
    except Rejection as rejection:
        result = rejection
    outcome = settled(service.results, delivery, service.fingerprint, settings.articles_prefix)
    if outcome:
        _report(created, outcome)
        return
    if article:
        result = _summarize(article, service)
    outcome = publish(
        service.results,
        delivery,
        service.fingerprint,
        to_json(_document(result, delivery)),
        rejected=isinstance(result, Rejection),
        prefix=settings.articles_prefix,
    )
    _report(created, outcome, result)


def _summarize(article: StoredArticle, service: _Service) -> Summary | Rejection:
    try:
        return summarize_article(
            article.read(service.settings.max_article_bytes),
            article.source,
            service.pack,
            service.settings,
            _targets(article.targets),
        )
    except Rejection as rejection:
        return rejection


def _targets(declared: str | None) -> tuple[str, ...] | None:
    try:
        return parse_targets(declared) if declared else None
    except ValueError as error:
        raise TargetNotServed(f"The metadata 'targets' cannot be read: {error}") from error


def _document(result: Summary | Rejection, delivery: Delivery) -> Summary | RejectionDocument:
    if isinstance(result, Summary):
        return result
    return RejectionDocument(
        key=delivery.key,
        version_id=delivery.version_id,
        code=result.code,
        reason=str(result),
    )


def _report(
    created: ObjectCreated, outcome: Outcome, result: Summary | Rejection | None = None
) -> None:
    """One log line an article, and the figures; never its text."""
    facts: dict[str, Any] = {
        "key": created.key,
        "version_id": created.version_id,
        "outcome": outcome.value,
    }
    if outcome is not Outcome.PUBLISHED or result is None:
        metrics.add_metric("Skipped", MetricUnit.Count, 1)
        logger.info("Nothing to do", **facts)
    elif isinstance(result, Rejection):
        metrics.add_metric("Rejections", MetricUnit.Count, 1)
        logger.info("Rejected", **facts, code=result.code)
    else:
        metrics.add_metric("Articles", MetricUnit.Count, 1)
        metrics.add_metric("Findings", MetricUnit.Count, len(result.findings))
        characters = sum(len(text.text) for text in result.summaries.values())
        metrics.add_metric("Characters", MetricUnit.Count, characters)
        for step, seconds in result.timings_seconds.items():
            name = "".join(part.capitalize() for part in step.replace("-", "_").split("_"))
            metrics.add_metric(f"{name}Seconds", MetricUnit.Seconds, seconds)
        logger.info("Summarized", **facts, status=result.status, timings=result.timings_seconds)


def _warm_up() -> None:
    service = _service()
    logger.info("Models loaded", pack=service.pack.name, seconds=round(service.load_seconds, 3))
    with single_metric(
        "ModelLoadSeconds", MetricUnit.Seconds, service.load_seconds, namespace="Teletipo"
    ) as metric:
        metric.add_dimension("service", _NAME)


# Under the Lambda runtime models load while it initialises, not in the first article's time.
if "AWS_LAMBDA_RUNTIME_API" in os.environ:
    _warm_up()
