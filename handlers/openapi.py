"""The API's description, generated from its code: ``python -m handlers.openapi``."""

import argparse
import json
import sys
from collections.abc import Sequence
from functools import cache
from typing import Any

from pydantic.json_schema import models_json_schema

from handlers import answers, api, resources
from handlers.problems import CONTENT_TYPE, ProblemDocument
from teletipo import __version__
from teletipo.review import ReviewRequest
from teletipo.submission import Submission

_VERSION = "3.1.0"
_RAW = ("text/plain", "text/html", answers.NINJS, "application/octet-stream")
_OPEN = {"/health"}
_PROBLEMS = {
    "400": "Not a request",
    "403": "No credentials, or not these",
    "404": "No such article",
    "406": "In no form that is wanted",
    "409": "Meets another change",
    "412": "Changed since it was read",
    "413": "Too large",
    "415": "In no format that is read",
    "422": "Not usable; `errors` name the fields",
    "429": "Too many requests",
    "500": "Our fault",
    "503": "A store did not answer",
}


@cache
def document() -> str:
    """OpenAPI 3.1, as JSON."""
    described: dict[str, Any] = json.loads(
        api.app.get_openapi_json_schema(
            title="Teletipo",
            version=__version__,
            openapi_version=_VERSION,
            description="Wire articles in, short checked summaries in several languages out.",
        )
    )
    schemas = described.setdefault("components", {}).setdefault("schemas", {})
    # Our problems are RFC 9457's, not the framework's.
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    models = (
        answers.SummaryResource,
        ProblemDocument,
        Submission,
        ReviewRequest,
        resources.UploadRequest,
        resources.Pending,
    )
    _, extra = models_json_schema(
        [(model, "validation") for model in models],
        ref_template="#/components/schemas/{model}",
    )
    schemas |= extra["$defs"]
    described["components"]["securitySchemes"] = {
        "key": {"type": "apiKey", "name": "x-api-key", "in": "header"}
    }
    described["security"] = [{"key": []}]
    described.pop("servers", None)
    for path, item in described["paths"].items():
        for method, operation in item.items():
            _complete(path, method, operation)
    return json.dumps(described, indent=2, ensure_ascii=False, sort_keys=True)


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    operation["operationId"] = operation["operationId"].rsplit("_", 1)[0]
    responses = operation["responses"]
    responses.pop("422", None)
    if path in _OPEN:
        operation["security"] = []
    for status, description in _PROBLEMS.items():
        responses[status] = {
            "description": description,
            "content": {CONTENT_TYPE: {"schema": _ref("ProblemDocument")}},
        }
    if path.startswith("/summaries") and (path, method) not in _LISTS:
        summary = {answers.JSON: {"schema": _ref("SummaryResource")}}
        texts = {kind: {"schema": {"type": "string"}} for kind in (answers.TEXT,)}
        ninjs = {answers.NINJS: {"schema": {"type": "object"}}}
        responses["200"]["content"] = summary | texts | ninjs
        responses["202"]["content"] = {answers.JSON: {"schema": _ref("Pending")}}
        responses.get("304", {}).pop("content", None)
    if body := _BODIES.get((path, method)):
        content = {answers.JSON: {"schema": _ref(body)}}
        if body == "Submission":
            content |= {kind: {"schema": {"type": "string"}} for kind in _RAW}
        operation["requestBody"] = {"required": True, "content": content}


_LISTS = {("/summaries", "get"), ("/summaries/{id}/review", "post")}
_BODIES = {
    ("/summaries", "post"): "Submission",
    ("/uploads", "post"): "UploadRequest",
    ("/summaries/{id}/review", "post"): "ReviewRequest",
}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the document. Exit codes: 0 printed, 2 wrong usage."""
    argparse.ArgumentParser(prog="python -m handlers.openapi", description=__doc__).parse_args(
        arguments
    )
    sys.stdout.write(document() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
