"""The console script ``teletipo``: summarize one article, without the stack."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from teletipo import __version__
from teletipo.summary import Summary
from tests.conftest import ARTICLES, ROOT

_SAMPLE = ARTICLES / "en-heatwave-trains.txt"


@pytest.fixture
def teletipo(tiny_pack_dir: Path, tmp_path: Path) -> Any:
    def run(*arguments: str, data: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "cli", *arguments],
            cwd=ROOT,
            env={**os.environ, "TELETIPO_PACK_DIR": str(tiny_pack_dir), "HOME": str(tmp_path)},
            input=data,
            capture_output=True,
            check=False,
        )

    return run


def test_json_is_the_document_and_nothing_else_and_the_same_twice(teletipo: Any) -> None:
    documents = []
    for _ in range(2):
        result = teletipo("summarize", str(_SAMPLE), "--to", "es", "--json")
        assert result.returncode == 0, result.stderr
        Summary.model_validate_json(result.stdout)
        document = json.loads(result.stdout)
        del document["timings_seconds"]
        documents.append(json.dumps(document))
    assert documents[0] == documents[1]


def test_the_view_shows_sentences_evidence_pack_and_seconds(teletipo: Any) -> None:
    view = teletipo("summarize", str(_SAMPLE), "--to", "en").stdout.decode()
    assert "Portugal slows trains as heat wave bends tracks" in view
    assert "Lisbon, Jul 12 (EFE).-" in view
    assert "[article 0–180]" in view
    assert "Made by the pack embedded" in view
    assert "Seconds: read" in view


def test_out_writes_a_file_and_prints_nothing(teletipo: Any, tmp_path: Path) -> None:
    out = tmp_path / "summary.json"
    result = teletipo("summarize", str(_SAMPLE), "--to", "en", "--json", "--out", str(out))
    assert result.stdout == b""
    Summary.model_validate_json(out.read_bytes())


def test_standard_input_is_read(teletipo: Any) -> None:
    result = teletipo("summarize", "-", "--to", "en", data=_SAMPLE.read_bytes())
    assert result.returncode == 0
    assert b"stdin" in result.stdout


@pytest.mark.parametrize(
    ("data", "arguments", "words"),
    [
        (b"", [], "empty"),
        (b"World\n\nEFE\n", [], "furniture"),
        (b"x" * 5_000_000, [], "limit"),
        (b"\x00\x01\x02\x03" * 99, [], "not text"),
        (b"word " * 20_000, ["--language", "en"], "sentence"),
        ("Le gouvernement a démenti lundi la nouvelle.".encode(), [], "French"),
        (b"12 34 56 ab", [], "language"),
        (_SAMPLE.read_bytes(), ["--to", "de"], "cannot translate en into 'de'"),
        (_SAMPLE.read_bytes(), ["--language", "nope!"], "language tag"),
        (_SAMPLE.read_bytes(), ["--pack", "nonesuch"], "no pack 'nonesuch'"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_1(
    teletipo: Any, data: bytes, arguments: list[str], words: str
) -> None:
    result = teletipo("summarize", "-", *arguments, data=data)
    error = result.stderr.decode()
    assert result.returncode == 1
    assert words in error
    assert "Traceback" not in error
    assert result.stdout == b""


@pytest.mark.parametrize(
    "arguments",
    [["summarize"], ["summarize", "-", "--to", "klingon"], ["summarize", "-", "--to", ","], ["x"]],
)
def test_wrong_usage_is_exit_code_2(teletipo: Any, arguments: list[str]) -> None:
    assert teletipo(*arguments, data=b"x").returncode == 2


def test_a_setting_that_cannot_be_right_is_named(
    teletipo: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELETIPO_TARGETS", "klingon")
    result = teletipo("summarize", "-", data=b"x")
    assert result.returncode == 1
    assert b"TELETIPO_TARGETS" in result.stderr
    assert b"Traceback" not in result.stderr


def test_a_missing_file_is_reported(teletipo: Any) -> None:
    result = teletipo("summarize", "no-such-file.txt")
    assert result.returncode == 1
    assert b"no-such-file.txt" in result.stderr


def test_version_is_the_packages(teletipo: Any) -> None:
    result = teletipo("--version")
    assert result.returncode == 0
    assert result.stdout.decode() == f"teletipo {__version__}\n"


@pytest.mark.parametrize(
    "module",
    ["cli", "models", "infra.local", "infra.local.browser", "handlers.index",
     "handlers.openapi", "benchmarks.quality", "benchmarks.api", "models.training.backtranslate"],
)  # fmt: skip
def test_every_command_has_help(module: str) -> None:
    command = [sys.executable, "-m", module, "--help"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0
    program = "teletipo" if module == "cli" else f"python -m {module}"
    assert result.stdout.startswith(f"usage: {program} ")


@pytest.mark.parametrize(
    "command",
    ["ops", "ops status", "ops dlq", "ops dlq list", "ops dlq redrive", "ops rejected list",
     "ops resume", "ops reprocess"],
)  # fmt: skip
def test_every_operators_command_has_help(teletipo: Any, command: str) -> None:
    result = teletipo(*command.split(), "--help")
    assert result.returncode == 0
    assert result.stdout.decode().startswith(f"usage: teletipo {command} ")


@pytest.mark.parametrize("document", ["summary", "rejection"])
def test_the_published_schema_is_what_the_code_says(teletipo: Any, document: str) -> None:
    published = (ROOT / "docs" / f"{document}.schema.json").read_bytes()
    assert teletipo("schema", document).stdout == published, "run: make schemas"


def test_no_torch_and_no_transformers_are_imported(tiny_pack_dir: Path) -> None:
    code = (
        "import sys; from pathlib import Path; import handlers.summarize;"
        "from models.packs import check_pack; check_pack(Path(sys.argv[1]));"
        "print({'torch', 'transformers', 'tokenizers'} & set(sys.modules))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(tiny_pack_dir)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.strip() == "set()"
