"""Errors as problem documents (RFC 9457). A rejection keeps its code."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyPersistenceLayerError,
    IdempotencyValidationError,
)
from pydantic import BaseModel, Field

from handlers.api import catalog
from handlers.api.negotiation import choose_language
from handlers.api.service import logger, service
from teletipo import messages
from teletipo.errors import Embargoed, Rejection, StoreUnavailable
from teletipo.languages import name

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
        values: Mapping[str, str] | None = None,
    ) -> None:
        """``values`` are what the code's message in other languages says besides its words."""
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.errors, self.headers, self.values = errors, headers or {}, values or {}

    def response(self, language: str = "en") -> Response[str]:
        """The HTTP response, in that language if the code has a message in it."""
        own = _VALUES[self.code](language) if self.code in _VALUES else {}
        # The code's own message is about the article, not about the request's Content-Type.
        is_header = any(field == "Content-Type" for field, _ in self.errors)
        values = {**self.values, **own}
        said = None if is_header else messages.problem(self.code, language, values)
        document = ProblemDocument(
            type=f"urn:teletipo:problem:{self.code}",
            title=self.status.phrase,
            status=self.status,
            detail=said or self.detail,
            code=self.code,
            errors=[FieldError(field=field, detail=detail) for field, detail in self.errors],
        )
        return Response(
            self.status,
            CONTENT_TYPE,
            document.model_dump_json(),
            headers={
                "Cache-Control": "no-store",
                "Content-Language": language if said else "en",
                **self.headers,
            },
        )


def _served(index: int) -> Callable[[str], dict[str, str]]:
    """The languages on one side of this deployment's pairs, by their names."""

    def values(language: str) -> dict[str, str]:
        served = {pair[index] for pair in catalog.routes(service().settings.pack)}
        return {"languages": ", ".join(name(tag, language) for tag in sorted(served))}

    return values


# What this deployment knows of a rejection besides its code.
_VALUES: Mapping[str, Callable[[str], dict[str, str]]] = {
    "language_not_served": _served(0),
    "target_not_served": _served(1),
}


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
        values={"until": time},
    )


def invalid(field: str, detail: str) -> Problem:
    """422 for one invalid field."""
    return _invalid(f"{field}: {detail}", [(field, detail)])


def invalid_fields(errors: Sequence[Any]) -> Problem:
    """422 for pydantic's errors."""
    found = [
        (".".join(str(part) for part in error["loc"] if part not in _PLACES) or "body",
         str(error["msg"]).removeprefix("Value error, "))
        for error in errors
    ]  # fmt: skip
    detail = "; ".join(f"{field}: {text}" for field, text in found)
    return _invalid(detail, found)


def _invalid(detail: str, errors: Sequence[tuple[str, str]]) -> Problem:
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid_request",
        detail,
        errors,
        values={"fields": ", ".join(field for field, _ in errors)},
    )


def refused(code: str, reason: str, errors: Sequence[tuple[str, str]] = ()) -> Problem:
    """A published rejection, by its code."""
    return Problem(_STATUS.get(code, HTTPStatus.UNPROCESSABLE_ENTITY), code, reason, errors)


def handle_errors(app: APIGatewayRestResolver) -> None:
    """Make the resolver answer every exception with a problem document."""

    def answer(problem_of: Callable[[Any], Problem]) -> Callable[[Any], Response[str]]:
        def response(error: Any) -> Response[str]:
            wanted = app.current_event.headers.get("accept-language")
            return problem_of(error).response(choose_language(wanted))

        return response

    app.not_found(answer(lambda _: _no_route(app)))
    for kind, problem_of in _PROBLEMS.items():
        app.exception_handler(kind)(answer(problem_of))


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
        values={"method": app.current_event.http_method},
    )


def _on_rejection(rejection: Rejection) -> Problem:
    """An article that is refused before it is stored."""
    field = _FIELDS.get(rejection.code, "body")
    return refused(rejection.code, str(rejection), [(field, str(rejection))])


def _on_unavailable(error: StoreUnavailable) -> Problem:
    logger.warning(str(error))
    return Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "unavailable",
        "A store did not answer. Try again; nothing is lost.",
        headers={"Retry-After": str(RETRY_SECONDS)},
    )


def _on_key_reused(error: IdempotencyValidationError) -> Problem:
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "idempotency_key_reused",
        "This Idempotency-Key was used for a different request. Use a new key.",
        [("Idempotency-Key", "was used for a different request")],
    )


def _on_key_in_use(error: IdempotencyAlreadyInProgressError) -> Problem:
    return Problem(
        HTTPStatus.CONFLICT,
        "in_progress",
        "The first request with this Idempotency-Key is not answered yet. Try again.",
        [("Idempotency-Key", "is in use")],
        {"Retry-After": str(RETRY_SECONDS)},
    )


def _on_table_failure(error: IdempotencyPersistenceLayerError) -> Problem:
    # The request is repeated with its key, and stores the same article.
    return _on_unavailable(StoreUnavailable("The table of answered requests did not answer."))


def _on_failure(error: Exception) -> Problem:
    # The exception's text may quote the article.
    logger.error("Unexpected failure", error=type(error).__name__)
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "The server failed. Try again.")


# Of an exception's classes the nearest counts.
_PROBLEMS: Mapping[type[Exception], Callable[[Any], Problem]] = {
    Problem: lambda problem: problem,
    RequestValidationError: lambda error: invalid_fields(error.errors()),
    Rejection: _on_rejection,
    StoreUnavailable: _on_unavailable,
    IdempotencyValidationError: _on_key_reused,
    IdempotencyAlreadyInProgressError: _on_key_in_use,
    IdempotencyPersistenceLayerError: _on_table_failure,
    Exception: _on_failure,
}
