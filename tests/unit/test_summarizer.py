"""Extractive summaries: whole sentences of the article, none of its furniture."""

import hashlib

import pytest

from teletipo import formats
from teletipo.article import Article, Source
from teletipo.errors import NoSentences
from teletipo.sentences import split_sentences
from teletipo.summarizer import summarize
from teletipo.vectors import word_count
from tests.conftest import ARTICLES


def article(text: str, language: str) -> Article:
    copy = formats.read(text.encode())
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Article(Source("k"), digest, language, copy, split_sentences(copy.body, language))


@pytest.mark.parametrize(
    ("file", "language", "lead"),
    [
        ("es-desalinizadora.txt", "es", "Chile puso en marcha"),
        ("en-heatwave-trains.txt", "en", "Portugal's rail network"),
        ("zh-metro.txt", "zh-Hans", "马德里地铁一号线周三恢复"),
    ],
)
def test_a_sample_is_summarized_by_its_lead_and_whole_sentences(
    file: str, language: str, lead: str
) -> None:
    source = article((ARTICLES / file).read_text("utf-8"), language)
    draft = summarize(source)
    assert 2 <= len(draft.sentences) <= 4
    assert draft.sentences[0].text.startswith(lead)
    assert draft.headline == source.copy.headline
    for sentence in draft.sentences:
        (span,) = sentence.evidence
        assert source.text(span) == sentence.text
        assert span in source.sentences
    offsets = [sentence.evidence[0].start for sentence in draft.sentences]
    assert offsets == sorted(offsets)


@pytest.mark.parametrize(
    ("language", "attribution"),
    [
        ("es", "Así lo indicó el portavoz a los medios en un comunicado."),
        ("en", "He told reporters so at a press conference on Monday."),
        ("zh-Hans", "他周一在新闻发布会上对记者如此表示。"),
    ],
)
def test_who_merely_said_so_is_left_out(language: str, attribution: str) -> None:
    stories = {
        "es": [
            "El Parlamento aprobó la ley de aguas con 180 votos.",
            "La norma entra en vigor en mayo.",
        ],
        "en": [
            "Parliament passed the water act with 180 votes.",
            "The act takes effect next May.",
        ],
        "zh-Hans": [
            "议会以180票通过了新的水资源管理法案。",
            "该法案将于明年五月正式生效并适用全国。",
        ],
    }
    lead, end = stories[language]
    draft = summarize(article(f"{attribution} {lead} {attribution} {end}", language))
    assert [sentence.text for sentence in draft.sentences] == [lead, end]


@pytest.mark.parametrize(
    ("language", "flash"),
    [
        ("es", "El expresidente falleció este lunes."),
        ("en", "He resigned on Monday."),
        ("zh-Hans", "总统周一辞职。"),
    ],
)
def test_a_flash_of_one_sentence_is_its_own_summary(language: str, flash: str) -> None:
    assert [s.text for s in summarize(article(flash, language)).sentences] == [flash]


def test_what_repeats_the_lead_is_passed_over() -> None:
    lead = "El Parlamento aprobó este martes la nueva ley de aguas con 180 votos a favor."
    draft = summarize(
        article(
            f"{lead} La nueva ley de aguas la aprobó el Parlamento con 180 votos a favor. "
            "Los agricultores anunciaron protestas en las principales ciudades del país.",
            "es",
        )
    )
    assert [s.text[:10] for s in draft.sentences] == [lead[:10], "Los agricu"]


@pytest.mark.parametrize(
    "text", ["palabra " * 20_000, "Sin punto final y nada más aquí", "Sí. No."]
)
def test_without_a_usable_sentence_there_is_no_summary(text: str) -> None:
    with pytest.raises(NoSentences):
        summarize(article(text, "es"))


def test_twenty_thousand_words_in_one_paragraph_become_four_sentences() -> None:
    sentence = "El pleno número {} aprobó {} medidas para el barrio."
    text = " ".join(sentence.format(n, n * 3) for n in range(2300))
    assert len(text.split()) > 20_000
    assert len(summarize(article(text, "es")).sentences) == 4


def test_words_are_counted_as_an_editor_counts_them() -> None:
    assert word_count("El 12,5 % de España.") == 4
    assert word_count("马德里地铁3号线") == 8
