"""``teletipo backfill``: have the articles below a prefix summarized, at a set rate."""

import argparse
import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cli.estimate import Load, Pace, measured_seconds, pace
from cli.stack import (
    OpsError,
    Stack,
    add_stack_command,
    add_yes,
    articles_address,
    ask,
    is_article,
    print_json,
)
from teletipo.options import parse_targets
from teletipo.progress import Progress, progress_display

_DONE, _SOMETHING_TO_DO = 0, 3
_LOOK_SECONDS = 2.0
_MIN_RATE, _MAX_RATE = 4, 60_000


def add_command(commands: Any) -> None:
    """Add ``backfill`` to the program's commands."""
    command = add_stack_command(
        commands, "backfill", _backfill, "summarize the back catalogue below a prefix"
    )
    command.add_argument("address", type=articles_address, metavar="s3://BUCKET/PREFIX")
    command.add_argument(
        "--since", type=_date, metavar="DATE", help="only articles stored on or after this day, UTC"
    )
    command.add_argument(
        "--languages",
        type=_tags,
        metavar="TAGS",
        help="of the stack's languages, only these: es,en",
    )
    command.add_argument(
        "--rate", type=_rate, help="articles a minute; default: the stack's BackfillRate"
    )
    add_yes(command)


def _tags(text: str) -> tuple[str, ...]:
    try:
        return parse_targets(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _rate(text: str) -> int:
    if not text.isdecimal() or not _MIN_RATE <= int(text) <= _MAX_RATE:
        raise argparse.ArgumentTypeError(f"'{text}' is not from {_MIN_RATE} to {_MAX_RATE:,}")
    return int(text)


def _date(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a date such as 2022-03-14") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@dataclass(frozen=True)
class _Plan:
    """What would be sent, and what that means."""

    prefix: str
    since: int
    targets: str
    objects: int
    """All below the prefix: folders, and what is older than ``since``, are read too."""
    articles: int
    bytes: int
    pace: Pace
    load: Load
    how_measured: str

    @property
    def input(self) -> Mapping[str, Any]:
        """The state machine's."""
        return {
            "prefix": self.prefix,
            "since": self.since,
            "targets": self.targets,
            "concurrency": self.pace.concurrency,
            "wait_seconds": self.pace.wait_seconds,
        }

    def document(self) -> dict[str, Any]:
        usd = self.load.usd()
        return {
            "prefix": self.prefix,
            "articles": self.articles,
            "bytes": self.bytes,
            "rate_per_minute": round(self.pace.per_minute, 2),
            "estimate": {
                "seconds": round(self.load.seconds),
                "usd": round(sum(usd.values()), 4),
                "usd_by_service": usd,
                "seconds_per_article": round(self.load.function_seconds, 3),
            },
        }

    def sentences(self) -> str:
        usd = sum(self.load.usd().values())
        lines = [
            f"{self.articles:,} articles, {self.bytes / 1e6:,.1f} MB.",
            f"About {_duration(self.load.seconds)} at {self.pace.per_minute:,.0f} articles a minute"
            f" and about {usd:,.2f} USD ({self.load.function_seconds:.1f} s an article: "
            f"{self.how_measured}).",
        ]
        if self.pace.per_minute > self.load.served_per_minute:
            lines.append(
                f"The functions summarize about {self.load.served_per_minute:,.0f} a minute: new "
                "articles will wait. Lower --rate, or raise MaximumConcurrency."
            )
        return "\n".join(lines)


def _backfill(stack: Stack, options: argparse.Namespace) -> int:
    plan = _plan(stack, options)
    if not options.json:
        print(plan.sentences(), flush=True)
    if options.dry_run or not plan.articles:
        if options.json:
            print_json({**plan.document(), "dry_run": options.dry_run})
        return _DONE
    client, machine = stack.client("stepfunctions"), stack.output("BackfillStateMachine")
    execution = _running(client, machine, plan)
    if execution is None:
        ask(options, "Start?")
        execution = client.start_execution(
            stateMachineArn=machine, input=json.dumps(plan.input, sort_keys=True)
        )["executionArn"]
    else:
        print(f"It is running already; following {execution}.", file=sys.stderr)
    try:
        with progress_display("Backfill") as progress:
            end = _follow(client, execution, plan.objects, progress)
    except KeyboardInterrupt:
        print(
            f"\n{execution} goes on. To follow it again, run the same command; to stop it: "
            f"aws stepfunctions stop-execution --execution-arn {execution}",
            file=sys.stderr,
        )
        raise
    return _report(stack, options, plan, execution, end)


# ---- before


def _plan(stack: Stack, options: argparse.Namespace) -> _Plan:
    bucket, prefix = options.address
    stack.require_articles_bucket(bucket)
    since = options.since.timestamp() if options.since else 0
    configuration = stack.client("lambda").get_function_configuration(
        FunctionName=stack.output("SummarizeFunction")
    )
    environment = configuration["Environment"]["Variables"]
    served = parse_targets(environment["TELETIPO_TARGETS"])
    targets = _targets(options.languages, served) if options.languages else ()
    objects = articles = size = 0
    with progress_display("Count") as progress:
        for objects, item in enumerate(stack.objects(bucket, prefix), 1):
            if is_article(item["Key"]) and item["LastModified"].timestamp() >= since:
                articles, size = articles + 1, size + item["Size"]
            if objects % 10_000 == 0:
                progress(f"{objects:,} objects", 0.0)
    rate = int(stack.output("BackfillRate")) if options.rate is None else options.rate
    chosen = pace(rate)
    measured = measured_seconds(environment.get("TELETIPO_PACK", ""))
    load = Load(
        articles,
        measured["article"],
        configuration["MemorySize"],
        _concurrency(stack),
        len(targets or served),
        chosen.per_minute,
        chosen.wait_seconds,
    )
    return _Plan(
        prefix, int(since), ",".join(targets), objects, articles, size, chosen, load,
        f"{measured['what']}, {measured['machine']}, {measured['measured']}",
    )  # fmt: skip


def _targets(found: tuple[str, ...], served: tuple[str, ...]) -> tuple[str, ...]:
    if unknown := [tag for tag in found if tag not in served]:
        raise OpsError(
            f"The stack does not summarize into {', '.join(unknown)}; it does into "
            f"{', '.join(served)} (parameter Languages)."
        )
    return found


def _concurrency(stack: Stack) -> int:
    (mapping,) = stack.intake()
    return int(mapping["ScalingConfig"]["MaximumConcurrency"])


def _running(client: Any, machine: str, plan: _Plan) -> str | None:
    """The execution that does this already. Raises ``OpsError`` if another one is running."""
    found = client.list_executions(stateMachineArn=machine, statusFilter="RUNNING")["executions"]
    for execution in found:
        arn = str(execution["executionArn"])
        given = json.loads(client.describe_execution(executionArn=arn)["input"])
        if given == plan.input:
            return arn
    if found:
        raise OpsError(
            f"Another backfill is running, {found[0]['executionArn']}; together they would exceed "
            "the rate. Wait for its end, or stop it."
        )
    return None


# ---- while it runs


def _follow(client: Any, execution: str, objects: int, progress: Progress) -> Mapping[str, Any]:
    """Show the progress until the execution ends; return how it did."""
    while True:
        found: Mapping[str, Any] = client.describe_execution(executionArn=execution)
        counts = _counts(client, execution)
        done = counts["succeeded"] + counts["failed"]
        progress(f"{done:,} of {objects:,} objects", min(1.0, done / objects))
        if found["status"] != "RUNNING":
            return {**found, "counts": counts}
        time.sleep(_LOOK_SECONDS)


def _counts(client: Any, execution: str) -> dict[str, int]:
    counts = {"succeeded": 0, "failed": 0}
    for run in client.list_map_runs(executionArn=execution)["mapRuns"]:
        items = client.describe_map_run(mapRunArn=run["mapRunArn"])["itemCounts"]
        counts["succeeded"] += items["succeeded"]
        counts["failed"] += items["failed"] + items["timedOut"] + items["aborted"]
    return counts


# ---- after


def _report(
    stack: Stack,
    options: argparse.Namespace,
    plan: _Plan,
    execution: str,
    end: Mapping[str, Any],
) -> int:
    counts, status = end["counts"], end["status"]
    written = json.loads(end.get("output") or "{}")
    place = written.get("ResultWriterDetails") if isinstance(written, dict) else None
    report = f"s3://{place['Bucket']}/{place['Key']}" if place else None
    if options.json:
        print_json({
            **plan.document(), "dry_run": False, "execution": execution, "status": status,
            **counts, "report": report,
        })  # fmt: skip
    else:
        print(f"{counts['succeeded']:,} objects were read, and the articles among them queued.")
        if counts["failed"]:
            print(f"{counts['failed']:,} could not be; run the same command again.")
        if report:
            print(f"Report: {report}")
    if status != "SUCCEEDED":
        cause = f" ({end.get('error')}: {end.get('cause')})" if end.get("error") else ""
        raise OpsError(f"The state machine ended as {status}{cause}: {execution}.")
    return _SOMETHING_TO_DO if counts["failed"] else _DONE


def _duration(seconds: float) -> str:
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:,.1f} {unit}"
    return f"{seconds:.0f} seconds"
