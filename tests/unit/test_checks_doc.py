"""docs/checks.md: every example has the finding that it is an example of, and every code one."""

import re

import pytest

from teletipo.terminology import Term, Terminology
from teletipo.verify import Context, verify
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
    found = verify(text, output, source, target, Context(terminology=_TERMS))
    assert (code.strip("`"), severity) in [(fault.code, str(fault.severity)) for fault in found]


def test_every_code_in_the_source_is_documented() -> None:
    sources = [
        path.read_text("utf-8")
        for path in (ROOT / "teletipo").rglob("*.py")
        if path.parent.name == "verify" or path.name in ("translator.py", "abstractive.py")
    ]
    codes = {
        code
        for text in sources
        for call in re.findall(r"(?:Fault|Finding)\(\s*((?:.|\n){0,160})", text)
        for code in re.findall(
            r'"([a-z]+(?:_[a-z]+)+|empty|repetition|unrelated|unsupported)"', call
        )
    }
    assert len(codes) > 25
    assert {code for code in codes if f"`{code}`" not in _TEXT} == set()
