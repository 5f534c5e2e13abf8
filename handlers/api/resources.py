"""The API's smaller documents."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import BaseModel, Field

from handlers.index import Row, Status
from teletipo.languages import normalize_tag
from teletipo.submission import Options
from teletipo.summary import Decision, LanguageStatus

JSON, TEXT, NINJS = "application/json", "text/plain", "application/vnd.iptc.ninjs+json"

Id = Annotated[str, Path(description="Article ID, from a listing, a 202 response or `Location`.")]


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
    status: Status
    stored_at: str = Field(description="ISO 8601 in UTC.")
    headline: str | None
    language: str | None
    review: Decision | None = Field(description="The last review's decision.")
    languages: dict[str, LanguageStatus] = Field(
        description="The status of the summary in each language; empty before there is one, and "
        "for articles that were listed by an older version."
    )


class ArticleList(BaseModel):
    """Articles, newest first."""

    articles: list[ListedArticle]
    cursor: str | None = Field(description="Gets the next page; null at the end.")


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
        status=row.status,
        stored_at=row.stored_at,
        headline=row.headline,
        language=normalize_tag(row.language) if row.language else None,
        review=row.review,
        languages=row.languages,
    )
