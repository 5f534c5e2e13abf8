"""Training sentences with terms in the target language."""

import random
from pathlib import Path

import pytest

from models.training import pairs
from models.training.dictionary import put_terms, read_dictionaries
from models.training.pairs import Pair, read_pairs

_CEDICT = """# CC-CEDICT
海水淡化 海水淡化 [hai3 shui3 dan4 hua4] /(of water) desalination/to desalinate/
的 的 [de5] /of/
"""
_NAMES = "Antofagasta\tAntofagasta\t安托法加斯塔\tours\nPekín\tBeijing\t北京\tours\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    names, cedict = tmp_path / "names.tsv", tmp_path / "cedict.txt"
    names.write_text(_NAMES, "utf-8")
    cedict.write_text(_CEDICT, "utf-8")
    return names, cedict


def made(files: tuple[Path, Path], source: str, target: str, text: str, other: str) -> str | None:
    dictionary = read_dictionaries(*files)[source, target]
    pair = Pair(source, target, text, other, "own")
    found = put_terms(pair, dictionary, random.Random(1))  # noqa: S311
    assert found is None or found.translation == other
    return found.text if found else None


def test_a_term_is_replaced_only_by_a_rendering_that_the_translation_has(
    files: tuple[Path, Path],
) -> None:
    text, other = "A plant in Antofagasta.", "安托法加斯塔的工厂。"
    assert made(files, "en", "zh-Hans", text, other) == "A plant in 安托法加斯塔."
    assert made(files, "en", "zh-Hans", text, "北京的工厂。") is None


def test_terms_are_found_in_each_language(files: tuple[Path, Path]) -> None:
    assert made(files, "es", "en", "Viajó a Pekín.", "He travelled to Beijing.") == (
        "Viajó a Beijing."
    )
    assert made(files, "zh-Hans", "en", "海水淡化很贵。", "Desalination is expensive.") == (
        "Desalination很贵。"
    )


def test_a_row_with_other_columns_is_named(files: tuple[Path, Path]) -> None:
    files[0].write_text("Pekín\tBeijing\n", "utf-8")
    with pytest.raises(ValueError, match=r"names\.tsv, line 1: 2 columns, not 4"):
        read_dictionaries(*files)


def test_pairs_are_cleaned_once_and_read_from_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "es-en.tsv").write_text(
        "El Gobierno aprobó la ley.\tThe government approved the law.\tnews\n"
        "Costó 40 euros.\tIt cost 50 euros.\tnews\n"
        "Él habló.\tHe spoke.\tdocs\n",
        "utf-8",
    )
    (tmp_path / "en-zh.tsv").write_text("Yes.\t是。\tnews\n", "utf-8")
    out = tmp_path / "pairs.tsv.gz"
    arguments = [str(tmp_path), "--out", str(out), "--without", "docs", "--processes", "2"]
    assert pairs.main(arguments) == 0
    assert "figure_changed" in capsys.readouterr().err
    assert [pair.text for pair in read_pairs(out)] == ["El Gobierno aprobó la ley.", "Yes."]
    assert pairs.main([str(tmp_path / "none"), "--out", str(out)]) == 1
