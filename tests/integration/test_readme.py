"""The README's commands run, and print what it says."""

import os
import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT

_README = (ROOT / "README.md").read_text("utf-8")
# What CI runs itself, and what needs an AWS account.
_NOT_HERE = ("make test", "make lint", "sam build", "aws s3 cp")
_COMMANDS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", _README, re.DOTALL)
    for line in block.splitlines()
    if not line.startswith(_NOT_HERE)
]


@pytest.mark.parametrize("command", _COMMANDS)
def test_the_command_runs(command: str) -> None:
    # This test's interpreter stands for .venv's, which CI has made.
    command = command.replace(".venv/bin/python", sys.executable)
    environment = {name: text for name, text in os.environ.items() if not name.startswith("MAKE")}
    result = subprocess.run(
        ["bash", "-c", command],  # noqa: S607
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    if command == "make run":
        # Translations may differ between processors; the article's own sentences may not.
        source, translated, _ = result.stdout.partition("\n── English")
        assert source in _README
        assert translated
        assert "── Chinese (Simplified) (zh-Hans), translated from Spanish" in result.stdout
        assert "Made by the pack embedded" in result.stdout


def test_the_readme_opens_with_make_run() -> None:
    assert _COMMANDS[0] == "make run"
    assert len(_COMMANDS) >= 6
