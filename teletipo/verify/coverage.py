"""Does the sentence say what its source says? By the words that belong together in both."""

import math
import re
from collections.abc import Callable, Iterable

from teletipo.article import Span
from teletipo.findings import Severity
from teletipo.verify.fault import Fault
from teletipo.verify.figures import read_firm
from teletipo.verify.lexicon import Lexicon, is_han, lexicon
from teletipo.verify.numerals import agree
from teletipo.verify.phonetics import consonants, likeness
from teletipo.verify.words import HAN_RUN, WORD, content, stem, stems

_EVERYWHERE, _MIN_WEIGHT, _MAX_WEIGHT = 1.0, 0.1, 7.0
# The share of the words' weight below which 99 of 100 sentences stay that have nothing to do with
# each other, and few translations do; and so much weight, some six words, both must have before
# they can be told apart. Chosen on NTREX-128; `python -m benchmarks.errors` tells what they do.
_UNRELATED, _MIN_TO_JUDGE = 0.14, 50.0
# Where one side is Chinese, words alone are not enough: see `_kinship`. Sentences that have other
# faults too are held to the second, and may be shorter.
_UNRELATED_CHINESE, _DOUBTFUL_CHINESE = -2.8, -2.0
_MIN_CHINESE, _MIN_CHINESE_IN_DOUBT = 120.0, 60.0
_SUPPORTED_SHARE, _SUPPORTING_LETTERS = 0.5, 4
# With embeddings, the mean of that share and of the likeness of meaning; chosen on QAGS' judgements
# (Wang et al. 2020), see `python -m benchmarks.evidence`.
_SUPPORTED = 0.6
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
    if _is_unrelated(source_text, output_text, source, target, table, doubtful=doubtful):
        return [
            Fault(
                "unrelated",
                "This does not seem to say what the article says here.",
                source=(Span(0, len(source_text)),),
                output=(Span(0, len(output_text)),),
            )
        ]
    return _omissions(source_text, output_text, table)


def check_support(text: str, evidence: str, meaning: float | None = None) -> list[Fault]:
    """A summary's sentence most of whose longer words its evidence does not have.

    Where the likeness of their ``meaning`` is known (from 0 to 1), other words for the same pass,
    and the same words for something else do not.
    """
    wanted = {word for word in stems(text) if len(word) >= _SUPPORTING_LETTERS or is_han(word)}
    if not wanted:
        return []
    share = len(wanted & stems(evidence)) / len(wanted)
    held, enough = share, _SUPPORTED_SHARE
    message = f"Only {share:.0%} of this sentence's words stand in the passages it rests on"
    if meaning is not None:
        held, enough = (share + meaning) / 2, _SUPPORTED
        message += f", and it says the same as they do to {meaning:.0%}"
    if held >= enough:
        return []
    return [
        Fault(
            "unsupported",
            f"{message}.",
            Severity.ERROR if held < enough / 2 else Severity.WARNING,
            output=(Span(0, len(text)),),
        )
    ]


def _is_unrelated(
    source_text: str, output_text: str, source: str, target: str, table: Lexicon, *, doubtful: bool
) -> bool:
    share, weight = coverage(source_text, output_text, table)
    if table.is_western or source[:2] == target[:2]:
        return weight >= _MIN_TO_JUDGE and share < _UNRELATED
    if weight < (_MIN_CHINESE_IN_DOUBT if doubtful else _MIN_CHINESE):
        return False
    enough = _DOUBTFUL_CHINESE if doubtful else _UNRELATED_CHINESE
    return _kinship(source_text, output_text, source, target, table, share) < enough


# Weights of a logistic regression on 6,000 translations of the training data and as many sentences
# that are none (`python -m models.training.kinship`).
_BIAS, _WORDS, _NAMES = -9.39, 25.05, 0.50
_SHARED_FIGURES, _OWN_FIGURES, _LENGTH = 2.01, -0.51, -2.99
_MAX_NAMES, _MAX_CONSONANTS, _SOUNDS_BY_CHANCE = 12, 6, 0.6


def _kinship(
    source_text: str, output_text: str, source: str, target: str, table: Lexicon, share: float
) -> float:
    """The logarithm of the odds that one translates the other, of which one is Chinese."""
    names, shared, own, length = kinship_signs(source_text, output_text, source, target, table)
    return (
        _BIAS
        + _WORDS * math.sqrt(share)
        + _NAMES * names
        + _SHARED_FIGURES * shared
        + _OWN_FIGURES * own
        + _LENGTH * length
    )


def kinship_signs(
    source_text: str, output_text: str, source: str, target: str, table: Lexicon
) -> tuple[float, float, float, float]:
    """What tells besides words: names by their sound, the longer the surer; figures that both and
    that one side has; and by how much (as a logarithm) the lengths differ from what is usual."""
    if target.startswith("zh"):
        western, chinese, known = source_text, output_text, table.source
    else:
        western, chinese, known = output_text, source_text, table.target
    candidates = [
        word
        for word in WORD.findall(western)
        if word[0].isupper() and not known.is_common(stem(word))
    ]
    names = sum(
        _recognized(name, chinese) * min(consonants(name), _MAX_CONSONANTS)
        for name in candidates[:_MAX_NAMES]
    )
    one, other = read_firm(source_text, source), read_firm(output_text, target)
    shared = sum(any(agree(figure, each) for each in other) for figure in one)
    shared += sum(any(agree(figure, each) for each in one) for figure in other)
    length = abs(math.log((3 * len(chinese) + 15) / (len(western) + 15)))
    return names, float(shared), float(len(one) + len(other) - shared), length


def _recognized(name: str, chinese: str) -> float:
    """How surely a name stands in a Chinese text, from 0 to 0.4: less than so much is chance."""
    sound = 1.0 if name in chinese else likeness(name, chinese)
    return max(0.0, (sound or 0.0) - _SOUNDS_BY_CHANCE)


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


def rendered(text: str, written: str, source: str, target: str) -> float:
    """The share of both sentences' words, by weight, that has a counterpart in the other; 0 for
    languages that there is no word table for."""
    table = lexicon(source, target)
    return coverage(text, written, table)[0] if table else 0.0


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
