"""Summarizes the articles in SQS messages; writes summaries or rejections to the bucket."""

import contextlib
import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics, single_metric
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config

from handlers.batches import Queue, each_apart, log_unexpected
from handlers.events import ObjectCreated, parse_notification
from handlers.intake import stop_intake
from handlers.s3 import (
    S3ResultStore,
    Superseded,
    is_current,
    open_article,
    trace_of_version,
)
from handlers.settings import SummarizeSettings
from handlers.spans import Spans
from handlers.stories import Arrival, Stories
from handlers.terminology import TerminologyObject
from models.packs import OpenPack, open_configured_pack
from teletipo import verify
from teletipo.delivery import Delivery
from teletipo.errors import (
    Killed,
    NotUsable,
    Outdated,
    OutOfTime,
    PackError,
    Rejection,
    Retryable,
    TargetNotServed,
    TeletipoError,
    WrongBucket,
)
from teletipo.findings import Severity
from teletipo.keys import result_keys, summary_key
from teletipo.options import parse_targets
from teletipo.pipeline import Request, summarize_articles
from teletipo.publishing import (
    Outcome,
    fingerprint,
    is_aside,
    publish,
    put_aside,
    settled,
    take_from_aside,
)
from teletipo.summary import RejectionDocument, Summary, to_json

_NAME = "summarize"
logger = Logger(service=_NAME)
metrics = Metrics(namespace="Teletipo", service=_NAME)
spans = Spans(_NAME, logger, metrics)

# What one article is expected to take at most, look-up and writing included. The embedded pack
# takes 4 s in a batch of 16 and 10 s alone on two cores (docs/speed.md).
_ARTICLE_MILLISECONDS = 25_000


@dataclass(frozen=True)
class _Service:
    """Settings, models and clients, made once per process."""

    settings: SummarizeSettings
    pack: OpenPack
    s3: Any
    results: S3ResultStore
    stories: Stories
    terminology: TerminologyObject
    queue: Queue
    load_seconds: float

    def mark(self, targets: tuple[str, ...] | None = None) -> str:
        """The fingerprint, with other languages than the stack's if a message names them."""
        settings = self.settings.model_copy(update={"targets": targets} if targets else {})
        return fingerprint(self.pack, settings, self.terminology.terms)


@cache
def _service() -> _Service:
    """Read the settings, load the pack and make the clients."""
    started = time.perf_counter()
    settings = SummarizeSettings.load()
    pack = open_configured_pack(settings)
    sources = settings.sources or pack.sources
    pack.load(sources, settings.targets)
    verify.load(sources, settings.targets)
    s3 = boto3.client("s3", config=Config(retries={"mode": "standard", "max_attempts": 4}))
    results = S3ResultStore(s3, settings.summaries_bucket)
    return _Service(
        settings,
        pack,
        s3,
        results,
        Stories(results),
        TerminologyObject(s3, settings.summaries_bucket, settings.terminology_key),
        Queue(boto3.client("sqs"), settings.article_queue_url),
        time.perf_counter() - started,
    )


@logger.inject_lambda_context
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Summarize a batch. Messages that failed or were not begun are redelivered.

    If the deployment is at fault, no article is: the intake stops, and this raises.
    """
    try:
        service = _service()
        if not service.terminology.refresh():
            metrics.add_metric("StaleTerminology", MetricUnit.Count, 1)
    except Retryable:
        raise
    except Exception as error:
        _stop_intake(error, context)
        raise
    done: dict[ObjectCreated, _Task] = {}

    def prepare(records: Sequence[SQSRecord]) -> None:
        done.update(_summarize_together(records, context))

    def handle(record: SQSRecord) -> None:
        _handle_message(record, done, context)

    try:
        return each_apart(event, context, service.queue, handle, prepare)
    finally:
        spans.send()


def _stop_intake(error: Exception, context: LambdaContext) -> None:
    reason = str(error) if isinstance(error, TeletipoError) else type(error).__name__
    if stop_intake(context.function_name, reason):
        metrics.add_metric("IntakeStopped", MetricUnit.Count, 1)


@dataclass(frozen=True)
class _Task:
    """One article of a message."""

    delivery: Delivery
    mark: str
    outcome: Outcome | None = None
    """Set if there is nothing left to do."""
    arrival: Arrival | None = None
    """The article's place in its story; None if it was not read."""
    request: Request | None = None
    """What to summarize; None if there is nothing left to do or the article is rejected."""
    result: Summary | Rejection | None = None
    began: int = field(default_factory=time.time_ns)
    """Nanoseconds since 1970."""


def _has_time_for(articles: int, context: LambdaContext) -> bool:
    return context.get_remaining_time_in_millis() >= articles * _ARTICLE_MILLISECONDS


def _summarize_together(
    records: Sequence[SQSRecord], context: LambdaContext
) -> dict[ObjectCreated, _Task]:
    """Summarize as many of the messages' articles in one call as there is time for.

    An article that fails here is left out: ``_handle_message`` tries it alone and reports the
    failure.
    """
    service = _service()
    settled_tasks: dict[ObjectCreated, _Task] = {}
    waiting: dict[ObjectCreated, _Task] = {}
    for created in _articles(records):
        if not _has_time_for(len(waiting) + 1, context):
            break
        with contextlib.suppress(Exception):
            task = _look_up(created, service)
            (waiting if task.request else settled_tasks)[created] = task
    if len(waiting) < 2:
        # A single article is summarized in `_handle_message`, which reports its failure.
        return settled_tasks
    try:
        done = _summarize(list(waiting.values()), service)
    except Exception as error:
        logger.warning("The batch failed; trying each article alone", error=type(error).__name__)
        return settled_tasks
    return {**settled_tasks, **dict(zip(waiting, done, strict=True))}


def _articles(records: Sequence[SQSRecord]) -> Iterator[ObjectCreated]:
    """The objects in valid messages."""
    for record in records:
        with contextlib.suppress(Exception):
            yield from parse_notification(record.body)


def _handle_message(
    record: SQSRecord, done: Mapping[ObjectCreated, _Task], context: LambdaContext
) -> None:
    """Handle all articles of a message. An exception makes SQS deliver the message again."""
    metrics.add_metric("Messages", MetricUnit.Count, 1)
    try:
        for created in parse_notification(record.body):
            task = done.get(created)
            if task is None:
                if not _has_time_for(1, context):
                    raise OutOfTime("Too little time is left to begin another article.")
                task = _look_up(created, _service())
            with _failures_as_spans(task):
                if task.request and not task.result:
                    (task,) = _summarize([task], _service())
                _publish(task)
    except TeletipoError as error:
        logger.warning(str(error), message_id=record.message_id, error=type(error).__name__)
        metrics.add_metric("FailedMessages", MetricUnit.Count, 1)
        if isinstance(error, PackError):
            _stop_intake(error, context)
        raise
    except Exception as error:
        log_unexpected(logger, error, record.message_id)
        metrics.add_metric("FailedMessages", MetricUnit.Count, 1)
        raise


def _look_up(created: ObjectCreated, service: _Service) -> _Task:
    """Read the article unless it has been done already."""
    settings = service.settings
    if created.bucket != settings.articles_bucket:
        raise WrongBucket(
            f"The notification is about '{created.bucket}', which is not the articles bucket."
        )
    context = trace_of_version(created.bucket, created.key, created.version_id)
    delivery = Delivery(created.key, created.version_id, created.sequencer, "", context)
    mark = service.mark()
    try:
        summary_key(created.key)
        article = open_article(service.s3, created)
        delivery = article.delivery
    except Superseded:
        return _Task(delivery, mark, Outcome.SUPERSEDED)
    except Rejection as rejection:
        outcome = settled(service.results, delivery, mark)
        return _Task(delivery, mark, outcome, result=rejection)
    outcome = settled(service.results, delivery, mark)
    try:
        if outcome is None and created.targets and not article.targets:
            mark = service.mark(_targets(created.targets))
            outcome = settled(service.results, delivery, mark)
        if outcome is None and is_aside(service.results, delivery, mark):
            outcome = Outcome.ALREADY_DONE
        if outcome:
            article.stream.close()
            return _Task(delivery, mark, outcome)
        data = article.read(settings.max_article_bytes)
        targets = _targets(article.targets or created.targets)
        arrival = Arrival(service.stories, article.source, delivery)
        request = Request(data, article.source, targets, arrival)
        return _Task(delivery, mark, arrival=arrival, request=request)
    except Rejection as rejection:
        return _Task(delivery, mark, result=rejection)


def _summarize(tasks: Sequence[_Task], service: _Service) -> list[_Task]:
    """The tasks with their results. Tasks without a request are returned unchanged."""
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


def _publish(task: _Task) -> None:
    service = _service()
    if task.outcome or task.result is None:
        if task.outcome is Outcome.ALREADY_DONE:
            # A worker that was stopped may have left other versions as they were.
            for place in _stories_of(task.delivery.key, service):
                service.stories.settle(place, task.mark)
        _report(task, task.outcome or Outcome.ALREADY_DONE)
        return
    arrival, outcome = task.arrival, Outcome.SUPERSEDED
    is_story = arrival is not None and arrival.place is not None
    if not (is_story and isinstance(task.result, Killed | Outdated)):
        outcome = _write(task.result, task, service)
    if arrival and arrival.place:
        service.stories.settle(arrival.place, task.mark)
    _report(task, outcome)


def _write(result: Summary | Rejection, task: _Task, service: _Service) -> Outcome:
    """Publish a result, or put it aside until its embargo has passed."""
    delivery, arrival = task.delivery, task.arrival
    document = _document(result, delivery, service)
    waits = bool(arrival and arrival.embargo)
    facts = dict(arrival.facts) if arrival else {}
    if isinstance(result, Rejection):
        # A rejection tells nothing of the text, and whoever sent it must know at once.
        waits, facts = False, {**facts, "code": result.code}
        facts.pop("embargo", None)

    def is_newest() -> bool:
        if arrival and arrival.place:
            return arrival.is_still()
        return is_current(service.s3, service.settings.articles_bucket, delivery)

    where = (service.results, delivery, task.mark, to_json(document))
    if waits:
        return put_aside(*where, status=document.status, is_current=is_newest, facts=facts)
    outcome = publish(
        *where,
        status=document.status,
        is_current=is_newest,
        is_of_story=arrival.is_of_story if arrival else lambda other: False,
        facts=facts,
    )
    if outcome is not Outcome.SUPERSEDED and not (arrival and arrival.place):
        # In a story, an older object may hold the newer version: the record knows.
        take_from_aside(service.results, delivery)
    return outcome


def _stories_of(key: str, service: _Service) -> set[str]:
    """Where the records are of the stories that an article's results name."""
    heads = [service.results.head(place) for place in result_keys(key)]
    return {name for head in heads if head and (name := head.metadata.get("story"))}


def _targets(declared: str | None) -> tuple[str, ...] | None:
    try:
        return parse_targets(declared) if declared else None
    except ValueError as error:
        raise TargetNotServed(f"The metadata 'targets' is invalid: {error}") from error


def _document(
    result: Summary | Rejection, delivery: Delivery, service: _Service
) -> Summary | RejectionDocument:
    if isinstance(result, Summary):
        return result
    facts = service.stories.withdrawn(delivery.key) if isinstance(result, NotUsable) else {}
    return RejectionDocument(
        key=delivery.key,
        version_id=delivery.version_id,
        code=result.code,
        reason=str(result),
        trace_id=delivery.trace.trace_id if delivery.trace else None,
        **facts,
    )


def _report(task: _Task, outcome: Outcome) -> None:
    """Log one line and add the metrics and the span of an article; never its text."""
    delivery, result = task.delivery, task.result
    _add_span(task, outcome)
    facts: dict[str, Any] = {
        "key": delivery.key,
        "version_id": delivery.version_id,
        "correlation_id": delivery.trace.trace_id if delivery.trace else None,
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


def _add_span(task: _Task, outcome: Outcome | None, failed: str | None = None) -> None:
    delivery, result = task.delivery, task.result
    made = trace_of_version(_service().settings.articles_bucket, delivery.key, delivery.version_id)
    facts: dict[str, str | int | float | None] = {
        "teletipo.key": delivery.key,
        "teletipo.version_id": delivery.version_id,
        "teletipo.outcome": outcome.value if outcome else None,
    }
    if isinstance(result, Rejection):
        facts["teletipo.code"] = result.code
    elif result:
        facts |= {
            "teletipo.status": result.status,
            "teletipo.findings": len(result.findings),
            **{f"teletipo.seconds.{step}": took for step, took in result.timings_seconds.items()},
        }
    is_first = outcome is Outcome.PUBLISHED and delivery.trace == made
    spans.add("CONSUMER", "summarize", delivery.trace, task.began, facts,
              is_first=is_first, failed=failed)  # fmt: skip


@contextlib.contextmanager
def _failures_as_spans(task: _Task) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        _add_span(task, None, failed=type(error).__name__)
        raise


def _warm_up() -> None:
    service = _service()
    logger.info("Models loaded", pack=service.pack.name, seconds=round(service.load_seconds, 3))
    with single_metric(
        "ModelLoadSeconds", MetricUnit.Seconds, service.load_seconds, namespace="Teletipo"
    ) as metric:
        metric.add_dimension("service", _NAME)


# Lambda runs this while the function initializes, so the first article does not wait for models.
if "AWS_LAMBDA_RUNTIME_API" in os.environ:
    # The handler meets the same failure, and stops the intake.
    with contextlib.suppress(Exception):
        _warm_up()
