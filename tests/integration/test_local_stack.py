"""The template in the local emulator: upload → notification → queue → awslambdaric → summary."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from infra.local import __main__ as local
from infra.local.stack import LocalStack, local_stack
from models.build import build_pack
from models.manifest import Catalog, catalog
from teletipo.keys import summary_key
from teletipo.summary import Summary
from tests.conftest import ARTICLES, ROOT, silent
from tests.hub_packs import put_in_hub_cache
from tests.stacks import wait_for

_SAMPLE = (ARTICLES / "en-heatwave-trains.txt").read_bytes()
_QUICK = {"targets": "en"}
_POISON = "this is no notification"
_ORIGIN = "https://desk.example.org"


@pytest.fixture(scope="module")
def stack(tiny_pack_dir: Path) -> Iterator[LocalStack]:
    with local_stack(tiny_pack_dir, lambda step, share: None) as running:
        # The template's 720 s would make each retry slow.
        running.client("sqs").set_queue_attributes(
            QueueUrl=running.outputs["ArticleQueue"], Attributes={"VisibilityTimeout": "2"}
        )
        running.client("sqs").send_message(
            QueueUrl=running.outputs["ArticleQueue"], MessageBody=_POISON
        )
        yield running


def upload(stack: LocalStack, key: str, body: bytes = _SAMPLE, **options: Any) -> None:
    stack.client("s3").put_object(
        Bucket=stack.outputs["ArticlesBucket"], Key=key, Body=body, **options
    )


def result(stack: LocalStack, key: str) -> dict[str, Any] | None:
    s3 = stack.client("s3")
    try:
        body = s3.get_object(Bucket=stack.outputs["SummariesBucket"], Key=key)["Body"].read()
    except s3.exceptions.NoSuchKey:
        return None
    return dict(json.loads(body))


def dead_letters(stack: LocalStack) -> list[str]:
    """The bodies in the dead-letter queue; they stay there."""
    response = stack.client("sqs").receive_message(
        QueueUrl=stack.outputs["DeadLetterQueue"], MaxNumberOfMessages=10, VisibilityTimeout=0
    )
    return [message["Body"] for message in response.get("Messages", [])]


def test_an_upload_becomes_a_summary_beside_a_poisoned_message(stack: LocalStack) -> None:
    upload(stack, "articles/2022/07/12/trains.txt", Metadata={"targets": "en,es"})
    document = wait_for(
        lambda: result(stack, "summaries/2022/07/12/trains.txt.json"), "the summary"
    )
    summary = Summary.model_validate(document)
    assert summary.article.language == "en"
    assert list(summary.summaries) == ["en", "es"]
    assert summary.article.version_id


def test_a_key_is_the_same_at_both_ends(stack: LocalStack) -> None:
    key = "articles/año nuevo/a+b%21.txt"
    upload(stack, key, Metadata=_QUICK)
    assert wait_for(lambda: result(stack, summary_key(key)), "the summary")["article"]["key"] == key


def test_a_bad_article_is_rejected(stack: LocalStack) -> None:
    upload(stack, "articles/empty.txt", b"")
    assert wait_for(lambda: result(stack, "rejected/empty.txt.json"), "the rejection")["code"] == (
        "empty"
    )


def test_what_lies_outside_the_prefix_is_not_notified(stack: LocalStack) -> None:
    upload(stack, "elsewhere/a.txt")
    upload(stack, "articles/after.txt", Metadata=_QUICK)
    wait_for(lambda: result(stack, "summaries/after.txt.json"), "the summary")
    s3 = stack.client("s3")
    keys = [
        entry["Key"]
        for entry in s3.list_objects_v2(Bucket=stack.outputs["SummariesBucket"])["Contents"]
    ]
    assert not [key for key in keys if "elsewhere" in key or "a.txt" in key.split("/")]


def test_many_versions_of_one_article_end_in_the_newest(stack: LocalStack) -> None:
    for number in range(6):
        headline = f"Headline number {number}".encode()
        upload(stack, "articles/versions.txt", headline + b"\n\n" + _SAMPLE.split(b"\n\n", 3)[3],
               Metadata=_QUICK)  # fmt: skip

    def newest() -> bool | None:
        document = result(stack, "summaries/versions.txt.json")
        return True if document and document["article"]["headline"] == "Headline number 5" else None

    wait_for(newest, "the newest version's summary")
    time.sleep(3)
    assert newest()


def test_a_batch_is_no_larger_than_the_template_says(stack: LocalStack) -> None:
    mappings = stack.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    (mapping,) = [each for each in mappings if "SummarizeFunction" in each["FunctionArn"]]
    assert mapping["BatchSize"] == 4
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: upload(stack, f"articles/b{n}.txt", Metadata=_QUICK), range(12)))
    for number in range(12):
        wait_for(lambda: result(stack, f"summaries/b{number}.txt.json"), "a summary")  # noqa: B023
    sizes = [int(line.split(" processed ")[1].split()[0]) for line in stack.log().splitlines()
             if " processed " in line and "SummarizeFunction" in line]  # fmt: skip
    assert sizes
    assert max(sizes) <= 4


def test_only_the_poisoned_message_is_a_dead_letter(stack: LocalStack) -> None:
    """After maxReceiveCount tries, one per visibility timeout."""
    assert wait_for(lambda: dead_letters(stack), "the dead letter") == [_POISON]


@pytest.mark.parametrize("call", ["put_object", "delete_object"])
def test_conditional_requests_are_honoured(stack: LocalStack, call: str) -> None:
    s3 = stack.client("s3")
    where = {"Bucket": stack.outputs["SummariesBucket"], "Key": f"conditional/{call}"}
    s3.put_object(**where, Body=b"1", IfNoneMatch="*")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.put_object(**where, Body=b"2", IfNoneMatch="*")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        getattr(s3, call)(**where, IfMatch='"not-its-etag"')
    assert s3.get_object(**where)["Body"].read() == b"1"


def test_everything_listens_on_loopback_only(stack: LocalStack) -> None:
    addresses = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None)}
    for address in addresses - {"127.0.0.1", "::1", "127.0.1.1"}:
        with (
            pytest.raises(OSError, match=r"refused|timed out|unreachable"),
            socket.create_connection((str(address), stack.port), 1),
        ):
            pass


def _processes_of(port: int) -> list[str]:
    """Command lines of the processes that a stack on this port started."""
    found = []
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            environment = (directory / "environ").read_bytes()
            command = (directory / "cmdline").read_bytes()
        except OSError:
            continue
        if f":{port}".encode() in environment or f"GATEWAY_PORT={port}".encode() in environment:
            found.append(command.replace(b"\0", b" ").decode())
    return found


def test_a_rejected_article_is_run_and_the_reason_printed(
    stack: LocalStack,
    tiny_pack_dir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    monkeypatch.setenv("TELETIPO_PACK_DIR", str(tiny_pack_dir))
    # A stack of its own would take as long again to start.
    monkeypatch.setattr(local, "local_stack", lambda *given: contextlib.nullcontext(stack))
    monkeypatch.setattr("signal.signal", lambda *given: None)
    assert local.main(["run", "--article", str(tmp_path / "a.txt"), "--to", "en"]) == 1
    assert "was rejected (empty)" in capsys.readouterr().err


def test_one_article_is_run_and_its_answer_printed(tiny_pack_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(_SAMPLE)
    result = subprocess.run(
        [sys.executable, "-m", "infra.local", "run", "--article", tmp_path / "a.txt", "--to", "en"],
        cwd=ROOT,
        env={**os.environ, "TELETIPO_PACK_DIR": str(tiny_pack_dir)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "Portugal slows trains" in result.stdout


def test_a_pack_of_the_hubs_models_runs_with_its_pivot(tmp_path: Path) -> None:
    """As ``make run PACK=opus``, with tiny models where opus has its own."""
    opus = catalog().packs["opus"]
    tiny = {name: put_in_hub_cache(name, tmp_path) for name in ("marian", "bart", "bert")}
    entries = {}
    for name, entry in catalog().models_of(opus).items():
        own = ("pairs", "summarizes", "embeds", "codes")
        changes = {field: getattr(entry, field) for field in own}
        entries[name] = tiny[entry.architecture].model_copy(update=changes)
    known = Catalog(models=entries, packs={"opus": opus})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
        pack = tmp_path / "pack"
        build_pack("opus", pack, tmp_path, silent, lock_file=tmp_path / "lock", known=known)
    result = subprocess.run(
        [sys.executable, "-m", "infra.local", "run", "--to", "zh-Hans", "--json"],
        cwd=ROOT,
        env={**os.environ, "TELETIPO_PACK": "opus", "TELETIPO_PACK_DIR": str(pack)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    summary = Summary.model_validate_json(result.stdout)
    assert summary.pack.name == "opus"
    assert len(summary.pack.models) == 6
    assert summary.summaries["zh-Hans"].route == ("es", "en", "zh-Hans")


def _the_desk_answers(lines: list[str]) -> None:
    address = next(line.split()[1] for line in lines if line.startswith("Desk"))
    page = httpx.get(address, timeout=60)
    assert page.status_code == 200
    assert "<title>Teletipo</title>" in page.text
    documentation = next(line.split()[1] for line in lines if line.startswith("API"))
    assert "#key=" in documentation
    assert httpx.get(documentation, timeout=60).status_code == 200
    root = documentation.partition("docs")[0]
    described = httpx.options(f"{root}languages", headers={"Origin": _ORIGIN}, timeout=60)
    assert described.headers["access-control-allow-origin"] == _ORIGIN
    curl = next(line for line in lines if "curl" in line)
    # A busy machine may take longer than the API waits: the same article again has its summary.
    deadline = time.monotonic() + 120
    while "article" not in (summary := json.loads(_output(curl))) and time.monotonic() < deadline:
        time.sleep(1)
    assert summary["article"]["language"] == "es"


def _output(command: str) -> bytes:
    return subprocess.run(
        ["bash", "-c", f"{command.strip()} --silent"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_running(
    tiny_cache: Path, tiny_pack_dir: Path, signal_number: signal.Signals
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "infra.local",
            "serve",
            "--port",
            "0",
            "--endpoint-port",
            str(port),
            "--cors-origin",
            _ORIGIN,
        ],
        cwd=ROOT,
        # Two threads wait for each other longer than a tiny model computes.
        env={**os.environ, "TELETIPO_PACK_DIR": str(tiny_pack_dir), "TELETIPO_THREADS": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    lines = []
    while (line := process.stdout.readline()) and "Ctrl-C" not in line:
        lines.append(line)
    printed = "".join(lines)
    try:
        assert f"http://127.0.0.1:{port}" in printed
        assert "aws --endpoint-url" in printed
        assert "s3 cp" in printed
        assert "Differences from AWS:" in printed
        if signal_number == signal.SIGINT:
            _the_desk_answers(lines)
        stack = LocalStack(port, Path())
        names = [bucket["Name"] for bucket in stack.client("s3").list_buckets()["Buckets"]]
        (bucket,) = [name for name in names if name.startswith("teletipo-articles-")]
        stack = LocalStack(port, Path(), {"ArticlesBucket": bucket})
        upload(stack, "articles/a.txt", Metadata=_QUICK)
        wait_for(
            lambda: any("handlers.summarize" in each for each in _processes_of(port)),
            "a function's process",
        )
    finally:
        process.send_signal(signal_number)
        process.wait(120)
    wait_for(lambda: None if _processes_of(port) else True, "the end of every process")
