"""Hostile input, a short run; ``python -m benchmarks.fuzz`` takes as many as one likes."""

import contextlib
import itertools
import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import fuzz
from benchmarks.fastpack import FastPack
from handlers.events import parse_notification
from teletipo import formats
from teletipo.article import WireCopy
from teletipo.errors import MalformedEvent
from teletipo.formats import Reader

_PACK = FastPack()
_FRAGMENTS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<h1>",
                "<article>",
                "<![ x",
                "&#x301;",
                "\u0301",
                "“",
                "”",
                "\n\n",
                "{",
                "}",
                "Madrid, 29 feb 2023 (EFE).- ",
                "（埃菲社北京3月14日电）",
                "El plan fue aprobado el lunes. ",
                "EFE",
                '"uri": "x",',
                '"pubStatus": ["withheld"],',
                '"body_html": ',
                "\ufeff",
                "(Update 1: x)",
            ]
        ),
        st.text(max_size=20),
    ),
    max_size=12,
).map("".join)


def _short_run() -> fuzz.Report:
    # A busy machine is slow; what is quadratic takes minutes.
    fuzz.SECONDS = 20.0
    return fuzz.run(215, 3, lambda step, share: None, adversarial_inputs=15)


def test_no_adversarial_input_takes_long_or_much() -> None:
    # The benchmark forks; a fork of this process, which has threads, may hang.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        report = process.submit(_short_run).result()
    assert (report.inputs, report.adversarial) == (215, 15)
    assert report.failures == []
    assert report.summarized
    assert report.rejected


def test_every_unit_is_among_the_adversarial_inputs() -> None:
    inputs = list(fuzz.adversarial(1))
    assert len(inputs) == 200
    assert all(len(data) <= 1_000_000 for _, data in inputs)
    assert {name.rpartition("'")[0] for name, _ in inputs} == {
        name.rpartition("'")[0] for name, _ in fuzz.adversarial(2)
    }
    shapes = {name.rpartition("' ")[2] for name, _ in inputs}
    assert shapes > {"in a header", "as NITF", "as G2", "in 7901", "as a feed"}


def test_the_shapes_are_what_they_are_called() -> None:
    named = {
        "in a header": "mail",
        "as parts of a mail": "mail",
        "as NITF": "nitf",
        "as G2": "newsml_g2",
        "as a feed": "feed",
        "in 7901": "iptc_7901",
        "in a Word document": "word",
    }
    for shape, name in named.items():
        made = fuzz._SHAPES[shape]("x ")
        data = made if isinstance(made, bytes) else made.encode()
        assert formats._format_of(data, None, None) == name


def test_samples_of_every_format_are_mutated() -> None:
    inputs = b"".join(itertools.islice(fuzz.small(1), 300))
    for mark in (b"Message-ID", b"<nitf", b"<newsItem", b"<NewsML", b"<rss", b"\x01", b"pubStatus"):
        assert mark in inputs


@settings(deadline=None, max_examples=150)
@given(st.one_of(st.binary(max_size=300), _FRAGMENTS.map(lambda text: text.encode())))
def test_no_input_raises_outside_the_error_tree(data: bytes) -> None:
    assert fuzz.take(data, _PACK).failure is None


def test_a_reader_that_fails_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(data: bytes) -> WireCopy:
        raise KeyError(data)

    monkeypatch.setattr(
        "teletipo.formats.READERS", {"wire": Reader("wire", "Wire copy", broken, {})}
    )
    outcome = fuzz.take(b"El plan.", _PACK)
    assert outcome.failure
    assert outcome.failure.startswith("KeyError at ")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "Records eventName s3 bucket object name key versionId sequencer Event".split()
            ),
            inner,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(_JSON.map(json.dumps) | st.text())
def test_no_message_breaks_the_event_parser(body: str) -> None:
    with contextlib.suppress(MalformedEvent):
        parse_notification(body)
