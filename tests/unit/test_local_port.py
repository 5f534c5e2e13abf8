"""``make serve``: a port that is taken is said before anything is deployed."""

import socket

import pytest

from infra.local.__main__ import main
from infra.local.front import require_free


def test_a_taken_port_is_a_sentence_and_nothing_is_deployed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELETIPO_PACK", "no-such-pack")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 1
    said = capsys.readouterr().err
    # Had it begun, the unknown pack would have been said.
    assert said.startswith(f"Port {port} cannot be used")
    assert "make serve PORT=" in said


def test_a_free_port_is_free() -> None:
    require_free(0)
