"""Ministries and ministers that the article does not mention."""

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
    """Yield ``name_added`` for an office whose portfolio the source does not mention.

    Not seen: portfolios that are not in the list, and one whose topic the source mentions in
    another context ("water" beside a ministry that lost its name).
    """
    if pair.lexicon is None:
        return
    offices, topics = _offices(pair.output.language.base), _topics(pair.source.language.base)
    for office, topic in zip(offices, topics, strict=True):
        for match in office.finditer(pair.output.text):
            if not topic.search(pair.source.text):
                yield pair.finding(
                    "name_added",
                    f"“{match[0]}” is not mentioned in this passage of the article.",
                    output=[Span(*match.span())],
                )


@cache
def _offices(language: str) -> list[re.Pattern[str]]:
    """Patterns for each portfolio's ministry and minister."""
    pattern: str = _DATA["office"][language]
    return [
        re.compile(pattern.replace("{}", portfolio[language]["name"]), re.IGNORECASE)
        for portfolio in _DATA["portfolio"]
    ]


@cache
def _topics(language: str) -> list[re.Pattern[str]]:
    """Patterns for each portfolio's topic."""
    edge = "" if language == "zh" else r"\b"
    return [
        re.compile(
            f"{edge}(?:{portfolio[language]['name']}|{portfolio[language]['topic']}){edge}",
            re.IGNORECASE,
        )
        for portfolio in _DATA["portfolio"]
    ]
