"""Drafts → drafts with a confidence for each translated sentence, and findings on doubtful ones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from teletipo import languages
from teletipo.confidence import PairScores, doubt, doubtful_spans
from teletipo.draft import Draft
from teletipo.errors import PackError
from teletipo.findings import Finding, Severity
from teletipo.ports import Pack
from teletipo.verify.checks.decoding import UNTRANSLATED


class _CannotScore(Exception):
    """The pack has no estimator for a direction. The message says so."""


@dataclass(frozen=True)
class _Part:
    """A sentence (or, with None, the headline) of a draft, and its source."""

    draft: int
    sentence: int | None
    source: str
    output: str


def assess(jobs: Sequence[tuple[Draft, Draft]], pack: Pack, min_confidence: float) -> list[Draft]:
    """Return each job's second draft, a translation of its first one, with confidences.

    A sentence below ``min_confidence`` gets a finding, ``doubtful``. Where the pack cannot score,
    there is no confidence, and a finding, ``not_scored``, says why; it is a warning if the pack
    should be able to. Nothing that fails here stops a summary.
    """
    results = [result for _, result in jobs]
    directions = dict.fromkeys((source.language, result.language) for source, result in jobs)
    for source, target in directions:
        parts = [
            part
            for index, (draft, result) in enumerate(jobs)
            if (draft.language, result.language) == (source, target)
            for part in _parts(index, draft, result)
        ]
        failure: Finding | None = None
        try:
            confidences = _confidences(parts, results, source, target, pack)
        except _CannotScore as error:
            failure = _not_scored(target, None, str(error))
        except (PackError, RuntimeError) as error:
            # CTranslate2 and torch raise RuntimeError.
            failure = _not_scored(target, None, str(error).rstrip("."), Severity.WARNING)
        if failure:
            for index in dict.fromkeys(part.draft for part in parts):
                results[index] = _with_findings(results[index], [failure])
            continue
        for part, (confidence, scores) in zip(parts, confidences, strict=True):
            results[part.draft] = _marked(
                results[part.draft], part, confidence, scores, min_confidence
            )
    return results


def _parts(index: int, source: Draft, result: Draft) -> Iterator[_Part]:
    """The parts that were translated; one that failed stands in the article's language."""
    failed = {each.sentence for each in result.findings if each.code in UNTRANSLATED}
    if source.headline and result.headline and None not in failed:
        yield _Part(index, None, source.headline, result.headline)
    for number, (before, after) in enumerate(zip(source.sentences, result.sentences, strict=True)):
        if number not in failed:
            yield _Part(index, number, before.text, after.text)


def _confidences(
    parts: Sequence[_Part], results: Sequence[Draft], source: str, target: str, pack: Pack
) -> list[tuple[float | None, PairScores | None]]:
    estimator = pack.estimator(source, target)
    if estimator is None:
        raise _CannotScore(
            f"the pack '{pack.name}' has no estimator for {languages.name(source)} into "
            f"{languages.name(target)}"
        )
    scored = pack.score([(part.source, part.output) for part in parts], source, target)
    found: list[tuple[float | None, PairScores | None]] = []
    for part, scores in zip(parts, scored, strict=True):
        own = [each for each in results[part.draft].findings if each.sentence == part.sentence]
        found.append((estimator.estimate(scores, own, f"{source}-{target}"), scores))
    return found


def _marked(
    draft: Draft,
    part: _Part,
    confidence: float | None,
    scores: PairScores | None,
    min_confidence: float,
) -> Draft:
    target = draft.language
    if confidence is None or scores is None:
        reason = "the sentence is empty or too long for the model, or the direction was not fitted"
        return _with_findings(draft, [_not_scored(target, part.sentence, reason)])
    confidence = round(confidence, 3)
    if part.sentence is None:
        draft = replace(draft, headline_confidence=confidence)
    else:
        sentences = list(draft.sentences)
        sentences[part.sentence] = replace(sentences[part.sentence], confidence=confidence)
        draft = replace(draft, sentences=tuple(sentences))
    if confidence >= min_confidence:
        return draft
    spans = doubtful_spans(scores)
    return _with_findings(draft, [doubt(confidence, target, part.sentence, spans)])


def _not_scored(
    language: str, sentence: int | None, reason: str, severity: Severity = Severity.INFO
) -> Finding:
    return Finding(
        code="not_scored",
        severity=severity,
        language=language,
        sentence=sentence,
        message=f"There is no confidence: {reason}.",
    )


def _with_findings(draft: Draft, findings: Sequence[Finding]) -> Draft:
    return replace(draft, findings=(*draft.findings, *findings))
