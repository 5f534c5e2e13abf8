"""Findings: what a check reports to the editor."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from teletipo.spans import Span


class Severity(StrEnum):
    """How much a finding matters. From ``warning`` up, the summary needs review."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Finding(BaseModel):
    """One result of a check."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(description="Stable name of the finding, such as `stopped_early`.")
    severity: Severity
    language: str = Field(description="The language of the summary, as a BCP 47 tag.")
    sentence: int | None = Field(
        description="Index into that summary's `sentences`; null if the finding is about the "
        "headline or the whole summary."
    )
    message: str = Field(description="Explanation for the editor, in English.")
    output_spans: tuple[Span, ...] = Field(
        (), description="Offsets into the summary's sentence or headline."
    )
    source_spans: tuple[Span, ...] = Field(
        (),
        description="Offsets into the article's body; for a headline, into its headline.",
    )
    suggestion: str | None = Field(
        None,
        description="The right text, where the check knows it: what to write instead of the first "
        "of `output_spans`.",
    )

    def placed(self, language: str, sentence: int | None, source_start: int | None) -> "Finding":
        """Return this finding about a pair of texts as one about a part of a summary.

        ``sentence`` is as in the field. ``source_start`` is the source text's offset in the
        article, or None if the text does not occur there word for word.
        """
        spans = () if source_start is None else self.source_spans
        moved = tuple(
            Span(span.start + (source_start or 0), span.end + (source_start or 0)) for span in spans
        )
        update = {"language": language, "sentence": sentence, "source_spans": moved}
        return self.model_copy(update=update)
