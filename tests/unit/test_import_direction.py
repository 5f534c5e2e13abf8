"""A line of code knows its room: dependencies point inwards only."""

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

_MODELS_ONLY = {"torch", "transformers", "ctranslate2", "sentencepiece", "gguf", "numpy"}
_AWS = {"boto3", "botocore", "aws_lambda_powertools", "awslambdaric", "moto"}
_FORBIDDEN = {
    "teletipo": {"cli", "models", "handlers", "infra", "benchmarks"} | _MODELS_ONLY | _AWS,
    "models": {"cli", "handlers", "infra", "benchmarks"} | _AWS,
    "cli": {"handlers", "infra", "benchmarks"} | _MODELS_ONLY | _AWS,
    "handlers": {"cli", "infra", "benchmarks"} | _MODELS_ONLY,
    # `make run` prints with cli.view.
    "infra": {"handlers", "benchmarks"} | _MODELS_ONLY,
    "benchmarks": {"cli"},
}


def imported_packages(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("room", _FORBIDDEN)
def test_a_room_imports_only_what_it_may(room: str) -> None:
    files = sorted((ROOT / room).rglob("*.py"))
    assert files
    for path in files:
        assert not imported_packages(path) & _FORBIDDEN[room], path
