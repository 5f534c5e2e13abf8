"""The gazetteer keeps names that aligned sentences confirm, or that can mean nothing else."""

import gzip
from pathlib import Path

from models.training.gazetteer import is_name, main, usable
from models.training.names import Row
from models.training.pairs import Pair


def row(spanish: str, english: str, chinese: str, origin: str = "list") -> Row:
    return spanish, english, chinese, origin


def pair(text: str, chinese: str, source: str = "en") -> Pair:
    return Pair(source, "zh-Hans", text, chinese, "x")


def test_a_new_name_is_kept_if_it_is_no_word_and_has_one_rendering() -> None:
    rows = [row("", "Quixeramobim", "基谢拉莫宾"), row("", "Market", "马尔凯特")]
    assert usable(rows, []) == [
        ("", "Market", "马尔凯特", "<"),
        ("", "Quixeramobim", "基谢拉莫宾", "<"),
        ("", "Quixeramobim", "基谢拉莫宾", ">"),
    ]
    two = [row("", "Quixeramobim", "基谢拉莫宾"), row("", "Quixeramobim", "基克塞拉莫宾")]
    assert [each for each in usable(two, []) if each[3] == ">"] == []


def test_translated_words_and_given_names_are_no_names() -> None:
    assert not is_name("Cork", "软木", "en")
    assert not is_name("Jesús", "耶稣", "es")
    # Aligned sentences confirm it, but no list that people wrote has it.
    assert not is_name("Rugby", "橄榄球", "en")
    assert is_name("Boston", "波士顿", "en")
    assert is_name("Egypt", "埃及", "en")
    assert is_name("New Cork", "新软木", "en")


def test_a_name_that_sentences_render_otherwise_is_dropped_and_a_confirmed_one_kept() -> None:
    rows = [row("", "Quixeramobim", "基谢拉莫宾")]
    against = [pair("It lies in Quixeramobim.", "它位于那里。")]
    assert usable(rows, against) == [("", "Quixeramobim", "基谢拉莫宾", "<")]
    confirmed = [pair("It lies in Market.", "它位于马尔凯特。")]
    assert ("", "Market", "马尔凯特", ">") in usable([row("", "Market", "马尔凯特")], confirmed)


def test_of_some_origins_only_what_sentences_confirm_is_kept() -> None:
    rows = [row("", "Quixeramobim", "基谢拉莫宾", "doubtful")]
    assert usable(rows, [], ["doubtful"]) == []
    confirmed = [pair("It lies in Quixeramobim.", "它位于基谢拉莫宾。")]
    assert len(usable(rows, confirmed, ["doubtful"])) == 2


def test_a_spanish_name_unlike_the_english_one_must_be_confirmed() -> None:
    rows = [row("Voltereta", "Somersetville", "萨默塞特维尔")]
    assert [each[:2] for each in usable(rows, [])] == [("", "Somersetville")] * 2


def test_the_command_writes_the_names_of_the_named_origins(tmp_path: Path) -> None:
    names = "\tQuixeramobim\t基谢拉莫宾\tgood\n\tQuixadonia\t基沙多尼亚\tbad\n"
    (tmp_path / "names.tsv").write_text(names, "utf-8")
    for name in ("es-en.tsv", "en-zh.tsv"):
        (tmp_path / name).write_text("", "utf-8")
    out = tmp_path / "out.tsv.gz"
    arguments = ["--data", str(tmp_path), "--origins", "good", "--out", str(out)]
    assert main([str(tmp_path / "names.tsv"), *arguments]) == 0
    written = gzip.decompress(out.read_bytes()).decode()
    assert "Quixeramobim" in written
    assert "Quixadonia" not in written
    assert main([str(tmp_path / "none.tsv"), *arguments]) == 1
