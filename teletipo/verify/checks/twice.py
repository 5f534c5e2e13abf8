"""Clauses and quotations that stand twice in the output and once in the source."""

import re
from collections.abc import Iterable, Iterator, Sequence

from teletipo.findings import Finding, Severity
from teletipo.languages import HAN
from teletipo.spans import Span
from teletipo.verify.context import Context
from teletipo.verify.pair import Sentence, SentencePair

_WORD = re.compile(rf"[{HAN}]|[^\W_{HAN}]+")
_CLAUSE = re.compile(r"[^,;:.!?，；：。！？、()（）—–\"“”«»「」]+")
# So many words (Chinese: characters) in a row stand twice in the output, and fewer than so many in
# the source. On aligned training sentences fewer than 1 of 1,000 have that.
_LONG, _LONG_FROM_CHINESE, _LONG_CHINESE = 6, 8, 10
_AT_ONCE, _AT_ONCE_CHINESE = 4, 6
_CLAUSE_WORDS, _CLAUSE_CHARACTERS = 3, 6
_SOURCE_WORDS, _SOURCE_CHARACTERS = 3, 4


def check_twice(pair: SentencePair, _: Context) -> Iterable[Finding]:
    """Yield ``said_twice`` for a long run of words or a whole clause that stands twice.

    Not seen: what is said twice in other words, and a sentence whose source repeats words too.
    """
    if pair.output.language.is_chinese:
        long, at_once, clause = _LONG_CHINESE, _AT_ONCE_CHINESE, _CLAUSE_CHARACTERS
    else:
        # Chinese leaves out what a translation says again.
        long = _LONG_FROM_CHINESE if pair.source.language.is_chinese else _LONG
        at_once, clause = _AT_ONCE, _CLAUSE_WORDS
    found = (
        _repeated(pair.output, long)
        or _repeated(pair.output, at_once, at_once=True)
        or _clauses(pair.output, clause)
    )
    least = _SOURCE_CHARACTERS if pair.source.language.is_chinese else _SOURCE_WORDS
    if found and not _repeated(pair.source, least):
        yield pair.finding(
            "said_twice",
            f"The summary says “{pair.output[found[0]].strip()}” twice; the article says it once.",
            Severity.WARNING,
            output=found,
        )


def _repeated(sentence: Sentence, size: int, *, at_once: bool = False) -> Sequence[Span]:
    """The places of the first run of so many words or more that stands in the sentence twice.

    ``at_once``: only where the second follows the first.
    """
    words = list(_WORD.finditer(sentence.text.lower()))
    if len(words) < 2 * size:
        return ()
    texts = [match[0] for match in words]
    seen: dict[tuple[str, ...], int] = {}
    for start in range(len(texts) - size + 1):
        run = tuple(texts[start : start + size])
        before = seen.setdefault(run, start)
        if start - before >= size:
            length = size
            while (
                before + length < start
                and start + length < len(texts)
                and texts[before + length] == texts[start + length]
            ):
                length += 1
            if at_once and before + length != start:
                continue
            return [
                Span(words[first].start(), words[first + length - 1].end())
                for first in (before, start)
            ]
    return ()


def _clauses(sentence: Sentence, least: int) -> Sequence[Span]:
    """The places of the first whole clause that stands in the sentence twice."""
    seen: dict[tuple[str, ...], Span] = {}
    for words, span in _split(sentence.text):
        if len(words) >= least and not words[0].isdigit() and seen.setdefault(words, span) != span:
            return [seen[words], span]
    return ()


def _split(text: str) -> Iterator[tuple[tuple[str, ...], Span]]:
    for match in _CLAUSE.finditer(text):
        clause = match[0].strip()
        start = match.start() + match[0].index(clause)
        yield tuple(_WORD.findall(clause.lower())), Span(start, start + len(clause))
