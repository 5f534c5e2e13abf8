"""Notice: what others are told when an article's result is there; never with its words."""

import hashlib
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SUMMARY_COMPLETED = "Summary Completed"
ARTICLE_REJECTED = "Article Rejected"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ResultPlace(_Model):
    """Where the result lies."""

    bucket: str
    key: str
    etag: str


class Notice(_Model):
    """The detail of `Summary Completed` and `Article Rejected`, and the data of a callback."""

    schema_version: Literal["1"] = "1"
    id: str = Field(description="Of the article, in the API's addresses.")
    key: str
    version_id: str | None
    guid: str | None
    status: Literal["ok", "needs_review", "rejected"]
    language: str | None = Field(description="BCP 47; null where it was rejected.")
    languages: tuple[str, ...] = Field(description="Of the summaries.")
    findings: dict[str, int] = Field(description="How many, by code.")
    code: str | None = Field(description="Why it was rejected.")
    reason: str | None
    result: ResultPlace

    @property
    def type(self) -> str:
        """What happened, as EventBridge's `detail-type` says it."""
        return ARTICLE_REJECTED if self.status == "rejected" else SUMMARY_COMPLETED

    @property
    def message_id(self) -> str:
        """The same for the same result, however often it is told."""
        identity = f"{self.key}\0{self.version_id}\0{self.result.etag}"
        return f"msg_{hashlib.sha256(identity.encode()).hexdigest()[:32]}"
