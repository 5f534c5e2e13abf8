"""What the benchmarks' commands have in common: how they fail, show progress and print."""

import functools
import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from typing import Any, ParamSpec

from teletipo.errors import TeletipoError
from teletipo.progress import Progress, progress_display

P = ParamSpec("P")


def reports_errors(main: Callable[P, int]) -> Callable[P, int]:
    """Make ``main`` print an error in its data, pack or machine and return 1."""

    @functools.wraps(main)
    def run(*args: P.args, **kwargs: P.kwargs) -> int:
        try:
            return main(*args, **kwargs)
        except (TeletipoError, OSError, ValueError, subprocess.SubprocessError) as error:
            print(error, file=sys.stderr)
            return 1

    return run


def progress_unless(quiet: bool, title: str) -> AbstractContextManager[Progress]:
    """Show progress, or none if ``quiet``."""
    return nullcontext(_no_progress) if quiet else progress_display(title)


def _no_progress(step: str, share: float) -> None:
    """Show nothing."""


def print_result(result: Any, *, as_json: bool, width: int = 14) -> None:
    """Print a dataclass as one JSON object, or as a line for each field."""
    fields = asdict(result)
    if as_json:
        print(json.dumps(fields))
        return
    for name, value in fields.items():
        print(f"{name:{width}} {value}")
