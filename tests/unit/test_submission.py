"""A posted article is validated before anything is stored."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from teletipo import formats
from teletipo.errors import LanguageNotServed, NotUsable, Rejection, TargetNotServed
from teletipo.keys import article_id, article_key
from teletipo.submission import Options, Prepared, Submission, prepare

_ROUTES = frozenset({("es", "en"), ("en", "es"), ("en", "zh-Hans")})
_NOW = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
_BODY = b"Trains slow down in the heat\n\nThe railway said on Tuesday that trains would be slower."


def prepared(body: bytes | None = _BODY, **options: Any) -> Prepared:
    return prepare(body, "text/plain", Options(**options), routes=_ROUTES, now=_NOW, unique="0a1b")


def test_an_article_lies_by_its_day() -> None:
    assert prepared().key == "articles/api/2026/03/14/092653-0a1b"
    assert article_key(article_id(prepared().key)) == prepared().key


def test_the_same_guid_gives_the_same_key() -> None:
    first, second = prepared(guid="urn:a:1"), prepared(_BODY + b" More.", guid="urn:a:1")
    assert first.key == second.key
    assert prepared(guid="urn:a:2").key != first.key
    item = json.dumps({"uri": "urn:a:1", "bodies": [{"value": "The railway said so today."}]})
    assert prepared(item.encode()).key == first.key


def test_a_kill_of_nothing_is_refused_and_an_embargoed_item_is_stored_unnamed() -> None:
    body = b"<body><body.content><p>The railway said so.</p></body.content></body></nitf>"
    head = b"<nitf><head><docdata management-status='%s'>%s</docdata></head>"
    release = b"<date.release norm='20260314T%s'/>"
    with pytest.raises(NotUsable):
        prepared(head % (b"canceled", b"") + body)
    assert prepared(head % (b"canceled", b"<doc-id id-string='1'/>") + body).has_guid
    body = b"<body><body.head><hedline><hl1>Rail</hl1></hedline></body.head>" + body[6:]
    waiting = prepared(head % (b"usable", release % b"092700Z") + body)
    assert (waiting.body != b"", waiting.headline) == (True, None)
    assert prepared(head % (b"usable", release % b"092600Z") + body).headline == "Rail"


def test_the_guids_of_two_agencies_have_two_keys() -> None:
    for body in (_BODY, None):
        # An upload has no body yet.
        keys = {prepared(body, guid="1", provider=name).key for name in ("EFE", "AP", "efe")}
        assert len(keys) == 2
    assert prepared(None, guid="1", provider="EFE").key == prepared(guid="1", provider="EFE").key
    keys = {prepared(guid="1", provider=name).key for name in ("EFE", "AP", "efe")}
    assert len(keys | {prepared(guid="1").key}) == 3


def test_metadata_is_what_the_summarizer_reads() -> None:
    found = prepared(
        language="en-US", targets=("es", "zh-CN", "es"), guid="número 1", callback_url="https://a/"
    )
    assert found.metadata == {
        "language": "en",
        "targets": "es,zh-Hans",
        "guid": "n%C3%BAmero%201",
        "callback-url": "https://a/",
    }
    assert found.language == "en"


@given(guid=st.text(min_size=1, max_size=150), url=st.text("!~/:%", max_size=500))
def test_metadata_is_ascii_and_fits_into_s3s_2_kb(guid: str, url: str) -> None:
    try:
        options = Options(guid=guid, callback_url=url or None)
    except ValidationError:
        return
    try:
        found = prepare(_BODY, "text/plain", options, routes=_ROUTES, now=_NOW, unique="0")
    except UnicodeEncodeError:
        pytest.fail("a lone surrogate came through")
    text = "".join(name + value for name, value in found.metadata.items())
    assert text.isascii()
    assert len(text) <= 2048


def test_what_does_not_fit_into_s3s_metadata_is_refused_before_anything_is_stored() -> None:
    long = {"guid": "\U0001f600" * 150, "callback_url": "https://a.example/" + "a" * 480}
    with pytest.raises(ValidationError, match="bytes together"):
        Options(**long)
    with pytest.raises(ValidationError, match="bytes together"):
        Submission(text="The railway said so.", **long)
    assert Options(guid=long["guid"]).metadata()


def test_the_same_request_has_the_same_key_and_no_other_has() -> None:
    first = prepared().once("desk/1")
    assert first.key.startswith("articles/once/")
    assert prepared().once("desk/1").key == first.key
    assert prepared().once("desk/2").key != first.key
    assert prepared(_BODY + b" More.").once("desk/1").key != first.key
    assert prepared(targets=("es",)).once("desk/1").key != first.key
    assert prepared(guid="urn:a:1").once("desk/1").key == prepared(guid="urn:a:1").key


def test_languages_are_judged_by_what_is_served() -> None:
    with pytest.raises(LanguageNotServed):
        prepared(language="fr")
    with pytest.raises(TargetNotServed):
        prepared(targets=("fr",))
    with pytest.raises(TargetNotServed):
        prepared(language="es", targets=("zh-Hans",))
    assert prepared(targets=("zh",)).metadata["targets"] == "zh-Hans"


def test_an_upload_is_judged_without_its_body() -> None:
    assert prepared(None, language="en").body == b""


@given(st.text(max_size=300), st.sampled_from(["text", "html"]))
def test_json_becomes_an_item_that_the_reader_knows(text: str, kind: str) -> None:
    document = Submission.model_validate({kind: text}).document()
    try:
        copy = formats.read(document)
    except Rejection:
        return
    assert copy.body


def test_a_headline_and_a_language_survive() -> None:
    article = Submission(text="The railway said so.", headline="Heat", language="en", guid="urn:1")
    copy = formats.read(article.document())
    assert (copy.headline, copy.language, copy.guid) == ("Heat", "en", "urn:1")
