"""SQS messages of S3 notifications in, summaries or rejections in the bucket out."""

import contextlib
import os
import time
import traceback
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics, Tracer, single_metric
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config

from handlers.batches import each_message
from handlers.events import ObjectCreated, parse_notification
from handlers.s3 import S3ResultStore, open_article
from handlers.settings import SummarizeSettings
from handlers.terminology import TerminologyObject
from models.packs import OpenPack, open_configured_pack
from teletipo import verify
from teletipo.delivery import Delivery
from teletipo.errors import (
    OutOfTime,
    Rejection,
    TargetNotServed,
    TeletipoError,
    WrongBucket,
)
from teletipo.findings import Severity
from teletipo.keys import summary_key
from teletipo.options import parse_targets
from teletipo.pipeline import Request, summarize_articles
from teletipo.publishing import Outcome, fingerprint, publish, settled
from teletipo.summary import RejectionDocument, Summary, to_json

_NAME = "summarize"
logger = Logger(service=_NAME)
metrics = Metrics(namespace="Teletipo", service=_NAME)
tracer = Tracer(service=_NAME)

# An article takes seconds; one that is begun with less than this left may be cut off.
_RESERVE_MILLISECONDS = 30_000


@dataclass(frozen=True)
class _Service:
    """What lives as long as the process."""

    settings: SummarizeSettings
    pack: OpenPack
    s3: Any
    results: S3ResultStore
    terminology: TerminologyObject
    load_seconds: float

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.pack, self.settings, self.terminology.terms)


@cache
def _service() -> _Service:
    """Settings read, pack checked and loaded, clients made: once a process."""
    started = time.perf_counter()
    settings = SummarizeSettings.load()
    pack = open_configured_pack(settings)
    sources = settings.sources or pack.sources
    pack.load(sources, settings.targets)
    verify.load(sources, settings.targets)
    s3 = boto3.client("s3", config=Config(retries={"mode": "standard", "max_attempts": 4}))
    return _Service(
        settings,
        pack,
        s3,
        S3ResultStore(s3, settings.summaries_bucket),
        TerminologyObject(s3, settings.summaries_bucket, settings.terminology_key),
        time.perf_counter() - started,
    )


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False, capture_error=False)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Summarize a batch; the messages that failed are reported, and only they come again."""
    _service().terminology.refresh()
    done: dict[ObjectCreated, _Task] = {}
    if context.get_remaining_time_in_millis() >= _RESERVE_MILLISECONDS:
        done = _summarize_together([SQSRecord(record) for record in event.get("Records", [])])

    def record_handler(record: SQSRecord) -> None:
        _handle_message(record, done, context)

    return each_message(event, context, record_handler)


@dataclass(frozen=True)
class _Task:
    """One article that a message tells of."""

    delivery: Delivery
    outcome: Outcome | None = None
    """Set where there is nothing left to do."""
    request: Request | None = None
    """What is to be summarized; None where that is settled, or refused already."""
    result: Summary | Rejection | None = None


def _summarize_together(records: Sequence[SQSRecord]) -> dict[ObjectCreated, _Task]:
    """The batch's articles, read and summarized in one go.

    Only what comes for the first time: what came before may be what broke its batch. Whatever
    goes wrong here is left out, to be done by itself and reported there.
    """
    service = _service()
    tasks: dict[ObjectCreated, _Task] = {}
    for record in records:
        with contextlib.suppress(Exception):
            if int(record.raw_event["attributes"]["ApproximateReceiveCount"]) > 1:
                continue
            for created in parse_notification(record.body):
                tasks[created] = _look_up(created, service)
    waiting = {created: task for created, task in tasks.items() if task.request}
    if len(waiting) < 2:
        # Nothing to gain; a lone article is done where its failure is reported.
        return {created: task for created, task in tasks.items() if created not in waiting}
    try:
        done = _summarize(list(waiting.values()), service)
    except Exception as error:
        logger.warning("The batch failed; each is done by itself", error=type(error).__name__)
        return {created: task for created, task in tasks.items() if created not in waiting}
    return {**tasks, **dict(zip(waiting, done, strict=True))}


def _handle_message(
    record: SQSRecord, done: Mapping[ObjectCreated, _Task], context: LambdaContext
) -> None:
    """All the articles that one message tells of. Raises what makes the message come again."""
    metrics.add_metric("Messages", MetricUnit.Count, 1)
    try:
        for created in parse_notification(record.body):
            task = done.get(created)
            if task is None:
                if context.get_remaining_time_in_millis() < _RESERVE_MILLISECONDS:
                    raise OutOfTime("Too little time is left to begin another article.")
                (task,) = _summarize([_look_up(created, _service())], _service())
            _publish(created, task)
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


def _look_up(created: ObjectCreated, service: _Service) -> _Task:
    """Which version it is, whether it is done already, and its bytes where it is not."""
    settings = service.settings
    if created.bucket != settings.articles_bucket:
        raise WrongBucket(f"The notification is about the bucket '{created.bucket}', not ours.")
    delivery = Delivery(created.key, created.version_id, created.sequencer, "")
    try:
        summary_key(created.key)
        article = open_article(service.s3, created)
        delivery = article.delivery
    except Rejection as rejection:
        outcome = settled(service.results, delivery, service.fingerprint)
        return _Task(delivery, outcome, result=rejection)
    outcome = settled(service.results, delivery, service.fingerprint)
    if outcome:
        article.stream.close()
        return _Task(delivery, outcome)
    try:
        data = article.read(settings.max_article_bytes)
        return _Task(delivery, request=Request(data, article.source, _targets(article.targets)))
    except Rejection as rejection:
        return _Task(delivery, result=rejection)


def _summarize(tasks: Sequence[_Task], service: _Service) -> list[_Task]:
    """The tasks with their results; those without a request are left as they are."""
    requests = [task.request for task in tasks if task.request]
    results = iter(
        summarize_articles(
            requests,
            service.pack,
            service.settings,
            terminology=service.terminology.terms,
        )
    )
    return [replace(task, result=next(results)) if task.request else task for task in tasks]


def _publish(created: ObjectCreated, task: _Task) -> None:
    service = _service()
    if task.outcome or task.result is None:
        _report(created, task.outcome or Outcome.ALREADY_DONE)
        return
    document = _document(task.result, task.delivery)
    outcome = publish(
        service.results,
        task.delivery,
        service.fingerprint,
        to_json(document),
        status=document.status,
    )
    _report(created, outcome, task.result)


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
        for severity in Severity:
            count = sum(finding.severity is severity for finding in result.findings)
            metrics.add_metric(f"{severity.capitalize()}Findings", MetricUnit.Count, count)
        for step, count in result.repairs.items():
            metrics.add_metric(f"MendedBy{step.capitalize()}", MetricUnit.Count, count)
        if result.status == "needs_review":
            metrics.add_metric("NeedsReview", MetricUnit.Count, 1)
        characters = sum(len(text.text) for text in result.summaries.values())
        metrics.add_metric("Characters", MetricUnit.Count, characters)
        for step, seconds in result.timings_seconds.items():
            name = "".join(part.capitalize() for part in step.replace("-", "_").split("_"))
            metrics.add_metric(f"{name}Seconds", MetricUnit.Seconds, seconds)
        logger.info(
            "Summarized",
            **facts,
            status=result.status,
            findings=dict(Counter(finding.code for finding in result.findings)),
            repairs=result.repairs,
            timings=result.timings_seconds,
        )


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
