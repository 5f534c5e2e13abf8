"""Article: the text, and who wrote it, where, when and in which language."""

import datetime
from dataclasses import dataclass, field
from typing import Literal

from pydantic import ConfigDict

from teletipo.dateline import Dateline
from teletipo.spans import Span

Status = Literal["usable", "withheld", "cancelled"]
"""What its publisher allows: to use it, not for now, or never again (a kill)."""
Change = Literal["update", "correction"]


@dataclass(frozen=True)
class Source:
    """Where an article came from, as given by its store or on the command line."""

    key: str
    version_id: str | None = None
    content_type: str | None = None
    declared_language: str | None = None
    guid: str | None = None
    trace_id: str | None = None
    provider: str | None = None
    """The agency that the guid belongs to."""


@dataclass(frozen=True)
class Subject:
    """What an article is about, in its publisher's scheme."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    scheme: str | None
    """``medtop`` (IPTC Media Topics), ``subj`` (IPTC Subject Codes), or the publisher's own."""
    code: str | None
    name: str | None = None
    """The publisher's name for it."""
    labels: dict[str, str] = field(default_factory=dict, hash=False)
    """A Media Topic's labels by BCP 47 tag; empty as an article is read."""

    @property
    def uri(self) -> str | None:
        """The address of an IPTC code; None for other schemes."""
        vocabulary = {"medtop": "mediatopic", "subj": "subjectcode"}.get(self.scheme or "")
        return (
            f"http://cv.iptc.org/newscodes/{vocabulary}/{self.code}"
            if vocabulary and self.code
            else None
        )


@dataclass(frozen=True)
class Place:
    """A place that an article is from or about."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    name: str | None
    country: str | None = None
    """ISO 3166, two or three letters, as the format gives it."""


@dataclass(frozen=True)
class Link:
    """Another item that the format names: an earlier version, the corrected one, a picture."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    relation: str
    target: str
    version: str | None = None


@dataclass(frozen=True)
class Note:
    """What a reader assumed, or left out and why."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    code: str
    """Stable: ``content_ignored``, ``zone_assumed``; docs/formats.md lists them."""
    element: str
    """The element, field or header that it is about."""
    message: str


@dataclass(frozen=True)
class WireCopy:
    """An agency's copy, split into its parts, without the page around it."""

    body: str
    """One paragraph per line."""
    headline: str | None = None
    section: str | None = None
    update: str | None = None
    """An update note without its parentheses: "Update 1: Adds the response"."""
    dateline: Dateline | None = None
    byline: str | None = None
    sign_off: str | None = None
    """The initials of its writers and editors: "jco/smq-ta/jot"."""
    language: str | None = None
    """The language that the copy declares, not validated yet."""
    guid: str | None = None
    """The item's own identifier, if the format has one."""
    provider: str | None = None
    """The agency that issued it, as the format names it."""
    format: str = ""
    """The reader's name: ``wire``, ``nitf``."""
    version: str | None = None
    headlines: tuple[str, ...] = ()
    """Further headlines and sub-headlines."""
    slug: str | None = None
    places: tuple[Place, ...] = ()
    date: datetime.datetime | None = None
    """When this version was issued, with its zone."""
    created: datetime.datetime | None = None
    """When the first version was issued, with its zone."""
    urgency: int | None = None
    """1 (most urgent) to 9."""
    subjects: tuple[Subject, ...] = ()
    keywords: tuple[str, ...] = ()
    rights: str | None = None
    editors_note: str | None = None
    """For the receiving desk, not for publication."""
    embargo: datetime.datetime | None = None
    """Not to be published before, with its zone."""
    status: Status = "usable"
    change: Change | None = None
    """What this version is of the one before, if the item says so."""
    links: tuple[Link, ...] = ()
    declared_words: int | None = None
    """The word count that the item states."""
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Article:
    """One version of one article. All article offsets refer to ``copy.body``."""

    source: Source
    sha256: str
    """The SHA-256 of the stored bytes, in hexadecimal."""
    language: str
    """BCP 47: ``es``, ``en``, ``zh-Hans``."""
    copy: WireCopy
    sentences: tuple[Span, ...] = field(repr=False)

    @property
    def body(self) -> str:
        return self.copy.body

    @property
    def written(self) -> datetime.date | None:
        """The dateline's date if it has a year, else None."""
        dateline = self.copy.dateline
        return dateline.calendar_date if dateline and dateline.year else None

    def text(self, span: Span) -> str:
        """Return the text at these offsets."""
        return self.body[span.start : span.end]
