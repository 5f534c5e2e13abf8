"""No stale, killed or embargoed text, a short run; ``python -m benchmarks.stories``."""

import json
import os
import warnings
from collections.abc import Iterator

import boto3
import pytest

from benchmarks import stories
from handlers import clock, notify, release, summarize
from handlers.api import service, storage


@pytest.fixture
def _as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The run sets the process's clock, pack and environment; afterwards they are as before."""
    for module, name in (
        (clock, "now"), (release, "_LONGEST_SECONDS"), (summarize, "open_configured_pack"),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, getattr(module, name))
    before = dict(os.environ)
    caches = (service.service, notify._service, summarize._service, storage._idempotent_store)
    for cache in caches:
        cache.cache_clear()
    with warnings.catch_warnings():
        yield
    for cache in caches:
        cache.cache_clear()
    os.environ.clear()
    os.environ.update(before)
    boto3.DEFAULT_SESSION = None


@pytest.mark.usefixtures("_as_before")
def test_nobody_reads_what_is_stale_killed_or_embargoed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert stories.main(["--sequences", "12", "--seed", "3", "--json"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert found["sequences"] == 12
    wrong = ("stale", "leaked", "undisclosed", "missing")
    assert {name: found[name] for name in wrong} == dict.fromkeys(wrong, 0)
    for name in ("versions", "kills", "embargoes", "approvals"):
        assert found[name] > 3
