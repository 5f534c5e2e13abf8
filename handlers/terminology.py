"""The desk's terms, as an object of the summaries bucket."""

from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from teletipo.errors import ConfigurationError, StoreUnavailable, TerminologyError
from teletipo.terminology import MAX_BYTES, NO_TERMS, Terminology, read_terminology

logger = Logger(child=True)
_UNCHANGED = {"304", "NotModified"}
_MISSING = {"404", "NoSuchKey"}


class TerminologyObject:
    """Read once, and again when the object has changed. Of a bad change the last good one stays."""

    def __init__(self, client: Any, bucket: str, key: str) -> None:
        self.terms: Terminology = NO_TERMS
        self._client = client
        self._bucket = bucket
        self._key = key
        self._etag = ""

    def refresh(self) -> None:
        """Look whether there is another version.

        Raises ``ConfigurationError`` where the object is missing, ``TerminologyError`` where the
        first one that is read is bad, ``StoreUnavailable``.
        """
        if not self._key:
            return
        condition = {"IfNoneMatch": self._etag} if self._etag else {}
        try:
            response = self._client.get_object(Bucket=self._bucket, Key=self._key, **condition)
            data = response["Body"].read(MAX_BYTES + 1)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in _UNCHANGED:
                return
            if code in _MISSING:
                raise ConfigurationError(
                    f"TELETIPO_TERMINOLOGY_KEY names '{self._key}', which is not in the summaries "
                    "bucket."
                ) from None
            raise StoreUnavailable(f"The terminology cannot be read ({code}).") from error
        except BotoCoreError as error:
            raise StoreUnavailable(
                f"The terminology cannot be read ({type(error).__name__})."
            ) from error
        try:
            self.terms = read_terminology(data, self._key)
        except TerminologyError as error:
            if not self._etag:
                raise
            logger.error("The changed terminology is not used", reason=str(error))
        self._etag = response["ETag"]
