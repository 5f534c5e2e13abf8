"""The pack contract: a pack's entry in the catalogue and its manifest on disk."""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from teletipo.errors import PackNotFound

MANIFEST_FILE = "manifest.json"
ESTIMATOR_FILE = "estimator.json"
"""In a model's directory: ``teletipo.confidence.Estimator``, if there is one."""

Task = Literal["summarize", "translate", "embed"]
RuntimeName = Literal["ctranslate2", "transformers"]
ArchitectureName = Literal[
    "marian",
    "m2m100",
    "nllb",
    "mbart50",
    "t5",
    "bart",
    "pegasus",
    "chat",
    "few-shot",
    "prompted",
    "bert",
]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Quality(_Model):
    """Measured translation quality for a language pair."""

    bleu: float
    chrf: float = Field(description="From 0 to 100.")
    test_set: str
    source: str = Field(description="The command or publication that the scores come from.")
    draft: bool = Field(description="A translator must review the output before publication.")
    faulty: float | None = Field(
        None, description="Percentage of sentences in which the checks find an error before repair."
    )


class Pair(_Model):
    """A direction that one model translates; languages are BCP 47 tags."""

    source: str
    target: str
    quality: Quality | None = None


class Route(Pair):
    """A route through a third language; its quality is measured end to end."""

    via: str


class HubOrigin(_Model):
    """A repository of the model hub at one revision."""

    repository: str
    revision: str = Field(pattern=r"^[0-9a-f]{40}$", description="The full commit hash.")
    files: tuple[str, ...] = Field(
        description="Files to download besides the weights: configuration and tokenizer."
    )


class PackageOrigin(_Model):
    """A package of the package index that carries weights."""

    package: str
    version: str
    adapter: str | None = Field(
        None, description="Directory in models/adapters/ that holds our trained adapter."
    )


class Decoding(_Model):
    """Decoding settings: the authors' own if published. Lengths are in tokens."""

    beam_size: int = Field(4, ge=1)
    retry_beam_size: int = Field(
        8, ge=0, description="Beam size for decoding again after a failed check; 0: no second try."
    )
    coverage_weight: float = Field(
        0.0,
        ge=0.0,
        description="Weight of word coverage (the share of source words that a hypothesis "
        "translates) added to the search score when ranking hypotheses; 0: search score only.",
    )
    keeps_terms: bool = Field(
        False,
        description="Words of the text that are already in the target language stay as they are: "
        "names and terms are put into the text.",
    )
    length_penalty: float = 1.0
    no_repeat_ngram_size: int = 0
    min_length: int = Field(1, ge=1)
    max_length: int | None = Field(None, description="None: use `max_length_ratio`.")
    max_length_ratio: float = Field(
        2.0, description="Output limit relative to input length, plus a few tokens for short texts."
    )


class ModelEntry(_Model):
    """One model in the catalogue."""

    origin: HubOrigin | PackageOrigin
    licence: str
    commercial_use: bool = True
    architecture: ArchitectureName
    pairs: tuple[Pair, ...] = ()
    summarizes: tuple[str, ...] = Field((), description="Languages, as BCP 47 tags.")
    embeds: tuple[str, ...] = Field(
        (), description="Languages in which it embeds sentences, as BCP 47 tags."
    )
    quality_note: str = Field("", description="Published quality that is not for a language pair.")
    codes: dict[str, str] = Field(
        default_factory=dict, description="BCP 47 tag → the model's language token."
    )
    max_input_tokens: int = Field(gt=0, description="Input limit in tokens.")
    trim: bool = Field(
        False, description="The build drops vocabulary pieces that the languages do not need."
    )
    decoding: Decoding = Decoding()

    @model_validator(mode="after")
    def _can_be_decoded_so(self) -> Self:
        if self.architecture in {"chat", "few-shot", "prompted"} and self.decoding.min_length > 1:
            # CTranslate2 includes the prompt in min_length.
            raise ValueError("min_length is only for encoder-decoder models")
        reads_only = self.architecture == "bert"
        if reads_only != bool(self.embeds) or (reads_only and self.tasks != ("embed",)):
            raise ValueError("only a bert model embeds, and it has no other task")
        if self.trim and (isinstance(self.origin, PackageOrigin) or self.architecture == "marian"):
            raise ValueError("an adapter's or a language pair's own vocabulary is not trimmed")
        return self

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the model reads or writes, as BCP 47 tags."""
        paired = [language for pair in self.pairs for language in (pair.source, pair.target)]
        return tuple(sorted({*paired, *self.summarizes, *self.embeds}))

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks that the model does."""
        tasks: tuple[tuple[Task, object], ...] = (
            ("summarize", self.summarizes),
            ("translate", self.pairs),
            ("embed", self.embeds),
        )
        return tuple(task for task, what in tasks if what)


class PackEntry(_Model):
    """One pack in the catalogue: its models by name, before download."""

    version: str
    summary: str
    models: tuple[str, ...] = Field(min_length=1)
    notices: tuple[str, ...] = Field((), description="Files in models/licences/ to ship.")
    routes: tuple[Route, ...] = ()


class Trimming(_Model):
    """What a build kept of a model's vocabulary."""

    pieces: int
    of: int = Field(description="Pieces of the published model.")
    least: int = Field(description="Pieces that occur less often in the texts are dropped.")
    texts_sha256: str = Field(description="SHA-256 of the texts in which pieces were counted.")


class PackedModel(ModelEntry):
    """One model in a built pack; its files are in the directory with its name."""

    name: str
    weights: str = Field(description="Published weights file that the model was built from.")
    sha256: str = Field(description="SHA-256 of those weights.")
    adapter_sha256: str | None = Field(
        None, description="SHA-256 of the manifest and the estimator of the adapter merged into it."
    )
    trimmed: Trimming | None = None


class PackContents(_Model):
    """What identifies a build besides its files: builds that differ here are other packs."""

    name: str
    version: str
    summary: str
    notices: tuple[str, ...]
    routes: tuple[Route, ...]
    runtime: RuntimeName
    quantization: str

    @property
    def variant(self) -> str:
        """Return the build's name, such as ``opus-1-ctranslate2-int8``."""
        return f"{self.name}-{self.version}-{self.runtime}-{self.quantization}"


class Manifest(PackContents):
    """A built pack's ``manifest.json``. The directory holds exactly the files that it lists."""

    models: Annotated[tuple[PackedModel, ...], Field(min_length=1)]
    files: dict[str, str] = Field(description="Relative path → sha-256 in hexadecimal.")

    @property
    def licences(self) -> tuple[str, ...]:
        """The models' licences, without repeats."""
        return tuple(dict.fromkeys(model.licence for model in self.models))

    @model_validator(mode="after")
    def _pivots_are_served(self) -> Self:
        check_routes(self.routes, self.models)
        return self


class Catalog(_Model):
    """``catalog.toml``."""

    models: dict[str, ModelEntry]
    packs: dict[str, PackEntry]

    @model_validator(mode="after")
    def _packs_are_whole(self) -> Self:
        for name, pack in self.packs.items():
            missing = set(pack.models) - self.models.keys()
            if missing:
                raise ValueError(f"the pack '{name}' names unknown models: {sorted(missing)}")
            check_routes(pack.routes, [self.models[model] for model in pack.models])
        return self

    def pack(self, name: str) -> PackEntry:
        """Return a pack by name. Raises ``PackNotFound``, which lists the known packs."""
        if name not in self.packs:
            known = ", ".join(self.packs)
            raise PackNotFound(f"There is no pack '{name}'. The catalogue has: {known}.")
        return self.packs[name]

    def models_of(self, pack: PackEntry) -> dict[str, ModelEntry]:
        """Return the pack's models by name."""
        return {name: self.models[name] for name in pack.models}


def check_routes(routes: Sequence[Route], models: Sequence[ModelEntry]) -> None:
    """Raise ``ValueError`` if no model does a step of a route."""
    direct = {(pair.source, pair.target) for model in models for pair in model.pairs}
    for route in routes:
        if not {(route.source, route.via), (route.via, route.target)} <= direct:
            raise ValueError(f"{route.source}→{route.target} via {route.via} has a missing step")


@cache
def catalog() -> Catalog:
    """Return the catalogue that ships with Teletipo."""
    text = resources.files("models").joinpath("catalog.toml").read_text("utf-8")
    return Catalog.model_validate(tomllib.loads(text))
