"""Did the model translate the sentence at all? Faults of decoding, not yet of meaning."""

import re
from dataclasses import dataclass

from teletipo import languages
from teletipo.ports import Hypothesis

# What a sentence takes in characters for each one of its English (medians of NTREX-128).
_SPANISH_LENGTH = 1.14
_CHINESE_LENGTH = 0.34
_SHORTEST_RATIO, _LONGEST_RATIO = 0.45, 2.2
# Ratios mean little for a headline of three words: so many English characters are let pass.
_TOLERANCE = 18
_MAX_RUN = 3
_MIN_LETTERS_TO_JUDGE = 20
_MIN_CONFIDENCE = 0.6

_HAN = re.compile(f"[{languages.HAN}]")
_WORD = re.compile(rf"[{languages.HAN}]|[^\W\d_{languages.HAN}]+|\d+")
# A full stop after one or two letters may belong to an abbreviation (EE. UU., A.I., St.).
_ENDS_A_SENTENCE = re.compile(
    r"(?:[^\W\d_]{3}|[\d%)）\"'»”’」』])[.!?…][\"'»”’)\]]*$|[。！？][”’」』）]*$"
)
_ENDS = re.compile(r"[.!?…。！？\"'«»“”‘’「」『』)）\]]$")


_STANDS = "the article's own words stand here."

UNTRANSLATED = frozenset({"empty", "prompt_echo", "source_echo", "wrong_language"})
"""Faults after which there is nothing in the target language to publish."""


@dataclass(frozen=True)
class Fault:
    """Why a hypothesis cannot stand. ``message`` is for the editor."""

    code: str
    message: str


def decoding_faults(
    source_text: str, hypothesis: Hypothesis, source: str, target: str
) -> list[Fault]:
    """Everything wrong with how one sentence was decoded; empty where nothing is.

    What it cannot see: a fluent sentence of the right length that says something else.
    """
    text = hypothesis.text
    if not text:
        return [Fault("empty", f"The model wrote nothing: {_STANDS}")]
    if hypothesis.echoes_prompt:
        return [Fault("prompt_echo", f"The model repeated one of its examples: {_STANDS}")]
    expected, length = _length(source_text, source), _length(text, target)
    faults = []
    if length < expected * _SHORTEST_RATIO - _TOLERANCE or _lost_its_end(source_text, text):
        faults.append(Fault("stopped_early", "The translation stops before its source does."))
    if not hypothesis.finished or length > expected * _LONGEST_RATIO + _TOLERANCE:
        faults.append(Fault("ran_over", "The translation is too long for its source."))
    if _longest_run(text) > max(_MAX_RUN, _longest_run(source_text) + 1):
        faults.append(Fault("repetition", "The translation repeats itself."))
    if _echoes(source_text, text):
        faults.append(Fault("source_echo", f"The model repeated the sentence: {_STANDS}"))
    elif not _is_in(text, target):
        faults.append(Fault("wrong_language", f"The model wrote in another language: {_STANDS}"))
    return faults


def summary_faults(text: str, language: str) -> list[Fault]:
    """Everything wrong with how a model wrote a summary's sentence; empty where nothing is.

    What it cannot see: whether the article says so. Evidence is looked for elsewhere.
    """
    faults = []
    if _longest_run(text) > _MAX_RUN:
        faults.append(Fault("repetition", "The sentence repeats itself."))
    if not _is_in(text, language):
        faults.append(Fault("wrong_language", "The model wrote in another language."))
    return faults


def _length(text: str, language: str) -> float:
    """The length that the text would have in English, in characters."""
    han = len(_HAN.findall(text))
    rest = len(text) - han
    return han / _CHINESE_LENGTH + (rest / _SPANISH_LENGTH if language == "es" else rest)


def _lost_its_end(source_text: str, text: str) -> bool:
    """The source ends as a sentence, the translation in the middle of one."""
    return bool(_ENDS_A_SENTENCE.search(source_text.strip())) and not _ENDS.search(text)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _longest_run(text: str) -> int:
    """How often some one to six words follow themselves: "very, very" is 2."""
    words = _words(text)
    longest = 1
    for size in range(1, 7):
        run = 0
        for index in range(size, len(words)):
            run = run + 1 if words[index] == words[index - size] else 0
            longest = max(longest, run // size + 1)
    return longest


def _echoes(source_text: str, text: str) -> bool:
    """Most runs of three words stand in the source: names alone do not make four of them."""
    source_words, words = _words(source_text), _words(text)
    runs = set(zip(words, words[1:], words[2:], strict=False))
    shared = runs & set(zip(source_words, source_words[1:], source_words[2:], strict=False))
    return len(runs) >= 4 and len(shared) > len(runs) / 2


def _is_in(text: str, target: str) -> bool:
    words = [word for word in _words(text) if not word.isdigit()]
    han = sum(bool(_HAN.match(word)) for word in words)
    if target.startswith("zh"):
        return han * 2 >= len(words)
    if han * 10 > len(words):
        return False
    if sum(map(len, words)) < _MIN_LETTERS_TO_JUDGE:
        return True
    language, confidence = languages.detect(text)
    return language == target or confidence < _MIN_CONFIDENCE
