"""Latency of the API under load, and its start time: ``python -m benchmarks.api``.

Concurrent clients post articles, poll, read a summary and list articles, against template.yaml in
the local emulator. No model runs: the summarize function's queue is disabled after one article, and
clients read that article's summary. The output has the function's own times, from its log, and the
clients' times, which include the emulator.

The package is built like ``sam build`` does, but for this machine. Each start time is the median of
several fresh interpreters with only the package on their path.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import urllib3

from benchmarks.command import reports_errors
from infra.local.stack import LocalStack, StackError, local_stack
from models.build import prepare_pack
from models.settings import PackSettings
from teletipo.progress import progress_display

_ROOT = Path(__file__).parents[1]
_ARTICLE = _ROOT / "events" / "articles" / "en-heatwave-trains.txt"
_POLLS = 2
_START_RUNS = 5
_MEGABYTE = 1_000_000
_UNLIMITED = {"RequestsPerSecond": "100000", "RequestBurst": "100000"}
_START = "import handlers.api; handlers.api._warm_up()"
# Settings that the function requires to start; none of these resources is used.
ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "TELETIPO_ARTICLES_BUCKET": "articles",
    "TELETIPO_SUMMARIES_BUCKET": "summaries",
    "TELETIPO_INDEX_TABLE": "index",
    "TELETIPO_IDEMPOTENCY_TABLE": "idempotency",
    "TELETIPO_PACK": "embedded",
    "TELETIPO_TARGETS": "es,en",
    "TELETIPO_MAX_ARTICLE_BYTES": "1000000",
}


@dataclass(frozen=True)
class Latency:
    """Latencies of one kind of request, in milliseconds."""

    request: str
    count: int
    p50: float
    p95: float
    p99: float


@dataclass(frozen=True)
class Load:
    """The results of one load test."""

    clients: int
    requests: int
    errors: int
    requests_per_second: float
    function: list[Latency]
    """From the function's log."""
    client: list[Latency]
    """Measured by the clients, so with the emulator's API Gateway and the connection."""


@dataclass(frozen=True)
class Package:
    """The package of the zip functions. Sizes in MB (10^6 bytes), times in seconds."""

    unzipped: float
    start: float
    """Imports and clients, with bytecode; the interpreter's own start is subtracted."""
    start_not_compiled: float


def load(stack: LocalStack, done: str, clients: int, rounds: int) -> Load:
    """Run ``rounds`` of post, poll, read the summary ``done`` and list in each client.

    One unmeasured round runs first, so that the functions' processes have started.
    """
    pool = urllib3.PoolManager(maxsize=clients, headers={"x-api-key": stack.api_key()})
    body = _ARTICLE.read_bytes()
    times: dict[str, list[float]] = defaultdict(list)
    errors: list[str] = []

    def ask(name: str, status: int, method: str, path: str, **options: Any) -> dict[str, Any]:
        started = time.perf_counter()
        response = pool.request(method, f"{stack.api_url}/{path}", retries=False, **options)
        times[name].append((time.perf_counter() - started) * 1000)
        if response.status != status:
            errors.append(f"{name}: {response.status}")
        return dict(json.loads(response.data))

    def client(rounds: int) -> None:
        for _ in range(rounds):
            posted = ask("post", 202, "POST", "summaries?targets=en", body=body)
            for _ in range(_POLLS):
                ask("poll", 202, "GET", f"summaries/{posted.get('id')}")
            ask("read", 200, "GET", f"summaries/{done}")
            ask("list", 200, "GET", "summaries?limit=20")

    with ThreadPoolExecutor(clients) as threads:
        list(threads.map(client, [1] * clients))
        times.clear()
        since = datetime.now(UTC)
        started = time.perf_counter()
        list(threads.map(client, [rounds] * clients))
    seconds = time.perf_counter() - started
    count = sum(map(len, times.values()))
    for error in sorted(set(errors)):
        print(f"error: {error} ({errors.count(error)} times)", file=sys.stderr)
    return Load(
        clients,
        count,
        len(errors),
        round(count / seconds, 1),
        [_latency(name, found) for name, found in _logged(stack, since).items()],
        [_latency(name, found) for name, found in times.items()],
    )


def first_summary(stack: LocalStack) -> str:
    """Summarize one article, disable the queue, return the article's id. Raises ``StackError``."""
    response = urllib3.request(
        "POST",
        f"{stack.api_url}/summaries?targets=en",
        body=_ARTICLE.read_bytes(),
        headers={"x-api-key": stack.api_key(), "Prefer": "wait=25"},
        timeout=60,
    )
    if response.status != 200:
        raise StackError(f"Posting the first article returned {response.status}.")
    functions = stack.client("lambda")
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        if "SummarizeFunction" in mapping["FunctionArn"]:
            functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    return str(json.loads(response.data)["id"])


def _log_groups(stack: LocalStack) -> list[str]:
    groups = stack.client("logs").describe_log_groups()["logGroups"]
    return [group["logGroupName"] for group in groups if "ApiLogs" in group["logGroupName"]]


def _logged(stack: LocalStack, since: datetime) -> dict[str, list[float]]:
    """Return the function's milliseconds by request, from its log."""
    found: dict[str, list[float]] = defaultdict(list)
    logs = stack.client("logs")
    for group in _log_groups(stack):
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group):
            for line in _answers(page["events"], since):
                names = {202: "poll", 200: "read"}
                name = {"POST /summaries": "post", "GET /summaries": "list"}.get(
                    f"{line['method']} {line['resource']}", names.get(line["status"], "other")
                )
                found[name].append(float(line["milliseconds"]))
    return found


def _answers(events: Sequence[Any], since: datetime) -> Iterator[dict[str, Any]]:
    for event in events:
        if '"message":"Answered"' in event["message"]:
            line = json.loads(event["message"])
            if datetime.strptime(line["timestamp"], "%Y-%m-%d %H:%M:%S,%f%z") >= since:
                yield line


def _latency(name: str, milliseconds: Sequence[float]) -> Latency:
    cuts = statistics.quantiles(milliseconds, n=100, method="inclusive")
    p50, p95, p99 = (round(cuts[percent - 1], 1) for percent in (50, 95, 99))
    return Latency(name, len(milliseconds), p50, p95, p99)


def package() -> Package:
    """Build the package for this machine and measure its start. Raises ``StackError``."""
    with tempfile.TemporaryDirectory() as directory:
        target = Path(directory) / "package"
        built = subprocess.run(
            [_ROOT / "infra" / "zip" / "install.sh", target,
             f"manylinux2014_{platform.machine()}"],
            env={**os.environ, "PYTHON": sys.executable,
                 "LAMBDA_PYTHON": f"{sys.version_info.major}.{sys.version_info.minor}"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if built.returncode:
            raise StackError(f"Building the package failed:\n{built.stderr[-2000:]}")
        size = sum(file.stat().st_size for file in target.rglob("*") if file.is_file())
        nothing = _seconds("pass", {})
        compiled = {**ENVIRONMENT, "PYTHONPATH": str(target)}
        fresh = {**compiled, "PYTHONPYCACHEPREFIX": directory, "PYTHONDONTWRITEBYTECODE": "1"}
        return Package(
            round(size / _MEGABYTE, 1),
            round(_seconds(_START, compiled) - nothing, 2),
            round(_seconds(_START, fresh) - nothing, 2),
        )


def _seconds(code: str, environment: dict[str, str]) -> float:
    times = []
    for _ in range(_START_RUNS):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-S", "-c", code], env=environment, check=True)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


@reports_errors
def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 measured, 1 a request failed or no stack came up, 2 wrong usage."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.api",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--clients", type=int, default=50, help="default: %(default)s")
    parser.add_argument(
        "--rounds", type=int, default=5, help="rounds of each client; default: %(default)s"
    )
    parser.add_argument(
        "--no-package", action="store_true", help="do not measure the package's size and start"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    if options.clients < 1 or options.rounds < 1:
        parser.error("--clients and --rounds must be at least 1")
    with progress_display("API") as progress:
        progress("building the package", 0.1)
        built = None if options.no_package else package()
        pack_dir = prepare_pack(PackSettings.load(), progress)
        with local_stack(pack_dir, progress, parameters=lambda _: _UNLIMITED) as stack:
            done = first_summary(stack)
            progress("one client", 0.5)
            alone = load(stack, done, 1, 4 * options.rounds)
            progress(f"{options.clients} clients", 0.6)
            found = load(stack, done, options.clients, options.rounds)
    if options.json:
        document = {
            "alone": asdict(alone),
            "load": asdict(found),
            "package": built and asdict(built),
        }
        print(json.dumps(document, indent=2))
    else:
        _print(alone)
        _print(found)
        if built:
            print(f"package: {built.unzipped} MB; starts in {built.start} s, "
                  f"{built.start_not_compiled} s without bytecode")  # fmt: skip
    return 1 if found.errors or alone.errors else 0


def _print(found: Load) -> None:
    print(f"{found.requests} requests by {found.clients} clients, {found.errors} errors, "
          f"{found.requests_per_second} per second")  # fmt: skip
    print(f"{'milliseconds':24}{'count':>7}{'p50':>9}{'p95':>9}{'p99':>9}")
    for side, rows in (("function", found.function), ("client", found.client)):
        for row in sorted(rows, key=lambda row: row.request):
            name = f"{side}: {row.request}"
            print(f"{name:24}{row.count:7}{row.p50:9.1f}{row.p95:9.1f}{row.p99:9.1f}")


if __name__ == "__main__":
    sys.exit(main())
