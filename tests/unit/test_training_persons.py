"""Parts of persons' names are learned where Chinese and Western ones stand at the same place."""

import gzip
from pathlib import Path

from models.training.pairs import Pair
from models.training.persons import learn, main


def pairs(*texts: tuple[str, str]) -> list[Pair]:
    return [Pair("en", "zh-Hans", *each, "x") for each in texts]


_AGREE = pairs(
    ("Then Meghan Markle spoke.", "随后梅根·马克尔讲话。"),
    ("They met Meghan Markle.", "他们会见了梅根·马克尔。"),
)


def test_parts_that_sentences_agree_on_are_learned() -> None:
    assert learn(_AGREE) == [("Markle", "family", "马克尔"), ("Meghan", "given", "梅根")]


def test_one_sentence_or_two_translations_of_one_prove_nothing() -> None:
    assert learn(_AGREE[:1]) == []
    assert learn([_AGREE[0], *pairs((_AGREE[0].text, "接着梅根·马克尔讲话。"))]) == []


def test_what_does_not_sound_alike_is_not_learned() -> None:
    texts = [each.text.replace("Meghan", "Roberta") for each in _AGREE]
    assert learn(pairs(*zip(texts, [each.translation for each in _AGREE], strict=True))) == []


def test_sentences_that_disagree_teach_nothing() -> None:
    other = [each.translation.replace("马克尔", "麦克尔") for each in _AGREE[:1]]
    texts = [each.text for each in _AGREE]
    found = learn(pairs((texts[0], other[0]), (texts[1], _AGREE[1].translation)))
    assert [name for name, *_ in found] == ["Meghan"]


def test_the_command_uses_only_the_named_origins(tmp_path: Path) -> None:
    names = "\tHarry Potter\t哈利·波特\tgood\n\tHarry Potter, wizard\t哈利·波特\tgood\n"
    (tmp_path / "names.tsv").write_text(names + "\tJohn Doe\t约翰·多伊\tbad\n", "utf-8")
    (tmp_path / "es-en.tsv").write_text("", "utf-8")
    rows = [f"{each.text}\t{each.translation}\tnews\n" for each in _AGREE]
    (tmp_path / "en-zh.tsv").write_text("".join(rows), "utf-8")

    def learned(*origins: str) -> list[str]:
        out = tmp_path / "out.tsv.gz"
        chosen = ["--origins", *origins, "--out", str(out)]
        code = main([str(tmp_path / "names.tsv"), "--data", str(tmp_path), *chosen])
        assert code == 0
        return [
            line.split("\t")[0] for line in gzip.decompress(out.read_bytes()).decode().split("\n")
        ]

    assert learned("good") == ["Harry", "Potter", ""]
    assert learned("news") == ["Markle", "Meghan", ""]
    assert (
        main([str(tmp_path / "none"), "--data", str(tmp_path), "--origins", "x", "--out", "y"]) == 1
    )
