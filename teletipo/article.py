"""Article: the text, and who wrote it, where, when and in which language."""

import datetime
from dataclasses import dataclass, field

from teletipo.dateline import Dateline
from teletipo.spans import Span


@dataclass(frozen=True)
class Source:
    """Where an article came from, as given by its store or on the command line."""

    key: str
    version_id: str | None = None
    content_type: str | None = None
    declared_language: str | None = None
    guid: str | None = None


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
