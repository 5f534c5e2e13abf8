"""Does the desk's own terminology stand where it has to?"""

from teletipo.terminology import Terminology
from teletipo.verify.fault import Fault


def check_terms(
    source_text: str, output_text: str, source: str, target: str, terminology: Terminology
) -> list[Fault]:
    """Terms of the source that are not rendered as the desk has it. Case matters.

    What it cannot see: a term in another inflection than the file gives.
    """
    return [
        Fault(
            "term_missing",
            f"The terminology has “{term.rendering}” for “{source_text[term.start : term.end]}”.",
            source=(term.span,),
        )
        for term in terminology.find(source_text, source, target)
        if term.rendering not in output_text
    ]


def without_terms(
    source_text: str, output_text: str, source: str, target: str, terminology: Terminology
) -> tuple[str, str]:
    """Both texts with blanks where a term stands in both, for checks that need not judge them."""
    for term in terminology.find(source_text, source, target):
        if term.rendering in output_text:
            blank = " " * (term.end - term.start)
            source_text = source_text[: term.start] + blank + source_text[term.end :]
            output_text = output_text.replace(term.rendering, " " * len(term.rendering))
    return source_text, output_text
