"""What findings and problems say in the reader's language, by their code."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from teletipo.findings import Finding
from teletipo.spans import Span
from teletipo.summary import LanguageSummary, Summary

_MOST_QUOTED = 60


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("messages.toml").read_text("utf-8"))


def languages() -> tuple[str, ...]:
    """Return the languages of messages; English, which the checks write, comes first."""
    return ("en", *_texts())


def in_language(summary: Summary, language: str) -> Summary:
    """Return the machine's document with the findings' messages in a language of ``languages``.

    A finding whose code has no text keeps its English message.
    """
    texts = _texts().get(language)
    if texts is None:
        return summary
    findings = tuple(_said(finding, summary, texts) for finding in summary.findings)
    return summary.model_copy(update={"findings": findings})


def problem(code: str, language: str, values: Mapping[str, str]) -> str | None:
    """Return what a problem or rejection of this code says in a language of ``languages``.

    None if the code has no text in it, as in English, or if the text needs a value that is not
    given.
    """
    text = _texts().get(language, {}).get("problems", {}).get(code)
    try:
        return text and str(text).format_map(values)
    except KeyError:
        return None


def _said(finding: Finding, summary: Summary, texts: dict[str, Any]) -> Finding:
    text = texts.get(finding.code)
    if text is None:
        return finding
    words = summary.summaries[finding.language]
    if finding.sentence is None:
        source, output = summary.article.headline, words.headline
    else:
        source, output = summary.article.text, words.sentences[finding.sentence].text
    text = text.format(percent=_percent(finding, words))
    text += _quoted(source, finding.source_spans, texts["_source"], texts["_quotes"])
    text += _quoted(output, finding.output_spans, texts["_output"], texts["_quotes"])
    return finding.model_copy(update={"message": text})


def _percent(finding: Finding, words: LanguageSummary) -> str:
    confidence = (
        words.headline_confidence
        if finding.sentence is None
        else words.sentences[finding.sentence].confidence
    )
    return "?" if confidence is None else f"{confidence * 100:.0f}"


def _quoted(text: str | None, spans: Sequence[Span], template: str, quotes: Sequence[str]) -> str:
    found = [(text or "")[span.start : span.end].strip() for span in spans]
    found = [each for each in found if 0 < len(each) <= _MOST_QUOTED]
    if not found:
        return ""
    opening, closing = quotes
    return template.format(", ".join(f"{opening}{each}{closing}" for each in found))
