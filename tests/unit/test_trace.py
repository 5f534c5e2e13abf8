"""The W3C's trace context."""

import pytest

from teletipo import trace
from teletipo.submission import Options, prepare
from teletipo.trace import Trace

_ID, _PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


def test_a_valid_one_is_passed_on_as_it_came() -> None:
    fields = {"traceparent": f"00-{_ID}-{_PARENT}-01", "tracestate": "a=1,b=2"}
    found = trace.read(fields)
    assert found == Trace(_ID, _PARENT, "01", "a=1,b=2")
    assert found.fields() == fields


@pytest.mark.parametrize(
    "traceparent",
    [
        "",
        "nonsense",
        f"00-{_ID}-{_PARENT}",
        f"00-{_ID.upper()}-{_PARENT}-01",
        f"ff-{_ID}-{_PARENT}-01",
        f"00-{'0' * 32}-{_PARENT}-01",
        f"00-{_ID}-{'0' * 16}-01",
        f"00-{_ID}-{_PARENT}-01-more",
        f"00-{_ID}-{_PARENT}-01\n00",
        f"00-{'٤' * 32}-{_PARENT}-01",
    ],
)
def test_an_invalid_one_is_none(traceparent: str) -> None:
    assert trace.read({"traceparent": traceparent, "tracestate": "a=1"}) is None
    assert trace.read({}) is None


def test_a_later_versions_additions_are_left_out() -> None:
    found = trace.read({"traceparent": f"01-{_ID}-{_PARENT}-01-more"})
    assert found is not None
    assert found.traceparent == f"00-{_ID}-{_PARENT}-01"


@pytest.mark.parametrize("state", ["a=ñ", "a=1\r\nx: y", "a=" + "1" * 600])
def test_a_state_that_no_header_may_have_is_left_out(state: str) -> None:
    found = trace.read({"traceparent": f"00-{_ID}-{_PARENT}-01", "tracestate": state})
    assert found is not None
    assert found.state == ""


def test_those_that_are_made_are_valid_and_differ() -> None:
    assert trace.new() != trace.new()
    for made in (trace.new(), trace.made_of("bucket", "key", None)):
        assert trace.read(made.fields()) == made
    assert trace.made_of("a", "b") == trace.made_of("a", "b")
    assert trace.made_of("a", "b") != trace.made_of("ab", "")


def test_a_state_without_room_is_not_stored() -> None:
    options = Options(guid="g" * 150, callback_url="https://localhost/" + "a" * 480)
    prepared = prepare(
        None, "text/plain", options, routes=frozenset({("es", "en")}), now=None, unique="x"  # type: ignore[arg-type]
    )  # fmt: skip
    traced = prepared.traced(Trace(_ID, _PARENT, "01", "a=1"))
    assert traced.trace["tracestate"] == "a=1"
    assert traced.sha256 == prepared.sha256
    full = prepare(
        None, "text/plain", Options(guid="漢" * 150, callback_url="https://localhost/" + "a" * 480),
        routes=frozenset({("es", "en")}), now=None, unique="x",  # type: ignore[arg-type]
    )  # fmt: skip
    assert full.traced(Trace(_ID, _PARENT, "01", "a=" + "1" * 500)).trace == {
        "traceparent": f"00-{_ID}-{_PARENT}-01"
    }
