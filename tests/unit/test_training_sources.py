"""What the adapter learned from, in the docs as in its manifest."""

from pathlib import Path

import pytest

from models.adapter import Adapter, DataSource
from models.build import ADAPTERS
from models.training.sources import main, table, with_table
from tests.conftest import ROOT

_SOURCES = [
    DataSource(name="few", licence="CC0", pairs=3),
    DataSource(name="many", licence="MIT", pairs=1200),
    DataSource(name="words", licence="ISC", pairs=0),
]


def test_the_docs_have_every_source_of_the_published_adapter_with_its_licence() -> None:
    page = (ROOT / "docs" / "models.md").read_text("utf-8")
    sources = Adapter(ADAPTERS / "translator").manifest.sources
    assert sources
    assert all(source.licence for source in sources)
    assert with_table(page, sources) == page


def test_the_largest_source_is_first() -> None:
    assert table(_SOURCES).splitlines()[2:] == [
        "| many | MIT | 1,200 |",
        "| few | CC0 | 3 |",
        "| words | ISC | – |",
    ]


def test_only_the_tables_place_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = "Before\n<!-- sources -->\nold\n<!-- /sources -->\nAfter\n"
    written = with_table(page, _SOURCES)
    assert written == page.replace("old", table(_SOURCES))
    (tmp_path / "page.md").write_text("Before\n", "utf-8")
    assert main(["--write", str(tmp_path / "page.md")]) == 1
    assert "page.md" in capsys.readouterr().err
    assert (tmp_path / "page.md").read_text("utf-8") == "Before\n"
    assert main(["--adapter", str(tmp_path)]) == 1
