"""The desk's page and the documentation's, from this package: nothing but these files is served."""

import hashlib
import mimetypes
from functools import cache
from http import HTTPStatus
from importlib import resources

from aws_lambda_powertools.event_handler import Response

from handlers.problems import Problem

_HEADERS = {
    "Cache-Control": "no-cache",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_DESK = "handlers.desk"
_SWAGGER = "aws_lambda_powertools.event_handler.openapi.swagger_ui"
_DOCS = {
    "docs.html": (_DESK, "docs.html"),
    "docs.js": (_DESK, "docs.js"),
    "swagger-ui.js": (_SWAGGER, "swagger-ui-bundle.min.js"),
    "swagger-ui.css": (_SWAGGER, "swagger-ui.min.css"),
}


def page(name: str, upload_origin: str) -> Response[str]:
    """One of the desk's files, by its name. Raises ``Problem`` (404)."""
    policy = (
        f"{_CLOSED}; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"connect-src 'self' {upload_origin}; require-trusted-types-for 'script'; trusted-types"
    )
    return _response(_DESK if name in _desk_files() else "", name, policy)


def docs(name: str) -> Response[str]:
    """One of the documentation's. Raises ``Problem`` (404)."""
    package, file = _DOCS.get(name, ("", ""))
    # Swagger UI sets styles on elements.
    policy = (
        f"{_CLOSED}; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "connect-src 'self'"
    )
    return _response(package, file, policy)


@cache
def _desk_files() -> frozenset[str]:
    return frozenset(
        file.name
        for file in resources.files(_DESK).iterdir()
        if file.name.endswith((".html", ".css", ".js", ".svg")) and file.name not in _DOCS
    )


def _response(package: str, name: str, policy: str) -> Response[str]:
    if not package:
        raise Problem(HTTPStatus.NOT_FOUND, "not_found", "There is nothing at this address.")
    text, tag = _read(package, name)
    kind = mimetypes.types_map.get("." + name.rpartition(".")[2], "text/plain")
    return Response(
        HTTPStatus.OK,
        f"{kind}; charset=utf-8",
        text,
        headers={
            **_HEADERS,
            "Content-Security-Policy": policy,
            "ETag": tag,
        },
    )


@cache
def _read(package: str, name: str) -> tuple[str, str]:
    """A file's text and its entity tag: they do not change while the process lives."""
    text = resources.files(package).joinpath(name).read_text("utf-8")
    return text, f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'
