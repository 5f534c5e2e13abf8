"""The API does what its description says: schemathesis against the local stack."""

import json
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis.specs.openapi.checks import positive_data_acceptance

from handlers.api.app import app
from handlers.api.description import describe
from infra.local.stack import LocalStack
from tests.conftest import ROOT

# By operation, without the pytest plugin, which does not support pytest 9.
_SCHEMA: Any = schemathesis.openapi.from_dict(json.loads(describe(app)))
_OPERATIONS = [result.ok() for result in _SCHEMA.get_all_operations()]


@pytest.mark.parametrize("operation", _OPERATIONS, ids=lambda operation: operation.label)
def test_the_api_keeps_to_its_description(operation: Any, api_stack: LocalStack) -> None:
    headers = {"x-api-key": api_stack.api_key()}

    @hypothesis.settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy())
    def keeps(case: Any) -> None:
        case.call_and_validate(
            base_url=api_stack.api_url,
            headers=headers,
            timeout=60,
            # A schema cannot express that a text is an article or a cursor valid.
            # A request that matches it may still be refused with 422 and the field's name.
            excluded_checks=[positive_data_acceptance],
        )

    keeps()


def test_the_description_in_docs_is_the_codes() -> None:
    assert (ROOT / "docs" / "openapi.json").read_text("utf-8") == describe(app) + "\n"
