"""A short run of the throughput benchmark, with every worker killed half-way."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT


def test_workers_that_are_all_killed_are_replaced_and_nothing_is_lost(tiny_cache: Path) -> None:
    # A process of its own: the workers are forked, and this one has torch's threads.
    command = [sys.executable, "-m", "benchmarks.throughput", "--articles", "12", "--workers", "2"]
    environment = {**os.environ, "TELETIPO_CACHE_DIR": str(tiny_cache)}
    done = subprocess.run([*command, "--json"], cwd=ROOT, env=environment, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    calm, killed = json.loads(done.stdout)
    assert calm["killed_after"] is None
    assert (killed["lost"], killed["doubled"]) == (0, 0)
    assert killed["killed_after"] >= 6
    assert killed["all_after_seconds"] is not None
    assert killed["articles_a_minute"] > 0
    assert 0 < killed["plumbing"] < 1
