"""Does a sentence say what its source says? Small checks, each a pure function."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from teletipo.findings import Severity
from teletipo.terminology import NO_TERMS, Terminology
from teletipo.verify.attribution import check_attribution
from teletipo.verify.coverage import check_coverage, check_support
from teletipo.verify.dates import check_dates
from teletipo.verify.fault import Fault
from teletipo.verify.figures import check_figures
from teletipo.verify.form import check_form
from teletipo.verify.names import check_names
from teletipo.verify.negation import check_negation
from teletipo.verify.offices import check_offices
from teletipo.verify.quotations import check_quotations
from teletipo.verify.terms import check_terms, without_terms


@dataclass(frozen=True)
class Context:
    """What a sentence cannot tell by itself."""

    written: datetime.date | None = None
    """The dateline's date, where it is told in full."""
    terminology: Terminology = NO_TERMS


CHECKS_VERSION = "6"
"""Changes with what the checks find: results of another version are made again."""

Check = Callable[[str, str, str, str], list[Fault]]

CHECKS: dict[str, Check] = {
    "form": check_form,
    "figures": check_figures,
    "negation": check_negation,
    "quotations": check_quotations,
    "attribution": check_attribution,
    "offices": check_offices,
}
"""Those that need nothing but two sentences and their languages, by name."""

# Others make it likelier that a sentence says something else altogether.
_SLIGHT = frozenset({"quotation_added", "quotation_moved", "no_full_stop"})


def verify(
    source_text: str, output_text: str, source: str, target: str, context: Context = Context()
) -> list[Fault]:
    """Everything that the checks find in one sentence beside its source.

    Languages are BCP 47 tags. A check that breaks is told as a fault of its own; nothing is raised.
    """
    if source == target and source_text == output_text:
        return []
    texts = source_text, output_text, source, target
    terminology = context.terminology
    faults: list[Fault] = []
    for name, check in CHECKS.items():
        faults += _guarded(name, partial(check, *texts))
    faults += _guarded("dates", lambda: check_dates(*texts, context.written))
    faults += _guarded("terms", lambda: check_terms(*texts, terminology))
    judged = without_terms(*texts, terminology)
    faults += _guarded("names", lambda: check_names(*judged, source, target))
    doubtful = any(fault.code not in _SLIGHT for fault in faults)
    faults += _guarded("coverage", lambda: check_coverage(*texts, doubtful=doubtful))
    return faults


def _guarded(name: str, check: Callable[[], list[Fault]]) -> list[Fault]:
    try:
        return check()
    except Exception as error:
        return [
            Fault(
                "check_failed",
                f"The check of {name} could not be done ({type(error).__name__}).",
                Severity.WARNING,
            )
        ]


def load(sources: Iterable[str], targets: Iterable[str]) -> None:
    """Read now the word tables that articles in these languages need."""
    targets = tuple(targets)
    for source in sources:
        for target in targets:
            if source != target:
                # Names are in every table that there is.
                verify("Madrid.", "Lima.", source, target)


# A summary leaves out what it may; what it adds has to stand in the article.
_OF_SUMMARIES = frozenset(
    "figure_changed figure_added unit_changed date_changed date_added name_changed name_added "
    "negation_added quotation_open quotation_added check_failed".split()
)


def verify_summary(
    text: str, evidence: str, language: str, *, meaning: float | None = None
) -> list[Fault]:
    """What a sentence of a model's own says beyond the passages that bear it out.

    Figures, dates, names, denials and quotations that are not in ``evidence``, and a sentence
    whose words are not, or which says something else: ``unsupported``. ``meaning`` is how near it
    is to the nearest of the passages by a pack's embeddings, from 0 to 1, where there are any.
    What it cannot see: the same words put together anew.
    """
    if text in evidence:
        return []
    faults = [
        fault
        for name, check in {**CHECKS, "names": check_names, "dates": check_dates}.items()
        if name not in ("form", "attribution")
        for fault in _guarded(name, partial(check, evidence, text, language, language))
        if fault.code in _OF_SUMMARIES
    ]
    return faults + _guarded("evidence", lambda: check_support(text, evidence, meaning))
