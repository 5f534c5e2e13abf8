"""What the API's modules share: settings, clients, logger and metrics."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from botocore.config import Config

from handlers.index import ArticleIndex
from handlers.s3 import S3ResultStore
from handlers.settings import ApiSettings

_NAME = "api"
logger = Logger(service=_NAME)
metrics = Metrics(namespace="Teletipo", service=_NAME)


@dataclass(frozen=True)
class Service:
    """Settings and clients, made once per process."""

    settings: ApiSettings
    s3: Any
    results: S3ResultStore
    index: ArticleIndex


@cache
def service() -> Service:
    """The process's service. Raises ``ConfigurationError``."""
    settings = ApiSettings.load()
    config = Config(retries={"mode": "standard", "max_attempts": 4}, signature_version="s3v4")
    s3 = boto3.client("s3", config=config)
    return Service(
        settings,
        s3,
        S3ResultStore(s3, settings.summaries_bucket),
        ArticleIndex(boto3.client("dynamodb"), settings.index_table),
    )
