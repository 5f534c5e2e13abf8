"""Articles → Drafts in a model's own words, for articles of any length (map and reduce).

An article's sentences are packed into windows that fit the model. Each window is summarized. If
there were several, their summaries are packed into windows again, until one remains. Every
sentence carries the passages of the article most similar to it: by words, and with equal weight by
meaning if the pack has embeddings. Each round has fewer windows than the last, so the cost grows
linearly with the article's length.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from teletipo import typography
from teletipo.article import Article
from teletipo.draft import Draft, DraftSentence
from teletipo.findings import Finding, Severity
from teletipo.languages import Language
from teletipo.ports import Abstracter, Embedder, Hypothesis
from teletipo.sentences import TERMINAL, split_sentences
from teletipo.spans import Span
from teletipo.vectors import cosine, inverse_frequencies, similarity, terms, vector
from teletipo.verify import verify_summary
from teletipo.verify.checks.decoding import check_summary_form
from teletipo.verify.pair import Sentence, SentencePair

# Further passages count as evidence from this share of the best passage's similarity.
_ALSO_EVIDENCE = 0.7
_MAX_EVIDENCE = 3
# Embeddings of two random sentences of one language are about this similar.
_RANDOM_SIMILARITY = 0.2
_BREAKS = (re.compile(r"[;:；：。！？]"), re.compile(r"[,，、—–)）]"), re.compile(r"\s"))


class AbstractionFailed(Exception):
    """The model's output is unusable. The message tells the editor why."""


@dataclass(frozen=True)
class _Passage:
    """Text from the article or from a summary of it, and the article's spans it is based on."""

    text: str
    evidence: tuple[Span, ...]
    is_supported: bool = True
    """Whether ``evidence`` is similar to the text; if not, it only covers the text's window."""


class _Meanings:
    """Embeddings of texts, each computed once."""

    def __init__(self, embedder: Embedder | None) -> None:
        self._embedder = embedder
        self._vectors: dict[str, Sequence[float]] = {}

    def similarity(self, text: str, others: Sequence[str]) -> list[float] | None:
        """The similarity of each of the others, from 0 to 1; None without an embedder."""
        if self._embedder is None:
            return None
        new = [each for each in dict.fromkeys([text, *others]) if each not in self._vectors]
        self._vectors.update(zip(new, self._embedder.embed(new), strict=True))
        own = self._vectors[text]
        return [max(0.0, cosine(own, self._vectors[other])) for other in others]


def summarize(
    articles: Sequence[Article], abstracter: Abstracter, embedder: Embedder | None = None
) -> list[Draft | AbstractionFailed]:
    """Return a model's summary of each article in its own language, or why it failed.

    All articles must be in the abstracter's language. Each round calls the abstracter once for all
    of them.

    Raises ``PackError``.
    """
    works = [_Work(article, abstracter, embedder) for article in articles]
    while waiting := [work for work in works if work.windows]:
        hypotheses = iter(
            abstracter.summarize([text for work in waiting for text in work.window_texts])
        )
        for work in waiting:
            work.advance([next(hypotheses) for _ in work.windows])
    return [work.result for work in works]


def support(
    text: str, article: Article, embedder: Embedder | None = None
) -> tuple[tuple[Span, ...], list[Finding]]:
    """Return the passages that support a sentence, and findings on what they do not support."""
    meanings = _Meanings(embedder)
    passages = [_Passage(article.text(span), (span,)) for span in article.sentences]
    passage = _with_evidence(text, passages, meanings)
    return passage.evidence, _findings(passage, article, 0, meanings)


class _Work:
    """The state of one article: windows still to be summarized, and finally a result."""

    result: Draft | AbstractionFailed

    def __init__(self, article: Article, abstracter: Abstracter, embedder: Embedder | None) -> None:
        self._article = article
        self._abstracter = abstracter
        self._meanings = _Meanings(embedder)
        passages = [_Passage(article.text(span), (span,)) for span in article.sentences]
        self.windows: list[list[_Passage]] = []
        if passages:
            self.windows = _windows(passages, article.language, abstracter)
        else:
            self.result = AbstractionFailed("The article has no sentences to summarize.")

    @property
    def window_texts(self) -> list[str]:
        """The text of each window, as the model gets it."""
        return [_join(window, self._article.language) for window in self.windows]

    def advance(self, hypotheses: Sequence[Hypothesis]) -> None:
        """Take the windows' summaries, and set either the result or the next round's windows."""
        done, self.windows = self.windows, []
        language = self._article.language
        passages: list[_Passage] = []
        try:
            for window, hypothesis in zip(done, hypotheses, strict=True):
                passages += [
                    _with_evidence(text, window, self._meanings)
                    for text in _sentences(hypothesis, language)
                ]
        except AbstractionFailed as failure:
            self.result = failure
            return
        if len(done) > 1:
            windows = _windows(passages, language, self._abstracter)
            if len(windows) < len(done):
                self.windows = windows
            else:
                self.result = AbstractionFailed(
                    "The model's summaries were no shorter than the article."
                )
            return
        self.result = Draft(
            language=language,
            headline=self._article.copy.headline,
            sentences=tuple(DraftSentence(passage.text, passage.evidence) for passage in passages),
            method="abstractive",
            findings=tuple(
                finding
                for index, passage in enumerate(passages)
                for finding in _findings(passage, self._article, index, self._meanings)
            ),
        )


def failure_finding(failure: AbstractionFailed, language: str) -> Finding:
    """Return the finding that the article's own sentences replace a model's."""
    return Finding(
        code="abstraction_failed",
        severity=Severity.WARNING,
        language=language,
        sentence=None,
        message=f"{failure} This summary uses the article's own sentences instead.",
    )


def _windows(
    passages: Sequence[_Passage], language: str, abstracter: Abstracter
) -> list[list[_Passage]]:
    """All passages in order, in as few windows as possible, of about equal length."""
    limit = abstracter.window_tokens
    pieces = _split_to_fit(passages, limit, abstracter)
    # The separator between two passages may be a token too.
    lengths = [count + 1 for count in abstracter.count_tokens([piece.text for piece in pieces])]
    wanted = sum(lengths) / math.ceil(sum(lengths) / limit)
    windows: list[list[_Passage]] = []
    filled = 0
    for piece, length in zip(pieces, lengths, strict=True):
        if not windows or filled + length > limit or filled >= wanted:
            windows.append([])
            filled = 0
        windows[-1].append(piece)
        filled += length
    return [part for window in windows for part in _halved(window, language, abstracter)]


def _halved(window: list[_Passage], language: str, abstracter: Abstracter) -> list[list[_Passage]]:
    """The window, halved until it fits: joined passages can have more tokens than their sum."""
    (length,) = abstracter.count_tokens([_join(window, language)])
    if length <= abstracter.window_tokens or len(window) == 1:
        return [window]
    middle = len(window) // 2
    return [
        *_halved(window[:middle], language, abstracter),
        *_halved(window[middle:], language, abstracter),
    ]


def _split_to_fit(
    passages: Sequence[_Passage], limit: int, abstracter: Abstracter
) -> list[_Passage]:
    """Split overlong passages in two until each fits; no character is lost."""
    fitting: list[_Passage] = []
    pending = list(passages)
    while pending:
        lengths = abstracter.count_tokens([passage.text for passage in pending])
        parts: list[list[_Passage]] = [
            [passage] if length < limit or len(passage.text) < 2 else _cut(passage)
            for passage, length in zip(pending, lengths, strict=True)
        ]
        if all(len(part) == 1 for part in parts):
            fitting = [part[0] for part in parts]
            break
        pending = [passage for part in parts for passage in part]
    return fitting


def _cut(passage: _Passage) -> list[_Passage]:
    """Split after the punctuation or white space nearest to the middle."""
    text, middle = passage.text, len(passage.text) // 2
    place = middle
    for pattern in _BREAKS:
        ends = [match.end() for match in pattern.finditer(text, middle // 2, middle + middle // 2)]
        if ends:
            place = min(ends, key=lambda end: abs(end - middle))
            break
    first, second = passage.evidence, passage.evidence
    (whole, *others) = passage.evidence
    if not others and whole.end - whole.start == len(text):
        first = (Span(whole.start, whole.start + place),)
        second = (Span(whole.start + place, whole.end),)
    return [_Passage(text[:place], first), _Passage(text[place:], second)]


def _join(passages: Sequence[_Passage], language: str) -> str:
    return typography.join_sentences([passage.text for passage in passages], language)


def _sentences(hypothesis: Hypothesis, language: str) -> list[str]:
    """The model's sentences, without a last one that it did not finish."""
    text = " ".join(hypothesis.text.split())
    sentences = [text[span.start : span.end] for span in split_sentences(text, language)]
    if sentences and not hypothesis.finished and not TERMINAL.search(sentences[-1]):
        sentences.pop()
    if not sentences:
        raise AbstractionFailed("The model did not write a complete sentence.")
    return list(dict.fromkeys(sentences))


def _with_evidence(text: str, window: Sequence[_Passage], meanings: _Meanings) -> _Passage:
    """The sentence with the most similar passages as evidence, or else its whole window."""
    bags = [terms(passage.text) for passage in window]
    weights = inverse_frequencies(bags)
    written = vector(terms(text), weights)
    similarities = [similarity(written, vector(bag, weights)) for bag in bags]
    least = 0.0
    if said := meanings.similarity(text, [passage.text for passage in window]):
        similarities = [(words + same) / 2 for words, same in zip(similarities, said, strict=True)]
        least = _RANDOM_SIMILARITY
    similarities = [
        value if passage.is_supported else 0.0
        for value, passage in zip(similarities, window, strict=True)
    ]
    best = max(similarities)
    if best <= least:
        spans = [span for passage in window for span in passage.evidence]
        whole = Span(min(spans).start, max(span.end for span in spans))
        return _Passage(text, (whole,), is_supported=False)
    ranked = sorted(range(len(window)), key=lambda index: -similarities[index])[:_MAX_EVIDENCE]
    close = [index for index in ranked if similarities[index] >= _ALSO_EVIDENCE * best]
    spans = [span for index in close for span in window[index].evidence]
    return _Passage(text, tuple(sorted(set(spans))))


def _findings(
    passage: _Passage, article: Article, sentence: int, meanings: _Meanings
) -> list[Finding]:
    language = Language(article.language)
    places = [article.text(span) for span in passage.evidence] if passage.is_supported else []
    evidence = typography.join_sentences(places, language)
    pair = SentencePair(Sentence(evidence, language), Sentence(passage.text, language))
    findings = list(check_summary_form(pair))
    if passage.is_supported:
        said = meanings.similarity(passage.text, places)
        findings += verify_summary(pair, meaning=max(said) if said else None)
    else:
        findings.append(
            pair.finding(
                "no_evidence", "No passage of the article resembles this sentence; check it."
            )
        )
    # The evidence is several passages joined, so its offsets do not apply to the article.
    return [finding.placed(language, sentence, None) for finding in findings]
