"""``python -m benchmarks.headlines`` counts words of the source that are left in the output."""

import json
from pathlib import Path

import pytest

from benchmarks.headlines import LANGUAGES, OWN_HEADLINES, left_over, main, read_headlines

_CHILE = {
    "es": "Chile inaugura una planta desaladora en Atacama",
    "en": "Chile inaugurates desalination plant in Atacama",
    "zh-Hans": "智利在阿塔卡马启用海水淡化厂",
}
_GENERAL = {
    "es": "El general fue a España",
    "en": "General went to Spain",
    "zh-Hans": "将军去西班牙",
}


@pytest.mark.parametrize(
    ("headline", "source", "target", "output", "left"),
    [
        (_CHILE, "en", "zh-Hans", "智利 Inaugurates 海水淡化厂", ["Inaugurates"]),
        (_CHILE, "en", "zh-Hans", "智利在Atacama启用海水淡化厂", []),
        (_CHILE, "es", "en", "Chile inaugura desalination plant in Atacama", ["inaugura"]),
        (_CHILE, "es", "en", "Chile opens plant in Atacama", []),
        (_CHILE, "zh-Hans", "en", "Chile opens 海水淡化厂", ["海水淡化厂"]),
        (_GENERAL, "es", "en", "The general went to Spain", []),
        (_GENERAL, "en", "es", "El general fue a Spain", ["Spain"]),
    ],
)
def test_words_left_are_those_that_a_translation_does_not_keep(
    headline: dict[str, str], source: str, target: str, output: str, left: list[str]
) -> None:
    assert left_over(headline, output, source, target) == left


def test_our_headlines_are_forty_and_their_references_are_translated() -> None:
    headlines = read_headlines(OWN_HEADLINES)
    assert len(headlines) == 40
    for each in headlines:
        for source in LANGUAGES:
            for target in LANGUAGES:
                if source != target:
                    assert not left_over(each, each[target], source, target)
        assert not any(text.endswith((".", "。")) for text in each.values())


def test_each_direction_has_its_count(
    tiny_cache: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TELETIPO_CACHE_DIR", str(tiny_cache))
    assert main(["--limit", "2", "--without-repair", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["directions"]
    assert set(found) == {
        "es-en", "es-zh-Hans", "en-es", "en-es in capitals", "en-zh-Hans", "en-zh-Hans in capitals",
        "zh-Hans-es", "zh-Hans-en",
    }  # fmt: skip
    assert all(each["seen"] <= each["half_translated"] <= 2 for each in found.values())
    assert main(["--limit", "1", "--without-repair"]) == 0
    assert "en-zh-Hans in capitals" in capsys.readouterr().out
    (tmp_path / "bad.tsv").write_text("Uno\tOne\n", "utf-8")
    assert main(["--data", str(tmp_path / "bad.tsv")]) == 1
    assert "bad.tsv, line 1: 2 columns, not 3" in capsys.readouterr().err
