"""A summary's sentences stand alone: who "he" is and which "project" is meant is in the summary."""

import hashlib
import time

import pytest

from benchmarks.references import OWN_TEXTS, measure, read_texts
from benchmarks.summary import OWN_ARTICLES
from teletipo import formats
from teletipo.article import Article, Source
from teletipo.languages import Language
from teletipo.sentences import split_sentences
from teletipo.summarizer import summarize
from teletipo.verify.checks.references import check_references

_LEADS = {
    "es": "El Gobierno aprobó el proyecto de un puente nuevo, anunció la ministra Eva Ruiz.",
    "en": "Mayor Ann Miller said on Monday that Leeds would drop its project for a new bridge.",
    "zh-Hans": "杭州市市长李明说，跨江大桥工程将于明年开工。",
}
_OTHER = {
    "es": "Llovió mucho en toda la provincia.",
    "en": "Heavy rain fell on the whole county.",
    "zh-Hans": "全省普降大雨。",
}
_LEANS = [
    ("es", "Afirmó que las obras acabarán en 2026."),
    ("es", "“Será bonito”, dijo tras el acto."),
    ("es", "El proyecto costará más de lo previsto."),
    ("es", "Ella viajará el lunes a Madrid."),
    ("es", "Esa cifra no incluye los impuestos."),
    ("es", "Además, prometió bajar los impuestos."),
    ("en", "She said the work would end in 2026."),
    ("en", "“It will be nice,” she told reporters."),
    ("en", "The project will cost more than expected."),
    ("en", "It has cost 3 million pounds so far."),
    ("en", "That figure excludes taxes."),
    ("en", "Her deputy, John Hill, disagreed."),
    ("zh-Hans", "他表示，明年完工。"),
    ("zh-Hans", "“会很漂亮，”他说。"),
    ("zh-Hans", "工程耗资九千万元。"),
    ("zh-Hans", "该工程耗资九千万元。"),
    ("zh-Hans", "其费用由省政府承担。"),
    ("zh-Hans", "此举受到欢迎。"),
]
_STANDS = [
    ("es", "La ministra Eva Ruiz afirmó que las obras acabarán en 2026."),
    ("es", "“Será bonito”, dijo la ministra Eva Ruiz."),
    ("es", "El alcalde, Juan Pérez, pidió ayuda."),
    ("es", "Hubo tres heridos en Cádiz."),
    ("es", "Murió la escritora Ana Mora."),
    ("es", "Este lunes habrá huelga de trenes."),
    ("es", "Es probable que llueva el martes."),
    ("en", "Ann Miller said the work would end in 2026."),
    ("en", "“It will be nice,” the mayor of Leeds said."),
    ("en", "It is likely that the rain will stop."),
    ("en", "The government of Spain resigned."),
    ("en", "This week the shops are closed."),
    ("en", "John Hill said he disagreed."),
    ("zh-Hans", "李明表示，他明年退休。"),
    ("zh-Hans", "此外，全省普降大雨。"),
    ("zh-Hans", "这时下起了雨。"),
    ("zh-Hans", "其中三人受伤。"),
    ("zh-Hans", "杭州市新建一座大桥。"),
]


def _ids(rows: list[tuple[str, str]]) -> list[str]:
    return [f"{language}-{number}" for number, (language, _) in enumerate(rows)]


@pytest.mark.parametrize(("language", "text"), _LEANS, ids=_ids(_LEANS))
def test_a_sentence_that_leans_on_one_left_out_is_reported_and_beside_it_is_not(
    language: str, text: str
) -> None:
    apart = [_OTHER[language], _LEADS[language], text]
    (finding,) = check_references(apart, [0, 2], Language(language))
    assert (finding.code, finding.severity) == ("unresolved_reference", "warning")
    assert finding.sentence == 1
    (span, *_) = finding.output_spans
    assert text[span.start : span.end].strip()
    assert check_references(apart, [0, 1, 2], Language(language)) == []


@pytest.mark.parametrize(("language", "text"), _STANDS, ids=_ids(_STANDS))
def test_a_sentence_that_stands_alone_is_not_reported(language: str, text: str) -> None:
    sentences = [_LEADS[language], _OTHER[language], text]
    assert check_references(sentences, [1, 2], Language(language)) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [("es", "“No habrá más.”"), ("en", "“There will be no more.”"), ("zh-Hans", "“没有了。”")],
    ids=["es", "en", "zh"],
)
def test_a_quotation_without_its_speaker_is_reported(language: str, text: str) -> None:
    sentences = [_LEADS[language], _OTHER[language], _OTHER[language], text]
    (finding,) = check_references(sentences, [1, 3], Language(language))
    assert finding.sentence == 1


def test_the_lead_and_an_unknown_language_are_not_reported() -> None:
    assert check_references(["She said so."], [0], Language("en")) == []
    assert check_references(["Il pleut.", "Il a dit."], [0, 1], Language("fr")) == []


def _article(text: str) -> Article:
    copy = formats.read(text.encode())
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Article(Source("k"), digest, "en", copy, split_sentences(copy.body, "en"))


def test_a_summary_prefers_a_sentence_that_stands_alone() -> None:
    body = (
        "Leeds will build a tram line of 30 kilometres for 2 billion pounds by 2030, "
        "the city council said on Monday.\n"
        "Transport officer John Hill presented the maps in the town hall.\n"
        "The line of 30 kilometres will have 41 stops and carry 90,000 people a day by 2030.\n"
        "She called the tram line of 30 kilometres a waste of 2 billion pounds of public money.\n"
        "Shopkeepers in Leeds fear that building the tram line will cost them customers for years."
    )
    draft = summarize(_article(body), 3)
    texts = [sentence.text for sentence in draft.sentences]
    assert not any(text.startswith("She") for text in texts)
    assert draft.findings == ()


def test_what_cannot_be_avoided_is_reported_at_its_sentence() -> None:
    lead = "Heavy rain fell on the villages of the northern valley on Monday."
    body = f"{lead}\n{lead}\nShe said that it had ruined the harvest of many farmers."
    (finding,) = summarize(_article(body), 3).findings
    assert (finding.code, finding.sentence) == ("unresolved_reference", 1)


@pytest.mark.parametrize("language", ["es", "en", "zh-Hans"])
def test_the_check_finds_most_of_what_was_annotated_and_little_else(language: str) -> None:
    texts = [each for each in read_texts(OWN_TEXTS, OWN_ARTICLES) if each[0].language == language]
    row = measure(texts)
    assert row.articles == 13
    assert (row.precision or 0) > 0.9
    assert (row.recall or 0) > 0.7
    assert row.unresolved == 0


def test_a_long_article_is_read_in_linear_time() -> None:
    def seconds(count: int) -> float:
        sentences = ["Ann Miller spoke.", *["She said that the project is late."] * count]
        started = time.process_time()
        check_references(sentences, list(range(0, count, 3)), Language("en"))
        return time.process_time() - started

    seconds(100)
    assert seconds(4_000) < 20 * 10 * max(seconds(400), 0.001)
