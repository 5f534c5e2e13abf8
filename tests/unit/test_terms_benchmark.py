"""``python -m benchmarks.terms`` counts terms and names in what a pack translates."""

import json
from pathlib import Path

import pytest

from benchmarks.terms import Named, is_rendered, main, named, own_dictionaries, samples
from teletipo.terminology import Occurrence

_LINES = {
    "es": ["La planta está en Antofagasta.", "Ayer habló Pedro Zambrano.", "Costó 40 euros."],
    "en": ["The plant is in Antofagasta.", "Yesterday Peter Wilson spoke.", "It cost 40 euros."],
    "zh-Hans": ["工厂位于安托法加斯塔。", "佩德罗·桑布拉诺昨天讲话。", "耗资40欧元。"],
}


@pytest.fixture
def data(tiny_cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("TELETIPO_CACHE_DIR", str(tiny_cache))
    for language, own in _LINES.items():
        (tmp_path / f"news.{language[:2]}").write_text("\n".join(own) + "\n", "utf-8")
    return tmp_path


def test_a_sample_has_terms_whose_rendering_stands_in_the_reference() -> None:
    pair = ("es", "zh-Hans")
    lines = {language: own[:1] for language, own in _LINES.items()}
    (found,) = samples(lines, pair, own_dictionaries()[pair], limit=9, seed=1)
    assert found.text == _LINES["es"][0]
    assert [each.rendering for each in found.terms] == ["安托法加斯塔"]
    (given,) = found.terminology.find(found.text, *pair)
    assert given.rendering == "安托法加斯塔"


def test_names_are_found_in_the_sentences_and_persons_are_known() -> None:
    found = named(_LINES, "es", limit=9, seed=1)
    assert sorted(name.rendering for each in found for name in each.names) == [
        "佩德罗·桑布拉诺",
        "安托法加斯塔",
    ]
    assert sum(len(each.persons) for each in found) == 1
    assert len(named(_LINES, "es", limit=1, seed=1)) == 1


def test_a_name_is_rendered_as_it_is_known_or_as_the_reference_has_it() -> None:
    name = Occurrence(11, 25, "佩德罗·桑布拉诺")
    each = Named(_LINES["es"][1], "桑布拉诺讲话。", (name,), frozenset((name,)))
    assert is_rendered(name, each, "昨天佩德罗·桑布拉诺讲话。")
    assert is_rendered(name, each, "昨天桑布拉诺讲话。")
    assert not is_rendered(name, each, "昨天Pedro Zambrano讲话。")


def test_terms_are_measured_in_each_direction(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--data", str(data), "--pairs", "en-zh-Hans,en-es"]
    assert main([*options, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)["pairs"]
    report = printed["en-zh-Hans"]
    assert report["sentences"] == report["terms"] >= 1
    assert 0 <= report["obeyed_without"] <= 1
    assert main(options) == 0
    assert "en-zh-Hans" in capsys.readouterr().out


def test_found_names_are_measured_into_chinese(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--data", str(data), "--found-names"]
    assert main([*options, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)["names"]
    assert {target for name in printed for target in [name.partition("-")[2]]} == {"zh-Hans"}
    report = printed["en-zh-Hans"]
    assert (report["sentences"], report["names"], report["persons"]) == (2, 2, 1)
    assert report["helped"] - report["hurt"] == round(
        (report["rendered"] - report["rendered_without"]) * report["names"]
    )
    assert main(options) == 0
    assert "en-zh-Hans" in capsys.readouterr().out


def test_what_cannot_be_measured_is_an_error(data: Path) -> None:
    assert main(["--data", str(data / "none")]) == 1
    with pytest.raises(SystemExit):
        main(["--data", str(data), "--names", "names.tsv"])
