"""Notice: the notification that a result is ready or withdrawn. It never contains the text."""

import hashlib
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from teletipo.article import Change
from teletipo.keys import article_id
from teletipo.summary import LanguageSummary, Summary

SUMMARY_COMPLETED = "Summary Completed"
ARTICLE_REJECTED = "Article Rejected"
SUMMARY_WITHDRAWN = "Summary Withdrawn"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ResultPlace(_Model):
    """Where the result is stored."""

    bucket: str
    key: str
    etag: str


class Superseded(_Model):
    """The earlier version whose place a summary takes."""

    id: str
    key: str
    version_id: str | None
    version: str | None = Field(description="The item's own version.")


class Changed(_Model):
    """What is new in one language; the words are in the summary."""

    headline: bool
    sentences: tuple[int, ...] = Field(description="Indexes of the new sentences.")
    sentences_before: int = Field(description="Number of sentences of the earlier summary.")


class Notice(_Model):
    """The detail of this service's events, and a callback's data."""

    schema_version: Literal["1"] = "1"
    id: str = Field(description="Article ID, as in the API's paths.")
    key: str
    version_id: str | None
    guid: str | None
    status: Literal["ok", "needs_review", "rejected", "withdrawn"] = Field(
        description="`withdrawn`: the article was deleted or its publisher killed or withheld the "
        "story, and the summary is gone. `code` and `reason` say which, null if it was deleted."
    )
    language: str | None = Field(description="The article's language, BCP 47; null if not known.")
    languages: tuple[str, ...] = Field(description="The summaries' languages, BCP 47.")
    findings: dict[str, int] = Field(description="Number of findings by code.")
    code: str | None = Field(description="Rejection code; null if there is none.")
    reason: str | None
    result: ResultPlace
    trace_id: str | None = Field(
        None,
        description="The correlation ID: the trace ID of the article's trace context. Callbacks "
        "have all of it in the headers `traceparent` and `tracestate`.",
    )
    change: Change | None = Field(
        None,
        description="What the item says that it is, `update` or `correction`; `update` too if it "
        "supersedes another version and does not say. Null for the first version.",
    )
    supersedes: Superseded | None = Field(None, description="Null for the first version.")
    changed: dict[str, Changed] = Field(
        default_factory=dict, description="By language: what is new in it since that version."
    )

    @property
    def type(self) -> str:
        """The event type, for EventBridge's `detail-type`."""
        kinds = {"rejected": ARTICLE_REJECTED, "withdrawn": SUMMARY_WITHDRAWN}
        return kinds.get(self.status, SUMMARY_COMPLETED)

    @property
    def callback_type(self) -> str:
        """The callback's `type`."""
        return self.type.lower().replace(" ", ".")

    @property
    def message_id(self) -> str:
        """An ID that stays the same when the notification is sent again."""
        identity = f"{self.key}\0{self.version_id}\0{self.result.etag}"
        if self.status == "withdrawn":
            identity += f"\0{self.status}"
        return f"msg_{hashlib.sha256(identity.encode()).hexdigest()[:32]}"


def changes(summary: Summary) -> dict[str, Any]:
    """Return the fields of a notice that say what a summary changes."""
    known = summary.supersedes
    if known is None:
        return {"change": summary.article.change}
    return {
        "change": summary.article.change or "update",
        "supersedes": Superseded(
            id=article_id(known.key),
            key=known.key,
            version_id=known.version_id,
            version=known.version,
        ),
        "changed": {
            language: _changed(words, known.sentences.get(language, 0))
            for language, words in summary.summaries.items()
        },
    }


def _changed(words: LanguageSummary, before: int) -> Changed:
    return Changed(
        headline=words.headline is not None and words.headline_kept is None,
        sentences=tuple(n for n, each in enumerate(words.sentences) if each.kept is None),
        sentences_before=before,
    )
