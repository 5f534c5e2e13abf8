"""Nothing is lost while everything fails, a short run; ``python -m benchmarks.faults``."""

from pathlib import Path

from benchmarks.chaos import KINDS
from tests.processes import benchmark


def test_every_article_has_one_answer_whatever_fails(tiny_cache: Path) -> None:
    found = benchmark("faults", tiny_cache, "--articles", "12", "--seed", "3")
    assert found["articles"] == 12
    assert found["summarized"] + found["rejected"] + found["deleted"] == 12
    wrong = ("lost", "doubled", "half_written", "stale", "dead_letter")
    assert {name: found[name] for name in wrong} == dict.fromkeys(wrong, 0)
    assert set(found["faults"]) == set(KINDS)
    # Which of them happen depends on how the workers run.
    assert sum(found["faults"].values()) > 10
