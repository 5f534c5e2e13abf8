"""Errors of AWS services as the domain's."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from teletipo.errors import StoreUnavailable


@contextmanager
def aws_errors(service: str, key: str = "") -> Iterator[None]:
    """Raise ``StoreUnavailable`` if a call fails; its message names the service and the key."""
    about = f" for '{key}'" if key else ""
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise StoreUnavailable(f"{service} answered {code}{about}.") from None
    except (BotoCoreError, OSError) as error:
        reason = type(error).__name__
        raise StoreUnavailable(f"{service} did not answer{about} ({reason}).") from None
