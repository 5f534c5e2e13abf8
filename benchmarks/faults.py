"""Nothing is lost: articles through the local stack while everything fails.

``python -m benchmarks.faults --articles N --seed S [--json]``

The template is deployed to the emulator, on loopback only. Workers poll its queues as Lambda does
and run the real handlers, with a seeded layer of faults below their boto3 clients
(benchmarks/chaos.py). Articles are changed, deleted and restored under way; some kill every worker
that begins them. In the end every article's newest version must have exactly one answer, the same
as without faults, and only the last kind may be in the dead-letter queue.

The waiting times of the template (minutes) are seconds here; how they compare stays the same.
"""

import argparse
import contextlib
import importlib
import json
import logging
import multiprocessing
import os
import random
import signal
import sys
import threading
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import RawArray
from pathlib import Path
from typing import Any

import boto3
import botocore.session

from benchmarks.chaos import KINDS, Chaos, Fault
from benchmarks.command import print_result, progress_unless, reports_errors
from benchmarks.fastpack import FastPack
from handlers import batches, summarize
from handlers.s3 import trace_of_version
from infra.local.stack import CREDENTIALS, LocalStack, local_stack
from models.build import prepare_pack
from models.packs import open_pack
from models.settings import PackSettings
from teletipo.article import Source
from teletipo.errors import Rejection
from teletipo.keys import rejection_key, summary_key
from teletipo.options import SummaryOptions, parse_targets
from teletipo.pipeline import summarize_article
from teletipo.summary import RejectionDocument, Summary

_ROOT = Path(__file__).parents[1]
_SAMPLES = ("es-desalinizadora.txt", "en-heatwave-trains.txt", "zh-metro.txt")
_BAD = (b"", b"World\n\nBack to top button\n", b'{"a": 1}', "俄罗斯否认了".encode("gb18030") * 9)
_BOMBS = (b"KILLS ITS WORKER", b"NEVER ENDS", b"NEEDS ALL MEMORY")
# How likely a worker dies in one batch, and how likely an event comes twice or late.
_KILLED, _UNACKNOWLEDGED, _TWICE, _LATE = 0.06, 0.02, 0.03, 0.03


@dataclass(frozen=True)
class Scale:
    """How long things take, in seconds, and how many do them."""

    function: int = 5
    """The function's time-out: the template's 120."""
    hidden: int = 8
    """How long a received message is hidden: the template's 720."""
    article: float = 1
    """What an article is expected to take."""
    drain: float = 120
    """How long the queues may take to become empty, and for each article besides."""
    drain_article: float = 1
    workers: int = 4


EMBEDDED = Scale(function=120, hidden=130, article=25, drain=900, drain_article=30, workers=2)
"""With real models, whose threads also need the cores."""


@dataclass(frozen=True)
class Result:
    """What became of the articles."""

    articles: int
    versions: int
    summarized: int
    rejected: int
    deleted: int
    dead_letter: int
    """Distinct articles in the dead-letter queue."""
    lost: int
    """Articles whose newest version has no answer and no dead letter, or a dead letter unearned."""
    doubled: int
    """Articles with two answers at once, or whose newest version's answer was written twice."""
    half_written: int
    """Answers that do not validate, or differ from a run without faults."""
    stale: int
    """Answers or rows of the list that are not the newest version's."""
    faults: dict[str, int]
    seconds: float

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.doubled or self.half_written or self.stale)


@dataclass
class _Article:
    """An article and what will be done to it, in order."""

    key: str
    metadata: Mapping[str, str]
    steps: list[Callable[["_Feeder", "_Article"], None]]
    kind: Fault | None = None
    versions: list[tuple[str, bytes]] = field(default_factory=list)
    """The stored versions that still exist, oldest first."""
    is_deleted: bool = False
    marker: str | None = None
    stored: int = 0


class _Feeder:
    """Stores the articles with a client that does not fail."""

    def __init__(self, s3: Any, bucket: str, chaos: Chaos) -> None:
        self.s3, self.bucket, self.chaos = s3, bucket, chaos

    def put(self, article: _Article, body: bytes) -> None:
        response = self.s3.put_object(
            Bucket=self.bucket, Key=article.key, Body=body, Metadata=dict(article.metadata)
        )
        article.versions.append((response["VersionId"], body))
        article.stored += 1
        if article.stored > 1:
            self.chaos.count(Fault.NEW_VERSION)

    def delete(self, article: _Article) -> None:
        response = self.s3.delete_object(Bucket=self.bucket, Key=article.key)
        article.marker, article.is_deleted = response["VersionId"], True
        self.chaos.count(Fault.DELETED)

    def restore(self, article: _Article) -> None:
        self.s3.delete_object(Bucket=self.bucket, Key=article.key, VersionId=article.marker)
        article.is_deleted = False
        self.chaos.count(Fault.RESTORED)

    def remove_newest(self, article: _Article) -> None:
        version_id, _ = article.versions.pop()
        self.s3.delete_object(Bucket=self.bucket, Key=article.key, VersionId=version_id)
        self.chaos.count(Fault.VERSION_REMOVED)


def _plan(count: int, random_: random.Random) -> list[_Article]:
    return [_planned(number, random_) for number in range(count)]


def _planned(number: int, random_: random.Random) -> _Article:
    key = f"articles/{number % 7}/{number:05}.txt"
    targets = random_.choice(("en", "es,en", ""))
    # Without a guid, the samples with other figures would be updates of each other.
    metadata = {"guid": f"urn:faults:{number}", **({"targets": targets} if targets else {})}
    article = _Article(key, metadata, [])

    def put(bad: float = 0.1) -> Callable[[_Feeder, _Article], None]:
        body = random_.choice(_BAD) if random_.random() < bad else _body(number, random_)
        return lambda feeder, article: feeder.put(article, body)

    if number % 100 == 50:
        bomb = _BOMBS[number // 100 % len(_BOMBS)]
        article.kind = Fault.BOMB
        article.steps = [lambda feeder, article: feeder.put(article, bomb)]
        return article
    drawn = random_.random()
    if drawn < 0.70:
        article.steps = [put()]
    elif drawn < 0.85:
        article.steps = [put() for _ in range(random_.randint(2, 4))]
    elif drawn < 0.90:
        article.steps = [put(), _Feeder.delete]
    elif drawn < 0.95:
        article.steps = [put(), _Feeder.delete, _Feeder.restore]
    else:
        article.steps = [put(), put(), _Feeder.remove_newest]
    return article


def _body(number: int, random_: random.Random) -> bytes:
    sample = (_ROOT / "events" / "articles" / random_.choice(_SAMPLES)).read_text("utf-8")
    # Another figure makes another article, and another version.
    return sample.replace("1", str(random_.randint(2, 9)), 1 + number % 5).encode()


def _feed(articles: Sequence[_Article], feeder: _Feeder, random_: random.Random) -> Iterator[None]:
    """Take the steps: an article's in order, and those of different articles mixed."""
    waiting = list(articles)
    under_way: list[_Article] = []
    while waiting or under_way:
        if waiting and (len(under_way) < 20 or random_.random() < 0.5):
            under_way.append(waiting.pop(0))
        article = random_.choice(under_way)
        article.steps.pop(0)(feeder, article)
        if not article.steps:
            under_way.remove(article)
        yield


@dataclass(frozen=True)
class _Job:
    """What a worker polls, and whose handler it runs."""

    queue_url: str
    queue_arn: str
    handler: str
    batch_size: int
    environment: Mapping[str, str]


def _jobs(stack: LocalStack, scale: Scale = Scale()) -> list[_Job]:
    """The template's event sources. The emulator's own polling of them is turned off."""
    functions, sqs = stack.client("lambda"), stack.client("sqs")
    jobs = []
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
        found = functions.get_function_configuration(FunctionName=mapping["FunctionArn"])
        arn = mapping["EventSourceArn"]
        url = sqs.get_queue_url(QueueName=arn.rsplit(":", 1)[-1])["QueueUrl"]
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(scale.hidden)})
        environment = found["Environment"]["Variables"]
        jobs.append(_Job(url, arn, found["Handler"], mapping["BatchSize"], environment))
    return jobs


class _Context:
    """What Lambda hands to a handler."""

    memory_limit_in_mb = 3538
    invoked_function_arn = "arn:aws:lambda:eu-west-1:1:function:faults"
    aws_request_id = "request"
    function_name = "faults"

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def get_remaining_time_in_millis(self) -> int:
        return int(1000 * (self._ends - time.monotonic()))


def _work(
    job: _Job,
    endpoint_url: str,
    seed: str,
    counts: Any,
    pack: Any,
    spent: Any,
    scale: Scale,
    *,
    is_calm: bool = False,
) -> None:
    """One worker, until it is killed: receives, runs the handler, deletes what is done."""
    chaos = Chaos(seed, counts, is_calm=is_calm)
    _settle_in(job, endpoint_url, chaos, pack, spent, scale)
    sqs: Any = botocore.session.get_session().create_client("sqs")
    module, _, name = job.handler.rpartition(".")
    handler = getattr(importlib.import_module(module), name)
    while True:
        received = sqs.receive_message(
            QueueUrl=job.queue_url,
            MaxNumberOfMessages=job.batch_size,
            WaitTimeSeconds=1,
            AttributeNames=["All"],
        ).get("Messages", [])
        messages = [m for m in received if not _comes_otherwise(m, sqs, job.queue_url, chaos)]
        if not messages:
            continue
        records = [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": message["Attributes"],
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": job.queue_arn,
            }
            for message in messages
        ]
        started = time.perf_counter()
        # A calm worker is not timed out: how long it takes is what is measured.
        limit = 600 if is_calm else scale.function
        over = threading.Timer(limit, os.kill, (os.getpid(), signal.SIGKILL))
        over.daemon = True
        over.start()
        chaos.kill_soon(_KILLED, 0.5)
        answer = None
        with contextlib.suppress(Exception):
            answer = handler({"Records": records}, _Context(limit))
        over.cancel()
        if spent is not None and "summarize" in job.handler:
            spent[0] += time.perf_counter() - started
        if answer is None:
            # A function that fails acknowledges nothing.
            continue
        if chaos.happens(Fault.KILLED_BEFORE_ACKNOWLEDGEMENT, _UNACKNOWLEDGED):
            os.kill(os.getpid(), signal.SIGKILL)
        failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        for message in messages:
            # A message that its handler has acknowledged is gone.
            if message["MessageId"] not in failed:
                with contextlib.suppress(sqs.exceptions.ReceiptHandleIsInvalid):
                    sqs.delete_message(
                        QueueUrl=job.queue_url, ReceiptHandle=message["ReceiptHandle"]
                    )


def _settle_in(
    job: _Job, endpoint_url: str, chaos: Chaos, pack: Any, spent: Any, scale: Scale
) -> None:
    os.environ |= {
        **CREDENTIALS,
        **job.environment,
        "AWS_ENDPOINT_URL": endpoint_url,
        "POWERTOOLS_TRACE_DISABLED": "true",
        "POWERTOOLS_METRICS_DISABLED": "true",
    }
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    # What is printed is the result alone.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    boto3.setup_default_session()
    session: Any = boto3.DEFAULT_SESSION
    session.events.register("before-send", chaos.before_send)
    times: Any = batches
    times._SUSPECT_SECONDS, times._MARGIN_SECONDS, times._PAUSE_SECONDS = scale.hidden, 1, 1
    patched: Any = summarize
    patched._ARTICLE_MILLISECONDS = 1_000 * scale.article
    if pack is not None:
        patched.open_configured_pack = lambda settings: pack
    work = patched.summarize_articles

    def exploding(requests: Sequence[Any], *arguments: Any, **options: Any) -> Any:
        for request in requests:
            if request.data in _BOMBS:
                chaos.count(Fault.BOMB)
                if request.data == _BOMBS[1]:
                    time.sleep(3600)
                if request.data == _BOMBS[2]:
                    os._exit(137)
                os.kill(os.getpid(), signal.SIGKILL)
        started = time.perf_counter()
        found = work(requests, *arguments, **options)
        if spent is not None:
            spent[1] += time.perf_counter() - started
        return found

    patched.summarize_articles = exploding
    if pack is None and "summarize" in job.handler:
        # Lambda loads the models before the first event, too.
        patched._service()


def _comes_otherwise(message: Mapping[str, Any], sqs: Any, url: str, chaos: Chaos) -> bool:
    """Perhaps send the message once more; return whether it comes later instead of now."""
    if message["Attributes"]["ApproximateReceiveCount"] != "1":
        return False
    is_late = chaos.happens(Fault.EVENT_LATE, _LATE)
    if is_late or chaos.happens(Fault.EVENT_TWICE, _TWICE):
        sqs.send_message(
            QueueUrl=url, MessageBody=message["Body"], DelaySeconds=chaos.random.randint(0, 3)
        )
    if is_late:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return is_late


class _Workers:
    """The worker processes; a dead one is replaced.

    Without ``pack`` each opens the stack's: the threads of a runtime do not outlive a fork.
    """

    def __init__(
        self,
        jobs: Sequence[_Job],
        endpoint_url: str,
        seed: int,
        pack: Any,
        scale: Scale,
        *,
        is_calm: bool = False,
    ) -> None:
        self._scale = scale
        self._endpoint_url, self._seed, self._pack = endpoint_url, seed, pack
        self._is_calm = is_calm
        self._fork = multiprocessing.get_context("fork")
        self._places = [
            job
            for job in jobs
            for _ in range(scale.workers if job.handler == "handlers.summarize.handler" else 1)
        ]
        # Each worker has its own: a lock that a killed one holds would stop the others.
        self._counts = [RawArray("l", len(KINDS)) for _ in self._places]
        # Seconds in the summarize function, and of these in the pipeline.
        self._spent = [RawArray("d", 2) for _ in self._places]
        self._starts = Counter[int]()
        self._running: dict[int, BaseProcess] = {}

    def replace_dead(self) -> None:
        for place, job in enumerate(self._places):
            process = self._running.get(place)
            if process and process.is_alive():
                continue
            self._starts[place] += 1
            seed = f"{self._seed}/{place}/{self._starts[place]}"
            arguments = (
                job, self._endpoint_url, seed, self._counts[place], self._pack, self._spent[place],
                self._scale,
            )  # fmt: skip
            self._running[place] = self._fork.Process(
                target=_work, args=arguments, kwargs={"is_calm": self._is_calm}, daemon=True
            )
            self._running[place].start()

    def kill_all(self) -> None:
        for process in self._running.values():
            process.kill()
            process.join()

    def plumbing(self) -> float:
        """The share of the summarize function's time that was not the pipeline's."""
        whole, pipeline = (sum(spent[number] for spent in self._spent) for number in (0, 1))
        return 1 - pipeline / whole if whole else 0.0

    def counts(self) -> Counter[str]:
        return Counter({
            kind.value: sum(counts[number] for counts in self._counts)
            for number, kind in enumerate(KINDS)
        })  # fmt: skip


def run(articles: int, seed: int, pack_dir: Path, pack: Any, *, progress: Any) -> Result:
    """Run the test, without ``pack`` with the one in ``pack_dir``. Raises ``StackError``."""
    scale = Scale() if pack else EMBEDDED
    if pack:
        _warm_up(pack)
    random_ = random.Random(seed)  # noqa: S311
    planned = _plan(articles, random_)
    with local_stack(pack_dir, progress) as stack:
        started = time.monotonic()
        counts = [0] * len(KINDS)
        feeder = _Feeder(
            stack.client("s3"), stack.outputs["ArticlesBucket"], Chaos(f"{seed}", counts)
        )
        jobs = _jobs(stack, scale)
        workers = _Workers(jobs, stack.endpoint_url, seed, pack, scale)
        try:
            for done, _ in enumerate(_feed(planned, feeder, random_)):
                workers.replace_dead()
                progress("storing articles", min(1.0, done / (1.6 * articles)))
            deadline = time.monotonic() + scale.drain + scale.drain_article * articles
            while _left(stack, jobs) and time.monotonic() < deadline:
                workers.replace_dead()
                progress("waiting for the queues", 0.5)
                time.sleep(0.2)
        finally:
            workers.kill_all()
        seconds = time.monotonic() - started
        faults = workers.counts() + Counter(
            {kind.value: counts[number] for number, kind in enumerate(KINDS)}
        )
        progress("accounting", 0.9)
        accounts = _Accounts(stack, jobs, pack or open_pack(pack_dir), is_exact=pack is not None)
        return accounts.result(planned, faults, seconds)


def _warm_up(pack: Any) -> None:
    """Load here what each worker would load before its first article: they are forked."""
    for sample in _SAMPLES:
        text = (_ROOT / "events" / "articles" / sample).read_bytes()
        summarize_article(text, Source("articles/a"), pack, SummaryOptions())


def _left(stack: LocalStack, jobs: Sequence[_Job]) -> int:
    """The messages in the queues, hidden and delayed ones included; looked at twice."""
    sqs = stack.client("sqs")
    names = ["", "NotVisible", "Delayed"]
    attributes = [f"ApproximateNumberOfMessages{name}" for name in names]

    def look() -> int:
        answers = [
            sqs.get_queue_attributes(QueueUrl=job.queue_url, AttributeNames=attributes)[
                "Attributes"
            ]
            for job in jobs
        ]
        return sum(int(number) for answer in answers for number in answer.values())

    left = look()
    if not left:
        # A change that was just made may still be on its way to its queue.
        time.sleep(1.0)
        left = look()
    return left


class _Accounts:
    """What is in the buckets, the tables and the dead-letter queue at the end."""

    def __init__(
        self, stack: LocalStack, jobs: Sequence[_Job], pack: Any, *, is_exact: bool
    ) -> None:
        self._stack = stack
        self._is_exact = is_exact
        self._pack = pack
        self._s3 = stack.client("s3")
        self._bucket = stack.outputs["SummariesBucket"]
        environment = next(j for j in jobs if j.handler == "handlers.summarize.handler").environment
        self._options = SummaryOptions(targets=parse_targets(environment["TELETIPO_TARGETS"]))
        self._writes = self._all_writes()
        self._dead = self._dead_letters()
        self._rows = self._all_rows()
        self.found: defaultdict[str, list[str]] = defaultdict(list)

    def result(
        self, articles: Sequence[_Article], faults: Mapping[str, int], seconds: float
    ) -> Result:
        counts = Counter(self._judge(article) for article in articles)
        for problem, keys in self.found.items():
            print(f"{problem}: {', '.join(keys[:20])}", file=sys.stderr)
        return Result(
            articles=len(articles),
            versions=sum(article.stored for article in articles),
            summarized=counts["summarized"],
            rejected=counts["rejected"],
            deleted=counts["deleted"],
            dead_letter=len(self._dead),
            lost=len(self.found["lost"]),
            doubled=len(self.found["doubled"]),
            half_written=len(self.found["half_written"]),
            stale=len(self.found["stale"]),
            faults={kind.value: faults.get(kind.value, 0) for kind in KINDS},
            seconds=round(seconds, 1),
        )

    def _judge(self, article: _Article) -> str:
        """Return what became of an article, and note what is wrong with it."""
        key = article.key
        answers = {
            place: found
            for place in (summary_key(key), rejection_key(key))
            if (found := self._get(place))
        }
        if len(answers) > 1:
            self.found["doubled"].append(f"{key} (two answers)")
        elif self._written_twice(article):
            self.found["doubled"].append(f"{key} (written twice)")
        if article.kind is Fault.BOMB:
            if key not in self._dead or answers:
                self.found["lost"].append(key)
            return "dead_letter"
        if article.is_deleted:
            if any(place.startswith("summaries/") for place in answers):
                self.found["stale"].append(key)
            return "deleted"
        if not answers:
            self.found["lost"].append(key)
            return "lost"
        (metadata, body), *_ = answers.values()
        version_id, text = article.versions[-1]
        if metadata["version-id"] != version_id:
            self.found["stale"].append(f"{key} (answer)")
        elif not self._is_whole(article, body, version_id, text):
            self.found["half_written"].append(key)
        row = self._rows.get(key)
        if row != metadata["status"]:
            self.found["stale"].append(f"{key} (row: {row})")
        return "rejected" if metadata["status"] == "rejected" else "summarized"

    def _get(self, place: str) -> tuple[Mapping[str, str], bytes] | None:
        try:
            found = self._s3.get_object(Bucket=self._bucket, Key=place)
        except self._s3.exceptions.NoSuchKey:
            return None
        return found["Metadata"], found["Body"].read()

    def _is_whole(self, article: _Article, body: bytes, version_id: str, text: bytes) -> bool:
        """Whether an answer is the one that a run without faults gives."""
        targets = article.metadata.get("targets")
        articles = self._stack.outputs["ArticlesBucket"]
        context = trace_of_version(articles, article.key, version_id)
        try:
            summary = summarize_article(
                text,
                Source(
                    article.key,
                    version_id=version_id,
                    guid=article.metadata["guid"],
                    trace_id=context.trace_id,
                ),
                self._pack,
                self._options,
                parse_targets(targets) if targets else None,
            )
        except Rejection as rejection:
            try:
                stored = RejectionDocument.model_validate_json(body)
            except ValueError:
                return False
            return (stored.code, stored.reason) == (rejection.code, str(rejection))
        try:
            found = Summary.model_validate_json(body)
        except ValueError:
            return False
        return _fresh(found, self._is_exact) == _fresh(summary, self._is_exact)

    def _written_twice(self, article: _Article) -> bool:
        """Whether the newest version's answer was written more than once.

        That of an older version may be: a late worker writes it, sees the newer one and withdraws
        it. So may that of a version that came back.
        """
        if article.marker or len(article.versions) < article.stored:
            return False
        places = (summary_key(article.key), rejection_key(article.key))
        written = [version for place in places for version in self._writes.get(place, ())]
        return written.count(article.versions[-1][0]) > 1

    def _all_writes(self) -> dict[str, list[str]]:
        """The article's version of each write, by the answer's key, where there are several."""
        writes = defaultdict(list)
        for page in self._s3.get_paginator("list_object_versions").paginate(Bucket=self._bucket):
            for entry in page.get("Versions", []):
                writes[entry["Key"]].append(entry["VersionId"])
        return {
            key: [
                self._s3.head_object(Bucket=self._bucket, Key=key, VersionId=version)["Metadata"][
                    "version-id"
                ]
                for version in versions
            ]
            for key, versions in writes.items()
            if key.startswith(("summaries/", "rejected/")) and len(versions) > 1
        }

    def _dead_letters(self) -> set[str]:
        sqs = self._stack.client("sqs")
        keys = set()
        while messages := sqs.receive_message(
            QueueUrl=self._stack.outputs["DeadLetterQueue"], MaxNumberOfMessages=10
        ).get("Messages"):
            for message in messages:
                for record in json.loads(message["Body"]).get("Records", []):
                    keys.add(record["s3"]["object"]["key"])
        return keys

    def _all_rows(self) -> dict[str, str]:
        """The list's status of each article."""
        table = self._stack.outputs["ArticleIndex"]
        pages = self._stack.client("dynamodb").get_paginator("scan").paginate(TableName=table)
        return {
            item["key"]["S"]: item.get("status", {}).get("S", "")
            for page in pages
            for item in page["Items"]
            if "key" in item
        }


def _fresh(summary: Summary, is_exact: bool) -> Summary:
    """The summary without what depends on the versions that came before.

    If it is not to be exact, also without the words of a translation and what follows from them: a
    model's ties fall otherwise in another batch.
    """
    languages = {
        language: words.model_copy(
            update={
                "headline_kept": None,
                "sentences": tuple(
                    each.model_copy(update={"kept": None}) for each in words.sentences
                ),
            }
        )
        for language, words in summary.summaries.items()
    }
    # Findings about kept sentences come after those about new ones.
    findings = tuple(sorted(summary.findings, key=lambda each: each.model_dump_json()))
    if not is_exact:
        findings = ()
        languages = {
            language: words.model_copy(
                update={
                    **dict.fromkeys(("headline", "status", "headline_confidence")),
                    "text": "",
                    "sentences": tuple(each.evidence for each in words.sentences),
                }
            )
            if words.translated
            else words
            for language, words in languages.items()
        }
    update: Any = {
        **({} if is_exact else {"repairs": {}, "status": "ok"}),
        "timings_seconds": {},
        "supersedes": None,
        "summaries": languages,
        "findings": findings,
    }
    return summary.model_copy(update=update)


@reports_errors
def main(arguments: list[str] | None = None) -> int:
    """Run the command; exit code 1 if anything is lost, doubled, half-written or stale."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--articles", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pack", choices=("fast", "embedded"), default="fast")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    chosen = parser.parse_args(arguments)
    with progress_unless(chosen.json, "faults") as progress:
        # The functions that are deployed want a pack; the workers use the chosen one.
        directory = prepare_pack(PackSettings(), progress, "embedded")
        pack = FastPack() if chosen.pack == "fast" else None
        result = run(chosen.articles, chosen.seed, directory, pack, progress=progress)
    print_result(result, as_json=chosen.json)
    return 0 if result.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
