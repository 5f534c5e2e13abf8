"""Measures: the unit of a figure (length, mass, area, volume, power, time, temperature)."""

import re
from fractions import Fraction

from teletipo.verify.data import table

_MEASURES = {each["name"]: each for each in table("measures")["measure"]}
_FACTORS = {name: Fraction(each["factor"]) for name, each in _MEASURES.items()}
_NAMES: list[str] = list(_MEASURES)
_MEASURE = re.compile(
    # "2,5 millones de hectáreas"
    r"[\s\-]*(?:(?:de|of)\s+)?(?:"
    + "|".join(f"({each['pattern']})" for each in _MEASURES.values())
    + ")",
    re.IGNORECASE,
)
# Converted figures are rounded.
_CONVERSION_TOLERANCE = Fraction(5, 100)
_MINUTE_BEFORE = re.compile(r"\bminut[eo]\s$", re.IGNORECASE)


def measure_of(text: str, start: int, end: int) -> str:
    """Return the unit of the figure at these offsets, such as ``kilometre``, or ""."""
    found = _MEASURE.match(text, end)
    if found is None:
        return "minute" if _MINUTE_BEFORE.search(text[max(0, start - 8) : start]) else ""
    return _NAMES[int(found.lastindex or 0) - 1]


def same_amount(one: Fraction, measure: str, other: Fraction, other_measure: str) -> bool:
    """Whether two figures in different units, such as ``mile`` and ``kilometre``, are equal when
    rounded."""
    if measure == other_measure == "degree":
        return _same_temperature(one, other)
    if not measure or not other_measure or measure == other_measure:
        return False
    factor, other_factor = _FACTORS[measure], _FACTORS[other_measure]
    wanted = other * other_factor
    # Either may be rounded or cut to whole units.
    rounding = min(max(factor, other_factor) / 2, wanted * 3 / 10)
    same_kind = _MEASURES[measure]["kind"] == _MEASURES[other_measure]["kind"]
    tolerance = max(_CONVERSION_TOLERANCE * wanted, rounding)
    return bool(same_kind) and abs(one * factor - wanted) <= tolerance


def _same_temperature(one: Fraction, other: Fraction) -> bool:
    """Whether these are one temperature, or one difference, in Celsius and in Fahrenheit."""
    scale, zero = Fraction(9, 5), 32
    return any(
        abs(celsius * scale + zero - fahrenheit) <= 2 or abs(celsius * scale - fahrenheit) <= 2
        for celsius, fahrenheit in ((one, other), (other, one))
    )
