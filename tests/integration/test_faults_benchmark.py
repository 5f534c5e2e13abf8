"""Nothing is lost while everything fails, a short run; ``python -m benchmarks.faults``."""

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.chaos import KINDS
from tests.conftest import ROOT


def test_every_article_has_one_answer_whatever_fails(tiny_cache: Path) -> None:
    # A process of its own: the workers are forked, and this one has torch's threads.
    command = [sys.executable, "-m", "benchmarks.faults", "--articles", "20", "--seed", "3"]
    environment = {**os.environ, "TELETIPO_CACHE_DIR": str(tiny_cache)}
    done = subprocess.run([*command, "--json"], cwd=ROOT, env=environment, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)
    assert found["articles"] == 20
    assert found["summarized"] + found["rejected"] + found["deleted"] == 20
    wrong = ("lost", "doubled", "half_written", "stale", "dead_letter")
    assert {name: found[name] for name in wrong} == dict.fromkeys(wrong, 0)
    assert set(found["faults"]) == set(KINDS)
    # Which of them happen depends on how the workers run.
    assert sum(found["faults"].values()) > 10
