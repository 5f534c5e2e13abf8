"""An update translates what is new; ``python -m benchmarks.updates``."""

import json

import pytest

from benchmarks import updates


def test_an_update_of_a_fifth_costs_less_than_half_and_alters_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert updates.main(["--pack", "fast", "--articles", "9", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["altered"] == 0
    assert found["kept"] > found["sentences"] / 2
    assert found["characters_share"] <= 0.45
