"""Headlines: recognized by form, made by rule, and a source of their own in the mix."""

import random
from pathlib import Path

import pytest

from models.training import translator, wire
from models.training.headlines import ORIGIN, in_capitals, is_headline
from models.training.pairs import Pair, clean, why_not
from models.training.translator import load_config, make_mix, with_headlines

_CONFIG = load_config(Path(translator.__file__).with_name("translator-4.toml"))


def pair(text: str, translation: str, origin: str = "wmt-news") -> Pair:
    return Pair("en", "zh-Hans", text, translation, origin)


@pytest.mark.parametrize(
    ("text", "translation", "origin", "wanted"),
    [
        ("Chile opens desalination plant", "智利启用海水淡化厂", "wmt-news", True),
        ("Chile Opens Desalination Plant in 2021", "智利2021年启用海水淡化厂", "wmt-news", True),
        ("'Enough': Mayor Resigns", "“够了”：市长辞职", "wmt-news", True),
        ("Chile opens desalination plant.", "智利启用海水淡化厂。", "wmt-news", False),
        ("Why did the mayor resign?", "市长为什么辞职？", "wmt-news", False),
        ("and opened the desalination plant", "并启用了海水淡化厂", "wmt-news", False),
        ("to the Central Committee of the party", "以习近平同志为核心", "wmt-news", False),
        ("Chile opens desalination plant", "智利启用海水淡化厂", "tatoeba", False),
        ("Chile opens plant - Xinhuanet", "智利启用海水淡化厂-新华网", "wmt-news", False),
        ("Mayor (and others resign today", "市长等人今天辞职", "wmt-news", False),
        ("Reactions", "反应", "wmt-news", False),
    ],
)
def test_a_headline_is_known_by_its_form(
    text: str, translation: str, origin: str, *, wanted: bool
) -> None:
    assert is_headline(pair(text, translation, origin)) is wanted


@pytest.mark.parametrize(
    ("text", "capitals"),
    [
        ("Chile opens plant in Atacama", "Chile Opens Plant in Atacama"),
        ("“we are back,” says mayor", "“We Are Back,” Says Mayor"),
        ("the man to vote for", "The Man to Vote For"),
        ("", ""),
    ],
)
def test_english_headlines_have_capitals_but_for_small_words(text: str, capitals: str) -> None:
    assert in_capitals(text) == capitals


def test_headlines_by_rule_pass_the_cleaning_and_some_have_capitals() -> None:
    made = wire.headline_pairs(150, 5)
    assert made == wire.headline_pairs(150, 5)
    kept, dropped = clean([*made, *(each.reversed() for each in made)])
    assert set(dropped) <= {"duplicate"}
    assert {each.origin for each in kept} == {wire.HEADLINE_ORIGIN}
    english = {each.text for each in made if each.source == "en"}
    assert 20 < sum(in_capitals(text) == text for text in english) < 90
    assert not any(text.endswith(".") and not text.endswith("UU.") for text in english)


@pytest.mark.parametrize(
    ("source", "target", "text", "translation"),
    [
        ("en", "zh-Hans", "Saudi Arabia and Norway resume diplomatic ties today",
         "沙特阿拉伯与挪威恢复外交关系"),
        ("es", "zh-Hans", "Las exportaciones de Libia crecen un 5,3 % en 2031",
         "2031年利比亚出口增长5.3%"),
        ("es", "en", "Chile cierra su frontera con EE. UU.", "Chile closes border with the US"),
    ],
)  # fmt: skip
def test_the_cleaning_keeps_headlines(
    source: str, target: str, text: str, translation: str
) -> None:
    assert why_not(Pair(source, target, text, translation, "wmt-news")) is None


def test_japanese_is_still_no_chinese() -> None:
    japanese = "政府は昨日の午後、新しい水道法を承認しました。"
    text = "The government approved the new water law yesterday afternoon."
    assert why_not(pair(text, japanese)) == "language"


def test_the_mix_takes_headlines_as_a_source_of_their_own() -> None:
    rows = [
        pair("Chile opens desalination plant", "智利启用海水淡化厂"),
        pair("Chile opened a desalination plant on Monday.", "智利周一启用了一座海水淡化厂。"),
    ]
    marked = with_headlines(rows, _CONFIG)
    assert [each.origin for each in marked] == [ORIGIN, "wmt-news"]
    for part in make_mix(marked, _CONFIG, random.Random(1)):  # noqa: S311
        assert rows[0].text in [each.text for each in part]
    third = load_config(Path(translator.__file__).with_name("translator-3.toml"))
    assert with_headlines(rows, third) == rows
