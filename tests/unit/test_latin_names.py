"""A person's Latin name follows the first mention in Chinese."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from models.packs import OpenPack
from teletipo.article import Source
from teletipo.draft import Draft, DraftSentence
from teletipo.findings import Finding, Severity
from teletipo.latin_names import add_latin_names
from teletipo.options import SummaryOptions
from teletipo.pipeline import summarize_article
from teletipo.ports import Hop, Hypothesis
from teletipo.spans import Span
from tests.checking import verified


def draft(language: str, *texts: str, headline: str | None = None) -> Draft:
    return Draft(language, headline, tuple(DraftSentence(text, (Span(0, 9),)) for text in texts))


def glossed(text: str, chinese: str, language: str = "es") -> str:
    return add_latin_names(draft(language, text), draft("zh-Hans", chinese)).sentences[0].text


def test_a_person_has_the_latin_name_at_the_first_mention_only() -> None:
    source = draft("es", "Habló Pedro Zambrano.", "Pedro Zambrano ganó.", headline="Pedro Zambrano")
    chinese = draft(
        "zh-Hans", "佩德罗·桑布拉诺讲话。", "佩德罗·桑布拉诺获胜。", headline="佩德罗·桑布拉诺"
    )
    found = add_latin_names(source, chinese)
    assert [each.text for each in found.sentences] == [
        "佩德罗·桑布拉诺（Pedro Zambrano）讲话。",
        "佩德罗·桑布拉诺获胜。",
    ]
    assert found.headline == "佩德罗·桑布拉诺"
    assert [each.evidence for each in found.sentences] == [(Span(0, 9),)] * 2


def test_an_established_name_has_it_too() -> None:
    assert glossed("They met Barack Obama.", "他们会见了奥巴马。", "en") == (
        "他们会见了奥巴马（Barack Obama）。"
    )


def test_a_name_that_no_list_has_is_told_by_its_sound() -> None:
    assert glossed("Habló Ansel Kowalczyk ayer.", "安塞尔·科瓦尔奇克昨天讲话。") == (
        "安塞尔·科瓦尔奇克（Ansel Kowalczyk）昨天讲话。"
    )


def test_what_is_no_person_or_has_a_parenthesis_gets_none() -> None:
    for text, chinese in [
        ("Viajó a Nueva York.", "他前往纽约。"),
        ("Habló Pedro Zambrano.", "佩德罗·桑布拉诺（Zambrano）讲话。"),
        ("Habló Pedro Zambrano.", "大佩德罗·桑布拉诺·佩尼亚讲话。"),
        ("Habló Pedro Zambrano.", "他讲话。"),
        ("Habló el presidente Maduro.", "马杜罗总统讲话。"),
    ]:
        assert glossed(text, chinese) == chinese


def test_other_languages_stay_as_they_are() -> None:
    source, english = draft("es", "Habló Pedro Zambrano."), draft("en", "Pedro Zambrano spoke.")
    assert add_latin_names(source, english) == english


def test_a_sentence_that_was_not_translated_stays_as_it_is() -> None:
    same = "Habló Pedro Zambrano."
    assert add_latin_names(draft("es", same), draft("zh-Hans", same)).sentences[0].text == same


def test_the_spans_of_findings_move_along() -> None:
    chinese = "昨天佩德罗·桑布拉诺付了30欧元。"
    spans = (Span(0, 2), Span(2, 10), Span(chinese.index("30"), chinese.index("30") + 2))
    finding = Finding(
        code="figure_changed",
        severity=Severity.ERROR,
        language="zh-Hans",
        sentence=0,
        message="x",
        output_spans=spans,
    )
    other = finding.model_copy(update={"sentence": None})
    before = replace(draft("zh-Hans", chinese), findings=(finding, other))
    after = add_latin_names(draft("es", "Ayer Pedro Zambrano pagó 40 euros."), before)
    text = after.sentences[0].text
    moved, unmoved = after.findings
    assert [text[each.start : each.end] for each in moved.output_spans] == [
        "昨天",
        "佩德罗·桑布拉诺",
        "30",
    ]
    assert unmoved.output_spans == spans


def test_two_persons_of_one_sentence_have_theirs() -> None:
    text = "Hablaron Pedro Zambrano y Luis Peña."
    assert glossed(text, "佩德罗·桑布拉诺和路易斯·佩尼亚讲话。") == (
        "佩德罗·桑布拉诺（Pedro Zambrano）和路易斯·佩尼亚（Luis Peña）讲话。"
    )


def test_the_checks_do_not_mind() -> None:
    text, chinese = "Ayer habló Pedro Zambrano en Lima.", "佩德罗·桑布拉诺昨天在利马讲话。"
    before = verified(text, chinese, "es", "zh-Hans")
    after = verified(text, glossed(text, chinese), "es", "zh-Hans")
    assert [each.code for each in after] == [each.code for each in before] == []


def test_the_option_works_through_the_pipeline_and_is_recorded(
    tiny_pack: OpenPack, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = b"El ministro Pedro Zambrano habl\xc3\xb3 este lunes en Lima de 40 millones de euros."

    answers = {
        "en": "Minister Pedro Zambrano spoke in Lima on Monday about 40 million euros.",
        "zh-Hans": "佩德罗·桑布拉诺部长周一在利马谈到4000万欧元。",
    }

    def answer(asked: Sequence[tuple[str, Hop]], **_: object) -> list[Hypothesis]:
        return [Hypothesis(answers[hop.target], finished=True) for _, hop in asked]

    monkeypatch.setattr(tiny_pack, "translate_each", answer)
    source = Source("articles/a.txt", declared_language="es")
    chinese = {}
    for chosen in (False, True):
        options = SummaryOptions(targets=("zh-Hans",), latin_names=chosen)
        summary = summarize_article(body, source, tiny_pack, options)
        assert summary.settings.latin_names is chosen
        chinese[chosen] = summary.summaries["zh-Hans"]
    (sentence,), (plain,) = chinese[True].sentences, chinese[False].sentences
    assert sentence.text == plain.text.replace("桑布拉诺", "桑布拉诺（Pedro Zambrano）")
    assert (sentence.evidence, sentence.confidence) == (plain.evidence, plain.confidence)


def test_a_name_that_a_kept_sentence_has_is_not_added_again() -> None:
    source = draft("es", "Pedro Zambrano ganó.")
    chinese = draft("zh-Hans", "佩德罗·桑布拉诺获胜。")
    kept = ["佩德罗·桑布拉诺（Pedro Zambrano）讲话。"]
    assert "Pedro" in add_latin_names(source, chinese).sentences[0].text
    assert add_latin_names(source, chinese, kept) == chinese
