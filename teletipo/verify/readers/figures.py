"""Figures in Spanish, English and Chinese text, read as numbers.

A figure can have several readings ("1,500" in Spanish copy, "8" o'clock in the evening). Two
figures agree if they have a reading in common.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from teletipo.languages import Language
from teletipo.spans import Located
from teletipo.verify.readers import figures_chinese, figures_western
from teletipo.verify.readers.measures import measure_of, same_amount
from teletipo.verify.readers.numbers import Figure

_RANGE = re.compile(
    r"\s*(?:-|–|to|and|al?(?: un)?|y(?: el| las?| un)?|o|or|至|到)\s*", re.IGNORECASE
)
_UNIT_LENGTH = 14
_AND_A_HALF = re.compile(r"\s+[^\W\d_]+ y medi[oa]\b|\s*[年天个小时]+半")
_HALF, _ONE, _ALL = Fraction(1, 2), {Fraction(1)}, {Fraction(100)}


def read_figures(text: str, language: Language, dates: Sequence[Located] = ()) -> list[Figure]:
    """Return all figures in a text, in order; those inside ``dates`` are not firm."""
    if language.is_chinese:
        found = figures_chinese.read(text)
    else:
        found = figures_western.read(text, language.base)
    figures = _completed(sorted(found, key=lambda figure: figure.start), text)
    return [
        replace(figure, is_firm=False) if any(figure.overlaps(date) for date in dates) else figure
        for figure in figures
    ]


def agree(one: Figure, other: Figure) -> bool:
    """Whether they have a reading in common, or are the same amount in different units."""
    return bool(one.readings & other.readings) or any(
        same_amount(a, one.measure, b, other.measure) for a in one.readings for b in other.readings
    )


def _completed(figures: list[Figure], text: str) -> list[Figure]:
    """Add measures; a range's first figure takes its unit and measure from the second."""
    completed: list[Figure] = []
    for figure in reversed(figures):
        found = replace(figure, measure=measure_of(text, figure.start, figure.end))
        if completed and _RANGE.fullmatch(text[found.end : completed[-1].start]):
            found = replace(
                found,
                unit=found.unit or completed[-1].unit,
                measure=found.measure or completed[-1].measure,
            )
        if _AND_A_HALF.match(text, found.end):
            found = found.with_readings(value + _HALF for value in found.readings)
        is_vague = found.readings == _ONE or (found.readings == _ALL and found.unit == "%")
        if is_vague or _is_conversion(found, figures, text):
            found = replace(found, is_firm=False)
        completed.append(found)
    return completed[::-1]


def _is_conversion(figure: Figure, figures: Sequence[Figure], text: str) -> bool:
    """Whether it is a conversion in parentheses: "6米（20英尺）"."""
    opening = max(text.rfind(mark, 0, figure.start) for mark in "(（")
    if not figure.measure or opening < 0 or text[opening + 1 : figure.start].strip():
        return False
    before = [
        other for other in figures if other.end <= opening and opening - other.end <= _UNIT_LENGTH
    ]
    measure = measure_of(text, before[-1].start, before[-1].end) if before else ""
    if measure in ("", figure.measure):
        return False
    return agree(replace(before[-1], measure=measure), figure)
