"""Spans (OpenTelemetry) of requests, articles, notifications and callbacks, if the stack has an
endpoint for them.

They are sent at the end of an invocation with OTLP over HTTP; requests to X-Ray's endpoint are
signed (SigV4). Nothing waits long for the endpoint, and nothing fails with it: after a failure
spans are dropped for a minute. Without an endpoint the OpenTelemetry SDK is not imported.

The parent of a span is the one that the article's trace context names. Where the service made the
context itself, no client has such a span: the first of ours takes its number.
"""

import os
import re
import secrets
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import NoCredentialsError
from botocore.session import get_session

from handlers.settings import TracesSettings
from teletipo import __version__
from teletipo.trace import Trace

if TYPE_CHECKING:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.trace import SpanContext

_TIMEOUT_SECONDS = 2
_PAUSE_SECONDS = 60.0
_XRAY = re.compile(r"https://xray\.([\w-]+)\.amazonaws\.com(?:\.cn)?/v1/traces")


class Spans:
    """The spans of one function: collected during an invocation, sent at its end."""

    def __init__(self, service: str, logger: Logger, metrics: Metrics) -> None:
        self._service, self._logger, self._metrics = service, logger, metrics
        self._waiting: list[ReadableSpan] = []
        self._paused_until = 0.0

    def add(
        self,
        kind: str,
        name: str,
        trace: Trace | None,
        began: int,
        attributes: Mapping[str, str | int | float | None],
        *,
        is_first: bool = False,
        failed: str | None = None,
    ) -> None:
        """Note what ends now, unless there is no endpoint or the trace is not sampled.

        ``kind`` is one of OpenTelemetry's, ``began`` is in nanoseconds since 1970. ``is_first`` is
        for the first span of a context that the service made. ``failed`` is an exception's type.
        """
        if endpoint() and trace and trace.is_sampled:
            self._waiting.append(
                _span(self._service, kind, name, trace, began, attributes, is_first, failed)
            )

    def send(self) -> None:
        """Send the spans. A failure is logged and counted, and nothing else."""
        spans, self._waiting = self._waiting, []
        if not spans or time.monotonic() < self._paused_until:
            return
        from opentelemetry.sdk.trace.export import SpanExportResult

        try:
            reason = None if exporter().export(spans) is SpanExportResult.SUCCESS else "refused"
        except Exception as error:
            reason = type(error).__name__
        if reason:
            self._logger.warning("Spans were not accepted", spans=len(spans), error=reason)
            self._metrics.add_metric("FailedSpans", MetricUnit.Count, len(spans))
            self._paused_until = time.monotonic() + _PAUSE_SECONDS

    def resume(self) -> None:
        """Send again from now on."""
        self._paused_until = 0.0


@cache
def endpoint() -> str:
    """Where spans are sent; empty for none. Raises ``ConfigurationError``."""
    return TracesSettings.load().traces_endpoint


@cache
def exporter() -> "OTLPSpanExporter":
    import requests
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    session = requests.Session()
    if found := _XRAY.fullmatch(endpoint()):
        session.auth = signer(found[1])
    return OTLPSpanExporter(endpoint(), timeout=_TIMEOUT_SECONDS, session=session)


def signer(region: str) -> Callable[[Any], Any]:
    """Sign a prepared request with the function's role."""
    credentials = get_session().get_credentials()
    if credentials is None:
        raise NoCredentialsError

    def sign(request: Any) -> Any:
        own = {"Content-Type": request.headers["Content-Type"]}
        signed = AWSRequest(request.method, request.url, own, request.body)
        SigV4Auth(credentials, "xray", region).add_auth(signed)
        request.headers.update(signed.headers)
        return request

    return sign


def _span(
    service: str,
    kind: str,
    name: str,
    trace: Trace,
    began: int,
    attributes: Mapping[str, str | int | float | None],
    is_first: bool,
    failed: str | None,
) -> "ReadableSpan":
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.trace import SpanKind, Status, StatusCode

    named = _context(trace, trace.parent_id)
    return ReadableSpan(
        name,
        context=named if is_first else _context(trace, secrets.token_hex(8)),
        parent=None if is_first else named,
        resource=_resource(service),
        attributes={key: value for key, value in attributes.items() if value is not None},
        kind=SpanKind[kind],
        status=Status(StatusCode.ERROR, failed) if failed else Status(),
        start_time=began,
        end_time=time.time_ns(),
    )


@cache
def _resource(service: str) -> Any:
    from opentelemetry.sdk.resources import Resource

    # Names of OpenTelemetry's semantic conventions.
    return Resource(
        {
            "service.namespace": "teletipo",
            "service.name": service,
            "service.version": __version__,
            "cloud.provider": "aws",
            "cloud.region": os.environ.get("AWS_REGION", ""),
            "faas.name": os.environ.get("AWS_LAMBDA_FUNCTION_NAME", ""),
        }
    )


def _context(trace: Trace, span_id: str) -> "SpanContext":
    from opentelemetry.trace import SpanContext, TraceFlags, TraceState

    state = TraceState.from_header([trace.state]) if trace.state else None
    sampled = TraceFlags(TraceFlags.SAMPLED)
    return SpanContext(int(trace.trace_id, 16), int(span_id, 16), False, sampled, state)
