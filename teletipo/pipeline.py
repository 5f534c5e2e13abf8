"""Bytes → Summary: read, identify, split, summarize, translate, check, in that order."""

import contextlib
import datetime
import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from teletipo import abstractive, dateline, formats, languages, summarizer, typography
from teletipo.article import Article, Source
from teletipo.draft import Draft
from teletipo.errors import ArticleTooLarge, LanguageNotServed, Rejection, TargetNotServed
from teletipo.findings import Finding, Severity
from teletipo.options import SummaryOptions
from teletipo.ports import Pack
from teletipo.sentences import split_sentences
from teletipo.summary import (
    ArticleDateline,
    ArticleIdentity,
    LanguageSummary,
    Summary,
    SummaryModel,
    SummaryPack,
    SummarySentence,
    SummarySettings,
)
from teletipo.terminology import NO_TERMS, Terminology
from teletipo.translation import translate
from teletipo.vectors import word_count
from teletipo.verify.context import Context

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
    settings: SummaryOptions,
    targets: Sequence[str] | None = None,
    clock: Clock = time.perf_counter,
    terminology: Terminology = NO_TERMS,
) -> Summary:
    """One article's summaries in its own language and in each target; see ``Request``.

    Raises a ``Rejection`` where the article is at fault, a ``PackError`` where the models are.
    """
    request = Request(data, source, tuple(targets) if targets else None)
    (result,) = summarize_articles([request], pack, settings, clock, terminology)
    if isinstance(result, Rejection):
        raise result
    return result


def summarize_articles(
    requests: Sequence[Request],
    pack: Pack,
    settings: SummaryOptions,
    clock: Clock = time.perf_counter,
    terminology: Terminology = NO_TERMS,
) -> list[Summary | Rejection]:
    """Each article's Summary, or why it has none, in order.

    What several articles need of a model it is asked in one call, and nothing is asked twice.

    Raises a ``PackError`` where the models are at fault.
    """
    works = [_read(request, pack, settings, clock) for request in requests]
    good = [work for work in works if isinstance(work, _Work)]
    _summarize(good, pack, settings)
    jobs: list[tuple[Draft, str, Context]] = []
    for each in good:
        if isinstance(each.draft, Draft):
            context = Context(_date(each.article), terminology)
            jobs += [(each.draft, target, context) for target in each.foreign_targets]
    with _together(good, "translate"):
        translations = iter(translate(jobs, pack, repair=settings.repair))
    results: list[Summary | Rejection] = []
    for work in works:
        if isinstance(work, Rejection):
            results.append(work)
        elif isinstance(work.draft, Rejection):
            results.append(work.draft)
        else:
            drafts = [work.draft, *(next(translations) for _ in work.foreign_targets)]
            chosen = SummarySettings(
                targets=work.targets,
                abstractive=settings.abstractive,
                repair=settings.repair,
                terminology=terminology.sha256 or None,
            )
            results.append(_publish(work.article, drafts, pack, chosen, work.timings))
    return results


@dataclass
class _Work:
    """An article that was read: to be summarized, then translated."""

    article: Article
    targets: tuple[str, ...]
    timings: "_Timings"
    draft: Draft | Rejection = field(init=False)

    @property
    def foreign_targets(self) -> list[str]:
        return [target for target in self.targets if target != self.article.language]


def _read(
    request: Request, pack: Pack, settings: SummaryOptions, clock: Clock
) -> _Work | Rejection:
    timings = _Timings(clock)
    targets = request.targets or settings.targets
    try:
        with timings.step("read"):
            article = read_article(request.data, request.source, settings.max_article_bytes)
        check_languages(article.language, targets, pack)
    except Rejection as rejection:
        return rejection
    return _Work(article, targets, timings)


def _summarize(works: Sequence[_Work], pack: Pack, settings: SummaryOptions) -> None:
    """In a model's words where there is one, and else in the article's."""
    for language in dict.fromkeys(work.article.language for work in works):
        group = [work for work in works if work.article.language == language]
        abstracter = pack.abstracter(language) if settings.abstractive else None
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
    """The article's own sentences; where they stand in for a model's, it is said."""
    try:
        draft = summarizer.summarize(work.article)
    except Rejection as rejection:
        return rejection
    if failure is None:
        return draft
    return replace(draft, findings=(abstractive.failure_finding(failure, draft.language),))


@contextlib.contextmanager
def _together(works: Sequence[_Work], step: str) -> Iterator[None]:
    """A step that is done for several articles at once."""
    with contextlib.ExitStack() as steps:
        for work in works:
            steps.enter_context(work.timings.step(step))
        yield


def read_article(data: bytes, source: Source, max_bytes: int) -> Article:
    """Bytes → Article, in a known language. Raises a ``Rejection``."""
    if len(data) > max_bytes:
        raise ArticleTooLarge(f"The article has {len(data):,} bytes; the limit is {max_bytes:,}.")
    copy = formats.read(data)
    declared = source.declared_language or copy.language
    if declared:
        language = languages.normalize_tag(declared, copy.body)
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
                    evidence=sentence.evidence,
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
        repairs=dict(sorted(Counter(step for each in drafts for step in each.repairs).items())),
        timings_seconds=timings.finish(),
    )


def _date(article: Article) -> datetime.date | None:
    """The dateline's, where it has a year."""
    written = article.copy.dateline
    if written is None or not (written.year and written.month and written.day):
        return None
    return datetime.date(written.year, written.month, written.day)


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
        guid=article.source.guid or copy.guid,
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
        text=copy.body,
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
