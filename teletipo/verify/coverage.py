"""Does the sentence say what its source says? By the words that belong together in both."""

import math
import re
from collections.abc import Callable, Iterable

from teletipo.article import Span
from teletipo.findings import Severity
from teletipo.verify.fault import Fault
from teletipo.verify.lexicon import Lexicon, is_han, lexicon
from teletipo.verify.words import HAN_RUN, content, stems

_EVERYWHERE, _MIN_WEIGHT, _MAX_WEIGHT = 1.0, 0.1, 7.0
# Shares of the words' weight. Of sentences that have nothing to do with each other, 99 in 100 stay
# below, and few translations do: in Chinese the second, higher one is for those that have other
# faults too. Chosen on NTREX-128; `python -m benchmarks.errors` tells what they do.
_UNRELATED, _UNRELATED_CHINESE, _DOUBTFUL_CHINESE = 0.12, 0.05, 0.11
# So much weight both sentences must have before they can be told apart: some six words each.
_MIN_TO_JUDGE, _MIN_TO_JUDGE_CHINESE = 50.0, 110.0
_SUPPORTED_SHARE, _SUPPORTING_LETTERS = 0.5, 4
_OMITTED_SHARE = 0.06


def check_coverage(
    source_text: str, output_text: str, source: str, target: str, *, doubtful: bool = False
) -> list[Fault]:
    """A sentence that translates another one, and a clause that is not there.

    ``doubtful`` says that other checks found something already.

    What it cannot see: short sentences, one word for another, and a clause of which some words
    stand elsewhere in the sentence.
    """
    table = lexicon(source, target)
    if table is None:
        return []
    share, weight = coverage(source_text, output_text, table)
    least, enough = _MIN_TO_JUDGE, _UNRELATED
    if "zh" in (source[:2], target[:2]):
        least = _MIN_TO_JUDGE if doubtful else _MIN_TO_JUDGE_CHINESE
        enough = _UNRELATED_CHINESE
        if doubtful and weight >= _MIN_TO_JUDGE_CHINESE:
            enough = _DOUBTFUL_CHINESE
    if weight >= least and share < enough:
        return [
            Fault(
                "unrelated",
                "This does not seem to say what the article says here.",
                source=(Span(0, len(source_text)),),
                output=(Span(0, len(output_text)),),
            )
        ]
    return _omissions(source_text, output_text, table)


def check_support(text: str, evidence: str) -> list[Fault]:
    """A summary's sentence most of whose longer words its evidence does not have."""
    wanted = {word for word in stems(text) if len(word) >= _SUPPORTING_LETTERS or is_han(word)}
    if not wanted:
        return []
    share = len(wanted & stems(evidence)) / len(wanted)
    if share >= _SUPPORTED_SHARE:
        return []
    return [
        Fault(
            "unsupported",
            f"Only {share:.0%} of this sentence's words stand in the passages it rests on.",
            Severity.ERROR if share < _SUPPORTED_SHARE / 2 else Severity.WARNING,
            output=(Span(0, len(text)),),
        )
    ]


def coverage(source_text: str, output_text: str, table: Lexicon) -> tuple[float, float]:
    """The share of the words, by weight, that has a counterpart in the other sentence (geometric
    mean of both directions), and the weight of them all."""
    one, other = stems(source_text), stems(output_text)
    found, whole = _covered(one, other, table.strength, table.source.weight)
    back, back_whole = _covered(
        other, one, lambda word, each: table.strength(each, word), table.target.weight
    )
    if not whole or not back_whole:
        return 0.0, 0.0
    return math.sqrt(found / whole * back / back_whole), whole + back_whole


def _covered(
    words: Iterable[str],
    others: Iterable[str],
    strength: Callable[[str, str], float],
    weight: Callable[[str], float],
) -> tuple[float, float]:
    others = tuple(others)
    found = whole = 0.0
    for word in words:
        value = min(_MAX_WEIGHT, max(_MIN_WEIGHT, weight(word) - _EVERYWHERE))
        whole += value
        # Weak ties count for more than their strength: many of them are no chance.
        found += value * math.sqrt(max((strength(word, other) for other in others), default=0.0))
    return found, whole


_CLAUSE = re.compile(r"[^,;:，；：、()（）—–\"“”«»]+")
_MIN_CLAUSE_WEIGHT, _MIN_CHINESE_CLAUSE_WEIGHT = 22.0, 55.0


def _omissions(source_text: str, output_text: str, table: Lexicon) -> list[Fault]:
    others = stems(output_text)
    lost = []
    for match in _CLAUSE.finditer(source_text):
        words = content(match[0], table.source.weight)
        found, whole = _covered(words, others, table.strength, table.source.weight)
        least = _MIN_CHINESE_CLAUSE_WEIGHT if HAN_RUN.search(match[0]) else _MIN_CLAUSE_WEIGHT
        if whole >= least and found < _OMITTED_SHARE * whole:
            lost.append(Span(*match.span()))
    if not lost:
        return []
    text = source_text[lost[0].start : lost[0].end].strip()
    return [
        Fault(
            "clause_missing",
            f"“{text}” is missing, or said in quite other words.",
            Severity.WARNING,
            source=tuple(lost),
        )
    ]
