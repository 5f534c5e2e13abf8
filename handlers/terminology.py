"""The desk's terms, an object in the summaries bucket."""

from typing import Any

from aws_lambda_powertools import Logger

from handlers.s3 import get_if_changed
from teletipo.errors import ConfigurationError, TeletipoError, TerminologyError
from teletipo.terminology import MAX_BYTES, NO_TERMS, Terminology, read_terminology

logger = Logger(service="summarize", child=True)
_MOST_LOGGED = 20


class TerminologyObject:
    """Terms that are read again whenever their object changes; no terms if the key is empty."""

    def __init__(self, client: Any, bucket: str, key: str) -> None:
        self.terms: Terminology = NO_TERMS
        self._client = client
        self._bucket = bucket
        self._key = key
        self._etag = ""

    def refresh(self) -> bool:
        """Read the object if it has changed; return whether all its terms are in use.

        A name that cannot be used is left out, and articles with that term get a finding. If the
        object is missing or invalid, terms that were read before stay in use. Without any,
        summaries would lack the desk's terms, and nobody would see it: this raises
        ``ConfigurationError`` or ``TerminologyError``. Raises ``StoreUnavailable``.
        """
        if not self._key:
            return True
        try:
            changed = get_if_changed(
                self._client, self._bucket, self._key, self._etag, MAX_BYTES + 1
            )
            if changed is None:
                return not self.terms.faults
            etag, data = changed
            terms = read_terminology(data, self._key, skip_bad_names=True)
        except KeyError:
            missing = ConfigurationError(
                f"TELETIPO_TERMINOLOGY_KEY is '{self._key}', but the summaries bucket has no such "
                "object. Upload it or change the setting."
            )
            return self._stay(missing)
        except TerminologyError as error:
            return self._stay(error)
        self.terms, self._etag = terms, etag
        for fault in terms.faults[:_MOST_LOGGED]:
            logger.error("A name of the terminology is not used", reason=fault.reason)
        return not terms.faults

    def _stay(self, error: TeletipoError) -> bool:
        if not self._etag:
            raise error from None
        logger.error("The terms in use are older than their object", reason=str(error))
        return False
