"""Benchmarks in a process of their own: they fork workers, and the tests have torch's threads."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.conftest import ROOT


def benchmark(name: str, cache: Path, *arguments: str) -> Any:
    """Return what a benchmark prints as JSON."""
    command = [sys.executable, "-m", f"benchmarks.{name}", *arguments, "--json"]
    environment = {**os.environ, "TELETIPO_CACHE_DIR": str(cache)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)
