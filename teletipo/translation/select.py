"""Candidates → the best one. Translations are compared and ranked only here."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
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

# Findings on decoding, which a route's next step would hide.
_OF_DECODING = UNTRANSLATED | {"ran_over", "stopped_early", "repetition"}


@dataclass(frozen=True)
class Translation:
    """A text, its translation, and the findings on it."""

    pair: SentencePair
    findings: tuple[Finding, ...] = ()
    repair: str = ""
    """The step that produced it if the first hypothesis failed: ``hypothesis``, ``wider``, …"""
    lost: int = 0
    """How many names that were put into the source are not in the output."""

    @property
    def text(self) -> str:
        return self.pair.output.text

    @cached_property
    def rendered(self) -> float:
        """The share of both sides' words that have a counterpart, from 0 to 1."""
        return rendered(self.pair)

    @property
    def is_untranslated(self) -> bool:
        """Whether there is no text in the target language to publish."""
        return any(finding.code in UNTRANSLATED for finding in self.findings)

    @property
    def has_error(self) -> bool:
        """Whether any finding is an error."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def fails(self) -> bool:
        """Whether it should be decoded again: it has an error or lost a name."""
        return self.has_error or self.lost > 0

    @property
    def adds(self) -> bool:
        """Whether it may say something that its source does not."""
        return any(finding.code.endswith("_added") for finding in self.findings)

    @property
    def left_behind(self) -> tuple[Finding, ...]:
        """The findings on decoding, which a route's next step would hide."""
        return tuple(each for each in self.findings if each.code in _OF_DECODING)

    def after(self, before: "Translation") -> "Translation":
        """Return this step with the findings on decoding and the repair of the step ``before``."""
        return Translation(
            self.pair,
            _once([*before.left_behind, *self.findings]),
            self.repair or before.repair,
        )

    @property
    def badness(self) -> tuple[bool, int, int]:
        """The sort key: untranslated, number of errors, number of warnings and lost names."""
        severities = Counter(finding.severity for finding in self.findings)
        warnings = severities[Severity.WARNING] + self.lost
        return self.is_untranslated, severities[Severity.ERROR], warnings

    def beside(self, article: Sentence, target: Language, context: Context) -> "Translation":
        """Return the translation checked against the article's text instead of the last step's.

        If it is untranslated, the article's text is used instead.
        """
        if self.is_untranslated:
            pair = SentencePair(article, Sentence(article.text, target))
            return Translation(pair, self.left_behind)
        pair = SentencePair(article, self.pair.output)
        if pair == self.pair:
            # The names were those of one step; routes are compared without them.
            return replace(self, lost=0)
        found = _once([*self.left_behind, *verify(pair, context)])
        return Translation(pair, found, self.repair)


def candidates(
    source: Sentence, hypothesis: Hypothesis, target: Language, weight: float
) -> list[tuple[SentencePair, Hypothesis]]:
    """Pair a search's hypotheses with their source, best first.

    Texts get the typography of ``target``. With a ``weight``, hypotheses are ranked by score plus
    weight times the share of words rendered; without one they keep the search's order.
    """
    found = [
        (SentencePair(source, Sentence(_localized(each, source, target), target)), each)
        for each in (hypothesis, *hypothesis.others)
    ]
    if weight:
        found.sort(key=lambda each: -(each[1].score + weight * rendered(each[0])))
    return found


def judged(
    found: Iterable[tuple[SentencePair, Hypothesis]],
    context: Context,
    names: Collection[str],
    first: str,
    others: str,
) -> Iterator[Translation]:
    """Yield each candidate with its findings; a candidate is checked only when it is consumed.

    ``names`` were put into the source; ``first`` and ``others`` name the repair steps of the first
    candidate and of the others.
    """
    for place, (pair, hypothesis) in enumerate(found):
        findings = [*check_decoding(pair, hypothesis)]
        if hypothesis.text:
            findings += verify(pair, context)
        lost = sum(name not in pair.output.text for name in names)
        yield Translation(pair, _once(findings), others if place else first, lost)


def best(found: Iterable[Translation]) -> Translation:
    """Return the first candidate without errors, warnings or lost names; else the one with the
    fewest, and of several such the one that renders the largest share of words."""
    seen = []
    for candidate in found:
        if not any(candidate.badness):
            return candidate
        seen.append(candidate)
    return min(seen, key=lambda each: (each.badness, -each.rendered))


def _localized(hypothesis: Hypothesis, source: Sentence, target: Language) -> str:
    return typography.localize(hypothesis.text, source.text, source.language, target)


def _once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Keep one finding per code of decoding, and all others, which have different places."""
    seen: set[str] = set()
    kept = []
    for finding in findings:
        if finding.code not in _OF_DECODING or finding.code not in seen:
            kept.append(finding)
        seen.add(finding.code)
    return tuple(kept)
