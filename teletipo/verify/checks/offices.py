"""A ministry, or whoever heads it, of which the article does not speak."""

import re
from collections.abc import Iterable
from functools import cache

from teletipo.findings import Finding
from teletipo.spans import Span
from teletipo.verify.context import Context
from teletipo.verify.data import table
from teletipo.verify.pair import SentencePair

_DATA = table("offices")


def check_offices(pair: SentencePair, _: Context) -> Iterable[Finding]:
    """Yield ``name_added`` for an office of whose portfolio nothing in the source speaks.

    Not seen: a portfolio that is not in the list, and one of which the sentence speaks beside the
    office ("water" where the ministry lost its name).
    """
    if pair.lexicon is None:
        return
    offices, topics = _offices(pair.output.language.base), _topics(pair.source.language.base)
    for office, topic in zip(offices, topics, strict=True):
        for match in office.finditer(pair.output.text):
            if not topic.search(pair.source.text):
                yield pair.finding(
                    "name_added",
                    f"The article does not speak of “{match[0]}” here.",
                    output=[Span(*match.span())],
                )


@cache
def _offices(language: str) -> list[re.Pattern[str]]:
    """Each portfolio's ministry and minister."""
    pattern: str = _DATA["office"][language]
    return [
        re.compile(pattern.replace("{}", portfolio[language]["name"]), re.IGNORECASE)
        for portfolio in _DATA["portfolio"]
    ]


@cache
def _topics(language: str) -> list[re.Pattern[str]]:
    """Whatever speaks of each portfolio's matter."""
    edge = "" if language == "zh" else r"\b"
    return [
        re.compile(
            f"{edge}(?:{portfolio[language]['name']}|{portfolio[language]['topic']}){edge}",
            re.IGNORECASE,
        )
        for portfolio in _DATA["portfolio"]
    ]
