"""Former, deputy and acting offices: the former president who became the president."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from teletipo.findings import Finding
from teletipo.languages import Language
from teletipo.spans import Span
from teletipo.verify.context import Context
from teletipo.verify.data import table
from teletipo.verify.pair import Sentence, SentencePair

_DATA = table("ranks")
_LANGUAGES = frozenset(_DATA["office"])


def check_ranks(pair: SentencePair, _: Context) -> Iterable[Finding]:
    """Yield ``rank_changed`` where one side has "former", "deputy" or "acting" before an office,
    and the other has an office and no word for it.

    Not seen: which of two offices it belongs to, and a person without an office on one side.
    """
    source, output = pair.source, pair.output
    if not {source.language.base, output.language.base} <= _LANGUAGES:
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
    if not _pattern("office", other.language).search(other.text):
        return
    for rank in _DATA["rank"]:
        found = _pattern(rank, one.language).search(one.text)
        if found and not _pattern(f"{rank}.like", other.language).search(other.text):
            yield Span(*found.span())


@cache
def _pattern(name: str, language: Language) -> re.Pattern[str]:
    """The pattern of offices, of offices with a rank, or of all that may stand for the rank."""
    offices: str = _DATA["office"][language.base]
    rank, _, is_like = name.partition(".")
    if rank == "office":
        return re.compile(offices, re.IGNORECASE)
    entry = _DATA["rank"][rank]["like" if is_like else "before"]
    return re.compile(entry[language.base].replace("{}", offices), re.IGNORECASE)
