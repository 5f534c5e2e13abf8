"""Stops the intake when the deployment is at fault, so that no article is used up by it."""

from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

logger = Logger(service="summarize", child=True)


def stop_intake(function_name: str, reason: str) -> bool:
    """Disable the function's event source mappings; return whether that worked.

    The articles stay in the queue. A person enables the mapping once the cause is mended
    (docs/operate.md).
    """
    try:
        client: Any = boto3.client("lambda")
        found = client.list_event_source_mappings(FunctionName=function_name)
        for mapping in found["EventSourceMappings"]:
            client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    except (ClientError, BotoCoreError) as error:
        logger.error("The intake could not be stopped", reason=reason, error=type(error).__name__)
        return False
    logger.error(
        "The intake is stopped; enable the event source mapping once mended", reason=reason
    )
    return True
