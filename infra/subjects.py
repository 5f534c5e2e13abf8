"""Make ``teletipo/data/mediatopics.tsv`` from IPTC's spreadsheet of the Media Topics.

``python -m infra.subjects IPTC-MediaTopic-NewsCodes.xlsx``: IPTC publishes the file at
https://iptc.org/standards/newscodes/ under CC BY 4.0. Only codes, hierarchy, the mapping to Subject
Codes and three languages' labels are kept.
"""

import argparse
import re
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from lxml import etree

from teletipo.subjects import DATA_FILE, NOTICE

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LABELS = ("Name (en-GB)", "Name (es)", "Name (zh-Hans)")
_LEVEL = re.compile(r"Level(\d)/NewsCode")


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The spreadsheet's rows, by the names of their columns. The first row is the title's."""
    with zipfile.ZipFile(path) as book:
        texts = [
            "".join(text.text or "" for text in item.iter(f"{_MAIN}t"))
            for item in etree.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    names: dict[str, str] = {}
    for row in sheet.iter(f"{_MAIN}row"):
        found = {}
        for cell in row:
            value = cell.findtext(f"{_MAIN}v")
            if value is not None:
                column = re.sub(r"\d", "", cell.get("r"))
                found[column] = texts[int(value)] if cell.get("t") == "s" else value
        if names:
            yield {names[column]: " ".join(text.split()) for column, text in found.items()}
        elif len(found) > 1:
            names = found
        else:
            yield {"title": next(iter(found.values()), "")}


def lines(path: Path) -> Iterator[str]:
    """The lines of the data file."""
    above: dict[int, str] = {}
    for row in rows(path):
        if title := row.get("title"):
            yield NOTICE.format(title=title)
            yield "# code\tbroader\tretired\tsubject code\ten\tes\tzh-Hans"
            continue
        ((name, qcode),) = [(n, text) for n, text in row.items() if _LEVEL.fullmatch(n)]
        level, code = int(name[5]), qcode.removeprefix("medtop:")
        above[level] = code
        subject_code = row.get("SubjectCode mapping", "").rpartition("/")[2]
        labels = [row.get(each, "") for each in _LABELS]
        fields = [code, above.get(level - 1, ""), row.get("RetiredDate", "")[:10], subject_code]
        yield "\t".join([*fields, *labels])


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the data file. Exit codes: 0 written, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m infra.subjects", description=__doc__)
    parser.add_argument("spreadsheet", type=Path)
    parser.add_argument("--output", type=Path, default=DATA_FILE)
    options = parser.parse_args(arguments)
    options.output.write_text("\n".join(lines(options.spreadsheet)) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
