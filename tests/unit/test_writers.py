"""One language's summary in other formats: what is written is what is read back."""

import json
import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker, validate

from teletipo import formats
from teletipo.article import Subject
from teletipo.disclosure import Disclosure, SignOff
from teletipo.edited import edited
from teletipo.exports import to_ninjs
from teletipo.formats.html import MARKUP
from teletipo.formats.writers import WRITERS, Edition, edition, text
from teletipo.formats.writers import html as html_writer
from teletipo.review import Correction, Review
from teletipo.spans import Span
from teletipo.summary import (
    ArticleDateline,
    ArticleIdentity,
    LanguageSummary,
    Summary,
    SummaryModel,
    SummaryPack,
    SummarySentence,
    SummarySettings,
)
from tests.conftest import ROOT
from tests.reviews import NOW, review

_NEWSCODES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_SCHEMA = json.loads((ROOT / "tests/data/iptc/ninjs-schema_3.1.json").read_text("utf-8"))


def language_summary(text: str, dateline: str | None, **fields: Any) -> LanguageSummary:
    return LanguageSummary(
        **{
            "headline": "El puente reabre",
            "dateline": dateline,
            "text": text,
            "translated": False,
            "route": (),
            "method": "extractive",
            "sentences": (SummarySentence(text=text, evidence=(Span(0, 5),)),),
            **fields,
        }
    )


@pytest.fixture
def summary() -> Summary:
    return made()


def made() -> Summary:
    """A summary in three languages of which nobody has released one."""
    article = ArticleIdentity(
        key="articles/a.xml",
        version_id=None,
        sha256="0" * 64,
        guid="urn:x:1",
        language="es",
        headline="El puente reabre",
        section=None,
        dateline=ArticleDateline(place="Lima", date="--05-02", agency="EFE"),
        update=None,
        byline=None,
        sign_off="mcr/rgb",
        word_count=4,
        text="El puente reabrió.",
        urgency=3,
        slug="puente",
        rights="© EFE",
        subjects=(
            Subject("medtop", "20000553", "puentes"),
            Subject("subj", "04015000"),
            Subject("EFE", "C0401", "OBRAS"),
        ),
    )
    return Summary(
        status="ok",
        article=article,
        summaries={
            "es": language_summary("El puente reabrió.", "Lima, 2 may (EFE).-"),
            "en": language_summary(
                "The bridge reopened.",
                "Lima, May 2 (EFE).-",
                headline="Bridge reopens",
                translated=True,
                route=("es", "en"),
            ),
            "zh-Hans": language_summary(
                "大桥重新开放。",
                "埃菲社利马5月2日电",
                headline="大桥重开",
                translated=True,
                route=("es", "zh-Hans"),
            ),
        },
        findings=(),
        pack=SummaryPack(
            name="embedded",
            version="6",
            runtime="ctranslate2",
            quantization="int8",
            models=(SummaryModel(name="m", sha256="0" * 64),),
        ),
        settings=SummarySettings(
            targets=("es", "en"), abstractive=False, repair=True, terminology=None
        ),
        repairs={},
        timings_seconds={},
    )


def reviewed(
    summary: Summary, language: str, reviews: Sequence[Review] = (), *, with_line: bool = True
) -> Edition:
    return edition(edited(summary, reviews), language, "id", now=NOW, with_line=with_line)


_SENT_BACK = review("sent_back")
_CORRECTED = review("corrected", en=Correction(text="The old bridge reopened."))


def test_nitf_is_read_back_as_it_was_written(summary: Summary) -> None:
    written = reviewed(summary, "en", [_CORRECTED])
    _, write = WRITERS["nitf"]
    copy = formats.read(write(written).encode())
    assert (copy.format, copy.guid, copy.language) == ("nitf", "urn:x:1#summary-en", "en")
    assert (copy.headline, copy.body) == ("Bridge reopens", "The old bridge reopened.")
    assert copy.dateline is not None
    assert copy.dateline.written == "Lima, May 2 (EFE).-"
    assert (copy.urgency, copy.slug, copy.rights) == (3, "puente", "© EFE")
    assert copy.subjects == written.subjects
    assert copy.date is not None
    assert copy.date.isoformat() == "2026-03-14T09:26:53+00:00"


def test_html_is_read_back_as_it_was_written(summary: Summary) -> None:
    written = reviewed(summary, "es", [review("approved")])
    copy = formats.read(html_writer.write(written).encode())
    assert (copy.format, copy.guid, copy.language) == ("html", "urn:x:1#summary-es", "es")
    assert (copy.headline, copy.body) == ("El puente reabre", "El puente reabrió.")
    assert copy.subjects[:2] == (
        Subject("medtop", "20000553", "Lugares de ocio"),
        Subject("subj", "04015000"),
    )


@pytest.mark.parametrize("language", ["es", "en", "zh-Hans"])
def test_text_is_read_back_as_it_was_written(summary: Summary, language: str) -> None:
    written = reviewed(summary, language, [review("approved")], with_line=False)
    copy = formats.read(text.write(written).encode())
    assert (copy.headline, copy.body) == (written.headline, written.text)
    assert copy.dateline is not None
    assert copy.dateline.written == written.dateline


def test_text_closes_as_its_language_does(summary: Summary) -> None:
    approved = [review("approved")]
    assert text.write(reviewed(summary, "es", approved, with_line=False)) == (
        "El puente reabre\n\nLima, 2 may (EFE).- El puente reabrió.\n\nEFE mcr/rgb\n"
    )
    assert text.write(reviewed(summary, "zh-Hans", approved, with_line=False)) == (
        "大桥重开\n\n（埃菲社利马5月2日电）大桥重新开放。（完）\n"
    )


# With these three a text may look as if it were encoded twice, and is read as it was meant then.
_WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="ÂÃâ"), max_size=60)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_WORDS, _WORDS, _WORDS, st.sampled_from(list(WRITERS)))
def test_any_words_are_read_back(
    summary: Summary, headline: str, words: str, slug: str, name: str
) -> None:
    # The words that an editor can write: one line, without invisible characters.
    from teletipo.formats.building import line

    body = f"The bridge reopened {line(words) or ''} on Monday."
    # Senders escape HTML, so text that has the form of a tag is read as one.
    assume(not MARKUP.search(f"{headline}{words}{slug}"))
    written = reviewed(summary, "en", [review("approved")])
    changed = Edition(
        **{
            **written.__dict__,
            "headline": line(f"A {headline} z"),
            "text": body,
            "article": written.article.model_copy(update={"slug": slug}),
        }
    )
    document = WRITERS[name][1](changed)
    copy = formats.inspect(document.encode(), WRITERS[name][0])
    if name == "text":
        assert body in document
    else:
        assert (copy.format, copy.body) == (name, line(body))
        assert copy.headline == changed.headline


@pytest.mark.parametrize("reviews", [[], [_SENT_BACK], [review("approved"), _SENT_BACK]])
def test_what_nobody_released_says_so_in_every_format(
    summary: Summary, reviews: list[Review]
) -> None:
    waiting = summary.model_copy(update={"status": "needs_review"})
    written = reviewed(waiting, "en", reviews)
    documents = {name: write(written) for name, (_, write) in WRITERS.items()}
    assert documents["text"].startswith("DRAFT — NOT FOR PUBLICATION\n")
    assert 'management-status="withheld"' in documents["nitf"]
    assert 'content="noindex"' in documents["html"]
    assert '"creativeWorkStatus": "Draft"' in documents["html"]
    assert not any("Ana Soler" in document for document in documents.values())


@pytest.mark.parametrize(
    ("language", "reviews", "code"),
    [
        ("es", [], "algorithmicallyEnhanced"),
        ("es", [_CORRECTED], "algorithmicallyEnhanced"),
        ("es", [review("corrected", es=Correction(headline="Abre"))], "humanEdits"),
        ("en", [], "trainedAlgorithmicMedia"),
        ("en", [review("approved")], "trainedAlgorithmicMedia"),
        ("en", [_CORRECTED], "compositeWithTrainedAlgorithmicMedia"),
        ("en", [_CORRECTED, review("approved")], "compositeWithTrainedAlgorithmicMedia"),
    ],
)
def test_the_source_type_says_what_a_machine_made(
    summary: Summary, language: str, reviews: list[Review], code: str
) -> None:
    written = reviewed(summary, language, reviews)
    assert written.disclosure.source_type == f"{_NEWSCODES}{code}"
    for name in ("nitf", "html"):
        assert f"{_NEWSCODES}{code}" in WRITERS[name][1](written)
    item = to_ninjs(edited(summary, reviews), "id", now=NOW)
    items = {each["language"]: each for each in (item, *item["associations"])}
    assert items[language]["digitalSourceType"] == {"uri": f"{_NEWSCODES}{code}"}


def test_without_the_line_text_and_html_keep_the_fields(summary: Summary) -> None:
    written = reviewed(summary, "en", [review("approved")], with_line=False)
    line = written.disclosure.line("en")
    for name in ("text", "html"):
        assert line not in WRITERS[name][1](written)
        assert line in WRITERS[name][1](reviewed(summary, "en", [review("approved")]))
    assert "trainedAlgorithmicMedia" in WRITERS["html"][1](written)
    assert line in WRITERS["nitf"][1](written)


def test_every_export_names_pack_and_reviewer(summary: Summary) -> None:
    reviews = [_CORRECTED]
    item = to_ninjs(edited(summary, reviews), "id", now=NOW)
    documents = [write(reviewed(summary, "en", reviews)) for _, write in WRITERS.values()]
    for document in [*documents, json.dumps(item)]:
        assert "embedded 6" in document
        assert "Ana Soler" in document
        assert "2026-03-14" in document


def test_an_editor_without_a_name_is_no_person_and_the_credentials_go_nowhere(
    summary: Summary,
) -> None:
    reviews = [review("approved").model_copy(update={"reviewer": None})]
    item = to_ninjs(edited(summary, reviews), "id", now=NOW)
    assert "people" not in item
    validate(item, _SCHEMA, Draft202012Validator, format_checker=FormatChecker())
    said = {
        "es": "Revisado y aprobado por un editor el 2026-03-14.",
        "en": "Reviewed and approved by an editor on 2026-03-14.",
        "zh-Hans": "编辑于2026-03-14审阅并批准。",
    }
    for language, line in said.items():
        written = reviewed(summary, language, reviews)
        assert written.disclosure.line(language).endswith(line)
        for document in [write(written) for _, write in WRITERS.values()] + [json.dumps(item)]:
            assert "api-key" not in document
            assert '"Person"' not in document


def test_json_ld_states_nothing_empty(summary: Summary) -> None:
    page = WRITERS["html"][1](reviewed(summary, "es", ()))
    data = json.loads(re.findall(r'ld\+json">(.*?)</script>', page, re.DOTALL)[0])
    assert data["about"]
    assert all(value for each in data["about"] for value in each.values())


def test_ninjs_keeps_the_subjects_and_validates(summary: Summary) -> None:
    for reviews in ([], [_CORRECTED], [_SENT_BACK]):
        item = to_ninjs(edited(summary, reviews), "id", now=NOW)
        validate(item, _SCHEMA, Draft202012Validator, format_checker=FormatChecker())
        names = {
            "es": ("Lugares de ocio", "Transporte"),
            "en": ("leisure venue", "transport"),
            "zh-Hans": ("休闲场所", "运输"),
        }
        for each in (item, *item["associations"]):
            place, moved = names[each["language"]]
            assert each["subjects"] == [
                {"name": place, "uri": "http://cv.iptc.org/newscodes/mediatopic/20000553"},
                {"uri": "http://cv.iptc.org/newscodes/subjectcode/04015000"},
                {"name": moved, "uri": "http://cv.iptc.org/newscodes/mediatopic/20000337"},
                {"name": "OBRAS", "literal": "C0401"},
            ]
            assert (each["urgency"], each["slugline"]) == (3, "puente")


@pytest.mark.parametrize("language", ["es", "en", "zh-Hans", "fr"])
@pytest.mark.parametrize("by_model", [True, False])
@pytest.mark.parametrize("corrected", [None, True, False])
def test_the_line_for_readers_has_no_gap(
    language: str, by_model: bool, corrected: bool | None
) -> None:
    at = "2026-03-14T09:26:53Z"
    sign_off = None if corrected is None else SignOff("Ana Soler", at, at, corrected)
    line = Disclosure(by_model, by_model, "embedded 6", sign_off).line(language)
    assert "{" not in line
    assert ("embedded 6" in line) == by_model
    assert ("Ana Soler" in line and "2026-03-14" in line) == (sign_off is not None)


def test_a_headline_cannot_break_out_of_the_page(summary: Summary) -> None:
    evil = '</script><script>alert("x")</script>'
    changed = summary.model_copy(
        update={"summaries": {"en": summary.summaries["en"].model_copy(update={"headline": evil})}}
    )
    page = html_writer.write(reviewed(changed, "en"))
    assert page.count("<script") == page.count("</script>") == 1
