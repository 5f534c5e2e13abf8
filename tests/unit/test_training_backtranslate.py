"""Spanish for Chinese news, by a pack."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from models.packs import OpenPack
from models.training import backtranslate
from models.training.pairs import read_pairs
from teletipo.ports import Hop, Hypothesis

_ROWS = [("The minister left.", "部长离开了。"), ("The law was passed today.", "法律今天通过了。")]


class Echo:
    """A pack that says what it was asked, and does not finish the longer sentence."""

    def translate_each(
        self, asked: Sequence[tuple[str, Hop]], *, wider: bool = False
    ) -> list[Hypothesis]:
        assert {hop for _, hop in asked} == {Hop("en", "es")}
        return [Hypothesis(f"{text}\n({hop.target})", len(text) < 20) for text, hop in asked]


def test_what_came_to_its_end_is_paired_with_the_chinese() -> None:
    pack: Any = Echo()
    assert list(backtranslate.backtranslate(_ROWS, pack)) == [
        ("The minister left. (es)", "部长离开了。")
    ]


def test_the_command_writes_rows_that_the_training_reads(
    tiny_pack_dir: Path, tiny_pack: OpenPack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    rows = [f"{english}\t{chinese}\twmt-news\n" for english, chinese in _ROWS * 2]
    (data / "en-zh.tsv").write_text("".join([*rows, "No.\t不。\ttatoeba\n"]), "utf-8")
    (data / "es-en.tsv").write_text("", "utf-8")
    arguments = ["--pack", str(tiny_pack_dir), "--data", str(data), "--part", "1/2"]
    assert backtranslate.main([*arguments, "--out", str(data / "es-zh.tsv")]) == 0
    wanted = list(backtranslate.backtranslate([_ROWS[0]] * 2, tiny_pack))
    found = [pair for pair in read_pairs(data) if pair.origin == backtranslate.ORIGIN]
    assert [pair.translation for pair in found] == [chinese for _, chinese in wanted]
    assert backtranslate.main([*arguments, "--out", str(tmp_path / "none" / "out")]) == 1
    assert "none" in capsys.readouterr().err
