"""Feeds: only what a person released, newest first, with its disclosure, the same bytes again."""

import json
from dataclasses import replace

import pytest

from teletipo import formats
from teletipo.article import Subject
from teletipo.disclosure import Disclosure, SignOff
from teletipo.formats.writers import Edition
from teletipo.formats.writers.feeds import WRITERS, Feed, entries, etag
from teletipo.summary import ArticleIdentity

_FEED = Feed("Resúmenes", "es", "https://example.org/feeds/es")


def edition(number: int, at: str | None = "2026-03-14T09:00:00Z", language: str = "es") -> Edition:
    article = ArticleIdentity(
        key="a",
        version_id=None,
        sha256="0" * 64,
        guid=f"urn:x:{number}",
        language="es",
        headline=None,
        section=None,
        dateline=None,
        update=None,
        byline=None,
        sign_off=None,
        word_count=1,
        text="x",
        rights="© EFE",
        subjects=(Subject("medtop", "20000553", "puentes"),),
    )
    sign_off = SignOff("Ana Soler", at, corrected=True) if at else None
    return Edition(
        guid=f"urn:x:{number}#summary-{language}",
        article=article,
        language=language,
        headline=f"El puente {number} <reabre> & abre",
        dateline="Lima, 2 may (EFE).-",
        text="El puente reabrió.",
        is_usable=at is not None,
        disclosure=Disclosure(True, True, "embedded 6", sign_off),
    )


def test_only_what_was_released_in_the_language_is_in_a_feed_newest_first() -> None:
    given = [
        edition(1, "2026-03-14T09:00:00Z"),
        edition(2, "2026-03-15T09:00:00Z"),
        edition(3, None),
        edition(4, "2026-03-16T09:00:00Z", "en"),
        replace(edition(5), is_usable=False),
    ]
    assert [each.article.guid for each in entries(given, "es")] == ["urn:x:2", "urn:x:1"]
    assert len(entries([edition(number) for number in range(60)], "es")) == 50


@pytest.mark.parametrize("name", ["rss", "atom"])
def test_a_feed_is_read_back_as_it_was_written(name: str) -> None:
    document = WRITERS[name][1](_FEED, [edition(1)])
    copy = formats.read(document.encode())
    assert (copy.format, copy.guid, copy.language) == ("feed", "urn:x:1#summary-es", "es")
    assert copy.headline == "El puente 1 <reabre> & abre"
    assert copy.body.startswith("El puente reabrió.")
    assert copy.dateline is not None
    assert copy.dateline.place == "Lima"
    assert copy.date is not None
    assert copy.date.isoformat() == "2026-03-14T09:00:00+00:00"
    codes = {(each.scheme, each.code) for each in copy.subjects}
    assert ("medtop", "20000553") in codes
    assert ("digitalsourcetype", "compositeWithTrainedAlgorithmicMedia") in codes


def test_json_feed_has_what_its_version_asks_for() -> None:
    document = json.loads(WRITERS["json"][1](_FEED, [edition(1)]))
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["title"]
    (item,) = document["items"]
    assert item["id"] == "urn:x:1#summary-es"
    assert item["content_text"].startswith("Lima, 2 may (EFE).- El puente reabrió.")
    assert item["tags"] == ["puentes"]
    assert item["_teletipo"]["signed_off_by"] == "Ana Soler"


@pytest.mark.parametrize("name", WRITERS)
def test_every_entry_discloses_and_the_same_editions_give_the_same_etag(name: str) -> None:
    _, write = WRITERS[name]
    document = write(_FEED, [edition(1), edition(2)])
    assert document.count("embedded 6") >= 2
    assert document.count("Ana Soler") >= 2
    assert document.count("compositeWithTrainedAlgorithmicMedia") == 2
    assert etag(document) == etag(write(_FEED, [edition(1), edition(2)]))
    assert etag(document) != etag(write(_FEED, [edition(1)]))
    assert write(_FEED, [])


@pytest.mark.parametrize("name", WRITERS)
def test_what_nobody_released_cannot_be_written(name: str) -> None:
    with pytest.raises(ValueError, match="nobody has released"):
        WRITERS[name][1](_FEED, [edition(1, None)])
