"""What the API's modules share: settings, clients, logger and metrics."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from botocore.config import Config

from handlers.index import ArticleIndex, Buckets
from handlers.s3 import S3ResultStore
from handlers.settings import ApiSettings
from handlers.spans import Spans

_NAME = "api"
logger = Logger(service=_NAME)
metrics = Metrics(namespace="Teletipo", service=_NAME)
spans = Spans(_NAME, logger, metrics)


@dataclass(frozen=True)
class Service:
    """Settings and clients, made once per process."""

    settings: ApiSettings
    s3: Any
    results: S3ResultStore
    buckets: Buckets
    index: ArticleIndex


@cache
def service() -> Service:
    """The process's service. Raises ``ConfigurationError``."""
    settings = ApiSettings.load()
    s3 = s3_client()
    results = S3ResultStore(s3, settings.summaries_bucket)
    return Service(
        settings,
        s3,
        results,
        Buckets(s3, settings.articles_bucket, results),
        ArticleIndex(boto3.client("dynamodb"), settings.index_table),
    )


def s3_client() -> Any:
    """S3 at its regional endpoint: a form signed for the global one fails in many regions."""
    config = Config(
        retries={"mode": "standard", "max_attempts": 4},
        signature_version="s3v4",
        s3={"addressing_style": "virtual"},
    )
    return boto3.client("s3", config=config)
