"""The API's smaller documents."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import BaseModel, Field

from handlers.index import ListedTarget, Row, Status
from teletipo.languages import normalize_tag
from teletipo.submission import Options
from teletipo.summary import Decision

JSON, TEXT, NINJS = "application/json", "text/plain", "application/vnd.iptc.ninjs+json"
NITF, HTML = "application/nitf+xml", "text/html"

Id = Annotated[str, Path(description="Article ID, from a listing, a 202 response or `Location`.")]

Embargo = Annotated[
    bool, Query(description="For editors: also what may not be published before its time.")
]


class Pending(BaseModel):
    """An article without a result yet."""

    id: str
    key: str
    version_id: str | None
    status: Literal["pending"]


class ListedArticle(BaseModel):
    """An article and its status."""

    id: str
    key: str
    version_id: str | None
    status: Status = Field(
        description="`failed`: not summarized in several attempts; an operator must look. "
        "`withdrawn`: deleted or killed, `superseded`: another article of the same story counts; "
        "both are listed only if `status` asks for them."
    )
    stored_at: str = Field(description="ISO 8601 in UTC.")
    headline: str | None
    language: str | None
    review: Decision | None = Field(description="The last review's decision.")
    embargo: str | None = Field(
        description="When the embargo ends or ended, ISO 8601 in UTC. Before, the article is "
        "listed only with `embargoed`."
    )
    targets: dict[str, ListedTarget] = Field(
        description="The summary's languages (BCP 47), each with its status and its number of "
        "findings; empty before there is a summary."
    )


class ArticleList(BaseModel):
    """Articles, newest first."""

    articles: list[ListedArticle]
    cursor: str | None = Field(description="Gets the next page; null at the end.")


class ArticleVersion(BaseModel):
    """A version of an article."""

    version_id: str
    stored_at: str = Field(description="ISO 8601 in UTC.")
    size_bytes: int
    current: bool
    status: Literal["ok", "needs_review"] | None = Field(
        description="Of the version's last summary; null if there is none."
    )


class ArticleVersions(BaseModel):
    """An article's versions, newest first; at most 100, of the last 90 days and the current one."""

    id: str
    key: str
    versions: list[ArticleVersion]


class UploadRequest(BaseModel):
    """A request for an upload form."""

    model_config = {"extra": "forbid"}

    content_type: Literal["text/plain", "text/html", "application/vnd.iptc.ninjs+json"] = (
        "text/plain"
    )
    options: Options = Options()


class Upload(BaseModel):
    """A form that uploads one file. Send `fields` first, then the file as `file`."""

    id: str
    key: str
    url: str
    fields: dict[str, str]
    max_bytes: int
    expires_in_seconds: int


class Health(BaseModel):
    """The function runs."""

    status: Literal["ok"]
    version: str


def listed(row: Row) -> ListedArticle:
    """The index's row as the API returns it."""
    return ListedArticle(
        id=row.id,
        key=row.key,
        version_id=row.version_id,
        status=row.status,
        stored_at=row.stored_at,
        headline=row.headline,
        language=normalize_tag(row.language) if row.language else None,
        review=row.review,
        embargo=row.embargo,
        targets=dict(row.targets or {}),
    )
