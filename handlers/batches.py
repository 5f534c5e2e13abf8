"""SQS batches with partial failures: only failed messages are redelivered."""

from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

_processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def each_message(
    event: Mapping[str, Any], context: LambdaContext, handle: Callable[[SQSRecord], None]
) -> dict[str, Any]:
    """Handle every message. A message whose ``handle`` raises is reported as failed."""
    return dict(
        process_partial_response(
            event=dict(event), record_handler=handle, processor=_processor, context=context
        )
    )
