"""Sentences that say something else altogether, and missing clauses."""

import re
from collections.abc import Iterable

from teletipo.findings import Finding, Severity
from teletipo.spans import Span
from teletipo.verify.context import Context
from teletipo.verify.lexicon import Lexicon, is_han
from teletipo.verify.overlap import coverage, covered, kinship
from teletipo.verify.pair import SentencePair
from teletipo.verify.readers.words import HAN_RUN, content

# 99 of 100 unrelated sentence pairs share less than this weight of words, and few translations do.
# Both sentences together must have a minimum weight (about six words) to be judged. Chosen on
# NTREX-128; `python -m benchmarks.errors` measures the effect.
_UNRELATED, _MIN_TO_JUDGE = 0.14, 50.0
# With Chinese, words alone are not enough: see `kinship`. The "doubtful" thresholds are stricter
# and apply to sentences that have other findings.
_UNRELATED_CHINESE, _DOUBTFUL_CHINESE = -2.8, -2.0
_MIN_CHINESE, _MIN_CHINESE_IN_DOUBT = 120.0, 60.0
# Findings that do not make an unrelated sentence more likely.
_SLIGHT = frozenset({"quotation_added", "quotation_moved", "no_full_stop"})
_CLAUSE = re.compile(r"[^,;:，；：、()（）—–\"“”«»]+")
_MIN_CLAUSE_WEIGHT, _MIN_CHINESE_CLAUSE_WEIGHT = 22.0, 55.0
_OMITTED_SHARE = 0.06
_SUPPORTED_SHARE, _SUPPORTING_LETTERS = 0.5, 4
# With embeddings, the threshold for the mean of that share and the similarity of meaning; chosen
# on the QAGS judgements (Wang et al. 2020), see `python -m benchmarks.evidence`.
_SUPPORTED = 0.6


def check_coverage(pair: SentencePair, context: Context) -> Iterable[Finding]:
    """Yield ``unrelated`` or ``clause_missing``.

    Not seen: short sentences, a single wrong word, and a missing clause some of whose words occur
    elsewhere in the sentence.
    """
    if pair.lexicon is None:
        return
    doubtful = any(finding.code not in _SLIGHT for finding in context.found)
    if _is_unrelated(pair, pair.lexicon, doubtful=doubtful):
        yield pair.finding(
            "unrelated",
            "The translation seems to say something else than the article.",
            source=[pair.source.whole],
            output=[pair.output.whole],
        )
    elif lost := _omissions(pair, pair.lexicon):
        yield pair.finding(
            "clause_missing",
            f"The translation seems to leave out “{pair.source[lost[0]].strip()}”.",
            Severity.WARNING,
            source=lost,
        )


def check_support(pair: SentencePair, meaning: float | None) -> Iterable[Finding]:
    """Yield ``unsupported`` for a summary's sentence whose longer words are not in its evidence.

    The pair's source is the evidence. If the similarity of ``meaning`` is known (from 0 to 1), it
    counts as much as the words, so that a paraphrase can pass.
    """
    wanted = {
        word for word in pair.output.stems if len(word) >= _SUPPORTING_LETTERS or is_han(word)
    }
    if not wanted:
        return
    share = len(wanted & pair.source.stems) / len(wanted)
    held, enough = share, _SUPPORTED_SHARE
    message = f"Only {share:.0%} of this sentence's words appear in the passages that support it"
    if meaning is not None:
        held, enough = (share + meaning) / 2, _SUPPORTED
        message += f", and its meaning is only {meaning:.0%} similar to theirs"
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
    """The source's clauses whose words have hardly any counterpart."""
    lost = []
    for match in _CLAUSE.finditer(pair.source.text):
        words = content(match[0], table.source.weight)
        found, whole = covered(words, pair.output.stems, table)
        least = _MIN_CHINESE_CLAUSE_WEIGHT if HAN_RUN.search(match[0]) else _MIN_CLAUSE_WEIGHT
        if whole >= least and found < _OMITTED_SHARE * whole:
            lost.append(Span(*match.span()))
    return lost
