"""``teletipo backfill`` through the local stack: its state machine is executed there."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from infra.local.stack import CREDENTIALS, LocalStack
from tests.conftest import ROOT
from tests.stacks import wait_for

# Short, and in one language only, because the model's work is not what is tested.
_SAMPLE = (
    b"Heat stops trains\n\nLONDON, July 3 - Ten trains stopped on Monday in 40 degrees of heat.\n"
)
_COUNT = 20
Backfill = Callable[..., subprocess.CompletedProcess[str]]


def command(stack: LocalStack, *arguments: str) -> list[str]:
    place = ["--endpoint-url", stack.endpoint_url]
    return [sys.executable, "-m", "cli", "backfill", *arguments, *place]


@pytest.fixture
def backfill(api_stack: LocalStack) -> Backfill:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        result = subprocess.run(
            command(api_stack, *arguments),
            cwd=ROOT,
            env={**os.environ, **CREDENTIALS},
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        assert "Traceback" not in result.stderr
        return result

    return run


@contextlib.contextmanager
def intake_off(stack: LocalStack) -> Iterator[None]:
    functions = stack.client("lambda")
    (mapping,) = functions.list_event_source_mappings(
        FunctionName=stack.outputs["SummarizeFunction"]
    )["EventSourceMappings"]
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        yield
    finally:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


@pytest.fixture
def catalogue(api_stack: LocalStack, request: pytest.FixtureRequest) -> str:
    """Articles that were stored when nobody listened; returns their prefix."""
    prefix = f"articles/catalogue/{request.node.name}/"
    with intake_off(api_stack):
        # Messages that earlier tests left would be counted too.
        empty(api_stack)
        for number in range(_COUNT):
            put(api_stack, f"{prefix}año {number:02}+&.txt")
        put(api_stack, f"{prefix}folder/", b"")
        # The emulator notifies a little later.
        wait_for(lambda: waiting(api_stack) >= _COUNT + 1, "all notifications")
        empty(api_stack)
    return prefix


def put(stack: LocalStack, key: str, body: bytes = _SAMPLE, **metadata: str) -> None:
    stack.client("s3").put_object(
        Bucket=stack.outputs["ArticlesBucket"], Key=key, Body=body, Metadata=metadata
    )


def empty(stack: LocalStack) -> None:
    """Take the notifications out of the queue, also those that a poller holds."""
    sqs, url = stack.client("sqs"), stack.outputs["ArticleQueue"]

    def is_empty() -> bool:
        sqs.purge_queue(QueueUrl=url)
        return waiting(stack) == 0

    wait_for(is_empty, "an empty queue")


def waiting(stack: LocalStack) -> int:
    """How many notifications wait, or are at work."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = stack.client("sqs").get_queue_attributes(
        QueueUrl=stack.outputs["ArticleQueue"], AttributeNames=names
    )["Attributes"]
    return sum(int(found[name]) for name in names)


def summaries(stack: LocalStack, prefix: str) -> list[dict[str, Any]]:
    """Every version of every summary of the articles below a prefix."""
    place = prefix.replace("articles/", "summaries/", 1)
    listing = stack.client("s3").list_object_versions(
        Bucket=stack.outputs["SummariesBucket"], Prefix=place
    )
    return list(listing.get("Versions", []))


def address(stack: LocalStack, prefix: str) -> str:
    return f"s3://{stack.outputs['ArticlesBucket']}/{prefix}"


def test_the_back_catalogue_is_summarized_once_in_the_chosen_languages(
    api_stack: LocalStack, backfill: Backfill, catalogue: str
) -> None:
    place = address(api_stack, catalogue)
    dry = backfill(place, "--dry-run", "--rate", "1200", "--json")
    assert dry.returncode == 0, dry.stderr
    planned = json.loads(dry.stdout)
    assert (planned["articles"], planned["bytes"]) == (_COUNT, _COUNT * len(_SAMPLE))
    assert planned["estimate"]["usd"] > 0
    assert planned["estimate"]["seconds"] >= 1
    refused = backfill(place, "--rate", "1200")
    assert refused.returncode == 1
    assert "add --yes" in refused.stderr
    assert summaries(api_stack, catalogue) == []
    arguments = (place, "--rate", "1200", "--languages", "en", "--yes", "--json")
    done = backfill(*arguments)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "SUCCEEDED"
    assert (json.loads(done.stdout)["succeeded"], json.loads(done.stdout)["failed"]) == (21, 0)
    assert "of 21 objects" in done.stderr
    wait_for(lambda: len(summaries(api_stack, catalogue)) == _COUNT, "every summary")
    s3 = api_stack.client("s3")
    for version in summaries(api_stack, catalogue):
        body = s3.get_object(Bucket=api_stack.outputs["SummariesBucket"], Key=version["Key"])
        assert list(json.loads(body["Body"].read())["summaries"]) == ["en"]
    # Once more: every article is there already.
    assert backfill(*arguments).returncode == 0
    settled(api_stack)
    assert len(summaries(api_stack, catalogue)) == _COUNT


def settled(stack: LocalStack) -> None:
    """Wait until nothing waits and nothing is at work."""
    wait_for(lambda: waiting(stack) == 0, "an idle queue")


@pytest.mark.parametrize("stops_the_machine", [False, True])
def test_killed_half_way_and_run_again_it_loses_and_doubles_nothing(
    api_stack: LocalStack, backfill: Backfill, catalogue: str, stops_the_machine: bool
) -> None:
    place = address(api_stack, catalogue)
    arguments = (place, "--languages", "en", "--rate", "600", "--yes", "--json")
    environment = {**os.environ, **CREDENTIALS}
    with subprocess.Popen(
        command(api_stack, *arguments), cwd=ROOT, env=environment, stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    ) as first:  # fmt: skip
        wait_for(lambda: len(summaries(api_stack, catalogue)) > 2, "the first summaries")
        first.send_signal(signal.SIGKILL)
    steps = api_stack.client("stepfunctions")
    machine = api_stack.outputs["BackfillStateMachine"]
    if stops_the_machine:
        running = steps.list_executions(stateMachineArn=machine, statusFilter="RUNNING")
        for execution in running["executions"]:
            steps.stop_execution(executionArn=execution["executionArn"])
    again = backfill(*arguments)
    assert again.returncode == 0, again.stderr
    wait_for(lambda: len(summaries(api_stack, catalogue)) >= _COUNT, "every summary")
    settled(api_stack)
    keys = [version["Key"] for version in summaries(api_stack, catalogue)]
    assert len(keys) == len(set(keys)) == _COUNT


def test_only_articles_since_a_date_are_sent(
    api_stack: LocalStack, backfill: Backfill, catalogue: str
) -> None:
    tomorrow = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 86_400))
    place = address(api_stack, catalogue)
    arguments = (place, "--languages", "en", "--yes", "--json", "--rate", "60000")
    none = backfill(*arguments, "--since", tomorrow)
    assert json.loads(none.stdout)["articles"] == 0
    some = backfill(*arguments, "--since", "2022-03-14")
    assert json.loads(some.stdout)["articles"] == _COUNT
    wait_for(lambda: summaries(api_stack, catalogue), "a summary")


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (["s3://another/articles/"], 1, "is not the stack's articles bucket"),
        (["{bucket}", "--languages", "eu"], 1, "does not summarize into eu"),
        (["{bucket}", "--languages", "xx"], 2, "'xx' is not a language tag"),
        (["{bucket}", "--rate", "3"], 2, "'3' is not from 4"),
        (["{bucket}", "--since", "yesterday"], 2, "is not a date such as"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    api_stack: LocalStack, backfill: Backfill, arguments: list[str], exit_code: int, words: str
) -> None:
    place = address(api_stack, "articles/")
    result = backfill(*(argument.format(bucket=place) for argument in arguments))
    assert result.returncode == exit_code
    assert words in result.stderr
