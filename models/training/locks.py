"""One run at a time in a directory."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

_LOCK_FILE = "lock"


@contextlib.contextmanager
def locked(out: Path, what: str) -> Iterator[None]:
    """Keep others out of a directory, which is made if it is missing.

    Raises ``BlockingIOError``, which names ``what``, while another one uses it; ``OSError``.
    """
    out.mkdir(parents=True, exist_ok=True)
    with (out / _LOCK_FILE).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BlockingIOError(f"{out} is in use by another {what}") from error
        yield
