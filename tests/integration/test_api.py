"""Every route over HTTP, against template.yaml in the local emulator."""

import base64
import json
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator, validate

from infra.local.stack import LocalStack
from teletipo.formats.writers import WRITERS, edition
from teletipo.keys import article_id, reviews_key, summary_key
from teletipo.summary import Summary
from tests.conftest import ARTICLES, ROOT
from tests.reviews import NOW
from tests.stacks import answered, wait_for

_SAMPLE = (ARTICLES / "en-heatwave-trains.txt").read_bytes()
_TEXT = _SAMPLE.decode().split("\n\n", 3)[3]
_NINJS = json.loads((ROOT / "tests/data/iptc/ninjs-schema_3.1.json").read_text("utf-8"))
_WAIT = 25
Stored = Callable[[], set[str]]


def post(
    api: httpx.Client, body: bytes = _SAMPLE, wait: int = _WAIT, **more: Any
) -> httpx.Response:
    headers = {"Content-Type": "text/plain", "Prefer": f"wait={wait}", **more.pop("headers", {})}
    params = {"targets": "en", **more.pop("params", {})}
    response = api.post("/summaries", content=body, headers=headers, params=params, **more)
    return answered(api, response) if wait == _WAIT else response


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The answer is a problem document (RFC 9457) of that code."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert document["type"] == f"urn:teletipo:problem:{code}"
    assert document["status"] == status
    assert document["code"] == code
    assert document["detail"]
    return document


def fields(document: dict[str, Any]) -> list[str]:
    return [error["field"] for error in document["errors"]]


@pytest.fixture(scope="module")
def summarized(api: httpx.Client) -> dict[str, Any]:
    response = post(api)
    assert response.status_code == 200, response.text
    return dict(response.json())


@pytest.mark.parametrize(
    ("language", "content_language", "said"),
    [
        ("es-ES,es;q=0.9", "es", "Se leen texto, NITF, NewsML"),
        ("zh-CN", "zh", "可读取：文本、NITF"),
        ("fr", "en", "The article is XML without a root element"),
    ],
)
def test_a_problem_is_said_in_the_clients_language(
    api: httpx.Client, language: str, content_language: str, said: str
) -> None:
    response = post(api, b"<?xml version='1.0'?>", headers={"Accept-Language": language})
    assert said in problem(response, 415, "unsupported_format")["detail"]
    assert response.headers["content-language"] == content_language


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        ("/summaries?target=en", "invalid_request", "no acepta esta petición: target."),
        ("/summaries/YQ", "not_found", "No hay nada en esta dirección."),
    ],
)
def test_other_problems_are_said_too(api: httpx.Client, path: str, code: str, said: str) -> None:
    response = api.get(path, headers={"Accept-Language": "es"})
    document = response.json()
    assert document["code"] == code
    assert said in document["detail"]
    assert response.headers["content-language"] == "es"


def test_what_is_too_large_or_in_no_served_language_is_told_what_is_served(
    api: httpx.Client,
) -> None:
    spanish = {"Accept-Language": "es"}
    large = post(api, b"x" * 4_400_001, headers=spanish)
    assert "demasiado grande" in problem(large, 413, "too_large")["detail"]
    french = post(api, headers=spanish, params={"language": "fr"})
    served = problem(french, 422, "language_not_served")["detail"]
    assert all(name in served for name in ("español", "inglés", "chino"))


# ---- POST /summaries


def test_a_posted_file_is_answered_with_its_summary(api: httpx.Client) -> None:
    # As curl sends a file: no content type of ours.
    first = post(api, wait=24, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert first.headers["preference-applied"] == "wait=24"
    response = answered(api, first)
    assert response.status_code == 200
    document = response.json()
    summary = Summary.model_validate(
        {
            name: value
            for name, value in document.items()
            if name not in {"id", "reviews", "newer_version"}
        }
    )
    assert summary.article.headline == "Portugal slows trains as heat wave bends tracks"
    assert list(summary.summaries) == ["en"]
    assert document["reviews"] == []
    assert article_id(summary.article.key) == document["id"]
    where = first.headers.get("content-location") or first.headers["location"]
    again = api.get(f"/{where}")
    assert again.json() == document
    assert again.headers["etag"] == response.headers["etag"]


def test_without_a_wait_it_says_where_to_look(api: httpx.Client) -> None:
    response = post(api, wait=0)
    assert response.status_code == 202
    assert response.json()["status"] == "pending"
    assert response.headers["retry-after"] == "2"
    assert "preference-applied" not in response.headers
    where = response.headers["location"]
    answer = wait_for(lambda: r if (r := api.get(f"/{where}")).status_code == 200 else None)
    assert answer.json()["article"]["key"] == response.json()["key"]


def test_json_with_a_headline_is_an_article(api: httpx.Client) -> None:
    body = {
        "headline": "Trains slow down",
        "text": _TEXT,
        "language": "en-GB",
        "targets": ["en"],
        "guid": "urn:desk:1",
    }
    headers = {"Prefer": "respond-async, wait=25"}
    response = answered(api, api.post("/summaries", json=body, headers=headers))
    assert response.status_code == 200, response.text
    article = response.json()["article"]
    assert article["headline"] == "Trains slow down"
    assert article["guid"] == "urn:desk:1"
    assert article["language"] == "en"
    assert "45.6 degrees" in article["text"]


def test_html_is_read_as_a_page(api: httpx.Client) -> None:
    paragraphs = "".join(f"<p>{line}</p>" for line in _TEXT.split("\n\n"))
    body = {"html": f"<h1>On the page</h1>{paragraphs}<script>alert(1)</script>", "targets": ["en"]}
    headers = {"Prefer": "wait=25"}
    response = answered(api, api.post("/summaries", json=body, headers=headers))
    assert response.json()["article"]["headline"] == "On the page"
    assert "alert(1)" not in response.json()["article"]["text"]


def test_any_encoding_comes_through(api: httpx.Client) -> None:
    text = (ARTICLES / "es-desalinizadora.txt").read_text("utf-8")
    response = post(api, text.encode("cp1252", "replace"), params={"targets": "es"})
    assert response.status_code == 200
    assert "región" in response.json()["article"]["text"]


def test_the_same_guid_is_the_same_article_updated(api: httpx.Client, stored: Stored) -> None:
    first = post(api, params={"guid": "tag:desk,2026:7"})
    before = stored()
    second = post(
        api,
        _SAMPLE.replace(b"Portugal slows trains", b"Portugal stops trains"),
        params={"guid": "tag:desk,2026:7"},
    )
    assert second.json()["id"] == first.json()["id"]
    assert second.json()["article"]["headline"].startswith("Portugal stops")
    assert stored() == before


def test_a_repeated_request_stores_nothing(api: httpx.Client, stored: Stored) -> None:
    headers = {"Idempotency-Key": "desk-1"}
    first = post(api, headers=headers)
    before = stored()
    again = post(api, headers=headers)
    assert again.json()["article"]["version_id"] == first.json()["article"]["version_id"]
    assert stored() == before
    other = post(api, _SAMPLE + b"\n\nMore.", headers=headers)
    assert fields(problem(other, 422, "idempotency_key_reused")) == ["Idempotency-Key"]
    assert fields(
        problem(post(api, headers={"Idempotency-Key": "a b"}), 422, "invalid_request")
    ) == ["Idempotency-Key"]
    assert stored() == before


def test_many_at_once_with_one_key_store_one_article(api: httpx.Client, stored: Stored) -> None:
    before = stored()
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: post(api, wait=0, headers={"Idempotency-Key": "race"}), range(8))
        )
    assert {answer.status_code for answer in answers} <= {202, 200, 409}
    assert len(stored() - before) == 1


_BAD = [
    ({"content": b"{no"}, 422, "invalid_request", "body"),
    ({"content": b"[1]"}, 422, "invalid_request", "body"),
    ({"json": {}}, 422, "invalid_request", "body"),
    ({"json": {"text": 5}}, 422, "invalid_request", "text"),
    ({"json": {"text": "a", "html": "<p>b"}}, 422, "invalid_request", "body"),
    ({"json": {"text": _TEXT, "colour": "red"}}, 422, "invalid_request", "colour"),
    ({"json": {"text": " \n "}}, 422, "only_furniture", "body"),
    ({"json": {"text": _TEXT, "language": "klingonese"}}, 422, "language_unknown", "language"),
    ({"json": {"text": _TEXT, "language": "fr"}}, 422, "language_not_served", "language"),
    ({"json": {"text": _TEXT, "targets": ["fr"]}}, 422, "target_not_served", "targets"),
    ({"json": {"text": _TEXT, "targets": []}}, 422, "invalid_request", "targets"),
    ({"json": {"text": _TEXT, "guid": "x" * 151}}, 422, "invalid_request", "guid"),
    ({"json": {"text": _TEXT}, "params": {"guid": "a"}}, 422, "invalid_request", "guid"),
]  # fmt: skip


@pytest.mark.parametrize(("request_", "status", "code", "field"), _BAD)
def test_a_bad_request_names_its_field_and_stores_nothing(
    api: httpx.Client,
    stored: Stored,
    request_: dict[str, Any],
    status: int,
    code: str,
    field: str,
) -> None:
    before = stored()
    response = api.post("/summaries", headers={"Content-Type": "application/json"}, **request_)
    assert fields(problem(response, status, code)) == [field]
    assert stored() == before


_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_RAW = [
    (b"", "text/plain", 422, "empty"),
    (_PNG, "application/octet-stream", 422, "not_text"),
    (b"<?xml version='1.0'?><svg/>", "text/plain", 415, "unsupported_format"),
    (b"{}", "application/vnd.iptc.ninjs+json", 415, "unsupported_format"),
    (_SAMPLE, "image/png", 415, "unsupported_format"),
    (b"a" * 4_400_001, "text/plain", 413, "too_large"),
]


@pytest.mark.parametrize(("body", "content_type", "status", "code"), _RAW)
def test_a_bad_article_is_refused_with_its_rejections_code(
    api: httpx.Client, stored: Stored, body: bytes, content_type: str, status: int, code: str
) -> None:
    before = stored()
    problem(post(api, body, headers={"Content-Type": content_type}), status, code)
    assert stored() == before


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/hook",
        "https://localhost:8443/hook",
        "https://user:secret@localhost/",
        "https://169.254.169.254/latest/meta-data/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://2130706433/",
        "https://localhost.evil.example/",
        "https://evil.example#localhost",
        "https://localhost\\@evil.example/",
        "ftp://localhost/",
        "javascript:alert(1)",
        "https://",
        "https://localhost:x/",
        "//localhost/",
        "https://localhost/\r\nX: y",
    ],
)
def test_a_hostile_callback_is_refused(api: httpx.Client, stored: Stored, url: str) -> None:
    before = stored()
    response = api.post("/summaries", json={"text": _TEXT, "callback_url": url})
    assert fields(problem(response, 422, "invalid_request")) == ["callback_url"]
    assert "secret" not in response.text
    assert stored() == before


def test_what_only_the_models_can_tell_is_a_rejection_by_address(api: httpx.Client) -> None:
    body = b"Zxqv bnrt wkjh qzzx.\n\nBrrk tnnv wqpl zxcv mnbv.\n" * 3
    response = post(api, body)
    document = problem(response, 422, response.json()["code"])
    assert document["code"] in {"language_unknown", "language_not_served", "no_sentences"}


# ---- GET /summaries/{id}


@pytest.mark.parametrize("identifier", ["nonsense!", "AAAA", "Li4", "YQ==", "é"])
def test_a_bad_identifier_names_nothing(api: httpx.Client, identifier: str) -> None:
    problem(api.get(f"/summaries/{identifier}"), 404, "not_found")


def test_a_missing_article_is_not_found(api: httpx.Client) -> None:
    problem(api.get(f"/summaries/{article_id('articles/none.txt')}"), 404, "not_found")


def test_a_version_that_never_was_is_not_found(
    api: httpx.Client, summarized: dict[str, Any]
) -> None:
    address = f"/summaries/{summarized['id']}"
    version = summarized["article"]["version_id"]
    assert api.get(address, params={"version": version}).status_code == 200
    problem(api.get(address, params={"version": "none"}), 404, "not_found")


def test_a_known_summary_is_not_sent_again(api: httpx.Client, summarized: dict[str, Any]) -> None:
    address = f"/summaries/{summarized['id']}"
    tag = api.get(address).headers["etag"]
    response = api.get(address, headers={"If-None-Match": f'"other", {tag}'})
    assert response.status_code == 304
    assert response.content == b""
    assert api.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_accept_chooses_the_form(api: httpx.Client, summarized: dict[str, Any]) -> None:
    address = f"/summaries/{summarized['id']}"
    text = api.get(address, headers={"Accept": "text/plain"})
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert text.text.startswith("DRAFT — NOT FOR PUBLICATION\n\nPortugal slows trains as heat wave")
    ninjs = api.get(address, headers={"Accept": "text/html;q=0.1, application/vnd.iptc.ninjs+json"})
    assert ninjs.headers["content-type"] == "application/vnd.iptc.ninjs+json"
    validate(ninjs.json(), _NINJS, Draft202012Validator)
    assert ninjs.headers["etag"] != text.headers["etag"]
    assert api.get(address, headers={"Accept": "*/*"}).json()["id"] == summarized["id"]
    problem(api.get(address, headers={"Accept": "image/png"}), 406, "not_acceptable")


def test_one_language_is_read_in_each_format_that_is_exported(api: httpx.Client) -> None:
    document = post(api, params={"targets": "en,es"}).json()
    address = f"/summaries/{document['id']}"
    summary = Summary.model_validate({name: document[name] for name in Summary.model_fields})
    tags = set()
    for media_type, write in WRITERS.values():
        for language in ("en", "es"):
            headers = {"Accept": media_type}
            read = api.get(address, headers=headers, params={"language": language})
            assert read.headers["content-type"].startswith(media_type)
            assert read.text == write(edition(summary, language, document["id"], now=NOW))
            tags.add(read.headers["etag"])
    assert len(tags) == 6
    whole = api.get(address, headers={"Accept": "application/nitf+xml"})
    assert 'xml:lang="en"' in whole.text
    headers = {"Accept": "application/vnd.iptc.ninjs+json"}
    item = api.get(address, headers=headers, params={"language": "es"}).json()
    validate(item, _NINJS, Draft202012Validator)
    assert (item["language"], "associations" in item) == ("es", False)
    assert item["altIds"]
    assert "name" not in item
    for wanted, params in (
        ({"Accept": "text/plain"}, {"language": "fr"}),
        ({}, {"language": "es"}),
    ):
        refused = api.get(address, headers=wanted, params=params)
        assert fields(problem(refused, 422, "invalid_request")) == ["language"]


def test_findings_are_said_in_the_clients_language(api: httpx.Client) -> None:
    document = post(api, params={"targets": "es"}).json()
    address = f"/summaries/{document['id']}"

    def said(wanted: str) -> tuple[str, str]:
        response = api.get(address, headers={"Accept-Language": wanted})
        assert "Accept-Language" in response.headers["vary"]
        # The tiny model always writes something that the checks find fault with.
        message = response.json()["findings"][0]["message"]
        return message, response.headers["etag"]

    assert said("fr")[0] == document["findings"][0]["message"]
    spanish = said("fr, en;q=0.2, es-ES;q=0.7")[0]
    assert spanish not in {said("en")[0], said("es;q=0, en")[0]}
    message, tag = said("zh-CN")
    assert re.search("[一-鿿]", message)
    assert tag != said("en")[1]
    # Whatever the language, it is the same state of the summary.
    approval = {"decision": "approved", "languages": ["es"]}
    kept = api.post(f"{address}/review", json=approval, headers={"If-Match": tag})
    assert kept.status_code == 200
    stale = api.post(f"{address}/review", json=approval, headers={"If-Match": tag})
    assert stale.status_code == 412


# ---- GET /summaries


def test_articles_are_listed_newest_first(api_stack: LocalStack, api: httpx.Client) -> None:
    s3 = api_stack.client("s3")
    for number in range(3):
        s3.put_object(
            Bucket=api_stack.outputs["ArticlesBucket"],
            Key=f"articles/listed/{number}.txt",
            Body=_SAMPLE if number else b"",
            Metadata={"targets": "en"},
        )
        time.sleep(1.1)

    def listed(**params: Any) -> Any:
        response = api.get("/summaries", params={"prefix": "listed/", **params})
        assert response.status_code == 200, response.text
        return response.json()

    done = {"ok", "needs_review", "rejected"}
    wait_for(
        lambda: (
            (rows := listed()["articles"])
            and len(rows) == 3
            and {row["status"] for row in rows} <= done
        )
    )
    rows = listed()["articles"]
    assert [row["key"][-5] for row in rows] == ["2", "1", "0"]
    assert rows[0]["headline"] == "Portugal slows trains as heat wave bends tracks"
    assert rows[0]["language"] == "en"
    first = listed(limit=2)
    assert first["articles"] == rows[:2]
    second = listed(limit=2, cursor=first["cursor"])
    assert second == {"articles": rows[2:], "cursor": None}
    assert [row["key"] for row in listed(status="rejected")["articles"]] == [
        "articles/listed/0.txt"
    ]
    assert listed(**{"from": rows[1]["stored_at"]})["articles"] == rows[:2]
    s3.delete_object(Bucket=api_stack.outputs["ArticlesBucket"], Key="articles/listed/2.txt")
    wait_for(lambda: len(listed()["articles"]) == 2)


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"status": "fine"}, "status"),
        ({"from": "yesterday"}, "from"),
        ({"reviewed": "perhaps"}, "reviewed"),
        ({"cursor": "!"}, "cursor"),
        ({"cursor": "WzEsMl0"}, "cursor"),
    ],
)
def test_an_invalid_list_request_names_its_field(
    api: httpx.Client, params: dict[str, str], field: str
) -> None:
    document = problem(api.get("/summaries", params=params), 422, "invalid_request")
    assert fields(document) == [field]


# ---- POST /uploads


def send(url: str, fields: dict[str, str], file: bytes) -> httpx.Response:
    return httpx.post(url, data=fields, files={"file": file}, timeout=60)


def test_a_file_is_uploaded_by_a_form(api_stack: LocalStack, api: httpx.Client) -> None:
    form = api.post("/uploads", json={"options": {"targets": ["en"]}}).json()
    response = send(form["url"], form["fields"], _SAMPLE)
    assert response.status_code in {200, 204}, response.text
    answer = wait_for(
        lambda: r if (r := api.get(f"/summaries/{form['id']}")).status_code == 200 else None
    )
    assert list(answer.json()["summaries"]) == ["en"]
    assert form["max_bytes"] == 3_000_000


def test_a_form_takes_no_more_than_it_was_signed_for(api: httpx.Client, stored: Stored) -> None:
    form = api.post("/uploads", json={}).json()
    before = stored()
    large = send(form["url"], form["fields"], b"a" * 3_000_001)
    assert large.status_code == 400
    changed = {**form["fields"], "Content-Type": "image/png"}
    assert send(form["url"], changed, _SAMPLE).status_code == 403
    assert stored() == before


def test_an_invalid_upload_names_its_field(api: httpx.Client) -> None:
    for body, field in (
        ({"content_type": "image/png"}, "content_type"),
        ({"options": {"callback_url": "http://localhost/"}}, "callback_url"),
        ({"options": {"colour": 1}}, "options.colour"),
    ):
        document = problem(api.post("/uploads", json=body), 422, "invalid_request")
        assert fields(document) == [field]
    problem(api.post("/uploads", content=b"{}"), 415, "unsupported_format")


# ---- POST /summaries/{id}/review


def test_an_editors_words_stand_beside_the_machines(
    api_stack: LocalStack, api: httpx.Client
) -> None:
    before = post(api)
    document = before.json()
    address = f"/summaries/{document['id']}"
    corrections = {"en": {"text": "Trains were slowed down."}}
    kept = api.post(
        f"{address}/review",
        json={"decision": "corrected", "corrections": corrections, "reviewer": "Ana Soler"},
        headers={"If-Match": before.headers["etag"]},
    )
    assert kept.status_code == 200, kept.text
    after = api.get(address)
    (review,) = after.json()["reviews"]
    assert review == kept.json()
    assert review["reviewer"] == "Ana Soler"
    assert review["reviewed_by"].startswith("api-key:")
    assert api_stack.api_key() not in after.text
    words, machine = after.json()["summaries"]["en"], document["summaries"]["en"]
    assert words["text"] == words["sentences"][0]["text"] == "Trains were slowed down."
    assert words["status"] == "corrected"
    assert words["review"]["reviewer"] == "Ana Soler"
    assert words["machine"] == {name: machine[name] for name in words["machine"]}
    assert after.headers["etag"] != before.headers["etag"]
    text = api.get(address, headers={"Accept": "text/plain"}).text
    assert "Trains were slowed down." in text
    stale = api.post(
        f"{address}/review",
        json={"decision": "approved"},
        headers={"If-Match": before.headers["etag"]},
    )
    assert fields(problem(stale, 412, "changed")) == ["If-Match"]
    newest = api.get("/summaries", params={"reviewed": "true", "limit": 1}).json()["articles"]
    assert [(row["id"], row["review"]) for row in newest] == [(document["id"], "corrected")]
    unseen = api.get("/summaries", params={"reviewed": "false", "limit": 100}).json()["articles"]
    assert document["id"] not in [row["id"] for row in unseen]
    assert api.post(f"{address}/review", json={"decision": "approved"}).status_code == 200
    key = reviews_key(document["article"]["key"])
    body = api_stack.client("s3").get_object(Bucket=api_stack.outputs["SummariesBucket"], Key=key)
    assert [each["decision"] for each in json.load(body["Body"])["reviews"]] == [
        "corrected",
        "approved",
    ]


def test_a_review_is_of_the_languages_that_it_names(
    api_stack: LocalStack, api: httpx.Client
) -> None:
    document = post(api, params={"targets": "en,es"}).json()
    address = f"/summaries/{document['id']}"
    assert {words["status"] for words in document["summaries"].values()} <= {"ok", "needs_review"}
    approval = {"decision": "approved", "languages": ["en"], "reviewer": "Ana Soler"}
    assert api.post(f"{address}/review", json=approval).status_code == 200
    after = api.get(address).json()
    assert after["summaries"]["en"]["status"] == "approved"
    assert after["summaries"]["es"] == document["summaries"]["es"]

    def listed(**params: str) -> dict[str, Any]:
        found = api.get("/summaries", params={"limit": 100, **params}).json()["articles"]
        return next((row for row in found if row["id"] == document["id"]), {})

    row = wait_for(lambda: row if (row := listed(reviewed="false")).get("targets") else None)
    statuses = {language: target["status"] for language, target in row["targets"].items()}
    assert statuses == {"en": "approved", "es": after["summaries"]["es"]["status"]}
    assert listed(language="en", language_status="approved") == row
    assert listed(language="es", language_status="approved") == {}
    item = api.get(address, headers={"Accept": "application/vnd.iptc.ninjs+json"}).json()
    assert item["pubStatus"] == "usable"
    assert item["associations"][0]["pubStatus"] == "withheld"
    # The other language is sent back; the machine writes the same again.
    back = {"decision": "sent_back", "languages": ["es"]}
    assert api.post(f"{address}/review", json=back).status_code == 200
    again = wait_for(
        lambda: (
            r
            if (r := api.get(address).json())["article"]["version_id"]
            != document["article"]["version_id"]
            else None
        )
    )
    assert again["summaries"]["en"]["status"] == "approved"
    assert again["summaries"]["es"] == document["summaries"]["es"]
    wait_for(lambda: listed(language="en", language_status="approved") or None)


def test_corrected_sentences_are_stored_with_their_text(
    api: httpx.Client, summarized: dict[str, Any]
) -> None:
    document = post(api).json()
    sentences = ["Heat.", *[""] * (len(document["summaries"]["en"]["sentences"]) - 1)]
    response = api.post(
        f"/summaries/{document['id']}/review",
        json={"decision": "corrected", "corrections": {"en": {"sentences": sentences}}},
    )
    assert response.json()["corrections"]["en"]["text"] == "Heat."
    assert response.json()["languages"] == ["en"]
    words = api.get(f"/summaries/{document['id']}").json()["summaries"]["en"]
    assert [each["text"] for each in words["sentences"]] == ["Heat."]


def test_reviews_at_the_same_time_are_all_kept(api: httpx.Client) -> None:
    address = f"/summaries/{post(api).json()['id']}"

    def approve(number: int) -> httpx.Response:
        review = {"decision": "approved", "note": f"number {number}"}
        return api.post(f"{address}/review", json=review)

    with ThreadPoolExecutor(4) as pool:
        codes = [response.status_code for response in pool.map(approve, range(4))]
    notes = {review["note"] for review in api.get(address).json()["reviews"]}
    assert len(notes) == codes.count(200)
    assert set(codes) <= {200, 409}


def test_what_is_sent_back_is_summarized_again(api: httpx.Client) -> None:
    document = post(api).json()
    address = f"/summaries/{document['id']}"
    response = api.post(f"{address}/review", json={"decision": "sent_back", "note": "No."})
    assert response.status_code == 200, response.text
    again = wait_for(
        lambda: (
            r
            if (r := api.get(address).json())["article"]["version_id"]
            != document["article"]["version_id"]
            else None
        )
    )
    assert again["summaries"] == document["summaries"]
    assert list(again["settings"]["targets"]) == ["en"]


@pytest.mark.parametrize(
    ("review", "field"),
    [
        ({"decision": "perhaps"}, "decision"),
        ({"decision": "corrected"}, "body"),
        ({"decision": "approved", "corrections": {"en": {"text": "a"}}}, "body"),
        ({"decision": "corrected", "corrections": {"es": {"text": "a"}}}, "corrections.es"),
        ({"decision": "corrected", "corrections": {"en": {}}}, "corrections.en"),
        ({"decision": "corrected", "corrections": {"en": {"text": " "}}}, "corrections.en.text"),
        ({"decision": "approved", "languages": ["es"]}, "languages.es"),
        (
            {
                "decision": "corrected",
                "languages": ["es"],
                "corrections": {"en": {"headline": "a"}},
            },
            "body",
        ),
        (
            {"decision": "corrected", "corrections": {"en": {"sentences": ["One."]}}},
            "corrections.en.sentences",
        ),
        (
            {"decision": "corrected", "corrections": {"en": {"sentences": ["", " "]}}},
            "corrections.en",
        ),
    ],
)
def test_an_invalid_review_names_its_field(
    api: httpx.Client, summarized: dict[str, Any], review: dict[str, Any], field: str
) -> None:
    response = api.post(f"/summaries/{summarized['id']}/review", json=review)
    assert fields(problem(response, 422, "invalid_request")) == [field]


# ---- What is served, and to whom


def test_languages_and_packs_are_the_catalogues(api: httpx.Client) -> None:
    served = api.get("/languages").json()
    assert {"es", "en", "zh-Hans"} <= set(served["sources"])
    assert served["targets"] == ["es", "en", "zh-Hans"]
    pairs = {(pair["source"], pair["target"]): pair for pair in served["pairs"]}
    assert pairs["es", "en"]["bleu"] > 0
    packs = {pack["name"]: pack for pack in api.get("/packs").json()["packs"]}
    assert packs["embedded"]["in_use"]
    assert not packs["opus"]["in_use"]


def test_the_description_is_served_like_the_page_that_shows_it(stranger: httpx.Client) -> None:
    described = stranger.get("/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    groups = [o["tags"] for item in described["paths"].values() for o in item.values()]
    assert all(groups)


_CLOSED = [
    ("GET", "/feeds/en.rss"),
    ("GET", "/summaries"),
    ("POST", "/summaries"),
    ("GET", "/summaries/YQ"),
    ("HEAD", "/summaries/YQ"),
    ("DELETE", "/summaries/YQ"),
    ("PUT", "/summaries/YQ"),
    ("GET", "/summaries/YQ/versions"),
    ("GET", "/summaries/YQ/versions/1"),
    ("POST", "/summaries/YQ/review"),
    ("POST", "/uploads"),
    ("GET", "/languages"),
    ("GET", "/packs"),
    ("GET", "/nothing"),
    ("POST", "/health"),
]


def test_every_route_that_is_described_is_tested_closed(api: httpx.Client) -> None:
    paths = api.get("/openapi.json").json()["paths"]
    described = {
        (m.upper(), p.replace("{id}", "YQ").replace("{version}", "1").replace("{feed}", "en.rss"))
        for p, item in paths.items()
        for m in item
    }
    assert described - {("GET", "/health")} <= set(_CLOSED)


@pytest.mark.parametrize(("method", "path"), _CLOSED)
@pytest.mark.parametrize("headers", [{}, {"x-api-key": "guessed"}, {"Authorization": "Bearer a"}])
def test_a_client_without_credentials_gets_no_data(
    stranger: httpx.Client, method: str, path: str, headers: dict[str, str]
) -> None:
    refused = stranger.request(method, path, headers=headers)
    if method == "HEAD":
        assert refused.status_code == 403
    else:
        problem(refused, 403, "forbidden")


def test_what_is_not_there_is_404_and_what_cannot_be_done_is_405(api: httpx.Client) -> None:
    problem(api.get("/nothing"), 404, "not_found")
    problem(api.get("/summaries/a/b/c"), 404, "not_found")
    for method, path, allowed in (
        ("PUT", "/summaries/YQ", "DELETE, GET, HEAD"),
        ("DELETE", "/summaries", "GET, POST, HEAD"),
        ("POST", "/languages", "GET, HEAD"),
        ("POST", "/health", "GET, HEAD"),
    ):
        refused = api.request(method, path)
        problem(refused, 405, "method_not_allowed")
        assert refused.headers["allow"] == allowed


def test_head_answers_as_get_without_a_body(
    api: httpx.Client, stranger: httpx.Client, summarized: dict[str, Any], address: str
) -> None:
    path = f"/summaries/{summarized['id']}"
    head = api.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == api.get(path).headers["etag"]
    for path in ("/health", "/", "/docs", "/openapi.json"):
        head = stranger.head(path)
        assert head.status_code == 200
        length = len(stranger.get(path).content)
        assert int(head.headers["content-length"]) == length
        # As through the address that `make serve` prints.
        assert int(httpx.head(address + path).headers["content-length"]) == length


def test_a_withdrawn_article_is_gone_and_comes_back_with_its_marker_taken_back(
    api_stack: LocalStack, api: httpx.Client
) -> None:
    s3, bucket = api_stack.client("s3"), api_stack.outputs["ArticlesBucket"]
    results = api_stack.outputs["SummariesBucket"]
    document = post(api).json()
    address, key = f"/summaries/{document['id']}", document["article"]["key"]
    place = {"Bucket": results, "Prefix": summary_key(key)}
    assert api.delete(address).status_code == 204
    problem(api.get(address), 410, "withdrawn")
    wait_for(lambda: s3.list_objects_v2(**place)["KeyCount"] == 0)
    assert len(s3.list_object_versions(**place)["Versions"]) == 1
    (marker,) = s3.list_object_versions(Bucket=bucket, Prefix=key)["DeleteMarkers"]
    s3.delete_object(Bucket=bucket, Key=key, VersionId=marker["VersionId"])
    again = wait_for(lambda: r if (r := api.get(address)).status_code == 200 else None)
    assert again.json()["article"]["version_id"] == document["article"]["version_id"]


def test_an_article_that_failed_for_good_is_answered_so_and_its_message_is_kept(
    api_stack: LocalStack, api: httpx.Client
) -> None:
    s3, sqs = api_stack.client("s3"), api_stack.client("sqs")
    # Below the prefix, but in a message that the function cannot read to its end.
    bucket, key = api_stack.outputs["ArticlesBucket"], "articles/failing.txt"
    (failed,) = sqs.list_queues(QueueNamePrefix="teletipo-FailedQueue")["QueueUrls"]
    mappings = api_stack.client("lambda")
    (mapping,) = [
        each
        for each in mappings.list_event_source_mappings()["EventSourceMappings"]
        if "SummarizeFunction" in each["FunctionArn"]
    ]
    mappings.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        version = s3.put_object(Bucket=bucket, Key=key, Body=_SAMPLE)["VersionId"]
        record = {
            "eventName": "ObjectCreated:Put",
            "s3": {"bucket": {"name": bucket}, "object": {"key": key, "versionId": version}},
        }
        sqs.send_message(QueueUrl=failed, MessageBody=json.dumps({"Records": [record]}))
        address = f"/summaries/{article_id(key)}"
        answer = wait_for(lambda: r if (r := api.get(address)).status_code != 202 else None)
        problem(answer, 409, "failed")

        def is_kept() -> bool:
            letters = sqs.receive_message(
                QueueUrl=api_stack.outputs["DeadLetterQueue"],
                VisibilityTimeout=0,
                MaxNumberOfMessages=10,
            ).get("Messages", ())
            return any(json.loads(each["Body"]).get("Records") == [record] for each in letters)

        wait_for(is_kept, "the dead letter")
    finally:
        mappings.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
    assert wait_for(lambda: r if (r := api.get(address)).status_code == 200 else None)


def test_health_needs_no_credentials(stranger: httpx.Client) -> None:
    assert stranger.get("/health").json()["status"] == "ok"


@pytest.mark.parametrize("path", ["/", "/desk/main.js", "/desk/desk.css", "/docs", "/docs/docs.js"])
def test_the_pages_hold_no_data_and_say_how_they_are_to_be_used(
    stranger: httpx.Client, path: str
) -> None:
    response = stranger.get(path)
    assert response.status_code == 200
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self';" in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert "max-age" in response.headers["strict-transport-security"]


@pytest.mark.parametrize(
    "path", ["/desk/__init__.py", "/desk/..%2Fapi.py", "/desk/none.js", "/docs/x"]
)
def test_no_other_file_is_served(stranger: httpx.Client, path: str) -> None:
    assert stranger.get(path).status_code in {403, 404}


def test_other_pages_may_not_use_the_api(api: httpx.Client) -> None:
    response = api.get("/languages", headers={"Origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in response.headers
    preflight = api.options("/languages", headers={"Origin": "https://elsewhere.example"})
    assert preflight.status_code in {403, 405}


def test_huge_headers_are_refused_or_ignored(api: httpx.Client) -> None:
    response = api.get("/languages", headers={"X-Large": "a" * 60_000})
    assert response.status_code in {200, 400, 413, 431}


def test_logs_hold_no_words_keys_or_signed_addresses(
    api_stack: LocalStack, api: httpx.Client, summarized: dict[str, Any]
) -> None:
    api.post("/summaries", json={"text": "Mejillones secreto", "colour": "Mejillones"})
    api.post("/uploads", json={})
    logs = api_stack.client("logs")
    said = api_stack.log()
    for group in logs.describe_log_groups()["logGroups"]:
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"])
        said += "\n".join(event["message"] for page in pages for event in page["events"])
    assert "Answered" in said
    assert "Santarem" not in said
    assert "Mejillones" not in said
    assert api_stack.api_key() not in said
    assert "X-Amz-Signature" not in said
