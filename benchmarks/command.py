"""How the benchmarks' commands fail: with one message and exit code 1."""

import functools
import subprocess
import sys
from collections.abc import Callable
from typing import ParamSpec

from teletipo.errors import TeletipoError

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
