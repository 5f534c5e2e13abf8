"""Bytes → Summary: read, identify, split, summarize, translate, check, in that order."""

import contextlib
import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from teletipo import abstractive, dateline, formats, languages, summarizer, translator, typography
from teletipo.article import Article, Source
from teletipo.draft import Draft
from teletipo.errors import ArticleTooLarge, LanguageNotServed, Rejection, TargetNotServed
from teletipo.findings import Finding, Severity
from teletipo.ports import Pack
from teletipo.sentences import split_sentences
from teletipo.settings import Settings
from teletipo.summary import (
    ArticleDateline,
    ArticleIdentity,
    EvidenceSpan,
    LanguageSummary,
    Summary,
    SummaryModel,
    SummaryPack,
    SummarySentence,
    SummarySettings,
)
from teletipo.vectors import word_count

Clock = Callable[[], float]


@dataclass(frozen=True)
class Request:
    """An article's bytes, where they came from, and into which languages it is to be summarized."""

    data: bytes
    source: Source
    targets: tuple[str, ...] | None = None
    """BCP 47: the article's own wish; without it the settings' apply."""


def summarize_article(
    data: bytes,
    source: Source,
    pack: Pack,
    settings: Settings,
    targets: Sequence[str] | None = None,
    clock: Clock = time.perf_counter,
) -> Summary:
    """One article's summaries in its own language and in each target; see ``Request``.

    Raises a ``Rejection`` where the article is at fault, a ``PackError`` where the models are.
    """
    request = Request(data, source, tuple(targets) if targets else None)
    (result,) = summarize_articles([request], pack, settings, clock)
    if isinstance(result, Rejection):
        raise result
    return result


def summarize_articles(
    requests: Sequence[Request],
    pack: Pack,
    settings: Settings,
    clock: Clock = time.perf_counter,
) -> list[Summary | Rejection]:
    """Each article's Summary, or why it has none, in order.

    What several articles need of a model it is asked in one call, and nothing is asked twice.

    Raises a ``PackError`` where the models are at fault.
    """
    memory: translator.Memory = {}
    works = [_begin(request, pack, settings, clock) for request in requests]
    good = [work for work in works if isinstance(work, _Work)]
    jobs = [(work.draft, target) for work in good for target in work.foreign_targets]
    with contextlib.ExitStack() as steps:
        for each in good:
            steps.enter_context(each.timings.step("translate"))
        translations = iter(translator.translate(jobs, pack, memory))
    results: list[Summary | Rejection] = []
    for work in works:
        if isinstance(work, Rejection):
            results.append(work)
            continue
        drafts = [work.draft, *(next(translations) for _ in work.foreign_targets)]
        chosen = SummarySettings(targets=work.targets, abstractive=settings.abstractive)
        results.append(_publish(work.article, drafts, pack, chosen, work.timings))
    return results


@dataclass(frozen=True)
class _Work:
    """An article that is read and summarized, and to be translated."""

    article: Article
    targets: tuple[str, ...]
    draft: Draft
    timings: "_Timings"

    @property
    def foreign_targets(self) -> list[str]:
        return [target for target in self.targets if target != self.article.language]


def _begin(request: Request, pack: Pack, settings: Settings, clock: Clock) -> _Work | Rejection:
    timings = _Timings(clock)
    targets = request.targets or settings.targets
    try:
        with timings.step("read"):
            article = read_article(request.data, request.source, settings.max_article_bytes)
        check_languages(article.language, targets, pack)
        with timings.step("summarize"):
            draft = _summarize(article, pack, settings)
    except Rejection as rejection:
        return rejection
    return _Work(article, targets, draft, timings)


def _summarize(article: Article, pack: Pack, settings: Settings) -> Draft:
    """In a model's words where there is one; where it fails, in the article's, and saying so."""
    abstracter = pack.abstracter(article.language) if settings.abstractive else None
    if abstracter is None:
        return summarizer.summarize(article)
    try:
        return abstractive.summarize(article, abstracter)
    except abstractive.AbstractionFailed as failure:
        finding = abstractive.failure_finding(failure, article.language)
        return replace(summarizer.summarize(article), findings=(finding,))


def read_article(data: bytes, source: Source, max_bytes: int) -> Article:
    """Bytes → Article, in a known language. Raises a ``Rejection``."""
    if len(data) > max_bytes:
        raise ArticleTooLarge(f"The article has {len(data):,} bytes; the limit is {max_bytes:,}.")
    copy = formats.read(data)
    if source.declared_language:
        language = languages.normalize_tag(source.declared_language, copy.body)
    else:
        language = languages.identify(copy.body)
    if copy.dateline and not copy.dateline.language:
        copy = replace(copy, dateline=replace(copy.dateline, language=language))
    return Article(
        source,
        hashlib.sha256(data).hexdigest(),
        language,
        copy,
        split_sentences(copy.body, language),
    )


def check_languages(language: str, targets: Sequence[str], pack: Pack) -> None:
    """Before any work is done: can the pack do it?

    Raises ``LanguageNotServed``, ``TargetNotServed``.
    """
    if language not in pack.sources:
        raise LanguageNotServed(
            f"The article is in {languages.name(language)} ({language}); "
            f"the pack '{pack.name}' works from {', '.join(sorted(pack.sources))}."
        )
    for target in targets:
        if target != language and pack.route(language, target) is None:
            raise TargetNotServed(
                f"The pack '{pack.name}' has no way from {language} to '{target}'."
            )


def _publish(
    article: Article,
    drafts: Sequence[Draft],
    pack: Pack,
    settings: SummarySettings,
    timings: "_Timings",
) -> Summary:
    summaries = {}
    findings: list[Finding] = []
    for draft in drafts:
        rendered, place_finding = _dateline(article, draft.language)
        summaries[draft.language] = LanguageSummary(
            headline=draft.headline,
            dateline=rendered,
            text=typography.join_sentences(
                [sentence.text for sentence in draft.sentences], draft.language
            ),
            translated=draft.translated,
            route=draft.route,
            method=draft.method,
            sentences=tuple(
                SummarySentence(
                    text=sentence.text,
                    evidence=tuple(
                        EvidenceSpan(start=span.start, end=span.end) for span in sentence.evidence
                    ),
                )
                for sentence in draft.sentences
            ),
        )
        findings += [*draft.findings, *place_finding]
    needs_review = any(finding.severity is not Severity.INFO for finding in findings)
    return Summary(
        status="needs_review" if needs_review else "ok",
        article=_identity(article),
        summaries=summaries,
        findings=tuple(findings),
        pack=SummaryPack(
            name=pack.name,
            version=pack.version,
            runtime=pack.runtime,
            quantization=pack.quantization,
            models=tuple(
                SummaryModel(name=model.name, sha256=model.sha256) for model in pack.models
            ),
        ),
        settings=settings,
        timings_seconds=timings.finish(),
    )


def _dateline(article: Article, language: str) -> tuple[str | None, list[Finding]]:
    written = article.copy.dateline
    if written is None:
        return None, []
    rendered, place_is_known = dateline.render(written, language)
    if place_is_known:
        return rendered, []
    return rendered, [
        Finding(
            code="place_kept",
            severity=Severity.INFO,
            language=language,
            sentence=None,
            message=f"No {languages.name(language)} name is known for the dateline's "
            f"'{written.place}'; it stands as it was.",
        )
    ]


def _identity(article: Article) -> ArticleIdentity:
    copy = article.copy
    return ArticleIdentity(
        key=article.source.key,
        version_id=article.source.version_id,
        sha256=article.sha256,
        guid=article.source.guid,
        language=article.language,
        headline=copy.headline,
        section=copy.section,
        dateline=copy.dateline
        and ArticleDateline(
            place=copy.dateline.place, date=copy.dateline.date, agency=copy.dateline.agency
        ),
        update=copy.update,
        byline=copy.byline,
        sign_off=copy.sign_off,
        word_count=word_count(copy.body),
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
