"""Candidates → the best one: the only place where translations are compared and ranked."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from teletipo import typography
from teletipo.findings import Finding, Severity
from teletipo.languages import Language
from teletipo.ports import Hypothesis
from teletipo.verify import verify
from teletipo.verify.checks.decoding import UNTRANSLATED, check_decoding
from teletipo.verify.context import Context
from teletipo.verify.overlap import rendered
from teletipo.verify.pair import Sentence, SentencePair

# What a step of a route leaves behind that the next one does not show any more.
_OF_DECODING = UNTRANSLATED | {"ran_over", "stopped_early", "repetition"}


@dataclass(frozen=True)
class Translation:
    """A text beside its translation, and what the checks found in it."""

    pair: SentencePair
    findings: tuple[Finding, ...] = ()
    repair: str = ""
    """Which step found it, where the first hypothesis failed: ``hypothesis``, ``wider``, …"""

    @property
    def text(self) -> str:
        return self.pair.output.text

    @cached_property
    def rendered(self) -> float:
        """The share of the words of both sides that has a counterpart, from 0 to 1."""
        return rendered(self.pair)

    @property
    def is_untranslated(self) -> bool:
        """There is nothing in the target language to publish."""
        return any(finding.code in UNTRANSLATED for finding in self.findings)

    @property
    def has_error(self) -> bool:
        """It cannot stand as it is."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def adds(self) -> bool:
        """It may say something that its source does not."""
        return any(finding.code.endswith("_added") for finding in self.findings)

    @property
    def left_behind(self) -> tuple[Finding, ...]:
        """The findings that the next step of a route does not show any more."""
        return tuple(each for each in self.findings if each.code in _OF_DECODING)

    def after(self, before: "Translation") -> "Translation":
        """This step of a route with what the step ``before`` left behind."""
        return Translation(
            self.pair,
            _once([*before.left_behind, *self.findings]),
            self.repair or before.repair,
        )

    @property
    def badness(self) -> tuple[bool, int, int]:
        """For comparison: nothing to publish, errors, warnings."""
        severities = Counter(finding.severity for finding in self.findings)
        return self.is_untranslated, severities[Severity.ERROR], severities[Severity.WARNING]

    def beside(self, article: Sentence, target: Language, context: Context) -> "Translation":
        """The same beside the article's own text, which a route of several steps did not see.

        Where nothing is in the target language, the article's text stands instead.
        """
        if self.is_untranslated:
            pair = SentencePair(article, Sentence(article.text, target))
            return Translation(pair, self.left_behind)
        pair = SentencePair(article, self.pair.output)
        if pair == self.pair:
            return self
        found = _once([*self.left_behind, *verify(pair, context)])
        return Translation(pair, found, self.repair)


def candidates(
    source: Sentence, hypothesis: Hypothesis, target: Language, weight: float
) -> list[tuple[SentencePair, Hypothesis]]:
    """A search's hypotheses beside their source, best first.

    Each text follows the typography of ``target``. With a ``weight``, the search's score plus the
    share of words rendered, times the weight, decides; without one, the search's own order stays.
    """
    found = [
        (SentencePair(source, Sentence(_localized(each, source, target), target)), each)
        for each in (hypothesis, *hypothesis.others)
    ]
    if weight:
        found.sort(key=lambda each: -(each[1].score + weight * rendered(each[0])))
    return found


def judged(
    found: Iterable[tuple[SentencePair, Hypothesis]], context: Context, repairs: Sequence[str]
) -> Iterator[Translation]:
    """Each candidate with its findings, when it is asked for.

    ``repairs`` names the first one's step and the others'.
    """
    for place, (pair, hypothesis) in enumerate(found):
        findings = [*check_decoding(pair, hypothesis)]
        if hypothesis.text:
            findings += verify(pair, context)
        yield Translation(pair, _once(findings), repairs[min(place, len(repairs) - 1)])


def best(found: Iterable[Translation]) -> Translation:
    """The first that passes every check; else the one with the least against it, and of several
    such the one that renders most of the text's words."""
    seen = []
    for candidate in found:
        if not any(candidate.badness):
            return candidate
        seen.append(candidate)
    return min(seen, key=lambda each: (each.badness, -each.rendered))


def _localized(hypothesis: Hypothesis, source: Sentence, target: Language) -> str:
    return typography.localize(hypothesis.text, source.text, source.language, target)


def _once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One of each code from decoding; all the others, which stand in different places."""
    seen: set[str] = set()
    kept = []
    for finding in findings:
        if finding.code not in _OF_DECODING or finding.code not in seen:
            kept.append(finding)
        seen.add(finding.code)
    return tuple(kept)
