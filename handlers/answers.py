"""What there is to say of one article: its summary with reviews, its rejection, or not yet."""

import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from pydantic import Field

from handlers.problems import Problem, refused
from handlers.s3 import S3ResultStore, head_article, iso
from teletipo.exports import to_ninjs, to_text
from teletipo.keys import article_id, rejection_key, reviews_key, summary_key
from teletipo.ports import StoredObject
from teletipo.review import Review, Reviews
from teletipo.summary import RejectionDocument, Summary

JSON, TEXT, NINJS = "application/json", "text/plain", "application/vnd.iptc.ninjs+json"
MEDIA_TYPES = (JSON, TEXT, NINJS)
RETRY_SECONDS = 2


class SummaryResource(Summary):
    """A Summary as the API gives it: with its identifier, and what editors said of it."""

    id: str = Field(description="Of the article, in the API's addresses.")
    reviews: tuple[Review, ...] = Field(description="Of this summary, oldest first.")


@dataclass(frozen=True)
class Answer:
    """A result that lies in the bucket, not read yet."""

    key: str
    stored: StoredObject
    rejected: bool


def find(
    s3: Any, articles_bucket: str, results: S3ResultStore, key: str, version_id: str | None
) -> Answer | None:
    """The newest result; with a version, the result of that one or of a newer; else None.

    Raises ``KeyError`` where there is no such article, ``StoreUnavailable``.
    """
    places = (summary_key(key), rejection_key(key))
    with ThreadPoolExecutor(len(places)) as pool:
        heads = list(pool.map(results.head, places))
    found = [
        Answer(key, head, rejected)
        for head, rejected in zip(heads, (False, True), strict=True)
        if head
    ]
    newest = max(
        found, key=lambda each: each.stored.metadata.get("last-modified", ""), default=None
    )
    if newest and version_id in {None, newest.stored.metadata.get("version-id")}:
        return newest
    article = head_article(s3, articles_bucket, key, version_id)
    if newest and newest.stored.metadata.get("last-modified", "") > iso(article["LastModified"]):
        return newest
    return None


def location(key: str, version_id: str | None) -> str:
    """Where an article's answer is, relative to ``/summaries`` (RFC 9110, section 10.2.2)."""
    version = f"?version={version_id}" if version_id else ""
    return f"summaries/{article_id(key)}{version}"


def still_pending(key: str, version_id: str | None, where: str) -> Response[str]:
    """202: look again there, so much later."""
    body = {"id": article_id(key), "key": key, "version_id": version_id, "status": "pending"}
    return Response(
        HTTPStatus.ACCEPTED,
        JSON,
        json.dumps(body),
        headers={
            "Location": where,
            "Retry-After": str(RETRY_SECONDS),
            "Cache-Control": "no-store",
        },
    )


def answer_response(
    results: S3ResultStore, answer: Answer, media_type: str, if_none_match: str | None = None
) -> Response[str]:
    """The summary in the wanted form, 304 where the client has it, or the rejection as a problem.

    Raises ``Problem``, ``StoreUnavailable``.
    """
    if answer.rejected:
        found = results.get(rejection_key(answer.key))
        if found is None:
            raise Problem(HTTPStatus.CONFLICT, "changing", "The result is being replaced.")
        rejection = RejectionDocument.model_validate_json(found[1])
        raise refused(rejection.code, rejection.reason)
    headers = {"Vary": "Accept", "Cache-Control": "private, no-cache"}
    if if_none_match:
        reviewed = results.head(reviews_key(answer.key))
        headers["ETag"] = etag(answer.stored, reviewed, media_type)
        if "*" in if_none_match or headers["ETag"] in if_none_match:
            return Response(HTTPStatus.NOT_MODIFIED, media_type, "", headers=headers)
    found = results.get(summary_key(answer.key))
    if found is None:
        raise Problem(HTTPStatus.CONFLICT, "changing", "The result is being replaced.")
    stored, body = found
    reviewed, reviews = read_reviews(results, answer.key)
    headers["ETag"] = etag(stored, reviewed, media_type)
    return Response(
        HTTPStatus.OK,
        f"{media_type}; charset=utf-8" if media_type == TEXT else media_type,
        _FORMS[media_type](Summary.model_validate_json(body), answer.key, reviews.of(stored.etag)),
        headers=headers,
    )


def read_reviews(results: S3ResultStore, key: str) -> tuple[StoredObject | None, Reviews]:
    """An article's reviews, and what a change of them replaces."""
    found = results.get(reviews_key(key))
    if found is None:
        return None, Reviews(key=key)
    return found[0], Reviews.model_validate_json(found[1])


def etag(stored: StoredObject, reviewed: StoredObject | None, media_type: str) -> str:
    """A strong entity tag of one representation of a summary with its reviews."""
    parts = (stored.etag, reviewed.etag if reviewed else "", media_type)
    return f'"{hashlib.sha256("/".join(parts).encode()).hexdigest()[:24]}"'


def choose(accept: str | None) -> str:
    """The media type that the client likes best (RFC 9110, section 12.5.1). Raises ``Problem``."""
    if not accept or not accept.strip():
        return JSON
    weights: dict[str, float] = {}
    for part in accept.split(","):
        pattern, *parameters = [piece.strip().casefold() for piece in part.split(";")]
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    weight = float(parameter[2:])
                except ValueError:
                    weight = 0.0
        weights[pattern] = weight

    def liking(media_type: str) -> float:
        kind = media_type.partition("/")[0] + "/*"
        return next((weights[p] for p in (media_type, kind, "*/*") if p in weights), 0.0)

    best = max(MEDIA_TYPES, key=liking)
    if liking(best) <= 0:
        raise Problem(
            HTTPStatus.NOT_ACCEPTABLE,
            "not_acceptable",
            f"A summary is given as {', '.join(MEDIA_TYPES)}.",
            [("Accept", "names none of them")],
        )
    return best


def _json(summary: Summary, key: str, reviews: Sequence[Review]) -> str:
    resource = SummaryResource.model_construct(
        # Validated already.
        **dict(summary),
        id=article_id(key),
        reviews=tuple(reviews),
    )
    return resource.model_dump_json()


def _text(summary: Summary, key: str, reviews: Sequence[Review]) -> str:
    return to_text(summary, reviews)


def _ninjs(summary: Summary, key: str, reviews: Sequence[Review]) -> str:
    return json.dumps(to_ninjs(summary, article_id(key), reviews), ensure_ascii=False)


_FORMS: dict[str, Callable[[Summary, str, Sequence[Review]], str]] = {
    JSON: _json,
    TEXT: _text,
    NINJS: _ninjs,
}
