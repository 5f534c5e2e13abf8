"""Figures in Spanish, English and Chinese text, read as numbers.

A figure can have several readings ("1,500" in Spanish copy, "8" o'clock in the evening). Two
figures agree if they have a reading in common.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from teletipo.languages import Language
from teletipo.spans import Located
from teletipo.verify.readers import figures_chinese, figures_western
from teletipo.verify.readers.measures import measure_of, same_amount
from teletipo.verify.readers.numbers import DIGITS, Figure, numeral_readings

_RANGE = re.compile(
    r"\s*(?:-|–|to|and|al?(?: un)?|y(?: el| las?| un)?|o|or|至|到)\s*", re.IGNORECASE
)
# Between two figures that are compared, of which one may leave out its magnitude.
_TO = re.compile(
    r"\s*(?:-|–|to|al?(?: los| las)?|o|or|至|到|(?:增|升|增加|上升|提高|降|减|下降|减少)[至到])\s*",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\b(?:between|entre)\s*$", re.IGNORECASE)
_AND = re.compile(r"\s*(?:and|y|e)\s*", re.IGNORECASE)
_AGAINST = re.compile(
    r",?\s*(?:frente a l[oa]s|(?:up|down) from|compared (?:with|to))\s*", re.IGNORECASE
)
_NUMERAL = re.compile(DIGITS)
_MAGNITUDES = {Fraction(10) ** power for power in range(3, 13)}
# Outside these ratios to the other number, a bare number is meant as it stands.
_SMALLER, _LARGER = Fraction(1, 100), 10
_UNIT_LENGTH = 14
_AND_A_HALF = re.compile(r"\s+[^\W\d_]+ y medi[oa]\b|\s*[年天个小时]+半")
_HALF, _ONE, _ALL = Fraction(1, 2), {Fraction(1)}, {Fraction(100)}


def read_figures(text: str, language: Language, dates: Sequence[Located] = ()) -> list[Figure]:
    """Return all figures in a text, in order; those inside ``dates`` are not firm."""
    found: Iterable[Figure]
    if language.is_chinese:
        found = figures_chinese.read(text)
    else:
        found = figures_western.read(text, language.base)
    figures = _scaled(sorted(found, key=lambda figure: figure.start), text, language)
    figures = _completed(figures, text)
    return [
        replace(figure, is_firm=False) if any(figure.overlaps(date) for date in dates) else figure
        for figure in figures
    ]


def agree(one: Figure, other: Figure) -> bool:
    """Whether they have a reading in common, or are the same amount in different units."""
    return bool(one.readings & other.readings) or any(
        same_amount(a, one.measure, b, other.measure) for a in one.readings for b in other.readings
    )


def _scaled(figures: list[Figure], text: str, language: Language) -> list[Figure]:
    """Give a bare number the other's magnitude where two are compared: "300 to 400 million"."""
    scaled = figures[:1]
    for figure in figures[1:]:
        first = scaled[-1]
        between = text[first.end : figure.start]
        is_range = _TO.fullmatch(between) or (
            _AND.fullmatch(between) and _BETWEEN.search(text, max(0, first.start - 10), first.start)
        )
        if is_range:
            scaled[-1] = _times_magnitude_of(figure, first, text, language)
        elif _AGAINST.fullmatch(between):
            figure = _times_magnitude_of(first, figure, text, language)
        scaled.append(figure)
    return scaled


def _times_magnitude_of(figure: Figure, bare: Figure, text: str, language: Language) -> Figure:
    """The bare number in the other's magnitude, if it is one and the two are comparable then."""
    numeral = _NUMERAL.match(text, figure.start, figure.end)
    is_bare = _NUMERAL.fullmatch(text, bare.start, bare.end)
    if not numeral or not is_bare or "%" in {figure.unit, bare.unit}:
        return bare
    number = max(numeral_readings(numeral[0], language.base))
    magnitude = max(figure.readings) / number if number else Fraction(0)
    (value, *others) = sorted(bare.readings)
    if others or magnitude not in _MAGNITUDES or not _SMALLER <= value / number <= _LARGER:
        return bare
    return replace(bare, readings=frozenset({value * magnitude}))


def _completed(figures: list[Figure], text: str) -> list[Figure]:
    """Add measures; a range's first figure takes its unit and measure from the second."""
    completed: list[Figure] = []
    for figure in reversed(figures):
        found = replace(figure, measure=measure_of(text, figure.start, figure.end))
        # "By half to 3 billion": a fraction is in no unit.
        is_number = text[found.start].isdigit() or min(found.readings) >= 1
        if completed and is_number and _RANGE.fullmatch(text[found.end : completed[-1].start]):
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
