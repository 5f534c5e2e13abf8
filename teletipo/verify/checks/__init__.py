"""The checks in the order they run, one module each."""

from collections.abc import Callable, Iterable

from teletipo.findings import Finding
from teletipo.verify.checks.acronyms import check_acronyms
from teletipo.verify.checks.attribution import check_attribution
from teletipo.verify.checks.coverage import check_coverage
from teletipo.verify.checks.dates import check_dates
from teletipo.verify.checks.directions import check_directions
from teletipo.verify.checks.figures import check_figures
from teletipo.verify.checks.form import check_form
from teletipo.verify.checks.names import check_names
from teletipo.verify.checks.negation import check_negation
from teletipo.verify.checks.offices import check_offices
from teletipo.verify.checks.pinyin import check_pinyin
from teletipo.verify.checks.quotations import check_quotations
from teletipo.verify.checks.ranks import check_ranks
from teletipo.verify.checks.roles import check_roles
from teletipo.verify.checks.terms import check_terms
from teletipo.verify.checks.twice import check_twice
from teletipo.verify.context import Context
from teletipo.verify.pair import SentencePair

Check = Callable[[SentencePair, Context], Iterable[Finding]]

CHECKS: dict[str, Check] = {
    "form": check_form,
    "twice": check_twice,
    "figures": check_figures,
    "negation": check_negation,
    "directions": check_directions,
    "quotations": check_quotations,
    "attribution": check_attribution,
    "roles": check_roles,
    "offices": check_offices,
    "ranks": check_ranks,
    "dates": check_dates,
    "terms": check_terms,
    "names": check_names,
    # Behind the names, because it leaves out what they found.
    "acronyms": check_acronyms,
    "pinyin": check_pinyin,
    # Last, because it uses the others' findings.
    "coverage": check_coverage,
}
OF_SUMMARIES = ("figures", "negation", "quotations", "offices", "names", "dates")
"""The checks that compare a summary's sentence with the passages that support it."""
