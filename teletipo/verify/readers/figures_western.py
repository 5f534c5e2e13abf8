"""Figures in Spanish and English: tokens, combined into numbers."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

from teletipo.languages import CAPITALS, HAN
from teletipo.verify.readers.numbers import (
    ATTACHED_BEFORE,
    ATTACHED_UNITS,
    DATA,
    DIGITS,
    Figure,
    Readings,
    clock_readings,
    is_hour,
    numeral_readings,
    roman,
    share_readings,
    with_unit,
)

_FIRST_FIRM_WORD, _FIRM_ORDINALS = 3, range(4, 21)
_HYPHENS = ("-", "‑")
# "the Four Corners", "las Cuatro Esquinas", starting at the letter before the number.
_IN_A_NAME = re.compile(rf"[^\W\d_] [{CAPITALS}]\w+ [{CAPITALS}]")
_TOKEN = re.compile(
    r"(?<![\d/.,])(?P<upper>[1-9])/(?P<lower>[2-9])(?![\d/]|[.,]\d)"
    rf"|(?P<digits>{DIGITS})(?P<ordinal>(?:st|nd|rd|th|\.?[ºª])\b|\.?[ºª])?(?P<decade>s\b)?"
    rf"|(?P<word>[^\W\d_{HAN}]+)|(?P<mark>\S)"
)
_ROMAN = re.compile(r"(?=[IVX]{2})X{0,3}(?:IX|IV|V?I{0,3})")
_CENTURY_BEFORE = re.compile(r"\bsiglos?\s$", re.IGNORECASE)
# "A principios del siglo IV y a finales del V".
_CENTURY_EARLIER = re.compile(r"\bsiglos?\s[IVX]+\b.* (?:del?|al?|y)\s$", re.IGNORECASE)
_THOUSAND = 1000
_NOON_OR_MIDNIGHT = (0, 12, 24)
_OUT_OF = re.compile(r"\s+(?:in|out of)(?: every)?\s+|\s+de cada\s+", re.IGNORECASE)
_WHOLES = frozenset(map(Fraction, (3, 4, 5, 6, 7, 8, 9, 10, 100, 1000)))
_QUARTER = frozenset({Fraction(1, 4)})
# "The first three quarters" are of a year.
_PERIODS = frozenset(("first", "last", "past", "next", "previous", "latest"))
_OF_N = re.compile(r"\b(?:one|1) in(?: every)? $|\bun[oa]? de cada $", re.IGNORECASE)
# "Los años noventa".
_YEARS = re.compile(r"\b(?:años|década de(?: los)?) $", re.IGNORECASE)
# "A finales de los noventa", but not "los noventa diputados".
_THE = re.compile(r"\blos $", re.IGNORECASE)
_NO_NOUN = re.compile(r"\s*(?:[.,;:)]|$)|\s(?:y|del?)\b")
_AT = re.compile(r"\blas? $", re.IGNORECASE)
_DECADES = re.compile(r"[ -](?:decades?|décadas?|decenios?)\b", re.IGNORECASE)
_IN_A_TITLE = re.compile(rf"[{CAPITALS}]\w+ $")
_MINUTES = re.compile(r":\d\d(?!\d)")


@dataclass(frozen=True)
class _Words:
    """The number words of a language, with their values."""

    units: Mapping[str, Fraction]
    magnitudes: Mapping[str, Fraction]
    ordinals: Mapping[str, Fraction]
    fractions: Mapping[str, Fraction]
    rules: Mapping[str, Sequence[str]]

    def kind_of(self, word: str, *, before: str) -> tuple[str, Fraction | None]:
        """Return the kind and value of a lower-case word that follows the characters ``before``."""
        after_digit = (before.rstrip() if word in self.rules["spaced"] else before)[-1:].isdigit()
        abbreviated = self.rules["abbreviated"]
        if word in self.magnitudes and (after_digit or word not in abbreviated):
            return "magnitude", self.magnitudes[word]
        singular = word.rstrip("s")
        if singular in self.magnitudes and singular not in abbreviated:
            # "16 millions" is a slip, "millions" is no figure.
            is_counted = before.rstrip()[-1:].isdigit()
            return ("magnitude", self.magnitudes[singular]) if is_counted else ("vague", None)
        for kind, words in (
            ("unit", self.units),
            ("fraction", self.fractions),
            ("ordinal", self.ordinals),
        ):
            if word in words:
                return kind, words[word]
        return "other", None


@cache
def _words(language: str) -> _Words:
    data = DATA[language]

    def values(kind: str) -> dict[str, Fraction]:
        return {word: Fraction(value) for value, words in data[kind].items() for word in words}

    return _Words(
        values("units"),
        values("magnitudes"),
        values("ordinals"),
        values("fractions"),
        data["rules"],
    )


@dataclass(frozen=True)
class _Element:
    """A token that may be part of a figure."""

    kind: str
    readings: Readings
    start: int
    end: int
    text: str

    @property
    def value(self) -> Fraction:
        """The only reading."""
        (value,) = self.readings
        return value


def read(text: str, language: str) -> list[Figure]:
    """Return all figures in a text, without measures."""
    figures = list(_figures(text, language))
    for place in range(1, len(figures)):
        count, whole = figures[place - 1 : place + 1]
        if _OUT_OF.fullmatch(text, count.end, whole.start):
            figures[place - 1 : place + 1] = _as_share(count, whole)
    return figures


def _figures(text: str, language: str) -> Iterator[Figure]:
    elements = _elements(text, language)
    index = end = 0
    while index < len(elements):
        if elements[index].start < end:
            index += 1
            continue
        taken, figure = _figure(elements, index, text, language)
        if figure:
            yield _with_context(figure, text)
            end = figure.end
        index += taken


def _as_share(count: Figure, whole: Figure) -> tuple[Figure, Figure]:
    """Read "four in ten": the second can also be 40 %; then the first needs no counterpart."""
    shares = [n / m for n in count.readings for m in whole.readings & _WHOLES if 1 < n < m]
    return replace(count, is_firm=count.is_firm and not shares), whole.with_readings(
        value for share in shares for value in share_readings(share)
    )


def _with_context(figure: Figure, text: str) -> Figure:
    """Add what the words around a figure make of it: "one in 5", "two decades", "half" (50 %)."""
    if _OF_N.search(text[max(0, figure.start - 12) : figure.start]):
        figure = figure.with_readings(1 / one for one in figure.readings if one)
    if _DECADES.match(text, figure.end):
        figure = figure.with_readings(10 * one for one in figure.readings)
    before = text[max(0, figure.start - 16) : figure.start]
    if _YEARS.search(before) or (_THE.search(before) and _NO_NOUN.match(text, figure.end)):
        figure = figure.with_readings(1900 + one for one in figure.readings if 20 <= one < 100)
    # "A las tres y media" is 3:30.
    if text.endswith(" y media", figure.start, figure.end) and _AT.search(
        text, max(0, figure.start - 4), figure.start
    ):
        figure = figure.with_readings(one - Fraction(1, 2) for one in figure.readings)
    if not text[figure.start].isdigit():
        figure = figure.with_readings(100 * one for one in figure.readings if 0 < one < 1)
    return figure


def _elements(text: str, language: str) -> list[_Element]:
    words = _words(language)
    found = []
    for match in _TOKEN.finditer(text):
        word = match[0].casefold()
        kind, readings = "other", frozenset[Fraction]()
        if match["upper"]:
            share = Fraction(int(match["upper"]), int(match["lower"]))
            kind, readings = "soft", share_readings(share)
        elif match["digits"]:
            kind, readings = _digits(match, text, language)
        elif match["word"]:
            before = text[max(0, match.start() - 8) : match.start()]
            kind, value = words.kind_of(word, before=before[-2:])
            in_century = bool(_CENTURY_BEFORE.search(before)) or (
                match[0] in ("I", "V", "X")
                and bool(_CENTURY_EARLIER.search(text, max(0, match.start() - 80), match.start()))
            )
            if value is not None:
                readings = frozenset({value, 1 / value} if kind == "ordinal" else {value})
            elif kind == "other" and (
                _ROMAN.fullmatch(match[0]) or (in_century and match[0] in ("I", "V", "X"))
            ):
                kind, readings = "roman", frozenset({roman(match[0])})
                if in_century:
                    readings |= {(value - 1) * 100 for value in readings}
        found.append(_Element(kind, readings, match.start(), match.end(), word))
    return found


def _digits(match: re.Match[str], text: str, language: str) -> tuple[str, Readings]:
    """Digits inside a name (COVID-19, 5G) are not firm."""
    readings = numeral_readings(match["digits"], language)
    start, end = match.span()
    before, after = text[max(0, start - 12) : start], text[end : end + 12]
    in_name = bool(re.search(r"[^\W\d_]-?$", before)) and not ATTACHED_BEFORE.search(before)
    if not match["ordinal"] and not match["decade"] and re.match(r"[^\W\d_]", after):
        in_name = in_name or not ATTACHED_UNITS.match(after)
    if hours := clock_readings(match["digits"], before, after):
        is_twelve = match["digits"].endswith("00") and not hours.isdisjoint(_NOON_OR_MIDNIGHT)
        return "soft" if is_twelve else "digits", readings | hours
    (value, *others) = sorted(readings)
    if not others and value.denominator == 1:
        if 10 <= value < 100 and (
            match["decade"]
            or re.search(r"\b(?:años|los)\s$|['’]$|\b(?:19|20)\d\d(?:[-–/]| y | and )$", before)
        ):
            readings |= {value + 1900, value + 2000}
        if match["ordinal"] and re.match(r"[\s\-]centur", after):
            readings |= {(value - 1) * 100}
        if value in _NOON_OR_MIDNIGHT and (
            re.match(r"[:.]00(?!\d)", after) or (value and is_hour(before, after))
        ):
            return "soft", readings
        # A cup's eighth-finals.
        if before.endswith("round of "):
            return "soft", readings
        if value <= 12 and (is_hour(before, after) or _MINUTES.match(after)):
            readings |= {value + 12}
        if re.search(r"(?<!\d)\d{1,2}[:h]$", before) and len(match["digits"]) == 2:
            return "soft", readings
    return "soft" if in_name else "digits", readings


def _figure(
    elements: Sequence[_Element], index: int, text: str, language: str
) -> tuple[int, Figure | None]:
    """The number of elements of the longest figure that begins here, and the figure."""
    if compound := _compound_ordinal(elements, index):
        return compound
    first, rules = elements[index], _words(language).rules
    if first.kind in ("ordinal", "roman", "soft"):
        firm = (
            first.kind == "ordinal"
            and max(first.readings) in _FIRM_ORDINALS
            and first.text not in rules["not_firm"]
        ) or (
            # "Leo XIV"; a century also has the readings of its years.
            first.kind == "roman"
            and len(first.readings) == 1
            and first.value >= _FIRST_FIRM_WORD
            and bool(_IN_A_TITLE.search(text[max(0, first.start - 24) : first.start]))
        )
        return 1, Figure(first.readings, first.start, first.end, is_firm=firm)
    if first.kind in ("other", "vague"):
        return 1, None
    number = _compose(elements, index, text, language)
    if not number.taken:
        return 1, None
    if number.bare and first.text in rules["vague"]:
        return number.taken - index, None
    last = elements[number.taken - 1]
    figure = Figure(number.readings, first.start, last.end)
    is_short = last.text in ("m", "b") or (last.text == "k" and text[last.start] == "K")
    if number.has_digits and is_short and not with_unit(figure, text).unit:
        # "m" means millions after money, and metres otherwise; "4K" is also a format, "2b" a name.
        figure = figure.with_readings(first.readings)
    if not number.has_digits:
        is_fraction = first.kind == "fraction" and number.taken - index == 1
        is_number = (
            not is_fraction
            and not number.bare
            and (max(number.readings) >= _FIRST_FIRM_WORD or number.is_share)
            and not _IN_A_NAME.match(text, max(0, first.start - 2))
            and not text.startswith("-dimensional", last.end)
        )
        is_thousand = number.bare and language == "es" and first.text == "mil"
        figure = replace(figure, is_firm=is_number or is_thousand)
    return number.taken - index, with_unit(figure, text)


@dataclass
class _Number:
    """A number being composed: "two hundred thousand" is ``total`` + ``current``."""

    total: Readings = frozenset({Fraction(0)})
    current: Readings = frozenset()
    magnitude: Fraction = Fraction(0)
    bare: bool = True
    """Whether it has only magnitudes so far: "millions"."""
    has_digits: bool = False
    is_share: bool = False
    """Whether it is a numerator with its fraction: "two thirds"."""
    taken: int = 0
    """The index after its last element."""

    @property
    def readings(self) -> Readings:
        return _plus(self.total, self.current)

    def multiply(self, value: Fraction) -> None:
        """Apply a magnitude, such as thousand."""
        if value > self.magnitude:
            started = self.current or self.magnitude
            base = self.readings if started else frozenset({Fraction(1)})
            self.total = frozenset(one * value for one in base)
        else:
            self.total = frozenset(
                one + more * value for one in self.total for more in (self.current or {Fraction(1)})
            )
        self.current, self.magnitude = frozenset(), value

    def add_half(self) -> None:
        half = (self.magnitude or 1) * Fraction(1, 2)
        self.current = frozenset(one + half for one in self.readings)
        self.total = frozenset({Fraction(0)})


def _compose(elements: Sequence[_Element], index: int, text: str, language: str) -> _Number:
    number, end = _Number(), index
    while end < len(elements):
        element, current = elements[end], number.current
        started = bool(current or number.magnitude)
        if element.kind == "digits":
            if number.has_digits and _goes_on(number, elements, end, text):
                number.current = element.readings
            elif started or number.has_digits:
                break
            else:
                number.current, number.has_digits, number.bare = element.readings, True, False
        elif element.kind == "unit":
            if number.has_digits or not _can_follow(current, element.value):
                break
            if current and not _is_joined(text[elements[end - 1].end : element.start]):
                break
            number.current = frozenset({max(current, default=Fraction(0)) + element.value})
            number.bare = False
        elif element.kind == "fraction" and not started and end == index:
            number.current, number.bare = element.readings, False
        elif element.readings == _QUARTER and index and elements[index - 1].text in _PERIODS:
            break
        elif element.kind == "fraction" and current and element.readings != {Fraction(1, 2)}:
            # "two thirds"
            number.current = frozenset(one * part for one in current for part in element.readings)
            number.is_share = True
            number.taken = end + 1
            break
        elif element.kind == "ordinal" and current and _is_parts(elements, end):
            # "tres cuartas partes"
            number.current = frozenset(one * min(element.readings) for one in current)
            number.is_share, number.taken = True, end + 2
            break
        elif current and _of_thousands(elements, end):
            # "12,5 miles de millones"
            number.multiply(elements[end + 2].value * _THOUSAND)
            end += 2
        elif element.kind == "magnitude":
            value = element.value
            if not number.bare and not started:
                break
            if value <= number.magnitude and (not current or value * 1000 > number.magnitude):
                break
            number.multiply(value)
            if value == 100 and language == "en" and not number.has_digits:
                number.current, number.total = number.total, frozenset({Fraction(0)})
                number.magnitude = Fraction(0)
        else:
            joined = _connector(elements, end, started=started)
            if joined == "half":
                number.add_half()
                number.taken = end = end + _half_length(elements, end)
                following = elements[end].kind if end < len(elements) else ""
                if number.magnitude or following != "magnitude":
                    break
                continue
            if not joined:
                break
            end += 1
            continue
        end += 1
        number.taken = end
    return number


def _compound_ordinal(elements: Sequence[_Element], index: int) -> tuple[int, Figure] | None:
    """The number of elements of "vigésimo cuarto" or "twenty-fourth", and the figure."""
    tens, *following = elements[index : index + 3]
    has_hyphen = bool(following) and following[0].text in _HYPHENS
    if has_hyphen:
        following = following[1:]
    # "Cincuenta segundos" is no ordinal.
    is_tens = tens.kind == "ordinal" or (tens.kind == "unit" and has_hyphen)
    if not is_tens or max(tens.readings) not in range(20, 91, 10):
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
    return between.strip() in ("", *_HYPHENS, "y", "and")


def _connector(elements: Sequence[_Element], end: int, *, started: bool) -> str | None:
    """Whether an element may be inside a figure: "and" or "y", a hyphen, an article."""
    element, before = elements[end], elements[end - 1]
    if end + 1 == len(elements):
        return None
    following = elements[end + 1]
    if not started and element.text not in ("a", "an"):
        is_article = before.kind == "fraction" and following.kind == "magnitude"
        return "article" if is_article else None
    if element.text in ("y", "and"):
        if _half_length(elements, end):
            return "half"
        return "and" if following.kind == "unit" and before.kind != "digits" else None
    if element.text in _HYPHENS and following.kind in ("unit", "magnitude", "fraction"):
        return "hyphen" if following.start == element.end else None
    if element.text in ("a", "an") and before.kind == "fraction":
        return "article" if following.kind == "magnitude" else None
    return None


def _goes_on(number: _Number, elements: Sequence[_Element], end: int, text: str) -> bool:
    """Whether digits continue a number in words and digits: "630 mil 697", "2 millones 345 mil"."""
    before, element = elements[end - 1], elements[end]
    return (
        before.text in ("mil", "millón", "millones")
        and not number.current
        and text[before.end : element.start] == " "
        and max(element.readings) < _THOUSAND
        and all(one.denominator == 1 for one in element.readings)
    )


def _of_thousands(elements: Sequence[_Element], end: int) -> bool:
    words = [element.text for element in elements[end : end + 3]]
    return words == ["miles", "de", "millones"]


def _is_parts(elements: Sequence[_Element], end: int) -> bool:
    return [element.text for element in elements[end + 1 : end + 2]] in (["partes"], ["parte"])


def _half_length(elements: Sequence[_Element], end: int) -> int:
    """The number of elements of "and a half" or "y medio" here; 0 if there is neither."""
    words = [element.text for element in elements[end : end + 3]]
    if words[:2] in (["y", "medio"], ["y", "media"]):
        return 2
    return 3 if words == ["and", "a", "half"] else 0
