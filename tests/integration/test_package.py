"""The installed package: its console script runs, and it contains its data files."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from teletipo import __version__
from tests.conftest import ARTICLES, ROOT

_PACKAGES = ("cli", "handlers", "models", "teletipo")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``pip install .`` installs. From a copy: setuptools builds in the source tree."""
    source = tmp_path_factory.mktemp("source")
    for package in (*_PACKAGES, "infra/image"):
        shutil.copytree(
            ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", source)
    target = tmp_path_factory.mktemp("installed")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", target, source],
        check=True,
    )
    return target


def test_every_file_of_the_packages_is_installed(installed: Path) -> None:
    for package in _PACKAGES:
        files = {
            path.relative_to(ROOT)
            for path in (ROOT / package).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert files
        assert not {file for file in files if not (installed / file).is_file()}


def test_the_console_script_summarizes_away_from_the_checkout(
    installed: Path, tiny_pack_dir: Path, tmp_path: Path
) -> None:
    def run(*arguments: str) -> str:
        return subprocess.run(
            [sys.executable, installed / "bin" / "teletipo", *arguments],
            cwd=tmp_path,
            env={
                **os.environ,
                "PYTHONPATH": str(installed),
                "TELETIPO_PACK_DIR": str(tiny_pack_dir),
                "HOME": str(tmp_path),
            },
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    assert run("--version") == f"teletipo {__version__}\n"
    article = str(ARTICLES / "en-heatwave-trains.txt")
    assert "Portugal slows trains" in run("summarize", article, "--to", "en")
