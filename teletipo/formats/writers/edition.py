"""One language's summary as it goes out: the editors' words, their release, the article's data."""

from dataclasses import dataclass
from datetime import datetime

from teletipo import exports
from teletipo.article import Subject
from teletipo.disclosure import Disclosure, disclose
from teletipo.formats.building import line
from teletipo.story import held_until
from teletipo.subjects import named
from teletipo.summary import ArticleIdentity, Summary


@dataclass(frozen=True)
class Edition:
    """What every writer needs. ``text`` is one paragraph, without dateline and sign-off."""

    guid: str
    article: ArticleIdentity
    language: str
    headline: str | None
    dateline: str | None
    text: str
    is_usable: bool
    """Whether an editor has approved or corrected it in this language, and no embargo holds it."""
    disclosure: Disclosure
    subjects: tuple[Subject, ...]
    """Named in the language where that is known."""
    line: str | None = None
    """The line for readers of plain text and HTML that says what a machine made."""
    correction: str | None = None
    """The line that tells readers that it is a correction."""
    embargo: str | None = None
    """When the embargo ends, if it holds: ISO 8601 in UTC."""


def edition(
    summary: Summary, language: str, identifier: str, *, now: datetime, with_line: bool = True
) -> Edition:
    """Return one language's edition of a summary, as ``edited`` returns it, at the time ``now``.

    ``identifier`` names an article that has no guid. Without ``with_line`` plain text and HTML do
    not tell their readers what a machine made.
    """
    words = summary.summaries[language]
    disclosure = disclose(summary, language)
    return Edition(
        guid=exports.uri_of(summary, identifier, language),
        article=summary.article,
        language=language,
        headline=line(words.headline),
        dateline=words.dateline,
        # A model can produce any character; a document cannot hold all.
        text=line(words.text) or "",
        is_usable=exports.is_usable(summary, language, now),
        disclosure=disclosure,
        subjects=named(summary.article.subjects, language),
        line=disclosure.line(language) if with_line else None,
        correction=words.correction,
        embargo=held_until(summary, now),
    )
