"""Which version of a story may be shown, by its record alone."""

from datetime import UTC, datetime, timedelta

import pytest

from benchmarks.fastpack import FastPack
from teletipo.article import Source
from teletipo.options import SummaryOptions
from teletipo.pipeline import summarize_article
from teletipo.story import is_public
from tests.conftest import ARTICLES

_NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("embargo", "public"),
    [
        (None, True),
        (_NOON - timedelta(days=1), True),
        (_NOON, True),
        (_NOON + timedelta(seconds=1), False),
        (_NOON.replace(year=2126), False),
        (_NOON.replace(tzinfo=None), True),
    ],
)
def test_a_summary_is_public_from_the_time_of_its_embargo(
    embargo: datetime | None, public: bool
) -> None:
    data = (ARTICLES / "en-heatwave-trains.txt").read_bytes()
    summary = summarize_article(data, Source("articles/a"), FastPack(), SummaryOptions())
    article = summary.article.model_copy(update={"embargo": embargo})
    assert is_public(summary.model_copy(update={"article": article}), _NOON) is public
