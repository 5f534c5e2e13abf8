"""Training data: cleaned, balanced, and never the evaluation sets."""

import gzip
import random
from pathlib import Path

import pytest

from models.training import kinship, wire
from models.training.pairs import (
    Pair,
    choose,
    clean,
    hash_of,
    is_evaluation,
    read_pairs,
    split,
    why_not,
    write_evaluation_hashes,
    write_pairs,
)
from teletipo.findings import Severity
from tests.checking import verified

# From NTREX-128, CC BY-SA 4.0; FLORES-200, CC BY-SA 4.0.
_NTREX = "Welsh AMs worried about 'looking like muppets'"
_GOOD = Pair("es", "en", "El Gobierno aprobó la ley.", "The government approved the law.", "own")


def test_the_evaluation_sets_are_known_by_their_hashes() -> None:
    assert is_evaluation(_NTREX)
    assert is_evaluation(_NTREX.upper() + "!")
    assert not is_evaluation("The government approved the law.")
    pair = Pair("en", "es", _NTREX, "Algo en español.", "own")
    assert why_not(pair) == why_not(pair.reversed()) == "evaluation"


def test_hashes_are_written_in_order_and_without_short_lines(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("A sentence that is long enough.\nYes.\n", "utf-8")
    write_evaluation_hashes([tmp_path / "a"], tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == hash_of("a sentence THAT is long enough")


@pytest.mark.parametrize(
    ("text", "translation", "reason"),
    [
        ("El Gobierno aprobó la ley.", "The government approved the law.", None),
        ("El Gobierno aprobó la ley.", "The government approved the law", "full_stop"),
        ("Use ``print`` aquí.", "Use ``print`` here.", "markup"),
        ("…", "…", "empty"),
        ("Sí.", "Yes, and then he went on for a good while about everything.", "length_ratio"),
        ("Costó 40 euros.", "It cost 50 euros.", "figure_changed"),
        ("x " * 500, "y " * 500, "long"),
        (
            "El Gobierno aprobó ayer por la tarde la nueva ley de aguas.",
            "Le gouvernement a approuvé hier la nouvelle loi sur l'eau.",
            "language",
        ),
    ],
)
def test_what_is_not_to_be_learned_from(text: str, translation: str, reason: str | None) -> None:
    assert why_not(Pair("es", "en", text, translation, "own")) == reason


def test_rows_are_joined_through_english_and_chinese_is_simplified(tmp_path: Path) -> None:
    (tmp_path / "es-en.tsv").write_text("Él habló.\tHe spoke.\town\n", "utf-8")
    (tmp_path / "en-zh.tsv").write_text("He spoke.\t他說話了.\town\n", "utf-8")
    pairs = read_pairs(tmp_path)
    assert [(pair.source, pair.target) for pair in pairs] == [
        ("es", "en"),
        ("en", "zh-Hans"),
        ("es", "zh-Hans"),
    ]
    assert pairs[2].translation == "他说话了。"
    (tmp_path / "en-zh.tsv").write_text("one column\n", "utf-8")
    with pytest.raises(ValueError, match="line 1"):
        read_pairs(tmp_path)


def test_a_bad_row_is_named_with_its_file_and_line(tmp_path: Path) -> None:
    rows = tmp_path / "es-en.tsv"
    (tmp_path / "en-zh.tsv").write_text("", "utf-8")
    rows.write_bytes("Él habló.\tHe spoke.\town\nSí.\tYes.\n".encode())
    with pytest.raises(ValueError, match=r"es-en\.tsv, line 2: 2 columns, not 3"):
        read_pairs(tmp_path)
    rows.write_bytes("Él habló.\tHe spoke.\town\n".encode() + b"\xff\tYes.\town\n")
    with pytest.raises(ValueError, match=r"es-en\.tsv, line 2: not UTF-8"):
        read_pairs(tmp_path)


def test_a_damaged_file_of_pairs_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv.gz"
    write_pairs([_GOOD] * 3, path)
    assert len(read_pairs(path)) == 3
    whole = path.read_bytes()
    for damaged in (whole[:-9], b"no gzip", whole[:20] + b"\x00" * 9 + whole[29:]):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=r"pairs\.tsv\.gz, after line \d"):
            read_pairs(path)
    path.write_bytes(gzip.compress(b"es\ten\tuno\n"))
    with pytest.raises(ValueError, match=r"pairs\.tsv\.gz, line 1: 3 columns, not 5"):
        read_pairs(path)


def test_a_pair_counts_once_and_what_is_dropped_is_counted() -> None:
    kept, dropped = clean([_GOOD, _GOOD, Pair("es", "en", "Sí.", "", "own")])
    assert kept == [_GOOD]
    assert dropped == {"duplicate": 1, "empty": 1}


def test_cleaning_tells_how_far_it_is() -> None:
    steps: list[tuple[str, float]] = []
    rows = [Pair("es", "en", f"Frase {n}.", "", "own") for n in range(25_000)]
    clean(rows, progress=lambda step, share: steps.append((step, share)))
    assert steps == [("10,000 of 25,000 pairs", 0.4), ("20,000 of 25,000 pairs", 0.8)]


def test_no_direction_learns_another_ones_development_sentence() -> None:
    pairs = [
        Pair("es", "en", f"La frase número {n} del corpus.", f"Sentence number {n} of it.", "news")
        for n in range(400)
    ]
    learn, develop = split(pairs, ["news"])
    assert 0 < len(develop) < 40
    assert not {pair.text for pair in learn} & {pair.text for pair in develop}
    assert len(learn) + len(develop) == 400


def test_part_of_a_pass_is_chosen_at_random() -> None:
    pairs = [_GOOD] * 10
    assert len(choose(pairs, 2.5, random.Random(1))) == 25  # noqa: S311


def test_sentences_by_rule_pass_our_own_checks() -> None:
    """What is taught has the figures, dates and names that it says it has."""
    made = wire.pairs(120, 3)
    assert made == wire.pairs(120, 3)
    assert {(pair.source, pair.target) for pair in made} == {
        ("es", "en"),
        ("en", "zh-Hans"),
        ("es", "zh-Hans"),
    }
    for pair in made:
        findings = verified(pair.text, pair.translation, pair.source, pair.target)
        codes = {finding.code for finding in findings if finding.severity is Severity.ERROR}
        assert not codes - {"unrelated"}, pair


@pytest.mark.parametrize(
    ("number", "written"),
    [(80_006, "80006"), (3_400_000, "340万"), (1_250_000_000, "12.5亿"), (10_000, "1万")],
)
def test_chinese_counts_by_ten_thousands(number: int, written: str) -> None:
    assert wire.in_han_units(number) == written


def test_the_regression_tells_translations_from_strangers() -> None:
    weights = kinship.learn(wire.pairs(150, 1) + _as_news(wire.pairs(150, 2)), 100, 1)
    words, *_, bias = weights
    assert words > 0 > bias


def _as_news(pairs: list[Pair]) -> list[Pair]:
    return [Pair(p.source, p.target, p.text, p.translation, "wmt-news") for p in pairs]
