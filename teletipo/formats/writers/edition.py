"""One language's summary as it goes out: the editors' words, their release, the article's data."""

from dataclasses import dataclass

from teletipo import exports
from teletipo.article import Subject
from teletipo.disclosure import Disclosure, disclose
from teletipo.formats.building import line
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
    """Whether an editor has approved or corrected it in this language."""
    disclosure: Disclosure
    subjects: tuple[Subject, ...]
    """Named in the language where that is known."""
    correction: str | None = None
    """The line that tells readers that it is a correction."""


def edition(summary: Summary, language: str, identifier: str) -> Edition:
    """Return one language's edition of a summary, as ``edited`` returns it.

    ``identifier`` names an article that has no guid.
    """
    words = summary.summaries[language]
    guid = summary.article.guid or f"urn:teletipo:{identifier}"
    return Edition(
        guid=f"{guid}#summary-{language}",
        article=summary.article,
        language=language,
        headline=line(words.headline),
        dateline=words.dateline,
        # A model can produce any character; a document cannot hold all.
        text=line(words.text) or "",
        is_usable=exports.usable(words),
        disclosure=disclose(summary, language),
        subjects=named(summary.article.subjects, language),
        correction=words.correction,
    )
