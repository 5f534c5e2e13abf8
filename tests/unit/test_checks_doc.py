"""docs/checks.md: every example yields its finding, and every code is documented."""

import re

import pytest

from teletipo.terminology import Term, Terminology
from teletipo.verify.context import Context
from tests.checking import verified
from tests.conftest import ROOT

_TEXT = (ROOT / "docs" / "checks.md").read_text("utf-8")
_EXAMPLES = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in _TEXT.splitlines()
    if re.match(r"\| `\w+` \| (?:error|warning|info) \|", line)
]
_TERMS = Terminology((Term({"es": "La Moneda", "en": "La Moneda Palace"}),), "x")


@pytest.mark.parametrize("example", _EXAMPLES, ids=lambda example: example[0])
def test_an_example_has_its_finding(example: tuple[str, ...]) -> None:
    code, severity, source, target, text, output = example
    found = verified(text, output, source, target, Context(terminology=_TERMS))
    assert (code.strip("`"), severity) in [
        (finding.code, str(finding.severity)) for finding in found
    ]


def test_every_code_in_the_source_is_documented() -> None:
    sources = [
        path.read_text("utf-8")
        for path in (ROOT / "teletipo").rglob("*.py")
        if {"verify", "translation"} & set(path.parts) or path.name == "abstractive.py"
    ]
    codes = {
        code
        for text in sources
        for call in re.findall(r"(?:Finding|finding)\(\s*((?:.|\n){0,160})", text)
        for code in re.findall(
            r'"([a-z]+(?:_[a-z]+)+|empty|repetition|unrelated|unsupported)"', call
        )
    }
    assert len(codes) > 25
    assert {code for code in codes if f"`{code}`" not in _TEXT} == set()
