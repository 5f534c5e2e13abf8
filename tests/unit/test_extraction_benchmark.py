"""The extraction benchmark: its measure, and that today's reader does not get worse unseen."""

import pytest

from benchmarks.extraction import Story, measured, scored, token_f1, with_reader


def test_token_f1_counts_repeated_tokens() -> None:
    assert token_f1("a b c".split(), "a b c".split()) == 1
    assert token_f1("a b".split(), "a a".split()) == 0.5
    assert token_f1("a".split(), []) == 0


def test_a_score_compares_times_whatever_their_zone_and_days_without_one() -> None:
    expected = {"headline": "H", "body": ["大桥 reabre"], "time": "2026-03-10T13:05:00+01:00"}
    story = Story("H", "大桥 Reabre", "2026-03-10T12:05:00+00:00")
    assert scored(expected, story) == {"body_f1": 1, "headline": 1, "day": 1, "time": 1}
    day = scored({**expected, "time": "2026-03-10"}, story)
    assert (day["day"], day["time"]) == (1, 1)
    assert scored(expected, Story("h", "x", ""))["time"] == 0


def test_the_reader_finds_the_stories_of_the_ten_pages() -> None:
    found = measured(with_reader)
    assert len(found["pages"]) == 10
    means = found["means"]
    assert means["headline"] == 1
    assert means["time"] == 1
    # As measured, with a little room for other versions of the parser.
    assert means["body_f1"] == pytest.approx(0.918, abs=0.01)
