"""Dependencies point inwards only, and no modules import each other in a circle."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.conftest import ROOT

_MODELS_ONLY = {"torch", "transformers", "ctranslate2", "sentencepiece", "gguf", "numpy"}
_AWS = {"boto3", "botocore", "aws_lambda_powertools", "awslambdaric", "moto"}
_FORBIDDEN = {
    "teletipo": {"cli", "models", "handlers", "infra", "benchmarks", "pydantic_settings"}
    | _MODELS_ONLY
    | _AWS,
    "models": {"cli", "handlers", "infra", "benchmarks"} | _AWS,
    "cli": {"handlers", "infra", "benchmarks"} | _MODELS_ONLY | _AWS,
    "handlers": {"cli", "infra", "benchmarks"} | _MODELS_ONLY,
    # `make run` prints with cli.view.
    "infra": {"handlers", "benchmarks"} | _MODELS_ONLY,
    "benchmarks": {"cli"},
}
# The operator's commands are about AWS; they import its client only when they run.
_ALLOWED = {
    "cli/ops.py": {"boto3", "botocore"},
    "cli/stack.py": {"boto3", "botocore"},
    "benchmarks/scale.py": {"cli"},
}
_WITHOUT_CIRCLES = ("teletipo", "models", "handlers", "cli", "infra")


def imported_packages(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def module_graph(root: Path, packages: tuple[str, ...]) -> dict[str, set[str]]:
    """Each module of the packages with the modules that it imports, functions' imports too."""
    files = {}
    for path in (path for package in packages for path in (root / package).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        files[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return {
        name: {
            # `from package import name`: the submodule where there is one, else the package.
            imported if imported in files else imported.rpartition(".")[0]
            for imported in _imports(ast.parse(path.read_text("utf-8")), name, path)
        }
        & files.keys() - {name}
        for name, path in files.items()
    }


def _imports(tree: ast.AST, module: str, path: Path) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = module.split(".") if path.stem == "__init__" else module.split(".")[:-1]
                above = package[: len(package) - node.level + 1]
                base = ".".join([*above, *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}" for alias in node.names)
        else:
            yield from _imports(node, module, path)


def circles(graph: Mapping[str, set[str]]) -> list[set[str]]:
    """The sets of modules that reach each other."""
    reached: dict[str, set[str]] = {}
    for start in graph:
        found: set[str] = set()
        waiting = [start]
        while waiting:
            new = graph[waiting.pop()] - found
            found |= new
            waiting += new
        reached[start] = found
    components = {
        frozenset(other for other in reached[name] if name in reached[other])
        for name in graph
        if name in reached[name]
    }
    return [set(component) for component in sorted(components, key=sorted)]


@pytest.mark.parametrize("room", _FORBIDDEN)
def test_a_room_imports_only_what_it_may(room: str) -> None:
    files = sorted((ROOT / room).rglob("*.py"))
    assert files
    for path in files:
        allowed = _ALLOWED.get(path.relative_to(ROOT).as_posix(), set())
        assert not imported_packages(path) & _FORBIDDEN[room] - allowed, path


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = module_graph(ROOT, _WITHOUT_CIRCLES)
    assert {name.split(".")[0] for name in graph} == set(_WITHOUT_CIRCLES)
    assert circles(graph) == []


def test_a_circle_is_found_however_it_is_imported(tmp_path: Path) -> None:
    package = tmp_path / "p"
    package.mkdir()
    for name, text in {
        "__init__": "",
        "a": "from p import b",
        "b": "import p.c",
        "c": "def late():\n    from .a import x",
        "outside": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import p.typed",
        "typed": "import p.outside\nimport p.a",
    }.items():
        (package / f"{name}.py").write_text(text)
    assert circles(module_graph(tmp_path, ("p",))) == [{"p.a", "p.b", "p.c"}]
