"""Feeds: the newest summaries of one language that an editor has released.

``Entries`` is what a deployment stores; ``teletipo.formats.writers.feeds`` writes it as RSS, Atom
and JSON Feed.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from teletipo.article import Subject
from teletipo.formats.writers.edition import edition
from teletipo.identity import normalized
from teletipo.keys import article_id
from teletipo.subjects import codes
from teletipo.summary import Summary

KEPT = 200
"""The newest entries, which are stored."""
SHOWN = 50
"""Entries of a feed, unless a reader asks for more or fewer."""

_PREFIX = "feeds/"
ENTRIES = f"{_PREFIX}entries/"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Entry(_Model):
    """One language's summary in a feed, with what it discloses."""

    key: str = Field(description="The article's key.")
    guid: str
    provider: str | None = Field(None, description="The agency, normalized; null if unknown.")
    headline: str | None
    text: str = Field(description="With the dateline.")
    correction: str | None = Field(None, description="The line of a correction for readers.")
    line: str = Field(description="The disclosure for readers.")
    source_type: str = Field(description="IPTC's digital source type, as an address.")
    pack: str
    reviewer: str | None = Field(description="None if the editor gave no name.")
    released_at: str = Field(description="ISO 8601 in UTC.")
    is_corrected: bool = Field(description="Whether an editor has changed the machine's words.")
    subjects: tuple[Subject, ...]
    rights: str | None

    def is_about(self, subject: str) -> bool:
        """Whether the article has this subject, such as ``medtop:20000553``, or a narrower one."""
        return subject in codes(self.subjects)


class Entries(_Model):
    """The entries of one language's feed, the newest release first."""

    schema_version: Literal["1"] = "1"
    language: str
    revision: int = Field(0, description="Counts the changes.")
    entries: tuple[Entry, ...] = ()

    def having(self, key: str, entry: Entry | None) -> Self:
        """Return the entries with this one, or none, for the article; itself if nothing changes."""
        entries = [each for each in self.entries if each.key != key]
        if entry:
            entries.append(entry)
        entries.sort(key=lambda each: (each.released_at, each.guid, each.key), reverse=True)
        newest = tuple(entries[:KEPT])
        if newest == self.entries:
            return self
        return self.model_copy(update={"entries": newest, "revision": self.revision + 1})

    def newest(self, limit: int = SHOWN, subject: str | None = None) -> list[Entry]:
        """Return the newest entries, of each agency's guid the newest only.

        Where two agencies use the same guid, the agency is added to it.
        """
        found: dict[tuple[str, str | None], Entry] = {}
        for entry in self.entries:
            found.setdefault((entry.guid, entry.provider), entry)
        uses = Counter(guid for guid, _ in found)
        told = [
            each.model_copy(update={"guid": f"{each.guid}-{each.provider}"})
            if each.provider and uses[each.guid] > 1
            else each
            for each in found.values()
        ]
        return [each for each in told if not subject or each.is_about(subject)][:limit]


def entries_of(summary: Summary, key: str, now: datetime) -> dict[str, Entry]:
    """Return an article's entries by language, for a summary as ``edited`` returns it."""
    return dict(_entries(summary, key, now))


def _entries(summary: Summary, key: str, now: datetime) -> Iterator[tuple[str, Entry]]:
    for language in summary.summaries:
        given = edition(summary, language, article_id(key), now=now)
        sign_off = given.disclosure.sign_off
        if not given.is_usable or sign_off is None:
            continue
        yield (
            language,
            Entry(
                key=key,
                guid=given.guid,
                provider=normalized(given.article.provider),
                headline=given.headline,
                text=" ".join(filter(None, [given.dateline, given.text])),
                correction=given.correction,
                line=given.disclosure.line(language),
                source_type=given.disclosure.source_type,
                pack=given.disclosure.pack,
                reviewer=sign_off.reviewer,
                released_at=sign_off.released_at,
                is_corrected=sign_off.corrected,
                subjects=given.subjects,
                rights=given.article.rights,
            ),
        )


def entries_key(language: str) -> str:
    """Return where a language's entries are stored."""
    return f"{ENTRIES}{language}.json"


def feed_key(name: str) -> str:
    """Return where the feed of this name, such as ``es.rss``, is stored."""
    return f"{_PREFIX}{name}"
