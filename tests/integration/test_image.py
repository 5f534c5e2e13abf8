"""The image's contents, assembled by the Dockerfile's own scripts, without Docker."""

import os
import re
import subprocess
import sys
from pathlib import Path

from models.packs import verify_pack
from tests.conftest import ROOT

_IMAGE = ROOT / "infra" / "image"


def test_the_handler_starts_from_the_images_tree_alone(tmp_path: Path, tiny_pack_dir: Path) -> None:
    task = tmp_path / "task"
    environment = {**os.environ, "PYTHON": sys.executable}
    subprocess.run([_IMAGE / "install.sh", task], env=environment, check=True)
    code = (
        "import sys; from handlers import summarize; service = summarize._service();"
        "print(service.pack.name, 'torch' in sys.modules, 'gguf' in sys.modules)"
    )
    result = subprocess.run(
        # -S: nothing of this environment's site-packages.
        [sys.executable, "-S", "-c", code],
        cwd=task,
        env={
            "PYTHONPATH": str(task),
            "TELETIPO_PACK_DIR": str(tiny_pack_dir),
            "TELETIPO_ARTICLES_BUCKET": "a",
            "TELETIPO_SUMMARIES_BUCKET": "b",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "HOME": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stdout.strip() == "embedded False False", result.stderr
    assert not list(task.glob("torch*"))
    size = sum(path.stat().st_size for path in task.rglob("*") if path.is_file())
    assert size < 600_000_000


def test_the_pack_is_prepared_where_the_image_wants_it(tmp_path: Path) -> None:
    target = tmp_path / "opt" / "pack"
    environment = {**os.environ, "PYTHON": sys.executable}
    subprocess.run([_IMAGE / "prepare_pack.sh", "embedded", target], env=environment, check=True)
    assert verify_pack(target).name == "embedded"


def test_the_dockerfile_copies_what_exists_and_runs_these_scripts() -> None:
    dockerfile = (_IMAGE / "Dockerfile").read_text("utf-8")
    copied = re.findall(r"^COPY (?!--from)(\S+)", dockerfile, re.MULTILINE)
    assert copied
    assert all((ROOT / path).exists() for path in copied)
    assert set(re.findall(r"infra/image/(\w+\.sh)", dockerfile)) == {
        "install.sh",
        "prepare_pack.sh",
    }
