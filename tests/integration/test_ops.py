"""``teletipo ops`` against the local stack."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from infra.local.stack import CREDENTIALS, LocalStack
from teletipo.keys import article_id
from tests.conftest import ARTICLES, ROOT
from tests.stacks import wait_for

_SAMPLE = (ARTICLES / "en-heatwave-trains.txt").read_bytes()
Ops = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def ops(api_stack: LocalStack) -> Ops:
    """Runs the command and returns what came of it; nothing may end in a traceback."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        place = ["--endpoint-url", api_stack.endpoint_url]
        result = subprocess.run(
            [sys.executable, "-m", "cli", "ops", *arguments, *place],
            cwd=ROOT,
            env={**os.environ, **CREDENTIALS},
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in result.stderr
        return result

    return run


def put(stack: LocalStack, key: str, body: bytes = _SAMPLE) -> str:
    response = stack.client("s3").put_object(
        Bucket=stack.outputs["ArticlesBucket"], Key=key, Body=body, Metadata={"targets": "en"}
    )
    return str(response["VersionId"])


def done(api: httpx.Client, key: str) -> Any:
    address = f"/summaries/{article_id(key)}"
    return wait_for(lambda: r if (r := api.get(address)).status_code not in {202, 404} else None)


@pytest.fixture
def dead_letter(api_stack: LocalStack) -> dict[str, Any]:
    """A notification in the dead-letter queue, which is otherwise empty."""
    sqs, url = api_stack.client("sqs"), api_stack.outputs["DeadLetterQueue"]
    sqs.purge_queue(QueueUrl=url)
    bucket = {"name": api_stack.outputs["ArticlesBucket"]}
    record = {
        "eventName": "ObjectCreated:Put",
        "s3": {"bucket": bucket, "object": {"key": "articles/ops/a+b.txt"}},
    }
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"Records": [record]}))
    return record


def test_a_dead_letter_is_seen_listed_and_sent_back(
    api_stack: LocalStack, api: httpx.Client, ops: Ops, dead_letter: dict[str, Any]
) -> None:
    status = ops("status", "--json")
    assert status.returncode == 3
    (queue,) = [q for q in json.loads(status.stdout)["queues"] if q["name"] == "DeadLetterQueue"]
    assert queue["messages"] == 1
    for _ in range(2):
        listed = ops("dlq", "list", "--json")
        assert listed.returncode == 3
        (letter,) = json.loads(listed.stdout)["messages"]
        assert letter["keys"] == ["articles/ops/a b.txt"]
    dry = ops("dlq", "redrive", "--dry-run", "--json")
    assert json.loads(dry.stdout) == {"queue": "articles", "dry_run": True, "would_move": 1}
    key = "articles/ops/a b.txt"
    put(api_stack, key)
    assert done(api, key).status_code == 200
    redriven = ops("dlq", "redrive", "--json")
    assert redriven.returncode == 0, redriven.stderr
    assert json.loads(redriven.stdout)["moved"] == 1
    if json.loads(redriven.stdout)["by"] == "hand":
        assert "no StartMessageMoveTask" in redriven.stderr
    assert ops("dlq", "list").stdout == "0 in the dead-letter queue of the articles.\n"
    assert ops("status").returncode in {0, 3}


def test_an_intake_that_was_stopped_is_seen_and_started_again(
    api_stack: LocalStack, ops: Ops
) -> None:
    functions = api_stack.client("lambda")
    name = api_stack.outputs["SummarizeFunction"]
    (mapping,) = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        status = ops("status", "--json")
        assert status.returncode == 3
        assert json.loads(status.stdout)["intake"] == "stopped"
        assert "would be" in ops("resume", "--dry-run").stdout
        assert json.loads(ops("status", "--json").stdout)["intake"] == "stopped"
    finally:
        assert json.loads(ops("resume", "--json").stdout) == {"dry_run": False, "resumed": 1}
    assert json.loads(ops("status", "--json").stdout)["intake"] == "on"


def test_rejections_are_listed_with_their_reason(
    api_stack: LocalStack, api: httpx.Client, ops: Ops
) -> None:
    put(api_stack, "articles/ops/empty.txt", b"")
    assert done(api, "articles/ops/empty.txt").json()["code"] == "empty"
    listed = ops("rejected", "list", "--prefix", "ops/", "--json")
    (row,) = [json.loads(line) for line in listed.stdout.splitlines()]
    assert (row["key"], row["code"]) == ("articles/ops/empty.txt", "empty")
    assert "1 rejections." in ops("rejected", "list", "--prefix", "ops/").stdout


def test_articles_are_queued_again(api_stack: LocalStack, api: httpx.Client, ops: Ops) -> None:
    keys = [f"articles/ops/again/{number:02}.txt" for number in range(12)]
    for key in [*keys, "articles/ops/again/"]:
        put(api_stack, key, b"" if key.endswith("/") else _SAMPLE)
    for key in keys:
        assert done(api, key).status_code == 200
    s3, results = api_stack.client("s3"), api_stack.outputs["SummariesBucket"]
    place = "summaries/ops/again/00.txt.json"
    s3.delete_object(Bucket=results, Key=place)
    address = f"s3://{api_stack.outputs['ArticlesBucket']}/articles/ops/again/"
    dry = ops("reprocess", address, "--dry-run")
    assert dry.stdout == "12 articles would be queued.\n"
    assert s3.list_objects_v2(Bucket=results, Prefix=place)["KeyCount"] == 0
    unasked = ops("reprocess", address)
    assert (unasked.returncode, unasked.stdout) == (1, "")
    assert "add --yes" in unasked.stderr
    again = ops("reprocess", address, "--json", "--yes")
    assert json.loads(again.stdout)["queued"] == 12
    assert "Reprocess: 10 articles" in again.stderr
    wait_for(lambda: s3.list_objects_v2(Bucket=results, Prefix=place)["KeyCount"] == 1)


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (["reprocess", "s3://another-bucket/articles/"], 1, "is not the stack's articles bucket"),
        (["reprocess", "articles/"], 2, "is not of the form s3://BUCKET/articles/"),
        (["reprocess", "s3://bucket/summaries/"], 2, "is not of the form s3://BUCKET/articles/"),
        (["status", "--stack", "none"], 1, "none"),
        (["dlq", "list", "letters"], 2, "letters"),
        (["status", "--endpoint-url", "localhost:4566"], 2, "does not begin with http"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    ops: Ops, arguments: list[str], exit_code: int, words: str
) -> None:
    result = ops(*arguments)
    assert result.returncode == exit_code
    assert words in result.stderr
