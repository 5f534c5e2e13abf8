"""Submission: an article as a client posts it, prepared for the bucket."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated, Self
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from teletipo import formats, languages
from teletipo.article import Source
from teletipo.deadline import reading_deadline
from teletipo.errors import LanguageNotServed, LanguageUnknown, TargetNotServed
from teletipo.identity import identify, normalized, provider_of
from teletipo.keys import ARTICLES
from teletipo.trace import TRACESTATE, Trace

ONCE = f"{ARTICLES}once/"
"""Prefix of the articles that were posted with an idempotency key, each named by a hash of it."""
# S3's limit is 2 KB of names and values together (Amazon S3 User Guide, "Working with object
# metadata"); normalized language tags may be a little longer than the given ones.
_MAX_METADATA_BYTES, _MAX_STORED_BYTES = 1_900, 2_000

_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
_Tag = Annotated[str, StringConstraints(min_length=2, max_length=35)]


class Options(BaseModel):
    """What a client can specify besides the article's text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: _Tag | None = Field(
        None, description="The article's language, BCP 47; identified from its text if omitted."
    )
    targets: tuple[_Tag, ...] | None = Field(
        None,
        min_length=1,
        max_length=20,
        description="Languages to summarize into, BCP 47; the deployment's if omitted.",
    )
    guid: Annotated[_Line, StringConstraints(max_length=150)] | None = Field(
        None,
        description="The article's own identifier. Posting the same one again updates the article "
        "and keeps its URL.",
    )
    provider: Annotated[_Line, StringConstraints(max_length=100)] | None = Field(
        None, description="The agency that the guid belongs to; as the item says if omitted."
    )
    callback_url: Annotated[str, StringConstraints(max_length=500, pattern=r"^[!-~]+$")] | None = (
        Field(None, description="URL to notify of the result; https, on an allowed host.")
    )

    @model_validator(mode="after")
    def _fits_into_metadata(self) -> Self:
        size = _size(self.metadata())
        if size > _MAX_METADATA_BYTES:
            raise ValueError(
                f"'guid', 'provider', 'targets' and 'callback_url' have {size:,} bytes together "
                f"when percent-encoded; the limit is {_MAX_METADATA_BYTES:,}"
            )
        return self

    def metadata(self) -> dict[str, str]:
        """Return the options as object metadata, which is ASCII."""
        given = {
            "language": self.language,
            "guid": self.guid,
            "provider": self.provider,
            "targets": ",".join(self.targets or ()),
            "callback-url": self.callback_url,
        }
        return {name: quote(value, safe=",:/") for name, value in given.items() if value}


class Submission(Options):
    """An article in JSON."""

    text: str | None = Field(None, description="Wire copy or plain text; either this or `html`.")
    html: str | None = Field(None, description="An HTML page or fragment; either this or `text`.")
    headline: _Line | None = None

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        if (self.text is None) == (self.html is None):
            raise ValueError("give exactly one of 'text' and 'html'")
        return self

    def document(self) -> bytes:
        """Return the article as a ninjs 3.1 item, which is stored in the bucket."""
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
    """A validated article, ready to be stored."""

    key: str
    body: bytes
    content_type: str
    metadata: Mapping[str, str]
    headline: str | None
    language: str | None
    """The declared language, normalized; None if none was declared."""
    trace: Mapping[str, str] = field(default_factory=dict)
    """Stored with the metadata; another request with the same article has another one."""
    has_guid: bool = False
    """Whether ``key`` is made of the article's own identifier."""

    @property
    def sha256(self) -> str:
        """A hash of the article and its options."""
        digest = hashlib.sha256(self.body)
        for name, value in sorted(self.metadata.items()):
            digest.update(f"\0{name}\0{value}".encode())
        return digest.hexdigest()

    def traced(self, trace: Trace) -> "Prepared":
        """Return the article with a trace context, without its state if there is no room."""
        fields = trace.fields()
        if _size({**self.metadata, **fields}) > _MAX_STORED_BYTES:
            fields.pop(TRACESTATE, None)
        return replace(self, trace=fields)

    def once(self, request: str) -> "Prepared":
        """Return the article under a key that the same request gets again.

        ``request`` is the caller and the caller's name of the request. A ``guid`` keeps its key.
        """
        if self.has_guid:
            return self
        digest = hashlib.sha256(f"{request}\0{self.sha256}".encode()).hexdigest()
        return replace(self, key=f"{ONCE}{digest[:32]}")


def _size(metadata: Mapping[str, str]) -> int:
    return sum(len(name) + len(value) for name, value in metadata.items())


def prepare(
    body: bytes | None,
    content_type: str,
    options: Options,
    *,
    routes: frozenset[tuple[str, str]],
    now: datetime,
    unique: str,
) -> Prepared:
    """Validate an article as far as possible without identifying its language.

    ``body`` is None if it is uploaded later. ``routes`` are the pack's language pairs. ``unique``
    distinguishes articles posted in the same second.
    Raises a ``Rejection``; the article must not be stored then.
    """
    with reading_deadline():
        copy = formats.inspect(body, content_type) if body is not None else None
    source_of_copy = Source("", guid=options.guid, provider=options.provider)
    if copy and not identify(copy, source_of_copy):
        # Nothing that came before or will come belongs to it.
        formats.check_status(copy)
    is_open = copy and copy.status == "usable" and not (copy.embargo and copy.embargo > now)
    sources = {source for source, _ in routes}
    source = None
    if options.language:
        source = languages.normalize_tag(options.language)
        if source not in sources:
            raise LanguageNotServed(f"Articles in {languages.name(source)} are not supported.")
    served = {target for start, target in routes if source in {None, start}} | (
        {source} if source else sources
    )
    targets = _targets(options.targets, served)
    guid = options.guid or (copy.guid if copy else None)
    provider = provider_of(copy, source_of_copy) if copy else normalized(options.provider)
    written = options.model_copy(update={"language": source, "targets": tuple(targets)})
    return Prepared(
        key=_key(guid, provider, now, unique),
        body=body or b"",
        content_type=content_type,
        metadata=written.metadata(),
        headline=copy.headline if copy and is_open else None,
        language=source,
        has_guid=bool(guid),
    )


def _targets(wanted: Sequence[str] | None, served: set[str]) -> list[str]:
    found = []
    for tag in wanted or ():
        try:
            target = languages.normalize_tag(tag)
        except LanguageUnknown as error:
            raise TargetNotServed(str(error)) from error
        if target not in served:
            raise TargetNotServed(f"Summaries in '{tag}' are not supported.")
        found.append(target)
    return list(dict.fromkeys(found))


def _key(guid: str | None, provider: str | None, now: datetime, unique: str) -> str:
    if guid:
        # Two agencies may use the same one.
        name = f"{provider}\0{guid}" if provider else guid
        return f"{ARTICLES}guid/{hashlib.sha256(name.encode()).hexdigest()[:32]}"
    return f"{ARTICLES}api/{now:%Y/%m/%d/%H%M%S}-{unique}"
