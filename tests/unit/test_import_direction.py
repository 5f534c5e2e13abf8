"""A line of code knows its room: dependencies point inwards only."""

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

_MODELS_ONLY = {"torch", "transformers", "ctranslate2", "sentencepiece", "gguf", "numpy"}
_AWS = {"boto3", "botocore", "aws_lambda_powertools", "awslambdaric", "moto"}
_FORBIDDEN = {
    "teletipo": {"models", "handlers", "infra", "benchmarks", "pydantic_settings"}
    | _MODELS_ONLY
    | _AWS,
    "models": {"handlers", "infra", "benchmarks"} | _AWS,
    "handlers": {"infra", "benchmarks"} | _MODELS_ONLY,
    "infra": {"handlers", "benchmarks"} | _MODELS_ONLY,
}
# The command line puts domain and models together, as a handler does.
_COMPOSITION_ROOTS = {ROOT / "teletipo" / "__main__.py": {"models"}}


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
        forbidden = _FORBIDDEN[room] - _COMPOSITION_ROOTS.get(path, set())
        assert not imported_packages(path) & forbidden, path
