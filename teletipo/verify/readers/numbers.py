"""Figures, common to all languages: Arabic and Roman numerals, units, hours."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from teletipo.spans import Located
from teletipo.verify.data import table

DATA = table("figures")
_CONTEXT: dict[str, str] = DATA["context"]
Readings = frozenset[Fraction]


@dataclass(frozen=True)
class Figure(Located):
    """A number with its offsets."""

    readings: Readings
    start: int
    end: int
    unit: str = ""
    """``%``, ``pp`` (percentage points), a currency of figures.toml, or empty."""
    measure: str = ""
    """The unit of measure, if any: ``mile``, ``kilometre``, ``hour``, …"""
    is_firm: bool = True
    """Whether it must have a counterpart; "one", "a couple" and the like need none."""

    @property
    def is_share(self) -> bool:
        """Whether it is a fraction in words, which a percentage may render: "three quarters"."""
        return any(one < 1 and 100 * one in self.readings for one in self.readings if one)

    def with_readings(self, more: Iterable[Fraction]) -> "Figure":
        """Return the figure with ``more`` readings."""
        return replace(self, readings=self.readings.union(more))


def share_readings(share: Fraction) -> Readings:
    """Return the values of a fraction in words: itself, and as a percentage."""
    return frozenset({share, 100 * share})


_SPACE = "\u00a0\u202f "
DIGITS = rf"\d{{1,3}}(?:[{_SPACE}]\d{{3}})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)*"
"""A regular expression for a numeral in Arabic digits."""


def numeral_readings(written: str, language: str) -> Readings:
    """Return the possible values of a numeral: "1.500" is 1,500 in Spanish, 1.5 in English."""
    written = re.sub(f"[{_SPACE}]", "", written)
    marks = re.findall(r"[.,]", written)
    groups = re.split(r"[.,]", written)
    whole = Fraction(int("".join(groups)))
    if not marks:
        return frozenset({whole})
    decimal = whole / 10 ** len(groups[-1])
    if len(marks) > 1:
        is_decimal = marks[-1] != marks[-2] and marks.count(marks[-1]) == 1
        return frozenset({decimal if is_decimal else whole})
    could_be_thousands = len(groups[1]) == 3 and 1 <= len(groups[0]) <= 3 and groups[0] != "0"
    if not could_be_thousands:
        return frozenset({decimal})
    if language == "es":
        return frozenset({whole} if marks[0] == "." else {whole, decimal})
    return frozenset({whole if marks[0] == "," else decimal})


_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}


def roman(text: str) -> Fraction:
    """Return the value of a Roman numeral up to 39."""
    values = [_ROMAN_VALUES[letter] for letter in text]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return Fraction(sum(-value if value < following else value for value, following in pairs))


_CURRENCIES = "|".join(f"(?P<{code}>{each})" for code, each in DATA["currencies"].items())
_POINTS = re.compile(rf"[\s-]*(?:{_CONTEXT['points']})", re.IGNORECASE)
_PERCENT = re.compile(rf"[\s-]*(?:{_CONTEXT['percent']})", re.IGNORECASE)
_CURRENCY_AFTER = re.compile(rf"[\s\-]*(?:de\s+|of\s+)?(?:{_CURRENCIES})", re.IGNORECASE)
_CURRENCY_BEFORE = re.compile(rf"(?:{_CURRENCIES})\s*$", re.IGNORECASE)


def with_unit(figure: Figure, text: str) -> Figure:
    """Return the figure with the percent sign or currency next to it."""
    after = text[figure.end : figure.end + 40]
    if points := _POINTS.match(after):
        return replace(figure, unit="pp", end=figure.end + points.end())
    if percent := _PERCENT.match(after):
        return replace(figure, unit="%", end=figure.end + percent.end())
    before = text[max(0, figure.start - 12) : figure.start]
    currency = _CURRENCY_AFTER.match(after) or _CURRENCY_BEFORE.search(before)
    return replace(figure, unit=str(currency.lastgroup)) if currency else figure


_HOUR_AFTER = re.compile(rf"\s*(?:{_CONTEXT['hour_after']})", re.IGNORECASE)
_HOUR_BEFORE = re.compile(rf"(?:{_CONTEXT['hour_before']})\s*$")
ATTACHED_UNITS = re.compile(_CONTEXT["attached_units"], re.IGNORECASE)
ATTACHED_BEFORE = re.compile(rf"{_CONTEXT['attached_before']}$", re.IGNORECASE)


_ZONE_AFTER = re.compile(r"\s*(?:GMT|UTC|hora local|local time|horas?\b|hours\b)", re.IGNORECASE)


def clock_readings(written: str, before: str, after: str) -> Readings:
    """Return the hours that a time without a colon can mean: "20.30", "1430 GMT"; else nothing."""
    match = re.fullmatch(r"(\d{1,2})\.?([0-5]\d)", written)
    if not match or int(match[1]) > 24:
        return frozenset()
    has_zone = bool(_ZONE_AFTER.match(after))
    known = has_zone and len(written) == len("1430")
    if "." in written:
        known = has_zone or is_hour(before, after)
    hour = int(match[1])
    return frozenset(map(Fraction, {hour, (hour + 12) % 24})) if known else frozenset()


def is_hour(before: str, after: str) -> bool:
    """Whether a figure is an hour of the day, by the text before and after it."""
    return bool(_HOUR_AFTER.match(after) or _HOUR_BEFORE.search(before))
