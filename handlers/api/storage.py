"""Storing articles where the queue finds them."""

import hashlib
import re
from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)

from handlers.api.errors import invalid, not_found
from handlers.api.service import logger, metrics, service
from handlers.index import Row, pending
from handlers.s3 import iso, put_again, store_errors
from teletipo.errors import StoreUnavailable
from teletipo.submission import Prepared

_IDEMPOTENCY_SECONDS = 24 * 3600


def store(article: Prepared) -> dict[str, Any]:
    """Store an article; its ``key`` and ``version_id``. Raises ``StoreUnavailable``."""
    with store_errors(article.key):
        response = service().s3.put_object(
            Bucket=service().settings.articles_bucket,
            Key=article.key,
            Body=article.body,
            ContentType=article.content_type,
            Metadata=dict(article.metadata),
        )
    put_row(pending(article.key, iso(datetime.now(UTC)), article.headline, article.language))
    metrics.add_metric("Submissions", MetricUnit.Count, 1)
    return {"key": article.key, "version_id": response.get("VersionId")}


def store_once(article: Prepared, idempotency_key: str, caller: str) -> dict[str, Any]:
    """As ``store``; a repeated request stores nothing and returns what the first one returned.

    Keys are scoped per caller. Raises ``Problem`` (422) and Powertools' idempotency errors.
    """
    if not re.fullmatch(r"[\x21-\x7e]{1,255}", idempotency_key):
        raise invalid("Idempotency-Key", "must be 1 to 255 visible ASCII characters")
    digest = hashlib.sha256(article.body)
    for name, value in sorted(article.metadata.items()):
        digest.update(f"\0{name}\0{value}".encode())
    request = {"key": f"{caller}/{idempotency_key}", "request": digest.hexdigest()}
    return dict(_idempotent_store()(request=request, article=article))


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


def store_again(key: str) -> None:
    """Store an article again, so that it is summarized with the current pack and terms.

    Raises ``Problem`` (404), ``StoreUnavailable``.
    """
    try:
        put_again(service().s3, service().settings.articles_bucket, key)
    except KeyError:
        raise not_found("The article was deleted.") from None


def put_row(row: Row) -> None:
    """Put a row in the index. A failure is only logged: the index can be rebuilt from S3."""
    try:
        service().index.put(row)
    except StoreUnavailable as error:
        logger.warning(str(error))
