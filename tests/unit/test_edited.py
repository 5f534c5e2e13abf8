"""The document that readers get: whose words, in which language, released by whom."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator, validate

from models.packs import OpenPack
from teletipo.article import Source
from teletipo.edited import digest, edited, reviews_of
from teletipo.options import SummaryOptions
from teletipo.pipeline import summarize_article
from teletipo.review import Correction, Review, Reviews
from teletipo.summary import Summary
from tests.conftest import ARTICLES, ROOT
from tests.reviews import review

_OLD = ROOT / "tests" / "data" / "old"


@pytest.fixture(scope="module")
def summary(tiny_pack: OpenPack) -> Summary:
    data = (ARTICLES / "en-heatwave-trains.txt").read_bytes()
    settings = SummaryOptions(targets=("en", "es"))
    result = summarize_article(data, Source("articles/trains.txt"), tiny_pack, settings)
    assert isinstance(result, Summary)
    return result


def kept(*reviews: Review, summary: Summary, etag: str = '"1"') -> tuple[Review, ...]:
    return reviews_of(Reviews(key="articles/trains.txt", reviews=reviews), summary, etag)


def test_a_correction_stands_in_the_machines_place_and_the_machines_beside_it(
    summary: Summary,
) -> None:
    document = edited(summary, [review("corrected", es=Correction(headline="Calor"))])
    spanish = document.summaries["es"]
    assert spanish.headline == "Calor"
    assert spanish.status == "corrected"
    assert spanish.review
    assert spanish.review.reviewer == "Ana Soler"
    assert spanish.machine
    assert spanish.machine.headline == summary.summaries["es"].headline
    assert spanish.text == spanish.machine.text
    english = document.summaries["en"]
    assert (english.status, english.review, english.machine) == ("ok", None, None)


def test_corrected_sentences_keep_their_evidence(summary: Summary) -> None:
    machine = summary.summaries["en"].sentences
    texts = ("First.", "", *(each.text for each in machine[2:]))
    document = edited(summary, [review("corrected", en=Correction(sentences=texts))])
    english = document.summaries["en"]
    assert english.sentences[0].text == "First."
    assert english.sentences[0].evidence == machine[0].evidence
    assert english.sentences[1:] == machine[2:]
    assert english.text.startswith("First. ")
    assert english.machine
    assert english.machine.sentences == machine


def test_the_confidence_is_that_of_the_machines_words_only(summary: Summary) -> None:
    words = summary.summaries["es"]
    scored = tuple(each.model_copy(update={"confidence": 0.25}) for each in words.sentences)
    measured = words.model_copy(update={"sentences": scored, "headline_confidence": 0.5})
    document = summary.model_copy(update={"summaries": {**summary.summaries, "es": measured}})
    texts = ("Otra.", *(each.text for each in scored[1:]))
    spanish = edited(
        document, [review("corrected", es=Correction(headline="Calor", sentences=texts))]
    ).summaries["es"]
    assert spanish.headline_confidence is None
    assert [each.confidence for each in spanish.sentences] == [None, *[0.25] * (len(scored) - 1)]
    assert spanish.machine
    assert spanish.machine.headline_confidence == 0.5
    assert spanish.machine.sentences == scored


def test_a_corrected_text_rests_on_all_the_evidence(summary: Summary) -> None:
    document = edited(summary, [review("corrected", en=Correction(text="Shorter."))])
    (sentence,) = document.summaries["en"].sentences
    assert sentence.text == document.summaries["en"].text == "Shorter."
    assert {*sentence.evidence} == {
        span for each in summary.summaries["en"].sentences for span in each.evidence
    }


def test_an_approval_after_a_correction_approves_the_corrected_words(summary: Summary) -> None:
    first = review("corrected", en=Correction(headline="Heat"))
    document = edited(summary, [first, review("approved", languages=("en",))])
    assert document.summaries["en"].status == "approved"
    assert document.summaries["en"].headline == "Heat"


def test_an_old_approval_counts_for_all_languages_of_its_summary(summary: Summary) -> None:
    (old,) = kept(review("approved"), summary=summary)
    assert old.languages == ("en", "es")
    assert kept(review("approved", etag='"0"'), summary=summary) == ()


def test_an_old_correction_counts_for_the_languages_that_it_named(summary: Summary) -> None:
    (old,) = kept(review("corrected", es=Correction(headline="Calor")), summary=summary)
    assert old.languages == ("es",)


def test_sending_one_language_back_keeps_the_approval_of_the_others(summary: Summary) -> None:
    digests = {language: digest(summary, language) for language in ("en", "es")}
    approved = review("approved", languages=("en",), digests={"en": digests["en"]})
    back = review("sent_back", languages=("es",), digests={"es": digests["es"]})
    (counts,) = kept(approved, back, summary=summary, etag='"2"')
    assert counts.languages == ("en",)


def test_what_was_sent_back_needs_another_decision_though_the_words_are_the_same(
    summary: Summary,
) -> None:
    digests = {language: digest(summary, language) for language in ("en", "es")}
    approved = review("approved", languages=("en", "es"), digests=digests)
    back = review("sent_back", languages=("es",), digests={"es": digests["es"]})
    (counts,) = kept(approved, back, summary=summary, etag='"2"')
    assert counts.languages == ("en",)
    again = review("approved", languages=("es",), digests={"es": digests["es"]}, etag='"2"')
    assert [
        each.languages for each in kept(approved, back, again, summary=summary, etag='"2"')
    ] == [("en",), ("es",)]
    everything = review("sent_back", digests=digests)
    assert kept(approved, everything, summary=summary, etag='"2"') == ()


@pytest.mark.parametrize("change", ["article", "words"])
def test_an_approval_does_not_count_for_what_is_new(summary: Summary, change: str) -> None:
    approved = review("approved", languages=("en",), digests={"en": digest(summary, "en")})
    if change == "article":
        article = summary.article.model_copy(update={"sha256": "0"})
        newer = summary.model_copy(update={"article": article})
    else:
        words = summary.summaries["en"].model_copy(update={"headline": "Other"})
        newer = summary.model_copy(update={"summaries": {**summary.summaries, "en": words}})
    assert kept(approved, summary=summary, etag='"2"')
    assert kept(approved, summary=newer, etag='"2"') == ()


# ---- Old documents and old readers


def test_documents_of_version_1_are_read(summary: Summary) -> None:
    schema = _schema("summary")
    document = _as_known(json.loads(summary.model_dump_json()), schema, schema)
    document["schema_version"] = "1"
    validate(document, schema, Draft202012Validator)
    read = edited(Summary.model_validate(document))
    assert [words.status for words in read.summaries.values()] == ["ok", "needs_review"]
    assert digest(read, "en") == digest(summary, "en")


def test_reviews_of_version_1_are_read() -> None:
    old = {
        "schema_version": "1",
        "key": "articles/trains.txt",
        "reviews": [
            {
                "decision": "corrected",
                "corrections": {"es": {"headline": "Calor", "text": None}},
                "note": None,
                "reviewer": None,
                "reviewed_at": "2026-03-14T09:26:53Z",
                "reviewed_by": "api-key:1",
                "version_id": None,
                "summary_etag": '"1"',
            }
        ],
    }
    validate(old, _schema("reviews"), Draft202012Validator)
    assert Reviews.model_validate(old).reviews[0].is_about("es")
    assert not Reviews.model_validate(old).reviews[0].is_about("en")


def test_a_document_of_version_2_is_read_as_it_was_served() -> None:
    text = (_OLD / "summary-2.json").read_text("utf-8")
    validate(json.loads(text), _schema("summary", 2), Draft202012Validator)
    spanish = Summary.model_validate_json(text).summaries["es"]
    assert (spanish.status, spanish.headline) == ("corrected", "Calor en Portugal")
    assert spanish.machine
    assert spanish.machine.headline


@pytest.mark.parametrize("version", [1, 2])
def test_a_reader_of_an_older_version_reads_new_documents(summary: Summary, version: int) -> None:
    correction = review("corrected", en=Correction(headline="Heat"))
    document = edited(summary, [correction])
    validate(json.loads(document.model_dump_json()), _tolerant(_schema("summary", version)))
    reviews = Reviews(key="articles/trains.txt", reviews=(correction,))
    validate(json.loads(reviews.model_dump_json()), _tolerant(_schema("reviews", version)))


def _schema(name: str, version: int = 1) -> Any:
    return json.loads((_OLD / f"{name}-{version}.schema.json").read_text("utf-8"))


def _as_known(value: Any, schema: Any, root: Any) -> Any:
    """A document of today without the fields that an older schema does not have."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    if isinstance(value, list):
        return [_as_known(each, schema.get("items", {}), root) for each in value]
    if not isinstance(value, dict):
        return value
    if "anyOf" in schema:
        schema = next(each for each in schema["anyOf"] if each.get("type") != "null")
        return _as_known(value, schema, root)
    others = schema.get("additionalProperties") or {}
    known = schema.get("properties")
    return {
        name: _as_known(each, (known or {}).get(name, others), root)
        for name, each in value.items()
        if known is None or name in known
    }


def _tolerant(schema: Any) -> Any:
    """As a client reads: fields and versions that it does not know are ignored."""
    if isinstance(schema, list):
        return [_tolerant(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: _tolerant(value) for name, value in schema.items()}
    if kept.get("additionalProperties") is False:
        del kept["additionalProperties"]
    if "schema_version" in (properties := kept.get("properties", {})):
        properties["schema_version"] = {"type": "string"}
    return kept


def test_without_an_etag_the_words_tell_which_reviews_count(summary: Summary) -> None:
    spanish = {"es": digest(summary, "es")}
    reviews = (
        review("approved", languages=("es",), digests=spanish),
        review("approved", languages=("en",), digests={"en": "0"}),
        review("sent_back", languages=("es",), digests=spanish),
    )
    found = reviews_of(Reviews(key="articles/trains.txt", reviews=reviews), summary)
    assert [(each.decision, each.languages) for each in found] == [
        ("approved", ("es",)),
        ("sent_back", ("es",)),
    ]
    old = Reviews(key="articles/trains.txt", reviews=(review("approved"),))
    assert reviews_of(old, summary)[0].languages == tuple(summary.summaries)
