"""The pack contract: what a pack says of itself, in the catalogue and on disk."""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from teletipo.errors import PackNotFound

MANIFEST_FILE = "manifest.json"

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
    """What somebody measured for a language pair."""

    bleu: float
    chrf: float = Field(description="From 0 to 100.")
    test_set: str
    source: str = Field(description="Who says so: a command of ours, or a publication.")
    draft: bool = Field(description="Not to be published without a translator's eye.")


class Pair(_Model):
    """A step from one language (BCP 47) to another that one model does."""

    source: str
    target: str
    quality: Quality | None = None


class Route(Pair):
    """A way through a third language, as measured whole."""

    via: str


class HubOrigin(_Model):
    """A repository of the model hub at one revision."""

    repository: str
    revision: str = Field(pattern=r"^[0-9a-f]{40}$", description="The commit, in full.")
    files: tuple[str, ...] = Field(
        description="Wanted besides the weights: configuration and tokenizer."
    )


class PackageOrigin(_Model):
    """A package of the package index that carries weights."""

    package: str
    version: str
    adapter: str | None = Field(
        None, description="A directory of models/adapters/: what our own training changed."
    )


class Decoding(_Model):
    """How a model is decoded: its authors' settings where they gave any. Lengths in tokens."""

    beam_size: int = Field(4, ge=1)
    retry_beam_size: int = Field(
        8, ge=0, description="Of the second try, for what failed its checks; 0: there is none."
    )
    coverage_weight: float = Field(
        0.0,
        ge=0.0,
        description="Of the share of a text's words that a hypothesis renders, beside its score, "
        "when a search's hypotheses are ranked; 0: as the search ranked them.",
    )
    length_penalty: float = 1.0
    no_repeat_ngram_size: int = 0
    min_length: int = Field(1, ge=1)
    max_length: int | None = Field(None, description="None: by the input, see `max_length_ratio`.")
    max_length_ratio: float = Field(
        2.0, description="Of the input's length; a few tokens are added for short ones."
    )


class ModelEntry(_Model):
    """One model, as the catalogue describes it."""

    origin: HubOrigin | PackageOrigin
    licence: str
    commercial_use: bool = True
    architecture: ArchitectureName
    pairs: tuple[Pair, ...] = ()
    summarizes: tuple[str, ...] = Field((), description="Languages, as BCP 47 tags.")
    embeds: tuple[str, ...] = Field(
        (), description="Languages in which it tells how near two sentences are in meaning."
    )
    quality_note: str = Field("", description="Published quality that is not of a language pair.")
    codes: dict[str, str] = Field(
        default_factory=dict, description="BCP 47 tag → the model's own token for the language."
    )
    max_input_tokens: int = Field(gt=0, description="What the model can read at once.")
    decoding: Decoding = Decoding()

    @model_validator(mode="after")
    def _can_be_decoded_so(self) -> Self:
        if self.architecture in {"chat", "few-shot", "prompted"} and self.decoding.min_length > 1:
            # CTranslate2 counts the prompt in it.
            raise ValueError("min_length is for encoder-decoder models")
        reads_only = self.architecture == "bert"
        if reads_only != bool(self.embeds) or (reads_only and self.tasks != ("embed",)):
            raise ValueError("a bert model embeds, and nothing else does")
        return self

    @property
    def tasks(self) -> tuple[Task, ...]:
        """What it is good for."""
        tasks: tuple[tuple[Task, object], ...] = (
            ("summarize", self.summarizes),
            ("translate", self.pairs),
            ("embed", self.embeds),
        )
        return tuple(task for task, what in tasks if what)


class PackEntry(_Model):
    """A pack as the catalogue describes it: its models by name, before any is fetched."""

    version: str
    summary: str
    models: tuple[str, ...] = Field(min_length=1)
    notices: tuple[str, ...] = Field((), description="Files of models/licences/ that go with it.")
    routes: tuple[Route, ...] = ()


class PackedModel(ModelEntry):
    """One model of a pack; its files lie in the directory of its name."""

    name: str
    weights: str = Field(description="The published file or files that it was made from.")
    sha256: str = Field(description="Of those weights.")


class PackContents(_Model):
    """What a pack is made of, all but its files: a build that would differ here is another."""

    name: str
    version: str
    summary: str
    notices: tuple[str, ...]
    routes: tuple[Route, ...]
    runtime: RuntimeName
    quantization: str

    @property
    def variant(self) -> str:
        """Names the pack among other builds of it: ``opus-1-ctranslate2-int8``."""
        return f"{self.name}-{self.version}-{self.runtime}-{self.quantization}"


class Manifest(PackContents):
    """A built pack's `manifest.json`. Its directory holds the files that it lists, no others."""

    models: Annotated[tuple[PackedModel, ...], Field(min_length=1)]
    files: dict[str, str] = Field(description="Relative path → sha-256 in hexadecimal.")

    @property
    def licences(self) -> tuple[str, ...]:
        """Each licence once."""
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
        """One pack. Raises ``PackNotFound``, naming those there are."""
        if name not in self.packs:
            known = ", ".join(self.packs)
            raise PackNotFound(f"There is no pack '{name}'. The catalogue has: {known}.")
        return self.packs[name]

    def models_of(self, pack: PackEntry) -> dict[str, ModelEntry]:
        """The pack's models by name."""
        return {name: self.models[name] for name in pack.models}


def check_routes(routes: Sequence[Route], models: Sequence[ModelEntry]) -> None:
    """Every route's two steps are there. Raises ``ValueError``."""
    direct = {(pair.source, pair.target) for model in models for pair in model.pairs}
    for route in routes:
        if not {(route.source, route.via), (route.via, route.target)} <= direct:
            raise ValueError(f"{route.source}→{route.target} via {route.via} has a missing step")


@cache
def catalog() -> Catalog:
    """The catalogue that comes with Teletipo."""
    text = resources.files("models").joinpath("catalog.toml").read_text("utf-8")
    return Catalog.model_validate(tomllib.loads(text))
