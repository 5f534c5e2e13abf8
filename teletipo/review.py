"""Review: an editor's decision about a summary, stored beside it without changing it.

The summary's own status, ``needs_review`` or ``ok``, is set in ``assembly``.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Decision = Literal["approved", "corrected", "sent_back"]

_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Correction(_Model):
    """An editor's version of one language's summary."""

    headline: _Line | None = Field(None, description="Null keeps the machine's headline.")
    text: _Text | None = Field(None, description="Null keeps the machine's text.")

    @model_validator(mode="after")
    def _corrects_something(self) -> Self:
        if self.headline is None and self.text is None:
            raise ValueError("a correction needs a headline, a text or both")
        return self


class ReviewRequest(_Model):
    """An editor's decision, as sent to the API."""

    decision: Decision = Field(
        description="`approved`: use as it is; `corrected`: use the given corrections; "
        "`sent_back`: do not use, summarize again."
    )
    corrections: dict[str, Correction] = Field(
        default_factory=dict, description="By BCP 47 tag; only if the decision is `corrected`."
    )
    note: _Text | None = Field(None, description="A note for readers of the review.")
    reviewer: _Line | None = Field(
        None, description="The editor's name, if a desk shares its credentials."
    )

    @model_validator(mode="after")
    def _corrections_go_with_corrected(self) -> Self:
        if (self.decision == "corrected") != bool(self.corrections):
            raise ValueError("'corrections' is required if 'decision' is 'corrected', else omitted")
        return self


class Review(ReviewRequest):
    """A decision, as stored."""

    reviewed_at: str = Field(description="ISO 8601 in UTC.")
    reviewed_by: str = Field(description="The credentials used: an API key, a user or a role.")
    version_id: str | None = Field(description="The summarized version of the article.")
    summary_etag: str = Field(description="ETag of the reviewed summary.")


class Reviews(_Model):
    """All reviews of one article's summaries, oldest first."""

    schema_version: Literal["1"] = "1"
    key: str
    reviews: tuple[Review, ...] = ()

    def of(self, summary_etag: str) -> tuple[Review, ...]:
        """Return the reviews of one summary; those of older ones do not apply to it."""
        return tuple(review for review in self.reviews if review.summary_etag == summary_etag)
