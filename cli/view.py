"""A Summary as plain text for a terminal."""

from collections.abc import Iterator

from teletipo import languages
from teletipo.findings import Finding, Severity
from teletipo.summary import LanguageSummary, Summary


def render(summary: Summary) -> str:
    """Return each language's text with its evidence and findings, then the pack and timings."""
    return "\n".join(_lines(summary)) + "\n"


def _lines(summary: Summary) -> Iterator[str]:
    article = summary.article
    status = "OK" if summary.status == "ok" else "NEEDS REVIEW"
    yield f"{article.key}  ·  {status}"
    facts = [languages.name(article.language), f"{article.word_count} words", article.section]
    if article.update:
        facts.append(f"({article.update})")
    yield "  ·  ".join(fact for fact in facts if fact)
    for language, text in summary.summaries.items():
        findings = [finding for finding in summary.findings if finding.language == language]
        yield ""
        yield from _language(language, text, findings, article.language)
    yield ""
    pack = summary.pack
    models = ", ".join(f"{model.name} ({model.sha256[:12]})" for model in pack.models)
    how = f"{pack.runtime}, {pack.quantization}"
    yield f"Made by the pack {pack.name} {pack.version} ({how}): {models}"
    if summary.repairs:
        yield "Repaired: " + "  ".join(f"{step} {count}" for step, count in summary.repairs.items())
    yield "Seconds: " + "  ".join(
        f"{step} {seconds:.2f}" for step, seconds in summary.timings_seconds.items()
    )


def _language(
    language: str, text: LanguageSummary, findings: list[Finding], source: str
) -> Iterator[str]:
    origin = "not translated"
    if text.translated:
        via = [languages.name(step) for step in text.route[1:-1]]
        origin = f"translated from {languages.name(source)}{' via ' * bool(via)}{', '.join(via)}"
    if text.method == "abstractive":
        origin += ", in a model's words"
    yield f"── {languages.name(language)} ({language}), {origin} ".ljust(78, "─")
    if text.headline:
        yield f"{text.headline}{_confidence(text.headline_confidence)}"
    if text.dateline:
        yield text.dateline
    for index, sentence in enumerate(text.sentences):
        evidence = ", ".join(f"{span.start}–{span.end}" for span in sentence.evidence)
        marked = _marked(sentence.text, [each for each in findings if each.sentence == index])
        yield f"  {index + 1}. {marked}  [article {evidence}]{_confidence(sentence.confidence)}"
        yield from _findings(findings, index)
    yield from _findings(findings, None)


def _confidence(number: float | None) -> str:
    return "" if number is None else f"  (confidence {number:.0%})"


def _marked(text: str, findings: list[Finding]) -> str:
    """Return the text with brackets around the spans of warnings and errors."""
    wrong = {
        position
        for finding in findings
        if finding.severity is not Severity.INFO
        for span in finding.output_spans
        for position in range(span.start, span.end)
    }
    if not wrong or len(wrong) >= len(text):
        return text
    marked = ""
    for position, char in enumerate(text):
        if position in wrong and position - 1 not in wrong:
            marked += "⟦"
        marked += char
        if position in wrong and position + 1 not in wrong:
            marked += "⟧"
    return marked


def _findings(findings: list[Finding], sentence: int | None) -> Iterator[str]:
    for finding in findings:
        if finding.sentence == sentence:
            indent = "  " if sentence is None else "     "
            yield f"{indent}{finding.severity.upper()} {finding.code}: {finding.message}"
