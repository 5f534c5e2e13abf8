"""Settings: one typed model, read from the environment (``TELETIPO_…``) once."""

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from teletipo import languages
from teletipo.errors import ConfigurationError, LanguageUnknown


def _default_cache_dir() -> Path:
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "teletipo"


class Settings(BaseSettings):
    """Everything that a deployment may choose."""

    model_config = SettingsConfigDict(env_prefix="TELETIPO_", env_ignore_empty=True, frozen=True)

    pack: str = Field("embedded", description="Name of the pack in the catalogue.")
    pack_dir: Path | None = Field(
        None, description="A prepared pack; by default the cache's copy of `pack`."
    )
    cache_dir: Path = Field(default_factory=_default_cache_dir)
    runtime: Literal["ctranslate2", "transformers"] = Field(
        "ctranslate2", description="Inference library; transformers is the reference, with torch."
    )
    quantization: str = Field(
        "", description="What weights are kept in; int8 by default, float32 under transformers."
    )
    targets: Annotated[tuple[str, ...], NoDecode] = Field(
        ("es", "en", "zh-Hans"), description="Languages to summarize into, comma-separated."
    )
    sources: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Languages that articles usually are in, comma-separated: their models are "
        "loaded before the first article. By default every language that the pack serves.",
    )
    abstractive: bool = Field(
        True, description="Let a model write the summary, where the pack has one for the language."
    )
    repair: bool = Field(
        True, description="Decode again, in other ways, what has an error by the checks."
    )
    terminology: Path | None = Field(
        None, description="The desk's own terms: a CSV, TMX or TBX file."
    )
    terminology_key: str = Field(
        "", description="The same as an object of the summaries bucket; read again when it changes."
    )
    max_article_bytes: int = Field(1_000_000, gt=0, description="Larger objects are rejected.")
    threads: int = Field(0, ge=0, description="Cores for one decoding; 0 takes all it has.")
    articles_bucket: str = ""
    summaries_bucket: str = ""
    articles_prefix: str = "articles/"
    index_table: str = Field("", description="DynamoDB table of articles by time.")
    idempotency_table: str = Field("", description="DynamoDB table of answered requests.")
    callback_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Hosts that may be called back, comma-separated; none by default."
    )
    callback_queue_url: str = ""
    callback_secret: str = Field("", description="Name of the secret that signs callbacks.")
    event_bus: str = Field("default", description="Where completed summaries are told of.")
    cors_origin: str = Field("", description="A web page's origin that may use the API.")

    @property
    def weight_type(self) -> str:
        """The quantization, chosen or by default."""
        return self.quantization or ("int8" if self.runtime == "ctranslate2" else "float32")

    @field_validator("targets", "sources", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return parse_targets(value) if isinstance(value, str) else value

    @field_validator("callback_hosts", mode="before")
    @classmethod
    def _split_hosts(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(host.strip().casefold() for host in value.split(",") if host.strip())


def load_settings() -> Settings:
    """The settings of this process. Raises ``ConfigurationError``, naming the variables."""
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(
            f"TELETIPO_{'_'.join(map(str, detail['loc'])).upper()}: {detail['msg']}"
            for detail in error.errors()
        )
        raise ConfigurationError(f"The environment is not right: {faults}.") from None


def parse_targets(text: str) -> tuple[str, ...]:
    """``"es, en,zh-CN"`` → ``("es", "en", "zh-Hans")``, each once. Raises ``ValueError``."""
    tags = [tag.strip() for tag in text.split(",") if tag.strip()]
    if not tags:
        raise ValueError("no language is named")
    try:
        return tuple(dict.fromkeys(languages.normalize_tag(tag) for tag in tags))
    except LanguageUnknown as error:
        raise ValueError(str(error)) from error
