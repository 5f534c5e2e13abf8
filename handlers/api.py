"""The HTTP API and the desk's page, behind API Gateway: articles in, summaries out."""

import base64
import hashlib
import os
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, CORSConfig, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.openapi.params import Header, Path, Query
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyValidationError,
)
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel, ValidationError

from handlers import answers, resources, static
from handlers.index import (
    ArticleIndex,
    BadCursor,
    Row,
    Status,
    done,
    pending,
    reviewed,
)
from handlers.outbound import refuse_url
from handlers.problems import Problem, invalid, invalid_fields, rejected
from handlers.resources import ArticleList, Health, Languages, Packs, Upload, UploadRequest
from handlers.s3 import S3ResultStore, head_article, iso, store_errors
from handlers.settings import ApiSettings, CorsSettings
from teletipo import __version__
from teletipo.errors import (
    ArticleTooLarge,
    BadKey,
    ConfigurationError,
    Rejection,
    StoreUnavailable,
)
from teletipo.keys import ARTICLES, article_id, article_key, reviews_key, summary_key
from teletipo.review import Review, ReviewRequest
from teletipo.submission import Options, Prepared, Submission, prepare
from teletipo.summary import Summary

_NAME = "api"
T = TypeVar("T", bound=BaseModel)
logger = Logger(service=_NAME)
metrics = Metrics(namespace="Teletipo", service=_NAME)

# API Gateway gives up after 29 seconds.
_MAX_WAIT_SECONDS = 25
_UPLOAD_SECONDS = 900
# What Lambda takes as one event is 6 MB; a body comes in base64.
_MAX_BODY_BYTES = 4_400_000
_REVIEW_ATTEMPTS = 5
_IDEMPOTENCY_SECONDS = 24 * 3600
# What curl says of any file, and what says nothing: the readers look for themselves.
_RAW_TYPES = (
    "text/plain",
    "text/html",
    "application/xhtml+xml",
    answers.NINJS,
    "application/octet-stream",
    "application/x-www-form-urlencoded",
)


@dataclass(frozen=True)
class _Service:
    """What lives as long as the process."""

    settings: ApiSettings
    s3: Any
    results: S3ResultStore
    index: ArticleIndex

    @property
    def routes(self) -> frozenset[tuple[str, str]]:
        return frozenset(resources.routes(self.settings.pack))


@cache
def _service() -> _Service:
    settings = ApiSettings.load()
    config = Config(retries={"mode": "standard", "max_attempts": 4}, signature_version="s3v4")
    s3 = boto3.client("s3", config=config)
    return _Service(
        settings,
        s3,
        S3ResultStore(s3, settings.summaries_bucket),
        ArticleIndex(boto3.client("dynamodb"), settings.index_table),
    )


def _cors() -> CORSConfig | None:
    origin = CorsSettings.load().cors_origin
    if not origin:
        return None
    return CORSConfig(
        allow_origin=origin,
        allow_headers=["If-Match", "If-None-Match", "Idempotency-Key", "Prefer"],
        expose_headers=["ETag", "Location", "Preference-Applied", "Retry-After"],
        max_age=600,
    )


app = APIGatewayRestResolver(enable_validation=True, cors=_cors())


Id = Annotated[str, Path(description="Of the article: as a list, a 202 or a Location has it.")]


@app.post(
    "/summaries",
    summary="Post an article",
    description="Stored first, so that nothing is lost when the client goes away. With "
    "`Prefer: wait=N` (up to 25 seconds, RFC 7240) the summary is waited for. The body is JSON, or "
    "the article itself in any format that is read; what JSON says besides is then a parameter.",
    responses={
        200: {"description": "The summary", "content": {}},
        202: {"description": "Stored; look again at Location"},
    },
)
def post_summary(
    language: Annotated[str | None, Query(description="For a raw article: BCP 47.")] = None,
    targets: Annotated[str | None, Query(description="For a raw article: BCP 47, commas.")] = None,
    guid: Annotated[str | None, Query(description="For a raw article: its identifier.")] = None,
    callback_url: Annotated[str | None, Query(description="For a raw article.")] = None,
    prefer: Annotated[str | None, Header(description="Such as `wait=20`.")] = None,
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="The same again within a day gives the same answer, and stores nothing.",
        ),
    ] = None,
) -> Response[str]:
    """Store an article, and wait for its summary as long as the client likes."""
    service = _service()
    media_type = answers.choose(app.current_event.headers.get("accept"))
    given = {
        "language": language,
        "targets": targets.split(",") if targets else None,
        "guid": guid,
        "callback_url": callback_url,
    }
    article = _read_article({name: value for name, value in given.items() if value is not None})
    once = idempotency_key is not None
    stored = _store_once(article, idempotency_key or "") if once else _store(article)
    key, version_id = stored["key"], stored["version_id"]
    seconds = _preferred_wait(prefer)
    headers = {"Preference-Applied": f"wait={seconds}"} if seconds else {}
    where = answers.location(key, version_id)
    answer = _wait(key, version_id, seconds)
    if answer is None:
        response = answers.still_pending(key, version_id, where)
    else:
        response = answers.answer_response(service.results, answer, media_type)
        response.headers["Content-Location"] = where
    response.headers.update(headers)
    return response


@app.get(
    "/summaries/<id>",
    summary="Read a summary",
    responses={
        200: {"description": "The summary", "content": {}},
        202: {"description": "Not there yet"},
        304: {"description": "Unchanged"},
    },
)
def get_summary(
    id: Id,  # noqa: A002
    version: Annotated[
        str | None, Query(description="Of the article; 202 until it, or a newer one, is done.")
    ] = None,
) -> Response[str]:
    """The summary, where it stands with it, or why there is none."""
    service = _service()
    key = _key(id)
    media_type = answers.choose(app.current_event.headers.get("accept"))
    answer = _find(key, version)
    if answer is None:
        return answers.still_pending(key, version, answers.location(key, version).split("/", 1)[1])
    return answers.answer_response(
        service.results, answer, media_type, app.current_event.headers.get("if-none-match")
    )


@app.get("/summaries", summary="List articles, newest first")
def list_summaries(
    prefix: Annotated[
        str, Query(description="Of the articles' keys, without `articles/`.", max_length=900)
    ] = "",
    status: Annotated[Status | None, Query()] = None,
    is_reviewed: Annotated[
        bool | None, Query(alias="reviewed", description="Whether an editor has decided.")
    ] = None,
    since: Annotated[
        datetime | None, Query(alias="from", description="Stored at or after; ISO 8601.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Annotated[str | None, Query(max_length=2000)] = None,
) -> ArticleList:
    """Articles and their status; a page may be short though a cursor says that there is more."""
    start = since.replace(tzinfo=since.tzinfo or UTC).astimezone(UTC) if since else None
    try:
        rows, following = _service().index.newest(
            prefix=ARTICLES + prefix if prefix else "",
            status=status,
            is_reviewed=is_reviewed,
            since=iso(start) if start else None,
            limit=limit,
            cursor=cursor,
        )
    except BadCursor as error:
        raise invalid("cursor", str(error)) from None
    return ArticleList(articles=[resources.listed(row) for row in rows], cursor=following)


@app.post("/uploads", summary="Upload a large file")
def post_upload() -> Upload:
    """A presigned form: the file goes to the bucket, and then the one way."""
    service = _service()
    request = _json_body(UploadRequest)
    prepared = _prepare(None, request.content_type, request.options)
    most = service.settings.max_article_bytes
    metadata = {f"x-amz-meta-{name}": value for name, value in prepared.metadata.items()}
    fixed = {"Content-Type": request.content_type, **metadata}
    form = service.s3.generate_presigned_post(
        service.settings.articles_bucket,
        prepared.key,
        Fields=dict(fixed),
        Conditions=[
            *({name: value} for name, value in fixed.items()),
            ["content-length-range", 1, most],
        ],
        ExpiresIn=_UPLOAD_SECONDS,
    )
    return Upload(
        id=article_id(prepared.key),
        key=prepared.key,
        url=form["url"],
        fields=form["fields"],
        max_bytes=most,
        expires_in_seconds=_UPLOAD_SECONDS,
    )


@app.post(
    "/summaries/<id>/review",
    summary="Approve a summary, correct it, or send it back",
    description="Kept beside the summary, with who and when; the machine's words stay as they "
    "are. With `If-Match`, only if the summary and its reviews are what the editor saw.",
)
def post_review(
    id: Id,  # noqa: A002
    if_match: Annotated[str | None, Header(alias="If-Match")] = None,
) -> Review:
    """Keep an editor's decision."""
    service = _service()
    key = _key(id)
    request = _json_body(ReviewRequest)
    for _ in range(_REVIEW_ATTEMPTS):
        found = service.results.get(summary_key(key))
        if found is None:
            answer = _find(key, None)
            reason = "was rejected" if answer else "has no summary yet"
            raise Problem(HTTPStatus.CONFLICT, "no_summary", f"The article {reason}.")
        stored, body = found
        replaces, reviews = answers.read_reviews(service.results, key)
        current = answers.etag(stored, replaces, answers.JSON)
        if if_match and if_match != "*" and current not in if_match:
            raise Problem(
                HTTPStatus.PRECONDITION_FAILED,
                "changed",
                "The summary or its reviews have changed since they were read.",
                [("If-Match", "is not the current ETag")],
            )
        summary = Summary.model_validate_json(body)
        for language in request.corrections:
            if language not in summary.summaries:
                raise invalid(f"corrections.{language}", "there is no summary in this language")
        review = Review(
            **dict(request),
            reviewed_at=iso(datetime.now(UTC)),
            reviewed_by=_caller(),
            version_id=summary.article.version_id,
            summary_etag=stored.etag,
        )
        changed = reviews.model_copy(update={"reviews": (*reviews.reviews, review)})
        body = changed.model_dump_json(indent=2).encode() + b"\n"
        if service.results.put(reviews_key(key), body, {}, replaces=replaces):
            if request.decision == "sent_back":
                _put_again(key)
            _list(reviewed(done(key, stored, summary.article), request.decision))
            return review
    raise Problem(HTTPStatus.CONFLICT, "changing", "Others kept changing the reviews; try again.")


@app.get("/languages", summary="What is read and written")
def get_languages() -> Languages:
    """The pack's pairs, with what was measured for each."""
    return resources.languages(_service().settings.pack, _service().settings.targets)


@app.get("/packs", summary="The catalogue of models")
def get_packs() -> Packs:
    """Every pack, and which one this deployment uses."""
    return resources.packs(_service().settings.pack)


@app.get("/health", summary="Does it answer?")
def get_health() -> Health:
    """Nothing but that the function runs; needs no credentials."""
    return Health(status="ok", version=__version__)


@app.get("/openapi.json", include_in_schema=False)
def get_openapi() -> Response[str]:
    """This API, described."""
    from handlers.openapi import document

    return Response(HTTPStatus.OK, answers.JSON, document())


@app.get("/", include_in_schema=False)
def get_desk() -> Response[str]:
    """The desk."""
    path = str((app.current_event.get("requestContext") or {}).get("path") or "/")
    if not path.endswith("/"):
        # The page's own addresses are relative to a directory.
        there = path.rpartition("/")[2] + "/"
        return Response(HTTPStatus.PERMANENT_REDIRECT, "text/plain", "", {"Location": there})
    return static.page("index.html", _upload_origin())


@app.get("/desk/<file>", include_in_schema=False)
def get_desk_file(file: str) -> Response[str]:
    """What the desk's page loads."""
    return static.page(file, _upload_origin())


@app.get("/docs", include_in_schema=False)
def get_docs() -> Response[str]:
    """The API, to try."""
    return static.docs("docs.html")


@app.get("/docs/<file>", include_in_schema=False)
def get_docs_file(file: str) -> Response[str]:
    """What that page loads."""
    return static.docs(file)


def _on_problem(problem: Problem) -> Response[str]:
    return problem.response()


def _on_invalid(error: RequestValidationError) -> Response[str]:
    return invalid_fields(error.errors()).response()


def _on_rejection(rejection: Rejection) -> Response[str]:
    return rejected(rejection).response()


def _on_unavailable(error: StoreUnavailable) -> Response[str]:
    logger.warning(str(error))
    return Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "unavailable",
        "A store did not answer; nothing is lost, try again.",
        headers={"Retry-After": str(answers.RETRY_SECONDS)},
    ).response()


def _on_idempotency(error: Exception) -> Response[str]:
    if isinstance(error, IdempotencyValidationError):
        return Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "idempotency_key_reused",
            "The Idempotency-Key was used before, for another request.",
            [("Idempotency-Key", "belongs to another request")],
        ).response()
    return Problem(
        HTTPStatus.CONFLICT,
        "in_progress",
        "The first request with this Idempotency-Key is still being answered.",
        [("Idempotency-Key", "is in use")],
        {"Retry-After": str(answers.RETRY_SECONDS)},
    ).response()


@app.not_found
def _on_not_found(error: NotFoundError) -> Response[str]:
    return Problem(
        HTTPStatus.NOT_FOUND, "not_found", "There is nothing at this address."
    ).response()


def _on_failure(error: Exception) -> Response[str]:
    # Its text may quote the article.
    logger.error("Unexpected failure", error=type(error).__name__)
    return Problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "Something went wrong here; try again."
    ).response()


for _kind, _answer in {
    Problem: _on_problem,
    RequestValidationError: _on_invalid,
    Rejection: _on_rejection,
    StoreUnavailable: _on_unavailable,
    IdempotencyValidationError: _on_idempotency,
    IdempotencyAlreadyInProgressError: _on_idempotency,
    Exception: _on_failure,
}.items():
    app.exception_handler(_kind)(_answer)


@metrics.log_metrics(capture_cold_start_metric=True)
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """One request; one log line, never with what was sent."""
    started = time.perf_counter()
    _idempotency().register_lambda_context(context)
    response = app.resolve(event, context)
    milliseconds = (time.perf_counter() - started) * 1000
    status = int(response["statusCode"])
    metrics.add_metric("Requests", MetricUnit.Count, 1)
    if status >= HTTPStatus.BAD_REQUEST:
        name = "ServerErrors" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "ClientErrors"
        metrics.add_metric(name, MetricUnit.Count, 1)
    logger.info(
        "Answered",
        method=event.get("httpMethod"),
        resource=event.get("resource"),
        status=status,
        milliseconds=round(milliseconds, 1),
    )
    return response


def _body() -> bytes:
    body = app.current_event.body or ""
    data = base64.b64decode(body) if app.current_event.is_base64_encoded else body.encode()
    most = min(_MAX_BODY_BYTES, _service().settings.max_article_bytes)
    if len(data) > most:
        raise ArticleTooLarge(
            f"The body has {len(data):,} bytes; the limit is {most:,}. POST /uploads takes larger "
            "files, where the deployment allows them."
        )
    return data


def _content_type() -> str:
    return (
        str(app.current_event.headers.get("content-type") or "").partition(";")[0].strip().lower()
    )


def _json_body(model: type[T]) -> T:
    if _content_type() != answers.JSON:
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported_format",
            "The body has to be application/json.",
            [("Content-Type", "is not application/json")],
        )
    return _validated(model.model_validate_json, _body())


def _validated(validate: Callable[[Any], T], given: Any) -> T:
    try:
        return validate(given)
    except ValidationError as error:
        raise invalid_fields(error.errors(include_url=False, include_input=False)) from None


def _read_article(given: Mapping[str, Any]) -> Prepared:
    content_type = _content_type()
    if content_type == answers.JSON:
        if given:
            raise invalid(next(iter(given)), "belongs into the body where that is JSON")
        submission = _validated(Submission.model_validate_json, _body())
        options = Options(**submission.model_dump(include=set(Options.model_fields)))
        return _prepare(submission.document(), answers.NINJS, options)
    if content_type and content_type not in _RAW_TYPES:
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported_format",
            f"An article is taken as {answers.JSON}, {', '.join(_RAW_TYPES[:4])}.",
            [("Content-Type", "is none of them")],
        )
    options = _validated(Options.model_validate, given)
    return _prepare(_body(), content_type or "application/octet-stream", options)


def _prepare(body: bytes | None, content_type: str, options: Options) -> Prepared:
    service = _service()
    if options.callback_url and (
        why := refuse_url(options.callback_url, service.settings.callback_hosts)
    ):
        raise invalid("callback_url", why)
    return prepare(
        body,
        content_type,
        options,
        routes=service.routes,
        now=datetime.now(UTC),
        unique=secrets.token_hex(6),
    )


def _store(article: Prepared) -> dict[str, Any]:
    """Put an article where the queue finds it. Raises ``StoreUnavailable``."""
    service = _service()
    with store_errors(article.key):
        response = service.s3.put_object(
            Bucket=service.settings.articles_bucket,
            Key=article.key,
            Body=article.body,
            ContentType=article.content_type,
            Metadata=dict(article.metadata),
        )
    _list(pending(article.key, iso(datetime.now(UTC)), article.headline, article.language))
    metrics.add_metric("Submissions", MetricUnit.Count, 1)
    return {"key": article.key, "version_id": response.get("VersionId")}


def _list(row: Row) -> None:
    try:
        _service().index.put(row)
    except StoreUnavailable as error:
        # What is stored is safe; the list can be made again.
        logger.warning(str(error))


@cache
def _idempotency() -> IdempotencyConfig:
    return IdempotencyConfig(
        event_key_jmespath="key",
        payload_validation_jmespath="request",
        expires_after_seconds=_IDEMPOTENCY_SECONDS,
        raise_on_no_idempotency_key=True,
    )


def _store_once(article: Prepared, idempotency_key: str) -> dict[str, Any]:
    if not re.fullmatch(r"[\x21-\x7e]{1,255}", idempotency_key):
        raise invalid("Idempotency-Key", "has to be 1 to 255 visible ASCII characters")
    digest = hashlib.sha256(article.body)
    for name, value in sorted(article.metadata.items()):
        digest.update(f"\0{name}\0{value}".encode())
    once = _store_once_function()
    return dict(
        once(
            request={"key": f"{_caller()}/{idempotency_key}", "request": digest.hexdigest()},
            article=article,
        )
    )


@cache
def _store_once_function() -> Any:
    layer = DynamoDBPersistenceLayer(table_name=_service().settings.idempotency_table)

    def store(*, request: dict[str, str], article: Prepared) -> dict[str, Any]:
        return _store(article)

    return idempotent_function(
        store, data_keyword_argument="request", persistence_store=layer, config=_idempotency()
    )


def _put_again(key: str) -> None:
    """The article once more, so that it is summarized again with today's pack and terms."""
    service = _service()
    bucket = service.settings.articles_bucket
    try:
        head = head_article(service.s3, bucket, key)
        with store_errors(key):
            service.s3.copy_object(
                Bucket=bucket,
                Key=key,
                CopySource={"Bucket": bucket, "Key": key},
                # S3 copies nothing onto itself unless something is said anew.
                MetadataDirective="REPLACE",
                Metadata=head["Metadata"],
                ContentType=head.get("ContentType", "application/octet-stream"),
            )
    except KeyError:
        raise Problem(HTTPStatus.NOT_FOUND, "not_found", "The article was deleted.") from None


def _key(identifier: str) -> str:
    try:
        return article_key(identifier)
    except BadKey as error:
        raise Problem(HTTPStatus.NOT_FOUND, "not_found", str(error), [("id", str(error))]) from None


def _find(key: str, version_id: str | None) -> answers.Answer | None:
    service = _service()
    try:
        return answers.find(
            service.s3, service.settings.articles_bucket, service.results, key, version_id
        )
    except KeyError:
        raise Problem(HTTPStatus.NOT_FOUND, "not_found", "There is no such article.") from None


def _wait(key: str, version_id: str | None, seconds: int) -> answers.Answer | None:
    """Look again and again, less and less often."""
    deadline = time.monotonic() + seconds
    pause = 0.1
    while (left := deadline - time.monotonic()) > 0:
        if answer := _find(key, version_id):
            return answer
        time.sleep(min(pause, left))
        pause = min(pause * 1.3, 1.0)
    return None


def _preferred_wait(prefer: str | None) -> int:
    """RFC 7240: what cannot be read is no preference."""
    found = re.search(
        r'(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})"?(?=$|[,;\s])', prefer or "", re.IGNORECASE
    )
    return min(int(found[1]), _MAX_WAIT_SECONDS) if found else 0


def _caller() -> str:
    """Whose credentials a request came with, as API Gateway found them."""
    context = app.current_event.get("requestContext") or {}
    claims = (context.get("authorizer") or {}).get("claims") or {}
    if name := claims.get("email") or claims.get("cognito:username") or claims.get("sub"):
        return f"user:{name}"
    identity = context.get("identity") or {}
    if arn := identity.get("userArn"):
        return str(arn)
    if key_id := identity.get("apiKeyId"):
        return f"api-key:{key_id}"
    key = app.current_event.headers.get("x-api-key") or ""
    return f"api-key:{hashlib.sha256(key.encode()).hexdigest()[:10]}"


@cache
def _upload_origin() -> str:
    """Where a browser sends large files."""
    service = _service()
    url = service.s3.generate_presigned_post(service.settings.articles_bucket, "-")["url"]
    return "/".join(str(url).split("/")[:3])


def _warm_up() -> None:
    resources.routes(_service().settings.pack)


# Under the Lambda runtime clients are made while it initialises.
if "AWS_LAMBDA_RUNTIME_API" in os.environ:
    try:
        _warm_up()
    except (ConfigurationError, ClientError, BotoCoreError) as error:
        logger.error(str(error))
        raise
