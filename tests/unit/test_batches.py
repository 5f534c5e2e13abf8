"""Batches of inputs for a runtime."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.runtimes import batches


@given(
    st.lists(st.integers(1, 60), max_size=40),
    st.integers(1, 100),
    st.none() | st.integers(1, 5),
    st.none() | st.integers(0, 9),
)
def test_every_input_is_in_one_batch_that_keeps_the_limits(
    lengths: list[int], max_tokens: int, max_rows: int | None, max_spread: int | None
) -> None:
    found = batches(lengths, max_tokens, max_rows, max_spread)
    assert sorted(index for batch in found for index in batch) == list(range(len(lengths)))
    for batch in found:
        own = [lengths[index] for index in batch]
        assert len(batch) == 1 or max(own) * len(batch) <= max_tokens
        assert max_rows is None or len(batch) <= max_rows
        assert max_spread is None or max(own) - min(own) <= max_spread


@pytest.mark.parametrize(
    ("rows", "spread", "wanted"),
    [(None, None, [[2, 0, 3, 1]]), (2, None, [[2, 0], [3, 1]]), (None, 3, [[2, 0], [3, 1]])],
)
def test_the_longest_come_first(
    rows: int | None, spread: int | None, wanted: list[list[int]]
) -> None:
    assert batches([8, 2, 9, 5], 100, rows, spread) == wanted
