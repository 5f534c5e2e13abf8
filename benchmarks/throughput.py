"""Articles a minute through the local stack without faults, and after all workers are killed.

``python -m benchmarks.throughput [--articles N] [--workers N ...] [--pack fast|embedded] [--json]``

The articles wait in the queue before the workers begin. For each number of workers there is a run;
one more kills every worker with SIGKILL when half of the articles are done, and replaces them.
Plumbing is what the summarize function does besides the pipeline: S3, SQS, logs.
"""

import argparse
import json
import random
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.command import progress_unless, reports_errors
from benchmarks.fastpack import FastPack
from benchmarks.faults import EMBEDDED, Scale, _body, _jobs, _warm_up, _Workers
from infra.local.stack import LocalStack, local_stack
from models.build import prepare_pack
from models.settings import PackSettings

_LIMIT_SECONDS = 1_800


@dataclass(frozen=True)
class Run:
    """What one number of workers did."""

    workers: int
    articles: int
    articles_a_minute: float
    plumbing: float
    """Share of the function's time, 0 to 1."""
    killed_after: int | None = None
    """Summaries that were there when every worker was killed."""
    first_after_seconds: float | None = None
    """From the kill to the next summary."""
    all_after_seconds: float | None = None
    """From the kill to the last summary."""
    lost: int = 0
    doubled: int = 0


def run(
    articles: int, workers: int, pack_dir: Path, pack: Any, *, kills: bool, progress: Any
) -> Run:
    """Summarize the articles. Raises ``StackError``, ``ValueError`` if it takes too long."""
    scale = Scale() if pack else EMBEDDED
    if pack:
        _warm_up(pack)
    with local_stack(pack_dir, progress) as stack:
        jobs = [job for job in _jobs(stack, scale) if job.handler == "handlers.summarize.handler"]
        _store(stack, articles, jobs[0].queue_url)
        crew = _Workers(
            jobs, stack.endpoint_url, 1, pack, replace(scale, workers=workers), is_calm=True
        )
        killed_after: int | None = None
        first: float | None = None
        started = killed_at = time.monotonic()
        try:
            crew.replace_dead()
            while (done := _count(stack)) < articles:
                progress(f"{done} of {articles}", done / articles)
                if time.monotonic() - started > _LIMIT_SECONDS:
                    raise ValueError(f"Only {done} of {articles} articles were summarized.")
                if kills and killed_after is None and done >= articles / 2:
                    crew.kill_all()
                    killed_after, killed_at = _count(stack), time.monotonic()
                    crew.replace_dead()
                elif killed_after is not None and first is None and done > killed_after:
                    first = time.monotonic() - killed_at
                time.sleep(0.05)
            ended = time.monotonic()
        finally:
            crew.kill_all()
        return Run(
            workers=workers,
            articles=articles,
            articles_a_minute=round(60 * articles / (ended - started), 1),
            plumbing=round(crew.plumbing(), 4),
            killed_after=killed_after,
            first_after_seconds=None if first is None else round(first, 1),
            all_after_seconds=round(ended - killed_at, 1) if kills else None,
            lost=articles - _count(stack),
            doubled=_versions(stack) - articles,
        )


def _store(stack: LocalStack, articles: int, queue_url: str) -> None:
    """Store the articles, and wait until every notification is in the queue."""
    s3, sqs, random_ = stack.client("s3"), stack.client("sqs"), random.Random(1)  # noqa: S311
    for number in range(articles):
        s3.put_object(
            Bucket=stack.outputs["ArticlesBucket"],
            Key=f"articles/{number:05}.txt",
            Body=_body(number, random_),
            # Otherwise near-duplicates are versions of one story, which has one summary.
            Metadata={"guid": f"urn:throughput:{number}"},
        )
    name = "ApproximateNumberOfMessages"

    def queued() -> int:
        found = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=[name])
        return int(found["Attributes"][name])

    deadline = time.monotonic() + _LIMIT_SECONDS
    while queued() < articles:
        if time.monotonic() > deadline:
            raise ValueError("The notifications did not reach the queue.")
        time.sleep(0.1)


def _count(stack: LocalStack) -> int:
    pages = stack.client("s3").get_paginator("list_objects_v2")
    found = pages.paginate(Bucket=stack.outputs["SummariesBucket"], Prefix="summaries/")
    return sum(page["KeyCount"] for page in found)


def _versions(stack: LocalStack) -> int:
    pages = stack.client("s3").get_paginator("list_object_versions")
    found = pages.paginate(Bucket=stack.outputs["SummariesBucket"], Prefix="summaries/")
    return sum(len(page.get("Versions", [])) for page in found)


@reports_errors
def main(arguments: list[str] | None = None) -> int:
    """Run the command; exit code 1 if an article is lost or done twice."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--pack", choices=("fast", "embedded"), default="fast")
    parser.add_argument("--json", action="store_true", help="print one JSON array")
    chosen = parser.parse_args(arguments)
    with progress_unless(chosen.json, "throughput") as progress:
        directory = prepare_pack(PackSettings(), progress, "embedded")
        pack = FastPack() if chosen.pack == "fast" else None
        wanted = [(count, False) for count in chosen.workers] + [(max(chosen.workers), True)]
        runs = [
            run(chosen.articles, count, directory, pack, kills=kills, progress=progress)
            for count, kills in wanted
        ]
    if chosen.json:
        print(json.dumps([asdict(each) for each in runs]))
    else:
        for each in runs:
            print(json.dumps(asdict(each)))
    return 1 if any(each.lost or each.doubled for each in runs) else 0


if __name__ == "__main__":
    sys.exit(main())
