"""Persons' names in Chinese: by the Spanish table, by lists, and where they are left alone."""

import itertools
import time

import pytest

from teletipo.ports import Hop
from teletipo.terminology import NO_TERMS, Term, Terminology
from teletipo.translation.terms import find, put
from teletipo.verify.checks.names import check_names
from teletipo.verify.readers import persons
from teletipo.verify.readers.spanish_sounds import transcribe
from tests.checking import run


@pytest.mark.parametrize(
    ("name", "chinese"),
    [
        ("Hernández", "埃尔南德斯"),
        ("Zapatero", "萨帕特罗"),
        ("Álvarez", "阿尔瓦雷斯"),
        ("Chávez", "查韦斯"),
        ("Guevara", "格瓦拉"),
        ("Cabrera", "卡夫雷拉"),
        ("Castillo", "卡斯蒂略"),
        ("Trujillo", "特鲁希略"),
        ("Gutiérrez", "古铁雷斯"),
        ("Fuentes", "富恩特斯"),
        ("Huerta", "韦尔塔"),
        ("Cuevas", "奎瓦斯"),
        ("Agüero", "阿圭罗"),
        ("Ochoa", "奥乔亚"),
        ("Peña", "佩尼亚"),
        ("Zambrano", "桑布拉诺"),
        ("Iglesias", "伊格莱西亚斯"),
        ("Quintero", "金特罗"),
    ],
)
def test_a_spanish_name_is_put_into_chinese_syllable_by_syllable(name: str, chinese: str) -> None:
    assert transcribe(name) == chinese


@pytest.mark.parametrize("name", ["Sheinbaum", "Johnson", "Kirchner", "Smith", "Ghosn", "中国", ""])
def test_a_name_that_is_not_written_as_spanish_names_are_is_left_alone(name: str) -> None:
    assert transcribe(name) is None


def test_no_spelling_breaks_the_table() -> None:
    letters = "abcdeghilmnqruüxyñ"
    for word in itertools.product(letters, repeat=4):
        transcribe("".join(word))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Ayer habló Pedro Zambrano Peña en Lima.", "佩德罗·桑布拉诺·佩尼亚"),
        ("Según José de la Huerta, ganó.", "何塞·德拉韦尔塔"),
        ("El presidente Maduro habló.", "马杜罗"),
        ("It is Peter Wilson's house.", "彼得·威尔逊"),
        ("La ministra Hernández habló.", "埃尔南德斯"),
        ("Habló la secretaria Janet Wilson ayer.", "珍妮特·威尔逊"),
    ],
)
def test_a_person_is_put_into_a_spanish_sentence_in_chinese(text: str, written: str) -> None:
    assert [each.rendering for each in persons.find(text, "es", "zh-Hans")] == [written]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("On Monday, President Peter Wilson spoke.", "彼得·威尔逊"),
        ("They met Joseph E. Roberts there.", "约瑟夫·E·罗伯茨"),
        ("Then Senator Wilson spoke.", "威尔逊"),
        ("The writer Maria Sanchez won.", "玛丽亚·桑切斯"),
    ],
)
def test_a_person_is_put_into_an_english_sentence_in_chinese(text: str, written: str) -> None:
    assert [each.rendering for each in persons.find(text, "en", "zh-Hans")] == [written]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        # Of what other names are parts.
        ("Viajó a Santiago de Compostela.", "es"),
        ("Llegó a San Juan Zambrano ayer.", "es"),
        ("El hospital Pedro Zambrano cerró.", "es"),
        ("Llegó al estadio de Pedro Zambrano.", "es"),
        ("They moved to Henry Wilson University.", "en"),
        ("The Peter Wilson stadium closed.", "en"),
        ("At Avery Fisher Hall they sang.", "en"),
        ("Peter Wilson & Sons closed.", "en"),
        # A part is not known, or is no name.
        ("Habló Pedro Ghosn.", "es"),
        ("Ayer habló Peter Zambrano.", "es"),
        ("The man is Peter Zambrano.", "en"),
        ("Will Brown paper burn?", "en"),
        ("El Domingo de Ramos llovió.", "es"),
        # One word alone, without a title.
        ("Ayer Zambrano habló.", "es"),
        ("Maduro habló.", "es"),
    ],
)
def test_what_may_mean_something_else_is_left_alone(text: str, language: str) -> None:
    assert persons.find(text, language, "zh-Hans") == []


def test_nothing_is_found_for_another_language() -> None:
    assert persons.find("Habló Pedro Zambrano.", "es", "en") == []


def test_the_desk_and_the_gazetteer_go_before_the_table() -> None:
    text = "Hablaron Pedro Zambrano y Luis Peña."
    desk = Terminology((Term({"es": "Pedro Zambrano", "zh-Hans": "佩德罗"}),), "x")
    found = find(text, Hop("es", "zh-Hans"), desk)
    assert put(text, found) == "Hablaron 佩德罗 y 路易斯·佩尼亚."
    english = "They met Barack Obama there."
    assert put(english, find(english, Hop("en", "zh-Hans"), NO_TERMS)) == "They met 奥巴马 there."


_NAMED = ["Habló Pedro Zambrano Peña en Lima.", "Según Luis Hernández y Ana Hernández, no."]


def test_whom_an_article_names_in_full_is_known_by_the_family_name_later() -> None:
    known = persons.known_in(_NAMED, "es")
    assert known["Pedro Zambrano Peña"] == known["Pedro Zambrano Pena"] == "佩德罗·桑布拉诺·佩尼亚"
    assert known["Zambrano"] == "桑布拉诺"
    text = "Zambrano dijo que Zambrano Gil y Julio Zambrano vieron a Zambrano."
    found = persons.find_known(text, "es", "zh-Hans", known=known)
    assert [(each.start, each.rendering) for each in found] == [
        (0, "桑布拉诺"),
        (text.rindex("Zambrano"), "桑布拉诺"),
    ]
    assert persons.find_known(text, "es", "en", known=known) == []


def test_a_family_name_that_is_a_place_a_given_name_or_a_word_is_not_used_alone() -> None:
    named = ["Hablaron Pedro Madrid, Pedro Julio Martín y Luis Casas."]
    known = persons.known_in(named, "es")
    assert "Pedro Madrid" in known
    assert {"Madrid", "Martín", "Casas"} & known.keys() == set()


def test_a_person_of_the_article_is_put_in_on_the_way_through_english_too() -> None:
    terminology = NO_TERMS.with_names(persons.known_in(_NAMED, "es"))
    english = "Zambrano said that Pedro Zambrano Pena would pay."
    found = find(english, Hop("en", "zh-Hans"), terminology)
    assert put(english, found) == "桑布拉诺 said that 佩德罗·桑布拉诺·佩尼亚 would pay."
    assert find(english, Hop("en", "zh-Hans"), NO_TERMS) == []


def test_a_sentence_of_many_names_takes_no_longer_than_its_length() -> None:
    text = "Ana María Ana presidente " * 4_000
    started = time.process_time()
    persons.find(text, "es", "zh-Hans")
    # Half a second here; by the square of the length it would be minutes.
    assert time.process_time() - started < 15


@pytest.mark.parametrize(
    ("text", "output", "language"),
    [
        ("Habló Xóchitl Rae.", "索奇特尔·拉埃讲话。", "es"),
        ("According to Qin Yi, it fell.", "据秦伊说，跌了。", "en"),
    ],
)
def test_a_name_whose_chinese_is_known_is_judged(text: str, output: str, language: str) -> None:
    found = run(check_names, text, output, language, "zh-Hans")
    assert "name_not_judged" not in [each.code for each in found]


def test_one_syllable_of_pinyin_alone_proves_nothing() -> None:
    found = run(check_names, "In the end Yi smiled.", "最后一笑。", "en", "zh-Hans")
    assert "name_not_judged" in [each.code for each in found]


def test_a_place_with_the_name_of_a_person_in_the_article_is_left_alone() -> None:
    text = "The committee, led by Jordan, voted on aid."
    known = Terminology(names=persons.known_in(["Michael Jordan spoke on Monday."], "en"))
    hop = Hop("en", "zh-Hans")
    assert known.names
    assert [each.rendering for each in find(text, hop, NO_TERMS)] == ["约旦"]
    assert find(text, hop, known) == []
