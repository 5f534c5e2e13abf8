"""A limit on the processor time of a step."""

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator


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
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, previous)
