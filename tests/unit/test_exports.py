"""A summary in other systems' formats."""

import json

import pytest
from jsonschema import Draft202012Validator, validate

from models.packs import OpenPack
from teletipo.article import Source
from teletipo.exports import to_ninjs, to_text, usable
from teletipo.options import SummaryOptions
from teletipo.pipeline import summarize_article
from teletipo.review import Correction, Review
from teletipo.summary import Summary
from tests.conftest import ARTICLES, ROOT

_SCHEMA = json.loads((ROOT / "tests/data/iptc/ninjs-schema_3.1.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def summary(tiny_pack: OpenPack) -> Summary:
    data = (ARTICLES / "en-heatwave-trains.txt").read_bytes()
    settings = SummaryOptions(targets=("en", "es"))
    result = summarize_article(
        data, Source("articles/trains.txt", guid="urn:1"), tiny_pack, settings
    )
    assert isinstance(result, Summary)
    return result


def review(decision: str, **corrections: Correction) -> Review:
    return Review.model_validate(
        {
            "decision": decision,
            "corrections": corrections,
            "reviewed_at": "2026-03-14T09:26:53Z",
            "reviewed_by": "api-key:1",
            "version_id": None,
            "summary_etag": '"1"',
        }
    )


def test_ninjs_is_valid_and_says_that_a_machine_translated(summary: Summary) -> None:
    item = to_ninjs(summary, "id")
    validate(item, _SCHEMA, Draft202012Validator)
    assert item["language"] == "en"
    assert item["digitalSourceType"]["uri"].endswith("/algorithmicallyEnhanced")
    (spanish,) = item["associations"]
    assert spanish["language"] == "es"
    assert spanish["digitalSourceType"]["uri"].endswith("/trainedAlgorithmicMedia")
    assert spanish["pubStatus"] == "withheld"
    assert "draft quality" in spanish["edNote"]


def test_an_editors_decision_frees_it_or_takes_it_back(summary: Summary) -> None:
    assert summary.status == "needs_review"
    assert not usable(summary)
    assert to_ninjs(summary, "id", [review("approved")])["pubStatus"] == "usable"
    taken_back = [review("approved"), review("sent_back")]
    assert to_ninjs(summary, "id", taken_back)["pubStatus"] == "withheld"


def test_an_editors_words_go_out_in_the_machines_place(summary: Summary) -> None:
    first = review("corrected", es=Correction(text="Los trenes van más despacio."))
    second = review("corrected", es=Correction(headline="Calor"))
    (spanish,) = to_ninjs(summary, "id", [first, second])["associations"]
    assert spanish["bodies"][0]["value"] == "Los trenes van más despacio."
    assert spanish["headlines"][0]["value"] == "Calor"
    assert to_text(summary, [first, second]).endswith(
        "Calor\nLisboa, 12 jul (EFE).- Los trenes van más despacio.\n"
    )


def test_text_has_each_languages_headline_and_line(summary: Summary) -> None:
    english, spanish = to_text(summary).strip("\n").split("\n\n")
    assert english.startswith("Portugal slows trains as heat wave bends tracks\nLisbon, Jul 12")
    assert english.endswith(summary.summaries["en"].text)
    assert spanish.endswith(summary.summaries["es"].text.strip())
