"""A sentence that says something else altogether, and a clause that is not there."""

import re
from collections.abc import Iterable

from teletipo.findings import Finding, Severity
from teletipo.spans import Span
from teletipo.verify.context import Context
from teletipo.verify.lexicon import Lexicon, is_han
from teletipo.verify.overlap import coverage, covered, kinship
from teletipo.verify.pair import SentencePair
from teletipo.verify.readers.words import HAN_RUN, content

# The share of the words' weight below which 99 of 100 sentences stay that have nothing to do with
# each other, and few translations do; and so much weight, some six words, both must have before
# they can be told apart. Chosen on NTREX-128; `python -m benchmarks.errors` tells what they do.
_UNRELATED, _MIN_TO_JUDGE = 0.14, 50.0
# Where one side is Chinese, words alone are not enough: see `kinship`. Sentences that have other
# findings too are held to the second, and may be shorter.
_UNRELATED_CHINESE, _DOUBTFUL_CHINESE = -2.8, -2.0
_MIN_CHINESE, _MIN_CHINESE_IN_DOUBT = 120.0, 60.0
# These do not make it likelier that a sentence says something else altogether.
_SLIGHT = frozenset({"quotation_added", "quotation_moved", "no_full_stop"})
_CLAUSE = re.compile(r"[^,;:，；：、()（）—–\"“”«»]+")
_MIN_CLAUSE_WEIGHT, _MIN_CHINESE_CLAUSE_WEIGHT = 22.0, 55.0
_OMITTED_SHARE = 0.06
_SUPPORTED_SHARE, _SUPPORTING_LETTERS = 0.5, 4
# With embeddings, the mean of that share and of the similarity of meaning; chosen on QAGS'
# judgements (Wang et al. 2020), see `python -m benchmarks.evidence`.
_SUPPORTED = 0.6


def check_coverage(pair: SentencePair, context: Context) -> Iterable[Finding]:
    """Yield ``unrelated`` or ``clause_missing``.

    Not seen: short sentences, one word for another, and a clause of which some words stand
    elsewhere in the sentence.
    """
    if pair.lexicon is None:
        return
    doubtful = any(finding.code not in _SLIGHT for finding in context.found)
    if _is_unrelated(pair, pair.lexicon, doubtful=doubtful):
        yield pair.finding(
            "unrelated",
            "This does not seem to say what the article says here.",
            source=[pair.source.whole],
            output=[pair.output.whole],
        )
    elif lost := _omissions(pair, pair.lexicon):
        yield pair.finding(
            "clause_missing",
            f"“{pair.source[lost[0]].strip()}” is missing, or said in quite other words.",
            Severity.WARNING,
            source=lost,
        )


def check_support(pair: SentencePair, meaning: float | None) -> Iterable[Finding]:
    """Yield ``unsupported`` for a summary's sentence whose longer words its evidence has not.

    The source of the pair is the evidence. Where the similarity of their ``meaning`` is known
    (from 0 to 1), other words for the same pass, and the same words for something else do not.
    """
    wanted = {
        word for word in pair.output.stems if len(word) >= _SUPPORTING_LETTERS or is_han(word)
    }
    if not wanted:
        return
    share = len(wanted & pair.source.stems) / len(wanted)
    held, enough = share, _SUPPORTED_SHARE
    message = f"Only {share:.0%} of this sentence's words stand in the passages it rests on"
    if meaning is not None:
        held, enough = (share + meaning) / 2, _SUPPORTED
        message += f", and it says the same as they do to {meaning:.0%}"
    if held < enough:
        yield pair.finding(
            "unsupported",
            f"{message}.",
            Severity.ERROR if held < enough / 2 else Severity.WARNING,
            output=[pair.output.whole],
        )


def _is_unrelated(pair: SentencePair, table: Lexicon, *, doubtful: bool) -> bool:
    share, weight = coverage(pair, table)
    if table.is_western or not pair.is_translation:
        return weight >= _MIN_TO_JUDGE and share < _UNRELATED
    if weight < (_MIN_CHINESE_IN_DOUBT if doubtful else _MIN_CHINESE):
        return False
    return kinship(pair, table, share) < (_DOUBTFUL_CHINESE if doubtful else _UNRELATED_CHINESE)


def _omissions(pair: SentencePair, table: Lexicon) -> list[Span]:
    """The source's clauses hardly a word of which has a counterpart."""
    lost = []
    for match in _CLAUSE.finditer(pair.source.text):
        words = content(match[0], table.source.weight)
        found, whole = covered(words, pair.output.stems, table.strength, table.source.weight)
        least = _MIN_CHINESE_CLAUSE_WEIGHT if HAN_RUN.search(match[0]) else _MIN_CLAUSE_WEIGHT
        if whole >= least and found < _OMITTED_SHARE * whole:
            lost.append(Span(*match.span()))
    return lost
