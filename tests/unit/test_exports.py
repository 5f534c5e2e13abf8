"""A summary in other systems' formats."""

import json
from datetime import timedelta

import pytest
from jsonschema import Draft202012Validator, validate

from models.packs import OpenPack
from teletipo import formats
from teletipo.article import Source
from teletipo.edited import edited
from teletipo.exports import to_ninjs
from teletipo.formats.writers import WRITERS, edition, to_text
from teletipo.options import SummaryOptions
from teletipo.pipeline import summarize_article
from teletipo.review import Correction
from teletipo.summary import LanguageSummary, Summary
from tests.conftest import ARTICLES, ROOT
from tests.reviews import NOW, review

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


def test_ninjs_is_valid_and_says_that_a_machine_translated(summary: Summary) -> None:
    item = to_ninjs(summary, "id", now=NOW)
    validate(item, _SCHEMA, Draft202012Validator)
    assert item["language"] == "en"
    assert item["digitalSourceType"]["uri"].endswith("/algorithmicallyEnhanced")
    (spanish,) = item["associations"]
    assert spanish["language"] == "es"
    assert spanish["digitalSourceType"]["uri"].endswith("/trainedAlgorithmicMedia")
    assert spanish["pubStatus"] == "withheld"
    assert "draft quality" in spanish["edNote"]


@pytest.mark.parametrize(
    ("guid", "uri"),
    [
        ("tegucigalpa 1", "urn:teletipo:tegucigalpa%201"),
        ("efe:100%", "efe:100%25"),
        ("https://efe.example/año%20[1]#b", "https://efe.example/a%C3%B1o%20%5B1%5D%23b"),
        ("urn:newsml:efe.com:1", "urn:newsml:efe.com:1"),
    ],
)
def test_every_export_names_a_summary_by_the_same_uri(
    summary: Summary, guid: str, uri: str
) -> None:
    article = summary.article.model_copy(update={"guid": guid})
    named = summary.model_copy(update={"article": article})
    item = to_ninjs(named, "id", now=NOW)
    assert item["uri"] == edition(named, "en", "id", now=NOW).guid == f"{uri}#summary-en"
    assert item["altIds"][0]["value"] == guid


def test_only_what_an_editor_approved_is_usable_and_says_by_whom(summary: Summary) -> None:
    item = to_ninjs(edited(summary, [review("approved", languages=("es",))]), "id", now=NOW)
    validate(item, _SCHEMA, Draft202012Validator)
    (spanish,) = item["associations"]
    assert item["pubStatus"] == "withheld"
    assert "people" not in item
    assert spanish["pubStatus"] == "usable"
    assert spanish["people"] == [{"name": "Ana Soler", "rel": "signed-off-by"}]
    assert spanish["edNote"].startswith("Approved by Ana Soler, 2026-03-14T09:26:53Z.")


def test_what_has_no_findings_is_withheld_until_somebody_approves_it(summary: Summary) -> None:
    fine = edited(summary.model_copy(update={"findings": (), "status": "ok"}))
    assert fine.summaries["en"].status == "ok"
    assert to_ninjs(fine, "id", now=NOW)["pubStatus"] == "withheld"


def test_what_is_sent_back_is_withheld_again(summary: Summary) -> None:
    decisions = [review("approved"), review("sent_back", languages=("en",))]
    item = to_ninjs(edited(summary, decisions), "id", now=NOW)
    assert item["pubStatus"] == "withheld"
    assert item["associations"][0]["pubStatus"] == "usable"


def test_an_editors_words_go_out_in_the_machines_place(summary: Summary) -> None:
    decisions = [
        review("corrected", es=Correction(text="Los trenes van más despacio.")),
        review("corrected", es=Correction(headline="Calor")),
    ]
    document = edited(summary, decisions)
    (spanish,) = to_ninjs(document, "id", now=NOW)["associations"]
    assert spanish["bodies"][0]["value"] == "Los trenes van más despacio."
    assert spanish["headlines"][0]["value"] == "Calor"
    assert "\n\nCalor\n\nLisboa, 12 jul (EFE).- Los trenes van más despacio.\n\n" in to_text(
        document, "id", now=NOW
    )


def test_text_has_each_language_as_its_export_has_it(summary: Summary) -> None:
    english, spanish = to_text(summary, "id", now=NOW).split("\n\n\n")
    assert english.startswith(
        "DRAFT — NOT FOR PUBLICATION\n\nPortugal slows trains as heat wave bends tracks\n\nLisbon,"
    )
    assert summary.summaries["en"].text in english
    assert english.endswith("Summary taken automatically from the original (Teletipo).")
    assert spanish.startswith("BORRADOR — NO PUBLICAR\n\n")
    assert "Resumen traducido por inteligencia artificial" in spanish
    assert "inteligencia artificial" not in to_text(summary, "id", now=NOW, with_line=False)


def test_the_document_says_what_a_machine_made_in_each_language(summary: Summary) -> None:
    codes = "http://cv.iptc.org/newscodes/digitalsourcetype/"

    def sources(document: Summary) -> list[str | None]:
        return [each.digital_source_type for each in document.summaries.values()]

    assert sources(summary) == [
        f"{codes}algorithmicallyEnhanced", f"{codes}trainedAlgorithmicMedia"
    ]  # fmt: skip
    correction = review("corrected", es=Correction(text="Los trenes van más despacio."))
    assert sources(edited(summary, [correction])) == [
        f"{codes}algorithmicallyEnhanced", f"{codes}compositeWithTrainedAlgorithmicMedia"
    ]  # fmt: skip
    older = summary.summaries["es"].model_dump(exclude={"digital_source_type"})
    assert LanguageSummary.model_validate(older).digital_source_type is None


def test_what_is_approved_and_embargoed_is_withheld_and_says_until_when(summary: Summary) -> None:
    embargo = NOW + timedelta(hours=9)
    article = summary.article.model_copy(update={"embargo": embargo})
    document = edited(summary.model_copy(update={"article": article}), [review("approved")])
    item = to_ninjs(document, "id", now=NOW)
    validate(item, _SCHEMA, Draft202012Validator)
    for each in (item, *item["associations"]):
        assert (each["pubStatus"], each["embargoedUntil"]) == ("withheld", "2026-03-15T09:00:00Z")
    marks = {"text": "EMBARGOED UNTIL 2026-03-15T09:00:00Z", "html": "noindex", "nitf": "withheld"}
    for name, mark in marks.items():
        media_type, write = WRITERS[name]
        assert mark in write(edition(document, "en", "id", now=NOW))
        assert mark not in write(edition(document, "en", "id", now=embargo))
        if name != "html":
            copy = formats.inspect(
                write(edition(document, "en", "id", now=NOW)).encode(), media_type
            )
            assert copy.status != "usable" or copy.embargo == embargo
    released = to_ninjs(document, "id", now=embargo)
    assert (released["pubStatus"], "embargoedUntil" in released) == ("usable", False)
