"""Embargoed summaries, and what makes them public at their time: a message that waits.

SQS hides a message for at most 15 minutes, so it is sent again until the time has come: an embargo
may be as long as it likes, and nothing has to be cancelled when it changes.
"""

import argparse
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel, ValidationError

from handlers import clock
from handlers.aws import aws_errors
from handlers.index import Buckets
from handlers.s3 import S3ResultStore, is_current, is_waiting
from handlers.stories import Stories
from teletipo import trace
from teletipo.delivery import Delivery
from teletipo.errors import MalformedEvent, StoreUnavailable
from teletipo.keys import EMBARGOED, article_key_of_result, embargoed_key, result_keys
from teletipo.ports import StoredObject
from teletipo.publishing import publish
from teletipo.story import Standing

logger = Logger(service="notify", child=True)
metrics = Metrics(namespace="Teletipo", service="notify")
# SQS's longest delay.
_LONGEST_SECONDS = 900


class Release(BaseModel):
    """A message in the queue: an article's embargoed summary, as it was stored."""

    key: str
    etag: str


@dataclass(frozen=True)
class Releases:
    """The embargoed summaries and their queue."""

    sqs: Any
    queue_url: str
    buckets: Buckets
    stories: Stories

    def schedule(self, key: str, stored: StoredObject) -> None:
        """Send the message that makes a summary public. Raises ``StoreUnavailable``."""
        ends = datetime.fromisoformat(stored.metadata["embargo"])
        seconds = math.ceil((ends - clock.now()).total_seconds())
        message = Release(key=key, etag=stored.etag)
        with aws_errors("SQS", key):
            self.sqs.send_message(
                QueueUrl=self.queue_url,
                MessageBody=message.model_dump_json(),
                DelaySeconds=min(max(seconds, 0), _LONGEST_SECONDS),
            )

    def release(self, body: str) -> None:
        """Make a summary public if its time has come, else send its message again.

        What was replaced, withdrawn or deleted since is left alone. Doing it again does nothing.
        Raises ``MalformedEvent``, ``StoreUnavailable`` or ``WriteConflict``.
        """
        message = _parse(body)
        key, aside = message.key, embargoed_key(message.key)
        results = self.buckets.results
        found = results.get(aside)
        if found is None:
            self._settle_again(key)
        if found is None or found[0].etag != message.etag:
            return
        stored, document = found
        if is_waiting(stored, clock.now()):
            self.schedule(key, stored)
            return
        known = stored.metadata
        delivery = Delivery(
            key,
            known["version-id"] or None,
            known["sequencer"] or None,
            known["last-modified"],
            trace.read(known),
        )
        place = known.get("story")
        if self.buckets.article(key):
            publish(
                results,
                delivery,
                known["fingerprint"],
                document,
                status=known["status"],
                is_current=lambda: self._is_current(place, delivery),
                is_of_story=lambda other: bool(place) and self.stories.is_same(str(place), other),
                facts={"story": place} if place else {},
            )
        results.delete(aside, stored)
        if place:
            self.stories.settle(place, known["fingerprint"])
        metrics.add_metric("Released", MetricUnit.Count, 1)
        late = clock.now() - datetime.fromisoformat(known["embargo"])
        logger.info("Released", key=key, late_seconds=round(late.total_seconds(), 1))

    def _settle_again(self, key: str) -> None:
        """Settle the story of what was released, in case that was stopped half-way."""
        for place in result_keys(key):
            head = self.buckets.results.head(place)
            if head and (story := head.metadata.get("story")):
                self.stories.settle(story, head.metadata["fingerprint"])

    def _is_current(self, place: str | None, delivery: Delivery) -> bool:
        if not place:
            return is_current(self.buckets.s3, self.buckets.articles_bucket, delivery)
        found = self.stories.standing(place, delivery.key, delivery.version_id)
        return found is not None and found.standing is Standing.CURRENT


def schedule_all(releases: Releases) -> int:
    """Send the messages of all embargoed summaries again and count them; that does no harm.

    Raises ``StoreUnavailable``.
    """
    count = 0
    with aws_errors("S3"):
        for page in releases.buckets.results.pages(EMBARGOED):
            for item in page.get("Contents", []):
                if stored := releases.buckets.results.head(item["Key"]):
                    releases.schedule(article_key_of_result(item["Key"]), stored)
                    count += 1
    return count


def _parse(body: str) -> Release:
    try:
        return Release.model_validate_json(body)
    except ValidationError:
        raise MalformedEvent("The message is not about an embargoed summary.") from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Send the messages again. Exit codes: 0 done, 1 AWS failed or refused, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m handlers.release", description=main.__doc__)
    for name in ("articles-bucket", "summaries-bucket", "queue-url"):
        parser.add_argument(f"--{name}", required=True, help="from the stack's outputs")
    options = parser.parse_args(arguments)
    try:
        s3 = boto3.client("s3")
        results = S3ResultStore(s3, options.summaries_bucket)
        buckets = Buckets(s3, options.articles_bucket, results)
        releases = Releases(boto3.client("sqs"), options.queue_url, buckets, Stories(results))
        print(f"{schedule_all(releases)} summaries wait for their time.")
    except (StoreUnavailable, ClientError, BotoCoreError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
