"""What this deployment can do, from the catalogue of packs."""

from collections.abc import Mapping
from functools import cache

from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import BaseModel, Field

from handlers.api.service import service
from models.manifest import catalog
from models.ways import Way, ways

router = APIGatewayRouter()


class LanguagePair(BaseModel):
    """A language pair and its measured quality."""

    source: str
    target: str
    via: list[str]
    bleu: float | None
    chrf: float | None
    test_set: str | None
    draft: bool | None = Field(description="A translator must read it before publication.")


class Languages(BaseModel):
    """The languages of this deployment."""

    sources: list[str]
    targets: list[str] = Field(description="Used for articles that name no targets.")
    pairs: list[LanguagePair]


class Pack(BaseModel):
    """A pack of the catalogue."""

    name: str
    version: str
    summary: str
    in_use: bool
    licences: list[str]
    commercial_use: bool


class Packs(BaseModel):
    """The catalogue."""

    packs: list[Pack]


@cache
def routes(pack: str) -> Mapping[tuple[str, str], Way]:
    """Every language pair that a pack of the catalogue serves. Raises ``PackNotFound``."""
    entry = catalog().pack(pack)
    return ways(list(catalog().models_of(entry).values()), entry.routes)


@router.get("/languages", summary="List languages and language pairs")
def get_languages() -> Languages:
    """The pack's language pairs with their measured quality."""
    settings = service().settings
    pairs = []
    for (source, target), way in sorted(routes(settings.pack).items()):
        quality = way.quality
        pairs.append(
            LanguagePair(
                source=source,
                target=target,
                via=[hop.source for hop in way.hops[1:]],
                bleu=quality.bleu if quality else None,
                chrf=quality.chrf if quality else None,
                test_set=quality.test_set if quality else None,
                draft=quality.draft if quality else None,
            )
        )
    return Languages(
        sources=sorted({pair.source for pair in pairs}),
        targets=list(settings.targets),
        pairs=pairs,
    )


@router.get("/packs", summary="List the model packs")
def get_packs() -> Packs:
    """Every pack of the catalogue, and which one this deployment uses."""
    return Packs(
        packs=[
            Pack(
                name=name,
                version=entry.version,
                summary=entry.summary,
                in_use=name == service().settings.pack,
                licences=sorted({m.licence for m in catalog().models_of(entry).values()}),
                commercial_use=all(m.commercial_use for m in catalog().models_of(entry).values()),
            )
            for name, entry in catalog().packs.items()
        ]
    )
