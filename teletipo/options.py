"""What a deployment may choose about summaries: languages, limits and steps."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

from teletipo import languages
from teletipo.errors import LanguageUnknown


def parse_targets(text: str) -> tuple[str, ...]:
    """``"es, en,zh-CN"`` → ``("es", "en", "zh-Hans")``, without duplicates.

    Raises ``ValueError`` if there is no tag, or one that is not BCP 47.
    """
    tags = [tag.strip() for tag in text.split(",") if tag.strip()]
    if not tags:
        raise ValueError("no language is named")
    try:
        return tuple(dict.fromkeys(languages.normalize_tag(tag) for tag in tags))
    except LanguageUnknown as error:
        raise ValueError(str(error)) from error


LanguageTags = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda value: parse_targets(value) if isinstance(value, str) else value),
]
"""BCP 47 tags, from a tuple or from text separated by commas."""


class SummaryOptions(BaseModel, frozen=True):
    """How articles are summarized. Results record these options."""

    targets: LanguageTags = Field(
        ("es", "en", "zh-Hans"), description="Languages to summarize into, comma-separated."
    )
    abstractive: bool = Field(
        True, description="Let a model write the summary if the pack has one for the language."
    )
    repair: bool = Field(
        True, description="Decode sentences again if the checks find an error in them."
    )
    max_article_bytes: int = Field(1_000_000, gt=0, description="Larger articles are rejected.")
