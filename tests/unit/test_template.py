"""The deployed system, asserted on the template as AWS SAM expands it."""

import importlib
import json
import re
import subprocess
import sys
from http import HTTPStatus
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from cfnlint.decode.cfn_yaml import load

from benchmarks.api import ENVIRONMENT
from benchmarks.speed import QUEUE_BATCH
from handlers.api.app import app
from handlers.api.description import describe
from handlers.settings import ApiSettings, NotifySettings, SummarizeSettings, WebhookSettings
from infra.expand import expand
from infra.local.swap import swap
from models.settings import EnvironmentSettings
from tests.conftest import ROOT

# Requests that no operation is there for; the function answers 404 or 405.
_ANY = "x-amazon-apigateway-any-method"
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
    return expand()


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


def test_one_parameter_chooses_the_pack_of_image_and_function() -> None:
    function = load(str(ROOT / "template.yaml"))["Resources"]["SummarizeFunction"]
    variables = function["Properties"]["Environment"]["Variables"]
    assert function["Metadata"]["DockerBuildArgs"]["PACK"] == {"Ref": "Pack"}
    assert function["Metadata"]["DockerBuildArgs"]["PACK_OPTIONS"] == {"Ref": "PackOptions"}
    assert variables["TELETIPO_PACK"] == {"Ref": "Pack"}


def test_make_chooses_the_pack_and_its_options_for_build_and_deployment() -> None:
    command = ["make", "-n", "deploy", "PACK=nllb", "PACK_OPTIONS=--accept-licence"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    steps = [line for line in printed.splitlines() if "--parameter-overrides" in line]
    assert ["sam build" in steps[0], "sam deploy" in steps[1]] == [True, True]
    for step in steps:
        assert "Pack=nllb" in step
        assert "'PackOptions=\"--accept-licence\"'" in step


def test_buckets_are_versioned_encrypted_closed_and_kept(expanded: dict[str, Any]) -> None:
    buckets = properties(expanded, "AWS::S3::Bucket")
    assert set(buckets) == {"ArticlesBucket", "SummariesBucket"}
    policies = properties(expanded, "AWS::S3::BucketPolicy")
    for name, bucket in buckets.items():
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
        assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert all(bucket["PublicAccessBlockConfiguration"].values())
        assert bucket["LifecycleConfiguration"]["Rules"]
        # Kept, unless the stack's first deployment fails: the next try needs their place.
        assert expanded["Resources"][name]["DeletionPolicy"] == "RetainExceptOnCreate"
        (statement,) = policies[f"{name}Policy"]["PolicyDocument"]["Statement"]
        assert statement["Effect"] == "Deny"
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize("region", ["eu-west-1", "ap-northeast-1"])
def test_names_fit_whatever_the_stack_is_called_and_differ_from_an_earlier_stacks(
    expanded: dict[str, Any], region: str
) -> None:
    def name_of(resource: str, field: str, identifier: str) -> str:
        known = {
            "AWS::StackName": "Agencia-De-Noticias-Con-Un-Nombre-De-Mas-De-Cuarenta-Letras",
            "AWS::StackId": f"arn:aws:cloudformation:{region}:123456789012:stack/A/{identifier}",
            "AWS::AccountId": "123456789012",
            "AWS::Region": region,
            "NamePrefix": "a" * expanded["Parameters"]["NamePrefix"]["MaxLength"],
            "BucketSuffix": "",
        }
        return str(evaluate(expanded["Resources"][resource]["Properties"][field], known))

    first, second = "51af3dc0-da77-11e4-872e-1234567db123", "9c1e2f00-da78-11e4-872e-1234567db123"
    for bucket in ("ArticlesBucket", "SummariesBucket"):
        found = name_of(bucket, "BucketName", first)
        assert re.fullmatch(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", found)
        assert region in found
        assert name_of(bucket, "BucketName", second) != found
    for queue in ("ArticleQueue", "FailedQueue", "ChangesQueue", "CallbackQueue"):
        found = name_of(queue, "QueueName", first)
        assert re.fullmatch(r"[\w-]{1,80}", found)
        assert name_of(queue, "QueueName", second) != found


def evaluate(value: Any, known: dict[str, str]) -> Any:
    """The intrinsic functions that names are made of, as CloudFormation evaluates them."""
    if not isinstance(value, dict) or len(value) != 1:
        return value
    ((function, given),) = value.items()
    if function == "Ref":
        return known[given]
    if function == "Fn::If":
        is_set = {"NamesSuffix": known["BucketSuffix"] != ""}[given[0]]
        return evaluate(given[1 if is_set else 2], known)
    if function == "Fn::Select":
        return evaluate(given[1], known)[int(given[0])]
    if function == "Fn::Split":
        return evaluate(given[1], known).split(given[0])
    assert function == "Fn::Sub"
    text, more = (given, {}) if isinstance(given, str) else given
    values = {**known, **{name: evaluate(each, known) for name, each in more.items()}}
    return re.sub(r"\${([\w:]+)}", lambda found: values[found[1]], text)


def test_every_queue_wants_tls_and_takes_dead_letters_of_one_queue_only(
    expanded: dict[str, Any],
) -> None:
    queues = properties(expanded, "AWS::SQS::Queue")
    policies = properties(expanded, "AWS::SQS::QueuePolicy")
    closed = {
        policy["Queues"][0]["Ref"]
        for policy in policies.values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny"
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    }
    assert closed == set(queues)
    for name, queue in queues.items():
        if "RedrivePolicy" not in queue:
            continue
        kept = queues[queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]]
        allowed = kept["RedriveAllowPolicy"]
        assert allowed["redrivePermission"] == "byQueue"
        (source,) = allowed["sourceQueueArns"]
        # By name, because the two queues cannot refer to each other.
        assert source["Fn::Sub"][0].endswith(":" + queue["QueueName"]["Fn::Sub"][0]), name


def test_one_key_encrypts_everything_that_is_kept(expanded: dict[str, Any]) -> None:
    key = {"Fn::If": ["HasKey", {"Ref": "KmsKeyArn"}, {"Ref": "AWS::NoValue"}]}
    for bucket in properties(expanded, "AWS::S3::Bucket").values():
        (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"] == key
    for kind, field in {
        "AWS::Lambda::Function": "KmsKeyArn",
        "AWS::SQS::Queue": "KmsMasterKeyId",
        "AWS::Logs::LogGroup": "KmsKeyId",
        "AWS::SecretsManager::Secret": "KmsKeyId",
    }.items():
        others = {
            name for name, each in properties(expanded, kind).items() if each.get(field) != key
        }
        # What a key kept out of its queue must not need the same key.
        assert others == ({"ChangesDeadLetterQueue"} if kind == "AWS::SQS::Queue" else set()), kind
    for table in properties(expanded, "AWS::DynamoDB::Table").values():
        assert table["SSESpecification"]["KMSMasterKeyId"] == key
    for machine in properties(expanded, "AWS::StepFunctions::StateMachine").values():
        assert machine["EncryptionConfiguration"]["Fn::If"][1]["KmsKeyId"] == {"Ref": "KmsKeyArn"}
    for name, role in properties(expanded, "AWS::IAM::Role").items():
        statements = role["Policies"][0]["PolicyDocument"]["Statement"]
        (may,) = [s["Fn::If"][1] for s in statements if s.get("Fn::If", [""])[0] == "HasKey"]
        assert may["Resource"] == {"Ref": "KmsKeyArn"}, name


def test_a_change_that_cannot_be_delivered_is_kept(expanded: dict[str, Any]) -> None:
    (rule,) = properties(expanded, "AWS::Events::Rule").values()
    (target,) = rule["Targets"]
    kept = {"Fn::GetAtt": ["ChangesDeadLetterQueue", "Arn"]}
    assert target["DeadLetterConfig"]["Arn"] == kept
    policy = properties(expanded, "AWS::SQS::QueuePolicy")["ChangesDeadLetterQueuePolicy"]
    allowed = [
        (each["Principal"], each["Action"], each["Resource"])
        for each in policy["PolicyDocument"]["Statement"]
        if each["Effect"] == "Allow"
    ]
    assert allowed == [({"Service": "events.amazonaws.com"}, "sqs:SendMessage", kept)]


def test_requests_cannot_starve_the_summaries_where_concurrency_is_reserved(
    expanded: dict[str, Any],
) -> None:
    functions = properties(expanded, "AWS::Lambda::Function")
    for name, parameter in {
        "ApiFunction": "ApiConcurrency", "SummarizeFunction": "MaximumConcurrency",
    }.items():  # fmt: skip
        reserved = functions[name]["ReservedConcurrentExecutions"]["Fn::If"]
        assert reserved[:2] == ["Reserves", {"Ref": parameter}]
    # A new account has ten executions in all and can reserve none.
    assert expanded["Parameters"]["ApiConcurrency"]["Default"] == 0


def test_the_image_is_built_for_the_processor_that_it_runs_on() -> None:
    document = json.loads(json.dumps(load(str(ROOT / "template.yaml"))))
    assert document["Resources"]["SummarizeFunction"]["Properties"]["Architectures"] == ["arm64"]


def test_the_largest_article_fits_into_the_apis_answer(expanded: dict[str, Any]) -> None:
    largest = expanded["Parameters"]["MaxArticleBytes"]["MaxValue"]
    # In UTF-16, Chinese takes half as many bytes again in UTF-8, and a newline becomes three.
    assert largest * 1.5 + 1_000_000 <= 6 * 1024 * 1024
    assert expanded["Parameters"]["MaxArticleBytes"]["Default"] <= largest


def test_alarms_cover_every_queue_and_function(expanded: dict[str, Any]) -> None:
    alarms = properties(expanded, "AWS::CloudWatch::Alarm")
    watched: dict[str, set[str]] = {}
    for name, alarm in alarms.items():
        assert alarm["AlarmActions"] == {
            "Fn::If": ["HasTopic", [{"Ref": "AlarmTopicArn"}], {"Ref": "AWS::NoValue"}]
        }
        assert name in alarm["AlarmDescription"]
        assert alarm["TreatMissingData"] == "notBreaching"
        for dimension in alarm.get("Dimensions", []):
            value = dimension["Value"]
            if isinstance(value, dict):
                of = value.get("Ref") or value["Fn::GetAtt"][0]
                watched.setdefault(of, set()).add(alarm["MetricName"])
    for name, queue in properties(expanded, "AWS::SQS::Queue").items():
        if "RedrivePolicy" not in queue:
            assert "ApproximateNumberOfMessagesVisible" in watched[name], name
        elif name == "ReleaseQueue":
            # Its messages wait hidden for as long as an embargo takes.
            assert "ApproximateNumberOfMessagesVisible" in watched[name]
        elif name != "CallbackQueue":
            # A callback waits up to 15 minutes between its tries.
            assert "ApproximateAgeOfOldestMessage" in watched[name], name
    for name in properties(expanded, "AWS::Lambda::Function"):
        assert {"Errors", "Throttles"} <= watched[name], name
    for name in properties(expanded, "AWS::StepFunctions::StateMachine"):
        assert "ExecutionsFailed" in watched[name], name
    timeout = properties(expanded, "AWS::Lambda::Function")["SummarizeFunction"]["Timeout"]
    assert alarms["SummarizeDurationAlarm"]["Threshold"] == timeout * 800


def test_the_dashboard_is_json_and_names_only_what_there_is(expanded: dict[str, Any]) -> None:
    (dashboard,) = properties(expanded, "AWS::CloudWatch::Dashboard").values()
    text, values = dashboard["DashboardBody"]["Fn::Sub"]
    named = {found.partition(".")[0] for found in re.findall(r"\${([\w.]+)}", text)}
    assert named <= set(expanded["Resources"]) | set(values)
    body = json.loads(re.sub(r"\${[\w:.]+}", "x", text))
    assert len(body["widgets"]) >= 10


def test_only_articles_are_notified(expanded: dict[str, Any]) -> None:
    bucket = properties(expanded, "AWS::S3::Bucket")["ArticlesBucket"]
    (configuration,) = bucket["NotificationConfiguration"]["QueueConfigurations"]
    assert configuration["Event"] == "s3:ObjectCreated:*"
    assert configuration["Filter"]["S3Key"]["Rules"] == [{"Name": "prefix", "Value": "articles/"}]


def test_failed_messages_come_back_alone(expanded: dict[str, Any]) -> None:
    mappings = properties(expanded, "AWS::Lambda::EventSourceMapping")
    queues = properties(expanded, "AWS::SQS::Queue")
    functions = properties(expanded, "AWS::Lambda::Function")
    assert len(mappings) == 5
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
    # The state machine's is in tests/unit/test_state_machine.py.
    del roles["BackfillRole"]
    assert {function["Role"]["Fn::GetAtt"][0] for function in functions.values()} == set(roles)
    for name, role in roles.items():
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
        # Nobody but S3's lifecycle deletes a version, or a review. The API withdraws articles.
        assert "s3:DeleteObjectVersion" not in actions
        deletes = [s for s in statements if "s3:DeleteObject" in s["Action"]]
        places = [
            place["Fn::Sub"].split("/")[-2]
            for s in deletes
            for place in (s["Resource"] if isinstance(s["Resource"], list) else [s["Resource"]])
        ]
        assert set(places) <= {"summaries", "embargoed", "rejected"} or (
            name == "ApiRole" and places == ["articles"]
        )


def test_the_summarize_function_may_stop_its_own_intake_and_no_other(
    expanded: dict[str, Any],
) -> None:
    (policy,) = properties(expanded, "AWS::IAM::Policy").values()
    assert policy["Roles"] == [{"Ref": "SummarizeRole"}]
    find, stop = policy["PolicyDocument"]["Statement"]
    assert find["Action"] == "lambda:ListEventSourceMappings"
    assert stop["Action"] == "lambda:UpdateEventSourceMapping"
    own = {"lambda:FunctionArn": {"Fn::GetAtt": ["SummarizeFunction", "Arn"]}}
    assert stop["Condition"] == {"ArnEquals": own}


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
        if method not in {"options", "head", _ANY}
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
    assert opened == {"/health", "/openapi.json", *_PAGES}
    rest = [item[_ANY] for item in api["Body"]["paths"].values() if _ANY in item]
    assert len(rest) == len(api["Body"]["paths"]) - len(_PAGES)
    assert all(operation["security"] for operation in rest)
    (stage,) = properties(expanded, "AWS::ApiGateway::Stage").values()
    (everywhere,) = stage["MethodSettings"]
    assert everywhere["ThrottlingRateLimit"] == {"Ref": "RequestsPerSecond"}


def test_every_deployment_reaches_the_one_stage() -> None:
    """SAM hashes the definition for the deployment's ID, and a parameter leaves that as it is."""
    with patch("time.time", return_value=1_000_000_000.0):
        before = expand()
    with patch("time.time", return_value=1_000_000_060.0):
        after = expand()
    assert set(properties(before, "AWS::ApiGateway::Deployment")).isdisjoint(
        properties(after, "AWS::ApiGateway::Deployment")
    )
    (deployment,) = properties(after, "AWS::ApiGateway::Deployment").values()
    assert "StageName" not in deployment
    (permission,) = [
        each
        for each in properties(after, "AWS::Lambda::Permission").values()
        if each["Principal"] == "apigateway.amazonaws.com"
    ]
    assert permission["SourceArn"]["Fn::Sub"].endswith(":${Api}/v1/*")


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
    models = {*code, "Timeout"}
    handlers = []
    for name, resource in [*before["Resources"].items()]:
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        changed = before["Resources"].pop(name)["Properties"]
        swapped = after["Resources"].pop(name)["Properties"]
        other = models if name == "SummarizeFunction" else code
        assert {k: v for k, v in changed.items() if k not in other} == {
            k: v for k, v in swapped.items() if k not in other
        }
        bootstrap = (Path(swapped["CodeUri"]) / "bootstrap").read_text()
        assert "export A='b c'" in bootstrap
        handlers.append(bootstrap.split()[-1])
    machine = before["Resources"].pop("BackfillStateMachine")["Properties"]
    swapped_machine = after["Resources"].pop("BackfillStateMachine")["Properties"]
    assert {name for name in machine if machine[name] != swapped_machine[name]} == {
        "Definition", "DefinitionSubstitutions",
    }  # fmt: skip
    left_out = before["Resources"].keys() - after["Resources"].keys()
    assert left_out == {"RejectionsAlarm", "FindingsAlarm", "CostAlarm"}
    for name in left_out:
        del before["Resources"][name]
    assert before == after
    assert sorted(handlers) == [
        f"handlers.{name}.handler" for name in ("api.app", "notify", "summarize", "webhook")
    ]


def test_an_embargo_of_days_is_no_loop_that_lambda_ends(expanded: dict[str, Any]) -> None:
    functions = properties(expanded, "AWS::Lambda::Function")
    assert functions["NotifyFunction"]["RecursiveLoop"] == "Allow"
