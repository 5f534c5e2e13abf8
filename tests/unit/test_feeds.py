"""Feeds: only what a person released, newest first, with its disclosure, the same bytes again."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import feedparser
import pytest
from jsonschema import validate

from teletipo import formats
from teletipo.article import Subject
from teletipo.edited import edited
from teletipo.feeds import KEPT, Entries, Entry, entries_of
from teletipo.formats.writers.feeds import WRITERS, Feed, etag
from teletipo.review import Correction
from tests.reviews import NOW, review
from tests.unit.test_writers import made

_FEED = Feed("es", "https://example.org/feeds/es")
_SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def entry(number: int, at: str = "2026-03-14T09:00:00Z", **fields: object) -> Entry:
    given: dict[str, object] = {
        "key": f"articles/{number}.txt",
        "guid": f"urn:x:{number}#summary-es",
        "headline": f"El puente {number} <reabre> & abre",
        "text": "Lima, 2 may (EFE).- El puente <i> reabrió & cerró.",
        "line": "Resumen traducido (modelos embedded 6). Corregido por Ana Soler.",
        "source_type": f"{_SOURCE_TYPES}compositeWithTrainedAlgorithmicMedia",
        "pack": "embedded 6",
        "reviewer": "Ana Soler",
        "released_at": at,
        "is_corrected": True,
        "subjects": (Subject("medtop", "20000553", "puentes"),),
        "rights": "© EFE",
    }
    return Entry.model_validate(given | fields)


# ---- Which entries there are


def test_only_languages_that_an_editor_released_have_an_entry() -> None:
    decisions = [
        review("approved", languages=("es", "zh-Hans")),
        review("corrected", en=Correction(headline="Bridge opens")),
        review("sent_back", languages=("zh-Hans",)),
    ]
    found = entries_of(edited(made(), decisions), "articles/a.xml", NOW)
    assert set(found) == {"es", "en"}
    assert (found["en"].headline, found["en"].is_corrected) == ("Bridge opens", True)
    assert (found["es"].reviewer, found["es"].is_corrected) == ("Ana Soler", False)
    assert entries_of(edited(made()), "articles/a.xml", NOW) == {}


def test_an_embargoed_text_that_was_approved_before_enters_at_the_end_of_its_embargo() -> None:
    document, end = made(), NOW + timedelta(hours=9)
    article = document.article.model_copy(update={"embargo": end})
    document = edited(document.model_copy(update={"article": article}), [review("approved")])
    assert entries_of(document, "articles/a.xml", NOW) == {}
    entered = entries_of(document, "articles/a.xml", end)["en"]
    assert entered.released_at == "2026-03-15T09:00:00Z"
    later = Entries(language="en")
    for number in range(60):
        later = later.having(f"articles/{number}.txt", entry(number, "2026-03-15T08:59:59Z"))
    assert later.having("articles/a.xml", entered).newest()[0] == entered


def test_a_feed_names_no_contributor_where_the_editor_gave_no_name() -> None:
    nameless = review("approved").model_copy(update={"reviewer": None})
    found = entries_of(edited(made(), [nameless]), "articles/a.xml", NOW)["en"]
    for _, write in WRITERS.values():
        feed = write(_FEED, [found])
        assert "by an editor" in feed
        assert "api-key" not in feed
        assert "contributor" not in feed


def test_before_its_time_an_embargoed_summary_has_no_entry_whoever_approved_it() -> None:
    released = edited(made(), [review("approved")])
    article = released.article.model_copy(update={"embargo": NOW})
    embargoed = released.model_copy(update={"article": article})
    assert entries_of(embargoed, "articles/a.xml", NOW - timedelta(seconds=1)) == {}
    assert set(entries_of(embargoed, "articles/a.xml", NOW)) == {"es", "en", "zh-Hans"}


def test_entries_are_in_the_order_of_their_release_whatever_order_they_come_in() -> None:
    first, second, third = (entry(n, f"2026-03-1{n}T09:00:00Z") for n in (1, 2, 3))
    entries = Entries(language="es")
    for each in (second, third, first):
        entries = entries.having(each.key, each)
    assert entries.newest() == [third, second, first]
    assert entries.revision == 3
    assert entries.newest(limit=1) == [third]


def test_an_articles_entry_is_replaced_and_taken_out_and_nothing_else_is_a_change() -> None:
    entries = Entries(language="es").having("articles/1.txt", entry(1))
    assert entries.having("articles/1.txt", entry(1)) is entries
    assert entries.having("articles/2.txt", None) is entries
    changed = entries.having("articles/1.txt", entry(1, headline="Otro"))
    assert [each.headline for each in changed.newest()] == ["Otro"]
    assert changed.having("articles/1.txt", None).newest() == []


def test_the_newest_are_kept_and_an_older_one_changes_nothing() -> None:
    entries = Entries(language="es")
    for number in range(KEPT + 5):
        entries = entries.having(f"articles/{number}.txt", entry(number, f"2026-03-{number:08}"))
    assert len(entries.entries) == KEPT
    assert entries.having("articles/old.txt", entry(0, "2020", key="articles/old.txt")) is entries


def test_of_one_guid_only_the_newest_is_shown() -> None:
    old, new = entry(1, "2026-03-13T09:00:00Z"), entry(1, key="articles/other.txt")
    entries = Entries(language="es").having(new.key, new).having(old.key, old)
    assert entries.newest() == [new]


def test_a_subject_filters() -> None:
    other = entry(2, subjects=(Subject("subj", "20000553"), Subject(None, None, "x")))
    entries = Entries(language="es").having("articles/1.txt", entry(1)).having(other.key, other)
    assert entries.newest(subject="medtop:20000553") == [entry(1)]
    # Leisure is in the broader topic, the economy is not.
    assert entries.newest(subject="medtop:10000000") == [entry(1)]
    assert entries.newest(subject="medtop:04000000") == []


def test_another_agencys_story_of_the_same_guid_is_an_entry_of_its_own() -> None:
    entries = Entries(language="es")
    for number, provider in enumerate(("efe", "ap", "efe", None), start=1):
        given = entry(number, f"2026-03-1{number}T09:00:00Z", guid="urn:x#es", provider=provider)
        entries = entries.having(given.key, given)
    assert [(each.key, each.guid) for each in entries.newest()] == [
        ("articles/4.txt", "urn:x#es"),
        ("articles/3.txt", "urn:x#es-efe"),
        ("articles/2.txt", "urn:x#es-ap"),
    ]
    alone = Entries(language="es").having("articles/1.txt", entry(1, provider="efe"))
    assert alone.newest()[0].guid == "urn:x:1#summary-es"


# ---- How they are written


@pytest.mark.parametrize("name", ["rss", "atom"])
def test_a_feed_is_valid_and_says_everything_to_another_reader(name: str) -> None:
    older = entry(2, "2026-03-13T09:00:00Z", headline=None, subjects=(), rights=None)
    document = WRITERS[name][1](_FEED, [entry(1), older])
    feed = feedparser.parse(document.encode())
    assert not feed.bozo
    assert feed.version == {"rss": "rss20", "atom": "atom10"}[name]
    assert feed.feed.title == "Teletipo (español)"
    assert feed.feed.language == "es"
    assert feed.feed.updated_parsed[:6] == (2026, 3, 14, 9, 0, 0)
    (self_link,) = [each.href for each in feed.feed.links if each.rel == "self"]
    assert self_link == _FEED.address
    first, second = feed.entries
    assert first.id == "urn:x:1#summary-es"
    assert first.title == "El puente 1 <reabre> & abre"
    assert first.published_parsed[:6] == (2026, 3, 14, 9, 0, 0)
    content = first.summary if name == "rss" else first.content[0].value
    plain = unescape(re.sub(r"</?p>", "", content))
    assert plain.startswith("Lima, 2 may (EFE).- El puente <i> reabrió & cerró.\n")
    assert plain.endswith("Corregido por Ana Soler.")
    assert {(each.scheme, each.term) for each in first.tags} == {
        ("medtop", "20000553"),
        (_SOURCE_TYPES, "compositeWithTrainedAlgorithmicMedia"),
    }
    assert first.author == "Teletipo, models embedded 6"
    assert [each.name for each in first.contributors] == ["Ana Soler"]
    assert first.rights == "© EFE"
    assert second.title == second.id


@pytest.mark.parametrize("name", ["rss", "atom"])
def test_a_feed_is_read_back_as_an_article(name: str) -> None:
    copy = formats.read(WRITERS[name][1](_FEED, [entry(1)]).encode())
    assert (copy.format, copy.guid, copy.language) == ("feed", "urn:x:1#summary-es", "es")
    assert copy.headline == "El puente 1 <reabre> & abre"
    assert copy.body.startswith("El puente <i> reabrió & cerró.")
    assert copy.dateline is not None
    assert copy.dateline.place == "Lima"
    assert copy.date is not None
    assert copy.date.isoformat() == "2026-03-14T09:00:00+00:00"
    codes = {(each.scheme, each.code) for each in copy.subjects}
    assert ("medtop", "20000553") in codes
    assert ("digitalsourcetype", "compositeWithTrainedAlgorithmicMedia") in codes


# https://www.jsonfeed.org/version/1.1/: what it requires, and nothing else but extensions.
_JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": {"type": "string", "minLength": 1},
        "feed_url": {"type": "string", "pattern": "^https://"},
        "language": {"type": "string"},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "content_text"],
                "additionalProperties": False,
                "patternProperties": {"^_[^.]+$": {"type": "object"}},
                "properties": {
                    "id": {"type": "string", "minLength": 1},
                    "title": {"type": "string"},
                    "content_text": {"type": "string", "minLength": 1},
                    "date_published": {
                        "type": "string",
                        "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$",
                    },
                    "language": {"type": "string"},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "authors": {
                        "type": "array",
                        "items": {"type": "object", "required": ["name"]},
                    },
                },
            },
        },
    },
}


def test_json_feed_has_what_its_version_asks_for() -> None:
    document = json.loads(
        WRITERS["json"][1](_FEED, [entry(1), entry(2, headline=None, subjects=(), rights=None)])
    )
    validate(document, _JSON_FEED)
    item, bare = document["items"]
    assert item["id"] == "urn:x:1#summary-es"
    assert item["content_text"].startswith("Lima, 2 may (EFE).- El puente <i> reabrió")
    assert item["tags"] == ["puentes"]
    assert item["_teletipo"] == {
        "about": "https://cv.iptc.org/newscodes/digitalsourcetype/",
        "digital_source_type": f"{_SOURCE_TYPES}compositeWithTrainedAlgorithmicMedia",
        "pack": "embedded 6",
        "signed_off_by": "Ana Soler",
        "signed_off_at": "2026-03-14T09:00:00Z",
        "corrected": True,
        "rights": "© EFE",
        "subjects": ["medtop:20000553"],
    }
    assert "title" not in bare


@pytest.mark.parametrize("name", WRITERS)
def test_every_entry_discloses_and_the_same_entries_give_the_same_etag(name: str) -> None:
    _, write = WRITERS[name]
    document = write(_FEED, [entry(1), entry(2)])
    assert document.count("embedded 6") >= 2
    assert document.count("Ana Soler") >= 2
    assert document.count("compositeWithTrainedAlgorithmicMedia") == 2
    assert etag(document) == etag(write(_FEED, [entry(1), entry(2)]))
    assert etag(document) != etag(write(_FEED, [entry(1)]))
    assert write(_FEED, [])


@pytest.mark.parametrize("name", WRITERS)
def test_without_the_line_a_feed_keeps_the_fields(name: str) -> None:
    document = WRITERS[name][1](replace(_FEED, with_line=False), [entry(1)])
    assert "Resumen traducido" not in document
    assert "compositeWithTrainedAlgorithmicMedia" in document
    assert "Resumen traducido" in WRITERS[name][1](_FEED, [entry(1)])


@pytest.mark.parametrize("name", ["rss", "atom"])
def test_no_character_breaks_a_feed(name: str) -> None:
    odd = entry(1, reviewer="Ana\x01\ufffe", text="a\x0bb\ud800", guid="EFE 1\x02", headline="\x00")
    feed = feedparser.parse(WRITERS[name][1](_FEED, [odd]).encode())
    assert not feed.bozo
    assert feed.entries[0].contributors[0].name == "Ana"


@pytest.mark.parametrize(
    ("guid", "identifier"),
    [
        ("tegucigalpa 1#summary-es", "urn:teletipo:tegucigalpa%201#summary-es"),
        ("2026:14#summary-es", "urn:teletipo:2026:14#summary-es"),
        ("efe:a#b#summary-es", "efe:a%23b#summary-es"),
        ("urn:newsml:efe.com:1#summary-es", "urn:newsml:efe.com:1#summary-es"),
    ],
)
def test_atom_identifiers_are_addresses_even_if_the_guid_is_none(
    guid: str, identifier: str
) -> None:
    document = WRITERS["atom"][1](_FEED, [entry(1, guid=guid)])
    assert f"<id>{identifier}</id>" in document
