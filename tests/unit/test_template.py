"""The deployed system, asserted on the template as AWS SAM expands it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from cfnlint.decode.cfn_yaml import load
from samtranslator.translator.managed_policy_translator import ManagedPolicyLoader
from samtranslator.translator.transform import transform

from benchmarks.speed import QUEUE_BATCH
from handlers import summarize
from infra.local.swap import swap
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def expanded() -> dict[str, Any]:
    document = json.loads(json.dumps(load(str(ROOT / "template.yaml"))))
    # The translator reads the image that `sam package` would have pushed.
    document["Resources"]["SummarizeFunction"]["Properties"]["ImageUri"] = "1.dkr.ecr/x:y"
    with patch.dict("os.environ", {"AWS_DEFAULT_REGION": "eu-west-1"}):
        return dict(transform(document, {}, ManagedPolicyLoader(None)))


def properties(expanded: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {
        name: resource.get("Properties", {})
        for name, resource in expanded["Resources"].items()
        if resource["Type"] == kind
    }


def test_the_expanded_template_passes_cfn_lint(expanded: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "expanded.json"
    path.write_text(json.dumps(expanded))
    program = Path(sys.executable).with_name("cfn-lint")
    command = [str(program), "--regions", "eu-west-1", "--", str(path)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_buckets_are_versioned_encrypted_closed_and_kept(expanded: dict[str, Any]) -> None:
    buckets = properties(expanded, "AWS::S3::Bucket")
    assert set(buckets) == {"ArticlesBucket", "SummariesBucket"}
    policies = properties(expanded, "AWS::S3::BucketPolicy")
    for name, bucket in buckets.items():
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
        assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert all(bucket["PublicAccessBlockConfiguration"].values())
        assert bucket["LifecycleConfiguration"]["Rules"]
        assert expanded["Resources"][name]["DeletionPolicy"] == "Retain"
        (statement,) = policies[f"{name}Policy"]["PolicyDocument"]["Statement"]
        assert statement["Effect"] == "Deny"
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_only_articles_are_notified(expanded: dict[str, Any]) -> None:
    bucket = properties(expanded, "AWS::S3::Bucket")["ArticlesBucket"]
    (configuration,) = bucket["NotificationConfiguration"]["QueueConfigurations"]
    assert configuration["Event"] == "s3:ObjectCreated:*"
    assert configuration["Filter"]["S3Key"]["Rules"] == [{"Name": "prefix", "Value": "articles/"}]


def test_a_message_stays_hidden_six_times_as_long_as_the_function_may_take(
    expanded: dict[str, Any],
) -> None:
    queue = properties(expanded, "AWS::SQS::Queue")["ArticleQueue"]
    function = properties(expanded, "AWS::Lambda::Function")["SummarizeFunction"]
    assert queue["VisibilityTimeout"] >= 6 * function["Timeout"]
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {
        "Fn::GetAtt": ["DeadLetterQueue", "Arn"]
    }
    dead_letters = properties(expanded, "AWS::SQS::Queue")["DeadLetterQueue"]
    assert dead_letters["MessageRetentionPeriod"] >= queue["MessageRetentionPeriod"]


def test_failed_messages_come_back_alone(expanded: dict[str, Any]) -> None:
    (mapping,) = properties(expanded, "AWS::Lambda::EventSourceMapping").values()
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    # The speed benchmark works in batches of the same size.
    assert mapping["BatchSize"] == QUEUE_BATCH
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": {"Ref": "MaximumConcurrency"}}


def test_the_function_may_do_what_it_does_and_no_more(expanded: dict[str, Any]) -> None:
    roles = properties(expanded, "AWS::IAM::Role")
    assert set(roles) == {"SummarizeRole"}
    assert "ManagedPolicyArns" not in roles["SummarizeRole"]
    (policy,) = roles["SummarizeRole"]["Policies"]
    statements = policy["PolicyDocument"]["Statement"]
    assert [s["Sid"] for s in statements if s["Resource"] == "*"] == ["SendTraces"]
    actions = {action for s in statements for action in ([s["Action"]], s["Action"])[
        isinstance(s["Action"], list)]}  # fmt: skip
    assert not [action for action in actions if "*" in action]


def test_the_images_command_is_a_handler_that_exists(expanded: dict[str, Any]) -> None:
    function = properties(expanded, "AWS::Lambda::Function")["SummarizeFunction"]
    assert function["ImageConfig"]["Command"] == ["handlers.summarize.handler"]
    assert callable(summarize.handler)
    assert function["TracingConfig"] == {"Mode": "Active"}


def test_logs_are_not_kept_for_ever(expanded: dict[str, Any]) -> None:
    (logs,) = properties(expanded, "AWS::Logs::LogGroup").values()
    assert logs["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_swapping_the_code_changes_nothing_else(tmp_path: Path) -> None:
    before = json.loads(json.dumps(load(str(ROOT / "template.yaml"))))
    after = json.loads(swap(ROOT / "template.yaml", {"A": "b c"}, tmp_path).read_text())
    changed = before["Resources"].pop("SummarizeFunction")["Properties"]
    swapped = after["Resources"].pop("SummarizeFunction")["Properties"]
    assert before == after
    code = {"PackageType", "ImageConfig", "Runtime", "Handler", "CodeUri", "Architectures"}
    assert {k: v for k, v in changed.items() if k not in code} == {
        k: v for k, v in swapped.items() if k not in code
    }
    bootstrap = (Path(swapped["CodeUri"]) / "bootstrap").read_text()
    assert "export A='b c'" in bootstrap
    assert bootstrap.endswith("-m awslambdaric handlers.summarize.handler\n")
