"""Reading requests: body, headers, caller, article ID."""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import Route
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic import BaseModel, ValidationError

from handlers.api.errors import Problem, invalid, invalid_fields, not_found
from handlers.api.resources import JSON
from handlers.api.service import service
from teletipo import trace
from teletipo.errors import ArticleTooLarge, BadKey
from teletipo.keys import article_key
from teletipo.trace import Trace

T = TypeVar("T", bound=BaseModel)
SIGNATURE = "X-Amz-"
"""How the names of parameters begin that sign an address."""
# API Gateway gives up after 29 seconds.
_MAX_WAIT_SECONDS = 25
# A Lambda event is at most 6 MB, and the body in it is base64.
_MAX_BODY_BYTES = 4_400_000


def body_of(event: APIGatewayProxyEvent) -> bytes:
    """The body, decoded. Raises ``ArticleTooLarge``."""
    body = event.body or ""
    data = base64.b64decode(body) if event.is_base64_encoded else body.encode()
    limit = min(_MAX_BODY_BYTES, service().settings.max_article_bytes)
    if len(data) > limit:
        raise ArticleTooLarge(
            f"The body has {len(data):,} bytes; the limit is {limit:,} (parameter MaxArticleBytes)."
        )
    return data


def content_type_of(event: APIGatewayProxyEvent) -> str:
    """The media type without parameters; empty if there is none."""
    return str(event.headers.get("content-type") or "").partition(";")[0].strip().lower()


def read_json(event: APIGatewayProxyEvent, model: type[T]) -> T:
    """The body as a model. Raises ``Problem`` (415, 422), ``ArticleTooLarge``."""
    if content_type_of(event) != JSON:
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported_format",
            f"The body must be {JSON}.",
            [("Content-Type", f"is not {JSON}")],
        )
    return validated(model.model_validate_json, body_of(event))


def validated(validate: Callable[[Any], T], value: Any) -> T:
    """The validated value. Raises ``Problem`` (422)."""
    try:
        return validate(value)
    except ValidationError as error:
        raise invalid_fields(error.errors(include_url=False, include_input=False)) from None


def preferred_wait(prefer: str | None) -> int:
    """Seconds of ``Prefer: wait=N`` (RFC 7240); 0 if there are none or they cannot be read."""
    found = re.search(
        r'(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})"?(?=$|[,;\s])', prefer or "", re.IGNORECASE
    )
    return min(int(found[1]), _MAX_WAIT_SECONDS) if found else 0


def caller_of(event: APIGatewayProxyEvent) -> str:
    """Whose credentials API Gateway found in the request."""
    context = event.get("requestContext") or {}
    claims = (context.get("authorizer") or {}).get("claims") or {}
    # A user may change the e-mail address, and a pool may give a name again.
    if subject := claims.get("sub"):
        return f"user:{subject}"
    identity = context.get("identity") or {}
    if arn := identity.get("userArn"):
        return str(arn)
    if key_id := identity.get("apiKeyId"):
        return f"api-key:{key_id}"
    key = event.headers.get("x-api-key") or ""
    return f"api-key:{hashlib.sha256(key.encode()).hexdigest()[:10]}"


def trace_of(event: Mapping[str, Any]) -> Trace | None:
    """The client's trace context."""
    headers = {name.lower(): text for name, text in (event.get("headers") or {}).items()}
    return trace.read(headers)


def key_of(identifier: str) -> str:
    """The article's key from its ID. Raises ``Problem`` (404)."""
    try:
        return article_key(identifier)
    except BadKey as error:
        raise not_found(str(error), [("id", str(error))]) from None


def refuse_unknown_parameters(
    app: APIGatewayRestResolver, next_middleware: NextMiddleware
) -> Response[Any]:
    """Refuse query parameters that the operation does not have, like unknown fields of a body."""
    route: Route = app.context["_route"]
    # The pages take any; the resolver's own route is for unknown addresses.
    if route.include_in_schema and route.func.__module__.startswith("handlers."):
        known = {str(parameter.alias) for parameter in route.dependant.query_params}
        given = app.current_event.query_string_parameters or {}
        if unknown := [n for n in given if n not in known and not n.startswith(SIGNATURE)]:
            allowed = ", ".join(sorted(known)) or "none"
            raise invalid(
                unknown[0], f"is not a parameter of this operation (there are: {allowed})"
            )
    return next_middleware(app)
