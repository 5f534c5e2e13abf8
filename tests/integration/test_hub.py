"""Downloads from the hub: pinned, locked, resumed, with clear errors."""

import hashlib
import json
import pickle
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import torch

from models.converters import hub as hub_converter
from models.hub import Snapshot, pull
from models.manifest import HubOrigin
from teletipo.errors import HubError, LockMismatch, UnsupportedModel
from tests.conftest import ROOT, silent
from tests.hub_models import marian
from tests.hub_packs import tiny_entry

_MAIN, _CONVERTED = "a" * 40, "b" * 40
_REPOSITORY = "tiny/marian"
_FILES = ("config.json", "source.spm", "target.spm", "tokenizer_config.json", "vocab.json")


@dataclass
class Hub:
    """A model hub on loopback with one repository; it records the requests."""

    commits: dict[str, dict[str, bytes]]
    pull_request_author: str | None = None
    break_off_after: int | None = None
    """The next download of weights breaks off after this many bytes."""
    requests: list[tuple[str, str | None]] = field(default_factory=list)
    url: str = ""

    def file(self, revision: str, name: str) -> bytes | None:
        return self.commits.get(revision, {}).get(name)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        path = self.path.partition("?")[0]
        self.hub.requests.append((path, self.headers.get("Range")))
        if match := re.fullmatch(rf"/api/models/{_REPOSITORY}/tree/([^/]+)", path):
            files = self.hub.commits.get(match[1])
            if files is None:
                self._send(404, b"{}", {"X-Error-Code": "RevisionNotFound"})
                return
            entries = [
                {"type": "file", "path": name, "size": len(body), "oid": _digest(body)[:40]}
                for name, body in files.items()
            ]
            self._json(entries)
        elif path == f"/api/models/{_REPOSITORY}/discussions":
            self._json(self._discussions())
        elif path == f"/api/models/{_REPOSITORY}/revision/refs%2Fpr%2F1":
            self._json({"id": _REPOSITORY, "sha": _CONVERTED, "siblings": []})
        elif match := re.fullmatch(rf"/{_REPOSITORY}/resolve/([^/]+)/(.+)", path):
            self._file(match[1], match[2])
        else:
            self._send(404, b"{}", {"X-Error-Code": "RepoNotFound"})

    def _discussions(self) -> dict[str, object]:
        author = self.hub.pull_request_author
        discussions = [
            {
                "num": 1,
                "title": "Adding `safetensors` variant of this model",
                "author": {"name": author},
                "status": "open",
                "isPullRequest": True,
                "createdAt": "2023-01-01T00:00:00.000Z",
                "repo": {"name": _REPOSITORY, "type": "model"},
            }
        ]
        return {
            "discussions": discussions if author else [],
            "count": len(discussions) if author else 0,
            "start": 0,
        }

    def _file(self, revision: str, name: str) -> None:
        body = self.hub.file(revision, name)
        if body is None:
            self._send(404, b"", {"X-Error-Code": "EntryNotFound"})
            return
        headers = {"ETag": f'"{_digest(body)}"', "X-Repo-Commit": revision}
        start = 0
        if match := re.match(r"bytes=(\d+)-", self.headers.get("Range") or ""):
            start = int(match[1])
        status = 206 if start else 200
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
        cut = self.hub.break_off_after
        if self.command == "GET" and cut is not None and name.endswith(".safetensors"):
            self.hub.break_off_after = None
            self._send(status, body[start:], headers, only=cut)
        else:
            self._send(status, body[start:], headers)

    def _json(self, value: object) -> None:
        self._send(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def _send(
        self, status: int, body: bytes, headers: dict[str, str], only: int | None = None
    ) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body[:only])
        if only is not None:
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: object) -> None: ...


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A tiny Marian model's files, safetensors and pickle both."""
    directory = tmp_path_factory.mktemp("repository")
    marian(directory)
    safetensors = (directory / "model.safetensors").read_bytes()
    marian(directory, pickled=True)
    files = {path.name: path.read_bytes() for path in directory.iterdir()}
    return {**files, "model.safetensors": safetensors, "README.md": b"# not wanted"}


@pytest.fixture
def hub(repository: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    state = Hub({_MAIN: dict(repository)})
    handler = type("Handler", (_Handler,), {"hub": state})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", state.url)
    monkeypatch.setattr(
        "huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE",
        state.url + "/{repo_id}/resolve/{revision}/{filename}",
    )
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    yield state
    server.shutdown()
    server.server_close()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "catalog.lock"


def origin(revision: str = _MAIN, files: tuple[str, ...] = _FILES) -> HubOrigin:
    return HubOrigin(repository=_REPOSITORY, revision=revision, files=files)


def without(files: dict[str, bytes], *names: str) -> dict[str, bytes]:
    return {name: body for name, body in files.items() if name not in names}


def fetched(hub: Hub) -> set[str]:
    return {path.rsplit("/", 1)[1] for path, _ in hub.requests if "/resolve/" in path}


def test_only_the_wanted_files_come_and_what_came_is_locked(
    hub: Hub, tmp_path: Path, lock: Path
) -> None:
    snapshot = pull(origin(), tmp_path, silent, lock)
    assert fetched(hub) == {*_FILES, "model.safetensors"}
    assert [path.name for path in snapshot.weights] == ["model.safetensors"]
    entry = json.loads(lock.read_text())[_REPOSITORY]
    assert entry["revision"] == entry["weights_revision"] == _MAIN
    weights = hub.commits[_MAIN]["model.safetensors"]
    assert entry["weights"]["model.safetensors"] == {
        "sha256": _digest(weights),
        "size": len(weights),
    }
    assert snapshot.sha256 == _digest(weights)


def test_what_is_there_and_locked_is_not_asked_for_again(
    hub: Hub, tmp_path: Path, lock: Path
) -> None:
    first = pull(origin(), tmp_path, silent, lock)
    hub.requests.clear()
    assert pull(origin(), tmp_path, silent, lock) == first
    assert hub.requests == []


def test_a_conversion_that_the_hub_offers_is_taken_before_a_pickle(
    hub: Hub, tmp_path: Path, lock: Path
) -> None:
    hub.commits[_CONVERTED] = {"model.safetensors": hub.commits[_MAIN]["model.safetensors"]}
    hub.commits[_MAIN] = without(hub.commits[_MAIN], "model.safetensors")
    hub.pull_request_author = "SFconvertbot"
    snapshot = pull(origin(), tmp_path, silent, lock)
    assert [path.name for path in snapshot.weights] == ["model.safetensors"]
    entry = json.loads(lock.read_text())[_REPOSITORY]
    assert (entry["revision"], entry["weights_revision"]) == (_MAIN, _CONVERTED)
    assert "pytorch_model.bin" not in fetched(hub)


def test_somebody_elses_conversion_is_not_taken(hub: Hub, tmp_path: Path, lock: Path) -> None:
    hub.commits[_CONVERTED] = {"model.safetensors": b"hostile"}
    hub.commits[_MAIN] = without(hub.commits[_MAIN], "model.safetensors")
    hub.pull_request_author = "mallory"
    snapshot = pull(origin(), tmp_path, silent, lock)
    assert [path.name for path in snapshot.weights] == ["pytorch_model.bin"]


def test_a_pickle_is_rewritten_for_good(hub: Hub, tmp_path: Path, lock: Path) -> None:
    hub.commits[_MAIN] = without(hub.commits[_MAIN], "model.safetensors")
    snapshot = pull(origin(), tmp_path, silent, lock)
    output = tmp_path / "converted"
    output.mkdir()
    hub_converter.convert(
        "marian", tiny_entry("marian"), snapshot, output, "transformers", "float32", silent
    )
    assert (output / "model.safetensors").exists()
    assert not list(output.glob("*.bin"))


def test_a_pickle_with_a_program_in_it_is_not_read(tmp_path: Path) -> None:
    marian(tmp_path)
    fired = tmp_path / "fired"

    class Bomb:
        def __reduce__(self) -> tuple[object, tuple[object, ...]]:
            return Path.touch, (fired,)

    weights = tmp_path / "pytorch_model.bin"
    torch.save({"weight": Bomb()}, weights, pickle_module=pickle)
    output = tmp_path / "converted"
    output.mkdir()
    with pytest.raises(UnsupportedModel, match=r"pytorch_model\.bin"):
        hub_converter.convert(
            "marian",
            tiny_entry("marian"),
            Snapshot(tmp_path, (weights,), "0"),
            output,
            "ctranslate2",
            "float32",
            silent,
        )
    assert not fired.exists()


def test_a_download_that_broke_off_goes_on_where_it_stopped(
    hub: Hub, tmp_path: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The client keeps parts of 10 MB, more than this model has.
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", 4_000)
    hub.break_off_after = 20_000
    shares: list[float] = []
    pull(origin(), tmp_path, lambda step, share: shares.append(share), lock)
    ranges = [range_ for path, range_ in hub.requests if path.endswith("safetensors") and range_]
    assert any(range_.startswith("bytes=20000-") for range_ in ranges), ranges
    assert max(shares) > 0.5


def test_other_bytes_than_the_lock_says_are_refused_and_named(
    hub: Hub, tmp_path: Path, lock: Path
) -> None:
    pull(origin(), tmp_path / "one", silent, lock)
    weights = hub.commits[_MAIN]["model.safetensors"]
    hub.commits[_MAIN]["model.safetensors"] = weights[:-1] + bytes([weights[-1] ^ 1])
    with pytest.raises(LockMismatch, match=r"model\.safetensors.*catalog\.lock"):
        pull(origin(), tmp_path / "two", silent, lock)


def test_a_file_that_was_damaged_on_disk_is_found_at_the_next_pull(
    hub: Hub, tmp_path: Path, lock: Path
) -> None:
    snapshot = pull(origin(), tmp_path, silent, lock)
    path = snapshot.directory / "vocab.json"
    path.resolve().write_bytes(b"{}")
    with pytest.raises(LockMismatch, match=r"vocab\.json.*delete it"):
        pull(origin(), tmp_path, silent, lock)


def test_a_lock_file_that_cannot_be_read_is_said(hub: Hub, tmp_path: Path, lock: Path) -> None:
    lock.write_text("{half")
    with pytest.raises(LockMismatch, match="restore it"):
        pull(origin(), tmp_path, silent, lock)


def test_another_revision_in_the_catalogue_is_a_new_pull(
    hub: Hub, tmp_path: Path, lock: Path
) -> None:
    pull(origin(), tmp_path, silent, lock)
    hub.commits["c" * 40] = {**hub.commits[_MAIN], "config.json": b'{"model_type": "marian"}'}
    pull(origin("c" * 40), tmp_path, silent, lock)
    assert json.loads(lock.read_text())[_REPOSITORY]["revision"] == "c" * 40


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (origin("d" * 40), "models/catalog.toml"),
        (origin(files=("config.json", "nonesuch.json")), "nonesuch.json"),
    ],
)
def test_what_the_hub_does_not_have_is_named(
    hub: Hub, tmp_path: Path, lock: Path, wanted: HubOrigin, message: str
) -> None:
    with pytest.raises(HubError, match=re.escape(message)):
        pull(wanted, tmp_path, silent, lock)
    assert not lock.exists()


def test_a_repository_without_weights_is_refused(hub: Hub, tmp_path: Path, lock: Path) -> None:
    hub.commits[_MAIN] = without(hub.commits[_MAIN], "model.safetensors", "pytorch_model.bin")
    with pytest.raises(HubError, match="neither"):
        pull(origin(), tmp_path, silent, lock)


@pytest.mark.parametrize("offline", ["0", "1"])
def test_the_command_says_what_to_do_where_there_is_no_hub(tmp_path: Path, offline: str) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "models", "pull", "opus", "--lock", tmp_path / "lock"],
        cwd=ROOT,
        env={
            "HF_ENDPOINT": "http://127.0.0.1:9",
            "HF_HUB_OFFLINE": offline,
            "TELETIPO_CACHE_DIR": str(tmp_path),
            "HOME": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "HF_HUB_OFFLINE" in result.stderr
    assert "Helsinki-NLP/opus-mt-es-en" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_hub_that_never_answers_is_given_up_with_one_sentence(tmp_path: Path) -> None:
    # It takes connections and says nothing; its client alone would try for minutes.
    with socket.create_server(("127.0.0.1", 0)) as silent_hub:
        result = subprocess.run(
            [sys.executable, "-m", "models", "pull", "opus", "--lock", tmp_path / "lock"],
            cwd=ROOT,
            env={
                "HF_ENDPOINT": f"http://127.0.0.1:{silent_hub.getsockname()[1]}",
                "TELETIPO_CACHE_DIR": str(tmp_path),
                "HOME": str(tmp_path),
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )
    assert result.returncode == 1
    said = result.stderr.splitlines()[-1]
    assert "does not answer" in said
    assert said.count(". ") == 0


def test_a_pull_of_what_needs_no_hub_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from models.__main__ import main

    monkeypatch.setenv("TELETIPO_CACHE_DIR", str(tmp_path))
    assert main(["pull", "embedded"]) == 0
    assert "nothing from the hub" in capsys.readouterr().out
