"""Which version of a story may be shown, by its record alone."""

from datetime import UTC, datetime, timedelta

import pytest

from benchmarks.fastpack import FastPack
from teletipo import formats
from teletipo.article import Source
from teletipo.identity import identify, sketch
from teletipo.options import SummaryOptions
from teletipo.pipeline import summarize_article
from teletipo.story import is_public, similarity
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


@pytest.mark.parametrize(
    ("data", "change"),
    [
        ("Rail slows\n\n(Corrects the speed)\n\nLisbon, Mar 14 (EFE).- It slowed.", "correction"),
        ("El tren\n\n(Corrige la cifra)\n\nLisboa, 14 mar (EFE).- Frenó.", "correction"),
        ("Rail slows\n\n(Update 1: Adds it)\n\nLisbon, Mar 14 (EFE).- It slowed.", None),
        ('<nitf><head><docdata><ed-msg info="CORRECTION: the speed"/></docdata></head><body>'
         "<body.content><p>The train slowed on Monday.</p></body.content></body></nitf>",
         "correction"),
        ('{"edNote": "Correct spelling throughout", "body_text": "It slowed on Monday."}', None),
    ],
)  # fmt: skip
def test_an_item_that_says_that_it_corrects_is_a_correction(data: str, change: str | None) -> None:
    assert formats.inspect(data.encode()).change == change


# ---- Identity


def _identity(data: str, **source: str) -> tuple[str, ...]:
    return identify(formats.inspect(data.encode()), Source("articles/a", **source)).identifiers


def test_a_revision_is_no_story_of_its_own() -> None:
    item = "<NewsML><NewsItem><Identification><NewsIdentifier><PublicIdentifier>urn:newsml:efe:"
    item += "1:a:%s</PublicIdentifier></NewsIdentifier></Identification><NewsManagement/>"
    item += "<NewsComponent><ContentItem><DataContent>The train slowed down.</DataContent>"
    item += "</ContentItem></NewsComponent></NewsItem></NewsML>"
    assert _identity(item % "1N") == _identity(item % "2U") == ("guid:urn:newsml:efe:1:a",)
    # What looks like one may be part of another identifier.
    assert _identity('{"uri": "urn:newsml:x:1", "body_text": "It slowed."}') == (
        "guid:urn:newsml:x:1",
    )


def test_a_text_without_guid_is_known_by_headline_and_dateline() -> None:
    text = "Rail slows\n\n{}Lisbon, Mar 14 (EFE).- The railway slowed its trains on Saturday."
    found = _identity(text.format(""))
    assert found == _identity(text.format("(Update 2: Adds it)\n\n"))
    assert found[0].startswith("text:railslows|lisbon|")
    assert _identity("Rail slows\n\nThe railway slowed its trains on Saturday.") == ()


def test_sketches_are_near_where_texts_are() -> None:
    words = [f"word{number}" for number in range(200)]
    text, update = " ".join(words), " ".join([*words[:160], *(f"new{n}" for n in range(40))])
    assert similarity(sketch(text), sketch(text)) == 1.0
    assert 0.45 < similarity(sketch(text), sketch(update)) < 0.95
    assert similarity(sketch(text), sketch(" ".join(f"other{n}" for n in range(200)))) < 0.1
    assert similarity(sketch(text), ()) == 0.0
    assert sketch("俄罗斯否认了报道") != sketch("中国否认了报道") != ()
