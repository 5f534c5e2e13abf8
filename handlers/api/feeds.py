"""Feeds of the summaries that an editor has released."""

import re
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from handlers import feeds
from handlers.api import catalog
from handlers.api.errors import not_found
from handlers.api.requests import SIGNATURE
from handlers.api.service import service
from teletipo.feeds import KEPT, SHOWN, Entries
from teletipo.formats.writers.feeds import WRITERS, Feed, etag

router = APIGatewayRouter()
_NAME = re.compile(rf"([A-Za-z]{{2,8}}(?:-[A-Za-z0-9]{{1,8}})*)\.({'|'.join(WRITERS)})")


@router.get(
    "/feeds/<feed>",
    summary="Read a language's feed",
    responses={
        200: {
            "description": "The feed",
            "content": {
                kind: {"schema": {"type": "object" if kind.endswith("json") else "string"}}
                for kind, _ in WRITERS.values()
            },
        },
        304: {"description": "Unchanged"},
    },
)
def get_feed(
    feed: Annotated[
        str, Path(description="Language and format: `es.rss`, `en.atom`, `zh-Hans.json`.")
    ],
    limit: Annotated[int, Query(ge=1, le=KEPT)] = SHOWN,
    subject: Annotated[
        str | None,
        Query(
            description="Only with this subject, such as `medtop:20000553`, or a narrower one.",
            max_length=200,
        ),
    ] = None,
) -> Response[str]:
    """The newest summaries in a language that an editor has approved or corrected."""
    found = _NAME.fullmatch(feed)
    if found is None:
        raise not_found("There is no such feed.", [("feed", "is not LANGUAGE.FORMAT")])
    language, form = found.groups()
    entries = feeds.read(service().results, language)
    if entries is None:
        if language not in _languages():
            raise not_found("There is no feed in this language.", [("feed", "is not served")])
        entries = Entries(language=language)
    media_type, write = WRITERS[form]
    settings = service().settings
    given = Feed(language, _address(feed), settings.publisher, settings.disclosure_line)
    document = write(given, entries.newest(limit, subject))
    headers = {"ETag": etag(document), "Cache-Control": "private, no-cache"}
    known = router.current_event.headers.get("if-none-match") or ""
    if known.strip() == "*" or headers["ETag"] in known:
        return Response(HTTPStatus.NOT_MODIFIED, media_type, "", headers=headers)
    return Response(HTTPStatus.OK, f"{media_type}; charset=utf-8", document, headers=headers)


def _languages() -> set[str]:
    settings = service().settings
    return {*settings.targets, *(pair[1] for pair in catalog.routes(settings.pack))}


def _address(feed: str) -> str:
    """Where the feed is published; for the API's own, as the client has called it."""
    event = router.current_event
    context = event.get("requestContext") or {}
    host = context.get("domainName") or event.headers.get("host") or "localhost"
    base = f"https://{host}{context.get('path') or event.path}"
    if url := service().settings.feeds_url:
        base = f"{url.rstrip('/')}/{feed}"
    # A signature in the address is one client's, and differs each time.
    given = {
        name: value
        for name, value in (event.query_string_parameters or {}).items()
        if not name.startswith(SIGNATURE)
    }
    return f"{base}?{urlencode(given)}" if given else base
