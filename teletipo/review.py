"""Review: an editor's decision about a summary in some languages, stored beside the summary.

The machine's own status, ``needs_review`` or ``ok``, is set in ``assembly``; ``edited`` puts the
reviews into the document that readers get.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from teletipo.summary import Decision

_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
MAX_TEXT = 20_000
"""Characters of a correction. What is stored has no limit: it must stay readable."""
_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_Note = Annotated[_Text, StringConstraints(max_length=MAX_TEXT)]
_Sentence = Annotated[str, StringConstraints(strip_whitespace=True)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Correction(_Model):
    """An editor's version of one language's summary."""

    headline: _Line | None = Field(None, description="Null keeps the headline.")
    text: _Text | None = Field(None, description="Null keeps the text. At most 20,000 characters.")
    sentences: tuple[_Sentence, ...] | None = Field(
        None,
        min_length=1,
        description="Instead of `text`: as many as the machine wrote, in its order, so that each "
        "keeps its evidence. An empty one is dropped. At most 20,000 characters together. In a "
        "stored review `text` joins them.",
    )

    @model_validator(mode="after")
    def _corrects_something(self) -> Self:
        if self.headline is None and self.text is None and self.sentences is None:
            raise ValueError("a correction needs a headline, a text or sentences")
        if self.sentences is not None and not any(self.sentences):
            raise ValueError("a correction needs at least one sentence that is not empty")
        return self


class ReviewRequest(_Model):
    """An editor's decision, as sent to the API."""

    decision: Decision = Field(
        description="`approved`: use as it is; `corrected`: use the given corrections; "
        "`sent_back`: do not use, summarize again."
    )
    languages: tuple[str, ...] = Field(
        (),
        description="The languages that the decision is about, BCP 47. By default those of "
        "`corrections`, else all languages of the reviewed summary.",
    )
    corrections: dict[str, Correction] = Field(
        default_factory=dict, description="By BCP 47 tag; only if the decision is `corrected`."
    )
    note: _Note | None = Field(None, description="A note for readers of the review.")
    reviewer: _Line | None = Field(
        None, description="The editor's name, if a desk shares its credentials."
    )

    @model_validator(mode="after")
    def _corrections_go_with_corrected(self) -> Self:
        if (self.decision == "corrected") != bool(self.corrections):
            raise ValueError("'corrections' is required if 'decision' is 'corrected', else omitted")
        if self.corrections and self.languages and {*self.languages} != {*self.corrections}:
            raise ValueError("'languages' must be those of 'corrections', or omitted")
        return self


class Review(ReviewRequest):
    """A decision, as stored."""

    reviewed_at: str = Field(description="ISO 8601 in UTC.")
    reviewed_by: str = Field(description="The credentials used: an API key, a user or a role.")
    version_id: str | None = Field(description="The summarized version of the article.")
    summary_etag: str = Field(description="ETag of the reviewed summary.")
    digests: dict[str, str] = Field(
        default_factory=dict,
        description="By language: SHA-256 of the article and of the machine's words that were "
        "reviewed. Empty in reviews of version 1.",
    )

    def is_about(self, language: str) -> bool:
        """Whether the decision counts for a language of the summary that it was made on.

        Reviews of version 1 name languages only in their corrections. Without corrections they
        count for all languages of their summary, which the editor had before them.
        """
        named = self.languages or self.corrections
        return language in named if named else True


class Reviews(_Model):
    """All reviews of one article's summaries, oldest first."""

    schema_version: Literal["1", "2"] = "2"
    key: str
    reviews: tuple[Review, ...] = ()
