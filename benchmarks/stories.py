"""No stale, killed or embargoed text: stories through the local stack, in any order.

``python -m benchmarks.stories --sequences N --seed S [--json]``

The template is deployed to the emulator, on loopback only. Its queues are polled here, and the real
handlers run in this process, with a clock that can be moved and a pack without models. Each
sequence is one story: versions, corrections, embargoes, kills of ours and of another agency,
editors' decisions, all with notifications that come twice, late and in any order. After each step
everything that anybody may read is compared with what a few lines here say that it must be.
"""

import argparse
import contextlib
import importlib
import json
import logging
import os
import random
import sys
import time
import warnings
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3

from benchmarks.command import print_result, progress_unless, reports_errors
from benchmarks.fastpack import FastPack
from benchmarks.faults import _jobs
from handlers import clock, release, summarize
from infra.local.stack import CREDENTIALS, LocalStack, local_stack
from models.build import prepare_pack
from models.settings import PackSettings
from teletipo.errors import TeletipoError
from teletipo.keys import article_id

_START = datetime(2030, 1, 1, 12, tzinfo=UTC)
_LANGUAGES = ("en", "es")
_BODY = (
    "The railway cut its trains' speed to 80 kilometers per hour on Saturday.",
    "Temperatures reached 45.6 degrees in the central town of Santarem.",
    "The agency expects the restrictions to last until Thursday evening.",
)
_JSON, _NINJS = "application/json", "application/vnd.iptc.ninjs+json"
_FORMS = (_JSON, "text/plain", _NINJS)
_TWICE, _LATE = 0.15, 0.4


@dataclass(frozen=True)
class Result:
    """What was found wrong, counted by place and step."""

    sequences: int
    versions: int
    kills: int
    embargoes: int
    approvals: int
    deliveries: int
    checks: int
    stale: int
    """A text that a newer version supersedes."""
    leaked: int
    """A text that was killed, or whose embargo has not passed."""
    undisclosed: int
    """An approved text without who made it or who answers for it."""
    missing: int
    """The version that counts is not there."""
    seconds: float

    @property
    def is_good(self) -> bool:
        return not (self.stale or self.leaked or self.undisclosed or self.missing)


class _Context:
    """What Lambda hands to a handler."""

    memory_limit_in_mb = 3538
    invoked_function_arn = "arn:aws:lambda:eu-west-1:1:function:stories"
    aws_request_id = "request"
    function_name = "stories"

    def get_remaining_time_in_millis(self) -> int:
        return 120_000


@dataclass(frozen=True)
class _Version:
    """What the publisher sent."""

    number: int
    token: str
    """A word that occurs in this version only."""
    key: str
    embargo: datetime | None = None
    is_kill: bool = False


@dataclass
class _Story:
    """One sequence, and what is known to have been read by the service."""

    number: int
    plan: random.Random
    noise: random.Random
    """For what depends on the emulator's timing, so that the steps do not."""
    sent: list[_Version] = field(default_factory=list)
    arrived: dict[str, datetime] = field(default_factory=dict)
    """By token: when the service read it first."""
    version_ids: dict[str, str] = field(default_factory=dict)
    pending: list[tuple[_Version, str]] = field(default_factory=list)
    is_killed: bool = False

    def current(self, now: datetime) -> _Version | None:
        """The rule, once more: the newest version that may be shown."""
        if self.is_killed:
            return None
        known = sorted(
            (each for each in self.sent if each.token in self.arrived and not each.is_kill),
            key=lambda each: each.number,
        )
        shown = None
        for index, each in enumerate(known):
            newer = known[index + 1 :]
            if each.embargo is None or (
                each.embargo <= now
                and not any(self.arrived[other.token] < each.embargo for other in newer)
            ):
                shown = each
        return shown

    def verdict(self, text: str, now: datetime) -> str | None:
        """What is wrong with a text that anybody can read; None if nothing is."""
        current = self.current(now)
        for each in self.sent:
            if each.token not in text or each == current:
                continue
            waits = each.embargo is not None and each.embargo > now
            return "leaked" if self.is_killed or waits else "stale"
        return None


class _Newsroom:
    """The stack, its queues, and the functions, all in this process."""

    def __init__(self, stack: LocalStack) -> None:
        self.time = _START
        self._stack = stack
        self._jobs = {each.queue_url: each for each in _jobs(stack)}
        for job in self._jobs.values():
            os.environ |= job.environment
        api = stack.client("lambda").list_functions()["Functions"]
        environment = next(e for e in api if e["Handler"] == "handlers.api.app.handler")
        os.environ |= environment["Environment"]["Variables"]
        os.environ |= {
            **CREDENTIALS, "AWS_ENDPOINT_URL": stack.endpoint_url,
            "POWERTOOLS_TRACE_DISABLED": "true", "POWERTOOLS_METRICS_DISABLED": "true",
        }  # fmt: skip
        self.s3, self.sqs = stack.client("s3"), stack.client("sqs")
        self.articles = stack.outputs["ArticlesBucket"]
        self.summaries = stack.outputs["SummariesBucket"]
        self._notifications: dict[str, str] = {}
        self._app = importlib.import_module("handlers.api.app")
        self._events = self._listen()

    def _listen(self) -> str:
        events = self._stack.client("events")
        url: str = self.sqs.create_queue(QueueName="stories-events")["QueueUrl"]
        attributes = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        events.put_rule(Name="stories", EventPattern=json.dumps({"source": ["teletipo"]}))
        arn = attributes["Attributes"]["QueueArn"]
        events.put_targets(Rule="stories", Targets=[{"Id": "1", "Arn": arn}])
        return url

    def call(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, str]:
        address, _, query = path.partition("?")
        pairs = [pair.split("=", 1) for pair in query.split("&") if pair]
        event = {
            "httpMethod": method, "path": address, "resource": address,
            "headers": {name.replace("_", "-"): text for name, text in headers.items()},
            "queryStringParameters": dict(pairs) or None,
            "multiValueQueryStringParameters": {name: [text] for name, text in pairs},
            "requestContext": {"identity": {"apiKeyId": "stories"}, "path": "/v1/"},
            "body": body.decode(), "isBase64Encoded": False,
        }  # fmt: skip
        answer = self._app.handler(event, _Context())
        return int(answer["statusCode"]), str(answer["body"])

    def take(self, url: str) -> list[str]:
        """Take all messages out of a queue; return their bodies."""
        found = []
        while received := self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            found += [each["Body"] for each in received]
            self.sqs.delete_message_batch(
                QueueUrl=url,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": each["ReceiptHandle"]}
                    for number, each in enumerate(received)
                ],
            )
        return found

    def handle(self, url: str, bodies: Sequence[str]) -> None:
        """Give a queue's function these messages."""
        job = self._jobs[url]
        module, _, name = job.handler.rpartition(".")
        records = [
            {
                "messageId": str(number), "receiptHandle": "x", "body": body,
                "attributes": {"ApproximateReceiveCount": "1"}, "messageAttributes": {},
                "eventSource": "aws:sqs", "eventSourceARN": job.queue_arn,
            }
            for number, body in enumerate(bodies)
        ]  # fmt: skip
        answer = getattr(importlib.import_module(module), name)({"Records": records}, _Context())
        if answer["batchItemFailures"]:
            raise TeletipoError(f"{job.handler} failed on: {bodies}")

    def notification(self, version_id: str) -> str:
        """The message about an object's version, which may take a moment to come."""
        while version_id not in self._notifications:
            for body in self.take(self.url_of("ArticleQueue")):
                for record in json.loads(body).get("Records", []):
                    self._notifications[record["s3"]["object"]["versionId"]] = body
        return self._notifications.pop(version_id)

    def url_of(self, name: str) -> str:
        """The queue of this output."""
        return self._stack.outputs[name]

    def follow(self, story: _Story) -> list[dict[str, Any]]:
        """Let the notify function do all its work, some of it twice; return the notices."""
        url, told = self.url_of("ChangesQueue"), []
        while bodies := self.take(url):
            story.noise.shuffle(bodies)
            bodies += [each for each in bodies if story.noise.random() < _TWICE]
            for start in range(0, len(bodies), 10):
                self.handle(url, bodies[start : start + 10])
            told += [json.loads(each)["detail"] for each in self.take(self._events)]
            for body in self.take(self.url_of("CallbackQueue")):
                told.append(json.loads(json.loads(body)["body"])["data"])
        return told

    def release(self) -> None:
        """Give the notify function the messages whose delay the clock may have ended."""
        url = self.url_of("ReleaseQueue")
        for body in self.take(url):
            self.handle(url, [body])


def _item(story: _Story, version: _Version, change: str | None) -> bytes:
    given: dict[str, Any] = {
        "uri": f"urn:stories:{story.number}", "type": "text", "language": "en",
        "provider": "EFE", "version": str(version.number),
    }  # fmt: skip
    if version.is_kill:
        return json.dumps({**given, "pubStatus": "canceled", "edNote": "Wrong."}).encode()
    lead = _BODY[0].replace("Saturday", f"Saturday in {version.token}")
    given |= {
        "headline": f"Trains slow down {version.token}",
        "body_text": "\n\n".join((lead, *_BODY[1:])),
    }
    if version.embargo:
        given["embargoed"] = version.embargo.isoformat()
    if change:
        given["pubStatus"] = change
    return json.dumps(given).encode()


class _Test:
    """The sequences, one after another."""

    def __init__(self, newsroom: _Newsroom) -> None:
        self.newsroom = newsroom
        self.counts: defaultdict[str, int] = defaultdict(int)
        self._ignored = ""

    def play(self, number: int, seed: int) -> None:
        """One story from its first version to its end."""
        plan = random.Random(f"{seed}/{number}")  # noqa: S311
        noise = random.Random(f"{seed}/{number}/noise")  # noqa: S311
        story = _Story(number, plan, noise)
        keys = [f"articles/{number}/{name}.json" for name in "ab"][: story.plan.randint(1, 2)]
        steps = self._steps(story, keys)
        for step in steps:
            step()
            self._check(story)
        while story.pending:
            self._deliver(story)
            self._check(story)
        self._move(story, hours=30)
        self._approve(story)
        self._check(story)
        self._check_all(story, keys)

    def _steps(self, story: _Story, keys: Sequence[str]) -> Iterator[Any]:
        chance = story.plan
        numbers = list(range(1, chance.randint(2, 4)))
        kill_at = chance.randrange(8) if chance.random() < 0.4 else None
        foreign_at = chance.randrange(6) if chance.random() < 0.3 else None
        if chance.random() < 0.4:
            chance.shuffle(numbers)
        for place in range(9):
            if place == kill_at:
                yield lambda: self._send(story, keys, 99, is_kill=True)
            if place == foreign_at:
                yield lambda: self._send_foreign(story)
            drawn = chance.random()
            if numbers and (drawn < 0.5 or not story.sent):
                yield lambda: self._send(story, keys, numbers.pop(0))
            elif drawn < 0.65:
                yield lambda: self._move(story, minutes=chance.choice((20, 70, 300)))
            elif drawn < 0.8:
                yield lambda: self._approve(story)
            elif story.pending:
                yield lambda: self._deliver(story)
            elif drawn < 0.85 and story.sent:
                yield lambda: self._send_again(story)

    def _send(
        self, story: _Story, keys: Sequence[str], number: int, *, is_kill: bool = False
    ) -> None:
        chance = story.plan
        embargo = None
        if not is_kill and chance.random() < 0.4:
            hours = chance.choice((-1, 1, 4, 24 * 36525))
            embargo = self.newsroom.time + timedelta(hours=hours)
        token = f"w{story.number}x{len(story.sent)}q"
        version = _Version(number, token, chance.choice(keys), embargo, is_kill)
        self.counts["kills" if is_kill else "versions"] += 1
        self.counts["embargoes"] += embargo is not None
        change = "correct" if not is_kill and chance.random() < 0.3 else None
        self._put(story, version, _item(story, version, change))

    def _put(self, story: _Story, version: _Version, body: bytes) -> None:
        room = self.newsroom
        answer = room.s3.put_object(
            Bucket=room.articles, Key=version.key, Body=body,
            Metadata={"targets": ",".join(_LANGUAGES), "callback-url": "https://localhost/hook"},
        )  # fmt: skip
        story.sent.append(version)
        story.version_ids[answer["VersionId"]] = version.token
        story.pending.append((version, room.notification(answer["VersionId"])))
        if story.plan.random() > _LATE:
            self._deliver(story)

    def _send_again(self, story: _Story) -> None:
        """Store the same bytes once more, perhaps long after."""
        version = story.plan.choice(story.sent)
        room = self.newsroom
        body = room.s3.get_object(
            Bucket=room.articles, Key=version.key,
            VersionId=next(v for v, token in story.version_ids.items() if token == version.token),
        )["Body"].read()  # fmt: skip
        answer = room.s3.put_object(
            Bucket=room.articles, Key=version.key, Body=body,
            Metadata={"targets": ",".join(_LANGUAGES)},
        )  # fmt: skip
        story.version_ids[answer["VersionId"]] = version.token
        story.pending.append((version, room.notification(answer["VersionId"])))

    def _send_foreign(self, story: _Story) -> None:
        """Another agency kills an item of its own with our guid: nothing of ours changes."""
        room = self.newsroom
        kill = {"uri": f"urn:stories:{story.number}", "provider": "AP", "pubStatus": "canceled"}
        key = f"articles/{story.number}/foreign.json"
        answer = room.s3.put_object(Bucket=room.articles, Key=key, Body=json.dumps(kill).encode())
        room.handle(room.url_of("ArticleQueue"), [room.notification(answer["VersionId"])])

    def _deliver(self, story: _Story) -> None:
        if not story.pending:
            return
        index = story.plan.randrange(len(story.pending))
        version, message = story.pending[index]
        if story.plan.random() > _TWICE:
            del story.pending[index]
        # Read the first time it is delivered; again it changes nothing.
        story.arrived.setdefault(version.token, self.newsroom.time)
        story.is_killed |= version.is_kill
        self.counts["deliveries"] += 1
        self.newsroom.handle(self.newsroom.url_of("ArticleQueue"), [message])

    def _move(self, story: _Story, **duration: int) -> None:
        self.newsroom.time += timedelta(**duration)
        # Nobody has to wait for the release to read what is due; the version before it may stay
        # for as long as the release takes, as after any other update.
        self._ignored = "stale"
        self._check(story)
        self._ignored = ""
        self.newsroom.release()

    def _approve(self, story: _Story) -> None:
        """An editor decides about what there is, also before its time."""
        chance = story.plan
        key = chance.choice(story.sent).key if story.sent else "articles/none"
        languages = [each for each in _LANGUAGES if chance.random() < 0.8] or ["en"]
        review: dict[str, Any] = {"decision": "approved", "languages": languages}
        if chance.random() < 0.4:
            headline = f"Edited {chance.randrange(999)}"
            corrections = {language: {"headline": headline} for language in languages}
            review = {"decision": "corrected", "corrections": corrections}
        review["reviewer"] = "Ana Soler"
        query = "?embargoed=true" if chance.random() < 0.5 else ""
        status, _ = self.newsroom.call(
            "POST", f"/summaries/{article_id(key)}/review{query}",
            json.dumps(review).encode(), content_type=_JSON,
        )  # fmt: skip
        self.counts["approvals"] += status == 200

    # ---- What anybody can read

    def _check(self, story: _Story) -> None:
        """Compare what was told and what can be read at each address."""
        now = self.newsroom.time
        for notice in self.newsroom.follow(story):
            token = story.version_ids.get(notice["version_id"] or "")
            if notice["status"] in {"ok", "needs_review"} and token:
                self._judge(story, token, f"notice of {notice['key']}")
            self._judge(story, json.dumps(notice), "notice")
        current = story.current(now)
        for key in dict.fromkeys(each.key for each in story.sent):
            self.counts["checks"] += 1
            code, body = self.newsroom.call("GET", f"/summaries/{article_id(key)}")
            if code == 200:
                self._judge(story, body, f"GET {key}")
            if current and current.key == key and (code != 200 or current.token not in body):
                self._found("missing", f"{key}: {code}")
            if story.is_killed and code not in {202, 410}:
                self._found("leaked", f"{key}: {code} after the kill")

    def _check_all(self, story: _Story, keys: Sequence[str]) -> None:
        """Look into every export, the bucket, the list and the feeds."""
        room = self.newsroom
        for key in keys:
            for form in _FORMS:
                for query in ("", *(f"?language={each}" for each in _LANGUAGES)):
                    if (form == "text/plain") != bool(query):
                        continue
                    path = f"/summaries/{article_id(key)}{query}"
                    status, body = room.call("GET", path, accept=form)
                    if status == 200:
                        self._judge(story, body, f"{form} {path}")
                        self._disclosed(body, form, bool(query), f"{form} {path}")
        for prefix in ("summaries/", "rejected/"):
            listing = room.s3.list_objects_v2(
                Bucket=room.summaries, Prefix=f"{prefix}{story.number}/"
            )
            for each in listing.get("Contents", []):
                got = room.s3.get_object(Bucket=room.summaries, Key=each["Key"])
                self._judge(story, got["Body"].read().decode(), each["Key"])
        for chosen in ("", "&status=withdrawn", "&status=superseded", "&status=rejected"):
            _, rows = room.call("GET", f"/summaries?prefix={story.number}/{chosen}")
            self._judge(story, rows, f"list {chosen}")
        for each in story.sent:
            _, rows = room.call("GET", f"/summaries?q={each.token}")
            if '"key"' in rows:
                self._judge(story, each.token, f"list q={each.token}")
        listing = room.s3.list_objects_v2(Bucket=room.summaries, Prefix="feeds/")
        for each in listing.get("Contents", []):
            got = room.s3.get_object(Bucket=room.summaries, Key=each["Key"])["Body"].read().decode()
            self._judge(story, got, each["Key"])
            if each["Key"].startswith("feeds/entries/"):
                for entry in json.loads(got)["entries"]:
                    if not (entry["line"] and entry["source_type"] and entry["reviewer"]):
                        self._found("undisclosed", each["Key"])

    def _disclosed(self, body: str, form: str, is_one: bool, place: str) -> None:
        """Check that each approved text says what a machine made and who answers for it."""
        if form == _NINJS:
            item = json.loads(body)
            for each in [item, *item.get("associations", [])]:
                is_signed = any(p.get("rel") == "signed-off-by" for p in each.get("people", []))
                has_type = "digitalsourcetype/" in each.get("digitalSourceType", {}).get("uri", "")
                if each["pubStatus"] == "usable" and not (is_signed and has_type):
                    self._found("undisclosed", place)
        elif form == "text/plain" and is_one and not ("Teletipo" in body or "DRAFT" in body):
            self._found("undisclosed", place)

    def _judge(self, story: _Story, text: str, place: str) -> None:
        wrong = story.verdict(text, self.newsroom.time)
        if wrong and wrong != self._ignored:
            self._found(wrong, place)

    def _found(self, kind: str, place: str) -> None:
        self.counts[kind] += 1
        if self.counts[kind] <= 20:
            print(f"{kind}: {place}", file=sys.stderr)


def run(sequences: int, seed: int, *, progress: Any) -> Result:
    """Run the test. Raises ``StackError``."""
    directory = prepare_pack(PackSettings(), progress, "embedded")
    with local_stack(directory, progress, parameters=lambda _: {"CallbackHosts": "localhost"}) as (
        stack
    ):
        logging.disable(logging.CRITICAL)
        warnings.simplefilter("ignore")
        try:
            # The functions print their metrics; what is printed here is the result alone.
            with Path(os.devnull).open("w") as nothing, contextlib.redirect_stdout(nothing):
                return _play_all(sequences, seed, _Newsroom(stack), progress)
        finally:
            logging.disable(logging.NOTSET)


def _play_all(sequences: int, seed: int, room: _Newsroom, progress: Any) -> Result:
    patched: Any = summarize
    patched.open_configured_pack = lambda settings: FastPack()
    delays: Any = release
    delays._LONGEST_SECONDS = 0
    times: Any = clock
    times.now = lambda: room.time
    boto3.setup_default_session()
    test, started = _Test(room), time.monotonic()
    for number in range(sequences):
        test.play(number, seed)
        progress("stories", number / sequences)
    names = ("versions", "kills", "embargoes", "approvals", "deliveries", "checks",
             "stale", "leaked", "undisclosed", "missing")  # fmt: skip
    return Result(
        sequences=sequences,
        seconds=round(time.monotonic() - started, 1),
        **{name: test.counts[name] for name in names},
    )


@reports_errors
def main(arguments: list[str] | None = None) -> int:
    """Run the command; exit code 1 if anything is stale, leaked, undisclosed or missing."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sequences", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    chosen = parser.parse_args(arguments)
    with progress_unless(chosen.json, "stories") as progress:
        result = run(chosen.sequences, chosen.seed, progress=progress)
    print_result(result, as_json=chosen.json)
    return 0 if result.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
