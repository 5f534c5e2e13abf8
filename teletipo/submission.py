"""Submission: an article as a client posts it, made ready for the bucket."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from teletipo import formats, languages
from teletipo.errors import LanguageNotServed, LanguageUnknown, TargetNotServed
from teletipo.keys import ARTICLES

_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
_Tag = Annotated[str, StringConstraints(min_length=2, max_length=35)]


class Options(BaseModel):
    """What may be said of an article besides its words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: _Tag | None = Field(
        None, description="BCP 47; recognized by the article where it is not given."
    )
    targets: tuple[_Tag, ...] | None = Field(
        None,
        min_length=1,
        max_length=20,
        description="Languages to summarize into, BCP 47; the deployment's where not given.",
    )
    guid: Annotated[_Line, StringConstraints(max_length=150)] | None = Field(
        None,
        description="The article's own identifier. The same again is an update of the article, "
        "and has the same address.",
    )
    callback_url: Annotated[str, StringConstraints(max_length=500, pattern=r"^[!-~]+$")] | None = (
        Field(None, description="Told when the summary is there; https, on a host that is allowed.")
    )


class Submission(Options):
    """An article in JSON."""

    text: str | None = Field(None, description="Wire copy or plain text. This, or `html`.")
    html: str | None = Field(None, description="A page, or a part of one.")
    headline: _Line | None = None

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        if (self.text is None) == (self.html is None):
            raise ValueError("exactly one of 'text' and 'html' has to be given")
        return self

    def document(self) -> bytes:
        """As a ninjs 3.1 item, which is what lies in the bucket."""
        body = {"text/plain": self.text, "text/html": self.html}
        item = {
            "uri": self.guid,
            "type": "text",
            "language": self.language,
            "headlines": [{"value": self.headline}] if self.headline else None,
            "bodies": [
                {"contentType": content_type, "value": value}
                for content_type, value in body.items()
                if value is not None
            ],
        }
        present = {name: value for name, value in item.items() if value is not None}
        return json.dumps(present, ensure_ascii=False).encode("utf-8", "surrogatepass")


@dataclass(frozen=True)
class Prepared:
    """Read, found usable, and ready to be put."""

    key: str
    body: bytes
    content_type: str
    metadata: Mapping[str, str]
    headline: str | None
    language: str | None
    """Only where it was declared, and known."""


def prepare(
    body: bytes | None,
    content_type: str,
    options: Options,
    *,
    routes: frozenset[tuple[str, str]],
    now: datetime,
    unique: str,
) -> Prepared:
    """Everything that can be known of an article before its language is recognized.

    ``body`` is None where it comes later. ``routes`` are the pack's pairs, ``unique`` what tells
    two articles of one second apart.
    Raises a ``Rejection``: nothing is to be stored then.
    """
    copy = formats.read(body) if body is not None else None
    sources = {source for source, _ in routes}
    source = None
    if options.language:
        source = languages.normalize_tag(options.language)
        if source not in sources:
            raise LanguageNotServed(f"Articles in {languages.name(source)} are not served.")
    served = {target for start, target in routes if source in {None, start}} | (
        {source} if source else sources
    )
    targets = _targets(options.targets, served)
    guid = options.guid or (copy.guid if copy else None)
    given = {
        "language": source,
        "guid": options.guid,
        "targets": ",".join(targets),
        "callback-url": options.callback_url,
    }
    return Prepared(
        key=_key(guid, now, unique),
        body=body or b"",
        content_type=content_type,
        # S3's metadata is ASCII.
        metadata={name: quote(value, safe=",:/") for name, value in given.items() if value},
        headline=copy.headline if copy else None,
        language=source,
    )


def _targets(wanted: Sequence[str] | None, served: set[str]) -> list[str]:
    found = []
    for tag in wanted or ():
        try:
            target = languages.normalize_tag(tag)
        except LanguageUnknown as error:
            raise TargetNotServed(str(error)) from error
        if target not in served:
            raise TargetNotServed(f"Summaries in '{tag}' are not served.")
        found.append(target)
    return list(dict.fromkeys(found))


def _key(guid: str | None, now: datetime, unique: str) -> str:
    if guid:
        return f"{ARTICLES}guid/{hashlib.sha256(guid.encode()).hexdigest()[:32]}"
    return f"{ARTICLES}api/{now:%Y/%m/%d/%H%M%S}-{unique}"
