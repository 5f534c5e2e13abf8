"""Article: what was written, by whom, where, when, in which language."""

import datetime
from dataclasses import dataclass, field

from teletipo.dateline import Dateline
from teletipo.spans import Span


@dataclass(frozen=True)
class Source:
    """Where an article came from, as its store or its reader's command line says."""

    key: str
    version_id: str | None = None
    content_type: str | None = None
    declared_language: str | None = None
    guid: str | None = None


@dataclass(frozen=True)
class WireCopy:
    """An agency's copy, taken apart: what the page said around the news is not in it."""

    body: str
    """Paragraphs, each on one line, with a new line between them."""
    headline: str | None = None
    section: str | None = None
    update: str | None = None
    """What an update note says, without its parentheses: "Update 1: Adds the response"."""
    dateline: Dateline | None = None
    byline: str | None = None
    sign_off: str | None = None
    """The initials of those who wrote and edited it: "jco/smq-ta/jot"."""
    language: str | None = None
    """As the copy itself declares it; not looked at yet."""
    guid: str | None = None
    """The item's own identifier, in formats that have one."""


@dataclass(frozen=True)
class Article:
    """One version of one article. Every offset elsewhere points into ``copy.body``."""

    source: Source
    sha256: str
    """Of the bytes as they were stored, in hexadecimal."""
    language: str
    """BCP 47: ``es``, ``en``, ``zh-Hans``."""
    copy: WireCopy
    sentences: tuple[Span, ...] = field(repr=False)

    @property
    def body(self) -> str:
        return self.copy.body

    @property
    def written(self) -> datetime.date | None:
        """The dateline's date, where it has a year."""
        dateline = self.copy.dateline
        return dateline.calendar_date if dateline and dateline.year else None

    def text(self, span: Span) -> str:
        """What stands at these offsets."""
        return self.body[span.start : span.end]
