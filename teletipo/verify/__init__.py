"""Checks whether a sentence says what its source says. Each pair is read once."""

import traceback
from collections.abc import Iterable
from dataclasses import replace

from teletipo.findings import Finding, Severity
from teletipo.verify.checks import CHECKS, OF_SUMMARIES, Check
from teletipo.verify.checks.coverage import check_support
from teletipo.verify.context import NO_CONTEXT, Context
from teletipo.verify.pair import SentencePair

# A summary may leave things out, but what it adds must be in the article.
_CODES_OF_SUMMARIES = frozenset(
    "figure_changed figure_added unit_changed date_changed date_added name_changed name_added "
    "negation_added quotation_open quotation_added check_failed".split()
)


def verify(pair: SentencePair, context: Context = NO_CONTEXT) -> list[Finding]:
    """Return the findings of all checks on a pair's output.

    A check that raises an exception becomes a finding, ``check_failed``; nothing is raised.
    """
    if pair.source == pair.output:
        return []
    findings: list[Finding] = []
    for name, check in CHECKS.items():
        findings += _guarded(name, check, pair, replace(context, found=tuple(findings)))
    return findings


def verify_summary(pair: SentencePair, *, meaning: float | None = None) -> list[Finding]:
    """Return findings on what a model's summary sentence says beyond its evidence.

    The pair's source is the evidence. Found are figures, dates, names, negations and quotations
    that are not in it, and sentences with other words or another meaning (``unsupported``).
    ``meaning`` is the sentence's highest similarity to a passage by the pack's embeddings, from 0
    to 1, or None. Not seen: the same words combined into another statement.
    """
    if pair.output.text in pair.source.text:
        return []
    findings = [
        finding
        for name in OF_SUMMARIES
        for finding in _guarded(name, CHECKS[name], pair, NO_CONTEXT)
        if finding.code in _CODES_OF_SUMMARIES
    ]
    return findings + _guarded(
        "evidence", lambda pair, _: check_support(pair, meaning), pair, NO_CONTEXT
    )


def _guarded(name: str, check: Check, pair: SentencePair, context: Context) -> list[Finding]:
    try:
        return list(check(pair, context))
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        return [
            pair.finding(
                "check_failed",
                f"The check of {name} failed, so read this sentence with care "
                f"({type(error).__name__} in {place.name}, line {place.lineno}).",
                Severity.WARNING,
            )
        ]


def load(sources: Iterable[str], targets: Iterable[str]) -> None:
    """Load the word tables for these languages ahead of time."""
    targets = tuple(targets)
    for source in sources:
        for target in targets:
            if source != target:
                # A name makes the checks load every table.
                verify(SentencePair.of("Madrid.", "Lima.", source, target))
