"""Articles: post, read, list and upload them."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Header, Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from handlers import clock
from handlers.api import answers, catalog, versions
from handlers.api.errors import Problem, invalid
from handlers.api.negotiation import choose_language
from handlers.api.requests import (
    body_of,
    caller_of,
    content_type_of,
    key_of,
    preferred_wait,
    read_json,
    validated,
)
from handlers.api.resources import (
    JSON,
    NINJS,
    ArticleList,
    ArticleVersions,
    Embargo,
    Id,
    Upload,
    UploadRequest,
    listed,
)
from handlers.api.service import service
from handlers.api.storage import store, store_once, withdraw
from handlers.index import BadCursor, Status, searchable
from handlers.outbound import refuse_url
from handlers.s3 import iso
from teletipo import formats
from teletipo.errors import StoreUnavailable
from teletipo.keys import ARTICLES, article_id
from teletipo.submission import Options, Prepared, Submission, prepare
from teletipo.summary import LanguageStatus

router = APIGatewayRouter()
_UPLOAD_SECONDS = 900
_MAX_WORDS = 10
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
# The last two (one is curl's default) say nothing about the format: the bytes do.
_RAW_TYPES = (
    "text/plain",
    "text/html",
    "application/xhtml+xml",
    NINJS,
    "application/octet-stream",
    "application/x-www-form-urlencoded",
    "application/xml",
    "text/xml",
    "application/gzip",
    "application/zip",
    *formats.CONTENT_TYPES,
)


@router.post(
    "/summaries",
    summary="Post an article",
    description="The article is stored first, so it is not lost if the client disconnects. "
    "`Prefer: wait=N` (up to 25 seconds, RFC 7240) waits for the summary. The body is JSON, or the "
    "article itself in any supported format; the query parameters are for the latter.",
    responses={
        200: {"description": "The summary", "content": {}},
        202: {"description": "Stored; get the summary from `Location` later"},
    },
)
def post_summary(
    language: Annotated[str | None, Query(description="For a raw article: BCP 47.")] = None,
    targets: Annotated[str | None, Query(description="For a raw article: BCP 47, commas.")] = None,
    guid: Annotated[str | None, Query(description="For a raw article: its identifier.")] = None,
    provider: Annotated[
        str | None, Query(description="For a raw article: the agency that the guid belongs to.")
    ] = None,
    callback_url: Annotated[str | None, Query(description="For a raw article.")] = None,
    prefer: Annotated[str | None, Header(description="Such as `wait=20`.")] = None,
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="For 24 hours a request with the same key and content gets the same "
            "response and stores nothing.",
        ),
    ] = None,
) -> Response[str]:
    """Store an article and wait for its summary as long as the client asks."""
    event = router.current_event
    media_type = answers.choose(event.headers.get("accept"))
    parameters = {
        "language": language,
        "targets": targets.split(",") if targets else None,
        "guid": guid,
        "provider": provider,
        "callback_url": callback_url,
    }
    article = _read_article({n: value for n, value in parameters.items() if value is not None})
    if idempotency_key is None:
        stored = store(article)
    else:
        stored = store_once(article, idempotency_key, caller_of(event))
    key, version_id = stored["key"], stored["version_id"]
    seconds = preferred_wait(prefer)
    where = answers.location(key, version_id)
    spoken = choose_language(event.headers.get("accept-language"))
    response = answers.still_pending(key, version_id, where)
    try:
        if answer := answers.wait(key, version_id, seconds):
            response = answers.respond(answer, media_type, language=spoken, collection="summaries/")
            response.headers["Content-Location"] = where
    except (StoreUnavailable, Problem) as error:
        # The article is stored: a client that tried again would store another.
        if isinstance(error, Problem) and error.code != answers.CHANGING:
            raise
    if seconds:
        response.headers["Preference-Applied"] = f"wait={seconds}"
    return response


@router.get(
    "/summaries/<id>",
    summary="Read a summary",
    responses={
        200: {"description": "The summary", "content": {}},
        202: {"description": "Not summarized yet"},
        303: {"description": "Another article of the same story counts: see `Location`"},
        304: {"description": "Unchanged"},
        403: {"description": "Embargoed"},
        410: {"description": "Withdrawn, or killed by its publisher"},
    },
)
def get_summary(
    id: Id,  # noqa: A002
    version: Annotated[
        str | None,
        Query(description="Version of the article; 202 until it or a newer one is summarized."),
    ] = None,
    language: Annotated[
        str | None,
        Query(
            description="Only the summary in this language, BCP 47. NITF and HTML hold one "
            "language, by default the first. Not for JSON."
        ),
    ] = None,
    embargoed: Embargo = False,
) -> Response[str]:
    """Return the summary, 202 while pending, or the rejection."""
    headers = router.current_event.headers
    key = key_of(id)
    media_type = answers.choose(headers.get("accept"))
    answer = answers.find(key, version, embargoed=embargoed)
    if answer is None:
        return answers.still_pending(key, version, answers.location(key, version).split("/", 1)[1])
    spoken = choose_language(headers.get("accept-language"))
    known = headers.get("if-none-match")
    return answers.respond(answer, media_type, known, spoken, language, embargoed=embargoed)


@router.get("/summaries/<id>/versions", summary="List an article's versions")
def get_versions(id: Id) -> ArticleVersions:  # noqa: A002
    """The newest versions of the article, and whether there is a summary of each."""
    return versions.listed(key_of(id))


@router.get(
    "/summaries/<id>/versions/<version>",
    summary="Read the summary of one version",
    responses={200: {"description": "The summary", "content": {}}},
)
def get_version(
    id: Id,  # noqa: A002
    version: Annotated[str, Path(description="Version of the article.")],
) -> Response[str]:
    """Return the last summary of exactly that version, with its reviews."""
    headers = router.current_event.headers
    media_type = answers.choose(headers.get("accept"))
    spoken = choose_language(headers.get("accept-language"))
    return versions.respond(key_of(id), version, media_type, spoken)


@router.get("/summaries", summary="List articles, newest first")
def list_summaries(
    prefix: Annotated[
        str, Query(description="Prefix of the keys, without `articles/`.", max_length=900)
    ] = "",
    status: Annotated[Status | None, Query()] = None,
    is_reviewed: Annotated[
        bool | None,
        Query(alias="reviewed", description="Whether editors have decided about every language."),
    ] = None,
    language: Annotated[
        str | None, Query(description="Only with a summary in this language; BCP 47.")
    ] = None,
    language_status: Annotated[
        LanguageStatus | None,
        Query(description="Only with this status in `language`, or in any language."),
    ] = None,
    since: Annotated[
        datetime | None, Query(alias="from", description="Stored at or after; ISO 8601.")
    ] = None,
    query: Annotated[
        str,
        Query(
            alias="q",
            description="Words that all occur in the key, a headline, the guid or the summaries; "
            "without regard to case and accents.",
            max_length=200,
        ),
    ] = "",
    confidence_below: Annotated[
        float | None,
        Query(
            ge=0,
            le=1,
            description="Only with a sentence or headline of the machine's whose confidence is "
            "lower, in `language` or in any language.",
        ),
    ] = None,
    subject: Annotated[
        str | None,
        Query(
            description="Only with this subject, such as `medtop:20000553`, or a narrower one.",
            max_length=200,
        ),
    ] = None,
    embargoed: Embargo = False,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Annotated[str | None, Query(max_length=2000)] = None,
) -> ArticleList:
    """Articles and their status. A page may be short; the cursor says whether there are more."""
    start = _utc(since) if since else None
    words = searchable(query).split()
    if len(words) > _MAX_WORDS:
        raise invalid("q", f"has more than {_MAX_WORDS} words")
    try:
        rows, following = service().index.newest(
            prefix=ARTICLES + prefix if prefix else "",
            status=status,
            is_reviewed=is_reviewed,
            language=language,
            language_status=language_status,
            since=iso(start) if start else None,
            words=words,
            confidence_below=confidence_below,
            subject=subject,
            is_embargoed=embargoed,
            limit=limit,
            cursor=cursor,
        )
    except BadCursor as error:
        raise invalid("cursor", str(error)) from None
    return ArticleList(articles=[listed(row) for row in rows], cursor=following)


def _utc(moment: datetime) -> datetime:
    try:
        found = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except OverflowError:
        raise invalid("from", "is out of range") from None
    # No article is older, and years before 1000 would be written with fewer digits.
    return max(found, _FIRST)


@router.delete(
    "/summaries/<id>",
    summary="Withdraw an article",
    status_code=HTTPStatus.NO_CONTENT,
    responses={204: {"description": "Withdrawn"}},
)
def delete_summary(id: Id) -> Response[str]:  # noqa: A002
    """Delete the article and its summary. Their versions are kept for 90 days."""
    withdraw(key_of(id))
    return Response(HTTPStatus.NO_CONTENT, body="")


@router.post("/uploads", summary="Upload a large file")
def post_upload() -> Upload:
    """Return a presigned form that stores the file in the bucket."""
    request = read_json(router.current_event, UploadRequest)
    prepared = _prepare(None, request.content_type, request.options)
    limit = service().settings.max_article_bytes
    stored = {**prepared.metadata, **prepared.trace}
    metadata = {f"x-amz-meta-{name}": value for name, value in stored.items()}
    fixed = {"Content-Type": request.content_type, **metadata}
    form = service().s3.generate_presigned_post(
        service().settings.articles_bucket,
        prepared.key,
        Fields=dict(fixed),
        Conditions=[
            *({name: value} for name, value in fixed.items()),
            ["content-length-range", 1, limit],
        ],
        ExpiresIn=_UPLOAD_SECONDS,
    )
    return Upload(
        id=article_id(prepared.key),
        key=prepared.key,
        url=form["url"],
        fields=form["fields"],
        max_bytes=limit,
        expires_in_seconds=_UPLOAD_SECONDS,
    )


def _read_article(parameters: Mapping[str, Any]) -> Prepared:
    event = router.current_event
    content_type = content_type_of(event)
    if content_type == JSON:
        if parameters:
            raise invalid(next(iter(parameters)), "must be in the body if the body is JSON")
        submission = read_json(event, Submission)
        options = Options(**submission.model_dump(include=set(Options.model_fields)))
        return _prepare(submission.document(), NINJS, options)
    if content_type and content_type not in _RAW_TYPES:
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported_format",
            f"The Content-Type of an article must be one of {JSON}, {', '.join(_RAW_TYPES[:4])}.",
            [("Content-Type", "is not supported")],
        )
    options = validated(Options.model_validate, parameters)
    return _prepare(body_of(event), content_type or "application/octet-stream", options)


def _prepare(body: bytes | None, content_type: str, options: Options) -> Prepared:
    settings = service().settings
    if options.callback_url and (why := refuse_url(options.callback_url, settings.callback_hosts)):
        raise invalid("callback_url", why)
    prepared = prepare(
        body,
        content_type,
        options,
        routes=frozenset(catalog.routes(settings.pack)),
        now=clock.now(),
        unique=secrets.token_hex(6),
    )
    return prepared.traced(router.context["trace"])
