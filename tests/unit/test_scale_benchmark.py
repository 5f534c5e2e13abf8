"""The simulation of a back catalogue, and the page that it writes."""

from pathlib import Path

import pytest

from benchmarks.scale import limits, main, measured_runs, quotas, simulate, tables, write
from tests.conftest import ROOT

_PAGE = ROOT / "docs" / "scale.md"


def test_the_page_has_the_tables_of_the_command() -> None:
    assert "\n".join(tables(measured_runs())) in _PAGE.read_text("utf-8"), (
        "run: python -m benchmarks.scale --write docs/scale.md"
    )


@pytest.mark.parametrize("articles", [1, 999, 1_000_000])
@pytest.mark.parametrize("concurrency", [2, 10, 1000])
def test_every_article_is_summarized_no_faster_than_can_be(articles: int, concurrency: int) -> None:
    run = simulate(articles, "any", 2.0, concurrency)
    minutes = run.days * 1440
    assert minutes + 2 >= articles / run.articles_a_minute
    assert minutes + 2 >= articles * 2.0 / 60 / concurrency
    # The last ones are done within minutes of being queued.
    assert minutes <= articles / run.articles_a_minute * 1.2 + 10
    assert run.executions <= concurrency
    assert run.in_flight <= quotas()["sqs_in_flight"]["limit"]
    assert run.wait_minutes < 60


def test_more_at_once_is_faster_until_another_limit_holds_and_costs_the_same() -> None:
    slow, fast, faster = (simulate(1_000_000, "any", 1.9, each) for each in (10, 100, 1000))
    assert slow.days > 9 * fast.days
    assert fast.days > faster.days
    assert (slow.holds.name, fast.holds.name) == ("maximum_concurrency",) * 2
    assert faster.holds.name == "s3_gets"
    assert slow.usd == pytest.approx(faster.usd, rel=0.02)


def test_a_slow_pack_is_held_by_its_executions() -> None:
    assert limits(100.0, 1000)[0].name in {"maximum_concurrency", "lambda_concurrency"}
    assert limits(100.0, 1000)[0].articles_a_minute == pytest.approx(600)


def test_a_hundred_million_is_one_run_and_more_are_several() -> None:
    assert simulate(100_000_000, "any", 0.5, 100).runs == 1
    assert simulate(100_000_001, "any", 0.5, 100).runs == 2


def test_a_page_without_marks_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Nothing\n")
    assert main(["--articles", "1000", "--write", str(page)]) == 1
    assert "has no marks" in capsys.readouterr().err
    assert page.read_text() == "# Nothing\n"
    page.write_text("a\n<!-- python -m benchmarks.scale --write -->\nold\n<!-- end -->\nb\n")
    write(page, ["new \\1"])
    assert "\nnew \\1\n<!-- end -->\nb\n" in page.read_text()
    assert "old" not in page.read_text()
