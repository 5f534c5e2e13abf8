"""Did the model write a sentence at all? What only the decoder can tell."""

from collections.abc import Iterable

from teletipo.findings import Finding
from teletipo.ports import Hypothesis
from teletipo.verify.checks.form import STANDS, is_in, longest_run
from teletipo.verify.pair import SentencePair

_MAX_RUN = 3

UNTRANSLATED = frozenset({"empty", "prompt_echo", "source_echo", "wrong_language"})
"""Findings after which there is nothing in the target language to publish."""


def check_decoding(pair: SentencePair, hypothesis: Hypothesis) -> Iterable[Finding]:
    """Yield ``empty``, ``prompt_echo`` or ``ran_over``; the checks of the text come after."""
    if not hypothesis.text:
        yield pair.finding("empty", f"The model wrote nothing: {STANDS}")
    elif hypothesis.echoes_prompt:
        yield pair.finding("prompt_echo", f"The model repeated one of its examples: {STANDS}")
    elif not hypothesis.finished:
        yield pair.finding("ran_over", "The translation is too long for its source.")


def check_summary_form(pair: SentencePair) -> Iterable[Finding]:
    """Yield ``repetition`` and ``wrong_language`` of a summary's sentence that a model wrote."""
    if longest_run(pair.output.text) > _MAX_RUN:
        yield pair.finding("repetition", "The sentence repeats itself.")
    if not is_in(pair.output.text, pair.output.language):
        yield pair.finding("wrong_language", "The model wrote in another language.")
