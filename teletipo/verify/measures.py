"""What a figure measures: lengths, masses, areas, volumes, power, times, degrees.

Factors are those of the International System (BIPM, SI Brochure, 9th edition, table 8) and of the
international yard and pound; months and years are mean ones.
"""

import re
from fractions import Fraction

# How many of the first make one of its kind's common unit (metre, kilogram, square metre, litre,
# watt, watt-hour, second). The longer name comes first.
_MEASURES: dict[str, tuple[Fraction, str, str]] = {
    "square kilometre": (
        Fraction(10**6),
        "area",
        r"km²|km2\b|sq\.? km\b|square kilomet(?:er|re)s?\b|kilómetros? cuadrados?\b"
        r"|平方公里|平方千米",
    ),
    "square mile": (
        Fraction(1609344**2, 10**6),
        "area",
        r"sq\.? mi\b|square miles?\b|millas? cuadradas?\b|平方英里",
    ),
    "square metre": (
        Fraction(1),
        "area",
        r"m²|m2\b|square met(?:er|re)s?\b|met(?:er|re)s? squared\b"
        r"|metros? cuadrados?\b|平方米|平米",
    ),
    "square foot": (
        Fraction(3048**2, 10**8),
        "area",
        r"sq\.? f(?:oo|ee)?t\b|square f(?:oo|ee)t\b|pies? cuadrados?\b|平方英尺",
    ),
    "hectare": (Fraction(10**4), "area", r"hectares?\b|hectáreas?\b|公顷"),
    "acre": (Fraction(40468564224, 10**7), "area", r"acres?\b|英亩"),
    "mu": (Fraction(2000, 3), "area", r"mu\b|亩"),
    "cubic metre": (
        Fraction(1000),
        "volume",
        r"m³|m3\b|cubic met(?:er|re)s?\b|metros? cúbicos?\b|立方米",
    ),
    "litre": (Fraction(1), "volume", r"lit(?:er|re)s?\b|litros?\b|公升|升(?!至|到|级|高|温|值)"),
    "gallon": (Fraction(3785411784, 10**9), "volume", r"gallons?\b|galon(?:es)?\b|galón\b|加仑"),
    "barrel": (Fraction(158987294928, 10**9), "volume", r"barrels?\b|barril(?:es)?\b|桶"),
    "nautical mile": (
        Fraction(1852),
        "length",
        r"nautical miles?\b|millas? (?:náuticas?|marinas?)\b|海里",
    ),
    "mile": (Fraction(1609344, 1000), "length", r"miles?\b|mi(?=[).,;]|$)|millas?\b|mph\b|英里"),
    "kilometre": (
        Fraction(1000),
        "length",
        r"km\b|kph\b|kilomet(?:er|re)s?\b|kilómetros?\b|公里|千米",
    ),
    "metre": (Fraction(1), "length", r"m\b|met(?:er|re)s?\b|metros?\b|米(?!兰|歇|勒|德|罗|开|奇)"),
    "yard": (Fraction(9144, 10000), "length", r"yards?\b|yardas?\b|yds?\b|码(?!头)"),
    "foot": (Fraction(3048, 10000), "length", r"feet\b|foot\b|ft\b|pies?\b|英尺"),
    "inch": (Fraction(254, 10000), "length", r"inch(?:es)?\b|pulgadas?\b|英寸"),
    "centimetre": (
        Fraction(1, 100),
        "length",
        r"cm\b|centimet(?:er|re)s?\b|centímetros?\b|厘米|公分",
    ),
    "millimetre": (Fraction(1, 1000), "length", r"mm\b|millimet(?:er|re)s?\b|milímetros?\b|毫米"),
    # English has three of them, within a tenth of each other.
    "tonne": (Fraction(1000), "mass", r"tonn?es?\b|tons?\b|toneladas?\b|公吨|吨"),
    "pound": (Fraction(45359237, 10**8), "mass", r"pounds?\b|lbs?\b|libras?\b|磅"),
    "kilogram": (Fraction(1), "mass", r"kg\b|kilos?\b|kilogram(?:me)?s?\b|kilogramos?\b|公斤|千克"),
    "jin": (Fraction(1, 2), "mass", r"jin\b|斤"),
    "gigawatt-hour": (
        Fraction(10**9),
        "energy",
        r"gwh\b|gigawatt[ -]hours?\b|gigavatios?[ -]hora\b",
    ),
    "kilowatt-hour": (
        Fraction(1000),
        "energy",
        r"kwh\b|kilowatt[ -]hours?\b|kilovatios?[ -]hora\b|千瓦时|度电",
    ),
    "gigawatt": (Fraction(10**9), "power", r"gw\b|gigawatts?\b|gigavatios?\b|吉瓦"),
    "megawatt": (Fraction(10**6), "power", r"mw\b|megawatts?\b|megavatios?\b|兆瓦"),
    "kilowatt": (Fraction(1000), "power", r"kw\b|kilowatts?\b|kilovatios?\b|千瓦"),
    "second": (Fraction(1), "time", r"seconds\b|segundos\b|秒"),
    "minute": (Fraction(60), "time", r"minutes?\b|minutos?\b|分钟"),
    "hour": (Fraction(3600), "time", r"hours?\b|horas?\b|个?小时|个?钟头"),
    "day": (Fraction(86_400), "time", r"days?\b|días?\b|天(?!津|然|空|气|王|主|皇)"),
    "week": (
        Fraction(604_800),
        "time",
        r"weeks?\b|semanas?\b|个?星期|个?礼拜|周(?![年岁一二三四五六日末])",
    ),
    "month": (Fraction(2_629_746), "time", r"months?\b|mes(?:es)?\b|个月"),
    "year": (Fraction(31_556_952), "time", r"years?\b|años?\b|周?年(?!代|级|轮|度)|周?岁"),
    # Both scales are called degrees: see `_same_warmth`.
    "degree": (Fraction(1), "warmth", r"°|º|℃|℉|degrees?\b|grados?\b|华氏|摄氏|度(?!假|过|日)"),
}
_NAMES = list(_MEASURES)
_MEASURE = re.compile(
    r"[\s\-]*(?:" + "|".join(f"({pattern})" for _, _, pattern in _MEASURES.values()) + ")",
    re.IGNORECASE,
)
# Converted figures are rounded.
_CONVERSION_TOLERANCE = Fraction(5, 100)
_MINUTE_BEFORE = re.compile(r"\bminut[eo]\s$", re.IGNORECASE)


def measure_of(text: str, start: int, end: int) -> str:
    """What a figure that stands at some place of a text measures, as ``kilometre``; empty where
    nothing."""
    found = _MEASURE.match(text, end)
    if found is None:
        return "minute" if _MINUTE_BEFORE.search(text[max(0, start - 8) : start]) else ""
    return _NAMES[int(found.lastindex or 0) - 1]


def same_amount(one: Fraction, measure: str, other: Fraction, other_measure: str) -> bool:
    """Whether two figures in two measures, as ``mile`` and ``kilometre``, are the same but for
    rounding."""
    if measure == other_measure == "degree":
        return _same_warmth(one, other)
    if not measure or not other_measure or measure == other_measure:
        return False
    factor, kind, _ = _MEASURES[measure]
    other_factor, other_kind, _ = _MEASURES[other_measure]
    wanted = other * other_factor
    # Rounded to whole units of either, or cut to them.
    rounding = min(max(factor, other_factor) / 2, wanted * 3 / 10)
    return kind == other_kind and abs(one * factor - wanted) <= max(
        _CONVERSION_TOLERANCE * wanted, rounding
    )


def _same_warmth(one: Fraction, other: Fraction) -> bool:
    """A temperature in degrees Celsius and in degrees Fahrenheit, or a difference of two."""
    scale, zero = Fraction(9, 5), 32
    return any(
        abs(celsius * scale + zero - fahrenheit) <= 2 or abs(celsius * scale - fahrenheit) <= 2
        for celsius, fahrenheit in ((one, other), (other, one))
    )
