"""Did the model write a sentence at all? Faults of decoding, before those of what it says."""

from teletipo.ports import Hypothesis
from teletipo.verify.fault import Fault
from teletipo.verify.form import STANDS, is_in, longest_run

_MAX_RUN = 3

UNTRANSLATED = frozenset({"empty", "prompt_echo", "source_echo", "wrong_language"})
"""Faults after which there is nothing in the target language to publish."""


def decoding_faults(hypothesis: Hypothesis) -> list[Fault]:
    """What only the decoder can tell; the checks of the text come after."""
    if not hypothesis.text:
        return [Fault("empty", f"The model wrote nothing: {STANDS}")]
    if hypothesis.echoes_prompt:
        return [Fault("prompt_echo", f"The model repeated one of its examples: {STANDS}")]
    if not hypothesis.finished:
        return [Fault("ran_over", "The translation is too long for its source.")]
    return []


def summary_faults(text: str, language: str) -> list[Fault]:
    """Everything wrong with how a model wrote a summary's sentence; empty where nothing is.

    What it cannot see: whether the article says so. Evidence is looked for elsewhere.
    """
    faults = []
    if longest_run(text) > _MAX_RUN:
        faults.append(Fault("repetition", "The sentence repeats itself."))
    if not is_in(text, language):
        faults.append(Fault("wrong_language", "The model wrote in another language."))
    return faults
