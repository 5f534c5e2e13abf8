"""Feeds in the bucket and of the API: released summaries only, whatever the order of events.

The handlers run against S3, DynamoDB and SQS over HTTP (moto).
"""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import feedparser
import httpx
import pytest

from handlers import feeds, notify
from handlers.api.service import service
from handlers.index import Buckets
from infra.local.stack import LocalStack
from teletipo.feeds import Entry, entries_key, feed_key
from teletipo.keys import reviews_key, summary_key
from tests.backend import ARTICLES_BUCKET, SAMPLE, SUMMARIES_BUCKET, Backend, backend
from tests.stacks import wait_for

__all__ = ["backend"]
_KEY = "articles/2026/heat.txt"
_JSON = {"content_type": "application/json"}
_FORMS = ("rss", "atom", "json")


def approve(backend: Backend, key: str = _KEY, **decision: Any) -> None:
    body = {"decision": "approved", "languages": ["en"], "reviewer": "Ana Soler", **decision}
    path = backend.path(key, "/review")
    status, document, _ = backend.call("POST", path, json.dumps(body).encode(), **_JSON)
    assert status == 200, document
    backend.changed(SUMMARIES_BUCKET, reviews_key(key))


def summarized(backend: Backend, key: str = _KEY, *, headline: str = "") -> None:
    backend.summarize(key, backend.put(key), headline=headline)


def headlines(backend: Backend, language: str = "en") -> list[str]:
    """Of the bucket's feeds, which must all say the same, and of the API's."""
    found = []
    for form in _FORMS:
        stored = backend.s3.get_object(Bucket=SUMMARIES_BUCKET, Key=feed_key(f"{language}.{form}"))
        body = stored["Body"].read()
        found.append(_headlines(form, body))
        status, answer, _ = backend.call("GET", f"/feeds/{language}.{form}")
        assert status == 200
        found.append(_headlines(form, json.dumps(answer) if form == "json" else answer))
    assert all(each == found[0] for each in found)
    return found[0]


def _headlines(form: str, body: Any) -> list[str]:
    if form == "json":
        return [item["title"] for item in json.loads(body)["items"]]
    parsed = feedparser.parse(body if isinstance(body, bytes) else body.encode())
    assert not parsed.bozo
    return [each.title for each in parsed.entries]


# ---- The life of an entry


def test_a_summary_is_in_its_languages_feed_once_an_editor_has_approved_it(
    backend: Backend,
) -> None:
    summarized(backend, headline="Heat bends tracks")
    assert not [key for key in backend.results() if key.startswith("feeds/")]
    assert backend.call("GET", "/feeds/en.json")[1]["items"] == []
    approve(backend)
    assert headlines(backend) == ["Heat bends tracks"]
    for form, kind in {"rss": "rss+xml", "atom": "atom+xml", "json": "feed+json"}.items():
        head = backend.s3.head_object(Bucket=SUMMARIES_BUCKET, Key=feed_key(f"en.{form}"))
        assert head["ContentType"] == f"application/{kind}; charset=utf-8"
        assert head["CacheControl"] == "no-cache"


def test_without_the_disclosure_line_exports_and_feeds_leave_it_out(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, path = "Summary taken automatically from the original", backend.path(_KEY)

    def everything() -> list[str]:
        found = []
        for media_type in ("text/plain", "text/html"):
            for query in ("", "?language=en"):
                status, body, _ = backend.call("GET", path + query, accept=media_type)
                assert status == 200
                found.append(str(body))
        for form in _FORMS:
            stored = backend.s3.get_object(Bucket=SUMMARIES_BUCKET, Key=feed_key(f"en.{form}"))
            found += [
                stored["Body"].read().decode(),
                str(backend.call("GET", f"/feeds/en.{form}")[1]),
            ]
        return found

    summarized(backend)
    approve(backend)
    assert all(line in each for each in everything())
    monkeypatch.setenv("TELETIPO_DISCLOSURE_LINE", "false")
    service.cache_clear()
    notify._service.cache_clear()
    approve(backend, reviewer="Ana")
    assert not any(line in each for each in everything())


def test_a_correction_is_in_the_feed_and_disclosed(backend: Backend) -> None:
    summarized(backend)
    correction = {"headline": "Tracks bend", "text": "Trains are slower."}
    approve(backend, decision="corrected", languages=[], corrections={"en": correction})
    assert headlines(backend) == ["Tracks bend"]
    (item,) = backend.call("GET", "/feeds/en.json")[1]["items"]
    assert "Trains are slower." in item["content_text"]
    assert item["_teletipo"]["signed_off_by"] == "Ana Soler"
    assert item["_teletipo"]["corrected"] is True


@pytest.mark.parametrize("end", ["sent_back", "deleted", "replaced", "rejected"])
def test_what_is_no_longer_released_leaves_the_feed(backend: Backend, end: str) -> None:
    summarized(backend)
    approve(backend)
    if end == "sent_back":
        approve(backend, decision="sent_back")
    elif end == "deleted":
        backend.delete(_KEY)
        backend.changed(SUMMARIES_BUCKET, summary_key(_KEY), "Object Deleted")
    elif end == "replaced":
        summarized(backend, headline="Other words of a newer version")
    else:
        backend.reject(_KEY, backend.put(_KEY), "not_usable", "2099-01-01T00:00:00Z")
        backend.s3.delete_object(Bucket=SUMMARIES_BUCKET, Key=summary_key(_KEY))
        backend.changed(SUMMARIES_BUCKET, summary_key(_KEY), "Object Deleted")
    assert headlines(backend) == []


def test_the_newest_release_comes_first_and_subjects_and_limit_choose(backend: Backend) -> None:
    for name in ("a", "b"):
        summarized(backend, f"articles/{name}.txt", headline=name)
    # The editor releases the older article last. Reviews know whole seconds.
    approve(backend, "articles/b.txt")
    _backdate(backend, "articles/b.txt")
    approve(backend, "articles/a.txt")
    assert headlines(backend) == ["a", "b"]
    (item,) = backend.call("GET", "/feeds/en.json?limit=1")[1]["items"]
    assert item["title"] == "a"
    assert backend.call("GET", "/feeds/en.json?subject=medtop:20000553")[1]["items"] == []


def test_a_subject_chooses_in_list_and_feed_and_is_named_in_the_language(
    backend: Backend,
) -> None:
    item = {
        "uri": "urn:x:1",
        "language": "en",
        "headlines": [{"value": "Heat bends tracks"}],
        "bodies": [{"value": "Trains were slower in Portugal on Tuesday, the railway said."}],
        # Transport, in the vocabulary before the Media Topics.
        "subjects": [{"uri": "http://cv.iptc.org/newscodes/subjectcode/04015000"}],
    }
    summarized(backend, "articles/other.txt")
    version = backend.put(_KEY, json.dumps(item).encode())
    backend.summarize(_KEY, version)
    approve(backend)
    approve(backend, "articles/other.txt")
    for subject in ("subj:04015000", "medtop:20000337", "medtop:04000000"):
        assert [each["key"] for each in backend.listed(subject=subject)] == [_KEY], subject
        (found,) = backend.call("GET", f"/feeds/en.json?subject={subject}")[1]["items"]
        assert found["title"] == "Heat bends tracks"
        assert "transport" in found["tags"]
    assert backend.listed(subject="medtop:01000000") == []
    assert backend.listed(subject="medtop:2000033") == []
    assert len(backend.call("GET", "/feeds/en.json")[1]["items"]) == 2
    (_, topic) = backend.call("GET", backend.path(_KEY))[1]["article"]["subjects"]
    assert topic["labels"] == {"en": "transport", "es": "Transporte", "zh-Hans": "运输"}


def _backdate(backend: Backend, key: str) -> None:
    place = reviews_key(key)
    kept = json.loads(
        backend.s3.get_object(Bucket=SUMMARIES_BUCKET, Key=place)["Body"].read().decode()
    )
    kept["reviews"][0]["reviewed_at"] = "2026-01-01T00:00:00Z"
    backend.s3.put_object(Bucket=SUMMARIES_BUCKET, Key=place, Body=json.dumps(kept))
    backend.changed(SUMMARIES_BUCKET, place)


# ---- Repetition, disorder, several writers


def test_the_same_event_again_changes_nothing(backend: Backend) -> None:
    summarized(backend)
    approve(backend)
    before = _versions(backend)
    for key in (reviews_key(_KEY), summary_key(_KEY)):
        backend.changed(SUMMARIES_BUCKET, key)
    backend.changed(ARTICLES_BUCKET, _KEY)
    assert _versions(backend) == before


def _versions(backend: Backend) -> list[tuple[str, str]]:
    found = backend.s3.list_object_versions(Bucket=SUMMARIES_BUCKET, Prefix="feeds/")
    return [(each["Key"], each["VersionId"]) for each in found["Versions"]]


def test_a_worker_that_stopped_after_the_entries_leaves_its_feeds_to_the_next(
    backend: Backend,
) -> None:
    summarized(backend, headline="Heat")
    approve(backend)
    stopped = feed_key("en.json")
    backend.s3.delete_object(Bucket=SUMMARIES_BUCKET, Key=stopped)
    backend.s3.delete_object(Bucket=SUMMARIES_BUCKET, Key=feed_key("en.atom"))
    backend.changed(SUMMARIES_BUCKET, reviews_key(_KEY))
    assert headlines(backend) == ["Heat"]


def test_many_releases_at_once_are_all_in_the_feed(backend: Backend) -> None:
    names = [f"articles/{number}.txt" for number in range(5)]
    for name in names:
        summarized(backend, name, headline=name)
    service = notify._service()
    for name in names:
        body = {"decision": "approved", "languages": ["en"]}
        path = backend.path(name, "/review")
        assert backend.call("POST", path, json.dumps(body).encode(), **_JSON)[0] == 200
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda key: feeds.refresh(service.feeds, service.buckets, key), names))
    assert sorted(headlines(backend)) == names


def test_a_worker_with_an_older_look_does_not_bring_back_what_is_withdrawn(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One worker looks, the editor sends the summary back, another worker finds nothing to do."""
    summarized(backend)
    body = {"decision": "approved", "languages": ["en"]}
    path = backend.path(_KEY, "/review")
    assert backend.call("POST", path, json.dumps(body).encode(), **_JSON)[0] == 200
    service, looked = notify._service(), feeds._look
    seen, go_on = threading.Event(), threading.Event()
    slow: list[threading.Thread] = []

    def look(buckets: Buckets, key: str) -> dict[str, Entry]:
        found = looked(buckets, key)
        if threading.current_thread() in slow and not go_on.is_set():
            assert found
            seen.set()
            assert go_on.wait(60)
        return found

    monkeypatch.setattr(feeds, "_look", look)
    worker = threading.Thread(target=lambda: feeds.refresh(service.feeds, service.buckets, _KEY))
    slow.append(worker)
    worker.start()
    assert seen.wait(60)
    approve(backend, decision="sent_back")
    go_on.set()
    worker.join(60)
    assert headlines(backend) == []


def test_a_feed_of_older_entries_is_never_written_over_a_newer_one(backend: Backend) -> None:
    summarized(backend)
    approve(backend)
    service = notify._service()
    old = feeds.read(service.feeds.store, "en")
    assert old is not None
    approve(backend, decision="sent_back")
    feeds._publish(service.feeds, old)
    assert headlines(backend) == []


def test_lost_entries_are_made_again_from_the_reviews(
    backend: Backend, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a", "b", "c"):
        summarized(backend, f"articles/{name}.txt", headline=name)
    approve(backend, "articles/a.txt")
    approve(backend, "articles/c.txt")
    # The feeds that are left hold what is no longer released.
    backend.s3.delete_object(Bucket=SUMMARIES_BUCKET, Key=reviews_key("articles/c.txt"))
    backend.s3.delete_object(Bucket=SUMMARIES_BUCKET, Key=entries_key("en"))
    options = ["--articles-bucket", ARTICLES_BUCKET, "--summaries-bucket", SUMMARIES_BUCKET]
    assert feeds.main([*options, "--url", "https://news.example/feeds"]) == 0
    assert capsys.readouterr().out.endswith("The feeds have summaries of 1 articles.\n")
    assert headlines(backend) == ["a"]


# ---- The API's answers


def test_a_reader_who_has_the_feed_gets_304_until_it_changes(backend: Backend) -> None:
    summarized(backend)
    approve(backend)
    status, _, headers = backend.call("GET", "/feeds/en.rss")
    assert (status, headers["Cache-Control"]) == (200, "private, no-cache")
    tag = headers["ETag"]
    status, body, headers = backend.call("GET", "/feeds/en.rss", if_none_match=f'"x", {tag}')
    assert (status, headers["ETag"]) == (304, tag)
    assert not body
    assert backend.call("GET", "/feeds/en.rss?limit=2", if_none_match=tag)[0] == 200
    # A signature in the address is in no feed, and makes no other one.
    signed = backend.call("GET", "/feeds/en.rss?X-Amz-Signature=abc", if_none_match=tag)
    assert signed[0] == 304
    status, body, headers = backend.call("HEAD", "/feeds/en.rss")
    assert (status, body, headers["ETag"]) == (200, "", tag)
    approve(backend, decision="sent_back")
    assert backend.call("GET", "/feeds/en.rss", if_none_match=tag)[0] == 200


def test_only_feeds_of_served_languages_are_there(backend: Backend) -> None:
    expected = {
        "/feeds/es.rss": 200,
        "/feeds/en.pdf": 404,
        "/feeds/en": 404,
        "/feeds/fr.rss": 404,
        "/feeds/..%2Fentries%2Fen.json": 404,
        "/feeds/en.rss?limit=0": 422,
        "/feeds/en.rss?limit=201": 422,
        "/feeds/en.rss?q=x": 422,
    }
    assert {path: backend.call("GET", path)[0] for path in expected} == expected


def test_a_feed_names_its_own_address(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    document = backend.call("GET", "/feeds/en.json?limit=3")[1]
    assert document["feed_url"] == "https://news.example/feeds/en.json?limit=3"


def test_the_stack_publishes_what_an_editor_approves(
    api_stack: LocalStack, api: httpx.Client
) -> None:
    """Through the emulator: the review's event, the role's rights, the gateway's path."""
    headline = "Of this test alone"
    article = {"headline": headline, "text": SAMPLE.decode(), "language": "en", "targets": ["en"]}
    address = f"/summaries/{api.post('/summaries', json=article).json()['id']}"
    wait_for(lambda: api.get(address).status_code == 200)
    decision = {"decision": "approved", "languages": ["en"], "reviewer": "Ana Soler"}
    assert api.post(f"{address}/review", json=decision).status_code == 200

    def found(form: str, body: bytes) -> bool:
        return headline in _headlines(form, body)

    s3, bucket = api_stack.client("s3"), api_stack.outputs["SummariesBucket"]

    def published(form: str) -> bool:
        body = s3.get_object(Bucket=bucket, Key=feed_key(f"en.{form}"))["Body"]
        return found(form, body.read())

    wait_for(lambda: found("rss", api.get("/feeds/en.rss").content))
    for form in _FORMS:
        # The API answers from the entries, which are written before the feeds.
        wait_for(partial(published, form))
        answer = api.get(f"/feeds/en.{form}")
        assert found(form, answer.content)
        known = {"If-None-Match": answer.headers["ETag"]}
        assert api.get(f"/feeds/en.{form}", headers=known).status_code == 304
    assert api.delete(address).status_code == 204
    wait_for(lambda: not found("rss", api.get("/feeds/en.rss").content))
