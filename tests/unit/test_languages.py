"""Languages identified and named as BCP 47 tags."""

import pytest

from teletipo import languages
from teletipo.errors import LanguageUnknown


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Rusia negó este lunes haber pedido ayuda militar a China.", "es"),
        ("Russia on Monday denied asking China for military help.", "en"),
        ("俄罗斯周一否认要求中国提供军事援助。", "zh-Hans"),
        ("俄羅斯週一否認要求中國提供軍事援助。", "zh-Hant"),
        ("Le gouvernement français a démenti la nouvelle lundi.", "fr"),
    ],
)
def test_languages_and_scripts_are_distinguished(text: str, tag: str) -> None:
    assert languages.identify(text) == tag


def test_a_text_without_a_language_is_not_guessed_at() -> None:
    with pytest.raises(LanguageUnknown, match="declare it"):
        languages.identify("12 34 56")


@pytest.mark.parametrize(
    ("tag", "normal"),
    [("ES", "es"), ("en-GB", "en"), ("zh-CN", "zh-Hans"), ("zh_TW", "zh-Hant"), ("zh", "zh-Hans")],
)
def test_tags_are_written_one_way(tag: str, normal: str) -> None:
    assert languages.normalize_tag(tag) == normal


@pytest.mark.parametrize("tag", ["", "klingon", "../x", "xx", "es,en", "und", "ROOT", "mul-Latn"])
def test_what_is_no_tag_is_refused(tag: str) -> None:
    with pytest.raises(LanguageUnknown):
        languages.normalize_tag(tag)


def test_a_language_that_cldr_has_no_data_for_has_its_name() -> None:
    assert languages.name("pms") == "Piedmontese"
    assert languages.name("zh-Hans", "zh-Hans") == "中文 (简体)"
