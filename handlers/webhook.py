"""Sends signed callbacks from their queue; retries after growing pauses."""

import time
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities import parameters
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ValidationError

from handlers import outbound
from handlers.batches import Queue, each_message, log_unexpected, receives
from handlers.settings import WebhookSettings
from handlers.spans import Spans
from teletipo import trace
from teletipo.errors import MalformedEvent, StoreUnavailable, TeletipoError
from teletipo.trace import Trace

_NAME = "webhook"
logger = Logger(service=_NAME)
metrics = Metrics(namespace="Teletipo", service=_NAME)
spans = Spans(_NAME, logger, metrics)

_SECRET_SECONDS = 300
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 15, 900


class Callback(BaseModel):
    """A message in the queue."""

    url: str
    message_id: str
    body: str
    trace: dict[str, str] = {}
    """``traceparent`` and ``tracestate``; none of messages from before."""


@metrics.log_metrics(capture_cold_start_metric=True)
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Send the callbacks. Failed ones are redelivered, and finally go to the dead-letter queue."""
    try:
        return each_message(event, context, _handle)
    finally:
        spans.send()


def _handle(record: SQSRecord) -> None:
    # What follows is not about the message before.
    logger.set_correlation_id(None)
    try:
        status = _send_traced(_parse(record.body))
    except TeletipoError as error:
        logger.warning(str(error), message_id=record.message_id, error=type(error).__name__)
        metrics.add_metric("FailedCallbacks", MetricUnit.Count, 1)
        _pause(record)
        raise
    except Exception as error:
        log_unexpected(logger, error, record.message_id)
        metrics.add_metric("FailedCallbacks", MetricUnit.Count, 1)
        _pause(record)
        raise
    metrics.add_metric("Callbacks", MetricUnit.Count, 1)
    logger.info("Callback sent", message_id=record.message_id, status=status)


def _send_traced(callback: Callback) -> int:
    context = trace.read(callback.trace)
    is_refused = outbound.refuse_url(callback.url, settings().callback_hosts)
    host = None if is_refused else urlsplit(callback.url).hostname
    began, name, facts = time.time_ns(), "POST callback", {"server.address": host}
    try:
        status = _send(callback, context, host)
    except TeletipoError as error:
        spans.add("CLIENT", name, context, began, facts, failed=type(error).__name__)
        raise
    spans.add("CLIENT", name, context, began, {**facts, "http.response.status_code": status})
    return status


def _send(callback: Callback, context: Trace | None, host: str | None) -> int:
    logger.append_keys(host=host)
    logger.set_correlation_id(context.trace_id if context else None)
    try:
        secret = str(parameters.get_secret(settings().callback_secret, max_age=_SECRET_SECONDS))
    except parameters.exceptions.GetParameterError:
        raise StoreUnavailable("The secret that signs callbacks cannot be read.") from None
    body, timestamp = callback.body.encode(), int(time.time())
    return outbound.post(
        callback.url,
        body,
        {
            "webhook-id": callback.message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": outbound.sign(secret, callback.message_id, timestamp, body),
            **(context.fields() if context else {}),
        },
        settings().callback_hosts,
    )


def _parse(body: str) -> Callback:
    try:
        return Callback.model_validate_json(body)
    except ValidationError:
        raise MalformedEvent("The message is not a callback.") from None


@cache
def settings() -> WebhookSettings:
    """Read once per process. Raises ``ConfigurationError``."""
    return WebhookSettings.load()


@cache
def sqs() -> Any:
    """The SQS client, made once per process."""
    return boto3.client("sqs")


def _pause(record: SQSRecord) -> None:
    """Hide the message longer with every attempt."""
    seconds = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2 ** (receives(record) - 1))
    Queue(sqs(), settings().callback_queue_url).hide(record, seconds)
