"""The desk's page and the documentation's page. Only the files listed here are served."""

import hashlib
import mimetypes
from functools import cache
from http import HTTPStatus
from importlib import resources

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from handlers.api.errors import not_found

router = APIGatewayRouter()
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


@router.get("/", include_in_schema=False)
def get_desk() -> Response[str]:
    """The desk's page."""
    path = str((router.current_event.get("requestContext") or {}).get("path") or "/")
    if not path.endswith("/"):
        # The page's links are relative to a directory.
        there = path.rpartition("/")[2] + "/"
        return Response(HTTPStatus.PERMANENT_REDIRECT, "text/plain", "", {"Location": there})
    return _desk_file("index.html")


@router.get("/desk/<file>", include_in_schema=False)
def get_desk_file(file: str) -> Response[str]:
    """A file that the desk's page loads."""
    return _desk_file(file)


@router.get("/desk/vendor/<folder>/<file>", include_in_schema=False)
def get_library_file(folder: str, file: str) -> Response[str]:
    """A file of a library that the desk's page loads."""
    return _desk_file(f"vendor/{folder}/{file}")


@router.get("/docs", include_in_schema=False)
def get_docs() -> Response[str]:
    """The page of the API's documentation."""
    return _docs_file("docs.html")


@router.get("/docs/<file>", include_in_schema=False)
def get_docs_file(file: str) -> Response[str]:
    """A file that the documentation's page loads."""
    return _docs_file(file)


def _desk_file(name: str) -> Response[str]:
    policy = (
        f"{_CLOSED}; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; require-trusted-types-for 'script'; trusted-types"
    )
    return _response(_DESK if name in _desk_files() else "", name, policy)


def _docs_file(name: str) -> Response[str]:
    package, file = _DOCS.get(name, ("", ""))
    # Swagger UI sets inline styles.
    policy = (
        f"{_CLOSED}; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "connect-src 'self'"
    )
    return _response(package, file, policy)


@cache
def _desk_files() -> frozenset[str]:
    own = (
        file.name
        for file in resources.files(_DESK).iterdir()
        if file.name.endswith((".html", ".css", ".js", ".svg")) and file.name not in _DOCS
    )
    libraries = (
        f"vendor/{folder.name}/{file.name}"
        for folder in resources.files(_DESK).joinpath("vendor").iterdir()
        if folder.is_dir()
        for file in folder.iterdir()
        if file.name.endswith(".js")
    )
    return frozenset((*own, *libraries))


def _response(package: str, name: str, policy: str) -> Response[str]:
    if not package:
        raise not_found("There is no resource at this address.")
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
    """A file's text and its entity tag."""
    text = resources.files(package).joinpath(name).read_text("utf-8")
    return text, f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'
