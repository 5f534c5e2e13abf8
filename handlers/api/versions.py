"""Older versions of an article and their summaries, from the versions that the buckets keep."""

import contextlib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

from aws_lambda_powertools.event_handler import Response

from handlers.api import answers
from handlers.api.errors import gone, not_found
from handlers.api.resources import ArticleVersion, ArticleVersions
from handlers.api.service import service
from handlers.api.storage import missing
from handlers.s3 import iso, store_errors
from teletipo.errors import Killed
from teletipo.keys import article_id, rejection_key, summary_key

_MAX_VERSIONS = 100
_THREADS = 8


def listed(key: str) -> ArticleVersions:
    """The newest versions. Raises ``Problem`` (404 or 410), ``StoreUnavailable``."""
    _must_be_there(key)
    found = islice(_versions(service().settings.articles_bucket, key), _MAX_VERSIONS)
    summaries = _summaries(key)
    return ArticleVersions(
        id=article_id(key),
        key=key,
        versions=[
            ArticleVersion(
                version_id=version["VersionId"],
                stored_at=iso(version["LastModified"]),
                size_bytes=version["Size"],
                current=version["IsLatest"],
                status=summaries.get(version["VersionId"], ("", None))[1],
            )
            for version in found
        ],
    )


def respond(key: str, version_id: str, media_type: str, language: str) -> Response[str]:
    """The last summary of one version. Raises ``Problem`` (404 or 410), ``StoreUnavailable``."""
    _must_be_there(key)
    found = _summaries(key).get(version_id)
    if found is None:
        raise not_found("There is no summary of this version.")
    return answers.respond_with_old(key, found[0], media_type, language)


def _must_be_there(key: str) -> None:
    article, results = service().buckets.look(key)
    if article is None:
        raise missing(key)
    rejected = results.get(rejection_key(key))
    if rejected and rejected.metadata.get("code") == Killed.code:
        raise gone("The publisher killed the story.", Killed.code)


def _summaries(key: str) -> Mapping[str, tuple[str, Any]]:
    """By the article's version: the version and the status of its last summary."""
    bucket, place = service().settings.summaries_bucket, summary_key(key)

    def look(version_id: str) -> Mapping[str, str]:
        # One that was listed may have expired.
        with contextlib.suppress(KeyError), store_errors(key):
            head = service().s3.head_object(Bucket=bucket, Key=place, VersionId=version_id)
            metadata: Mapping[str, str] = head["Metadata"]
            return metadata
        return {}

    identifiers = [each["VersionId"] for each in islice(_versions(bucket, place), _MAX_VERSIONS)]
    with ThreadPoolExecutor(_THREADS) as pool:
        looked = list(zip(identifiers, pool.map(look, identifiers), strict=True))
    # The newest comes first, and stays.
    return {
        metadata["version-id"]: (identifier, metadata["status"])
        for identifier, metadata in reversed(looked)
        if metadata.get("version-id")
    }


def _versions(bucket: str, key: str) -> Iterator[Mapping[str, Any]]:
    """The key's versions, newest first."""
    pages = service().s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key)
    with store_errors(key):
        for page in pages:
            for version in page.get("Versions", []):
                # Keys are listed in order, so the key itself comes before all that it begins.
                if version["Key"] != key:
                    return
                yield version
