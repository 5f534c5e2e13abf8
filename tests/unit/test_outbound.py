"""Callbacks go to allowed hosts at public addresses, signed, and no further."""

import base64
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from handlers import outbound
from handlers.outbound import CallbackFailed, CallbackRefused, is_public, post, refuse_url, sign
from tests.receiver import Receiver, receiver

_HOSTS = ("localhost", "hooks.example.org")
_SECRET = base64.b64encode(b"a secret of thirty-two bytes !!!").decode()
_URL = "https://localhost/hook?desk=1"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with receiver(tmp_path) as running:
        monkeypatch.setattr(outbound, "HTTPS_PORT", running.port)
        yield running


def send(server: Receiver, url: str = _URL, **options: Any) -> int:
    options = {"context": server.trusting(), "allow": lambda address: True, **options}
    return post(url, b"{}", {"webhook-id": "1"}, _HOSTS, **options)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1",
        "192.0.0.8", "192.0.0.170", "192.88.99.1", "3fff::1", "3fff:fff::1", "::ffff:192.0.0.8",
        "::1", "::", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
        "::ffff:169.254.169.254", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::a9fe:a9fe",
        "::127.0.0.1", "::ffff:0:127.0.0.1", "fec0::1", "64:ff9b:1::a9fe:a9fe", "4000::1",
    ],
)  # fmt: skip
def test_inner_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::93.184.216.34"],
)
def test_addresses_of_the_open_internet_are(address: str) -> None:
    assert is_public(address)


def test_an_allowed_address_is_not_refused() -> None:
    assert refuse_url("https://hooks.example.org/a?b=c", _HOSTS) is None
    assert refuse_url("https://HOOKS.example.org:443/", _HOSTS) is None


@given(st.text())
def test_whatever_is_given_as_an_address_is_judged(url: str) -> None:
    why = refuse_url(url, _HOSTS)
    assert why is None or isinstance(why, str)


def test_nobody_is_called_by_default() -> None:
    assert refuse_url("https://hooks.example.org/", ()) is not None


def test_a_signature_is_the_standards_own() -> None:
    body, now = json.dumps({"type": "summary.completed"}).encode(), int(time.time())
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(now),
        "webhook-signature": sign(_SECRET, "msg_1", now, body),
    }
    assert Webhook(_SECRET).verify(body, headers) == {"type": "summary.completed"}
    assert sign("whsec_" + _SECRET, "msg_1", now, body) == headers["webhook-signature"]
    with pytest.raises(Exception, match="No matching signature"):
        Webhook(_SECRET).verify(body + b" ", headers)


def test_a_document_arrives(server: Receiver) -> None:
    assert send(server) == 200
    ((path, headers, body),) = server.requests
    assert path == "/hook?desk=1"
    assert headers["webhook-id"] == "1"
    assert headers["Content-Type"] == "application/json"
    assert headers["Host"] == f"localhost:{server.port}"
    assert body == b"{}"


def test_an_address_is_sent_in_ascii_and_what_is_encoded_stays(server: Receiver) -> None:
    assert send(server, url="https://localhost/desk a/ñ%2F?q=é&r=%C3%A9") == 200
    ((path, _, _),) = server.requests
    assert path == "/desk%20a/%C3%B1%2F?q=%C3%A9&r=%C3%A9"


def test_a_redirect_is_not_followed(server: Receiver) -> None:
    server.status, server.location = 307, _URL
    with pytest.raises(CallbackFailed, match="307"):
        send(server)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "kind"), [(500, CallbackFailed), (404, CallbackFailed), (410, CallbackRefused)]
)
def test_an_unsuccessful_response_is_reported(
    server: Receiver, status: int, kind: type[Exception]
) -> None:
    server.status = status
    with pytest.raises(kind, match=str(status)):
        send(server)


def test_a_receiver_that_hangs_is_left(server: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "_TIMEOUT_SECONDS", 0.2)
    server.pause_seconds = 1
    with pytest.raises(CallbackFailed, match="did not answer"):
        send(server)


def test_an_unknown_certificate_is_not_talked_to(server: Receiver) -> None:
    with pytest.raises(CallbackFailed, match="SSLCertVerificationError"):
        send(server, context=None)
    assert not server.requests


def test_an_inner_address_is_not_connected_to(server: Receiver) -> None:
    with pytest.raises(CallbackRefused, match="not public"):
        send(server, allow=is_public)
    assert not server.requests


def test_one_inner_address_among_others_is_enough(
    server: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolve(*_: object, **__: object) -> list[Any]:
        return [(2, 1, 6, "", (address, 443)) for address in ("93.184.216.34", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(CallbackRefused, match="not public"):
        send(server, allow=is_public)


def test_an_address_that_is_not_allowed_any_more_is_refused(server: Receiver) -> None:
    with pytest.raises(CallbackRefused, match="CallbackHosts"):
        post(_URL, b"{}", {}, (), context=server.trusting())
