"""Settings of each Lambda function, from the environment that template.yaml gives it."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from models.settings import EnvironmentSettings, PackSettings
from teletipo.options import LanguageTags, SummaryOptions


def _split_hosts(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(host.strip().casefold() for host in value.split(",") if host.strip())


class _Buckets(EnvironmentSettings):
    articles_bucket: str
    summaries_bucket: str


class _CallbackHosts(EnvironmentSettings):
    callback_hosts: Annotated[tuple[str, ...], BeforeValidator(_split_hosts)] = Field(
        (), description="Hosts that callbacks may go to, comma-separated; none by default."
    )


class _Exports(EnvironmentSettings):
    feeds_url: str = Field("", description="Address below which the feeds are published.")
    publisher: str = Field("Teletipo", description="Begins the feeds' titles.")
    disclosure_line: bool = Field(
        True,
        description="Whether plain text, HTML and feeds tell readers what a machine made.",
    )


class TracesSettings(EnvironmentSettings):
    """Settings of handlers.spans."""

    traces_endpoint: str = Field("", description="Where spans are sent: OTLP over HTTP.")


class SummarizeSettings(_Buckets, PackSettings, SummaryOptions, TracesSettings):
    """Settings of handlers.summarize."""

    article_queue_url: str = Field(description="The queue that the articles' messages come from.")
    sources: LanguageTags = Field(
        (),
        description="Usual languages of articles, comma-separated: their models are loaded "
        "before the first article. By default all languages of the pack.",
    )
    terminology_key: str = Field(
        "", description="The desk's terms in the summaries bucket; read again when they change."
    )


class CorsSettings(EnvironmentSettings):
    """Settings of handlers.api that its routes need before any request."""

    cors_origin: str = Field("", description="Origin of a web page that may call the API.")


class ApiSettings(_Buckets, _CallbackHosts, _Exports, CorsSettings, TracesSettings):
    """Settings of handlers.api."""

    pack: str = Field(description="Name of the pack that the summarize function uses.")
    targets: LanguageTags = Field(description="Languages that articles are summarized into.")
    max_article_bytes: int = Field(gt=0, description="Larger articles are refused.")
    index_table: str = Field(description="DynamoDB table of articles by time.")
    idempotency_table: str = Field(description="DynamoDB table of answered requests.")


class NotifySettings(_Buckets, _Exports, TracesSettings):
    """Settings of handlers.notify."""

    index_table: str = Field(description="DynamoDB table of articles by time.")
    event_bus: str = Field("default", description="EventBridge bus that gets the notices.")
    article_queue_url: str = Field(description="Queue of the articles to summarize.")
    failed_queue_arn: str = Field(description="Queue of the articles that failed for good.")
    dead_letter_queue_url: str = Field(description="Where their messages are kept.")
    release_queue_url: str = Field(description="Queue of the embargoed summaries.")
    release_queue_arn: str = Field(description="The same queue.")
    callback_queue_url: str = Field("", description="Empty if there are no callbacks.")


class WebhookSettings(_CallbackHosts, TracesSettings):
    """Settings of handlers.webhook."""

    callback_queue_url: str
    callback_secret: str = Field(description="Name of the secret that signs callbacks.")
