"""Runs the checks on plain texts."""

from collections.abc import Sequence

from teletipo import verify
from teletipo.findings import Finding
from teletipo.verify.checks import Check
from teletipo.verify.context import NO_CONTEXT, Context
from teletipo.verify.pair import SentencePair


def run(
    check: Check,
    text: str,
    output: str,
    source: str,
    target: str,
    context: Context = NO_CONTEXT,
) -> list[Finding]:
    """Return the findings of one check."""
    return list(check(SentencePair.of(text, output, source, target), context))


def verified(
    text: str, output: str, source: str, target: str, context: Context = NO_CONTEXT
) -> list[Finding]:
    """Return the findings of all checks."""
    return verify.verify(SentencePair.of(text, output, source, target), context)


def ids(rows: Sequence[tuple[object, ...]]) -> list[str]:
    """Return test IDs of rows that begin with source and target language."""
    return [f"{row[0]}-{row[1]}-{number}" for number, row in enumerate(rows)]
