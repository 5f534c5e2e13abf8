"""Article → Draft: two to four sentences that tell the story, unchanged.

Extractive, without a model. A sentence's score depends on its position, on how much of the
article's vocabulary it shares (centrality) and on its length. Sentences that repeat a chosen one
are skipped (maximal marginal relevance, Carbonell and Goldstein 1998). Sentences that refer to
somebody or something that the summary does not name are avoided.
"""

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from teletipo.article import Article
from teletipo.draft import Draft, DraftSentence
from teletipo.errors import NoSentences
from teletipo.languages import Language
from teletipo.sentences import TERMINAL, has_open_quotation
from teletipo.spans import Span
from teletipo.vectors import (
    HAN_RUN,
    WESTERN_WORD,
    inverse_frequencies,
    normalized,
    similarity,
    terms,
    vector,
    word_count,
)
from teletipo.verify.checks.references import Needs, check_references

_MIN_SENTENCES, _MAX_SENTENCES = 2, 4
# One summary sentence per this many words of the article.
_WORDS_PER_SENTENCE = 60

_LEAD_BONUS = 0.4
_CENTRALITY_WEIGHT = 1.0
_REDUNDANCY_WEIGHT = 0.7
_CONTEXT_PENALTY = 0.35
# A sentence whose "he" or "the project" no chosen sentence names is taken only for want of others.
_REFERENCE_PENALTY = 0.6
# Figures are news, but a list of them is not more news.
_FIGURE_BONUS, _MAX_FIGURES = 0.05, 2
# In words; a Chinese character counts half.
_MIN_WORDS, _SHORT_WORDS, _IDEAL_WORDS, _LONG_WORDS, _MAX_WORDS = 3, 5, 28, 50, 120
_TOO_SIMILAR = 0.6

_FIGURE = re.compile(r"\d[\d.,]*|[一二三四五六七八九十百千万亿两]{2,}")

# A sentence that refers back to the previous one reads badly on its own.
_LEANS_BACK = re.compile(
    r"(?:sin embargo|no obstante|adem[aá]s|asimismo|tambi[eé]n|por su parte|por otr[ao]|en ese"
    r"|en este|en tanto|mientras|as[ií]|pero|y |este|esta|esto|estos|estas|ese|esa|eso|ello|ella|él"
    r"|seg[uú]n (?:él|ella)|dicho|dicha|tras ello|entonces|de hecho|por ello|por eso"
    r"|however|but|and|also|moreover|meanwhile|in addition|he|she|they|it|this|that|these|those"
    r"|still|then|therefore|instead|so"
    r"|但|然而|此外|同时|他|她|它|这|那|另外|因此|不过|与此同时|对此)(?![^\W\d_])",
    re.IGNORECASE,
)
_LEANS_BACK_CHINESE = re.compile(r"(?:但|然而|此外|同时|他|她|它|这|那|另外|因此|不过|与此|对此)")

# Without these words nothing is left of "He told reporters on Monday."
_SPEECH = frozenset(
    "said says say told tells added adds explained stated declared announced reported asked "
    "replied noted dijo dijeron señaló indicó añadió agregó explicó afirmó aseguró declaró informó "
    "informaron manifestó apuntó subrayó concluyó recordó precisó".split()
)
_AROUND_SPEECH = frozenset(
    "according he she they it who his her their this that so the a an to of in on at by "
    "and reporters reporter journalists press conference statement interview news agency "
    "television spokesman spokeswoman spokesperson source sources monday tuesday wednesday "
    "thursday friday saturday sunday today yesterday efe "
    "según así lo la le les se el los las un una "
    "ello esto eso él ella ellos a de del en al por con y que su sus rueda prensa comunicado "
    "entrevista periodistas medios agencia portavoz fuente fuentes lunes martes miércoles jueves "
    "viernes sábado domingo hoy ayer este esta".split()
)
_ATTRIBUTION_CHINESE = re.compile(
    r"(?:他|她|他们|该|发言人|记者|媒体|周[一二三四五六日天]|星期[一二三四五六日天]|当天|说|表示|称|指出|补充"
    r"|告诉|对|在|向|声明|新闻|发布会|采访|中|上|的|道|通过|接受|时|如此|是|这样|一|份|埃菲社)"
)


@dataclass(frozen=True)
class _Candidate:
    position: int
    span: Span
    text: str
    vector: Mapping[str, float]
    score: float


def summarize(article: Article, sentences: int | None = None) -> Draft:
    """Return the article's summary in its own language; each sentence is its own evidence.

    ``sentences`` is how many to take, at most; by default the article's length decides.
    Raises ``NoSentences`` if the body has no usable sentence.
    """
    candidates = _candidates(article)
    if not candidates:
        raise NoSentences(
            "The article has no complete sentence of a usable length, so it cannot be summarized."
        )
    wanted = sentences or max(
        _MIN_SENTENCES, min(_MAX_SENTENCES, word_count(article.body) // _WORDS_PER_SENTENCE)
    )
    texts = [article.text(span) for span in article.sentences]
    language = Language(article.language)
    chosen = sorted(
        _choose(candidates, wanted, Needs(texts, language)),
        key=lambda candidate: candidate.position,
    )
    return Draft(
        language=article.language,
        headline=article.copy.headline,
        sentences=tuple(DraftSentence(candidate.text, (candidate.span,)) for candidate in chosen),
        findings=tuple(check_references(texts, [each.position for each in chosen], language)),
    )


def _candidates(article: Article) -> list[_Candidate]:
    sentences = [
        (position, span, article.text(span)) for position, span in enumerate(article.sentences)
    ]
    complete = [sentence for sentence in sentences if _is_complete(sentence[2])]
    # A flash may consist only of sentences that would be skipped in a longer story.
    usable = [sentence for sentence in complete if _is_worth_taking(sentence[2])] or complete
    bags = [terms(text) for _, _, text in usable]
    weights = inverse_frequencies(bags)
    vectors = [vector(bag, weights) for bag in bags]
    totals: defaultdict[str, float] = defaultdict(float)
    for each in vectors:
        for term, value in each.items():
            totals[term] += value
    centroid = normalized(totals)
    return [
        _Candidate(
            position,
            span,
            text,
            each,
            _LEAD_BONUS / (1 + index)
            + _CENTRALITY_WEIGHT * similarity(each, centroid)
            + _length_score(text)
            + _FIGURE_BONUS * min(_MAX_FIGURES, len(_FIGURE.findall(text)))
            - (_CONTEXT_PENALTY if index and _leans_back(text) else 0.0),
        )
        for index, ((position, span, text), each) in enumerate(zip(usable, vectors, strict=True))
    ]


def _choose(candidates: Sequence[_Candidate], wanted: int, needs: Needs) -> list[_Candidate]:
    """The lead, then repeatedly the best remaining sentence.

    A sentence loses if it repeats a chosen one, or if it refers to what no chosen one names.
    """
    chosen = [candidates[0]]
    overlap = [0.0] * len(candidates)
    while len(chosen) < wanted:
        scores = []
        for index, candidate in enumerate(candidates):
            if candidate in chosen:
                continue
            overlap[index] = max(overlap[index], similarity(candidate.vector, chosen[-1].vector))
            if overlap[index] < _TOO_SIMILAR:
                scores.append((candidate.score - _REDUNDANCY_WEIGHT * overlap[index], candidate))
        if not scores:
            break
        chosen.append(_best(scores, needs, [each.position for each in chosen]))
    return chosen


def _best(
    scores: list[tuple[float, _Candidate]], needs: Needs, chosen: Sequence[int]
) -> _Candidate:
    """The best candidate after the penalty for references; only those that may win are read."""
    scores.sort(key=lambda each: (-each[0], each[1].position))
    best, best_score = scores[0][1], -math.inf
    for score, candidate in scores:
        if score <= best_score:
            break
        is_open = bool(needs.unresolved(candidate.position, chosen))
        own = score - (_REFERENCE_PENALTY if is_open else 0.0)
        if own > best_score:
            best, best_score = candidate, own
    return best


def _is_complete(text: str) -> bool:
    """Whether it reads as a sentence on its own."""
    return (
        bool(TERMINAL.search(text))
        and not has_open_quotation(text)
        and not text.startswith(("”", "»", "」"))
        and _MIN_WORDS <= _length(text) <= _MAX_WORDS
    )


def _is_worth_taking(text: str) -> bool:
    return _length(text) >= _SHORT_WORDS and not _is_attribution_only(text)


def _is_attribution_only(text: str) -> bool:
    """Whether it only says who spoke: "He said so to reporters on Monday."."""
    if HAN_RUN.search(text):
        rest = _ATTRIBUTION_CHINESE.sub("", "".join(HAN_RUN.findall(text)))
        return len(rest) <= 4 and bool(re.search(r"[说称]|表示|指出|告诉|道", text))
    words = [word.casefold() for word in WESTERN_WORD.findall(text)]
    if _SPEECH.isdisjoint(words):
        return False
    rest_words = [word for word in words if word not in _SPEECH and word not in _AROUND_SPEECH]
    return len(rest_words) <= min(2, len(words) // 2)


def _leans_back(text: str) -> bool:
    return bool(_LEANS_BACK.match(text) or _LEANS_BACK_CHINESE.match(text))


def _length(text: str) -> float:
    return len(WESTERN_WORD.findall(text)) + sum(map(len, HAN_RUN.findall(text))) / 2


def _length_score(text: str) -> float:
    """The full score near the ideal length; less for fragments and for overlong sentences."""
    length = _length(text)
    if length <= _LONG_WORDS:
        return 0.3 * min(1.0, length / _IDEAL_WORDS)
    return 0.3 * _LONG_WORDS / length - 0.2
