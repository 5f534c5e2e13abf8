"""Subjects: labels in three languages, older codes mapped, broader ones found; the data's maker."""

import re
import zipfile
from pathlib import Path

import pytest

from infra.subjects import main
from teletipo.article import Subject
from teletipo.subjects import DATA_FILE, codes, identified, label, named, path

_FLOOD = Subject("medtop", "20000151", "Hochwasser")


def test_a_media_topic_has_labels_in_three_languages_beside_its_publishers_name() -> None:
    (found,) = identified([_FLOOD])
    assert found.name == "Hochwasser"
    assert found.labels["en"] == "natural disaster"
    assert set(found.labels) == {"en", "es", "zh-Hans"}
    assert label(_FLOOD, "fr") == "Hochwasser"
    assert named([_FLOOD], "en") == (Subject("medtop", "20000151", "natural disaster"),)


def test_a_subject_without_a_code_has_no_address() -> None:
    assert Subject("subj", None, "Deportes").uri is None


def test_an_older_code_is_kept_and_followed_by_the_media_topic_it_is_mapped_to() -> None:
    animation = Subject("subj", "01025000", "Trickfilm")
    kept, added = identified([animation])
    assert (kept.code, kept.name, kept.labels) == ("01025000", "Trickfilm", {})
    assert (added.scheme, added.code, added.name) == ("medtop", "20000003", None)
    assert added.labels["es"] == "Animación"
    # A publisher that gives both gets no third.
    both = [animation, Subject("medtop", "20000003", "Animation")]
    assert [each.code for each in identified(both)] == ["01025000", "20000003"]


def test_a_code_of_two_topics_is_mapped_to_the_one_in_use() -> None:
    _, war = identified([Subject("subj", "16009000")])
    assert war.labels["en"] == "war"


@pytest.mark.parametrize(
    "subject",
    [
        Subject("subj", "99999999", "nichts"),
        Subject("medtop", "29999999"),
        Subject("EFE", "20000151", "OBRAS"),
        Subject(None, None, "Climate"),
    ],
)
def test_what_iptc_does_not_know_stays_as_it_is(subject: Subject) -> None:
    assert identified([subject]) == (subject,)
    assert path(subject) == [subject]


def test_broader_topics_are_found_too() -> None:
    assert list(codes([Subject("medtop", "20000003")])) == [
        "medtop:20000003",
        "medtop:20000002",
        "medtop:01000000",
    ]
    assert "medtop:01000000" in codes([Subject("subj", "01025000")])
    assert list(codes([Subject(None, None, "Climate"), Subject("EFE", "C1")])) == ["EFE:C1"]
    assert [each.code for each in path(Subject("medtop", "20000003"))] == [
        "01000000",
        "20000002",
        "20000003",
    ]


def test_the_data_name_their_licence_and_every_topic_in_use_has_labels() -> None:
    head = DATA_FILE.read_text("utf-8").split("\n# code")[0]
    assert "CC BY 4.0" in head
    assert "Copyright IPTC" in head
    rows = _rows()
    assert len(rows) > 1000
    known = {row[0] for row in rows}
    for code, broader, retired, subject_code, english, *_ in rows:
        assert re.fullmatch(r"\d{8}", code)
        assert not broader or broader in known
        assert not subject_code or re.fullmatch(r"\d{8}", subject_code)
        assert not retired or re.fullmatch(r"\d{4}-\d\d-\d\d", retired)
        assert english
    # The newest ones are not translated yet.
    assert sum(not row[5] for row in rows) < len(rows) / 100
    assert sum(not row[6] for row in rows) < len(rows) / 25


def _rows() -> list[list[str]]:
    lines = DATA_FILE.read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def test_the_command_makes_the_data_of_the_spreadsheet(tmp_path: Path) -> None:
    columns = [
        "Level1/NewsCode", "Level2/NewsCode", "RetiredDate", "Name (ar)", "Name (en-GB)",
        "Name (es)", "Name (zh-Hans)", "SubjectCode mapping",
    ]  # fmt: skip
    rows = [
        ["IPTC MediaTopic NewsCodes"],
        columns,
        ["medtop:01000000", "", "", "ف", "arts", "Artes", "艺术", "http://x/subjectcode/01000000"],
        ["", "medtop:20000002", "2016-04-05T00:00", "", " arts \n and", "Arte", "", ""],
    ]
    book = tmp_path / "topics.xlsx"
    _write(book, rows)
    output = tmp_path / "topics.tsv"
    assert main([str(book), "--output", str(output)]) == 0
    lines = output.read_text("utf-8").splitlines()
    assert lines[0].startswith("# IPTC MediaTopic NewsCodes")
    assert lines[4:] == [
        "01000000\t\t\t01000000\tarts\tArtes\t艺术",
        "20000002\t01000000\t2016-04-05\t\tarts and\tArte\t",
    ]


def _write(path: Path, rows: list[list[str]]) -> None:
    """A spreadsheet of shared strings, as IPTC's."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    texts: list[str] = []
    body = ""
    for number, row in enumerate(rows, 1):
        cells = ""
        for column, text in zip("ABCDEFGH", row, strict=False):
            if text:
                cells += f'<c r="{column}{number}" t="s"><v>{len(texts)}</v></c>'
                texts.append(text)
        body += f'<row r="{number}">{cells}</row>'
    shared = "".join(f"<si><t>{text}</t></si>" for text in texts)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/sharedStrings.xml", f"<sst {space}>{shared}</sst>")
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            f"<worksheet {space}><sheetData>{body}</sheetData></worksheet>",
        )
