"""The life of a story through all functions: updated, corrected, embargoed, killed."""

import json
from datetime import timedelta
from typing import Any

import pytest

from handlers import summarize
from handlers.stories import Stories
from teletipo import pipeline, story
from teletipo.errors import StoreUnavailable
from teletipo.keys import reviews_key
from tests.backend import ARTICLES_BUCKET, SUMMARIES_BUCKET
from tests.newsroom import BODY, NOON, Newsroom, backend, item, location, newsroom

__all__ = ["backend", "newsroom"]
_A, _B, _C = "articles/a.json", "articles/b.json", "articles/c.json"


def _kill(guid: str = "urn:x:1", **fields: str) -> bytes:
    given = {"uri": guid, "pubStatus": "canceled", "edNote": "Wrong man named", **fields}
    return json.dumps({"provider": "EFE", **given}).encode()


# ---- Kill


def test_a_kill_withdraws_every_language_of_what_came_under_another_key(
    newsroom: Newsroom,
) -> None:
    newsroom.arrive(_A, item())
    assert newsroom.get(_A)[0] == 200
    newsroom.deliver(newsroom.put(_B, _kill()))
    for key in (_A, _B):
        status, document = newsroom.get(key)
        assert (status, document["code"]) == (410, "killed")
        assert "Wrong man named" in document["detail"]
    assert newsroom.get(_A, "?embargoed=true")[0] == 410
    assert "Santarem" not in newsroom.everything()
    assert newsroom.backend.listed() == []
    (notice,) = [e for e in newsroom.told("Summary Withdrawn") if e["key"] == _A]
    assert (notice["status"], notice["code"]) == ("withdrawn", "killed")
    assert notice["languages"] == ["en", "es"]
    # The document is kept below its delete marker.
    kept = newsroom.backend.s3.list_object_versions(
        Bucket="backend-summaries", Prefix="summaries/a"
    )
    assert len(kept["Versions"]) == len(kept["DeleteMarkers"]) == 1


def test_a_late_duplicate_of_a_killed_version_revives_nothing(newsroom: Newsroom) -> None:
    first = newsroom.put(_A, item(version="1"))
    newsroom.deliver(first)
    newsroom.arrive(_B, _kill(version="2"))
    newsroom.deliver(first)
    newsroom.arrive(_A, item(version="1"))
    newsroom.arrive(_C, item(version="1"))
    newsroom.arrive(_C, item(version="3"))
    assert [newsroom.get(key)[0] for key in (_A, _B, _C)] == [410, 410, 410]
    assert "Santarem" not in newsroom.everything()


def test_a_kill_for_what_never_came_is_applied_when_it_comes(newsroom: Newsroom) -> None:
    newsroom.arrive(_B, _kill())
    newsroom.arrive(_A, item())
    assert newsroom.get(_A)[0] == 410
    assert newsroom.told("Summary Completed") == []


def test_a_kill_under_the_same_key_is_told_to_who_was_told(newsroom: Newsroom) -> None:
    newsroom.arrive(_A, item(), **{"callback-url": "https://localhost/hook"})
    newsroom.arrive(_A, _kill())
    assert newsroom.get(_A)[0] == 410
    kinds = [json.loads(e["body"])["type"] for e in newsroom.backend.messages("callbacks")]
    assert kinds == ["summary.completed", "summary.withdrawn"]


def test_another_agencys_kill_does_not_touch_ours(newsroom: Newsroom) -> None:
    newsroom.arrive(_A, item(provider="EFE"))
    newsroom.arrive(_B, _kill(provider="AP"))
    newsroom.arrive(_C, item(provider="AP", pubStatus="correct"))
    assert [newsroom.get(key)[0] for key in (_A, _B, _C)] == [200, 410, 410]
    # One that names no agency is of the only one, or of none of the two.
    newsroom.arrive("articles/d", item("urn:x:2"))
    kill = json.dumps({"uri": "urn:x:2", "pubStatus": "canceled"}).encode()
    newsroom.arrive("articles/e", kill)
    assert newsroom.get("articles/d")[0] == 410


def test_a_kill_stays_one_when_another_agency_uses_the_same_guid(newsroom: Newsroom) -> None:
    newsroom.arrive(_A, item(provider=None))
    newsroom.arrive(_B, _kill())
    newsroom.arrive(_C, item(provider="AP", headline="Another story"))
    newsroom.arrive(_A, item(provider=None))
    assert [newsroom.get(key)[0] for key in (_A, _B, _C)] == [410, 410, 200]
    assert "slows" not in newsroom.everything()


def test_a_kill_by_the_items_own_guid_reaches_what_came_with_another(newsroom: Newsroom) -> None:
    newsroom.arrive(_A, item(), guid="desk-1")
    newsroom.arrive(_B, _kill())
    assert [newsroom.get(key)[0] for key in (_A, _B)] == [410, 410]


def test_a_status_that_is_an_address_or_in_a_list_kills(newsroom: Newsroom) -> None:
    kills = [["canceled"], "http://cv.iptc.org/newscodes/pubstatusg2/canceled"]
    for number, status in enumerate(kills):
        guid, keys = f"urn:x:{number}", [f"articles/{number}", f"articles/{number}-kill"]
        newsroom.arrive(keys[0], item(guid))
        newsroom.arrive(keys[1], item(guid, pubStatus=status))
        assert [newsroom.get(key)[1]["code"] for key in keys] == ["killed", "killed"]


def test_an_embargo_that_cannot_be_read_keeps_the_item_from_readers(newsroom: Newsroom) -> None:
    for number, embargo in enumerate((1999999999, ["2099-01-01T00:00:00Z"], "soon")):
        newsroom.arrive(f"articles/{number}", item(f"urn:x:{number}", embargoed=embargo))
        assert newsroom.get(f"articles/{number}")[1]["code"] == "not_usable"
    newsroom.arrive(_A, item("urn:x:9", embargoedUntil=None, embargoed="2099-01-01T00:00:00Z"))
    assert newsroom.get(_A)[0] == 403


def test_a_kill_reaches_versions_that_the_record_no_longer_compares(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story, "MAX_MEMBERS", 2)
    records = [
        newsroom.put(f"articles/{number}", item(version=str(number), headline=f"No {number}"))
        for number in range(1, 6)
    ]
    for record in records:
        newsroom.deliver(record)
    newsroom.arrive(_B, _kill())
    for number, record in enumerate(records, start=1):
        key, version = f"articles/{number}", record["s3"]["object"]["versionId"]
        assert newsroom.get(key)[1]["code"] == "killed"
        path = newsroom.backend.path(key, f"/versions/{version}")
        assert newsroom.backend.call("GET", path)[0] == 410


def test_two_agencies_stories_of_one_guid_are_both_in_the_feed(newsroom: Newsroom) -> None:
    newsroom.arrive(_A, item(provider="EFE"))
    newsroom.arrive(_B, item(provider="AP", headline="Other story"))
    for key in (_A, _B):
        newsroom.review(key, decision="approved", reviewer="Ana")
        newsroom.backend.changed(SUMMARIES_BUCKET, reviews_key(key))
    items = newsroom.backend.call("GET", "/feeds/en.json")[1]["items"]
    assert {each["title"] for each in items} == {"Portugal slows trains", "Other story"}
    assert len({each["id"] for each in items}) == 2


def test_a_kill_that_comes_while_a_version_is_being_summarized_wins(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, first = pipeline.summarize_articles, newsroom.put(_A, item())
    kill: dict[str, Any] = {}

    def slow(requests: Any, *arguments: Any, **options: Any) -> Any:
        results = work(requests, *arguments, **options)
        if not kill:
            kill.update(newsroom.put(_B, _kill()))
            newsroom.deliver(kill)
        return results

    monkeypatch.setattr(summarize, "summarize_articles", slow)
    newsroom.deliver(first)
    assert [newsroom.get(key)[0] for key in (_A, _B)] == [410, 410]
    assert "Santarem" not in newsroom.everything()


def test_the_api_takes_a_kill_and_answers_410(newsroom: Newsroom) -> None:
    call = newsroom.backend.call
    status, posted, _ = call(
        "POST", "/summaries", item(), content_type="application/vnd.iptc.ninjs+json"
    )
    assert status == 202
    status, killed, _ = call(
        "POST", "/summaries", _kill(), content_type="application/vnd.iptc.ninjs+json"
    )
    assert (status, killed["id"]) == (202, posted["id"])


def test_what_is_withheld_is_gone_until_a_later_version_lifts_it(newsroom: Newsroom) -> None:
    newsroom.arrive(_A, item(version="1"))
    newsroom.arrive(_A, item(version="2", pubStatus="withheld"))
    status, document = newsroom.get(_A)
    assert (status, document["code"]) == (410, "not_usable")
    assert newsroom.told("Summary Withdrawn")[0]["languages"] == ["en", "es"]
    newsroom.arrive(_A, item(version="3"))
    assert newsroom.get(_A)[0] == 200


# ---- Order


def test_versions_count_by_their_number_whatever_their_order(newsroom: Newsroom) -> None:
    newest = item(version="10", headline="Ten")
    for number, version in enumerate((9, 10, 2)):
        body = newest if version == 10 else item(version=str(version), headline=f"No {version}")
        newsroom.arrive(_A, body)
        newsroom.arrive(f"articles/other-{number}", item(f"urn:y:{number}"))
    status, document = newsroom.get(_A)
    assert (status, document["summaries"]["en"]["headline"]) == (200, "Ten")
    (row,) = newsroom.backend.listed(q="ten")
    assert row["status"] in {"ok", "needs_review"}
    # The version that came late is answered with the newest one.
    late = newsroom.backend.s3.head_object(Bucket="backend-articles", Key=_A)["VersionId"]
    assert newsroom.get(_A, f"?version={late}")[1]["summaries"]["en"]["headline"] == "Ten"


def test_an_older_version_that_is_delivered_last_changes_nothing(newsroom: Newsroom) -> None:
    first = newsroom.put(_A, item(version="2", headline="Two"))
    second = newsroom.put(_A, item(version="1", headline="One"))
    for records in ((second, first), (first, second), (second,)):
        newsroom.deliver(*records)
        assert newsroom.get(_A)[1]["summaries"]["en"]["headline"] == "Two"


def test_a_version_under_another_key_leads_to_the_one_that_counts(newsroom: Newsroom) -> None:
    newsroom.arrive(_A, item(version="1"))
    newsroom.arrive(_B, item(version="2", headline="Two"))
    status, document = newsroom.get(_A)
    assert (status, document["code"]) == (303, "superseded")
    assert document["location"] == location(_B)
    # The one that counts is read in the same way.
    asked = newsroom.get(_A, "?language=es&embargoed=true")[1]["location"]
    assert asked == f"{location(_B)}?language=es&embargoed=true"
    newsroom.arrive(_C, item(version="1", headline="One, again"))
    assert newsroom.get(_C)[1]["location"] == location(_B)
    assert [row["key"] for row in newsroom.backend.listed()] == [_B]
    assert len(newsroom.backend.listed(status="superseded")) == 2
    assert [each["key"] for each in newsroom.told("Summary Completed")] == [_A, _B]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 2, 1)])
def test_versions_with_guids_of_their_own_are_linked_by_the_format(
    newsroom: Newsroom, order: tuple[int, ...]
) -> None:
    def linked(number: int) -> bytes:
        earlier = [{"role": "previous", "value": f"urn:x:{number - 1}"}] if number else []
        return item(
            f"urn:x:{number}", altIds=earlier, headline=f"No {number}",
            versioncreated=f"2026-03-14T1{number}:00:00Z",
        )  # fmt: skip

    keys = [f"articles/v{number}" for number in range(3)]
    for number in order:
        newsroom.arrive(keys[number], linked(number))
    assert [newsroom.get(key)[0] for key in keys] == [303, 303, 200]
    newsroom.arrive(_A, _kill("urn:x:0"))
    assert [newsroom.get(key)[0] for key in keys] == [410, 410, 410]


def test_wire_copy_is_linked_by_headline_dateline_and_near_duplicate_body(
    newsroom: Newsroom,
) -> None:
    def wire(note: str, *paragraphs: str) -> bytes:
        lead = f"Lisbon, Mar 14 (EFE).- {paragraphs[0]}"
        parts = ["Portugal slows trains", *([f"({note})"] if note else []), lead, *paragraphs[1:]]
        return "\n\n".join(parts).encode()

    newsroom.arrive("articles/1.txt", wire("", *BODY))
    newsroom.arrive("articles/2.txt", wire("Update 1: Adds the costs", *BODY, "It costs a lot."))
    assert newsroom.get("articles/1.txt")[1]["location"] == location("articles/2.txt")
    # The same headline over another story, and the same text sent twice, are no updates.
    other = ("The ministry opened 12 shelters in the capital.", "They are open all night long.")
    newsroom.arrive("articles/3.txt", wire("Update 2: Adds shelters", *other))
    newsroom.arrive("articles/4.txt", wire("Update 1: Adds the costs", *BODY, "It costs a lot."))
    keys = [f"articles/{number}.txt" for number in range(2, 5)]
    assert [newsroom.get(key)[0] for key in keys] == [200, 200, 200]


# ---- Embargo


def test_an_embargoed_summary_is_nowhere_before_its_time_and_there_at_it(
    newsroom: Newsroom,
) -> None:
    body = item(embargoed="2026-03-14T14:00:00+01:00")
    newsroom.arrive(_A, body, **{"callback-url": "https://localhost/hook"})
    status, document = newsroom.get(_A)
    assert (status, document["code"]) == (403, "embargoed")
    assert "2026-03-14T13:00:00Z" in document["detail"]
    assert newsroom.everything().count("Portugal") == 0
    assert newsroom.backend.listed() == [] == newsroom.backend.listed(q="santarem")
    assert newsroom.events == [] == newsroom.backend.messages("callbacks")
    # An editor reads and approves it before.
    status, document = newsroom.get(_A, "?embargoed=true")
    assert (status, document["article"]["headline"]) == (200, "Portugal slows trains")
    (row,) = newsroom.backend.listed(embargoed="true")
    assert row["embargo"] == "2026-03-14T13:00:00Z"
    newsroom.review(_A, "?embargoed=true", decision="approved")
    newsroom.wait(minutes=59, seconds=59)
    assert newsroom.get(_A)[0] == 403
    assert newsroom.events == []
    newsroom.wait(seconds=1)
    status, document = newsroom.get(_A)
    assert (status, document["summaries"]["es"]["status"]) == (200, "approved")
    assert [row["key"] for row in newsroom.backend.listed()] == [_A]
    assert len(newsroom.told("Summary Completed")) == 1
    assert len(newsroom.backend.messages("callbacks")) == 1
    assert "summaries/a.json.json" in newsroom.backend.results()
    assert "embargoed/a.json.json" not in newsroom.backend.results()


def test_a_release_that_is_late_keeps_nobody_from_reading(newsroom: Newsroom) -> None:
    newsroom.arrive(_A, item(embargoed="2026-03-14T13:00:00Z"))
    newsroom.time = NOON.replace(hour=13)
    assert newsroom.get(_A)[0] == 200
    assert [row["key"] for row in newsroom.backend.listed()] == [_A]


@pytest.mark.parametrize("time", ["2126-03-14T12:00:00Z", "9999-12-31T23:59:59-12:00"])
def test_an_embargo_may_be_as_long_as_it_likes(newsroom: Newsroom, time: str) -> None:
    newsroom.arrive(_A, item(embargoed=time))
    for _ in range(3):
        newsroom.wait(days=365)
    assert newsroom.get(_A)[0] == 403
    assert newsroom.get(_A, "?embargoed=true")[0] == 200


def test_an_embargo_that_has_passed_is_none(newsroom: Newsroom) -> None:
    newsroom.arrive(_A, item(embargoed="2026-03-14T11:59:59Z"))
    assert newsroom.get(_A)[0] == 200


def test_an_embargo_is_lifted_and_prolonged_by_a_later_version(newsroom: Newsroom) -> None:
    newsroom.arrive(_A, item(version="1", embargoed="2026-03-14T13:00:00Z"))
    newsroom.arrive(_A, item(version="2", embargoed="2026-03-14T15:00:00Z"))
    newsroom.wait(hours=2)
    assert newsroom.get(_A)[0] == 403
    newsroom.arrive(_A, item(version="3"))
    assert newsroom.get(_A)[0] == 200
    newsroom.wait(hours=2)
    assert newsroom.get(_A)[1]["article"]["version"] == "3"
    assert len(newsroom.told()) == 1


@pytest.mark.parametrize("second", [_A, _B])
def test_an_embargoed_update_leaves_what_is_public_until_its_time(
    newsroom: Newsroom, second: str
) -> None:
    newsroom.arrive(_A, item(version="1", headline="One"))
    update = item(version="2", headline="Two", embargoed="2026-03-14T13:00:00Z")
    newsroom.arrive(second, update)
    assert newsroom.get(_A)[1]["summaries"]["en"]["headline"] == "One"
    assert "Two" not in newsroom.everything()
    (row,) = newsroom.backend.listed()
    assert (row["key"], row["embargo"], set(row["targets"])) == (_A, None, {"en", "es"})
    newsroom.wait(hours=1)
    assert newsroom.get(second)[1]["summaries"]["en"]["headline"] == "Two"
    assert newsroom.get(_A)[0] == (200 if second == _A else 303)


def test_an_older_version_of_what_waits_is_embargoed_too(newsroom: Newsroom) -> None:
    newsroom.arrive(_A, item(version="1", embargoed="2026-03-14T13:00:00Z"))
    first = newsroom.backend.s3.head_object(Bucket="backend-articles", Key=_A)["VersionId"]
    newsroom.time = NOON.replace(second=1)
    newsroom.arrive(_A, item(version="2", embargoed="2026-03-14T13:00:00Z"))
    assert newsroom.get(_A, f"?version={first}")[0] == 403
    newsroom.wait(hours=1)
    assert newsroom.get(_A, f"?version={first}")[0] == 200


def test_a_correction_too_long_to_be_read_again_is_refused(newsroom: Newsroom) -> None:
    newsroom.arrive(_A, item())
    count = len(newsroom.get(_A)[1]["summaries"]["en"]["sentences"])
    for long, status in ((18_000, 200), (20_000, 422)):
        sentences = ["a" * long, *["b"] * (count - 1)]
        body = {"decision": "corrected", "corrections": {"en": {"sentences": sentences}}}
        answer = newsroom.backend.call(
            "POST", newsroom.backend.path(_A, "/review"), json.dumps(body).encode(),
            content_type="application/json",
        )  # fmt: skip
        assert answer[0] == status, answer
        assert newsroom.get(_A)[0] == 200


def test_an_older_version_that_comes_later_does_not_replace_what_waits(
    newsroom: Newsroom,
) -> None:
    newsroom.arrive(_A, item(version="2", headline="Two", embargoed="2026-03-14T13:00:00Z"))
    newsroom.arrive(_A, item(version="1", headline="One"))
    assert newsroom.get(_A)[1]["summaries"]["en"]["headline"] == "One"
    newsroom.wait(hours=1)
    assert newsroom.get(_A)[1]["summaries"]["en"]["headline"] == "Two"
    assert "One" not in newsroom.everything()


def test_a_kill_of_an_embargoed_story_is_told_and_nothing_is_released(newsroom: Newsroom) -> None:
    newsroom.arrive(_A, item(embargoed="2026-03-14T13:00:00Z"))
    newsroom.arrive(_B, _kill())
    newsroom.wait(hours=2)
    assert newsroom.get(_A)[0] == newsroom.get(_A, "?embargoed=true")[0] == 410
    assert newsroom.told("Summary Completed") == []
    assert "Santarem" not in newsroom.everything()


@pytest.mark.parametrize("key", [_A, _B])
def test_an_embargo_that_ends_while_its_text_is_summarized_loses_nothing(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    newsroom.arrive(_A, item(version="1", headline="One"))
    work = pipeline.summarize_articles

    def slow(*arguments: Any, **options: Any) -> Any:
        results = work(*arguments, **options)
        newsroom.time += timedelta(seconds=20)
        return results

    monkeypatch.setattr(summarize, "summarize_articles", slow)
    newsroom.arrive(key, item(version="2", headline="Two", embargoed="2026-03-14T12:00:10Z"))
    newsroom.wait(seconds=1)
    assert newsroom.get(key)[1]["summaries"]["en"]["headline"] == "Two"
    assert newsroom.get(_A)[0] == (200 if key == _A else 303)
    assert "One" not in newsroom.everything()


def test_another_versions_delivery_after_the_embargo_leaves_what_waits_for_its_release(
    newsroom: Newsroom,
) -> None:
    newsroom.arrive(_A, item(version="2", headline="Two", embargoed="2026-03-14T13:00:00Z"))
    newsroom.time = NOON.replace(hour=13)
    newsroom.arrive(_B, item(version="1", headline="One"))
    newsroom.wait(seconds=1)
    assert newsroom.get(_A)[1]["summaries"]["en"]["headline"] == "Two"
    assert "embargoed/a.json.json" not in newsroom.backend.results()


def test_a_release_that_was_stopped_half_way_is_finished(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.arrive(_A, item(version="1", headline="One"))
    newsroom.arrive(_B, item(version="2", headline="Two", embargoed="2026-03-14T13:00:00Z"))
    (message,) = newsroom.releases
    newsroom.time = NOON.replace(hour=13)
    with monkeypatch.context() as broken:
        broken.setattr(Stories, "settle", _unavailable)
        assert newsroom.backend.notify(message, "releases") != []
    assert newsroom.backend.notify(message, "releases") == []
    newsroom.follow()
    assert newsroom.get(_A)[0] == 303
    assert "One" not in newsroom.everything()


def _unavailable(*_: object) -> None:
    raise StoreUnavailable("S3 answered SlowDown.")


@pytest.mark.parametrize("key", [_A, _B])
def test_what_is_withheld_is_gone_whatever_its_embargo(newsroom: Newsroom, key: str) -> None:
    newsroom.arrive(_A, item(version="1", headline="One"))
    later = "2026-03-14T13:00:00Z"
    newsroom.arrive(key, item(version="2", headline="Two", pubStatus="withheld", embargoed=later))
    for _ in range(2):
        assert newsroom.get(key)[1]["code"] == "not_usable"
        assert newsroom.get(_A)[0] == (410 if key == _A else 303)
        assert "Two" not in newsroom.everything()
        assert "summaries/" not in "".join(newsroom.backend.results())
        newsroom.wait(hours=2)


def test_an_embargoed_update_that_is_rejected_is_told_at_once(newsroom: Newsroom) -> None:
    newsroom.arrive(_A, item(version="1"))
    update = item(text="word " * 20_000, version="2", embargoed="2026-03-14T13:00:00Z")
    newsroom.arrive(_A, update)
    assert newsroom.get(_A)[1]["code"] == "no_sentences"
    assert newsroom.told()[-1]["code"] == "no_sentences"
    newsroom.wait(hours=2)
    assert newsroom.get(_A)[1]["code"] == "no_sentences"


# ---- Update and correction


@pytest.mark.parametrize("second", [_A, _B])
def test_an_update_that_is_summarized_again_keeps_what_it_kept(
    newsroom: Newsroom, second: str
) -> None:
    _update_what_was_corrected(newsroom, second)
    newsroom.review(second, decision="approved", languages=["es"])
    before = newsroom.get(second)[1]
    assert before["summaries"]["es"]["status"] == "approved"
    newsroom.review(second, decision="sent_back", languages=["en"])
    record = _newest(newsroom, second, "00FF")
    newsroom.deliver(record)
    after = newsroom.get(second)[1]
    assert after["article"]["version_id"] == record["s3"]["object"]["versionId"]
    assert after["supersedes"] == before["supersedes"]
    assert after["summaries"]["es"]["sentences"] == before["summaries"]["es"]["sentences"]
    assert after["summaries"]["es"]["headline_kept"] == "editor"
    assert after["summaries"]["es"]["status"] == "approved"
    # A language that was sent back keeps nothing.
    newsroom.review(second, decision="sent_back", languages=["es"])
    newsroom.deliver(_newest(newsroom, second, "0100"))
    words = newsroom.get(second)[1]["summaries"]["es"]
    assert (words["headline_kept"], {each["kept"] for each in words["sentences"]}) == (None, {None})
    assert words["status"] in {"ok", "needs_review"}


@pytest.mark.parametrize("second", [_A, _B])
def test_an_update_keeps_the_editors_words_and_says_what_it_supersedes(
    newsroom: Newsroom, second: str
) -> None:
    texts = _update_what_was_corrected(newsroom, second)
    document = newsroom.get(second)[1]
    assert document["supersedes"]["key"] == _A
    words = document["summaries"]["es"]
    assert (words["headline"], words["headline_kept"]) == ("Titular de la editora", "editor")
    kept = [each["text"] for each in words["sentences"] if each["kept"] == "editor"]
    assert kept
    assert set(kept) <= set(texts)
    # Nobody has approved this version.
    assert (words["status"] in {"ok", "needs_review"}, words["review"]) == (True, None)


def _update_what_was_corrected(newsroom: Newsroom, second: str) -> list[str]:
    """Correct an article's Spanish and let an update arrive; return the editor's sentences."""
    newsroom.arrive(_A, item(version="1"))
    words = newsroom.get(_A)[1]["summaries"]["es"]
    texts = [f"Frase {number} de la editora." for number, _ in enumerate(words["sentences"])]
    correction = {"headline": "Titular de la editora", "sentences": texts}
    newsroom.review(_A, decision="corrected", corrections={"es": correction})
    newsroom.arrive(second, item(text="\n\n".join((*BODY, "It cost 3 lives.")), version="2"))
    return texts


def _newest(newsroom: Newsroom, key: str, sequencer: str) -> dict[str, Any]:
    """S3's notification of an article that was stored again."""
    found = newsroom.backend.s3.head_object(Bucket=ARTICLES_BUCKET, Key=key)
    stored = {"key": key, "versionId": found["VersionId"], "sequencer": sequencer}
    bucket = {"name": ARTICLES_BUCKET}
    return {"eventName": "ObjectCreated:Copy", "s3": {"bucket": bucket, "object": stored}}


def test_who_was_told_of_the_earlier_text_is_told_what_a_correction_changed(
    newsroom: Newsroom,
) -> None:
    newsroom.arrive(_A, item(version="1"), **{"callback-url": "https://localhost/first"})
    newsroom.backend.messages("callbacks")
    text = "\n\n".join((BODY[0].replace("80", "60"), *BODY[1:]))
    newsroom.arrive(_B, item(text=text, version="2", pubStatus="correct"))
    (message,) = newsroom.backend.messages("callbacks")
    assert message["url"] == "https://localhost/first"
    notice = json.loads(message["body"])["data"]
    assert (notice["key"], notice["change"]) == (_B, "correction")
    assert notice["supersedes"]["key"] == _A
    changed = notice["changed"]["es"]
    assert (changed["headline"], changed["sentences"]) == (False, [0])
    assert "kilometers" not in json.dumps(newsroom.events)
    words = newsroom.get(_B)[1]["summaries"]
    assert words["es"]["correction"].startswith("Corrige ")
    assert words["en"]["correction"].startswith("Corrects ")


def test_sending_back_what_an_older_text_was_stored_over_summarizes_the_newest(
    newsroom: Newsroom,
) -> None:
    newsroom.arrive(_A, item(version="2", headline="Two"))
    newsroom.arrive(_A, item(version="1", headline="One"))
    newsroom.review(_A, decision="sent_back")
    newest = newsroom.backend.s3.get_object(Bucket="backend-articles", Key=_A)
    assert json.loads(newest["Body"].read())["headline"] == "Two"
