"""The image's tree, assembled by the Dockerfile's own scripts, and run as Lambda runs it."""

import json
import os
import queue
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import boto3
import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from moto.server import ThreadedMotoServer

from infra import sbom
from models.build import prepare_pack
from models.packs import verify_pack
from models.settings import PackSettings
from teletipo.summary import Summary
from tests.conftest import ARTICLES, ROOT, silent
from tests.runtime_api import runtime_api

_IMAGE = ROOT / "infra" / "image"
_LIMIT_BYTES = 1_000_000_000


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``assemble.sh`` makes: ``opt/pack`` and ``var/task``."""
    target = tmp_path_factory.mktemp("image")
    # Building it again would take minutes; what is complete stays as it is.
    built = prepare_pack(PackSettings.load(), silent)
    shutil.copytree(built, target / "opt" / "pack", copy_function=os.link)
    result = subprocess.run(
        [_IMAGE / "assemble.sh", target],
        env={**os.environ, "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.search(r"^\d+\s+opt/pack$", result.stdout, re.MULTILINE), result.stdout
    assert re.search(r"^\d+\s+total$", result.stdout, re.MULTILINE)
    return target


@pytest.fixture(scope="module")
def endpoint_url() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def base_image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What AWS's base image brings besides the interpreter: the runtime client."""
    target = tmp_path_factory.mktemp("base")
    (pin,) = re.findall(r"^awslambdaric==.*$", (ROOT / "requirements.txt").read_text(), re.M)
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--target", target, pin],
        check=True,
    )
    return target


def test_the_handler_summarizes_under_awslambdaric_from_the_tree_alone(
    tree: Path, base_image: Path, endpoint_url: str, tmp_path: Path
) -> None:
    s3 = boto3.client(
        "s3", endpoint_url=endpoint_url, region_name="us-east-1",
        aws_access_key_id="test", aws_secret_access_key="test",
    )  # fmt: skip
    for bucket in ("image-articles", "image-summaries"):
        s3.create_bucket(Bucket=bucket)
    key = "articles/es-desalinizadora.txt"
    # Up to its first paragraph: the whole article takes a minute on a slow machine.
    text = (ARTICLES / "es-desalinizadora.txt").read_text("utf-8")
    lead = text[: text.index("Carmen Rojas.")] + "Carmen Rojas."
    s3.put_object(
        Bucket="image-articles", Key=key, Body=lead.encode(), Metadata={"targets": "es,en"}
    )
    record = {
        "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": "image-articles"}, "object": {"key": key}},
    }
    event = {
        "Records": [
            {
                "messageId": "1",
                "body": json.dumps({"Records": [record]}),
                "eventSource": "aws:sqs",
                "attributes": {"ApproximateReceiveCount": "1"},
            }
        ]
    }
    log = tmp_path / "log"
    with runtime_api() as api, log.open("wb") as output:
        api.events.put(json.dumps(event).encode())
        process = subprocess.Popen(
            # -s -S: nothing of this environment's site-packages.
            [sys.executable, "-s", "-S", "-m", "awslambdaric", "handlers.summarize.handler"],
            cwd=tree / "var" / "task",
            env={
                "PYTHONPATH": f"{tree / 'var' / 'task'}:{base_image}",
                "LAMBDA_TASK_ROOT": str(tree / "var" / "task"),
                "AWS_LAMBDA_RUNTIME_API": api.address,
                "AWS_LAMBDA_FUNCTION_NAME": "summarize",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "3538",
                "AWS_ENDPOINT_URL": endpoint_url,
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_DEFAULT_REGION": "us-east-1",
                "TELETIPO_PACK_DIR": str(tree / "opt" / "pack"),
                "TELETIPO_ARTICLES_BUCKET": "image-articles",
                "TELETIPO_SUMMARIES_BUCKET": "image-summaries",
                "TELETIPO_ARTICLE_QUEUE_URL": f"{endpoint_url}/1/articles",
                "POWERTOOLS_TRACE_DISABLED": "true",
                "HOME": str(tmp_path),
            },
            stdout=output,
            stderr=output,
        )
        try:
            kind, answer = api.answers.get(timeout=300)
        except queue.Empty:
            pytest.fail(log.read_text())
        finally:
            process.kill()
            process.wait()
    assert (kind, json.loads(answer)) == ("response", {"batchItemFailures": []}), log.read_text()
    stored = s3.get_object(Bucket="image-summaries", Key="summaries/es-desalinizadora.txt.json")
    summary = Summary.model_validate_json(stored["Body"].read())
    assert set(summary.summaries) == {"es", "en"}
    assert "340,000" in summary.summaries["en"].text


def test_nothing_in_the_tree_is_unused(tree: Path, tmp_path: Path) -> None:
    """Every package is imported on the way to a summary, or is read as data."""
    code = (
        "import sys; from pathlib import Path; import handlers.summarize;"
        "from models.packs import open_pack; from teletipo.article import Source;"
        "from teletipo.pipeline import summarize_article;"
        "from teletipo.formats import read; from teletipo.options import SummaryOptions;"
        "pack = open_pack(Path(sys.argv[1]));"
        "data = b'Lisbon, Jul 12 (EFE).- The railway slowed its trains on Tuesday.';"
        "summarize_article(data, Source('a'), pack, SummaryOptions(), ['es', 'zh-Hans']);"
        # lxml is imported by the first page.
        "read(b'<html><body><p>Trains stopped on Monday.</p></body></html>');"
        # With a parameter TracesEndpoint.
        "import opentelemetry.exporter.otlp.proto.http.trace_exporter, opentelemetry.sdk.trace;"
        "print(' '.join({name.split('.')[0] for name in sys.modules}))"
    )
    task = tree / "var" / "task"
    result = subprocess.run(
        [sys.executable, "-s", "-S", "-c", code, tree / "opt" / "pack"],
        cwd=task,
        env={"PYTHONPATH": str(task), "AWS_DEFAULT_REGION": "eu-west-1", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    imported = set(result.stdout.split())
    present = {
        path.name.split(".")[0]
        for path in task.iterdir()
        if not path.name.endswith((".dist-info", ".libs")) and path.name != "__pycache__"
    }
    assert present <= imported
    assert not {"torch", "transformers", "numpy", "gguf", "filelock"} & imported


def test_the_bill_of_materials_names_every_package_and_the_pack(tree: Path, tmp_path: Path) -> None:
    path = tmp_path / "sbom.json"
    assert sbom.main([str(tree), str(path)]) == 0
    text = path.read_text("utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    parts = {part["name"]: part for part in json.loads(text)["components"]}
    installed = {each.metadata["Name"] for each in distributions(path=[str(tree / "var/task")])}
    assert set(parts) == installed | {"embedded"}
    assert parts["embedded"]["type"] == "machine-learning-model"
    for name, part in parts.items():
        assert part["version"], name
        assert part["licenses"], name
    assert parts["boto3"]["purl"].startswith("pkg:pypi/boto3@")
    assert sbom.main([str(tmp_path), str(path)]) == 1


def test_the_tree_is_small_and_its_code_compiled(tree: Path) -> None:
    files = [path for path in tree.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < _LIMIT_BYTES
    assert verify_pack(tree / "opt" / "pack").name == "embedded"
    sources = [path for path in files if path.suffix == ".py" and "handlers" in path.parts]
    assert sources
    for source in sources:
        assert list((source.parent / "__pycache__").glob(f"{source.stem}.*.pyc"))


def test_a_pack_with_a_fast_tokenizer_brings_its_library_and_nothing_else(tmp_path: Path) -> None:
    pack = tmp_path / "pack" / "model"
    pack.mkdir(parents=True)
    (pack / "tokenization.json").write_text('{\n  "library": "tokenizers",\n  "eos": "</s>"\n}\n')
    task = tmp_path / "task"
    subprocess.run(
        [_IMAGE / "install.sh", task, tmp_path / "pack"],
        env={**os.environ, "PYTHON": sys.executable},
        check=True,
    )
    result = subprocess.run(
        [sys.executable, "-s", "-S", "-c", "import tokenizers; print(tokenizers.__file__)"],
        env={"PYTHONPATH": str(task)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(task) in result.stdout
    assert not (task / "huggingface_hub").exists()
    shutil.rmtree(task)


def test_the_dockerfile_copies_what_exists_and_runs_assembles_scripts_to_its_places() -> None:
    dockerfile = (_IMAGE / "Dockerfile").read_text("utf-8")
    copied = re.findall(r"^COPY (?!--from)(\S+)", dockerfile, re.MULTILINE)
    assert copied
    assert all((ROOT / path).exists() for path in copied)
    named = dockerfile + (_IMAGE / "install.sh").read_text("utf-8")
    assert set(re.findall(r"infra/image/(\S+\.txt)", named)) == {
        path.name for path in _IMAGE.glob("requirements*.txt")
    }
    assemble = (_IMAGE / "assemble.sh").read_text("utf-8")
    for script, place in (("prepare_pack.sh", "/opt/pack"), ("install.sh", "/var/task")):
        assert re.search(rf"RUN .*infra/image/{script} .*{place}", dockerfile)
        assert re.search(rf"{script}\" .*{place}", assemble)
