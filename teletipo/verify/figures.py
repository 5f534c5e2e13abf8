"""Are the figures the source's? Numbers, percentages, money, ordinals, magnitudes."""

import functools
import re
from collections.abc import Sequence
from fractions import Fraction

from teletipo.article import Span
from teletipo.findings import Severity
from teletipo.verify.dates import read_dates
from teletipo.verify.fault import Fault
from teletipo.verify.measures import same_amount
from teletipo.verify.numerals import Figure, agree, read_figures

_FEW = 2
_ONE = re.compile(r"(?<![\w-])1(?![\w.,:-])")


def check_figures(source_text: str, output_text: str, source: str, target: str) -> list[Fault]:
    """Figures that are not the source's, or were lost.

    What it cannot see: two figures of one sentence that changed places, small number words ("one",
    "two"), vague ones ("hundreds"), and money that was reckoned anew (dollars for euros): that is
    told as changed. Measures that were, miles for kilometres, are seen to agree.
    """
    sources = _read(source_text, source)
    outputs = _read(output_text, target)
    unused = list(sources)
    unmatched: list[Figure] = []
    faults: list[Fault] = []
    for figure in sorted(outputs, key=lambda each: not each.is_firm):
        like = _counterpart(figure, unused)
        if like:
            unused.remove(like)
            faults += _unit_faults(figure, like, source_text, output_text)
        elif figure.is_firm or _ONE.match(output_text, figure.start):
            unmatched.append(figure)
    missing = [figure for figure in unused if figure.is_firm]
    for figure in sorted(unmatched, key=lambda each: each.start):
        repeated = _counterpart(figure, sources)
        like = _nearest(figure, missing, len(source_text), len(output_text))
        # A "1" may be anything, but where another figure should be.
        if not like and (repeated or not figure.is_firm):
            continue
        found = output_text[figure.start : figure.end].strip()
        if like:
            missing.remove(like)
            meant = source_text[like.start : like.end].strip()
            faults.append(
                Fault(
                    "figure_changed",
                    f"“{found}” stands where the article has “{meant}”.",
                    source=(Span(like.start, like.end),),
                    output=(Span(figure.start, figure.end),),
                )
            )
        else:
            faults.append(
                Fault(
                    "figure_added",
                    f"The article does not say “{found}” here.",
                    output=(Span(figure.start, figure.end),),
                )
            )
    for figure in missing:
        if not _counterpart(figure, outputs):
            faults.append(
                Fault(
                    "figure_missing",
                    f"“{source_text[figure.start : figure.end].strip()}” is missing.",
                    Severity.WARNING,
                    source=(Span(figure.start, figure.end),),
                )
            )
    return faults


def read_firm(text: str, language: str) -> list[Figure]:
    """Every figure that is beyond doubt, but for those of dates."""
    return [figure for figure in _read(text, language) if figure.is_firm]


# A source is read once for all of a sentence's hypotheses, and for more than one check.
@functools.lru_cache(maxsize=64)
def _read(text: str, language: str) -> tuple[Figure, ...]:
    dates = [(moment.start, moment.end) for moment in read_dates(text, language)]
    return tuple(read_figures(text, language, dates))


def _counterpart(figure: Figure, others: Sequence[Figure]) -> Figure | None:
    """One that agrees; before others, one that is in the same unit, or the same when converted."""
    agreeing = [other for other in others if agree(figure, other)]
    return max(
        agreeing,
        key=lambda other: (
            other.unit == figure.unit,
            other.measure == figure.measure or not other.readings & figure.readings,
            other.is_firm == figure.is_firm,
        ),
        default=None,
    )


def _nearest(
    figure: Figure, missing: Sequence[Figure], source_length: int, output_length: int
) -> Figure | None:
    """The missing figure that stands at about the same place of its sentence."""
    place = Fraction(figure.start, output_length)
    return min(
        missing, key=lambda other: abs(Fraction(other.start, source_length) - place), default=None
    )


def _unit_faults(figure: Figure, like: Figure, source_text: str, output_text: str) -> list[Fault]:
    """A percentage that is none any more; euros that became dollars, litres that became tonnes."""
    common = figure.readings & like.readings
    if not common:
        return []
    lost_percent = (figure.unit == "%") != (like.unit == "%") and figure.is_firm and like.is_firm
    other_money = figure.unit and like.unit and figure.unit != like.unit
    # Of one or two the word may be another: "one day", "a night"; "two years", "biennial".
    other_measure = (
        figure.measure
        and like.measure
        and figure.measure != like.measure
        and max(common) > _FEW
        and not any(same_amount(one, figure.measure, one, like.measure) for one in common)
    )
    if not lost_percent and not other_money and not other_measure:
        return []
    found = output_text[figure.start : figure.end].strip()
    meant = source_text[like.start : like.end].strip()
    return [
        Fault(
            "unit_changed",
            f"“{found}”{_of(figure)} is not in the unit of the article's “{meant}”{_of(like)}.",
            source=(Span(like.start, like.end),),
            output=(Span(figure.start, figure.end),),
        )
    ]


def _of(figure: Figure) -> str:
    return f" ({figure.measure})" if figure.measure else ""
