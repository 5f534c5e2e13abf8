"""Terms that are not rendered as the desk's terminology requires."""

from collections.abc import Iterable

from teletipo.findings import Finding, Severity
from teletipo.verify.context import Context
from teletipo.verify.pair import SentencePair


def check_terms(pair: SentencePair, context: Context) -> Iterable[Finding]:
    """Yield ``term_missing`` and ``terminology_ignored``. Case-sensitive.

    Not seen: a term in another inflection than in the file.
    """
    source, output = pair.source, pair.output
    for term in context.terminology.find(source.text, source.language, output.language):
        if not term.rendered_in(output.text, output.language):
            yield pair.finding(
                "term_missing",
                f"The terminology requires “{term.rendering}” for “{source[term.span]}”.",
                source=[term.span],
            )
    for ignored in context.terminology.find_ignored(source.text, source.language, output.language):
        yield pair.finding(
            "terminology_ignored",
            f"The terminology's rendering of “{source[ignored.span]}” was not used: "
            f"{ignored.reason}",
            Severity.WARNING,
            source=[ignored.span],
        )
