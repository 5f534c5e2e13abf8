"""The gazetteer finds names that can mean nothing else, and says what they are called."""

import time

import pytest

from teletipo.verify.readers import gazetteer


def found(text: str, source: str, target: str) -> dict[str, str]:
    return {
        text[each.start : each.end]: each.rendering for each in gazetteer.find(text, source, target)
    }


@pytest.mark.parametrize(
    ("source", "target", "name", "rendering"),
    [
        ("es", "en", "Gales", "Wales"),
        ("es", "en", "Járkov", "Kharkiv"),
        ("es", "zh-Hans", "Jordania", "约旦"),
        ("es", "zh-Hans", "Carolina del Sur", "南卡罗来纳"),
        ("en", "es", "Lviv", "Leópolis"),
        ("en", "zh-Hans", "Munich", "慕尼黑"),
        ("zh-Hans", "es", "约旦河西岸", "Cisjordania"),
    ],
)
def test_known_places_have_a_name_in_every_language(
    source: str, target: str, name: str, rendering: str
) -> None:
    assert found(f"Allí, en {name}, llueve.", source, target).get(name) == rendering


def test_a_name_that_is_the_same_but_for_accents_is_the_models_business() -> None:
    assert found("Llueve en Bogotá y en Madrid.", "es", "en") == {}


def test_other_languages_have_no_names() -> None:
    assert found("Hallo Berlin", "de", "zh-Hans") == {}


def test_names_of_two_things_are_left_alone() -> None:
    assert found("La península de Corea, en el Mundo.", "es", "zh-Hans") == {}
    assert found("Amazon lost in Georgia and in Phoenix.", "en", "es") == {}


@pytest.mark.parametrize(
    "text",
    [
        "Llueve en Baja California y en Corea del norte.",
        "El lago está junto a Nueva Alemania.",
        "Volvió al Real Valencia.",
        "El ministro Sevilla vive en la calle Roma.",
        "Vive en la Alta Baviera.",
    ],
)
def test_a_part_of_a_longer_name_is_not_the_place(text: str) -> None:
    assert found(text, "es", "zh-Hans") == {}


def test_a_town_of_the_same_name_elsewhere_is_not_the_place() -> None:
    assert found("Fans from Athens, Georgia, went to New South Wales.", "en", "es") == {}
    assert found("They went from Athens, Lisbon and Rome.", "en", "es") == {
        "Athens": "Atenas",
        "Lisbon": "Lisboa",
        "Rome": "Roma",
    }


def test_a_part_of_a_longer_chinese_name_is_not_the_place() -> None:
    assert found("肯尼亚塔总统访问新英格兰和新南威尔士。", "zh-Hans", "es") == {}
    assert found("新德里和肯尼亚。", "zh-Hans", "es") == {
        "新德里": "Nueva Delhi",
        "肯尼亚": "Kenia",
    }


def test_a_country_may_begin_a_sentence() -> None:
    assert found("Alemania y Sudáfrica negocian.", "es", "en") == {
        "Alemania": "Germany",
        "Sudáfrica": "South Africa",
    }
    assert found("Campana y Redondo negocian.", "es", "zh-Hans") == {"Redondo": "雷东多"}


def test_spanish_has_no_capitals_but_in_names_and_at_a_beginning() -> None:
    assert found("El Banco Chile cerró.", "es", "zh-Hans") == {}
    assert found("En Chile llueve.", "es", "zh-Hans") == {"Chile": "智利"}
    text = "The Sunny Brazil Festival, and New France."
    assert found(text.replace(" Festival", ""), "en", "zh-Hans") == {"Brazil": "巴西"}
    assert found(text, "en", "zh-Hans") == {}


def test_a_club_keeps_its_name_in_english() -> None:
    text = "El Nápoles y el Sevilla juegan en Nápoles."
    assert [each.start for each in gazetteer.find(text, "es", "en")] == [text.rindex("Nápoles")]
    assert set(found(text, "es", "zh-Hans")) == {"Nápoles", "Sevilla"}


@pytest.mark.parametrize("unit", ["El Brasil Chile ", "En Nápoles ", ". Campana "])
def test_a_hostile_text_takes_linear_time(unit: str) -> None:
    text = unit * 60_000
    started = time.process_time()
    for target in ("en", "zh-Hans"):
        gazetteer.find(text, "es", target)
    # What is quadratic takes minutes.
    assert time.process_time() - started < 30
