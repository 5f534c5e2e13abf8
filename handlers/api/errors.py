"""Errors as problem documents (RFC 9457). A rejection keeps its code."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyPersistenceLayerError,
    IdempotencyValidationError,
)
from pydantic import BaseModel, Field

from handlers.api.service import logger
from teletipo.errors import Embargoed, Rejection, StoreUnavailable

CONTENT_TYPE = "application/problem+json"
RETRY_SECONDS = 2
# Rejections whose HTTP status is not 422 (RFC 9110).
_STATUS = {
    "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "unsupported_format": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
}
_FIELDS = {
    "language_not_served": "language",
    "language_unknown": "language",
    "target_not_served": "targets",
}
_PLACES = frozenset({"query", "path", "header"})


class FieldError(BaseModel):
    """One error in a request."""

    field: str = Field(description="Name in the body, of a parameter or of a header.")
    detail: str


class ProblemDocument(BaseModel):
    """An error, for programs and for people (RFC 9457)."""

    type: str = Field(description="Stable: `urn:teletipo:problem:` and the code.")
    title: str
    status: int
    detail: str
    code: str = Field(description="Stable, as in a rejection: `empty`, `too_large`.")
    errors: list[FieldError] = []


class Problem(Exception):
    """An error that the client gets as a problem document."""

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        detail: str,
        errors: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.errors, self.headers = errors, headers or {}

    def response(self) -> Response[str]:
        """The HTTP response."""
        document = ProblemDocument(
            type=f"urn:teletipo:problem:{self.code}",
            title=self.status.phrase,
            status=self.status,
            detail=self.detail,
            code=self.code,
            errors=[FieldError(field=field, detail=detail) for field, detail in self.errors],
        )
        return Response(
            self.status,
            CONTENT_TYPE,
            document.model_dump_json(),
            headers={"Cache-Control": "no-store", **self.headers},
        )


def not_found(detail: str, errors: Sequence[tuple[str, str]] = ()) -> Problem:
    """404."""
    return Problem(HTTPStatus.NOT_FOUND, "not_found", detail, errors)


def gone(detail: str, code: str = "withdrawn") -> Problem:
    """410."""
    return Problem(HTTPStatus.GONE, code, detail)


def embargoed_until(time: str) -> Problem:
    """403 until an embargo's end, in ISO 8601."""
    moment = datetime.fromisoformat(time)
    return Problem(
        HTTPStatus.FORBIDDEN,
        Embargoed.code,
        f"The summary is embargoed until {time}. An editor may read it with `embargoed=true`.",
        headers={"Retry-After": format_datetime(moment, usegmt=True)},
    )


def invalid(field: str, detail: str) -> Problem:
    """422 for one invalid field."""
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request", f"{field}: {detail}", [(field, detail)]
    )


def invalid_fields(errors: Sequence[Any]) -> Problem:
    """422 for pydantic's errors."""
    found = [
        (".".join(str(part) for part in error["loc"] if part not in _PLACES) or "body",
         str(error["msg"]).removeprefix("Value error, "))
        for error in errors
    ]  # fmt: skip
    detail = "; ".join(f"{field}: {text}" for field, text in found)
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request", detail, found)


def refused(code: str, reason: str, errors: Sequence[tuple[str, str]] = ()) -> Problem:
    """A published rejection, by its code."""
    return Problem(_STATUS.get(code, HTTPStatus.UNPROCESSABLE_ENTITY), code, reason, errors)


def handle_errors(app: APIGatewayRestResolver) -> None:
    """Make the resolver answer every exception with a problem document."""

    def on_no_route(error: NotFoundError) -> Response[str]:
        return _no_route(app).response()

    app.not_found(on_no_route)
    app.exception_handler(Problem)(_on_problem)
    app.exception_handler(RequestValidationError)(_on_invalid)
    app.exception_handler(Rejection)(_on_rejection)
    app.exception_handler(StoreUnavailable)(_on_unavailable)
    app.exception_handler(IdempotencyValidationError)(_on_key_reused)
    app.exception_handler(IdempotencyAlreadyInProgressError)(_on_key_in_use)
    app.exception_handler(IdempotencyPersistenceLayerError)(_on_table_failure)
    app.exception_handler(Exception)(_on_failure)


def _no_route(app: APIGatewayRestResolver) -> Problem:
    path = app.current_event.path
    routes = [*app._static_routes, *app._dynamic_routes]
    methods = sorted({route.method for route in routes if route.rule.match(path)})
    if not methods:
        return not_found("There is no resource at this address.")
    if "GET" in methods:
        methods.append("HEAD")
    return Problem(
        HTTPStatus.METHOD_NOT_ALLOWED,
        "method_not_allowed",
        f"This resource has no {app.current_event.http_method}.",
        headers={"Allow": ", ".join(methods)},
    )


def _on_problem(problem: Problem) -> Response[str]:
    return problem.response()


def _on_invalid(error: RequestValidationError) -> Response[str]:
    return invalid_fields(error.errors()).response()


def _on_rejection(rejection: Rejection) -> Response[str]:
    """An article that is refused before it is stored."""
    field = _FIELDS.get(rejection.code, "body")
    return refused(rejection.code, str(rejection), [(field, str(rejection))]).response()


def _on_unavailable(error: StoreUnavailable) -> Response[str]:
    logger.warning(str(error))
    return Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "unavailable",
        "A store did not answer. Try again; nothing is lost.",
        headers={"Retry-After": str(RETRY_SECONDS)},
    ).response()


def _on_key_reused(error: IdempotencyValidationError) -> Response[str]:
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "idempotency_key_reused",
        "This Idempotency-Key was used for a different request. Use a new key.",
        [("Idempotency-Key", "was used for a different request")],
    ).response()


def _on_key_in_use(error: IdempotencyAlreadyInProgressError) -> Response[str]:
    return Problem(
        HTTPStatus.CONFLICT,
        "in_progress",
        "The first request with this Idempotency-Key is not answered yet. Try again.",
        [("Idempotency-Key", "is in use")],
        {"Retry-After": str(RETRY_SECONDS)},
    ).response()


def _on_table_failure(error: IdempotencyPersistenceLayerError) -> Response[str]:
    # The request is repeated with its key, and stores the same article.
    return _on_unavailable(StoreUnavailable("The table of answered requests did not answer."))


def _on_failure(error: Exception) -> Response[str]:
    # The exception's text may quote the article.
    logger.error("Unexpected failure", error=type(error).__name__)
    return Problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "The server failed. Try again."
    ).response()
