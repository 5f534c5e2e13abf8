"""One language's summary as it goes out: the editors' words, their release, the article's data."""

from collections.abc import Sequence
from dataclasses import dataclass

from teletipo import exports
from teletipo.disclosure import Disclosure, disclose
from teletipo.formats.building import line
from teletipo.review import Review
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
    """Whether a person has released it, or the deployment releases what needs no review."""
    disclosure: Disclosure


def edition(
    summary: Summary, language: str, identifier: str, reviews: Sequence[Review] = ()
) -> Edition:
    """Return one language's edition. ``identifier`` names an article that has no guid."""
    headline, text = exports.words(summary, language, reviews)
    guid = summary.article.guid or f"urn:teletipo:{identifier}"
    return Edition(
        guid=f"{guid}#summary-{language}",
        article=summary.article,
        language=language,
        headline=line(headline),
        dateline=summary.summaries[language].dateline,
        # A model can produce any character; a document cannot hold all.
        text=line(text) or "",
        is_usable=exports.usable(summary, reviews),
        disclosure=disclose(summary, language, reviews),
    )
