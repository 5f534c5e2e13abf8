"""Results of articles: the summary with its reviews, the rejection, or 202 while pending."""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import Literal
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import Response
from pydantic import Field

from handlers import clock
from handlers.api.errors import (
    RETRY_SECONDS,
    Problem,
    embargoed_until,
    gone,
    invalid,
    not_found,
    refused,
)
from handlers.api.resources import HTML, JSON, NINJS, NITF, TEXT
from handlers.api.service import logger, service
from handlers.api.storage import missing
from handlers.s3 import answers, is_waiting, iso, read_reviews, store_errors
from teletipo.code_version import code_version
from teletipo.edited import edited, reviews_of
from teletipo.errors import Embargoed, Killed, NotUsable, Outdated, StoreUnavailable
from teletipo.exports import to_ninjs
from teletipo.formats.writers import WRITERS, edition, to_text
from teletipo.keys import article_id, aside_keys, rejection_key, reviews_key, summary_key
from teletipo.messages import in_language
from teletipo.ports import StoredObject
from teletipo.review import Review
from teletipo.story import held_until
from teletipo.summary import RejectionDocument, Summary

NewerVersion = Literal["pending", "failed"]
MEDIA_TYPES = (JSON, TEXT, NINJS, NITF, HTML)
_HEADERS = {"Vary": "Accept, Accept-Language", "Cache-Control": "private, no-cache"}


class SummaryResource(Summary):
    """A summary with the article's ID and the summary's reviews."""

    id: str = Field(description="Article ID, as in the API's paths.")
    reviews: tuple[Review, ...] = Field(
        description="Reviews that count for this summary, oldest first."
    )
    newer_version: NewerVersion | None = Field(
        None,
        description="Set if the article has a newer version than the one summarized: `pending` "
        "while that is being summarized, `failed` if it failed for good.",
    )


@dataclass(frozen=True)
class Answer:
    """A result in the bucket; its body has not been read."""

    key: str
    stored: StoredObject
    rejected: bool
    place: str
    """Its key in the bucket."""
    newer_version: NewerVersion | None = None
    """What became of the article's version that is newer than this result's."""

    @property
    def version_id(self) -> str:
        """The article's version that this is the result of."""
        return self.stored.metadata.get("version-id", "")


def find(key: str, version_id: str | None, *, embargoed: bool = False) -> Answer | None:
    """Return the newest result, or None before there is one.

    With a version, only the result of that version or a newer one counts. With ``embargoed``, a
    summary whose embargo has not passed counts too.
    Raises ``Problem`` (403 before the embargo has passed, 404 or 410 if there is no such article,
    409 if it failed for good), ``StoreUnavailable``.
    """
    article, results = service().buckets.look(key)
    if article is None:
        raise missing(key)
    current = article.get("VersionId") or ""
    found = [
        Answer(key, head, place == rejection_key(key), place) for place, head in results.items()
    ]
    hidden, aside = None, set(aside_keys(key))
    if not embargoed:
        hidden = next((each for each in found if is_waiting(each.stored, clock.now())), None)
    newest = max(
        (each for each in found if each is not hidden),
        key=lambda each: (
            # An embargoed summary is newer than the public one, whichever was stored last.
            each.place in aside,
            answers(each.stored, current),
            each.stored.metadata.get("last-modified", ""),
        ),
        default=None,
    )
    if newest and (version_id is None or answers(newest.stored, version_id)):
        if any(answers(each.stored, current) for each in found):
            return newest
        has_failed = _has_failed(key, current)
        return replace(newest, newer_version="failed" if has_failed else "pending")
    if hidden and version_id in {None, hidden.version_id}:
        raise embargoed_until(hidden.stored.metadata["embargo"])
    if version_id and version_id != current:
        asked = service().buckets.article(key, version_id)
        if asked is None:
            raise not_found("There is no such version of the article.")
        asked_at = iso(asked["LastModified"])
        if newest and _is_later(newest, current, asked_at):
            return newest
        if hidden and _is_later(hidden, current, asked_at):
            raise embargoed_until(hidden.stored.metadata["embargo"])
    if _has_failed(key, version_id or current):
        raise Problem(
            HTTPStatus.CONFLICT,
            "failed",
            "The article could not be summarized in several attempts. It is kept, and its message "
            "is in the dead-letter queue, from which an operator can send it again.",
        )
    return None


def _is_later(newest: Answer, current: str, asked_at: str) -> bool:
    """Whether a result supersedes an older version; S3's times are whole seconds."""
    last_modified = newest.stored.metadata.get("last-modified", "")
    return answers(newest.stored, current) or last_modified > asked_at


def _has_failed(key: str, version_id: str) -> bool:
    try:
        found = service().index.get(key)
    except StoreUnavailable as error:
        logger.warning(str(error))
        return False
    return bool(found and found[0].status == "failed" and (found[0].version_id or "") == version_id)


def wait(key: str, version_id: str | None, seconds: int) -> Answer | None:
    """As ``find``, repeated at growing intervals until there is a result or the time is over."""
    deadline = time.monotonic() + seconds
    pause = 0.1
    while (left := deadline - time.monotonic()) > 0:
        try:
            if answer := find(key, version_id):
                return answer
        except Problem as problem:
            if problem.code == Embargoed.code:
                # It will be there at its time.
                return None
            raise
        time.sleep(min(pause, left))
        pause = min(pause * 1.3, 1.0)
    return None


def location(key: str, version_id: str | None) -> str:
    """An article's URL, relative to ``/summaries`` (RFC 9110, section 10.2.2)."""
    version = f"?version={version_id}" if version_id else ""
    return f"summaries/{article_id(key)}{version}"


def still_pending(key: str, version_id: str | None, where: str) -> Response[str]:
    """202, with the URL to poll and the time to wait."""
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


def respond(
    answer: Answer,
    media_type: str,
    if_none_match: str | None = None,
    language: str = "en",
    only: str | None = None,
    *,
    embargoed: bool = False,
    collection: str = "",
) -> Response[str]:
    """The summary in that media type, or 304 if the client has it already.

    ``language`` is that of the findings' messages, ``only`` that of the one summary to return.
    ``embargoed`` shows it before its time. ``collection`` is where other articles are, relative to
    the request.

    Raises ``Problem`` for a rejection (303 if another article counts) or a language that is not
    there, ``StoreUnavailable``.
    """
    results = service().results
    if answer.rejected:
        found = results.get(rejection_key(answer.key))
        if found is None:
            raise _changing()
        asked = {"language": only, "embargoed": "true" if embargoed else None}
        query = urlencode({name: value for name, value in asked.items() if value})
        raise _refused(RejectionDocument.model_validate_json(found[1]), collection, query)
    headers = dict(_HEADERS)
    if if_none_match:
        reviewed = results.head(reviews_key(answer.key))
        headers["ETag"] = etag(
            answer.stored, reviewed, media_type, language, only, answer.newer_version
        )
        if "*" in if_none_match or headers["ETag"] in if_none_match:
            return Response(HTTPStatus.NOT_MODIFIED, media_type, "", headers=headers)
    found = results.get(answer.place)
    if found is None:
        raise _changing()
    stored, body = found
    reviewed, reviews = read_reviews(service().results, answer.key)
    headers["ETag"] = etag(stored, reviewed, media_type, language, only, answer.newer_version)
    machine = Summary.model_validate_json(body)
    kept = reviews_of(reviews, machine, stored.etag)
    if not embargoed:
        _check_public(machine)
    return _represented(
        answer.key, machine, kept, media_type, language, headers, only, answer.newer_version
    )


def _check_public(machine: Summary) -> None:
    """Raise ``Problem`` (403) before the embargo has passed."""
    if until := held_until(machine, clock.now()):
        raise embargoed_until(until)


def _refused(rejection: RejectionDocument, collection: str, query: str) -> Problem:
    """410 for what was killed or withheld, 303 where another article counts instead."""
    if rejection.code in {Killed.code, NotUsable.code}:
        return gone(rejection.reason, rejection.code)
    if rejection.code == Outdated.code and rejection.see:
        address = f"{collection}{article_id(rejection.see)}"
        where = {"Location": f"{address}?{query}" if query else address}
        return Problem(HTTPStatus.SEE_OTHER, rejection.code, rejection.reason, headers=where)
    return refused(rejection.code, rejection.reason)


def respond_with_old(
    key: str, object_version: str, media_type: str, language: str = "en"
) -> Response[str]:
    """The summary in a version of its object, with its reviews.

    Raises ``Problem`` (404) if the version has expired, ``StoreUnavailable``.
    """
    try:
        with store_errors(key):
            found = service().s3.get_object(
                Bucket=service().settings.summaries_bucket,
                Key=summary_key(key),
                VersionId=object_version,
            )
            body = found["Body"].read()
    except KeyError:
        raise not_found("This version is gone.") from None
    _, reviews = read_reviews(service().results, key)
    machine = Summary.model_validate_json(body)
    _check_public(machine)
    kept = reviews_of(reviews, machine, found["ETag"])
    return _represented(key, machine, kept, media_type, language, dict(_HEADERS))


def _represented(
    key: str,
    machine: Summary,
    reviews: Sequence[Review],
    media_type: str,
    language: str,
    headers: dict[str, str],
    only: str | None = None,
    newer_version: NewerVersion | None = None,
) -> Response[str]:
    """A summary with its reviews, or one language of it, and findings in ``language``."""
    summary = edited(in_language(machine, language), reviews)
    if only and media_type == JSON:
        raise invalid("language", f"is not for {JSON}, which has every language")
    if only and only not in summary.summaries:
        raise invalid("language", f"has no summary (there are: {', '.join(summary.summaries)})")
    return Response(
        HTTPStatus.OK,
        f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type,
        _json(summary, key, reviews, newer_version)
        if media_type == JSON
        else _FORMS[media_type](summary, article_id(key), only),
        headers=headers,
    )


CHANGING = "changing"


def _changing() -> Problem:
    return Problem(HTTPStatus.CONFLICT, CHANGING, "The result is being replaced. Try again.")


def etag(
    stored: StoredObject,
    reviewed: StoredObject | None,
    media_type: str,
    language: str = "en",
    only: str | None = None,
    newer_version: NewerVersion | None = None,
) -> str:
    """A strong entity tag of one representation of a summary with its reviews.

    At the end of an embargo it becomes another, since exports say that it holds.
    """
    suffix = ("" if language == "en" else f"-{language}") + (f"-of-{only}" if only else "")
    if newer_version and media_type == JSON:
        suffix += f"-{newer_version}"
    suffix += "-held" if is_waiting(stored, clock.now()) else ""
    if media_type != JSON:
        # New code may write an export differently.
        with_line = service().settings.disclosure_line
        suffix += f"-{code_version()[:8]}{'' if with_line else '-bare'}"
    return f'"{state_of(stored, reviewed, media_type)}{suffix}"'


def state_of(stored: StoredObject, reviewed: StoredObject | None, media_type: str) -> str:
    """What the entity tags of a summary's representations in all languages begin with."""
    parts = (stored.etag, reviewed.etag if reviewed else "", media_type)
    return hashlib.sha256("/".join(parts).encode()).hexdigest()[:24]


def choose(accept: str | None) -> str:
    """The media type that the client prefers (RFC 9110, section 12.5.1).

    Raises ``Problem`` (406).
    """
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

    def weight_of(media_type: str) -> float:
        kind = media_type.partition("/")[0] + "/*"
        return next((weights[p] for p in (media_type, kind, "*/*") if p in weights), 0.0)

    best = max(MEDIA_TYPES, key=weight_of)
    if weight_of(best) <= 0:
        raise Problem(
            HTTPStatus.NOT_ACCEPTABLE,
            "not_acceptable",
            f"A summary is available as {', '.join(MEDIA_TYPES)}.",
            [("Accept", "has none of them")],
            values={"types": ", ".join(MEDIA_TYPES)},
        )
    return best


def _json(
    summary: Summary, key: str, reviews: Sequence[Review], newer_version: NewerVersion | None
) -> str:
    resource = SummaryResource.model_construct(
        # Its values have been validated.
        **dict(summary),
        id=article_id(key),
        reviews=tuple(reviews),
        newer_version=newer_version,
    )
    return resource.model_dump_json()


def _text(summary: Summary, identifier: str, only: str | None) -> str:
    if only:
        return _written("text", summary, identifier, only)
    return to_text(
        summary, identifier, now=clock.now(), with_line=service().settings.disclosure_line
    )


def _ninjs(summary: Summary, identifier: str, only: str | None) -> str:
    return json.dumps(to_ninjs(summary, identifier, only, now=clock.now()), ensure_ascii=False)


def _written(name: str, summary: Summary, identifier: str, only: str | None) -> str:
    """One language's edition, by default the first's, as ``teletipo export`` writes it."""
    _, write = WRITERS[name]
    language = only or next(iter(summary.summaries))
    with_line = service().settings.disclosure_line
    return write(edition(summary, language, identifier, now=clock.now(), with_line=with_line))


_FORMS: dict[str, Callable[[Summary, str, str | None], str]] = {
    TEXT: _text,
    NINJS: _ninjs,
    NITF: partial(_written, "nitf"),
    HTML: partial(_written, "html"),
}
