"""What many articles cost and how long they take, from measured times and AWS's prices."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

# The measured articles were summarized into their own language and two more.
_MEASURED_LANGUAGES = 3
_MEGABYTES_PER_GB = 1024
# Sent in one request, as the state machine's ItemBatcher does.
SEND_BATCH = 10
# In one receive of the summarize function, as its event source says.
_RECEIVE_BATCH = 4
_EXPRESS_GB = 64 / _MEGABYTES_PER_GB
# Requests an article, counted by tests/integration/test_estimate.py: of the summarize function, and
# of the notify function for the one change that a summary is.
S3_GETS, S3_PUTS = 21, 1
DYNAMODB_GETS, DYNAMODB_PUTS = 1, 1
# The table and its index are written.
_UNITS_PER_PUT = 2
EVENTS = 2
# The notify function's time for a change, with 512 MB, and how many it gets at once.
_NOTIFY_SECONDS, _NOTIFY_GB, _NOTIFY_BATCH = 0.1, 0.5, 10
# How often the Distributed Map starts a child, and waits no longer than an express execution may.
_MAX_WAIT_SECONDS, _USUAL_WAIT_SECONDS = 150, 10


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads(files("cli").joinpath("prices.toml").read_text("utf-8"))


def prices() -> Mapping[str, Mapping[str, Any]]:
    """AWS's prices by name, each with ``usd``, ``what``, ``source`` and ``seen``."""
    found: Mapping[str, Mapping[str, Any]] = _data()["prices"]
    return found


def measured_seconds(pack: str = "embedded") -> Mapping[str, Any]:
    """A function's seconds for an article (``article``), and how they were measured.

    A pack that was not measured is taken to be like the embedded one.
    """
    found: Mapping[str, Mapping[str, Any]] = _data()["seconds"]
    return found.get(pack, found["embedded"])


@dataclass(frozen=True)
class Pace:
    """How fast the state machine sends keys: batches at once, and the wait after each."""

    concurrency: int
    wait_seconds: int

    @property
    def per_minute(self) -> float:
        """Articles a minute, at most."""
        return 60 * SEND_BATCH * self.concurrency / self.wait_seconds


def pace(per_minute: int) -> Pace:
    """The fastest pace that is not above a rate of at least 4 articles a minute."""
    per_wait = per_minute * _USUAL_WAIT_SECONDS / 60
    concurrency = max(1, math.ceil(per_wait / SEND_BATCH))
    wait_seconds = math.ceil(60 * SEND_BATCH * concurrency / per_minute)
    return Pace(concurrency, min(wait_seconds, _MAX_WAIT_SECONDS))


@dataclass(frozen=True)
class Load:
    """Articles to summarize, and what they are summarized with."""

    articles: int
    seconds_per_article: float
    memory_mb: int
    concurrency: int
    """Batches that are summarized at once."""
    languages: int = _MEASURED_LANGUAGES
    per_minute: float = math.inf
    """How fast they are queued."""
    wait_seconds: float = 0.0

    @property
    def function_seconds(self) -> float:
        """A function's time for one article. The work is nearly all translation."""
        return self.seconds_per_article * max(1, self.languages - 1) / (_MEASURED_LANGUAGES - 1)

    @property
    def seconds(self) -> float:
        """From the first article queued to the last one summarized."""
        queueing = 60 * self.articles / self.per_minute
        return max(queueing, self.articles * self.function_seconds / self.concurrency)

    @property
    def served_per_minute(self) -> float:
        """Articles a minute that the functions can summarize."""
        return 60 * self.concurrency / self.function_seconds

    def usd(self) -> dict[str, float]:
        """The cost by service."""
        each = {name: price["usd"] for name, price in prices().items()}
        gb_seconds = self.function_seconds * self.memory_mb / _MEGABYTES_PER_GB
        notify = _NOTIFY_SECONDS * _NOTIFY_GB * each["lambda_gb_second"]
        batches = 1 / SEND_BATCH
        one = {
            "lambda": gb_seconds * each["lambda_gb_second"]
            + notify
            + (1 / _RECEIVE_BATCH + 1 / _NOTIFY_BATCH) * each["lambda_request"],
            "s3": S3_GETS * each["s3_get"] + S3_PUTS * each["s3_put"],
            # Sent, received and deleted, both as an article and as a change.
            "sqs": (batches + 2 / _RECEIVE_BATCH + 1 + 2 / _NOTIFY_BATCH) * each["sqs_request"],
            "dynamodb": DYNAMODB_GETS * each["dynamodb_read"]
            + DYNAMODB_PUTS * _UNITS_PER_PUT * each["dynamodb_write"],
            "eventbridge": EVENTS * each["event"],
            "step_functions": batches
            * (
                each["express_request"]
                + each["step_transition"]
                + self.wait_seconds * _EXPRESS_GB * each["express_gb_second"]
            ),
        }
        return {service: round(usd * self.articles, 4) for service, usd in one.items()}
