"""The summary as its readers get it: the editors' words first, the machine's beside them."""

import hashlib
import json
from collections.abc import Sequence

from teletipo.disclosure import sourced
from teletipo.review import Correction, Review, Reviews
from teletipo.spans import Span
from teletipo.summary import (
    SCHEMA_VERSION,
    LanguageReview,
    LanguageSummary,
    MachineVersion,
    Summary,
    SummarySentence,
)
from teletipo.typography import join_sentences


def digest(summary: Summary, language: str) -> str:
    """Return the SHA-256 of what an editor reads in one language: article and machine's words."""
    words = summary.summaries[language]
    sentences = [sentence.text for sentence in words.sentences]
    text = [summary.article.sha256, words.headline, words.dateline, *sentences]
    return hashlib.sha256(json.dumps(text).encode()).hexdigest()


def reviews_of(reviews: Reviews, summary: Summary, etag: str | None = None) -> tuple[Review, ...]:
    """Return the reviews that count for this summary, each for the languages it counts for.

    A decision counts for the summary it was made on. An approval or correction also counts for a
    newer summary of the same article in the languages in which the machine wrote the same again,
    so that sending one language back does not undo the others. What was sent back needs another
    decision, even if the machine writes the same again. Without an ETag, as for a file, the
    machine's words alone tell the summary, and reviews of version 1 count.
    """
    found: list[Review] = []
    for review in reviews.reviews:
        if review.summary_etag == etag or (etag is None and not review.digests):
            kept = [language for language in summary.summaries if review.is_about(language)]
        elif etag is None or review.decision != "sent_back":
            kept = [
                language
                for language in summary.summaries
                if review.digests.get(language) == digest(summary, language)
            ]
        else:
            kept = []
            found = [
                _about(each, [tag for tag in each.languages if not review.is_about(tag)])
                for each in found
            ]
            found = [each for each in found if each.languages]
        if kept:
            found.append(_about(review, kept))
    return tuple(found)


def _about(review: Review, languages: Sequence[str]) -> Review:
    """The review of these languages only."""
    corrections = {tag: each for tag, each in review.corrections.items() if tag in languages}
    return review.model_copy(update={"languages": tuple(languages), "corrections": corrections})


def edited(summary: Summary, reviews: Sequence[Review] = ()) -> Summary:
    """Return the document with each language's status, review and corrections.

    ``reviews`` are those of ``reviews_of``.
    """
    languages = {
        language: _edited(summary, language, [each for each in reviews if each.is_about(language)])
        for language in summary.summaries
    }
    update = {"summaries": languages, "schema_version": SCHEMA_VERSION}
    return sourced(summary.model_copy(update=update))


def _edited(summary: Summary, language: str, reviews: Sequence[Review]) -> LanguageSummary:
    words = summary.summaries[language]
    if not reviews:
        return words.model_copy(update={"status": summary.machine_status(language)})
    last = reviews[-1]
    changed = words
    for review in reviews:
        if correction := review.corrections.get(language):
            changed = _corrected(words, changed, correction, language)
    machine = MachineVersion(
        headline=words.headline,
        text=words.text,
        sentences=words.sentences,
        headline_confidence=words.headline_confidence,
    )
    return changed.model_copy(
        update={
            "status": last.decision,
            "review": LanguageReview(
                decision=last.decision,
                reviewer=last.reviewer,
                reviewed_by=last.reviewed_by,
                reviewed_at=last.reviewed_at,
                note=last.note,
            ),
            "machine": machine if changed != words else None,
        }
    )


def _corrected(
    machine: LanguageSummary, before: LanguageSummary, correction: Correction, language: str
) -> LanguageSummary:
    update: dict[str, object] = {}
    if correction.headline is not None:
        is_machines = correction.headline == machine.headline
        update["headline"] = correction.headline
        update["headline_confidence"] = machine.headline_confidence if is_machines else None
    if correction.sentences is not None:
        pairs = zip(correction.sentences, machine.sentences, strict=True)
        # The confidence is that of the machine's words.
        update["sentences"] = tuple(
            each
            if text == each.text
            else each.model_copy(update={"text": text, "confidence": None})
            for text, each in pairs
            if text
        )
        update["text"] = join_sentences([text for text in correction.sentences if text], language)
    elif correction.text is not None:
        # Nobody says which sentence rests on which passage: the whole rests on all of them.
        update["sentences"] = (
            SummarySentence(text=correction.text, evidence=_all_evidence(machine)),
        )
        update["text"] = correction.text
    return before.model_copy(update=update)


def _all_evidence(words: LanguageSummary) -> tuple[Span, ...]:
    return tuple(sorted({span for each in words.sentences for span in each.evidence}))
