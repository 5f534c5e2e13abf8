"""Article and drafts → Summary, the published document, and its status."""

from collections import Counter
from collections.abc import Mapping, Sequence

from teletipo import dateline, languages, typography
from teletipo.article import Article, Note
from teletipo.corrections import correction_line
from teletipo.disclosure import sourced
from teletipo.draft import Draft
from teletipo.findings import Finding, Severity
from teletipo.ports import Pack
from teletipo.subjects import identified
from teletipo.summary import (
    ArticleDateline,
    ArticleIdentity,
    LanguageSummary,
    Summary,
    SummaryModel,
    SummaryPack,
    SummarySentence,
    SummarySettings,
    Superseded,
    status_of,
)
from teletipo.translation import is_draft
from teletipo.vectors import word_count


def assemble(
    article: Article,
    drafts: Sequence[Draft],
    pack: Pack,
    settings: SummarySettings,
    timings_seconds: Mapping[str, float],
    superseded: Superseded | None = None,
) -> Summary:
    """Return the document for an article's drafts, which start with its own language's.

    The status is ``needs_review`` if any finding is a warning or an error.
    """
    summaries = {}
    findings = [_note(note, article.language) for note in article.copy.notes]
    for draft in drafts:
        rendered, place_finding = _dateline(article, draft.language)
        of_language = [*draft.findings, *place_finding]
        summaries[draft.language] = LanguageSummary(
            status=status_of(of_language),
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
                    confidence=sentence.confidence,
                    kept=sentence.kept,
                )
                for sentence in draft.sentences
            ),
            headline_confidence=draft.headline_confidence,
            headline_kept=draft.headline_kept,
            correction=correction_line(article.copy, superseded, draft.language),
            draft=draft.translated and is_draft(article.language, draft.language, pack),
        )
        findings += of_language
    document = Summary(
        status=status_of(findings),
        article=_identity(article),
        summaries=summaries,
        supersedes=superseded,
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
        timings_seconds=dict(timings_seconds),
    )
    return sourced(document)


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
            message=f"The {languages.name(language)} name of the dateline's place "
            f"“{written.place}” is not known; it was left as written.",
        )
    ]


def _note(note: Note, language: str) -> Finding:
    """What the reader assumed or left out, for the editor."""
    return Finding(
        code=note.code,
        severity=Severity.INFO,
        language=language,
        sentence=None,
        message=note.message,
    )


def _identity(article: Article) -> ArticleIdentity:
    copy = article.copy
    return ArticleIdentity(
        key=article.source.key,
        version_id=article.source.version_id,
        trace_id=article.source.trace_id,
        sha256=article.sha256,
        guid=article.source.guid or copy.guid,
        provider=article.source.provider or copy.provider,
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
        format=copy.format,
        version=copy.version,
        headlines=copy.headlines,
        slug=copy.slug,
        places=copy.places,
        date=copy.date,
        created=copy.created,
        urgency=copy.urgency,
        subjects=identified(copy.subjects),
        keywords=copy.keywords,
        rights=copy.rights,
        editors_note=copy.editors_note,
        embargo=copy.embargo,
        change=copy.change,
        links=copy.links,
        declared_words=copy.declared_words,
        text=copy.body,
    )
