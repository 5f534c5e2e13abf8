"""The zip functions as `sam build` makes them, run from that directory and nothing else."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.api import ENVIRONMENT
from tests.conftest import ROOT

_MEGABYTE = 1_000_000
_THIS_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built for this machine, so that it runs here."""
    directory = tmp_path_factory.mktemp("build")
    result = subprocess.run(
        [
            ROOT / ".venv-sam" / "bin" / "sam",
            "build",
            "ApiFunction",
            "--build-dir",
            directory / "built",
            "--cache-dir",
            directory / "cache",
        ],
        cwd=ROOT,
        env={
            **{name: text for name, text in os.environ.items() if not name.startswith("MAKE")},
            "AWS_DEFAULT_REGION": "eu-west-1",
            "SAM_CLI_TELEMETRY": "0",
            "PYTHON": sys.executable,
            "LAMBDA_PYTHON": _THIS_PYTHON,
            "LAMBDA_PLATFORM": f"manylinux2014_{platform.machine()}",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return directory / "built" / "ApiFunction"


def run(package: Path, code: str) -> str:
    """In an interpreter that has the package, and no other."""
    result = subprocess.run(
        [sys.executable, "-S", "-c", code],
        env={**ENVIRONMENT, "PYTHONPATH": str(package)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


_GET = """
import json, sys
sys.path = [place for place in sys.path if "site-packages" not in place]
from handlers import notify, webhook
from handlers.api import app
class Context:
    function_name = "api"; memory_limit_in_mb = 1769; invoked_function_arn = "arn"
    aws_request_id = "1"
    def get_remaining_time_in_millis(self): return 1000
def get(path, **parameters):
    event = {"httpMethod": "GET", "path": path, "resource": path, "headers": {}, "body": None,
             "multiValueHeaders": {}, "requestContext": {"path": "/v1" + path},
             "queryStringParameters": None, "isBase64Encoded": False}
    return app.handler(event, Context())
"""


def test_what_is_built_answers(package: Path) -> None:
    printed = run(
        package,
        _GET + "for path in ('/health', '/languages', '/packs', '/openapi.json', '/',"
        " '/desk/main.js', '/docs/swagger-ui.js'):\n"
        "    print('ANSWER', path, get(path)['statusCode'])",
    )
    answers = [line.split()[1:] for line in printed.splitlines() if line.startswith("ANSWER")]
    assert len(answers) == 7
    assert all(status == "200" for _, status in answers), answers


def test_the_readers_of_articles_are_in_it(package: Path) -> None:
    code = (
        "from teletipo import formats; print(formats.read(b'<h1>Hi</h1><p>A line.</p>').headline)"
    )
    assert run(package, code) == "Hi\n"


def test_it_is_small_and_holds_no_models(package: Path) -> None:
    size = sum(file.stat().st_size for file in package.rglob("*") if file.is_file())
    assert size < 45 * _MEGABYTE
    names = {entry.name for entry in package.iterdir()}
    assert not names & {"ctranslate2", "numpy", "torch", "sentencepiece", "opencc", "pypinyin"}
    assert not [*package.rglob("*.safetensors")]
    assert list(package.rglob("*.pyc"))


def test_its_pins_are_the_images(package: Path) -> None:
    def pins(name: str) -> set[str]:
        lines = (ROOT / "infra" / name / "requirements.txt").read_text("utf-8").splitlines()
        return {line for line in lines if "==" in line}

    assert pins("zip") <= pins("image")
