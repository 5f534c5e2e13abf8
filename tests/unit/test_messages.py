"""Findings in the reader's language."""

import re

import pytest

from models.packs import OpenPack
from teletipo import messages
from teletipo.article import Source
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


def test_every_documented_code_has_a_message_in_every_language() -> None:
    page = (ROOT / "docs" / "checks.md").read_text("utf-8").partition("\n## Findings")[2]
    codes = set(re.findall(r"^\| `(\w+)` \|", page.partition("\n## ")[0], re.MULTILINE))
    assert len(codes) > 35
    for language in messages.languages()[1:]:
        assert codes - set(messages._texts()[language]) == set()
