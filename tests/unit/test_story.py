"""Which version of a story may be shown, by its record alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from benchmarks.fastpack import FastPack
from teletipo import formats
from teletipo.article import Source
from teletipo.identity import identify, provider_of, sketch
from teletipo.options import SummaryOptions
from teletipo.pipeline import summarize_article
from teletipo.story import (
    MAX_MEMBERS,
    Member,
    Record,
    Standing,
    is_public,
    similarity,
    verdict,
)
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


def test_a_guid_that_is_given_does_not_hide_the_items_own() -> None:
    item = '{"uri": "urn:x:1", "body_text": "It slowed."}'
    assert _identity(item, guid="desk-1") == ("guid:desk-1", "guid:urn:x:1")
    assert _identity(item, guid="urn:x:1") == ("guid:urn:x:1",)
    # A feed's own numbers are not an agency's.
    feed = "<rss><channel><item><guid>7</guid><description>It slowed.</description></item>"
    feed += "</channel></rss>"
    assert _identity(feed, guid="desk-1") == ("guid:desk-1",)
    assert _identity(feed) == ("guid:7",)


@pytest.mark.parametrize(
    ("named", "provider"),
    [
        ("EFE", "efe"),
        ("nprov:EFE", "efe"),
        ("http://cv.iptc.org/newscodes/newsprovider/EFE", "efe"),
        ("http://cv.iptc.org/newscodes/newsprovider/EFE/", "efe"),
        ("Agencia EFE, S.A.U.", "agenciaefesau"),
        ("dpa/AFP", "dpaafp"),
        ("https://www.efe.com/es", "httpswwwefecomes"),
        (":", None),
    ],
)
def test_an_agency_is_known_by_its_code(named: str, provider: str | None) -> None:
    copy = formats.inspect(b"It slowed.")
    assert provider_of(copy, Source("articles/a", provider=named)) == provider


def test_who_holds_the_rights_is_not_the_agency() -> None:
    copy = formats.inspect(b'{"copyrightHolder": "2026 EFE", "body_text": "It slowed."}')
    assert copy.provider is None
    assert copy.rights == "2026 EFE"


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


# ---- More versions than are compared


def _version(number: int, **fields: Any) -> Member:
    return Member.model_validate({
        "key": f"articles/{number}", "version_id": f"v{number}", "version": str(number),
        "stored_at": "2026-03-14T12:00:00Z", "sha256": f"{number:064}", "arrived_at": _NOON,
        "guid": "urn:x:1", **fields,
    })  # fmt: skip


def test_a_kill_reaches_versions_that_are_no_longer_compared() -> None:
    record = Record()
    for number in range(1, MAX_MEMBERS + 6):
        record = record.with_arrival(_version(number))
    assert len(record.members) == MAX_MEMBERS
    first = record.find("articles/1", "v1")
    assert first is not None
    assert verdict(record, first, _NOON).standing is Standing.SUPERSEDED
    record = record.with_arrival(_version(0, status="cancelled"))
    for number in range(1, MAX_MEMBERS + 6):
        found = record.find(f"articles/{number}", f"v{number}")
        assert found is not None
        assert verdict(record, found, _NOON).standing is Standing.KILLED
    # Not that of another agency.
    other = Record().with_arrival(_version(1, provider="ap"))
    other = other.with_arrival(_version(2, provider="efe", status="cancelled"))
    assert verdict(other, other.members[0], _NOON).standing is Standing.CURRENT


def test_kills_are_never_forgotten() -> None:
    record = Record().with_arrival(_version(1, status="cancelled"))
    for number in range(2, MAX_MEMBERS + 6):
        record = record.with_arrival(_version(number))
    assert record.find("articles/1", "v1") in record.members
