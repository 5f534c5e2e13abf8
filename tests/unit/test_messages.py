"""Findings in the reader's language."""

import re

import pytest

from models.packs import OpenPack
from teletipo import formats, messages
from teletipo.article import Source
from teletipo.errors import Killed, Rejection, UnsupportedFormat
from teletipo.findings import Finding, Severity
from teletipo.options import SummaryOptions
from teletipo.pipeline import summarize_article
from teletipo.spans import Span
from teletipo.summary import Summary
from tests.conftest import ARTICLES, ROOT


@pytest.fixture(scope="module")
def summary(tiny_pack: OpenPack) -> Summary:
    data = (ARTICLES / "en-heatwave-trains.txt").read_bytes()
    settings = SummaryOptions(targets=("en", "es"))
    result = summarize_article(data, Source("articles/trains.txt"), tiny_pack, settings)
    assert isinstance(result, Summary)
    text = result.article.text
    at = text.index("45.6")
    finding = Finding(
        code="figure_missing",
        severity=Severity.WARNING,
        language="en",
        sentence=0,
        message="The figure “45.6” is missing.",
        source_spans=(Span(at, at + 4),),
    )
    unknown = finding.model_copy(update={"code": "of_tomorrow"})
    return result.model_copy(update={"findings": (finding, unknown)})


def test_a_message_is_said_by_its_code_with_the_words_it_is_about(summary: Summary) -> None:
    spanish, unknown = messages.in_language(summary, "es").findings
    assert spanish.message == "Falta una cifra del artículo. Artículo: «45.6»."
    assert unknown.message == "The figure “45.6” is missing."
    chinese, _ = messages.in_language(summary, "zh").findings
    assert chinese.message == "缺少原文中的数字。原文：“45.6”。"
    assert messages.in_language(summary, "en") == summary


def test_a_doubtful_translation_says_how_doubtful(summary: Summary) -> None:
    english = summary.summaries["en"]
    first = english.sentences[0].model_copy(update={"confidence": 0.284})
    words = english.model_copy(update={"sentences": (first, *english.sentences[1:])})
    finding = summary.findings[0].model_copy(update={"code": "doubtful", "source_spans": ()})
    doubted = summary.model_copy(update={"summaries": {"en": words}, "findings": (finding,)})
    for language, said in (
        ("es", "El modelo duda de esta traducción (28 %): cotéjela con el artículo."),
        ("zh", "模型对这句译文存疑（28%），请对照原文。"),
    ):
        assert messages.in_language(doubted, language).findings[0].message == said


def test_a_problem_is_said_by_its_code_with_its_values() -> None:
    spanish = messages.problem("language_not_served", "es", {"languages": "inglés"})
    assert spanish
    assert "inglés" in spanish
    assert messages.problem("language_not_served", "es", {}) is None
    assert messages.problem("of_tomorrow", "es", {}) is None
    assert messages.problem("too_large", "en", {}) is None


def test_every_documented_problem_and_rejection_has_a_message_in_every_language() -> None:
    errors = (ROOT / "docs" / "api.md").read_text("utf-8").partition("**Errors**")[2]
    own = errors.partition("The codes are")[2].partition("API Gateway")[0]
    rejections = {Killed.code, *(each.code for each in Rejection.__subclasses__())}
    codes = set(re.findall("`([a-z_]+)`", own)) | rejections
    assert len(codes) > 30
    for language in messages.languages()[1:]:
        assert codes == set(messages._texts()[language]["problems"])


@pytest.mark.parametrize("language", ["en", "es", "zh"])
def test_the_formats_that_are_read_are_named(language: str) -> None:
    with pytest.raises(UnsupportedFormat) as refused:
        formats.read(b"{\\rtf1 Hello.}")
    said = messages.problem("unsupported_format", language, {}) or str(refused.value)
    for name in "NITF, NewsML, ninjs, RSS, Atom, HTML, IPTC 7901, DOCX, PDF".split(", "):
        assert name in said


def test_every_documented_code_has_a_message_in_every_language() -> None:
    page = (ROOT / "docs" / "checks.md").read_text("utf-8").partition("\n## Findings")[2]
    codes = set(re.findall(r"^\| `(\w+)` \|", page.partition("\n## ")[0], re.MULTILINE))
    assert len(codes) > 35
    for language in messages.languages()[1:]:
        assert codes - set(messages._texts()[language]) == set()
