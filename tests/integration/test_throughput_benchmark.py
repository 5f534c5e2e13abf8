"""A short run of the throughput benchmark, with every worker killed half-way."""

from pathlib import Path

from benchmarks.fastpack import FastPack
from benchmarks.throughput import run
from tests.conftest import silent


def test_workers_that_are_all_killed_are_replaced_and_nothing_is_lost(tiny_pack_dir: Path) -> None:
    found = run(12, 2, tiny_pack_dir, FastPack(), kills=True, progress=silent)
    assert (found.lost, found.doubled) == (0, 0)
    assert found.killed_after is not None
    assert found.killed_after >= 6
    assert found.all_after_seconds is not None
    assert found.articles_a_minute > 0
    assert 0 < found.plumbing < 1
