"""The README's commands run and print the documented output, except for a model's wording."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from infra.local.stack import CREDENTIALS, LocalStack
from tests.conftest import ROOT

_README = (ROOT / "README.md").read_text("utf-8")
# Commands that CI runs itself, and those that need an AWS account.
_NOT_HERE = ("make test", "make lint", "sam build")
_LINES = [
    line
    for block in re.findall(r"```sh\n(.*?)```", _README, re.DOTALL)
    for line in block.splitlines()
    if not line.startswith(_NOT_HERE)
]
# Commands of a client, which need a URL and a key.
_CLIENTS = [line for line in _LINES if "$" in line]
_COMMANDS = [line for line in _LINES if "$" not in line]
# These run with the real pack; the others, which take the same path, with a tiny one.
_WITH_THE_REAL_PACK = ("make run", _COMMANDS[3])
_PROGRAMS = re.findall(r"```python\n(.*?)```", _README, re.DOTALL)


@pytest.mark.parametrize("command", _COMMANDS)
def test_the_command_runs(
    command: str, tiny_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    is_real = command in _WITH_THE_REAL_PACK
    # Run with this test's interpreter and this checkout, whichever .venv holds.
    command = command.replace(".venv/bin/python", sys.executable)
    command = command.replace(".venv/bin/teletipo", f"{sys.executable} -m cli")
    command = command.replace("/tmp/", f"{tmp_path_factory.getbasetemp()}/")  # noqa: S108
    environment = {name: text for name, text in os.environ.items() if not name.startswith("MAKE")}
    if not is_real:
        environment["TELETIPO_CACHE_DIR"] = str(tiny_cache)
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
        source, english, chinese = re.split(r"\n── (?:English|Chinese)", result.stdout)
        # The article's own sentences are the same on every processor; the status may not be.
        name, status = source.splitlines()[0].split("  ·  ")
        assert (name, status in ("OK", "NEEDS REVIEW")) == ("articles/es-desalinizadora.txt", True)
        assert source.partition("\n")[2] in _README
        evidence = re.findall(r"\[article .+?\]", source)
        for translation in (english, chinese):
            assert " translated from Spanish" in translation.splitlines()[0]
            assert re.findall(r"\[article .+?\]", translation) == evidence
            assert "INFO draft_quality" in translation
            assert "(confidence " in translation
        assert "Made by the pack embedded" in chinese


def test_the_readme_opens_with_make_run() -> None:
    assert _COMMANDS[0] == "make run"
    assert len(_COMMANDS) >= 6


@pytest.fixture(scope="module")
def client(api_stack: LocalStack) -> dict[str, str]:
    """A client's environment."""
    return {
        **os.environ,
        **CREDENTIALS,
        "AWS_ENDPOINT_URL": api_stack.endpoint_url,
        "ARTICLES_BUCKET": api_stack.outputs["ArticlesBucket"],
        "SUMMARIES_BUCKET": api_stack.outputs["SummariesBucket"],
        "URL": api_stack.api_url,
        "KEY": api_stack.api_key(),
    }


def test_what_a_client_does_works_in_order(client: dict[str, str]) -> None:
    assert len(_CLIENTS) == 4
    if not shutil.which("aws"):
        pytest.skip("there is no AWS command line on this machine")
    for command in _CLIENTS:
        for _ in range(20):
            result = subprocess.run(
                ["bash", "-c", command],  # noqa: S607
                cwd=ROOT,
                env=client,
                capture_output=True,
                text=True,
                check=False,
            )
            # The first command only starts the work whose result the second requests.
            if result.returncode == 0 or not command.endswith(" -"):
                break
            time.sleep(0.5)
        assert result.returncode == 0, f"{command}: {result.stderr}"
        if command.startswith("curl -") or command.endswith(" -"):
            assert json.loads(result.stdout), command


@pytest.mark.parametrize("program", _PROGRAMS)
def test_the_program_publishes_only_what_an_editor_approved(
    program: str, client: dict[str, str], api: httpx.Client
) -> None:
    def run() -> str:
        result = subprocess.run(
            [sys.executable, "-c", program], env=client, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stderr
        return result.stdout

    assert "80 kilometers" not in run()
    newest = api.get("/summaries", params={"prefix": "guid/", "limit": 1}).json()["articles"][0]
    approval = {"decision": "approved", "languages": ["en"]}
    assert api.post(f"/summaries/{newest['id']}/review", json=approval).status_code == 200
    assert "cut train speeds to 80 kilometers per hour" in run()
