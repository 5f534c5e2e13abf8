"""README.md, docs/ and benchmarks/RESULTS.md: links resolve, and figures match the catalogue."""

import ast
import re
from pathlib import Path

from cfnlint.decode.cfn_yaml import load

from models.manifest import catalog
from tests.conftest import ROOT

_RESULTS = ROOT / "benchmarks" / "RESULTS.md"
_PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), _RESULTS)


def _anchors(page: Path) -> set[str]:
    """The page's headings, as GitHub makes anchors of them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_link_leads_somewhere() -> None:
    links = [
        (page, *link)
        for page in _PAGES
        for link in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", page.read_text("utf-8"))
    ]
    assert links
    for page, path, anchor in links:
        target = page.parent / path if path else page
        assert target.exists(), f"{page.name}: {path}"
        assert not anchor or anchor in _anchors(target), f"{page.name}: {path}#{anchor}"


def test_the_index_names_every_page() -> None:
    index = (ROOT / "docs" / "index.md").read_text("utf-8")
    pages = {page.name for page in _PAGES} - {"index.md"}
    assert {page for page in pages if page not in index} == set()


def test_the_results_have_the_embedded_packs_quality() -> None:
    results = _RESULTS.read_text("utf-8")
    entry = catalog().pack("embedded")
    ways = [
        *entry.routes,
        *(pair for each in catalog().models_of(entry).values() for pair in each.pairs),
    ]
    measured = {f"{way.quality.bleu} / {way.quality.chrf}" for way in ways if way.quality}
    assert len(measured) == len(ways)
    assert {figures for figures in measured if figures not in results} == set()


def test_every_alarm_has_its_paragraph_and_every_paragraph_its_alarm() -> None:
    resources = load(str(ROOT / "template.yaml"))["Resources"]
    alarms = {n for n, each in resources.items() if each["Type"] == "AWS::CloudWatch::Alarm"}
    text = (ROOT / "docs" / "operate.md").read_text("utf-8")
    section = text.split("## Alarms\n", 1)[1].split("\n## ", 1)[0]
    told = re.findall(r"^\*\*(\w+Alarm)(?:, (\w+Alarm))*\.?\*\*", section, re.MULTILINE)
    assert alarms
    assert {name for paragraph in told for name in paragraph if name} == alarms


def test_every_threat_names_tests_that_there_are() -> None:
    text = (ROOT / "docs" / "security.md").read_text("utf-8")
    threats = re.split(r"^### ", text.split("\n## ", 1)[0], flags=re.MULTILINE)[1:]
    assert threats
    for threat in threats:
        for line in re.findall(r"^- .+$", threat, re.MULTILINE):
            assert re.search(r"`tests/[\w/]+\.py::test_\w+`", line), line
    for path, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text):
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        functions = {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}
        assert name in functions, f"{path}::{name}"
