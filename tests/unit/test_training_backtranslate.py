"""Spanish for news of which there is English and Chinese, by a pack."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from models.packs import OpenPack
from models.training import backtranslate, pairs
from models.training.backtranslate import Journal, main, news, objection, write_rows
from models.training.pairs import BACK_ORIGIN, Pair, read_pairs
from teletipo.confidence import OTHERS, Estimator, PairScores, Regression
from teletipo.errors import PackError
from teletipo.ports import Hop, Hypothesis
from teletipo.spans import Span
from tests.conftest import silent

_ENGLISH = "The minister announced the law on Monday."
_SPANISH = "El ministro anunció la ley el lunes."
_CHINESE = "部长周一宣布了这项法律。"


def row(english: str, chinese: str, origin: str = "wmt-news") -> Pair:
    return Pair("en", "zh-Hans", english, chinese, origin)


class Scripted:
    """A pack that breaks after some calls; for the order of work, not for what it writes."""

    def __init__(self, calls: int) -> None:
        self.calls, self.asked = calls, 0
        self.own_estimator: Estimator | None = None

    def estimator(self, source: str, target: str) -> Estimator | None:
        return self.own_estimator

    def score(
        self, pairs: Sequence[tuple[str, str]], source: str, target: str
    ) -> list[PairScores | None]:
        return [
            PairScores((-0.1,) if "law 1" in english else (-9.0,), (-3.0,), (), (Span(0, 1),))
            for english, _ in pairs
        ]

    def translate_each(
        self, asked: Sequence[tuple[str, Hop]], *, wider: bool = False
    ) -> list[Hypothesis]:
        assert {hop for _, hop in asked} == {Hop("en", "es")}
        if self.calls == 0:
            raise PackError("broken off")
        self.calls -= 1
        self.asked += len(asked)
        return [Hypothesis(_SPANISH, True) for _ in asked]


def test_news_of_people_is_taken_with_all_its_chinese() -> None:
    rows = news(
        [
            row(_ENGLISH, _CHINESE),
            row(_ENGLISH, "部长星期一公布了法律。"),
            row("Tom said that he would be there.", "汤姆说他会去。", "tatoeba"),
            row("Yes.", "是。"),
            # From NTREX-128, CC BY-SA 4.0.
            row("Welsh AMs worried about 'looking like muppets'", "威尔士议员担心。"),
            Pair("es", "en", _SPANISH, _ENGLISH, "wmt-news"),
        ],
        ["wmt-news"],
    )
    assert rows == {_ENGLISH: {_CHINESE, "部长星期一公布了法律。"}}


@pytest.mark.parametrize(
    ("text", "finished", "reason"),
    [
        (_SPANISH, True, None),
        (_SPANISH, False, "unfinished"),
        ("", True, "unfinished"),
        ("El ministro habló.", True, "length"),
        ("El ministro anunció la ley el martes 14.", True, "date_changed"),
        ("El ministro no anunció la ley el lunes.", True, "negation_added"),
        ("El ministro anunció la ley el lunes", True, "full_stop"),
    ],
)
def test_the_checks_the_cleaning_and_the_length_object(
    text: str, reason: str | None, *, finished: bool
) -> None:
    assert objection(_ENGLISH, Hypothesis(text, finished)) == reason


def test_a_run_that_broke_off_goes_on_where_it_was(tmp_path: Path) -> None:
    sentences = [f"The minister announced law {number} on Monday." for number in range(150)]
    path = tmp_path / "translations.tsv"
    first: Any = Scripted(calls=1)
    with pytest.raises(PackError):
        backtranslate.backtranslate(sentences, first, Journal(path), 1, silent)
    with path.open("a", encoding="utf-8") as file:
        file.write("The minister annou")
    journal = Journal(path)
    journal.read()
    assert len(journal.done) == first.asked == 64
    second: Any = Scripted(calls=9)
    backtranslate.backtranslate(sentences, second, journal, 1, silent)
    assert second.asked == 150 - 64
    again = Journal(path)
    again.read()
    assert again.done == journal.done
    assert again.done.keys() == set(sentences)


def test_what_the_pack_doubts_is_left_out(tmp_path: Path) -> None:
    sentences = ["The minister announced law 1 today.", "The minister announced law 2 today."]
    pack: Any = Scripted(calls=9)
    pack.own_estimator = Estimator(
        model="tiny",
        adapter_sha256="",
        regressions={OTHERS: Regression(intercept=0.0, coefficients={"output_mean": -2.0})},
        scales={"en-es": {"output_mean": (-1.0, 0.5)}},
    )
    assert backtranslate.doubtful([(text, _SPANISH) for text in sentences], pack, 0.7) == [
        False,
        True,
    ]
    journal = Journal(tmp_path / "translations.tsv")
    backtranslate.backtranslate([_ENGLISH], pack, journal, 1, silent)
    assert journal.done[_ENGLISH] == (_SPANISH, "doubtful")
    pack.own_estimator = None
    other = Journal(tmp_path / "other.tsv")
    backtranslate.backtranslate([_ENGLISH], pack, other, 1, silent)
    assert other.done[_ENGLISH] == (_SPANISH, "kept")


def test_what_was_kept_stands_with_the_english_and_the_chinese(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "translations.tsv")
    journal.add([(_ENGLISH, _SPANISH, "kept"), ("Another one is here.", "Otra.", "length")])
    rows = news([row(_ENGLISH, _CHINESE), row(_ENGLISH, "是。")], ["wmt-news"])
    assert write_rows(journal, rows, tmp_path) == 2
    found = {(each.source, each.target, each.text, each.translation): each.origin
             for each in read_pairs(tmp_path)}  # fmt: skip
    assert found == {
        ("es", "en", _SPANISH, _ENGLISH): BACK_ORIGIN,
        ("es", "zh-Hans", _SPANISH, _CHINESE): BACK_ORIGIN,
    }


def test_the_command_translates_with_a_pack_and_continues(
    tiny_pack_dir: Path, tiny_pack: OpenPack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    data.mkdir()
    lines = [f"The minister read letter {n} aloud.\t部长大声读了第{n}封信。\twmt-news\n"
             for n in range(6)]  # fmt: skip
    (data / "en-zh.tsv").write_text("".join(lines), "utf-8")
    (data / "es-en.tsv").write_text("", "utf-8")
    arguments = ["--pack", str(tiny_pack_dir), "--data", str(data), "--out", str(out)]
    assert main([*arguments, "--limit", "2"]) == 0
    journal = Journal(out / "translations.tsv")
    journal.read()
    assert len(journal.done) == 2
    assert main(arguments) == 0
    journal.read()
    wanted = tiny_pack.translate(sorted(journal.done), Hop("en", "es"))
    assert [journal.done[english][0] for english in sorted(journal.done)] == [
        " ".join(each.text.split()) for each in wanted
    ]
    assert len(journal.done) == 6
    assert main([*arguments[:2], "--data", str(data), str(out), "--out", str(out)]) == 0
    packed = tmp_path / "pairs.tsv.gz"
    assert pairs.main([str(data), str(out), "--out", str(packed), "--processes", "1"]) == 0
    capsys.readouterr()
    (data / "en-zh.tsv").write_text("one column\n", "utf-8")
    assert main(arguments) == 1
    assert f"{data / 'en-zh.tsv'}, line 1: 1 columns, not 3" in capsys.readouterr().err
    (out / "translations.tsv").write_text("one column\n", "utf-8")
    assert main(arguments) == 1
    assert "translations.tsv, line 1: 1 columns, not 3" in capsys.readouterr().err
