"""Renderings: how a language writes a figure, a date or a name of the source, to suggest it."""

import re
from fractions import Fraction

from babel import Locale

from teletipo.languages import Language
from teletipo.verify.readers import known_names
from teletipo.verify.readers.dates import Moment, read_dates
from teletipo.verify.readers.figures import agree, read_figures
from teletipo.verify.readers.names import Name
from teletipo.verify.readers.numbers import Figure
from teletipo.verify.readers.words import fold

_MILLION, _BILLION, _TRILLION = 10**6, 10**9, 10**12
_WAN, _YI = 10**4, 10**8
_MOST_DECIMALS = 3
_PERCENT = {"en": "%", "es": " %", "zh": "%"}
_CHINESE_WEEKDAYS = "一二三四五六日"


def write_figure(figure: Figure, language: Language) -> str | None:
    """Return the figure as the language writes it: 357亿 is "35.7 billion".

    None if the figure can mean several numbers, or takes more than three decimals.
    """
    if len(figure.readings) != 1:
        return None
    (value,) = figure.readings
    written = _number(value, language.base)
    if written is None:
        return None
    if figure.unit == "%":
        written += _PERCENT[language.base]
    found = read_figures(written, language)
    return written if len(found) == 1 and agree(found[0], figure) else None


def _number(value: Fraction, language: str) -> str | None:
    steps: tuple[tuple[int, str, str], ...]
    if language == "zh":
        steps = ((_YI, "亿", "亿"), (_WAN, "万", "万"))
    elif language == "es":
        steps = ((_TRILLION, " billón", " billones"), (_MILLION, " millón", " millones"))
    else:
        steps = tuple(
            (size, f" {name}", f" {name}")
            for size, name in (
                (_TRILLION, "trillion"),
                (_BILLION, "billion"),
                (_MILLION, "million"),
            )
        )
    for size, one, many in steps:
        if value >= size and (digits := _digits(value / size, language)):
            return digits + (one if value == size else many)
    return _digits(value, language)


def _digits(value: Fraction, language: str) -> str | None:
    """The number in digits, or None if it has too many decimals."""
    scaled = value * 10**_MOST_DECIMALS
    if scaled.denominator != 1:
        return None
    whole, decimals = divmod(int(scaled), 10**_MOST_DECIMALS)
    # A year has no separator.
    grouped = f"{whole:,}" if whole >= _WAN else str(whole)
    written = grouped + (f".{decimals:0{_MOST_DECIMALS}}".rstrip("0") if decimals else "")
    return written.translate(str.maketrans(",.", ".,")) if language == "es" else written


def write_date(moment: Moment, instead: str, language: Language) -> str | None:
    """Return the date as the language writes it, in the form of the text that it replaces."""
    if moment.kind == "weekday":
        written = _weekday(moment.values[0], instead, language)
    elif moment.kind in ("date", "month"):
        written = _date(moment.values, instead, language)
    else:
        return None
    found = read_dates(written, language)
    right = len(found) == 1 and (found[0].kind, found[0].values) == (moment.kind, moment.values)
    return written if right else None


def _weekday(day: int, instead: str, language: Language) -> str:
    if language.is_chinese:
        return instead[:-1] + _CHINESE_WEEKDAYS[day]
    return str(Locale(language.base).days["format"]["wide"][day])


def _date(values: tuple[int, ...], instead: str, language: Language) -> str:
    month, *days = values
    if language.is_chinese:
        return f"{month}月" + (f"{days[0]}日" if days else "")
    name = str(Locale(language.base).months["format"]["wide"][month])
    written = re.sub(r"(?<!\w)(?!(?:de|of|the)\b)[^\W\d_]+\.?", name, instead)
    if not days:
        return written
    ordinal = re.compile(r"\d{1,2}(?:st|nd|rd|th)?")
    return ordinal.sub(str(days[0]), written)


def write_name(right: Name, wrong: Name, source: Language, language: Language) -> str | None:
    """Return how a language writes a name of the source, to stand instead of a wrong one.

    An unknown acronym is kept. A name in words has to be the first of its list, as the wrong one:
    "Germany" is no "German".
    """
    entry = known_names.renderings_of(right.text)
    if entry is None:
        return right.text if right.is_acronym and wrong.is_acronym else None
    names = entry.get(language.base)
    if not names:
        return None
    if right.is_acronym:
        return names[0]
    other = known_names.renderings_of(wrong.text)
    if (
        other is None
        or not _is_first(right, entry, source)
        or not _is_first(wrong, other, language)
    ):
        return None
    return names[0]


def _is_first(name: Name, entry: known_names.Renderings, language: Language) -> bool:
    # Spanish writes peoples and languages small: "alemán".
    if any(each[:1].islower() for each in entry.get("es", ())[:1]):
        return False
    return fold(name.text) in [fold(each) for each in entry.get(language.base, ())[:1]]
