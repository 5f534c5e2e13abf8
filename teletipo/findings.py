"""Findings: what a check has to say to the editor."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Severity(StrEnum):
    """How much a finding matters. From ``warning`` up, the summary needs a review."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class TextSpan(BaseModel):
    """Half-open character offsets."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Finding(BaseModel):
    """One thing that a check found."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(description="Stable name of what was found, such as `stopped_early`.")
    severity: Severity
    language: str = Field(description="The summary that it is about, as a BCP 47 tag.")
    sentence: int | None = Field(
        description="Index into that summary's `sentences`; null where it is about the headline "
        "or the summary as a whole."
    )
    message: str = Field(description="For the editor, in English.")
    output_spans: tuple[TextSpan, ...] = Field(
        (), description="Where in the summary's sentence, or in its headline."
    )
    source_spans: tuple[TextSpan, ...] = Field(
        (),
        description="Where in the article's body; for a headline, where in the article's headline.",
    )
