"""The local stack: an AWS emulator on loopback with template.yaml deployed by ``sam deploy``."""

import contextlib
import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import MappingProxyType
from typing import Any

import boto3

from infra.local.swap import ROOT, swap
from models.packs import read_manifest
from teletipo.errors import TeletipoError
from teletipo.progress import Progress

STACK_NAME = "teletipo"
REGION = "eu-west-1"
# The emulator accepts these; they are not valid for AWS.
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": REGION,
}
_DEPLOYMENT_BUCKET = "deployment"
_START_SECONDS = 120
# Concurrent batches; as many as the cores of a small machine.
_CONCURRENCY = 2

NOT_HONOURED = (
    "bucket encryption and lifecycle, TLS-only policies and IAM (any key is let in)",
    "MaximumConcurrency given as a parameter (it is set again through the Lambda API)",
    "gateway responses and any-methods in an OpenAPI document (they are put again), an API key's "
    "identity",
    "memory size and processor architecture (functions run as processes of this machine)",
    "the timeout of the function with models (600 s: this machine may be slower than Lambda's)",
    "X-Ray, log retention and CloudWatch metrics (they are printed to the emulator's log)",
    "alarms with metric math (they are left out)",
    "batches, MaxConcurrency and the report of a Distributed Map (the back catalogue is queued one "
    "article at a time, at the same rate)",
)
"""Differences between the emulator and AWS; docs/local.md has the same list."""


class StackError(TeletipoError):
    """The local stack did not start. The message ends with the emulator's or SAM's output."""


@dataclass(frozen=True)
class LocalStack:
    """A running stack: its addresses and its boto3 clients."""

    port: int
    log_file: Path
    outputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def endpoint_url(self) -> str:
        """The endpoint of every AWS service."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        """The base URL of the API in the emulator."""
        return f"{self.endpoint_url}/_aws/execute-api/{self.outputs['ApiId']}/v1"

    def api_key(self) -> str:
        """Return the first client's API key."""
        key = self.client("apigateway").get_api_key(
            apiKey=self.outputs["ApiKeyId"], includeValue=True
        )
        return str(key["value"])

    def log_tail(self) -> str:
        """Return the end of the emulator's log, which includes the functions' output."""
        return self.log()[-3000:]

    def log(self) -> str:
        """Return the emulator's log so far."""
        return self.log_file.read_text("utf-8", errors="replace")

    def client(self, service: str) -> Any:
        """Return a boto3 client for the emulator."""
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.endpoint_url,
            region_name=REGION,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        )


@contextlib.contextmanager
def local_stack(
    pack_dir: Path,
    progress: Progress,
    port: int = 0,
    parameters: Callable[["LocalStack"], Mapping[str, str]] = lambda stack: {},
    variables: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[LocalStack]:
    """Start the emulator, deploy the template and yield the stack; stop everything afterwards.

    ``port`` 0 means a free one. ``parameters`` is called once the emulator runs and returns the
    template's parameters. ``variables`` are added to the functions' environment. Raises
    ``StackError``, and ``PackError`` if there is no pack.
    """
    port = port or _free_port()
    directory = Path(tempfile.mkdtemp(prefix="teletipo-stack-"))
    log_file = directory / "emulator.log"
    try:
        progress("starting the emulator", 0.1)
        with log_file.open("wb") as log:
            emulator = _start_emulator(port, directory, log)
        try:
            stack = LocalStack(port, log_file)
            _wait_until_ready(emulator, stack)
            progress("deploying template.yaml", 0.3)
            environment = {
                **CREDENTIALS,
                "AWS_ENDPOINT_URL": stack.endpoint_url,
                "TELETIPO_PACK_DIR": str(pack_dir),
                # Functions do not inherit the environment.
                "TELETIPO_THREADS": os.environ.get("TELETIPO_THREADS", "0"),
                # There is no X-Ray daemon.
                "POWERTOOLS_TRACE_DISABLED": "true",
                **variables,
            }
            template = swap(ROOT / "template.yaml", environment, directory / "swapped")
            _deploy(stack, template, {"Pack": read_manifest(pack_dir).name, **parameters(stack)})
            stack = replace(stack, outputs=_outputs(stack))
            _answer_as_the_template_says(stack, template)
            progress("deployed", 1.0)
            yield stack
        finally:
            _stop(emulator)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _start_emulator(port: int, directory: Path, log: Any) -> subprocess.Popen[bytes]:
    program = ROOT / ".venv-ministack" / "bin" / "ministack"
    if not program.exists():
        raise StackError(f"{program} is not installed; run: make install")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", str(directory)),
        "TMPDIR": str(directory),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
    }
    return subprocess.Popen(
        [program],
        stdout=log,
        stderr=log,
        stdin=subprocess.DEVNULL,
        cwd=directory,
        env=environment,
        # Its own process group, so that its functions' processes can be stopped with it.
        start_new_session=True,
        preexec_fn=_end_with_parent,
    )


def _end_with_parent() -> None:
    """Make Linux stop the emulator if this process is killed (prctl(2))."""
    pr_set_pdeathsig = 1
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def _wait_until_ready(emulator: subprocess.Popen[bytes], stack: LocalStack) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if emulator.poll() is not None:
            break
        with contextlib.suppress(OSError, HTTPException):
            connection = HTTPConnection("127.0.0.1", stack.port, timeout=1)
            connection.request("GET", "/_ministack/health")
            if connection.getresponse().status == HTTPStatus.OK:
                return
        time.sleep(0.05)
    raise StackError(f"The emulator did not start:\n{stack.log_tail()}")


def _deploy(stack: LocalStack, template: Path, parameters: Mapping[str, str]) -> None:
    sam = str(ROOT / ".venv-sam" / "bin" / "sam")
    if not Path(sam).exists():
        raise StackError(f"{sam} is not installed; run: make install")
    stack.client("s3").create_bucket(
        Bucket=_DEPLOYMENT_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    command = [
        sam, "deploy", "--template-file", str(template), "--stack-name", STACK_NAME,
        "--s3-bucket", _DEPLOYMENT_BUCKET, "--no-confirm-changeset", "--no-progressbar",
        "--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND",
        "--parameter-overrides", f"MaximumConcurrency={_CONCURRENCY}",
        *(f"{name}={value}" for name, value in parameters.items() if value),
    ]  # fmt: skip
    environment = {
        **os.environ,
        **CREDENTIALS,
        "AWS_ENDPOINT_URL": stack.endpoint_url,
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_POLL_DELAY": "0.2",
    }
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if result.returncode:
        raise StackError(f"sam deploy failed:\n{result.stdout[-2000:]}{result.stderr[-2000:]}")
    functions = stack.client("lambda")
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        if "SummarizeFunction" in mapping["FunctionArn"]:
            # The emulator stores the parameter as a string, which its poller cannot compare.
            functions.update_event_source_mapping(
                UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": _CONCURRENCY}
            )


def _answer_as_the_template_says(stack: LocalStack, template: Path) -> None:
    """Put what the emulator ignores in an OpenAPI document: gateway responses, any-methods."""
    api = json.loads(template.read_text("utf-8"))["Resources"]["Api"]["Properties"]
    gateway = stack.client("apigateway")
    where = {"restApiId": stack.outputs["ApiId"]}
    for kind, response in api["GatewayResponses"].items():
        headers = response["ResponseParameters"]["Headers"]
        status = {"statusCode": str(response["StatusCode"])} if "StatusCode" in response else {}
        gateway.put_gateway_response(
            **where,
            **status,
            responseType=kind,
            responseTemplates=response["ResponseTemplates"],
            responseParameters={
                f"gatewayresponse.header.{name}": value for name, value in headers.items()
            },
        )
    _put_any_methods(gateway, api["DefinitionBody"]["paths"], where)
    gateway.create_deployment(**where, stageName=api["StageName"])


def _put_any_methods(gateway: Any, paths: Mapping[str, Any], where: Mapping[str, str]) -> None:
    """Put the operations for every other method, closed like the others."""
    found = gateway.get_resources(**where, limit=500)["items"]
    resources = {each["path"]: each["id"] for each in found}
    like = gateway.get_method(**where, resourceId=resources["/packs"], httpMethod="GET")
    kept = ("authorizationType", "authorizerId", "apiKeyRequired")
    closed = {name: like[name] for name in kept if like.get(name) is not None}
    integration = like["methodIntegration"]
    for path, operations in paths.items():
        if "x-amazon-apigateway-any-method" not in operations:
            continue
        if path not in resources:
            created = gateway.create_resource(
                **where, parentId=resources["/"], pathPart=path.removeprefix("/")
            )
            resources[path] = created["id"]
        method = {**where, "resourceId": resources[path], "httpMethod": "ANY"}
        gateway.put_method(**method, **closed)
        gateway.put_integration(
            **method,
            type=integration["type"],
            integrationHttpMethod=integration["httpMethod"],
            uri=integration["uri"],
        )


def _outputs(stack: LocalStack) -> dict[str, str]:
    (description,) = stack.client("cloudformation").describe_stacks(StackName=STACK_NAME)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in description["Outputs"]}


def _stop(emulator: subprocess.Popen[bytes]) -> None:
    """Stop the emulator and its functions: terminate first, then kill."""
    for signal_number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(emulator.pid, signal_number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            emulator.wait(timeout=5)
    emulator.wait()
