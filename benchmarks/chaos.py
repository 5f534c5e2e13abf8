"""A seeded layer of faults below the handlers' boto3 clients.

It makes calls to AWS fail as they do: throttled, refused, answered late or not at all, also after
the service has done what was asked. It also ends the worker that calls, in the middle of its work.
"""

import json
import os
import random
import signal
import threading
import time
from collections.abc import Iterator, MutableSequence
from enum import StrEnum
from typing import Any

from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.exceptions import ConnectionClosedError
from botocore.httpsession import URLLib3Session


class Fault(StrEnum):
    """What may go wrong."""

    THROTTLED = "throttled"
    OUTAGE = "outage"
    """Six calls in a row are throttled: more than a client retries."""
    INTERNAL_ERROR = "internal_error"
    SLOW_DOWN = "slow_down"
    RESET = "reset"
    SLOW = "slow"
    ANSWER_LOST = "answer_lost"
    """The service did what was asked; its answer did not arrive."""
    BODY_CUT = "body_cut"
    KILLED = "killed"
    """SIGKILL at any moment."""
    KILLED_BEFORE_ACKNOWLEDGEMENT = "killed_before_acknowledgement"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    EVENT_TWICE = "event_twice"
    EVENT_LATE = "event_late"
    NEW_VERSION = "new_version"
    VERSION_REMOVED = "version_removed"
    DELETED = "deleted"
    RESTORED = "restored"
    BOMB = "bomb"
    """An article that ends every worker that begins it."""


KINDS = tuple(Fault)
# The probability of each fault in one call.
_IN_A_CALL = {
    Fault.THROTTLED: 0.008,
    Fault.OUTAGE: 0.0005,
    Fault.INTERNAL_ERROR: 0.008,
    Fault.SLOW_DOWN: 0.008,
    Fault.RESET: 0.008,
    Fault.SLOW: 0.008,
    Fault.ANSWER_LOST: 0.008,
    Fault.BODY_CUT: 0.008,
    Fault.TIMED_OUT: 0.0005,
    Fault.OUT_OF_MEMORY: 0.0005,
}
_OUTAGE_CALLS = 6
_ERRORS = {
    Fault.THROTTLED: (400, "ThrottlingException"),
    Fault.INTERNAL_ERROR: (500, "InternalError"),
    Fault.SLOW_DOWN: (503, "SlowDown"),
}


class Chaos:
    """The faults of one worker; ``counts`` has a number for each of ``KINDS``.

    A calm one makes none.
    """

    def __init__(self, seed: str, counts: MutableSequence[int], *, is_calm: bool = False) -> None:
        self.random = random.Random(seed)  # noqa: S311
        self._counts = counts
        self._outage = 0
        self._is_calm = is_calm

    def count(self, fault: Fault) -> None:
        """Count a fault. Called before it happens, for it may end the process."""
        self._counts[KINDS.index(fault)] += 1

    def happens(self, fault: Fault, probability: float) -> bool:
        """Decide whether a fault happens, and count it."""
        if self._is_calm or self.random.random() >= probability:
            return False
        self.count(fault)
        return True

    def kill_soon(self, probability: float, within_seconds: float) -> None:
        """Perhaps kill this process at a random moment."""
        if not self._is_calm and self.random.random() < probability:
            timer = threading.Timer(self.random.uniform(0, within_seconds), self.kill)
            timer.daemon = True
            timer.start()

    def kill(self) -> None:
        """End this process at once."""
        self.count(Fault.KILLED)
        os.kill(os.getpid(), signal.SIGKILL)

    def before_send(self, request: Any, event_name: str, **more: Any) -> AWSResponse | None:
        """For botocore's event ``before-send``: an answer, an exception, or None to go on."""
        _, service, operation = event_name.split(".")
        if self._outage:
            self._outage -= 1
            return _error(request, service, Fault.THROTTLED)
        fault = self._next(operation)
        if fault is None:
            return None
        self.count(fault)
        return self._do(fault, request, service)

    def _next(self, operation: str) -> Fault | None:
        if self._is_calm:
            return None
        drawn = self.random.random()
        for fault, probability in _IN_A_CALL.items():
            if drawn < probability:
                return fault if fault is not Fault.BODY_CUT or operation == "GetObject" else None
            drawn -= probability
        return None

    def _do(self, fault: Fault, request: Any, service: str) -> AWSResponse | None:
        match fault:
            case Fault.SLOW:
                time.sleep(self.random.uniform(0.1, 0.6))
            case Fault.TIMED_OUT:
                # The worker's own time ends it.
                time.sleep(3600)
            case Fault.OUT_OF_MEMORY:
                if self.random.random() < 0.5:
                    os._exit(137)
                raise MemoryError
            case Fault.RESET:
                raise ConnectionClosedError(endpoint_url=request.url)
            case Fault.ANSWER_LOST:
                _ = URLLib3Session().send(request).content
                raise ConnectionClosedError(endpoint_url=request.url)
            case Fault.BODY_CUT:
                answer = URLLib3Session().send(request)
                if answer.status_code != 200:
                    return answer
                body = answer.content
                headers: Any = answer.headers
                return AWSResponse(answer.url, 200, headers, _Raw(body[: len(body) // 2]))
            case Fault.OUTAGE:
                self._outage = _OUTAGE_CALLS
                return _error(request, service, Fault.THROTTLED)
            case _:
                return _error(request, service, fault)
        return None


class _Raw:
    """A response's body, as urllib3 gives it."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        yield self._body

    def read(self, amount: int | None = None) -> bytes:
        taken, self._body = self._body[:amount], self._body[len(self._body[:amount]) :]
        return taken

    def close(self) -> None: ...


def _error(request: Any, service: str, fault: Fault) -> AWSResponse:
    status, code = _ERRORS[fault]
    if service == "s3":
        # S3 has no answer 400 for this.
        status = max(status, 500)
        body = f"<Error><Code>{code}</Code><Message>chaos</Message></Error>"
    else:
        body = json.dumps({"__type": code, "message": "chaos"})
    raw = _Raw(b"" if request.method == "HEAD" else body.encode())
    headers: Any = HeadersDict()
    return AWSResponse(request.url, status, headers, raw)
