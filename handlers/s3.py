"""S3 as the article source and as ``teletipo.ports.ResultStore``."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from botocore.exceptions import BotoCoreError, ClientError

from handlers.events import ObjectCreated
from teletipo.article import Source
from teletipo.delivery import Delivery
from teletipo.errors import ArticleDeleted, ArticleTooLarge, StoreUnavailable
from teletipo.ports import StoredObject

TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
_MISSING = {"404", "NoSuchKey", "NoSuchVersion", "405", "MethodNotAllowed"}
# No version of anything is called so.
_NO_VERSION = {"400", "InvalidArgument"}
_CONDITION_FAILED = {"412", "PreconditionFailed", "409", "ConditionalRequestConflict"}


@dataclass(frozen=True)
class StoredArticle:
    """An article object whose bytes have not been read yet."""

    source: Source
    delivery: Delivery
    targets: str | None
    """The object's own wish, as its metadata writes it."""
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
    """The version that a notification tells of, with what its metadata and tags declare.

    Raises ``ArticleDeleted`` where it, or the object since, was deleted; ``StoreUnavailable``.
    """
    version = {"VersionId": created.version_id} if created.version_id else {}
    where = {"Bucket": created.bucket, "Key": created.key}
    try:
        with store_errors(created.key):
            # A version outlives its object's deletion; what a desk took back is not summarized.
            client.head_object(**where)
            response = client.get_object(**where, **version)
            tags = {}
            if response.get("TagCount"):
                tag_set = client.get_object_tagging(**where, **version)["TagSet"]
                tags = {tag["Key"]: tag["Value"] for tag in tag_set}
    except KeyError:
        raise ArticleDeleted("The article was deleted before it could be read.") from None
    declared = {**tags, **{name: unquote(text) for name, text in response["Metadata"].items()}}
    version_id = created.version_id or response.get("VersionId")
    return StoredArticle(
        source=Source(
            key=created.key,
            version_id=version_id,
            declared_language=declared.get("language"),
            guid=declared.get("guid"),
        ),
        delivery=Delivery(
            created.key,
            version_id,
            created.sequencer,
            iso(response["LastModified"]),
        ),
        targets=declared.get("targets"),
        size_bytes=response["ContentLength"],
        stream=response["Body"],
    )


def iso(moment: datetime) -> str:
    """A time in UTC as results keep it: to the second, as S3 tells it."""
    return moment.strftime(TIME_FORMAT)


def head_article(
    client: Any, bucket: str, key: str, version_id: str | None = None
) -> Mapping[str, Any]:
    """What S3 says of an article without its bytes; of its newest version where none is named.

    Raises ``KeyError`` where there is none, ``StoreUnavailable``.
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


class S3ResultStore:
    """Results in a bucket, written with S3's conditional requests."""

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
        """The newest version under that key with its bytes. Raises ``StoreUnavailable``."""
        try:
            with store_errors(key):
                response = self._client.get_object(Bucket=self._bucket, Key=key)
                body = bytes(response["Body"].read())
        except KeyError:
            return None
        return StoredObject(response["ETag"], response["Metadata"]), body

    def put(
        self, key: str, body: bytes, metadata: Mapping[str, str], replaces: StoredObject | None
    ) -> StoredObject | None:
        """See ``ResultStore.put``."""
        condition = {"IfMatch": replaces.etag} if replaces else {"IfNoneMatch": "*"}
        try:
            with store_errors(key):
                response = self._client.put_object(
                    Bucket=self._bucket,
                    Key=key,
                    Body=body,
                    ContentType="application/json",
                    Metadata=dict(metadata),
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
    """The object is not what the condition says any more."""


@contextmanager
def store_errors(key: str) -> Iterator[None]:
    """Missing becomes ``KeyError``, a failed condition ours, the rest ``StoreUnavailable``."""
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _MISSING:
            raise KeyError(key) from None
        if code in _CONDITION_FAILED:
            raise _ConditionFailed from None
        raise StoreUnavailable(f"S3 answered {code} for '{key}'.") from None
    except (BotoCoreError, OSError) as error:
        raise StoreUnavailable(f"S3 did not answer for '{key}' ({type(error).__name__}).") from None
