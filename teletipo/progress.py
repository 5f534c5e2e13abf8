"""Progress of long tasks on standard error: a bar in a terminal, log lines elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

Progress = Callable[[str, float], None]
"""Called with the current step and the share done, from 0 to 1."""

_BAR_WIDTH = 24


@contextmanager
def progress_display(title: str, stream: TextIO | None = None) -> Iterator[Progress]:
    """Yield a function that displays the progress."""
    output = stream or sys.stderr
    started = time.monotonic()
    shown = ""

    def show(step: str, share: float) -> None:
        nonlocal shown
        if output.isatty():
            bar = "█" * round(share * _BAR_WIDTH)
            line = f"{title} {bar:░<{_BAR_WIDTH}} {share:4.0%} {step}"
            output.write(f"\r\x1b[K{line}")
            shown = line
        elif step != shown:
            output.write(f"{title}: {step} ({time.monotonic() - started:.0f} s)\n")
            shown = step
        output.flush()

    try:
        yield show
    finally:
        if shown and output.isatty():
            output.write("\n")
            output.flush()
