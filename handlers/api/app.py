"""The HTTP API and the desk's page, behind API Gateway: articles in, summaries out."""

import base64
import os
import time
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, CORSConfig, Response
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from handlers.api import articles, catalog, feeds, pages, reviews, storage
from handlers.api.description import describe
from handlers.api.errors import handle_errors
from handlers.api.requests import caller_of, refuse_unknown_parameters, trace_of
from handlers.api.resources import JSON, Health
from handlers.api.service import logger, metrics, service, spans
from handlers.settings import CorsSettings
from teletipo import __version__
from teletipo.errors import ConfigurationError
from teletipo.trace import TRACEPARENT, TRACESTATE
from teletipo.trace import new as new_trace


def _cors() -> CORSConfig | None:
    origin = CorsSettings.load().cors_origin
    if not origin:
        return None
    return CORSConfig(
        allow_origin=origin,
        allow_headers=[
            "If-Match",
            "If-None-Match",
            "Idempotency-Key",
            "Prefer",
            TRACEPARENT,
            TRACESTATE,
        ],
        expose_headers=["ETag", "Location", "Preference-Applied", "Retry-After", TRACEPARENT],
        max_age=600,
    )


app = APIGatewayRestResolver(enable_validation=True, cors=_cors())
app.use([refuse_unknown_parameters])
for _module in (articles, reviews, feeds, catalog, pages):
    app.include_router(_module.router)
handle_errors(app)


@app.get("/health", summary="Health check")
def get_health() -> Health:
    """Whether the function runs; needs no credentials."""
    return Health(status="ok", version=__version__)


@app.get("/openapi.json", include_in_schema=False)
def get_openapi() -> Response[str]:
    """The OpenAPI description of this API."""
    return Response(HTTPStatus.OK, JSON, describe(app))


@metrics.log_metrics(capture_cold_start_metric=True)
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request and log one line, which never has content of the request."""
    began = time.time_ns()
    storage.idempotency().register_lambda_context(context)
    is_head = event.get("httpMethod") == "HEAD"
    theirs = trace_of(event)
    trace = theirs or new_trace()
    logger.set_correlation_id(trace.trace_id)
    app.append_context(trace=trace)
    response = app.resolve({**event, "httpMethod": "GET"} if is_head else event, context)
    headers = response.setdefault("multiValueHeaders", {})
    if is_head:
        if response.get("body"):
            headers["Content-Length"] = [str(_length(response))]
        response |= {"body": "", "isBase64Encoded": False}
    headers[TRACEPARENT] = [trace.traceparent]
    milliseconds = (time.time_ns() - began) / 1_000_000
    status = int(response["statusCode"])
    metrics.add_metric("Requests", MetricUnit.Count, 1)
    if status >= HTTPStatus.BAD_REQUEST:
        name = "ServerErrors" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "ClientErrors"
        metrics.add_metric(name, MetricUnit.Count, 1)
    logger.info(
        "Answered",
        method=event.get("httpMethod"),
        resource=event.get("resource"),
        caller=caller_of(APIGatewayProxyEvent(event)),
        status=status,
        milliseconds=round(milliseconds, 1),
    )
    method, route = str(event.get("httpMethod")), str(event.get("resource"))
    facts: dict[str, str | int | float | None] = {
        "http.request.method": method,
        "http.route": route,
        "http.response.status_code": status,
    }
    failed = str(status) if status >= HTTPStatus.INTERNAL_SERVER_ERROR else None
    spans.add("SERVER", f"{method} {route}", trace, began, facts,
              is_first=theirs is None, failed=failed)  # fmt: skip
    spans.send()
    return response


def _length(response: dict[str, Any]) -> int:
    """The bytes of a response's body."""
    body: str = response["body"]
    return len(base64.b64decode(body) if response.get("isBase64Encoded") else body.encode())


def warm_up() -> None:
    """Make the clients and read the catalogue. Raises ``ConfigurationError``."""
    catalog.routes(service().settings.pack)


# Lambda runs this while the function initializes, before the first request.
if "AWS_LAMBDA_RUNTIME_API" in os.environ:
    try:
        warm_up()
    except (ConfigurationError, ClientError, BotoCoreError) as error:
        logger.error(str(error))
        raise
