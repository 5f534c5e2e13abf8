"""A million articles and a hundred: time, cost, concurrency, and the quota that holds.

``python -m benchmarks.scale [--articles N ...] [--json] [--write docs/scale.md]``

The back catalogue is simulated minute by minute: the state machine queues articles at a rate,
Lambda adds executions, and they summarize in the measured time. ``--measure`` takes the time of
articles with a pack on this machine instead.
"""

import argparse
import json
import math
import re
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.command import reports_errors
from benchmarks.speed import QUEUE_BATCH
from cli.estimate import (
    DYNAMODB_PUTS,
    EVENTS,
    S3_GETS,
    S3_PUTS,
    SEND_BATCH,
    Load,
    measured_seconds,
    pace,
    prices,
)
from models.build import prepare_pack
from models.packs import open_pack
from models.settings import PackSettings
from teletipo.article import Source
from teletipo.options import SummaryOptions
from teletipo.pipeline import Request, summarize_articles
from teletipo.progress import progress_display

_ROOT = Path(__file__).parents[1]
_QUOTAS = Path(__file__).parent / "data" / "quotas.toml"
_ARTICLES = (1_000_000, 100_000_000)
_CONCURRENCY = (10, 100, 1000)
_MEMORY_MB = 3538
# Of what can be summarized, so that new articles hardly wait behind the old ones.
_SHARE = 0.9
_MAX_RATE = 60_000
_MEASURED = 4
_BEGIN, _END = "<!-- python -m benchmarks.scale --write -->", "<!-- end -->"


@cache
def quotas() -> Mapping[str, Mapping[str, Any]]:
    """AWS's quotas by name, each with ``limit``, ``what``, ``source`` and ``parameter``."""
    return tomllib.loads(_QUOTAS.read_text("utf-8"))


@dataclass(frozen=True)
class Limit:
    """What one quota or parameter allows."""

    name: str
    what: str
    articles_a_minute: float
    moved_by: str


def limits(seconds: float, concurrency: int) -> list[Limit]:
    """How many articles a minute each limit allows, the smallest first."""

    def quota(name: str, articles_a_second: float) -> Limit:
        found = quotas()[name]
        return Limit(name, found["what"], 60 * articles_a_second, found["parameter"])

    def limit(name: str) -> float:
        return float(quotas()[name]["limit"])

    batch_seconds = QUEUE_BATCH * seconds
    rate = Limit(
        "backfill_rate", "the largest BackfillRate", _MAX_RATE, "its MaxValue in template.yaml"
    )
    batches = Limit(
        "maximum_concurrency",
        f"MaximumConcurrency is {concurrency:,}",
        60 * concurrency / seconds,
        "MaximumConcurrency",
    )
    found = [
        batches,
        rate,
        quota("lambda_concurrency", limit("lambda_concurrency") / seconds),
        quota("sqs_in_flight", limit("sqs_in_flight") / batch_seconds),
        quota("map_children", limit("map_children") * SEND_BATCH / pace(_MAX_RATE).wait_seconds),
        quota("s3_gets", limit("s3_gets") / S3_GETS),
        quota("s3_puts", limit("s3_puts") / S3_PUTS),
        quota("dynamodb_partition", limit("dynamodb_partition") / DYNAMODB_PUTS),
        quota("dynamodb_table", limit("dynamodb_table") / DYNAMODB_PUTS),
        quota("eventbridge", limit("eventbridge") / (EVENTS - 1)),
    ]
    return sorted(found, key=lambda each: each.articles_a_minute)


@dataclass(frozen=True)
class Run:
    """A simulated back catalogue."""

    articles: int
    weights: str
    seconds_per_article: float
    maximum_concurrency: int
    articles_a_minute: int
    """The rate at which the state machine queues."""
    days: float
    usd: float
    usd_by_service: dict[str, float]
    executions: int
    """Of Lambda, at once, at most."""
    in_flight: int
    """Messages, at most."""
    waiting: int
    """Messages in the queue, at most."""
    wait_minutes: float
    """Of the message that waited longest."""
    runs: int
    """Of the state machine."""
    holds: Limit


def simulate(articles: int, weights: str, seconds: float, concurrency: int) -> Run:
    """Queue and summarize, minute by minute, until everything is done."""
    holds = limits(seconds, concurrency)[0]
    rate = max(4, math.floor(_SHARE * holds.articles_a_minute))
    chosen = pace(rate)
    per_execution = 60 / seconds
    # S3 and the others slow the functions down as they would.
    most = min(concurrency, math.ceil(holds.articles_a_minute / per_execution))
    growth = int(quotas()["lambda_growth"]["limit"])
    left, waiting, executions = float(articles), 0.0, 0.0
    minutes, peak, longest, busiest = 0, 0.0, 0.0, 0.0
    while left > 0 or waiting > 0:
        sent = min(left, chosen.per_minute)
        left -= sent
        waiting += sent
        wanted = min(float(most), waiting / per_execution)
        executions = min(wanted, executions + growth)
        peak, busiest = max(peak, waiting), max(busiest, executions)
        longest = max(longest, waiting / max(executions * per_execution, 1e-9) - 1)
        waiting -= min(waiting, executions * per_execution)
        if waiting < 1e-6:
            waiting = 0.0
        minutes += 1
        if executions == wanted and left > 2 * chosen.per_minute and waiting == 0:
            # Nothing changes any more: leap to the last minutes.
            leap = int(left // chosen.per_minute) - 1
            left -= leap * chosen.per_minute
            minutes += leap
    load = Load(
        articles, seconds, _MEMORY_MB, concurrency, 3, chosen.per_minute, chosen.wait_seconds
    )
    usd = load.usd()
    return Run(
        articles=articles,
        weights=weights,
        seconds_per_article=seconds,
        maximum_concurrency=concurrency,
        articles_a_minute=round(chosen.per_minute),
        days=round(minutes / 1440, 3),
        usd=round(sum(usd.values()), 2),
        usd_by_service=usd,
        executions=math.ceil(busiest),
        in_flight=math.ceil(busiest) * QUEUE_BATCH,
        waiting=math.ceil(peak),
        wait_minutes=round(max(longest, 0.0), 1),
        runs=math.ceil(articles / int(quotas()["map_items"]["limit"])),
        holds=holds,
    )


def measure(pack: Any) -> float:
    """Seconds an article in a batch as the queue gives it, on this machine, as the median of 3."""
    body = (_ROOT / "events" / "articles" / "es-desalinizadora.txt").read_bytes()
    requests = [
        Request(body, Source(f"articles/{number}.txt"), None) for number in range(_MEASURED)
    ]
    taken = []
    for _ in range(3):
        started = time.perf_counter()
        summarize_articles(requests, pack, SummaryOptions())
        taken.append((time.perf_counter() - started) / _MEASURED)
    return sorted(taken)[1]


def tables(runs: Sequence[Run]) -> Iterator[str]:
    """The pages' tables, in Markdown."""
    yield (
        "| articles | weights | `MaximumConcurrency` | rate, articles a minute | days | USD "
        "| USD per 1,000 | executions | messages in flight | limited by | how to raise the limit |"
    )
    yield "|---:|---|---:|---:|---:|---:|---:|---:|---:|---|---|"
    for run in runs:
        yield (
            f"| {run.articles:,} | {run.weights} | {run.maximum_concurrency:,} "
            f"| {run.articles_a_minute:,} | {run.days:,.1f} | {run.usd:,.0f} "
            f"| {1000 * run.usd / run.articles:.3f} | {run.executions:,} | {run.in_flight:,} "
            f"| {run.holds.what} | {run.holds.moved_by} |"
        )
    yield ""
    yield "Cost by service, US dollars:"
    yield ""
    services = list(runs[0].usd_by_service)
    yield "| articles | weights | " + " | ".join(services) + " |"
    yield "|---:|---|" + "---:|" * len(services)
    # Concurrency hardly changes the cost.
    for run in {(run.articles, run.weights): run for run in runs}.values():
        cells = " | ".join(f"{run.usd_by_service[name]:,.2f}" for name in services)
        yield f"| {run.articles:,} | {run.weights} | {cells} |"
    yield ""
    yield "What each limit allows, articles a minute:"
    yield ""
    weights = list(dict.fromkeys((run.weights, run.seconds_per_article) for run in runs))
    yield "| limit | " + " | ".join(name for name, _ in weights) + " | how to raise the limit |"
    yield "|---|" + "---:|" * len(weights) + "---|"
    by_name = [{limit.name: limit for limit in limits(seconds, 1000)} for _, seconds in weights]
    for name, limit in by_name[0].items():
        cells = " | ".join(f"{each[name].articles_a_minute:,.0f}" for each in by_name)
        yield f"| {limit.what} | {cells} | {limit.moved_by} |"
    yield ""
    yield "Prices, and the day on which the page named them:"
    yield ""
    yield "| price | USD | page | day |"
    yield "|---|---:|---|---|"
    for price in prices().values():
        usd = f"{price['usd']:.10f}".rstrip("0")
        yield f"| {price['what']} | {usd} | <{price['source']}> | {price['seen']} |"
    yield ""
    yield "Quotas:"
    yield ""
    yield "| quota | default | page |"
    yield "|---|---:|---|"
    for found in quotas().values():
        yield f"| {found['what']} | {found['limit']:,} | <{found['source']}> |"


def write(path: Path, lines: Sequence[str]) -> None:
    """Replace what is between the page's two marks."""
    text = path.read_text("utf-8")
    pattern = re.compile(f"{re.escape(_BEGIN)}.*{re.escape(_END)}", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"{path} has no marks '{_BEGIN}' and '{_END}'.")
    body = "\n".join([_BEGIN, *lines, _END])
    path.write_text(pattern.sub(lambda _: body, text), "utf-8")


def measured_runs(articles: Sequence[int] = _ARTICLES) -> list[Run]:
    """A run for each number of articles, each kind of weights and each concurrency."""
    return [
        simulate(count, weights, measured_seconds(weights)["article"], concurrency)
        for count in articles
        for weights in ("embedded", "random")
        for concurrency in _CONCURRENCY
    ]


@reports_errors
def main(arguments: list[str] | None = None) -> int:
    """Run the command; exit code 1 if a pack or a file is at fault."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--articles", type=int, nargs="+", default=list(_ARTICLES))
    parser.add_argument("--measure", metavar="PACK", help="take this machine's time with a pack")
    parser.add_argument("--json", action="store_true", help="print one JSON array")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the tables into a page")
    chosen = parser.parse_args(arguments)
    if min(chosen.articles) < 1:
        parser.error("--articles are at least 1")
    if chosen.measure:
        with progress_display("scale") as progress:
            directory = prepare_pack(PackSettings(), progress, chosen.measure)
            progress("measuring", 0.5)
            seconds = measure(open_pack(directory))
        runs = [
            simulate(count, f"{chosen.measure}, here", seconds, concurrency)
            for count in chosen.articles
            for concurrency in _CONCURRENCY
        ]
    else:
        runs = measured_runs(chosen.articles)
    if chosen.json:
        print(json.dumps([asdict(run) for run in runs]))
    elif chosen.write:
        write(chosen.write, list(tables(runs)))
    else:
        print("\n".join(tables(runs)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
