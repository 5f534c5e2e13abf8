"""Figures as they are written in Spanish, English and Chinese, read as numbers.

A figure can have several readings ("1,500" in Spanish copy, "8" o'clock in the evening): two
figures agree where they have one in common.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from teletipo.languages import HAN
from teletipo.verify.measures import measure_of, same_amount

Readings = frozenset[Fraction]


@dataclass(frozen=True)
class Figure:
    """A number and where it stands."""

    readings: Readings
    start: int
    end: int
    unit: str = ""
    """``%``, an ISO 4217 code, or nothing."""
    measure: str = ""
    """What it counts, where that is a measure: ``mile``, ``kilometre``, ``hour``, …"""
    is_firm: bool = True
    """It has to have a counterpart; "one", "a couple" and the like may only be one."""


def agree(one: Figure, other: Figure) -> bool:
    """They have a reading in common, or are the same measure in other units."""
    return bool(one.readings & other.readings) or any(
        same_amount(a, one.measure, b, other.measure) for a in one.readings for b in other.readings
    )


_RANGE = re.compile(
    r"\s*(?:-|–|to|and|al?(?: un)?|y(?: el| las?| un)?|o|or|至|到)\s*", re.IGNORECASE
)
_UNIT_LENGTH = 14
_AND_A_HALF = re.compile(r"\s+[^\W\d_]+ y medi[oa]\b|\s*[年天个小时]+半")


def _completed(figures: list[Figure], text: str) -> list[Figure]:
    """With measures; a range's first figure takes unit and measure from its second."""
    completed: list[Figure] = []
    for figure in reversed(figures):
        found = replace(figure, measure=measure_of(text, figure.start, figure.end))
        if completed and _RANGE.fullmatch(text[found.end : completed[-1].start]):
            following = completed[-1]
            found = replace(
                found,
                unit=found.unit or following.unit,
                measure=found.measure or following.measure,
            )
        if _AND_A_HALF.match(text, found.end):
            half = Fraction(1, 2)
            found = replace(
                found, readings=found.readings | {value + half for value in found.readings}
            )
        if _is_conversion(found, figures, text):
            found = replace(found, is_firm=False)
        if found.readings == {Fraction(1)} or (
            found.readings == {Fraction(100)} and found.unit == "%"
        ):
            found = replace(found, is_firm=False)
        completed.append(found)
    return completed[::-1]


def _is_conversion(figure: Figure, figures: Sequence[Figure], text: str) -> bool:
    """The same in another unit, in parentheses: "6米（20英尺）"."""
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


def read_figures(text: str, language: str, masked: Sequence[tuple[int, int]] = ()) -> list[Figure]:
    """Every figure in a text, in order; those inside ``masked`` ranges are not firm."""
    figures = _chinese(text) if language.startswith("zh") else list(_western(text, language[:2]))
    figures = _completed(sorted(figures, key=lambda figure: figure.start), text)
    return [
        replace(figure, is_firm=False)
        if any(start < figure.end and figure.start < end for start, end in masked)
        else figure
        for figure in figures
    ]


_SPACE = "\u00a0\u202f "
_DIGITS = rf"\d{{1,3}}(?:[{_SPACE}]\d{{3}})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)*"


def numeral_readings(written: str, language: str) -> Readings:
    """What a numeral in Arabic digits can mean: "1.500" is 1,500 in Spanish, 1.5 in English."""
    written = re.sub(f"[{_SPACE}]", "", written)
    marks = re.findall(r"[.,]", written)
    groups = re.split(r"[.,]", written)
    whole = int("".join(groups))
    if not marks:
        return frozenset({Fraction(whole)})
    decimal = Fraction(whole, 10 ** len(groups[-1]))
    if len(marks) > 1:
        if marks[-1] != marks[-2] and marks.count(marks[-1]) == 1:
            return frozenset({decimal})
        return frozenset({Fraction(whole)})
    could_be_thousands = len(groups[1]) == 3 and 1 <= len(groups[0]) <= 3 and groups[0] != "0"
    if not could_be_thousands:
        return frozenset({decimal})
    if language == "es":
        return frozenset({Fraction(whole)} if marks[0] == "." else {Fraction(whole), decimal})
    return frozenset({Fraction(whole)} if marks[0] == "," else {decimal})


def _numbered(words: str, first: int = 0, step: int = 1) -> dict[str, int]:
    return {word: first + step * place for place, word in enumerate(words.split()) if word != "_"}


def _both_genders(stems: str, first: int, step: int = 1) -> dict[str, int]:
    """Spanish ordinals: "decimosexto" and "decimosexta"."""
    return {
        stem + ending: value
        for stem, value in _numbered(stems, first, step).items()
        for ending in "oa"
    }


_UNITS: Mapping[str, Mapping[str, int]] = {
    "en": {
        **_numbered(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
            "fifteen sixteen seventeen eighteen nineteen"
        ),
        **_numbered("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10),
    },
    "es": {
        **_numbered(
            "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce "
            "quince dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés "
            "veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve"
        ),
        **_numbered("treinta cuarenta cincuenta sesenta setenta ochenta noventa", 30, 10),
        **_numbered(
            "cien doscientos trescientos cuatrocientos quinientos seiscientos setecientos "
            "ochocientos novecientos",
            100,
            100,
        ),
        **_numbered(
            "ciento doscientas trescientas cuatrocientas quinientas seiscientas setecientas "
            "ochocientas novecientas",
            100,
            100,
        ),
        **{"un": 1, "una": 1, "veintiún": 21, "veintiuna": 21},
    },
}
_MAGNITUDES: Mapping[str, Mapping[str, int]] = {
    "en": {
        **{"hundred": 100, "thousand": 1000, "k": 1000, "million": 10**6, "mn": 10**6},
        **{"mln": 10**6, "m": 10**6, "billion": 10**9, "bn": 10**9, "b": 10**9},
        **{"trillion": 10**12, "tn": 10**12, "dozen": 12, "score": 20},
    },
    "es": {
        **{"mil": 1000, "millar": 1000, "millón": 10**6, "millones": 10**6, "mill": 10**6},
        **{"millardo": 10**9, "millardos": 10**9, "billón": 10**12, "billones": 10**12},
        **{"docena": 12, "docenas": 12, "decena": 10, "veintena": 20, "treintena": 30},
        **{"quincena": 15, "centenar": 100, "centenares": 100, "millares": 1000, "m": 10**6},
    },
}
# Only right behind a digit, or not at all; some of them with a space between.
_ABBREVIATED = frozenset({"k", "m", "b", "bn", "mn", "tn", "mln", "mill", "score"})
_SPACED = frozenset({"bn", "tn", "mln", "mill"})
_PLURAL_ONLY_VAGUE = frozenset({"centenares", "docenas", "millares", "millones", "billones"})
_ORDINALS: Mapping[str, Mapping[str, int]] = {
    "en": {
        **_numbered(
            "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
            "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth",
            1,
        ),
        **{"twentieth": 20, "twenty-first": 21, "once": 1, "twice": 2, "both": 2, "pair": 2},
        **{"couple": 2, "double": 2, "doubled": 2, "doubling": 2, "duo": 2, "two-thirds": 2},
        **{"triple": 3, "tripled": 3, "trio": 3, "single": 1, "quadruple": 4},
        **{"decade": 10, "decades": 10, "century": 100, "centuries": 100, "fortnight": 14},
    },
    "es": {
        **_numbered("primero segundo tercero cuarto quinto sexto séptimo octavo noveno décimo", 1),
        **_numbered("primera segunda tercera cuarta quinta sexta séptima octava novena décima", 1),
        **_numbered("primeros segundos terceros cuartos quintos sextos", 1),
        **_numbered("primeras segundas terceras cuartas quintas sextas", 1),
        **{"primer": 1, "tercer": 3, "undécimo": 11, "duodécimo": 12, "undécima": 11},
        **{"ambos": 2, "ambas": 2, "par": 2, "pareja": 2, "doble": 2, "dobles": 2, "duplicó": 2},
        **{"triple": 3, "trío": 3, "triplicó": 3, "cuádruple": 4, "dúo": 2},
        **{"decimoprimer": 11, "decimotercer": 13},
        **_both_genders(
            "decimoprimer decimosegund decimotercer decimocuart decimoquint decimosext "
            "decimoséptim decimoctav decimonoven",
            11,
        ),
        **_both_genders(
            "vigésim trigésim cuadragésim quincuagésim sexagésim septuagésim octogésim "
            "nonagésim centésim",
            20,
            10,
        ),
        **{"milésimo": 1000, "milésima": 1000},
        **{"década": 10, "décadas": 10, "siglo": 100, "siglos": 100, "decenio": 10},
        **{"milenio": 1000, "milenios": 1000, "bidimensional": 2, "tridimensional": 3},
        **{"bienio": 2, "trienio": 3, "trimestre": 3, "quinquenio": 5, "lustro": 5, "semestre": 6},
        **{"duplicar": 2, "duplicado": 2, "triplicar": 3, "triplicado": 3, "bis": 2},
    },
}
_NOT_FIRM = frozenset(
    "decade decades década décadas decenio cuarto cuarta cuartos quadruple cuádruple quinquenio "
    "lustro semestre".split()
)
_FIRM_ORDINALS = {
    language: frozenset(
        word for word, value in ordinals.items() if 4 <= value <= 20 and word not in _NOT_FIRM
    )
    for language, ordinals in _ORDINALS.items()
}
_FRACTIONS: Mapping[str, Mapping[str, Fraction]] = {
    "en": {
        **{"half": Fraction(1, 2), "halves": Fraction(1, 2), "halved": Fraction(1, 2)},
        **{"thirds": Fraction(1, 3), "quarter": Fraction(1, 4), "quarters": Fraction(1, 4)},
        **{"fifths": Fraction(1, 5), "tenths": Fraction(1, 10)},
    },
    "es": {
        **{"medio": Fraction(1, 2), "media": Fraction(1, 2), "mitad": Fraction(1, 2)},
        **{"tercio": Fraction(1, 3), "tercios": Fraction(1, 3), "cuartos": Fraction(1, 4)},
        **{"quintos": Fraction(1, 5), "décimas": Fraction(1, 10), "mitades": Fraction(1, 2)},
    },
}
_FIRST_FIRM_WORD = 3
# "the Four Corners", "las Cuatro Esquinas": from the letter before.
_IN_A_NAME = re.compile(r"[^\W\d_] [^\W\d_a-záéíóúñ]\w+ [^\W\d_a-záéíóúñ]")

_TOKEN = re.compile(
    rf"(?P<digits>{_DIGITS})(?P<ordinal>(?:st|nd|rd|th|\.?[ºª])\b|\.?[ºª])?(?P<decade>s\b)?"
    rf"|(?P<word>[^\W\d_{HAN}]+)|(?P<mark>\S)"
)
_ROMAN = re.compile(r"(?=[IVX]{2})X{0,3}(?:IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}
_CENTURY_BEFORE = re.compile(r"\bsiglos?\s$", re.IGNORECASE)

_PERCENT = re.compile(
    r"[\s-]*(?:%|％|per\s?cent\b|percent\b|por\s?cien(?:tos?)?\b|(?:percentage|porcentual\w*)\s+points?"
    r"|puntos?\s+porcentuales|pct\b|个百分点)",
    re.IGNORECASE,
)
_CURRENCIES = {
    "EUR": r"€|euros?\b|欧元",
    "GBP": r"£|libras?(?:\s+esterlinas?)?\b|pounds?\b|quid\b|英镑",
    "JPY": r"yen(?:es)?\b|日元|日圆",
    "CNY": r"yuan(?:es)?\b|renminbi\b|rmb\b|人民币",
    "USD": r"(?:US|C|A|HK)?\$|(?:US |U\.S\. )?dollars?\b|dólar(?:es)?\b|usd\b|美元|美金|[加澳港]元",
}
_CURRENCY_AFTER = re.compile(
    r"[\s\-]*(?:de\s+|of\s+)?(?:"
    + "|".join(f"(?P<{code}>{pattern})" for code, pattern in _CURRENCIES.items())
    + ")",
    re.IGNORECASE,
)
_CURRENCY_BEFORE = re.compile(
    "(?:" + "|".join(f"(?P<{code}>{pattern})" for code, pattern in _CURRENCIES.items()) + r")\s*$",
    re.IGNORECASE,
)
_HOUR_AFTER = re.compile(
    r"\s*(?:[ap]\.?\s?m\b|o['’]clock|horas\b|h\b|de la (?:tarde|noche|mañana|madrugada)|点|时(?!代|候|间|期))",
    re.IGNORECASE,
)
_HOUR_BEFORE = re.compile(
    r"(?:\ba las|\blas|\bla|\bat|\bby|until|[早晚]上|下午|上午|凌晨|中午)\s*$"
)
_MINUTES = re.compile(r":\d\d(?!\d)")
_ATTACHED_UNITS = re.compile(
    r"(?:km|kg|cm|mm|mph|kph|m|g|l|ft|in|lb|lbs|am|pm|bn|mn|tn|k|b|h|years?|yr|mw|gw|kw|gb|tb|hp|cc"
    r"|[ap]\.m|€|euros?|min|seg|mln|million|billion|trillion|percent)(?![^\W\d_])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Element:
    """A token that may be part of a figure."""

    kind: str
    readings: Readings
    start: int
    end: int
    text: str


def _western(text: str, language: str) -> Iterator[Figure]:
    elements = _elements(text, language)
    index = 0
    end = 0
    while index < len(elements):
        if elements[index].start < end:
            index += 1
            continue
        taken, figure = _compose(elements, index, text, language)
        if figure:
            yield figure
            end = figure.end
        index += taken


def _elements(text: str, language: str) -> list[_Element]:
    units, magnitudes = _UNITS[language], _MAGNITUDES[language]
    ordinals, fractions = _ORDINALS[language], _FRACTIONS[language]
    found = []
    for match in _TOKEN.finditer(text):
        word = match[0].casefold()
        kind, readings = "other", frozenset[Fraction]()
        if match["digits"]:
            kind, readings = _digits(match, text, language)
        elif match["word"]:
            before = text[: match.start()][-2:]
            after_digit = (before.rstrip() if word in _SPACED else before)[-1:].isdigit()
            if word in magnitudes and not (word in _ABBREVIATED and not after_digit):
                kind, readings = "magnitude", frozenset({Fraction(magnitudes[word])})
            elif word.rstrip("s") in magnitudes and word.rstrip("s") not in _ABBREVIATED:
                kind = "vague"
            elif word in units:
                kind, readings = "unit", frozenset({Fraction(units[word])})
            elif word in fractions:
                kind, readings = "fraction", frozenset({fractions[word]})
            elif word in ordinals:
                value = Fraction(ordinals[word])
                kind, readings = "ordinal", frozenset({value, 1 / value})
            elif _ROMAN.fullmatch(match[0]) or _is_century(match, text):
                kind, readings = "roman", frozenset({Fraction(_roman(match[0]))})
                if _CENTURY_BEFORE.search(text[: match.start()]):
                    readings |= {(value - 1) * 100 for value in readings}
        found.append(_Element(kind, readings, match.start(), match.end(), word))
    return found


def _is_century(match: re.Match[str], text: str) -> bool:
    """A numeral of one letter, which elsewhere is only a letter: "siglo X"."""
    return match[0] in _ROMAN_VALUES and bool(_CENTURY_BEFORE.search(text[: match.start()]))


def _digits(match: re.Match[str], text: str, language: str) -> tuple[str, Readings]:
    """Digits inside a name (COVID-19, 5G) are not firm."""
    readings = numeral_readings(match["digits"], language)
    before, after = text[: match.start()][-12:], text[match.end() :][:12]
    in_name = bool(re.search(r"[^\W\d_]-?$", before)) and not re.search(
        r"(?:US|mid|pre|post|late|early|R|A|C|HK|under|over|\bde)-?$", before, re.IGNORECASE
    )
    if not match["ordinal"] and not match["decade"] and re.match(r"[^\W\d_]", after):
        in_name = in_name or not _ATTACHED_UNITS.match(after)
    if re.fullmatch(r"\d{1,2}\.\d\d", match["digits"]) and re.match(r"\s*[ap]\.?\s?m\b", after):
        hour = Fraction(match["digits"].split(".")[0])
        return "digits", readings | {hour, hour + 12}
    (value, *others) = sorted(readings)
    if not others and value.denominator == 1:
        if 10 <= value < 100 and (
            match["decade"] or re.search(r"\b(?:años|los)\s$|['’]$|\b(?:19|20)\d\d[-–/]$", before)
        ):
            readings |= {value + 1900, value + 2000}
        if match["ordinal"] and re.match(r"[\s\-]centur", after):
            readings |= {(value - 1) * 100}
        if value <= 12 and (
            _HOUR_AFTER.match(after) or _MINUTES.match(after) or _HOUR_BEFORE.search(before)
        ):
            readings |= {value + 12}
        if re.search(r"(?<!\d)\d{1,2}[:h]$", before) and len(match["digits"]) == 2:
            return "soft", readings
    return "soft" if in_name else "digits", readings


def _roman(text: str) -> int:
    total = 0
    values = [_ROMAN_VALUES[letter] for letter in text]
    for value, following in zip(values, [*values[1:], 0], strict=True):
        total += -value if value < following else value
    return total


def _compose(
    elements: Sequence[_Element], index: int, text: str, language: str
) -> tuple[int, Figure | None]:
    """The longest figure that begins here, and how many elements it takes."""
    first = elements[index]
    if compound := _compound_ordinal(elements, index):
        return compound
    if first.kind in ("ordinal", "roman", "soft"):
        firm = first.kind == "ordinal" and first.text in _FIRM_ORDINALS[language]
        return 1, Figure(first.readings, first.start, first.end, is_firm=firm)
    if first.kind == "other" or first.kind == "vague":
        return 1, None
    total: Readings = frozenset({Fraction(0)})
    current: Readings = frozenset()
    magnitude = Fraction(0)
    end, taken, bare = index, 0, True
    has_digits = False
    while end < len(elements):
        element = elements[end]
        if element.kind == "digits":
            if current or has_digits or magnitude:
                break
            current, has_digits, bare = element.readings, True, False
        elif element.kind == "unit":
            (value,) = element.readings
            if has_digits or not _can_follow(current, value):
                break
            if current and not _is_joined(text[elements[end - 1].end : element.start]):
                break
            current = frozenset({(max(current) if current else 0) + value})
            bare = False
        elif element.kind == "fraction" and not current and not magnitude and end == index:
            current, bare = element.readings, False
        elif element.kind == "fraction" and current and element.readings != {Fraction(1, 2)}:
            # "two thirds"
            current = frozenset(one * part for one in current for part in element.readings)
            taken = end + 1
            break
        elif element.kind == "magnitude":
            (value,) = element.readings
            if not bare and not (current or magnitude):
                break
            if magnitude and not current and value <= magnitude:
                break
            if magnitude and current and value <= magnitude and value * 1000 > magnitude:
                break
            if value > magnitude:
                base = _plus(total, current) if (current or magnitude) else frozenset({Fraction(1)})
                total = frozenset(one * value for one in base)
            else:
                total = frozenset(
                    one + more * value for one in total for more in (current or {Fraction(1)})
                )
            if value == 100 and language == "en" and not has_digits:
                current, total, magnitude = total, frozenset({Fraction(0)}), Fraction(0)
            else:
                current, magnitude = frozenset(), value
        else:
            joined = _connector(elements, end, language, has_number=bool(current or magnitude))
            if joined == "half":
                half = (magnitude or 1) * Fraction(1, 2)
                current = frozenset(one + half for one in _plus(total, current))
                total, taken = frozenset({Fraction(0)}), end + _half_length(elements, end)
                end = taken
                if end < len(elements) and elements[end].kind == "magnitude" and not magnitude:
                    continue
                break
            if not joined:
                break
            end += 1
            continue
        end += 1
        taken = end
    if not taken:
        return 1, None
    readings = _plus(total, current)
    start, stop = first.start, elements[taken - 1].end
    figure = Figure(readings, start, stop)
    if bare and first.text in _PLURAL_ONLY_VAGUE:
        return taken - index, None
    if has_digits and elements[taken - 1].text == "m":
        # Millions where it is money, metres elsewhere.
        metres = replace(figure, readings=readings | first.readings)
        figure = figure if _with_unit(figure, text).unit else metres
    if not has_digits:
        is_fraction = first.kind == "fraction" and taken - index == 1
        figure = replace(
            figure,
            is_firm=not is_fraction
            and max(readings) >= _FIRST_FIRM_WORD
            and not bare
            and not _IN_A_NAME.match(text, max(0, start - 2)),
        )
        if bare and language == "es" and first.text == "mil":
            figure = replace(figure, is_firm=True)
    return taken - index, _with_unit(figure, text)


def _compound_ordinal(elements: Sequence[_Element], index: int) -> tuple[int, Figure] | None:
    """ "Vigésimo cuarto" and "twenty-fourth": how many elements, and the figure."""
    tens, *following = elements[index : index + 3]
    if following and following[0].text in ("-", "‑"):
        following = following[1:]
    if tens.kind not in ("ordinal", "unit") or max(tens.readings) not in range(20, 91, 10):
        return None
    if not following or following[0].kind != "ordinal":
        return None
    unit = following[0]
    if not 1 <= max(unit.readings) <= 9 or unit.start - tens.end > 1:
        return None
    value = max(tens.readings) + max(unit.readings)
    taken = elements.index(unit, index) - index + 1
    return taken, Figure(frozenset({value}), tens.start, unit.end)


def _plus(one: Readings, other: Readings) -> Readings:
    return frozenset(a + b for a in one for b in other) if other else one


def _can_follow(current: Readings, value: Fraction) -> bool:
    if not current:
        return True
    (so_far, *others) = current
    if others:
        return False
    return (so_far % 100 == 0 and so_far > 0 and value < 100) or (
        so_far % 10 == 0 and so_far % 100 >= 20 and 0 < value < 10
    )


def _is_joined(between: str) -> bool:
    return between.strip() in ("", "-", "‑", "y", "and")


def _connector(
    elements: Sequence[_Element], end: int, language: str, *, has_number: bool
) -> str | None:
    """What may stand inside a figure: "and" or "y" before more of it, a hyphen, an article."""
    element = elements[end]
    following = elements[end + 1] if end + 1 < len(elements) else None
    if following is None or (not has_number and element.text not in ("a", "an")):
        if following and elements[end - 1].kind == "fraction":
            return "article" if following.kind == "magnitude" else None
        return None
    if element.text in ("y", "and"):
        if _half_length(elements, end):
            return "half"
        return "and" if following.kind == "unit" and elements[end - 1].kind != "digits" else None
    if element.text in ("-", "‑") and following.kind in ("unit", "magnitude", "fraction"):
        return "hyphen" if following.start == element.end else None
    if element.text in ("a", "an") and elements[end - 1].kind == "fraction":
        return "article" if following.kind == "magnitude" else None
    return None


def _half_length(elements: Sequence[_Element], end: int) -> int:
    """How many elements "and a half" or "y medio" takes from here; 0 where it is not that."""
    words = [element.text for element in elements[end : end + 3]]
    if words[:2] in (["y", "medio"], ["y", "media"]):
        return 2
    return 3 if words == ["and", "a", "half"] else 0


def _with_unit(figure: Figure, text: str) -> Figure:
    after = text[figure.end : figure.end + 40]
    if percent := _PERCENT.match(after):
        return replace(figure, unit="%", end=figure.end + percent.end())
    if currency := _CURRENCY_AFTER.match(after):
        return replace(figure, unit=str(currency.lastgroup))
    if currency := _CURRENCY_BEFORE.search(text[max(0, figure.start - 12) : figure.start]):
        return replace(figure, unit=str(currency.lastgroup))
    return figure


# Chinese

_HAN_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "俩": 2,
    "双": 2,
}
_HAN_MULTIPLIERS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "兆": 10**12}
# A kilowatt is 千瓦: 十万千瓦 are 100,000 of them.
_HAN_NUMERAL = r"(?:[零〇一二两三四五六七八九十百万亿]|千(?!瓦))+(?:点[零〇一二三四五六七八九]+)?"
_CHINESE = re.compile(
    rf"百分之(?P<percent>(?:{_DIGITS})|{_HAN_NUMERAL})"
    rf"|(?P<below>\d+|[一二两三四五六七八九十]+)分之(?P<above>\d+|[一二两三四五六七八九十]+)"
    rf"|(?P<arabic>(?:{_DIGITS})(?:\s*(?:多|余)?(?:[十百万亿兆]|千(?!瓦))+(?:\d+[千万])?)?)"
    rf"|(?P<han>第?{_HAN_NUMERAL})|(?P<soft>[半双俩])"
    r"|(?P<roman>(?<![A-Za-z])[IVX]{2,}(?![A-Za-z]))"
)
_CLASSIFIERS = re.compile(
    r"\s*(?:[个名人位年月日号天周次场家项条岁件倍元点分秒时层级届种部只头辆架艘间座所份张支股口集季篇句首批组"
    r"对路米吨克度大国州省市县区地轮队胜负局盘枚票席站台段类期代男女子者起成多余来几]"
    r"|小时|公里|公斤|千克|分钟|星期|英里|英尺|英寸|美元|欧元|英镑|日元|平方|立方|万|亿|百|千)"
)
# Words that only look like figures.
_NOT_FIGURES = re.compile(
    r"六盘水|九江|四平|七台河|双鸭山|三门峡|三明|百色|万宁|十堰|五台山|三峡|六安|万州|八达岭|九寨|十分|十足|千万(?=别|不|要)|万一|一些|一样|一直|一起|一定|一般|一旦|一切|一下|统一|唯一|万万|四川|三明治"
    r"|五角大楼|百姓|万圣|三星|九龙|四处|四周|八卦|七喜|三角|五金|千方百计|百货|百科|百老汇|万事达|万豪|百万富翁"
    r"|千禧|双方|百度|抢[七十]|一一|三分法|四(?=球比洞|人二球|球二人)|五月花|十字|六合|三亚|两岸|一二|三四|七八|不三不四|乱七八糟|丢三落四|十一(?=假期|黄金)"
)


def _chinese(text: str) -> list[Figure]:
    hidden = _NOT_FIGURES.sub(lambda match: "\0" * len(match[0]), text)
    return [_chinese_figure(match, hidden) for match in _CHINESE.finditer(hidden)]


def _chinese_figure(match: re.Match[str], text: str) -> Figure:
    start, end = match.span()
    if match["percent"]:
        return Figure(_chinese_readings(match["percent"]), start, end, "%")
    if match["below"]:
        (below,) = _chinese_readings(match["below"])
        (above,) = _chinese_readings(match["above"])
        return Figure(frozenset({above / below if below else Fraction(0)}), start, end)
    if match["soft"]:
        value = Fraction(1, 2) if match[0] == "半" else Fraction(2)
        return Figure(frozenset({value}), start, end, is_firm=False)
    if match["roman"]:
        return Figure(frozenset({Fraction(_roman(match[0]))}), start, end, is_firm=False)
    if match["arabic"]:
        return _chinese_arabic(match, text)
    written = match["han"].removeprefix("第")
    readings = _chinese_readings(written)
    after = text[end:]
    if after[:1] == "成" and after[:2] != "成功" and max(readings) < 10:
        return Figure(frozenset(10 * one for one in readings), start, end + 1, "%")
    is_firm = (
        max(readings) > 2
        and (len(written) > 1 or match[0] != written or bool(_CLASSIFIERS.match(after)))
        and not text[:start].endswith(("数", "几", "上", "好几", "成", "近"))
        and after[:1] not in ("几",)
        and any(char in _HAN_DIGITS or char == "十" for char in written)
    )
    figure = Figure(_with_context(readings, text, start, end), start, end, is_firm=is_firm)
    if after[:1] == "半":
        return figure
    return _with_unit(figure, text)


def _chinese_arabic(match: re.Match[str], text: str) -> Figure:
    start, end = match.span()
    before, after = text[:start][-6:], text[end:][:6]
    written = re.sub(r"[\s多余]", "", match["arabic"])
    readings = _chinese_readings(written)
    in_name = bool(re.search(r"[A-Za-z]-?$", before)) or bool(re.match(r"[A-Za-z]", after))
    in_name = in_name and not _ATTACHED_UNITS.match(after)
    minutes = bool(re.search(r"\d[:：点]$", before)) and len(written) == 2
    minutes = minutes or bool(re.match(r"\s*世纪\s*\d+\s*年代", text[end : end + 12]))
    readings = _with_context(readings, text, start, end)
    if in_name and len(written) == 2:
        # A season or a fiscal year: SS19, FY24.
        readings |= {2000 + value for value in readings}
    return _with_unit(Figure(readings, start, end, is_firm=not in_name and not minutes), text)


def _with_context(readings: Readings, text: str, start: int, end: int) -> Readings:
    """An hour may be told in twelve or in twenty-four, a decade with its century or without."""
    (value, *others) = sorted(readings)
    if others or value.denominator != 1:
        return readings
    before, after = text[max(0, start - 6) : start], text[end : end + 3]
    if re.match(r"\s*世纪", after):
        return readings | {(value - 1) * 100, value * 100}
    if value <= 12 and (
        _HOUR_AFTER.match(after) or re.match(r"[:：]\d\d", after) or _HOUR_BEFORE.search(before)
    ):
        return readings | {value + 12}
    if 10 <= value < 100 and (
        re.match(r"\s*年代", after) or re.search(r"(?:19|20)\d\d[-–/]$", before)
    ):
        return readings | {value + 1900, value + 2000}
    return readings


def _chinese_readings(written: str) -> Readings:
    if match := re.fullmatch(rf"({_DIGITS})([十百千万亿兆]*)(?:(\d+)([千万]))?", written):
        values = numeral_readings(match[1], "zh")
        factor = Fraction(1)
        for char in match[2]:
            factor *= _HAN_MULTIPLIERS[char]
        rest = int(match[3]) * _HAN_MULTIPLIERS[match[4]] if match[3] else 0
        return frozenset(value * factor + rest for value in values)
    whole, _, decimals = written.partition("点")
    value = Fraction(_han_number(whole))
    for place, digit in enumerate(decimals, 1):
        value += Fraction(_HAN_DIGITS[digit], 10**place)
    return frozenset({value})


def _han_number(written: str) -> int:
    """ "一千二百万" ⇒ 12,000,000; "二〇一九" ⇒ 2019."""
    if len(written) > 1 and not any(char in _HAN_MULTIPLIERS for char in written):
        return int("".join(str(_HAN_DIGITS[char]) for char in written))
    total = section = digit = 0
    for char in written:
        if char in _HAN_DIGITS:
            digit = _HAN_DIGITS[char]
        elif (multiplier := _HAN_MULTIPLIERS[char]) >= 10**4:
            total = (total + section + digit or 1) * multiplier
            section = digit = 0
        else:
            section += (digit or 1) * multiplier
            digit = 0
    return total + section + digit
