"""Findings: what a check has to say to the editor."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from teletipo.spans import Span


class Severity(StrEnum):
    """How much a finding matters. From ``warning`` up, the summary needs a review."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


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
    output_spans: tuple[Span, ...] = Field(
        (), description="Where in the summary's sentence, or in its headline."
    )
    source_spans: tuple[Span, ...] = Field(
        (),
        description="Where in the article's body; for a headline, where in the article's headline.",
    )

    def placed(self, language: str, sentence: int | None, source_start: int | None) -> "Finding":
        """Return the finding about a pair of texts as one about a part of a summary.

        ``sentence`` is as the field; ``source_start`` is where the source text begins in the
        article, in characters, or None where it stands nowhere as it is.
        """
        spans = () if source_start is None else self.source_spans
        moved = tuple(
            Span(span.start + (source_start or 0), span.end + (source_start or 0)) for span in spans
        )
        update = {"language": language, "sentence": sentence, "source_spans": moved}
        return self.model_copy(update=update)
