"""Faults of decoding: no output, a repeated prompt, an unfinished text."""

from collections.abc import Iterable

from teletipo.findings import Finding
from teletipo.ports import Hypothesis
from teletipo.verify.checks.form import MAX_RUN, SOURCE_USED, is_in, longest_run
from teletipo.verify.pair import SentencePair

UNTRANSLATED = frozenset({"empty", "prompt_echo", "source_echo", "wrong_language"})
"""Findings that mean there is no text in the target language to publish."""


def check_decoding(pair: SentencePair, hypothesis: Hypothesis) -> Iterable[Finding]:
    """Yield ``empty``, ``prompt_echo`` or ``ran_over``. The text itself is checked separately."""
    if not hypothesis.text:
        yield pair.finding("empty", f"The model wrote nothing. {SOURCE_USED}")
    elif hypothesis.echoes_prompt:
        yield pair.finding(
            "prompt_echo", f"The model repeated an example from its prompt. {SOURCE_USED}"
        )
    elif not hypothesis.finished:
        yield pair.finding("ran_over", "The translation reached the length limit and may be cut.")


def check_summary_form(pair: SentencePair) -> Iterable[Finding]:
    """Yield ``repetition`` and ``wrong_language`` for a summary sentence that a model wrote."""
    if longest_run(pair.output.text) > MAX_RUN:
        yield pair.finding("repetition", "The sentence repeats the same words.")
    if not is_in(pair.output.text, pair.output.language):
        yield pair.finding("wrong_language", "The sentence is not in the article's language.")
