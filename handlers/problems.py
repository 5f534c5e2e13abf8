"""Errors as problem documents (RFC 9457), with the codes that rejections have."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel, Field

from teletipo.errors import Rejection

CONTENT_TYPE = "application/problem+json"
# What a rejection means over HTTP, where it is not 422 (RFC 9110).
_STATUS = {
    "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "unsupported_format": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
}
_FIELDS = {
    "language_not_served": "language",
    "language_unknown": "language",
    "target_not_served": "targets",
}


class FieldError(BaseModel):
    """One thing wrong with a request."""

    field: str = Field(description="Where: a name in the body, a parameter, a header.")
    detail: str


class ProblemDocument(BaseModel):
    """What went wrong, for a program and for a person (RFC 9457)."""

    type: str = Field(description="Stable: `urn:teletipo:problem:` and the code.")
    title: str
    status: int
    detail: str
    code: str = Field(description="Stable, as in a rejection: `empty`, `too_large`.")
    errors: list[FieldError] = []


class Problem(Exception):
    """A request that is not answered as it was meant; becomes a problem document."""

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
        """As it is sent."""
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


def invalid(field: str, detail: str) -> Problem:
    """One field that cannot be right."""
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request", f"{field}: {detail}", [(field, detail)]
    )


def invalid_fields(errors: Sequence[Any]) -> Problem:
    """What pydantic says of a request."""
    found = [
        (".".join(str(part) for part in error["loc"] if part not in _PLACES) or "body",
         str(error["msg"]).removeprefix("Value error, "))
        for error in errors
    ]  # fmt: skip
    detail = "; ".join(f"{field}: {text}" for field, text in found)
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request", detail, found)


_PLACES = frozenset({"query", "path", "header"})


def rejected(rejection: Rejection) -> Problem:
    """An article that is refused before it is stored."""
    field = _FIELDS.get(rejection.code, "body")
    return refused(rejection.code, str(rejection), [(field, str(rejection))])


def refused(code: str, reason: str, errors: Sequence[tuple[str, str]] = ()) -> Problem:
    """A rejection, by its code."""
    return Problem(_STATUS.get(code, HTTPStatus.UNPROCESSABLE_ENTITY), code, reason, errors)
