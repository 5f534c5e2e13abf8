"""Sentence boundaries, and offsets that point at exactly the sentence."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teletipo.sentences import split_sentences


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("es", ["El Sr. García llegó a EE. UU. el lunes.", "No habló."]),
        ("es", ["Subió un 12,5 % y costó 1.250 millones.", "¿Y ahora qué?", "Nada."]),
        ("en", ["J. M. López, of U.S. Steel, agreed.", "Mr. Smith agreed."]),
        ("es", ["El acuerdo con EE. UU. y China sigue.", "Fin."]),
        ("es", ["“No vamos a ceder. Es injusto”, dijo el presidente.", "Luego se fue."]),
        ("es", ["«Sí.», dijo.", "Después calló."]),
        ("es", ["Los JJ.OO. París 2024 costarán más.", "Fue así."]),
        ("es", ["Fue a los JJ. OO.", "Los deportistas volvieron."]),
        ("es", ["SS.MM. Los Reyes presidieron ayer el acto.", "Fue breve."]),
        ("es", ["Mons. Óscar Romero fue recordado.", "Vino Dña. Ana con el Cnel. Ruiz."]),
        ("en", ["It will lift off at 10 a.m. Monday from Florida, NASA said.", "It is late."]),
        ("en", ["It ends at 7 p.m.", "The doors open."]),
        ("en", ["The 6'7\" forward scored 30 points.", "He won."]),
        ("en", ["Rep. Ana Ruiz, D-N.Y., spoke.", "“Who won?” Smith asked.", "He left."]),
        ("en", ['"We won!" President Biden said.', "“I won!”", "He left the room and went home."]),
        ("zh-Hans", ["“我们赢了！”拜登说。", "“这是历史。”记者张三写道。", "J.D.万斯抵达。"]),
        ("es", ["Los St. Louis Cardinals ganaron.", "Viajó a EE. UU.", "Además, habló."]),
        ("zh-Hans", ["俄罗斯否认。", "“我们不会。这不对。”", "他说！", "是吗？"]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(language: str, sentences: list[str]) -> None:
    body = ("" if language == "zh-Hans" else " ").join(sentences)
    assert [body[span.start : span.end] for span in split_sentences(body, language)] == sentences


def test_a_paragraph_always_ends_a_sentence() -> None:
    body = "Un subtítulo\nEl texto sigue aquí."
    assert [(s.start, s.end) for s in split_sentences(body, "es")] == [(0, 12), (13, 33)]


def test_an_unclosed_quotation_does_not_swallow_the_article() -> None:
    body = "Dijo: “Esto no acaba. " + "Una frase más del texto. " * 60
    assert len(split_sentences(body, "es")) > 10


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("es", "El ministro dijo “No. Nunca.” en EE. UU. y China ayer. "),
        ("zh-Hans", "他说：“不会。”是吗？"),
    ],
)
def test_a_paragraph_longer_than_a_part_has_the_same_sentences(
    language: str, sentence: str
) -> None:
    count = 25_000 // len(sentence)
    spans = split_sentences(sentence * count, language)
    few = split_sentences(sentence * 10, language)
    assert len(spans) == count * len(few) // 10


@given(st.text(alphabet='aB1 .。？“”«»"\n,俄é😀', max_size=200))
def test_spans_are_ordered_and_lose_no_letter(body: str) -> None:
    spans = split_sentences(body, "es")
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    kept = "".join(body[span.start : span.end] for span in spans)
    assert "".join(kept.split()) == "".join(body.split())
