"""A limit on the processor time of a step."""

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from teletipo.errors import ReadingTooSlow

# Ordinary megabytes take a tenth of it.
READING_SECONDS = 10.0
# A library may swallow the error; then it comes again.
_AGAIN_SECONDS = 1.0


@contextlib.contextmanager
def deadline(seconds: float, error: Callable[[], Exception]) -> Iterator[None]:
    """Raise ``error()`` if the block takes more processor time than ``seconds``.

    A function that is paused, or a machine that is busy, does not use up the time. The block is
    interrupted between two steps of the interpreter or of a regular expression, not within another
    library. Outside the main thread, where Python takes no signals, there is no limit.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def expire(*_: object) -> None:
        raise error()

    previous = signal.signal(signal.SIGVTALRM, expire)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, _AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, previous)


def reading_deadline() -> AbstractContextManager[None]:
    """Raise ``ReadingTooSlow`` if reading an article takes longer than any article takes."""
    return deadline(
        READING_SECONDS,
        lambda: ReadingTooSlow(
            f"Reading the article took more than {READING_SECONDS:g} seconds; "
            "send its text alone, without markup."
        ),
    )
