"""A short run of the throughput benchmark, with every worker killed half-way."""

from pathlib import Path

from tests.processes import benchmark


def test_workers_that_are_all_killed_are_replaced_and_nothing_is_lost(tiny_cache: Path) -> None:
    calm, killed = benchmark("throughput", tiny_cache, "--articles", "12", "--workers", "2")
    assert calm["killed_after"] is None
    assert (killed["lost"], killed["doubled"]) == (0, 0)
    assert killed["killed_after"] >= 6
    assert killed["all_after_seconds"] is not None
    assert killed["articles_a_minute"] > 0
    assert 0 < killed["plumbing"] < 1
