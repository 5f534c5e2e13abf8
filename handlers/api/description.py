"""The API's OpenAPI description, generated from its code."""

import json
from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from pydantic.json_schema import models_json_schema

from handlers.api import answers, resources
from handlers.api.errors import CONTENT_TYPE, ProblemDocument
from handlers.api.resources import HTML, JSON, NINJS, NITF, TEXT
from teletipo import __version__
from teletipo.review import ReviewRequest
from teletipo.submission import Submission

_VERSION = "3.1.0"
_RAW = ("text/plain", "text/html", NINJS, "application/octet-stream")
_OPEN = {"/health"}
# In the order of the documentation's page.
_TAGS = ("Articles", "Reviews", "Feeds", "Languages and packs", "Service")
# Each operation's group, by the end of its path.
_GROUPS = {
    "review": "Reviews",
    "languages": "Languages and packs",
    "packs": "Languages and packs",
    "health": "Service",
    "{feed}": "Feeds",
}
_PROBLEMS = {
    "400": "Malformed request",
    "403": "Credentials are missing or not valid here",
    "404": "No such article",
    "405": "The resource has no such method",
    "406": "No acceptable representation",
    "409": "Conflicts with another change, or the article failed for good",
    "410": "The article was withdrawn",
    "412": "Changed since it was read",
    "413": "Too large",
    "415": "Unsupported format",
    "422": "Invalid; `errors` names the fields",
    "429": "Too many requests",
    "500": "The server failed",
    "503": "A store did not answer",
}


@cache
def describe(app: APIGatewayRestResolver) -> str:
    """The resolver's routes as OpenAPI 3.1, in JSON."""
    described: dict[str, Any] = json.loads(
        app.get_openapi_json_schema(
            title="Teletipo",
            version=__version__,
            openapi_version=_VERSION,
            description="Wire articles in, short checked summaries in several languages out.",
        )
    )
    schemas = described.setdefault("components", {}).setdefault("schemas", {})
    # Errors are RFC 9457 problem documents, not the framework's.
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
    described["tags"] = [{"name": tag} for tag in _TAGS]
    described.pop("servers", None)
    for path, item in described["paths"].items():
        for method, operation in item.items():
            _complete(path, method, operation)
    return json.dumps(described, indent=2, ensure_ascii=False, sort_keys=True)


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    if operation["responses"].get("204"):
        operation["responses"].pop("200", None)
        operation["responses"]["204"].pop("content", None)
    operation["operationId"] = operation["operationId"].rsplit("_", 1)[0]
    operation["tags"] = [_GROUPS.get(path.rpartition("/")[2], "Articles")]
    responses = operation["responses"]
    responses.pop("422", None)
    if path in _OPEN:
        operation["security"] = []
    for status, description in _PROBLEMS.items():
        responses[status] = {
            "description": description,
            "content": {CONTENT_TYPE: {"schema": _ref("ProblemDocument")}},
        }
    if (path, method) in _SUMMARIES:
        summary = {JSON: {"schema": _ref("SummaryResource")}}
        texts = {kind: {"schema": {"type": "string"}} for kind in (TEXT, NITF, HTML)}
        ninjs = {NINJS: {"schema": {"type": "object"}}}
        responses["200"]["content"] = summary | texts | ninjs
        if "202" in responses:
            responses["202"]["content"] = {JSON: {"schema": _ref("Pending")}}
        responses.get("304", {}).pop("content", None)
    if body := _BODIES.get((path, method)):
        content = {JSON: {"schema": _ref(body)}}
        if body == "Submission":
            content |= {kind: {"schema": {"type": "string"}} for kind in _RAW}
        operation["requestBody"] = {"required": True, "content": content}


_SUMMARIES = {
    ("/summaries", "post"),
    ("/summaries/{id}", "get"),
    ("/summaries/{id}/versions/{version}", "get"),
}
_BODIES = {
    ("/summaries", "post"): "Submission",
    ("/uploads", "post"): "UploadRequest",
    ("/summaries/{id}/review", "post"): "ReviewRequest",
}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
