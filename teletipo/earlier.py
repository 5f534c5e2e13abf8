"""Earlier: the summary that a new one supersedes, and what of its words the new one keeps.

A sentence of the article that has not changed keeps its words in each language, to the letter: the
editors' always, the machine's if the same models and terms would write them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from teletipo.confidence import doubt
from teletipo.draft import Draft, DraftSentence, Kept
from teletipo.findings import Finding
from teletipo.ports import Pack
from teletipo.review import Correction, Review
from teletipo.spans import Span
from teletipo.summary import LanguageSummary, Summary, Superseded
from teletipo.terminology import Terminology

# About the pack or the article, not about the words.
_MADE_ANEW = frozenset({"draft_quality", "place_kept"})


@dataclass(frozen=True)
class Earlier:
    """A summary and the reviews that count for it."""

    summary: Summary
    reviews: tuple[Review, ...] = ()
    is_same_text: bool = False
    """Whether it is of the same text, which is summarized again: then only what it has itself kept
    of an earlier one is kept. Decisions about its words stand beside it, not in it."""


@dataclass(frozen=True)
class _Words:
    """The words of one sentence or headline, and the findings about them."""

    text: str
    by: Kept
    confidence: float | None = None
    findings: tuple[Finding, ...] = ()
    start: int | None = None
    """Where the sentence began in the earlier article."""


@dataclass(frozen=True)
class _Whole:
    """A text that an editor wrote for all sentences together."""

    sources: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class _Language:
    sentences: Mapping[str, _Words] = field(default_factory=dict)
    """By the article's sentence."""
    headline: tuple[str | None, _Words] | None = None
    """The article's headline, and this language's."""
    dropped: frozenset[str] = frozenset()
    """The article's sentences that editors left out."""
    whole: _Whole | None = None


@dataclass(frozen=True)
class Memory:
    """What a new summary keeps of the earlier one, by language."""

    languages: Mapping[str, _Language] = field(default_factory=dict)
    superseded: Superseded | None = None

    def unknown(self, draft: Draft, language: str) -> Draft:
        """Return the draft with only the sentences and headline that have to be translated."""
        known = self.languages.get(language, _Language())
        sentences = tuple(
            each
            for each in draft.sentences
            if each.text not in known.sentences and each.text not in _dropped(known, draft)
        )
        if _is_whole(known, draft):
            sentences = ()
        headline = None if _has_headline(known, draft) else draft.headline
        return replace(draft, sentences=sentences, headline=headline)

    def kept(self, draft: Draft, language: str) -> list[str]:
        """Return the words of the draft's sentences that are kept."""
        known = self.languages.get(language, _Language()).sentences
        return [known[each.text].text for each in draft.sentences if each.text in known]

    def filled(self, draft: Draft, translated: Draft) -> Draft:
        """Return a translation of ``unknown`` with all sentences of the draft.

        For the article's own language, ``translated`` is ``unknown`` itself. Its findings are the
        draft's: they are new, also those about sentences that are kept.
        """
        known = self.languages.get(translated.language, _Language())
        is_own = translated.language == draft.language
        fresh = iter(enumerate(translated.sentences))
        sentences: list[DraftSentence] = []
        findings: list[Finding] = []
        places: dict[int, int] = {}
        if known.whole and _is_whole(known, draft):
            spans = sorted({span for each in draft.sentences for span in each.evidence})
            sentences = [DraftSentence(known.whole.text, tuple(spans), kept="editor")]
        else:
            for number, each in enumerate(draft.sentences):
                if each.text in _dropped(known, draft):
                    continue
                words = known.sentences.get(each.text)
                if words is None:
                    index, new = next(fresh)
                    places[number if is_own else index] = len(sentences)
                    sentences.append(new)
                    continue
                if not is_own:
                    findings += _moved(words, len(sentences), each.evidence)
                elif words.by == "machine":
                    places[number] = len(sentences)
                kept = DraftSentence(words.text, each.evidence, words.confidence, words.by)
                sentences.append(kept)
        headline, confidence, by = translated.headline, translated.headline_confidence, None
        if known.headline and _has_headline(known, draft):
            words = known.headline[1]
            headline, confidence, by = words.text, words.confidence, words.by
            findings += () if is_own else words.findings
        placed = [
            each
            if each.sentence is None
            else each.model_copy(update={"sentence": places[each.sentence]})
            for each in (draft if is_own else translated).findings
            if each.sentence is None or each.sentence in places
        ]
        return replace(
            translated,
            headline=headline,
            headline_confidence=confidence,
            headline_kept=by,
            sentences=tuple(sentences),
            findings=(*placed, *(each for each in findings if each not in placed)),
        )


NOTHING = Memory()


def remember(
    earlier: Earlier | None, pack: Pack, terminology: Terminology, min_confidence: float | None
) -> Memory:
    """Return what a new summary with this pack and these terms keeps.

    ``min_confidence`` is None if nothing is scored; then kept words have no confidence either.
    """
    if earlier is None:
        return NOTHING
    summary = earlier.summary
    is_same = (summary.pack.name, summary.pack.version) == (pack.name, pack.version)
    is_same = is_same and summary.settings.terminology == (terminology.sha256 or None)
    found = {
        language: _language(earlier, language, min_confidence, is_same_machine=is_same)
        for language in summary.summaries
    }
    if earlier.is_same_text:
        return Memory(found, summary.supersedes)
    article = summary.article
    superseded = Superseded(
        key=article.key,
        version_id=article.version_id,
        version=article.version,
        date=article.date,
        sha256=article.sha256,
        sentences={tag: len(each.sentences) for tag, each in summary.summaries.items()},
        dropped={tag: tuple(sorted(e.dropped)) for tag, e in found.items() if e.dropped},
    )
    return Memory(found, superseded)


def _language(
    earlier: Earlier, language: str, min_confidence: float | None, *, is_same_machine: bool
) -> _Language:
    summary = earlier.summary
    words = summary.summaries[language]
    reviews = [each for each in earlier.reviews if each.is_about(language)]
    if reviews and reviews[-1].decision == "sent_back":
        return _Language()
    sources = list(_sources(summary, words))
    is_again = earlier.is_same_text
    corrections = [
        each.corrections[language]
        for each in reviews
        if language in each.corrections and not is_again
    ]
    texts = next((e for e in reversed(corrections) if e.sentences or e.text is not None), None)
    found: dict[str, _Words] = {}
    dropped = {*(summary.supersedes.dropped.get(language, ()) if summary.supersedes else ())}
    for index, (source, each) in enumerate(zip(sources, words.sentences, strict=True)):
        corrected = texts.sentences[index] if texts and texts.sentences else each.text
        if source is None:
            continue
        if not corrected:
            dropped.add(source)
        elif corrected != each.text or each.kept == "editor":
            found[source] = _Words(corrected, "editor")
        elif (
            is_same_machine
            and (each.kept or not is_again)
            and not (texts and texts.sentences is None)
        ):
            findings = _findings(summary, language, index)
            start = each.evidence[0].start
            words_kept = _Words(each.text, "machine", each.confidence, findings, start)
            found[source] = _judged(words_kept, language, index, min_confidence)
    return _Language(
        sentences=found,
        headline=_headline(
            summary,
            words,
            language,
            corrections,
            min_confidence,
            is_same_machine=is_same_machine and bool(words.headline_kept or not is_again),
        ),
        dropped=frozenset(dropped),
        whole=_whole_again(summary, words) if is_again else _whole(sources, texts),
    )


def _headline(
    summary: Summary,
    words: LanguageSummary,
    language: str,
    corrections: Sequence[Correction],
    min_confidence: float | None,
    *,
    is_same_machine: bool,
) -> tuple[str | None, _Words] | None:
    corrected = next((e.headline for e in reversed(corrections) if e.headline is not None), None)
    source = summary.article.headline
    if corrected is not None:
        return source, _Words(corrected, "editor")
    if words.headline is None:
        return None
    if words.headline_kept == "editor":
        return source, _Words(words.headline, "editor")
    if not is_same_machine:
        return None
    findings = tuple(e for e in _findings(summary, language, None) if e.code not in _MADE_ANEW)
    kept = _Words(words.headline, "machine", words.headline_confidence, findings)
    return source, _judged(kept, language, None, min_confidence)


def _judged(
    words: _Words, language: str, sentence: int | None, min_confidence: float | None
) -> _Words:
    """The words with the findings that today's least confidence gives."""
    others = tuple(e for e in words.findings if e.code not in ("doubtful", "not_scored"))
    if min_confidence is None:
        return replace(words, confidence=None, findings=others)
    if words.confidence is None:
        return words
    told = [e for e in words.findings if e.code == "doubtful"]
    is_doubtful = words.confidence < min_confidence
    doubts = (told or [doubt(words.confidence, language, sentence)]) if is_doubtful else ()
    return replace(words, findings=(*others, *doubts))


def _whole(sources: Sequence[str | None], texts: Correction | None) -> _Whole | None:
    if texts is None or texts.sentences is not None or texts.text is None:
        return None
    known = tuple(each for each in sources if each is not None)
    return _Whole(known, texts.text) if len(known) == len(sources) else None


def _whole_again(summary: Summary, words: LanguageSummary) -> _Whole | None:
    """The text for all sentences together that a summary has kept."""
    own = summary.summaries.get(summary.article.language)
    if own is None or [each.kept for each in words.sentences] != ["editor"]:
        return None
    spans = sorted({span for each in own.sentences for span in each.evidence})
    if len(spans) < 2 or list(words.sentences[0].evidence) != spans:
        return None
    sources = tuple(summary.article.text[span.start : span.end] for span in spans)
    return _Whole(sources, words.sentences[0].text)


def _sources(summary: Summary, words: LanguageSummary) -> Iterator[str | None]:
    """The article's sentence that each sentence renders; None if it cannot be told."""
    own = summary.summaries.get(summary.article.language)
    for index, each in enumerate(words.sentences):
        if words.method == "extractive" and len(each.evidence) == 1:
            yield summary.article.text[each.evidence[0].start : each.evidence[0].end]
        elif own and len(own.sentences) == len(words.sentences):
            yield own.sentences[index].text
        else:
            yield None


def _findings(summary: Summary, language: str, sentence: int | None) -> tuple[Finding, ...]:
    return tuple(
        each for each in summary.findings if each.language == language and each.sentence == sentence
    )


def _moved(words: _Words, index: int, evidence: Sequence[Span]) -> Iterator[Finding]:
    """The findings, with the sentence's offsets in the new article."""
    shift = evidence[0].start - words.start if words.start is not None else 0
    for each in words.findings:
        spans = tuple(Span(span.start + shift, span.end + shift) for span in each.source_spans)
        yield each.model_copy(update={"sentence": index, "source_spans": spans})


def _dropped(known: _Language, draft: Draft) -> frozenset[str]:
    """What to leave out; nothing if no sentence would be left."""
    return (
        known.dropped if any(e.text not in known.dropped for e in draft.sentences) else frozenset()
    )


def _has_headline(known: _Language, draft: Draft) -> bool:
    return known.headline is not None and known.headline[0] == draft.headline


def _is_whole(known: _Language, draft: Draft) -> bool:
    sources = tuple(each.text for each in draft.sentences)
    return known.whole is not None and known.whole.sources == sources
