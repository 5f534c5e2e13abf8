"""Articles and results in S3; ``teletipo.ports.ResultStore`` with conditional requests."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from botocore.exceptions import ClientError

from handlers.aws import aws_errors
from handlers.events import ObjectCreated
from teletipo import trace
from teletipo.article import Source
from teletipo.delivery import Delivery
from teletipo.errors import ArticleDeleted, ArticleTooLarge
from teletipo.keys import reviews_key
from teletipo.ports import StoredObject
from teletipo.review import Reviews
from teletipo.trace import Trace

TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
_JSON = {"ContentType": "application/json"}
_MISSING = {"404", "NoSuchKey", "NoSuchVersion", "405", "MethodNotAllowed"}
# S3's answers to a malformed version ID.
_NO_VERSION = {"400", "InvalidArgument"}
_CONDITION_FAILED = {
    "304",
    "NotModified",
    "409",
    "ConditionalRequestConflict",
    "412",
    "PreconditionFailed",
}


class Superseded(Exception):
    """Another version is the current one."""


@dataclass(frozen=True)
class StoredArticle:
    """An article's object; its bytes have not been read yet."""

    source: Source
    delivery: Delivery
    targets: str | None
    """Target languages as written in the object's metadata."""
    size_bytes: int
    stream: Any

    def read(self, max_bytes: int) -> bytes:
        """The bytes. Raises ``ArticleTooLarge`` before reading, ``StoreUnavailable``."""
        if self.size_bytes > max_bytes:
            self.stream.close()
            raise ArticleTooLarge(
                f"The article has {self.size_bytes:,} bytes; the limit is {max_bytes:,}."
            )
        with store_errors(self.source.key):
            return bytes(self.stream.read())


def open_article(client: Any, created: ObjectCreated) -> StoredArticle:
    """Open the version that a notification names, with its metadata and tags.

    Raises ``ArticleDeleted`` if the object was deleted, ``Superseded`` if only this version was or
    if another one is current and there is no sequencer to order them, ``StoreUnavailable``.
    """
    version = {"VersionId": created.version_id} if created.version_id else {}
    where = {"Bucket": created.bucket, "Key": created.key}
    try:
        with store_errors(created.key):
            # A version outlives its object's deletion, but a deleted article is not summarized.
            current = client.head_object(**where).get("VersionId")
    except KeyError:
        raise ArticleDeleted("The article was deleted before it could be read.") from None
    if created.version_id and not created.sequencer and created.version_id != current:
        raise Superseded
    try:
        with store_errors(created.key):
            response = client.get_object(**where, **version)
            tags = {}
            if response.get("TagCount"):
                tag_set = client.get_object_tagging(**where, **version)["TagSet"]
                tags = {tag["Key"]: tag["Value"] for tag in tag_set}
    except KeyError:
        raise Superseded from None
    declared = {**tags, **{name: unquote(text) for name, text in response["Metadata"].items()}}
    version_id = created.version_id or response.get("VersionId")
    context = trace.read(declared) or trace_of_version(created.bucket, created.key, version_id)
    return StoredArticle(
        source=Source(
            key=created.key,
            version_id=version_id,
            declared_language=declared.get("language"),
            guid=declared.get("guid"),
            trace_id=context.trace_id,
            provider=declared.get("provider"),
        ),
        delivery=Delivery(
            created.key,
            version_id,
            created.sequencer,
            iso(response["LastModified"]),
            context,
        ),
        targets=declared.get("targets"),
        size_bytes=response["ContentLength"],
        stream=response["Body"],
    )


def trace_of_version(bucket: str, key: str, version_id: str | None) -> Trace:
    """The trace context of an article that was stored without one: the same at every delivery."""
    return trace.made_of(bucket, key, version_id)


def is_current(client: Any, bucket: str, delivery: Delivery) -> bool:
    """Whether no other version is known to be newer; sequencers tell it when results are written.

    Raises ``StoreUnavailable``.
    """
    if delivery.sequencer or not delivery.version_id:
        return True
    try:
        return bool(head_article(client, bucket, delivery.key)["VersionId"] == delivery.version_id)
    except KeyError:
        return False


def iso(moment: datetime) -> str:
    """A UTC time in ISO 8601, to the second, as in the results' metadata."""
    return moment.strftime(TIME_FORMAT)


def head_article(
    client: Any, bucket: str, key: str, version_id: str | None = None
) -> Mapping[str, Any]:
    """S3's metadata of an article's version, by default of the newest.

    Raises ``KeyError`` if there is no such version, ``StoreUnavailable``.
    """
    version = {"VersionId": version_id} if version_id else {}
    with store_errors(key):
        try:
            found: Mapping[str, Any] = client.head_object(Bucket=bucket, Key=key, **version)
        except ClientError as error:
            if version_id and error.response["Error"]["Code"] in _NO_VERSION:
                raise KeyError(key) from None
            raise
    return found


def answers(stored: StoredObject, version_id: str | None) -> bool:
    """Whether a result is that of an article's version, or counts for it too."""
    version = version_id or ""
    if stored.metadata.get("version-id", "") == version:
        return True
    # An older text that was stored later.
    return bool(version) and stored.metadata.get("covers") == version


def is_waiting(stored: StoredObject, now: datetime) -> bool:
    """Whether a result's embargo has not passed."""
    return stored.metadata.get("embargo", "") > iso(now)


def get_if_changed(
    client: Any, bucket: str, key: str, etag: str, max_bytes: int
) -> tuple[str, bytes] | None:
    """An object's entity tag and its first ``max_bytes``; None if the tag is still ``etag``.

    Raises ``KeyError`` if there is no such object, ``StoreUnavailable``.
    """
    condition = {"IfNoneMatch": etag} if etag else {}
    try:
        with store_errors(key):
            response = client.get_object(Bucket=bucket, Key=key, **condition)
            return response["ETag"], response["Body"].read(max_bytes)
    except _ConditionFailed:
        return None


def put_again(client: Any, bucket: str, key: str, version_id: str | None = None) -> None:
    """Put an article again as it is, or was in a version, so that it is summarized once more.

    Does nothing if somebody stores a newer version meanwhile: that one is summarized anyway.
    Raises ``KeyError`` if there is no such object, ``StoreUnavailable``.
    """
    head = head_article(client, bucket, key, version_id)
    version = {"VersionId": version_id} if version_id else {}
    with contextlib.suppress(_ConditionFailed), store_errors(key):
        client.copy_object(
            Bucket=bucket,
            Key=key,
            CopySource={"Bucket": bucket, "Key": key, **version},
            CopySourceIfMatch=head["ETag"],
            # S3 refuses to copy an object onto itself unless its metadata is replaced.
            MetadataDirective="REPLACE",
            Metadata=head["Metadata"],
            ContentType=head.get("ContentType", "application/octet-stream"),
        )


class S3ResultStore:
    """Results in a bucket. Writes and deletions fail if the object has changed meanwhile."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def head(self, key: str) -> StoredObject | None:
        """See ``ResultStore.head``."""
        try:
            with store_errors(key):
                response = self._client.head_object(Bucket=self._bucket, Key=key)
        except KeyError:
            return None
        return StoredObject(response["ETag"], response["Metadata"])

    def get(self, key: str) -> tuple[StoredObject, bytes] | None:
        """The object and its bytes, or None. Raises ``StoreUnavailable``."""
        try:
            with store_errors(key):
                response = self._client.get_object(Bucket=self._bucket, Key=key)
                body = bytes(response["Body"].read())
        except KeyError:
            return None
        return StoredObject(response["ETag"], response["Metadata"]), body

    def pages(self, prefix: str) -> Iterator[Mapping[str, Any]]:
        """Yield the pages of S3's listing below a prefix."""
        paginator = self._client.get_paginator("list_objects_v2")
        yield from paginator.paginate(Bucket=self._bucket, Prefix=prefix)

    def put(
        self,
        key: str,
        body: bytes,
        metadata: Mapping[str, str],
        replaces: StoredObject | None,
        headers: Mapping[str, str] = _JSON,
    ) -> StoredObject | None:
        """See ``ResultStore.put``. ``headers`` are S3's parameters of the object's headers."""
        condition = {"IfMatch": replaces.etag} if replaces else {"IfNoneMatch": "*"}
        try:
            with store_errors(key):
                response = self._client.put_object(
                    Bucket=self._bucket,
                    Key=key,
                    Body=body,
                    Metadata=dict(metadata),
                    **headers,
                    **condition,
                )
        except (KeyError, _ConditionFailed):
            return None
        return StoredObject(response["ETag"], metadata)

    def delete(self, key: str, stored: StoredObject) -> bool:
        """See ``ResultStore.delete``."""
        try:
            with store_errors(key):
                self._client.delete_object(Bucket=self._bucket, Key=key, IfMatch=stored.etag)
        except (KeyError, _ConditionFailed):
            return False
        return True


class _ConditionFailed(Exception):
    """The object does not meet the request's condition."""


@contextlib.contextmanager
def store_errors(key: str) -> Iterator[None]:
    """Turn S3's errors into the domain's.

    A missing object raises ``KeyError``, a failed condition ``_ConditionFailed``, and any other
    failure ``StoreUnavailable``.
    """
    with aws_errors("S3", key):
        try:
            yield
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in _MISSING:
                raise KeyError(key) from None
            if code in _CONDITION_FAILED:
                raise _ConditionFailed from None
            raise


def read_reviews(results: S3ResultStore, key: str) -> tuple[StoredObject | None, Reviews]:
    """Return an article's reviews and the object that holds them, or no reviews and None.

    Raises ``StoreUnavailable``.
    """
    found = results.get(reviews_key(key))
    return (found[0], Reviews.model_validate_json(found[1])) if found else (None, Reviews(key=key))
