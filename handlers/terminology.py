"""The desk's terms, an object in the summaries bucket."""

from typing import Any

from aws_lambda_powertools import Logger

from handlers.s3 import get_if_changed
from teletipo.errors import ConfigurationError, TerminologyError
from teletipo.terminology import MAX_BYTES, NO_TERMS, Terminology, read_terminology

logger = Logger(child=True)


class TerminologyObject:
    """Terms that are read again whenever their object changes; no terms if the key is empty."""

    def __init__(self, client: Any, bucket: str, key: str) -> None:
        self.terms: Terminology = NO_TERMS
        self._client = client
        self._bucket = bucket
        self._key = key
        self._etag = ""

    def refresh(self) -> None:
        """Read the object if it has changed. If the new terms are invalid, keep the old ones.

        Raises ``ConfigurationError`` if the object is missing, ``TerminologyError`` if the first
        terms are invalid, ``StoreUnavailable``.
        """
        if not self._key:
            return
        try:
            changed = get_if_changed(
                self._client, self._bucket, self._key, self._etag, MAX_BYTES + 1
            )
        except KeyError:
            raise ConfigurationError(
                f"TELETIPO_TERMINOLOGY_KEY is '{self._key}', but the summaries bucket has no such "
                "object. Upload it or change the setting."
            ) from None
        if changed is None:
            return
        etag, data = changed
        try:
            self.terms = read_terminology(data, self._key)
        except TerminologyError as error:
            if not self._etag:
                raise
            logger.error("The new terms are invalid; the old ones stay", reason=str(error))
        self._etag = etag
