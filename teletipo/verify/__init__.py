"""Does a sentence say what its source says? Small checks of a pair that is read once."""

import traceback
from collections.abc import Iterable
from dataclasses import replace

from teletipo.findings import Finding, Severity
from teletipo.verify.checks import CHECKS, OF_SUMMARIES, Check
from teletipo.verify.checks.coverage import check_support
from teletipo.verify.context import NO_CONTEXT, Context
from teletipo.verify.pair import SentencePair

# A summary leaves out what it may; what it adds has to stand in the article.
_CODES_OF_SUMMARIES = frozenset(
    "figure_changed figure_added unit_changed date_changed date_added name_changed name_added "
    "negation_added quotation_open quotation_added check_failed".split()
)


def verify(pair: SentencePair, context: Context = NO_CONTEXT) -> list[Finding]:
    """Everything that the checks find in the output of a pair.

    A check that breaks becomes a finding of its own, ``check_failed``; nothing is raised.
    """
    if pair.source == pair.output:
        return []
    findings: list[Finding] = []
    for name, check in CHECKS.items():
        findings += _guarded(name, check, pair, replace(context, found=tuple(findings)))
    return findings


def verify_summary(pair: SentencePair, *, meaning: float | None = None) -> list[Finding]:
    """What a sentence of a model's own says beyond its evidence, which is the pair's source.

    Figures, dates, names, negations and quotations that are not in the evidence, and a sentence
    whose words are not, or which says something else: ``unsupported``. ``meaning`` is how near it
    is to the nearest of the passages by a pack's embeddings, from 0 to 1, where there are any.
    Not seen: the same words put together anew.
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
                f"The check of {name} failed: {type(error).__name__} in {place.name}, "
                f"line {place.lineno}.",
                Severity.WARNING,
            )
        ]


def load(sources: Iterable[str], targets: Iterable[str]) -> None:
    """Read now the word tables that articles in these languages need."""
    targets = tuple(targets)
    for source in sources:
        for target in targets:
            if source != target:
                # Names are in every table that there is.
                verify(SentencePair.of("Madrid.", "Lima.", source, target))
