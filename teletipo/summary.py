"""Summary: the published document, and the one that says why there is none."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from teletipo.draft import Method
from teletipo.findings import Finding
from teletipo.spans import Span

SCHEMA_VERSION: Literal["1"] = "1"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SummarySentence(_Model):
    """One sentence, and what in the article bears it out."""

    text: str
    evidence: tuple[Span, ...] = Field(min_length=1, description="Where in the article's body.")


class LanguageSummary(_Model):
    """The summary in one language."""

    headline: str | None = Field(description="Null where the article has none.")
    dateline: str | None = Field(description="In the manner of this language.")
    text: str = Field(description="The sentences as one paragraph.")
    translated: bool = Field(description="False for the language of the article itself.")
    route: tuple[str, ...] = Field(
        description="The languages that the translation went through, the article's own first; "
        "empty where nothing was translated."
    )
    method: Method = Field(
        description="`extractive`: the article's own sentences, as they stand or translated; "
        "`abstractive`: written by a model."
    )
    sentences: tuple[SummarySentence, ...]


class ArticleDateline(_Model):
    """Where and when the article says it was sent, and by whom."""

    place: str | None
    date: str | None = Field(
        description="ISO 8601 (`2022-03-14`), or `--03-14` (RFC 6350) where no year is written."
    )
    agency: str | None


class ArticleIdentity(_Model):
    """Which article, and which version of it."""

    key: str = Field(description="The object's key, or the file's name.")
    version_id: str | None
    sha256: str = Field(description="Of the article's bytes, in hexadecimal.")
    guid: str | None = Field(description="As the object's metadata or the item itself has it.")
    language: str = Field(description="BCP 47.")
    headline: str | None
    section: str | None
    dateline: ArticleDateline | None
    update: str | None = Field(description="What an update note says.")
    byline: str | None
    sign_off: str | None = Field(description="The initials that close the copy.")
    word_count: int
    text: str = Field(
        description="The body as it was read, paragraphs divided by line feeds: what the offsets "
        "of evidence and findings count the characters (Unicode code points) of."
    )


class SummaryModel(_Model):
    """A model that had a part in it."""

    name: str
    sha256: str = Field(description="Of its published weights.")


class SummaryPack(_Model):
    """The pack that made it."""

    name: str
    version: str
    runtime: str = Field(description="The inference library.")
    quantization: str = Field(description="What the weights are kept in.")
    models: tuple[SummaryModel, ...]


class SummarySettings(_Model):
    """The settings that made it."""

    targets: tuple[str, ...]
    abstractive: bool = Field(description="Whether a model might write the summary.")
    repair: bool = Field(description="Whether what failed its checks was decoded again.")
    terminology: str | None = Field(
        description="The sha-256 of the desk's file of terms; null without one."
    )


class Summary(_Model):
    """One article's checked summaries. Same input, pack and settings: same bytes, timings apart."""

    schema_version: Literal["1"] = SCHEMA_VERSION
    status: Literal["ok", "needs_review"] = Field(
        description="`needs_review` where any finding is a warning or an error."
    )
    article: ArticleIdentity
    summaries: dict[str, LanguageSummary] = Field(
        description="By BCP 47 tag; the article's own language first."
    )
    findings: tuple[Finding, ...]
    pack: SummaryPack
    settings: SummarySettings
    repairs: dict[str, int] = Field(
        description="How many sentences and headlines each step mended that had faults: "
        "`hypothesis` (another of the same search), `wider` (a wider search), `terms` (the desk's "
        "terms put in before), `clauses` (clause by clause), `detour` (another way: directly "
        "instead of through a third language, or the reverse)."
    )
    timings_seconds: dict[str, float] = Field(
        description="By step; `total` is the whole. Steps done for several articles at once count "
        "in full for each."
    )


class RejectionDocument(_Model):
    """Why an article has no summary."""

    schema_version: Literal["1"] = SCHEMA_VERSION
    status: Literal["rejected"] = "rejected"
    key: str
    version_id: str | None
    code: str = Field(description="Stable name of the reason, such as `too_large`.")
    reason: str = Field(description="A sentence that a person understands.")


def to_json(document: BaseModel) -> bytes:
    """A document as it is published: UTF-8, indented, fields in the schema's order."""
    return document.model_dump_json(indent=2).encode() + b"\n"
