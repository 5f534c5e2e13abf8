"""The checks of whether a sentence was translated at all."""

import pytest

from teletipo.findings import Finding
from teletipo.ports import Hypothesis
from teletipo.terminology import Term, Terminology
from teletipo.verify.checks.decoding import check_decoding
from teletipo.verify.checks.form import check_form
from teletipo.verify.context import NO_CONTEXT, Context
from teletipo.verify.pair import SentencePair
from tests.checking import run

_ES = "El Gobierno aprobó este martes un plan de 1.500 millones de euros para la sanidad pública."
_EN = "The government on Tuesday approved a 1.5 billion euro plan for the public health system."
_ZH = "政府周二批准了一项15亿欧元的公共卫生系统计划。"


def findings(source_text: str, hypothesis: Hypothesis, target: str) -> list[Finding]:
    pair = SentencePair.of(source_text, hypothesis.text, "es", target)
    return list(check_decoding(pair, hypothesis)) or list(check_form(pair, NO_CONTEXT))


@pytest.mark.parametrize(
    ("text", "target"),
    [
        (_EN, "en"),
        (_ZH, "zh-Hans"),
        ("Government approves 1.5 billion euro plan for health.", "en"),
    ],
)
def test_a_fair_translation_passes(text: str, target: str) -> None:
    assert findings(_ES, Hypothesis(text, True), target) == []


@pytest.mark.parametrize(
    ("hypothesis", "target", "code"),
    [
        (Hypothesis("", True), "en", "empty"),
        (Hypothesis("The government.", True), "en", "stopped_early"),
        (Hypothesis("The government on Tuesday approved a 1.5 billion euro plan for", True), "en",
         "stopped_early"),
        (Hypothesis(_EN, False), "en", "ran_over"),
        (Hypothesis(_EN * 3, True), "en", "ran_over"),
        (Hypothesis("The plan, the plan, the plan, the plan, the plan for the public.", True), "en",
         "repetition"),
        (Hypothesis("政府政府政府政府政府政府政府批准了计划。", True), "zh-Hans", "repetition"),
        (Hypothesis(_ES, True), "en", "source_echo"),
        (Hypothesis("Le gouvernement a approuvé mardi un plan pour la santé publique.", True), "en",
         "wrong_language"),
        (Hypothesis(_EN, True), "zh-Hans", "wrong_language"),
        (Hypothesis(_ZH, True), "en", "wrong_language"),
        (Hypothesis("“We have lost too much time,” said the mayor.", True, True), "en",
         "prompt_echo"),
    ],
)  # fmt: skip
def test_each_fault_is_reported(hypothesis: Hypothesis, target: str, code: str) -> None:
    assert code in [finding.code for finding in findings(_ES, hypothesis, target)]


def test_a_headline_needs_no_full_stop_and_names_may_stay() -> None:
    assert run(check_form, "Real Madrid - Barcelona", "Real Madrid - Barcelona", "es", "en") == []


@pytest.mark.parametrize(
    ("text", "output", "source", "target", "word", "severity"),
    [
        ("Pilots' strike grounds 200 flights.", "Una strike deja en tierra 200 vuelos.",
         "en", "es", "strike", "warning"),
        ("Retiran yogures por riesgo de asfixia.", "Yogurts recalled for asfixia risk.",
         "es", "en", "asfixia", "warning"),
        ("Yogurts recalled for choking risk.", "因 choking 风险召回酸奶。",
         "en", "zh-Hans", "choking", "error"),
        # A word of the step before, through English.
        ("Retiran yogures por riesgo de asfixia.", "因 choking 风险召回酸奶。",
         "es", "zh-Hans", "choking", "error"),
    ],
)  # fmt: skip
def test_a_single_word_that_was_left_is_seen(
    text: str, output: str, source: str, target: str, word: str, severity: str
) -> None:
    (found,) = run(check_form, text, output, source, target)
    assert (found.code, found.severity) == ("untranslated_words", severity)
    assert [output[span.start : span.end] for span in found.output_spans] == [word]


@pytest.mark.parametrize(
    ("text", "output", "source", "target"),
    [
        ("The hospital has software.", "El hospital tiene software.", "en", "es"),
        ("He called it “lockdown”.", "他称之为“lockdown”（lockdown）。", "en", "zh-Hans"),
        ("See example.com/report.", "请参阅该网站的报告：example.com/report。", "en", "zh-Hans"),
        ("The people were Homo sapiens.", "当时的这些人属于Homo sapiens。", "en", "zh-Hans"),
        ("Hablaron de #niunamenos.", "他们谈论了#niunamenos运动的情况。", "es", "zh-Hans"),
        ("Habló la Comisión nacional.", "他提到了Comisión nacional的意见。", "es", "zh-Hans"),
        ("An iPhone costs more.", "一部iPhone更贵。", "en", "zh-Hans"),
    ],
)
def test_a_word_that_both_languages_have_is_not_left(
    text: str, output: str, source: str, target: str
) -> None:
    assert run(check_form, text, output, source, target) == []


def test_a_term_of_the_desk_may_be_as_in_the_source() -> None:
    terms = Terminology((Term({"en": "choking", "zh-Hans": "choking"}),), "x")
    output = "因 choking 风险召回酸奶。"
    context = Context(terminology=terms)
    assert (
        run(check_form, "Yogurts recalled for choking risk.", output, "en", "zh-Hans", context)
        == []
    )
