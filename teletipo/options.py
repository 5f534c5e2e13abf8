"""A deployment's options for summaries: languages, limits and steps."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

from teletipo import languages
from teletipo.errors import LanguageUnknown


def parse_targets(text: str) -> tuple[str, ...]:
    """Parse ``"es, en,zh-CN"`` into ``("es", "en", "zh-Hans")``, without duplicates.

    Raises ``ValueError`` if there are no tags, or an invalid one.
    """
    tags = [tag.strip() for tag in text.split(",") if tag.strip()]
    if not tags:
        raise ValueError("no language is given")
    try:
        return tuple(dict.fromkeys(languages.normalize_tag(tag) for tag in tags))
    except LanguageUnknown as error:
        raise ValueError(str(error)) from error


LanguageTags = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda value: parse_targets(value) if isinstance(value, str) else value),
]
"""BCP 47 tags, from a tuple or a comma-separated string."""


class SummaryOptions(BaseModel, frozen=True):
    """How articles are summarized. The options are recorded in the results."""

    targets: LanguageTags = Field(
        ("es", "en", "zh-Hans"), description="Languages to summarize into, comma-separated."
    )
    abstractive: bool = Field(
        True, description="Let a model write the summary if the pack has one for the language."
    )
    repair: bool = Field(True, description="Repair sentences in which the checks find an error.")
    score: bool = Field(
        True, description="Estimate a confidence for each translated sentence, if the pack can."
    )
    min_confidence: float = Field(
        0.3, ge=0, le=1, description="A less confident sentence gets a finding and needs review."
    )
    latin_names: bool = Field(
        False, description="In Chinese, add a person's name in Latin letters at the first mention."
    )
    max_article_bytes: int = Field(1_000_000, gt=0, description="Larger articles are rejected.")
