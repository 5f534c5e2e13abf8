"""The deployed system, asserted on the template as AWS SAM expands it."""

import importlib
import json
import subprocess
import sys
from http import HTTPStatus
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from cfnlint.decode.cfn_yaml import load
from samtranslator.translator.managed_policy_translator import ManagedPolicyLoader
from samtranslator.translator.transform import transform

from benchmarks.api import ENVIRONMENT
from benchmarks.speed import QUEUE_BATCH
from handlers.api.app import app
from handlers.api.description import describe
from handlers.settings import ApiSettings, NotifySettings, SummarizeSettings, WebhookSettings
from infra.local.swap import swap
from models.settings import EnvironmentSettings
from tests.conftest import ROOT

# The pages' paths, each with a file that it serves.
_PAGES = {
    "/": "/",
    "/desk/{file}": "/desk/main.js",
    "/desk/vendor/{folder}/{file}": "/desk/vendor/preact/preact.js",
    "/docs": "/docs",
    "/docs/{file}": "/docs/swagger-ui.js",
}


@pytest.fixture(scope="module")
def expanded() -> dict[str, Any]:
    document = json.loads(json.dumps(load(str(ROOT / "template.yaml"))))
    # The translator wants what `sam package` uploads: the image and the code.
    document["Resources"]["SummarizeFunction"]["Properties"]["ImageUri"] = "1.dkr.ecr/x:y"
    document["Globals"]["Function"]["CodeUri"] = "s3://bucket/key"
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


def test_failed_messages_come_back_alone(expanded: dict[str, Any]) -> None:
    mappings = properties(expanded, "AWS::Lambda::EventSourceMapping")
    queues = properties(expanded, "AWS::SQS::Queue")
    functions = properties(expanded, "AWS::Lambda::Function")
    assert len(mappings) == 3
    for mapping in mappings.values():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        queue = queues[mapping["EventSourceArn"]["Fn::GetAtt"][0]]
        function = functions[mapping["FunctionName"]["Ref"]]
        assert queue["VisibilityTimeout"] >= 6 * function["Timeout"]
        kept = queues[queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]]
        assert kept["MessageRetentionPeriod"] >= queue["MessageRetentionPeriod"]
    articles = mappings["SummarizeFunctionArticles"]
    # The speed benchmark works in batches of the same size.
    assert articles["BatchSize"] == QUEUE_BATCH
    assert articles["ScalingConfig"] == {"MaximumConcurrency": {"Ref": "MaximumConcurrency"}}


def test_each_function_may_do_what_it_does_and_no_more(expanded: dict[str, Any]) -> None:
    roles = properties(expanded, "AWS::IAM::Role")
    functions = properties(expanded, "AWS::Lambda::Function")
    assert {function["Role"]["Fn::GetAtt"][0] for function in functions.values()} == set(roles)
    for role in roles.values():
        assert "ManagedPolicyArns" not in role
        (policy,) = role["Policies"]
        statements = [
            statement.get("Fn::If", [None, statement])[1]
            for statement in policy["PolicyDocument"]["Statement"]
        ]
        assert [s["Sid"] for s in statements if s["Resource"] == "*"] == ["SendTraces"]
        actions = {action for s in statements for action in ([s["Action"]], s["Action"])[
            isinstance(s["Action"], list)]}  # fmt: skip
        assert not [action for action in actions if "*" in action]
        # Nobody but S3's lifecycle deletes an article, or a review.
        deletes = [s for s in statements if "s3:DeleteObject" in s["Action"]]
        assert {place["Fn::Sub"].split("/")[-2] for s in deletes for place in s["Resource"]} <= {
            "summaries",
            "rejected",
        }


def test_each_function_is_given_the_settings_that_it_reads(expanded: dict[str, Any]) -> None:
    functions = properties(expanded, "AWS::Lambda::Function")
    settings: dict[str, type[EnvironmentSettings]] = {
        "SummarizeFunction": SummarizeSettings,
        "ApiFunction": ApiSettings,
        "NotifyFunction": NotifySettings,
        "WebhookFunction": WebhookSettings,
    }
    assert set(functions) == set(settings)
    for name, function in functions.items():
        given = {v for v in function["Environment"]["Variables"] if v.startswith("TELETIPO_")}
        fields = settings[name].model_fields
        assert given <= {f"TELETIPO_{field.upper()}" for field in fields}, name
        required = {f"TELETIPO_{n.upper()}" for n, field in fields.items() if field.is_required()}
        assert required <= given, name


def test_notices_go_to_the_bus_that_the_role_allows(expanded: dict[str, Any]) -> None:
    function = properties(expanded, "AWS::Lambda::Function")["NotifyFunction"]
    assert function["Environment"]["Variables"]["TELETIPO_EVENT_BUS"] == {"Ref": "EventBus"}
    (policy,) = properties(expanded, "AWS::IAM::Role")["NotifyRole"]["Policies"]
    (bus,) = [
        statement["Resource"]["Fn::Sub"]
        for statement in policy["PolicyDocument"]["Statement"]
        if statement.get("Action") == "events:PutEvents"
    ]
    assert bus.endswith(":event-bus/${EventBus}")


def test_every_handler_exists(expanded: dict[str, Any]) -> None:
    for name, function in properties(expanded, "AWS::Lambda::Function").items():
        (handler,) = (
            [function["Handler"]] if "Handler" in function else function["ImageConfig"]["Command"]
        )
        module, _, attribute = handler.rpartition(".")
        assert callable(getattr(importlib.import_module(module), attribute)), name


def test_the_gateway_lets_through_exactly_the_api_and_the_pages(expanded: dict[str, Any]) -> None:
    (api,) = properties(expanded, "AWS::ApiGateway::RestApi").values()
    declared = {
        (method, path)
        for path, item in api["Body"]["paths"].items()
        for method in item
        if method != "options"
    }
    paths = json.loads(describe(app))["paths"]
    described = {(method, path) for path, item in paths.items() for method in item}
    pages = {("get", path) for path in _PAGES} | {("get", "/openapi.json")}
    assert declared == described | pages


@pytest.mark.parametrize("path", ["/openapi.json", *_PAGES.values()])
def test_the_handler_serves_what_is_not_described(
    monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    event = {
        "httpMethod": "GET",
        "path": path,
        "headers": {},
        "requestContext": {"path": f"/v1{path}"},
    }
    assert app.resolve(event, LambdaContext())["statusCode"] == HTTPStatus.OK


def test_only_health_and_the_pages_are_open(expanded: dict[str, Any]) -> None:
    (api,) = properties(expanded, "AWS::ApiGateway::RestApi").values()
    opened = {
        path
        for path, item in api["Body"]["paths"].items()
        for method, operation in item.items()
        if method != "options"
        and (operation.get("Fn::If", [None, operation])[1].get("security") == [])
    }
    assert opened == {"/health", *_PAGES}
    (stage,) = properties(expanded, "AWS::ApiGateway::Stage").values()
    (everywhere,) = stage["MethodSettings"]
    assert everywhere["ThrottlingRateLimit"] == {"Ref": "RequestsPerSecond"}


def test_a_browser_from_elsewhere_is_let_in_by_parameter_only(expanded: dict[str, Any]) -> None:
    (api,) = properties(expanded, "AWS::ApiGateway::RestApi").values()
    for path, item in api["Body"]["paths"].items():
        if "options" in item:
            assert item["options"]["Fn::If"][0] == "CorsOpen", path
    assert expanded["Parameters"]["CorsOrigin"]["Default"] == ""


def test_every_function_is_traced_and_logs_json(expanded: dict[str, Any]) -> None:
    for name, function in properties(expanded, "AWS::Lambda::Function").items():
        assert function["TracingConfig"] == {"Mode": "Active"}, name
        assert function["LoggingConfig"]["LogFormat"] == "JSON", name


def test_every_function_has_a_log_group_of_its_own_that_expires(expanded: dict[str, Any]) -> None:
    groups = properties(expanded, "AWS::Logs::LogGroup")
    for name, group in groups.items():
        assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}, name
    functions = properties(expanded, "AWS::Lambda::Function").values()
    used = [function["LoggingConfig"]["LogGroup"]["Ref"] for function in functions]
    assert sorted(used) == sorted(groups)


def test_swapping_the_code_changes_nothing_else(tmp_path: Path) -> None:
    before = json.loads(json.dumps(load(str(ROOT / "template.yaml"))))
    after = json.loads(swap(ROOT / "template.yaml", {"A": "b c"}, tmp_path).read_text())
    code = {"PackageType", "ImageConfig", "Runtime", "Handler", "CodeUri", "Architectures"}
    handlers = []
    for name, resource in [*before["Resources"].items()]:
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        changed = before["Resources"].pop(name)["Properties"]
        swapped = after["Resources"].pop(name)["Properties"]
        assert {k: v for k, v in changed.items() if k not in code} == {
            k: v for k, v in swapped.items() if k not in code
        }
        bootstrap = (Path(swapped["CodeUri"]) / "bootstrap").read_text()
        assert "export A='b c'" in bootstrap
        handlers.append(bootstrap.split()[-1])
    assert before == after
    assert sorted(handlers) == [
        f"handlers.{name}.handler" for name in ("api.app", "notify", "summarize", "webhook")
    ]
