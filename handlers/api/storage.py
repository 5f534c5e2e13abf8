"""Storing articles where the queue finds them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)

from handlers import clock
from handlers.api.errors import Problem, gone, invalid, not_found
from handlers.api.service import logger, metrics, service
from handlers.index import pending, refresh
from handlers.s3 import iso, put_again, store_errors
from teletipo.errors import StoreUnavailable
from teletipo.submission import ONCE, Prepared

_IDEMPOTENCY_SECONDS = 24 * 3600


def store(article: Prepared) -> dict[str, Any]:
    """Store an article; its ``key`` and ``version_id``. Raises ``StoreUnavailable``."""
    if article.key.startswith(ONCE) and (found := service().buckets.article(article.key)):
        # A repeated request whose first try was not recorded.
        return {"key": article.key, "version_id": found.get("VersionId")}
    with store_errors(article.key):
        response = service().s3.put_object(
            Bucket=service().settings.articles_bucket,
            Key=article.key,
            Body=article.body,
            ContentType=article.content_type,
            Metadata={**article.metadata, **article.trace},
        )
    version_id = response.get("VersionId")
    row = pending(article.key, iso(clock.now()), version_id, article.headline, article.language)
    with _only_logged():
        # An article that is updated has a row already, which the notify function brings up to date.
        service().index.put(row)
    metrics.add_metric("Submissions", MetricUnit.Count, 1)
    return {"key": article.key, "version_id": version_id}


def store_once(article: Prepared, idempotency_key: str, caller: str) -> dict[str, Any]:
    """As ``store``; a repeated request stores nothing and returns what the first one returned.

    Keys are scoped per caller. Raises ``Problem`` (422) and Powertools' idempotency errors.
    """
    if not re.fullmatch(r"[\x21-\x7e]{1,255}", idempotency_key):
        raise invalid("Idempotency-Key", "must be 1 to 255 visible ASCII characters")
    scope = f"{caller}/{idempotency_key}"
    request = {"key": scope, "request": article.sha256}
    return dict(_idempotent_store()(request=request, article=article.once(scope)))


@cache
def idempotency() -> IdempotencyConfig:
    """How repeated requests are recognized."""
    return IdempotencyConfig(
        event_key_jmespath="key",
        payload_validation_jmespath="request",
        expires_after_seconds=_IDEMPOTENCY_SECONDS,
        raise_on_no_idempotency_key=True,
    )


@cache
def _idempotent_store() -> Any:
    layer = DynamoDBPersistenceLayer(table_name=service().settings.idempotency_table)

    def store_article(*, request: dict[str, str], article: Prepared) -> dict[str, Any]:
        return store(article)

    return idempotent_function(
        store_article,
        data_keyword_argument="request",
        persistence_store=layer,
        config=idempotency(),
    )


def store_again(key: str, version_id: str | None = None) -> None:
    """Store an article again, so that it is summarized with the current pack and terms.

    ``version_id`` is the version that counts if it is not the newest object.
    Raises ``Problem`` (404), ``StoreUnavailable``.
    """
    try:
        put_again(service().s3, service().settings.articles_bucket, key, version_id)
    except KeyError:
        raise not_found("The article was deleted.") from None


def withdraw(key: str) -> None:
    """Delete an article; its versions stay, below S3's delete marker. Its summary follows.

    Raises ``Problem`` (404 or 410), ``StoreUnavailable``.
    """
    if service().buckets.article(key) is None:
        raise missing(key)
    with store_errors(key):
        service().s3.delete_object(Bucket=service().settings.articles_bucket, Key=key)
    refresh_row(key)


def missing(key: str) -> Problem:
    """410 if the article was known once, else 404. Raises ``StoreUnavailable``."""
    if service().index.get(key):
        return gone(
            "The article was deleted, here or in the bucket. Its versions are kept for 90 days."
        )
    return not_found("There is no such article.")


def refresh_row(key: str) -> None:
    """Bring an article's row in the index up to date. A failure is only logged."""
    with _only_logged():
        refresh(service().index, service().buckets, key)


@contextmanager
def _only_logged() -> Iterator[None]:
    """The index can be rebuilt from S3, so the request does not fail with it."""
    try:
        yield
    except StoreUnavailable as error:
        logger.warning(str(error))
