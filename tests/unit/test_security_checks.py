"""Exceptions from checkov's rules: each has its reason beside the resource."""

from typing import Any

import pytest

from infra.expand import expand


@pytest.fixture(scope="module")
def exceptions() -> list[tuple[str, dict[str, Any]]]:
    return [
        (name, skipped)
        for name, resource in expand()["Resources"].items()
        for skipped in resource.get("Metadata", {}).get("checkov", {}).get("skip", [])
    ]


def test_every_exception_has_a_reason(exceptions: list[tuple[str, dict[str, Any]]]) -> None:
    assert exceptions
    for name, skipped in exceptions:
        assert set(skipped) == {"id", "comment"}, name
        assert len(skipped["comment"]) > 40, name


def test_the_stage_that_sam_makes_has_those_of_the_api(
    exceptions: list[tuple[str, dict[str, Any]]],
) -> None:
    of = {name: [s["id"] for n, s in exceptions if n == name] for name, _ in exceptions}
    assert of["Apiv1Stage"] == of["Api"] == ["CKV_AWS_120", "CKV_AWS_76"]
