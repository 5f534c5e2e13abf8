"""Bytes → Summary: read, identify, split, summarize, translate and check, in that order."""

import contextlib
import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from teletipo import abstractive, formats, languages, summarizer
from teletipo.article import Article, Source, WireCopy
from teletipo.assembly import assemble
from teletipo.deadline import reading_deadline
from teletipo.draft import Draft
from teletipo.earlier import NOTHING, Earlier, Memory, remember
from teletipo.errors import (
    ArticleTooLarge,
    LanguageNotServed,
    Rejection,
    TargetNotServed,
)
from teletipo.latin_names import add_latin_names
from teletipo.options import SummaryOptions
from teletipo.ports import Pack
from teletipo.sentences import split_sentences
from teletipo.summary import Summary, SummarySettings
from teletipo.terminology import NO_TERMS, Terminology
from teletipo.translation import translate
from teletipo.translation.assess import assess
from teletipo.verify.context import Context
from teletipo.verify.readers import persons

Clock = Callable[[], float]


Arrive = Callable[[WireCopy, str], Earlier | None]
"""Takes the copy and the hash of its bytes; returns the summary that a new one supersedes.

Raises a ``Rejection`` if the copy's status or its story do not allow a summary.
"""


def _only_usable(copy: WireCopy, sha256: str) -> None:
    """Nothing is known of stories: what is withheld, killed or embargoed is rejected."""
    formats.check_usable(copy)


@dataclass(frozen=True)
class Request:
    """An article's bytes, their source, and the languages to summarize it into."""

    data: bytes
    source: Source
    targets: tuple[str, ...] | None = None
    """BCP 47 tags requested for this article; None for those of the options."""
    arrive: Arrive = _only_usable
    """Called once the article is read, before any model."""


def summarize_article(
    data: bytes,
    source: Source,
    pack: Pack,
    options: SummaryOptions,
    targets: Sequence[str] | None = None,
    clock: Clock = time.perf_counter,
    terminology: Terminology = NO_TERMS,
) -> Summary:
    """Return one article's summaries in its own language and each target; see ``Request``.

    Raises a ``Rejection`` if the article is at fault, and a ``PackError`` if the models are.
    """
    request = Request(data, source, tuple(targets) if targets else None)
    (result,) = summarize_articles([request], pack, options, clock, terminology)
    if isinstance(result, Rejection):
        raise result
    return result


def summarize_articles(
    requests: Sequence[Request],
    pack: Pack,
    options: SummaryOptions,
    clock: Clock = time.perf_counter,
    terminology: Terminology = NO_TERMS,
) -> list[Summary | Rejection]:
    """Return each article's Summary or Rejection, in order.

    Each step calls a model once for all articles, and never twice for the same text.

    Raises a ``PackError`` if the models are at fault.
    """
    works = [_read(request, pack, options, clock) for request in requests]
    good = [work for work in works if isinstance(work, _Work)]
    _summarize(good, pack, options)
    min_confidence = options.min_confidence if options.score else None
    jobs: list[tuple[Draft, str, Context]] = []
    kept: list[list[str]] = []
    for each in good:
        if isinstance(each.draft, Draft):
            context = Context(each.article.written, _with_persons(terminology, each.article))
            memory = each.memory = remember(each.earlier, pack, terminology, min_confidence)
            for target in each.foreign_targets:
                jobs.append((memory.unknown(each.draft, target), target, context))
                kept.append(memory.kept(each.draft, target))
    with _together(good, "translate"):
        translated = translate(jobs, pack, repair=options.repair)
    if min_confidence is not None:
        with _together(good, "score"):
            sources = [draft for draft, _, _ in jobs]
            translated = assess([*zip(sources, translated, strict=True)], pack, min_confidence)
    if options.latin_names:
        translated = [
            add_latin_names(source, draft, texts)
            for (source, _, _), draft, texts in zip(jobs, translated, kept, strict=True)
        ]
    translations = iter(translated)
    results: list[Summary | Rejection] = []
    for work in works:
        if isinstance(work, Rejection):
            results.append(work)
        elif isinstance(work.draft, Rejection):
            results.append(work.draft)
        else:
            own = work.memory.unknown(work.draft, work.article.language)
            found = [own, *(next(translations) for _ in work.foreign_targets)]
            drafts = [work.memory.filled(work.draft, each) for each in found]
            chosen = SummarySettings(
                targets=work.targets,
                abstractive=options.abstractive,
                repair=options.repair,
                terminology=terminology.sha256 or None,
                min_confidence=min_confidence,
                latin_names=options.latin_names,
            )
            timings = work.timings.finish()
            superseded = work.memory.superseded
            results.append(assemble(work.article, drafts, pack, chosen, timings, superseded))
    return results


def _with_persons(terminology: Terminology, article: Article) -> Terminology:
    """The terms, and the persons whom the article names in full."""
    sentences = (article.copy.body[each.start : each.end] for each in article.sentences)
    return terminology.with_names(persons.known_in(sentences, article.language))


@dataclass
class _Work:
    """An article that was read, and its draft."""

    article: Article
    targets: tuple[str, ...]
    timings: "_Timings"
    earlier: Earlier | None
    draft: Draft | Rejection = field(init=False)
    memory: Memory = NOTHING

    @property
    def foreign_targets(self) -> list[str]:
        return [target for target in self.targets if target != self.article.language]


def _read(request: Request, pack: Pack, options: SummaryOptions, clock: Clock) -> _Work | Rejection:
    timings = _Timings(clock)
    targets = request.targets or options.targets
    try:
        with timings.step("read"):
            article, earlier = _read_article(request, options.max_article_bytes)
        check_languages(article.language, targets, pack)
    except Rejection as rejection:
        return rejection
    return _Work(article, targets, timings, earlier)


def _summarize(works: Sequence[_Work], pack: Pack, options: SummaryOptions) -> None:
    """Set each article's draft: a model's if there is one, else the article's own sentences."""
    for language in dict.fromkeys(work.article.language for work in works):
        group = [work for work in works if work.article.language == language]
        abstracter = pack.abstracter(language) if options.abstractive else None
        with _together(group, "summarize"):
            if abstracter:
                articles = [work.article for work in group]
                results = abstractive.summarize(articles, abstracter, pack.embedder(language))
                for work, result in zip(group, results, strict=True):
                    work.draft = result if isinstance(result, Draft) else _extract(work, result)
            else:
                for work in group:
                    work.draft = _extract(work, None)


def _extract(work: _Work, failure: abstractive.AbstractionFailed | None) -> Draft | Rejection:
    """The article's own sentences, with a finding if they replace a model's."""
    try:
        draft = summarizer.summarize(work.article)
    except Rejection as rejection:
        return rejection
    if failure is None:
        return draft
    own = abstractive.failure_finding(failure, draft.language)
    return replace(draft, findings=(own, *draft.findings))


@contextlib.contextmanager
def _together(works: Sequence[_Work], step: str) -> Iterator[None]:
    """Time a step that is done for several articles at once."""
    with contextlib.ExitStack() as steps:
        for work in works:
            steps.enter_context(work.timings.step(step))
        yield


def read_article(data: bytes, source: Source, max_bytes: int) -> Article:
    """Read an article and determine its language. Raises a ``Rejection``."""
    return _read_article(Request(data, source), max_bytes)[0]


def _read_article(request: Request, max_bytes: int) -> tuple[Article, Earlier | None]:
    data = request.data
    if len(data) > max_bytes:
        raise ArticleTooLarge(f"The article has {len(data):,} bytes; the limit is {max_bytes:,}.")
    source = request.source
    with reading_deadline():
        copy = formats.inspect(data, source.content_type, source.key, limit=max_bytes)
    sha256 = hashlib.sha256(data).hexdigest()
    earlier = request.arrive(copy, sha256)
    with reading_deadline():
        return _article(copy, source, sha256), earlier


def _article(copy: WireCopy, source: Source, sha256: str) -> Article:
    declared = source.declared_language or copy.language
    if declared:
        language = languages.normalize_tag(declared, copy.body)
    else:
        language = languages.identify(copy.body)
    if copy.dateline and not copy.dateline.language:
        copy = replace(copy, dateline=replace(copy.dateline, language=language))
    return Article(
        source,
        sha256,
        language,
        copy,
        split_sentences(copy.body, language),
    )


def check_languages(language: str, targets: Sequence[str], pack: Pack) -> None:
    """Check that the pack supports these languages, before any work is done.

    Raises ``LanguageNotServed`` or ``TargetNotServed``.
    """
    if language not in pack.sources:
        raise LanguageNotServed(
            f"The article is in {languages.name(language)} ({language}); "
            f"the pack '{pack.name}' supports articles in {', '.join(sorted(pack.sources))}."
        )
    for target in targets:
        if target != language and pack.route(language, target) is None:
            raise TargetNotServed(
                f"The pack '{pack.name}' cannot translate {language} into '{target}'."
            )


class _Timings:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._started = clock()
        self._steps: dict[str, float] = {}

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        started = self._clock()
        yield
        self._steps[name] = round(self._clock() - started, 3)

    def finish(self) -> dict[str, float]:
        return {**self._steps, "total": round(self._clock() - self._started, 3)}
