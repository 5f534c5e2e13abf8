"""A local stack for all tests of the API, and clients of it."""

import atexit
import contextlib
import functools
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from cfnlint.decode.cfn_yaml import load
from moto.server import ThreadedMotoServer

from infra.local.front import front
from infra.local.stack import LocalStack, local_stack
from tests.conftest import ROOT, silent

T = TypeVar("T")
# Many times what anything takes; passing tests never wait so long.
_WAIT_SECONDS = 300
_WAITED = {"Prefer": "wait=25"}


@pytest.fixture(scope="session")
def api_stack(tiny_pack_dir: Path) -> Iterator[LocalStack]:
    parameters = {"CallbackHosts": "localhost", "MaxArticleBytes": "3000000"}
    # A tiny model's words always fail their checks; to repair them takes most of the time.
    variables = {"TELETIPO_REPAIR": "false"}
    with local_stack(
        tiny_pack_dir, silent, parameters=lambda _: parameters, variables=variables
    ) as running:
        _warm_up(running)
        # The template's 180 s would make each retry slow.
        sqs = running.client("sqs")
        for name in ("ChangesQueue", "CallbackQueue"):
            for url in sqs.list_queues(QueueNamePrefix=f"teletipo-{name}")["QueueUrls"]:
                sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "30"})
        yield running


def _warm_up(running: LocalStack) -> None:
    """Start each function's process, which takes longest, by an article that is withdrawn."""
    headers = {"x-api-key": running.api_key()}
    with httpx.Client(base_url=running.api_url, headers=headers, timeout=60) as client:
        article = {"text": "Ten trains stopped on Monday in 40 degrees of heat."}
        address = f"/summaries/{client.post('/summaries', json=article).json()['id']}"
        wait_for(lambda: client.get(address).status_code == 200, "the first summary")
        client.delete(address)
        wait_for(lambda: not client.get("/summaries").json()["articles"], "the empty list")


@pytest.fixture(scope="session")
def address(api_stack: LocalStack) -> Iterator[str]:
    """The desk's, as `make serve` gives it."""
    with front(api_stack.api_url, 0) as short:
        yield short


@pytest.fixture(scope="session")
def api(api_stack: LocalStack) -> Iterator[httpx.Client]:
    headers = {"x-api-key": api_stack.api_key()}
    with httpx.Client(base_url=api_stack.api_url, headers=headers, timeout=60) as client:
        yield client


@pytest.fixture(scope="session")
def stranger(api_stack: LocalStack) -> Iterator[httpx.Client]:
    """A client without credentials."""
    with httpx.Client(base_url=api_stack.api_url, timeout=60) as client:
        yield client


@pytest.fixture(scope="session")
def stored(api_stack: LocalStack) -> Callable[[], set[str]]:
    """The keys of every article in the bucket."""

    def look() -> set[str]:
        s3: Any = api_stack.client("s3")
        pages = s3.get_paginator("list_objects_v2").paginate(
            Bucket=api_stack.outputs["ArticlesBucket"]
        )
        return {item["Key"] for page in pages for item in page.get("Contents", [])}

    return look


def wait_for(look: Callable[[], T | None], what: str = "it") -> T:
    """Call ``look`` until it returns something, and return that."""
    deadline = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what} did not come about within {_WAIT_SECONDS} s")


def summary_of(client: httpx.Client, **article: Any) -> dict[str, Any]:
    """Post an article; return its summary, however long that takes."""
    return dict(answered(client, client.post("/summaries", json=article, headers=_WAITED)).json())


def answered(client: httpx.Client, response: httpx.Response) -> httpx.Response:
    """What a posted article is answered with once it is done: the API waits 25 seconds."""
    if response.status_code != 202:
        return response
    # Of this version: before an update is done, there is the old one's.
    address = f"/{response.headers['location']}"
    asked = response.request.headers
    headers = {name: asked[name] for name in ("Accept", "Accept-Language") if name in asked}

    def look() -> httpx.Response | None:
        found = client.get(address, headers=headers)
        return None if found.status_code == 202 else found

    return wait_for(look)


@functools.cache
def resources() -> Mapping[str, Any]:
    """The template's, as written."""
    return dict(load(str(ROOT / "template.yaml"))["Resources"])


@functools.cache
def _moto_server() -> tuple[str, int]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    atexit.register(server.stop)
    return server.get_host_and_port()


@contextlib.contextmanager
def moto(patch: pytest.MonkeyPatch) -> Iterator[int]:
    """Empty AWS over HTTP for everything that reads the environment; yields the port."""
    host, port = _moto_server()
    httpx.post(f"http://{host}:{port}/moto-api/reset", timeout=60)
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }.items():
        patch.setenv(name, value)
    yield port
