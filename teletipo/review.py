"""Review: what an editor decided about a summary; beside the machine's words, never over them."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Decision = Literal["approved", "corrected", "sent_back"]

_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Correction(_Model):
    """One language's words as the editor wants them."""

    headline: _Line | None = Field(None, description="Null: the machine's stays.")
    text: _Text | None = Field(None, description="Null: the machine's stays.")

    @model_validator(mode="after")
    def _corrects_something(self) -> Self:
        if self.headline is None and self.text is None:
            raise ValueError("a correction has a headline, a text, or both")
        return self


class ReviewRequest(_Model):
    """An editor's decision, as it is sent."""

    decision: Decision = Field(
        description="`approved`: as it stands; `corrected`: with the given words instead; "
        "`sent_back`: not to be used, to be made again."
    )
    corrections: dict[str, Correction] = Field(
        default_factory=dict, description="By BCP 47 tag; only where the decision is `corrected`."
    )
    note: _Text | None = Field(None, description="For whoever reads the review.")
    reviewer: _Line | None = Field(
        None, description="The editor's name, where a desk shares its credentials."
    )

    @model_validator(mode="after")
    def _corrections_go_with_corrected(self) -> Self:
        if (self.decision == "corrected") != bool(self.corrections):
            raise ValueError("corrections are given where the decision is 'corrected', only there")
        return self


class Review(ReviewRequest):
    """A decision as it is kept."""

    reviewed_at: str = Field(description="ISO 8601 in UTC.")
    reviewed_by: str = Field(description="Whose credentials: an API key, a user, a role.")
    version_id: str | None = Field(description="The version of the article that was summarized.")
    summary_etag: str = Field(description="The summary that the editor saw.")


class Reviews(_Model):
    """Every review of one article's summaries, oldest first."""

    schema_version: Literal["1"] = "1"
    key: str
    reviews: tuple[Review, ...] = ()

    def of(self, summary_etag: str) -> tuple[Review, ...]:
        """Those of one summary: what was decided about an older one says nothing of this one."""
        return tuple(review for review in self.reviews if review.summary_etag == summary_etag)
