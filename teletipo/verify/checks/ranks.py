"""Former, deputy and acting offices: the former president who became the president."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from teletipo.findings import Finding
from teletipo.spans import Span
from teletipo.verify.context import Context
from teletipo.verify.data import table
from teletipo.verify.pair import Sentence, SentencePair

_DATA = table("ranks")


def check_ranks(pair: SentencePair, _: Context) -> Iterable[Finding]:
    """Yield ``rank_changed`` where one side has "former", "deputy" or "acting" before an office,
    and the other has an office and no word for it.

    Not seen: which of two offices it belongs to, and a person without an office on one side.
    """
    source, output = pair.source, pair.output
    if pair.lexicon is None:
        return
    for lost in _without_counterpart(source, output):
        yield pair.finding(
            "rank_changed",
            f"The article has “{source[lost]}”; the translation names the office alone.",
            source=[lost],
        )
    for added in _without_counterpart(output, source):
        yield pair.finding(
            "rank_changed",
            f"The translation has “{output[added]}”; the article names the office alone.",
            output=[added],
        )


def _without_counterpart(one: Sentence, other: Sentence) -> Iterator[Span]:
    """The offices of a sentence whose rank the other does not have, if that has an office."""
    if not _office(other.language.base).search(other.text):
        return
    for before, like in _ranks(one.language.base, other.language.base):
        found = before.search(one.text)
        if found and not like.search(other.text):
            yield Span(*found.span())


@cache
def _office(language: str) -> re.Pattern[str]:
    return re.compile(_DATA["office"][language], re.IGNORECASE)


@cache
def _ranks(language: str, other: str) -> list[tuple[re.Pattern[str], re.Pattern[str]]]:
    """For each rank, an office with it, and all that may stand for it in the other language."""
    office: str = _DATA["office"][language]
    return [
        (
            re.compile(rank["before"][language].replace("{}", office), re.IGNORECASE),
            re.compile(rank["like"][other], re.IGNORECASE),
        )
        for rank in _DATA["rank"].values()
    ]
