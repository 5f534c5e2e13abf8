"""The word tables: learned, written, and those in the repository."""

import gzip
from pathlib import Path

import pytest

from models.training import lexicon as training
from teletipo.languages import Language
from teletipo.verify.lexicon import lexicon, words

_PAIRS = [
    ("El gobierno aprobó la ley.", "The government approved the law.", "政府通过了法律。"),
    ("El gobierno retiró la ley.", "The government withdrew the law.", "政府撤回了法律。"),
    ("La oposición aprobó el pacto.", "The opposition approved the pact.", "反对派通过了协议。"),
    ("La oposición retiró el pacto.", "The opposition withdrew the pact.", "反对派撤回了协议。"),
] * 3


@pytest.fixture
def data(tmp_path: Path) -> Path:
    es_en = "".join(f"{es}\t{en}\town\n" for es, en, _ in _PAIRS)
    en_zh = "".join(f"{en}\t{zh}\town\n" for _, en, zh in _PAIRS)
    (tmp_path / "es-en.tsv").write_text(es_en, "utf-8")
    (tmp_path / "en-zh.tsv").write_text(en_zh, "utf-8")
    return tmp_path


def test_words_that_stand_together_are_each_others_translation() -> None:
    table = training.train([es for es, _, _ in _PAIRS], [en for _, en, _ in _PAIRS])
    best = {word: max(others, key=others.__getitem__) for word, others in table.items()}
    assert (best["gobier"], best["aprobo"], best["retiro"]) == ("govern", "approv", "withdr")


def test_the_command_writes_the_same_files_twice(data: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert training.main([str(data), "--out", str(tmp_path / name)]) == 0
    written = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert written == [
        *("en-zh.tsv.gz", "en.tsv.gz", "es-en.tsv.gz", "es-zh.tsv.gz", "es.tsv.gz", "zh.tsv.gz"),
    ]
    for name in written:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_dictionary_adds_words_that_no_sentence_has(data: Path, tmp_path: Path) -> None:
    dictionary = tmp_path / "cedict.u8"
    entry = "角球 角球 [jiao3 qiu2] /corner kick (in soccer)/CL:個|个[ge4]/\n"
    dictionary.write_text(f"# CC-CEDICT\n{entry * 2}", "utf-8")
    assert training.read_dictionary(dictionary) == (["corner kick"] * 2, ["角球"] * 2)
    options = ["--out", str(tmp_path / "out"), "--dictionary", str(dictionary)]
    assert training.main([str(data), *options]) == 0
    written = gzip.decompress((tmp_path / "out" / "en-zh.tsv.gz").read_bytes()).decode()
    assert "corner\t" in written
    assert training.main([str(data), *options[:-1], str(tmp_path / "none")]) == 1


def test_a_broken_row_is_refused(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data / "es-en.tsv").write_text("una sola columna\n", "utf-8")
    assert training.main([str(data), "--out", str(data / "out")]) == 1
    assert capsys.readouterr().err


@pytest.mark.parametrize(
    ("source", "target", "word", "other"),
    [
        ("es", "en", "gobier", "govern"),
        ("en", "es", "govern", "gobier"),
        ("en", "zh-Hans", "govern", "政府"),
        ("zh-Hans", "es", "政府", "gobier"),
    ],
)
def test_the_tables_in_the_repository_know_common_words(
    source: str, target: str, word: str, other: str
) -> None:
    table = lexicon(Language(source), Language(target))
    assert table is not None
    assert table.strength(word, other) == 1.0
    assert table.strength(word, "xyzzy") == 0.0


def test_names_are_distinguished_from_words_and_other_languages_have_no_table() -> None:
    assert words("en").is_common("govern")
    assert not words("en").is_common("merkel")
    assert lexicon(Language("es"), Language("de")) is None


def test_wiktionarys_glosses_are_pairs_of_their_own(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "wiktionary"
    folder.mkdir()
    (folder / "es-en-enwiktionary.txt").write_text(
        "# Spanish :: English dictionary\n"
        "afición {f} [Latin America] :: hobby (pastime), zeal\n"
        "afiebrada {v} [feminine past participle of, afiebrar] ::\n",
        "utf-8",
    )
    (folder / "en-es-enwiktionary.txt").write_text(
        "hobby {n} /ˈhɒbi/ (activity) :: afición {f}, hobby {m}\nzeal {n} SEE: fervor ::\n", "utf-8"
    )
    (folder / "en-cmn-enwiktionary.txt").write_text(
        "bivouac {n} (encampment) :: 露營, 露营 /lùyíng/\n" * 2, "utf-8"
    )
    assert training.read_wiktionary(folder / "es-en-enwiktionary.txt") == (
        ["afición", "afición"],
        ["hobby", "zeal"],
    )
    # Both scripts become one.
    assert training.read_wiktionary(folder / "en-cmn-enwiktionary.txt") == (
        ["bivouac"],
        ["露营"],
    )
    options = ["--out", str(tmp_path / "out"), "--wiktionary", str(folder)]
    assert training.main([str(data), *options]) == 0
    written = gzip.decompress((tmp_path / "out" / "es-en.tsv.gz").read_bytes()).decode()
    assert "aficio\thobby" in written
    assert training.main([str(data), *options[:-1], str(tmp_path / "none")]) == 1


def test_spanish_and_chinese_of_the_same_english_are_learned_from_directly() -> None:
    pairs = training.through(
        ["Uno.", "Dos."], ["One.", "Two."], ["Two.", "Three."], ["二。", "三。"]
    )
    assert pairs == (["Dos."], ["二。"])
    assert training.strongest({"a": {"b": 0.2}}, {"a": {"b": 0.5, "c": 0.1}}) == {
        "a": {"b": 0.5, "c": 0.1}
    }


def test_the_dictionaries_words_are_in_the_tables_of_the_repository() -> None:
    table = lexicon(Language("es"), Language("zh-Hans"))
    assert table
    assert table.strength("rodill", "膝盖") > 0.3
