"""The back catalogue's state machine, as the template defines it."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
import jsonata
import pytest

from cli.estimate import SEND_BATCH, pace
from handlers.events import parse_notification
from infra.expand import expand
from tests.stacks import moto
from tests.unit.test_template import properties

Machine = dict[str, Any]


@pytest.fixture(scope="module")
def expanded() -> dict[str, Any]:
    return expand()


@pytest.fixture(scope="module")
def machine(expanded: dict[str, Any]) -> Machine:
    (found,) = properties(expanded, "AWS::StepFunctions::StateMachine").values()
    return found


@pytest.fixture(scope="module")
def child(machine: Machine) -> Machine:
    """The workflow that each batch of keys goes through."""
    (mapped,) = machine["Definition"]["States"].values()
    found: Machine = mapped["ItemProcessor"]
    return found


def evaluate(expression: str, states: Mapping[str, Any], **variables: Any) -> Any:
    """A JSONata expression between ``{% %}``, as Step Functions evaluates it."""
    found = re.fullmatch(r"\{%\s*(.*?)\s*%\}", expression.strip(), re.DOTALL)
    assert found, expression
    text = found[1].replace("${ArticlesBucket}", "articles-bucket")
    return jsonata.Jsonata.jsonata(text).evaluate(None, {**variables, "states": states})


def test_cfn_lint_takes_the_definition(machine: Machine, tmp_path: Path) -> None:
    definition = json.loads(json.dumps(machine["Definition"]))
    (mapped,) = definition["States"].values()
    # The one expression that it does not know.
    assert mapped["MaxConcurrency"].startswith("{%")
    mapped["MaxConcurrency"] = 1
    resource = {"Type": "AWS::StepFunctions::StateMachine", "Properties": {
        "RoleArn": "arn:aws:iam::123456789012:role/backfill",
        "Definition": definition,
        "DefinitionSubstitutions": dict.fromkeys(machine["DefinitionSubstitutions"], "x"),
    }}  # fmt: skip

    def lint() -> subprocess.CompletedProcess[str]:
        path = tmp_path / "machine.json"
        path.write_text(json.dumps({"Resources": {"Machine": resource}}))
        command = [str(Path(sys.executable).with_name("cfn-lint")), "--", str(path)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert lint().returncode == 0, lint().stdout
    mapped["ItemProcessor"]["States"]["Send"]["Next"] = "Nowhere"
    mapped["ItemProcessor"]["States"]["Send"]["Retries"] = []
    assert "E3601" in lint().stdout


def test_every_state_is_reached_and_leads_on_to_one_that_is_there(
    machine: Machine, child: Machine
) -> None:
    for workflow in (machine["Definition"], child):
        states = workflow["States"]
        reached = {workflow["StartAt"]}
        for name, state in states.items():
            following = {state[field] for field in ("Next", "Default") if field in state}
            following |= {choice["Next"] for choice in state.get("Choices", [])}
            assert following or state.get("End") or state["Type"] == "Fail", name
            reached |= following
        assert reached == set(states)


def test_every_substitution_is_used_and_every_placeholder_has_one(machine: Machine) -> None:
    named = set(re.findall(r"\$\{(\w+)\}", json.dumps(machine["Definition"])))
    assert named == set(machine["DefinitionSubstitutions"])


def test_what_a_batch_becomes_is_what_the_summarize_function_reads(
    machine: Machine, child: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    (mapped,) = machine["Definition"]["States"].values()
    assert mapped["ItemBatcher"]["MaxItemsPerBatch"] == SEND_BATCH
    keys = ["articles/año 1+&%/¿qué?.txt", "articles/(a)*'!~.txt", *map("articles/{}".format, "bc")]
    items = [
        {"Key": key, "LastModified": 1_670_432_690 + number, "Size": 7, "Etag": '"x"'}
        for number, key in enumerate(["articles/", *keys])
    ]
    run = {"since": 1_670_432_692, "targets": "es,en", "wait_seconds": 10}
    states = {"input": {"Items": items, "BatchInput": {"run": run}}}
    entries = evaluate(child["States"]["ChooseArticles"]["Assign"]["entries"], states)
    with moto(monkeypatch):
        sqs = boto3.client("sqs")
        url = sqs.create_queue(QueueName="articles")["QueueUrl"]
        arguments = child["States"]["Send"]["Arguments"]
        assert arguments == {"QueueUrl": "${ArticleQueueUrl}", "Entries": "{% $entries %}"}
        assert not sqs.send_message_batch(QueueUrl=url, Entries=entries).get("Failed")
        received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    found = [created for message in received for created in parse_notification(message["Body"])]
    # The first is a folder, the second older.
    assert {created.key for created in found} == set(keys[1:])
    assert {(created.bucket, created.targets) for created in found} == {
        ("articles-bucket", "es,en")
    }


@pytest.mark.parametrize("count", [0, 1, 10])
def test_a_batch_of_any_size_is_an_array(child: Machine, count: int) -> None:
    items = [
        {"Key": f"articles/{number}.txt", "LastModified": 5, "Size": 7} for number in range(count)
    ]
    run = {"since": 0, "targets": "", "wait_seconds": 10}
    states = {"input": {"Items": items, "BatchInput": {"run": run}}}
    entries = evaluate(child["States"]["ChooseArticles"]["Assign"]["entries"], states)
    assert [entry["Id"] for entry in entries] == [str(number) for number in range(count)]


def test_what_the_queue_refuses_is_sent_again_alone(child: Machine) -> None:
    entries = [{"Id": str(number), "MessageBody": "x"} for number in range(3)]
    assign = child["States"]["Send"]["Assign"]
    for refused in ([], ["1"], ["0", "2"]):
        result = {"Failed": [{"Id": each} for each in refused]} if refused else {}
        states, variables = {"result": result}, {"entries": entries, "sent": 4, "tries": 1}
        rest = evaluate(assign["entries"], states, **variables)
        assert [entry["Id"] for entry in rest] == refused
        assert evaluate(assign["sent"], states, **variables) == 7 - len(refused)
        assert evaluate(assign["tries"], states, **variables) == 2
    done, again = child["States"]["WereAllTaken"]["Choices"]
    assert evaluate(done["Condition"], {}, entries=[], tries=1) is True
    assert evaluate(done["Condition"], {}, entries=entries, tries=1) is False
    assert evaluate(again["Condition"], {}, entries=entries, tries=4) is True
    assert evaluate(again["Condition"], {}, entries=entries, tries=5) is False


def test_it_fits_into_an_express_execution(child: Machine) -> None:
    """Five minutes: every pause of a batch that is refused four times, and the longest wait."""
    (retry,) = child["States"]["Send"]["Retry"]
    retries = sum(
        retry["IntervalSeconds"] * retry["BackoffRate"] ** number
        for number in range(retry["MaxAttempts"])
    )
    longest = max(pace(rate).wait_seconds for rate in range(4, 60_000))
    pauses = sum(
        evaluate(child["States"]["WaitToSendTheRest"]["Seconds"], {}, tries=tries)
        for tries in range(1, 5)
    )
    assert retries + pauses + longest < 300


@pytest.mark.parametrize("rate", [4, 7, 60, 61, 1000, 60_000])
def test_the_pace_is_at_most_the_rate_and_not_much_below(rate: int) -> None:
    chosen = pace(rate)
    assert 0.8 * rate <= chosen.per_minute <= rate
    # What a Distributed Map runs at once at most.
    assert 1 <= chosen.concurrency <= 10_000


def test_its_role_may_send_keys_write_the_report_and_run_its_children_only(
    expanded: dict[str, Any], machine: Machine
) -> None:
    role = properties(expanded, "AWS::IAM::Role")["BackfillRole"]
    assert machine["RoleArn"] == {"Fn::GetAtt": ["BackfillRole", "Arn"]}
    (policy,) = role["Policies"]
    statements = {
        statement["Sid"]: statement
        for statement in policy["PolicyDocument"]["Statement"]
        if "Sid" in statement
    }
    assert set(statements) == {
        "ListArticles", "QueueArticles", "WriteReport", "StartChildren", "FollowChildren",
    }  # fmt: skip
    listing = statements["ListArticles"]
    assert listing["Action"] == "s3:ListBucket"
    assert listing["Condition"] == {"StringLike": {"s3:prefix": "articles/*"}}
    assert statements["QueueArticles"]["Action"] == "sqs:SendMessage"
    assert statements["QueueArticles"]["Resource"] == {"Fn::GetAtt": ["ArticleQueue", "Arn"]}
    report = statements["WriteReport"]["Resource"]["Fn::Sub"]
    (mapped,) = machine["Definition"]["States"].values()
    prefix = mapped["ResultWriter"]["Arguments"]["Prefix"]
    assert report == f"${{SummariesBucket.Arn}}/{prefix}/*"
    name = machine["StateMachineName"]["Fn::Sub"][0]
    assert statements["StartChildren"]["Resource"]["Fn::Sub"][0].endswith(f":stateMachine:{name}")
    assert f":execution:{name}" in statements["FollowChildren"]["Resource"]["Fn::Sub"][0]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "states.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
