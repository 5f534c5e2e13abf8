"""The pack contract: what a pack says of itself, in the catalogue and on disk."""

import tomllib
from importlib import resources
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from teletipo.errors import PackNotFound

MANIFEST_FILE = "manifest.json"
TOKENIZER_FILE = "tokenizer.model"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MeasuredQuality(_Model):
    """What `python -m benchmarks.quality` printed for a language pair."""

    bleu: float
    chrf: float
    test_set: str
    draft: bool = Field(description="Not to be published without a translator's eye.")


class LanguagePair(_Model):
    """A way from one language to another: direct, or via a third."""

    source: str
    target: str
    via: str | None = None
    quality: MeasuredQuality | None = None


class CatalogEntry(_Model):
    """A pack as the catalogue describes it, before it is built."""

    version: str
    summary: str
    licence: str
    notices: tuple[str, ...] = Field(description="Files of models/licences/ that go with it.")
    source: str
    quantization: str
    tasks: tuple[Literal["summarize", "translate"], ...]
    pairs: tuple[LanguagePair, ...]

    @model_validator(mode="after")
    def _pivots_are_served(self) -> Self:
        direct = {(pair.source, pair.target) for pair in self.pairs if pair.via is None}
        for pair in self.pairs:
            if pair.via and not {(pair.source, pair.via), (pair.via, pair.target)} <= direct:
                raise ValueError(f"{pair.source}→{pair.target} via {pair.via} has a missing step")
        return self


class PackedModel(_Model):
    """One model of a pack."""

    name: str
    sha256: str = Field(description="Of the published weights that it was made from.")


class Manifest(CatalogEntry):
    """A built pack's `manifest.json`. Its directory holds the files that it lists, no others."""

    name: str
    models: tuple[PackedModel, ...]
    files: dict[str, str] = Field(description="Relative path → sha-256 in hexadecimal.")


def catalog() -> dict[str, CatalogEntry]:
    """Every pack by name."""
    text = resources.files("models").joinpath("catalog.toml").read_text("utf-8")
    return {name: CatalogEntry.model_validate(entry) for name, entry in tomllib.loads(text).items()}


def catalog_entry(name: str) -> CatalogEntry:
    """One pack of the catalogue. Raises ``PackNotFound``, naming those there are."""
    entries = catalog()
    if name not in entries:
        raise PackNotFound(f"There is no pack '{name}'. The catalogue has: {', '.join(entries)}.")
    return entries[name]
