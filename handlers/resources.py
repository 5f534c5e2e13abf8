"""The API's smaller documents, and those that only repeat the catalogue."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Literal

from pydantic import BaseModel, Field

from handlers.index import Row, Status
from models.manifest import catalog
from models.ways import Way, ways
from teletipo.languages import normalize_tag
from teletipo.review import Decision
from teletipo.submission import Options


class Pending(BaseModel):
    """An article that has no answer yet."""

    id: str
    key: str
    version_id: str | None
    status: Literal["pending"]


class ListedArticle(BaseModel):
    """An article, and how far it is."""

    id: str
    key: str
    status: Status
    stored_at: str = Field(description="ISO 8601 in UTC.")
    headline: str | None
    language: str | None
    review: Decision | None = Field(description="What an editor decided last.")


class ArticleList(BaseModel):
    """Newest first."""

    articles: list[ListedArticle]
    cursor: str | None = Field(description="Where to go on; null at the end.")


class UploadRequest(BaseModel):
    """A file that is to be uploaded by a form."""

    model_config = {"extra": "forbid"}

    content_type: Literal["text/plain", "text/html", "application/vnd.iptc.ninjs+json"] = (
        "text/plain"
    )
    options: Options = Options()


class Upload(BaseModel):
    """A form that uploads one file; its fields go before the file, which is called `file`."""

    id: str
    key: str
    url: str
    fields: dict[str, str]
    max_bytes: int
    expires_in_seconds: int


class LanguagePair(BaseModel):
    """One language to another, and how good it was measured to be."""

    source: str
    target: str
    via: list[str]
    bleu: float | None
    chrf: float | None
    test_set: str | None
    draft: bool | None = Field(description="Not to be published without a translator's eye.")


class Languages(BaseModel):
    """What this deployment reads and writes."""

    sources: list[str]
    targets: list[str] = Field(description="Those that are made where none are asked for.")
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


class Health(BaseModel):
    """The function answers."""

    status: Literal["ok"]
    version: str


@cache
def routes(pack: str) -> Mapping[tuple[str, str], Way]:
    """Every language pair that a pack of the catalogue serves. Raises ``PackNotFound``."""
    entry = catalog().pack(pack)
    return ways(list(catalog().models_of(entry).values()), entry.routes)


def languages(pack: str, targets: Sequence[str]) -> Languages:
    """The pack's pairs, with what was measured for each."""
    found = []
    for (source, target), way in sorted(routes(pack).items()):
        quality = way.quality
        found.append(
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
        sources=sorted({pair.source for pair in found}),
        targets=list(targets),
        pairs=found,
    )


def packs(in_use: str) -> Packs:
    """Every pack, and which one this deployment uses."""
    return Packs(
        packs=[
            Pack(
                name=name,
                version=entry.version,
                summary=entry.summary,
                in_use=name == in_use,
                licences=sorted({m.licence for m in catalog().models_of(entry).values()}),
                commercial_use=all(m.commercial_use for m in catalog().models_of(entry).values()),
            )
            for name, entry in catalog().packs.items()
        ]
    )


def listed(row: Row) -> ListedArticle:
    """A row of the list."""
    return ListedArticle(
        id=row.id,
        key=row.key,
        status=row.status,
        stored_at=row.stored_at,
        headline=row.headline,
        language=normalize_tag(row.language) if row.language else None,
        review=row.review,
    )
