"""The audit of dependencies: nothing is called clean that was not looked up."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from infra import audit

_CLEAN = {"name": "boto3", "version": "1.44.5", "vulns": []}
_SKIPPED = {"name": "babel", "skip_reason": "Dependency not found on PyPI and could not be audited"}
_BAD = {
    "name": "lxml",
    "version": "4.9.0",
    "vulns": [
        {"id": "PYSEC-2022-230", "fix_versions": ["4.9.1"], "aliases": [], "description": ""}
    ],
}


@pytest.mark.parametrize(
    ("packages", "code", "words"),
    [
        ([_CLEAN], 0, "1 packages, no known vulnerabilities"),
        ([_CLEAN, _BAD], 1, "lxml 4.9.0: PYSEC-2022-230, mended in 4.9.1"),
        ([_SKIPPED, _BAD], 1, "lxml 4.9.0"),
        ([_CLEAN, _SKIPPED], 3, "1 of 2 packages could not be audited"),
        ([], 3, "could not be audited"),
    ],
)
def test_only_what_was_looked_up_is_clean(
    packages: list[dict[str, Any]], code: int, words: str
) -> None:
    found, lines = audit.verdict({"dependencies": packages})
    assert found == code
    assert words in lines[0]


def program(directory: Path, output: str) -> Path:
    """Stands where pip-audit does, which needs the network."""
    path = directory / "pip-audit"
    path.write_text(f"#!{sys.executable}\nprint({output!r})\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("output", "code"),
    [
        (json.dumps({"dependencies": [_CLEAN]}), 0),
        (json.dumps({"dependencies": [_SKIPPED]}), 3),
        ("", 3),
        ("no JSON", 3),
    ],
)
def test_the_command_says_so_by_its_exit_code(tmp_path: Path, output: str, code: int) -> None:
    (tmp_path / "var" / "task").mkdir(parents=True)
    command = [str(tmp_path), "--program", str(program(tmp_path, output))]
    assert audit.main(command) == code


def test_without_a_tree_or_the_program_it_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit.main([str(tmp_path), "--program", str(program(tmp_path, ""))]) == 3
    (tmp_path / "var" / "task").mkdir(parents=True)
    assert audit.main([str(tmp_path), "--program", str(tmp_path / "none")]) == 3
    assert "run: make audit" in capsys.readouterr().err
