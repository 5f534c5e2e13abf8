"""Dates, months, weekdays and relative days, in Spanish, English and Chinese."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from babel import Locale

from teletipo.languages import Language
from teletipo.spans import Located
from teletipo.verify.data import blank, table, words_pattern

_DATA = table("dates")
_RELATIVE_DAYS: dict[str, dict[str, int]] = _DATA["relative"]
_EXCEPTIONS: dict[str, list[str]] = _DATA["exceptions"]
# One character for one, so that offsets stay the same.
_PLAIN = str.maketrans("\u00a0\u202f\u2009０１２３４５６７８９", "   0123456789")


_Period = Literal["quarter", "half"]
_ORDINAL = {
    language: re.compile("|".join(map(re.escape, words)) + "|[1-4]")
    for language, words in _DATA["ordinals"].items()
}


@dataclass(frozen=True)
class Moment(Located):
    """A date, complete or in part."""

    kind: Literal["date", "month", "day", "weekday", "relative"] | _Period
    values: tuple[int, ...]
    """The month and day of a ``date``, the ``month``, the ``day`` of a month that is not named, the
    ``weekday`` (0 is Monday), the number of days from the article's date if ``relative``, or the
    ``quarter`` or ``half`` of a year."""
    start: int
    end: int
    is_firm: bool = True


def read_dates(text: str, language: Language) -> list[Moment]:
    """Return all dates in a text, in order."""
    text = text.translate(_PLAIN)
    found = _chinese(text) if language.is_chinese else _western(text, language.base)
    return sorted([*found, *_periods(text, language.base)], key=lambda moment: moment.start)


@cache
def _names(language: str) -> tuple[dict[str, int], dict[str, int]]:
    """Names and abbreviations of months and weekdays (CLDR), in lower case, → numbers."""
    locale = Locale(language)
    months: dict[str, int] = {}
    days: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in locale.months[context][width].items():
                months[name.casefold().rstrip(".")] = number
        for number, name in locale.days[context]["wide"].items():
            days[name.casefold()] = number
    if language == "en":
        months["sept"] = 9
    if language == "es":
        months["setiembre"] = 9
        days |= {"sábados": 5, "domingos": 6}
    else:
        days |= {f"{name}s": number for name, number in days.items()}
    return months, days


def day_names(language: str) -> frozenset[str]:
    """Return the names of months and weekdays, in lower case."""
    months, days = _names(language)
    return frozenset(months) | frozenset(days)


_NOT_A_DAY = re.compile("|".join(_EXCEPTIONS["western"]), re.IGNORECASE)
_BEFORE_MAY = re.compile(r"\b(?:in|of|since|until|by|last|next|late|early)\s$")
_BEFORE_MONTH = re.compile(r"\b(?:in|of|since|until|by|last|next|late|early|de|en)\s$")


@cache
def _western_pattern(language: str) -> re.Pattern[str]:
    months, days = _names(language)
    month, day, relative = (
        "|".join(sorted(map(re.escape, words), key=len, reverse=True))
        for words in (months, days, _RELATIVE_DAYS[language])
    )
    if language == "es":
        dated = (
            r"(?P<day>\d{1,2}|primero|uno)(?:\.?[ºo])?"
            rf"(?P<more>(?:(?:,? (?:y|al?|o)|,) (?:el )?(?:(?:{day}) )?\d{{1,2}}){{0,8}})"
            rf" de (?P<month>{month})\b"
        )
    else:
        number = r"\d{1,2}(?:st|nd|rd|th)?"
        dated = (
            rf"(?:(?P<earlier>(?:{number}(?:,? (?:and|or|to) (?:the )?|, | ?[-–] ?)){{0,3}})"
            rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)?[ -](?P<month>{month})\b"
            rf"|(?P<month2>{month})\.? (?:the )?(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?![\d,]*\d)"
            rf"(?P<more>(?:(?:, {number})*,? ?(?:[-–]|to|and) ?{number}(?!\d))?))"
        )
    return re.compile(
        rf"\b(?:{dated}|(?P<lone>{month})\b|(?P<weekday>{day})\b|(?P<relative>{relative})\b)",
        re.IGNORECASE,
    )


def _western(text: str, language: str) -> Iterator[Moment]:
    months, days = _names(language)
    yield from _in_numbers(text, language)
    for match in _western_pattern(language).finditer(_NOT_A_DAY.sub(blank, text)):
        groups = match.groupdict()
        start, end = match.span()
        if month := groups["month"] or groups.get("month2"):
            if language == "en" and month[0].islower():
                # "Model 2 may fail."
                continue
            number = months[month.casefold()]
            day = groups["day"] or groups.get("day2") or ""
            yield Moment("date", (number, int(day) if day.isdigit() else 1), start, end)
            for other in re.finditer(
                r"(?P<day>\d{1,2})|(?P<weekday>[^\W\d]{5,})",
                groups["more"] or groups.get("earlier") or "",
            ):
                if other["day"]:
                    yield Moment("date", (number, int(other[0])), start, end)
                else:
                    place = match.start("more") + other.start()
                    day_number = days[other["weekday"].casefold()]
                    yield Moment("weekday", (day_number,), place, place + len(other[0]))
        elif lone := groups["lone"]:
            # "May", "march", "Mar" and "dec" are words too.
            if lone[0].isupper() or language == "es":
                firm = _is_month(lone.casefold(), text, start, end)
                yield Moment("month", (months[lone.casefold()],), start, end, firm)
        elif weekday := groups["weekday"]:
            if language == "es" or weekday[0].isupper():
                yield Moment("weekday", (days[weekday.casefold()],), start, end)
        else:
            value = _RELATIVE_DAYS[language][groups["relative"].casefold()]
            yield Moment("relative", (value,), start, end, is_firm=value != 0)


# "31/12/2021" and Spanish "11-M", by which the attacks of that day are known.
_NUMERIC = re.compile(r"(?<![\d/.])(\d{1,2})/(\d{1,2})/(?:\d{4}|\d{2})(?![\d/])")
_INITIAL = re.compile(r"(?<![\w-])(\d{1,2})-([EFMAJSOND])\b")
_INITIALS = {initial: [number for number, each in enumerate("EFMAMJJASOND", 1) if each == initial]
             for initial in "EFMAJSOND"}  # fmt: skip


def _in_numbers(text: str, language: str) -> Iterator[Moment]:
    """Dates in numbers; not firm, since they may be another's: 9/12 is in December or September."""
    for match in _NUMERIC.finditer(text):
        day, month = int(match[1]), int(match[2])
        pairs = {(month, day)} if language == "es" else {(month, day), (day, month)}
        for pair in pairs:
            if 1 <= pair[0] <= 12 and 1 <= pair[1] <= 31:
                yield Moment("date", pair, *match.span(), is_firm=False)
    if language == "es":
        for match in _INITIAL.finditer(text):
            for number in _INITIALS[match[2]]:
                yield Moment("date", (number, int(match[1])), *match.span(), is_firm=False)


def _is_month(word: str, text: str, start: int, end: int) -> bool:
    """Whether a capitalized month's name can only be a month."""
    before = text[max(0, start - 12) : start]
    if word == "may":
        return bool(_BEFORE_MAY.search(before) or re.match(r",? \d{4}", text[end : end + 6]))
    if len(word) < 4:
        return False
    return word not in ("march", "sept") or bool(_BEFORE_MONTH.search(before))


@cache
def _period_patterns(language: str) -> list[tuple[_Period, bool, re.Pattern[str]]]:
    """The kind of period, whether it is firm, and the pattern; the firm ones first."""
    one = "|".join(map(re.escape, _DATA["ordinals"][language]))
    several = rf"((?:{one})(?:{_DATA['separators'][language]}(?:{one})){{0,3}})"
    return [
        (
            each["kind"],
            each["firm"],
            words_pattern((form.replace("{n}", several) for form in each[language]), language),
        )
        for each in _DATA["period"]
    ]


def _periods(text: str, language: str) -> Iterator[Moment]:
    """Quarters and halves of a year."""
    taken: set[tuple[str, int]] = set()
    for kind, is_firm, pattern in _period_patterns(language):
        which = _DATA["which"][kind][language]
        ordinals = _DATA["ordinals"][language]
        for match in pattern.finditer(text):
            if (kind, match.start()) in taken:
                continue
            taken.add((kind, match.start()))
            written = next(filter(None, match.groups())).casefold()
            numbers = (
                [which[written]]
                if written in which
                else [
                    int(each) if each.isdigit() else ordinals[each]
                    for each in _ORDINAL[language].findall(written)
                ]
            )
            for number in numbers:
                yield Moment(kind, (number,), *match.span(), is_firm)


_CHINESE_DAY = r"\d{1,2}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九]"
_CHINESE = re.compile(
    r"(?:(?P<from>(?<!\d)(?:1[0-2]|[1-9]))\s*[至到、\-–~]\s*)?(?P<month>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])\s*月(?:份|\s*"
    rf"(?P<day>{_CHINESE_DAY})\s*(?:日|号|(?P<more>(?:[至到、和\-–]+"
    r"(?:\d{1,2}|[一二三]?十?[一二三四五六七八九]?))(?:日|号))))?"
    rf"(?!{'|'.join(_EXCEPTIONS['after_month'])})"
    rf"|(?<![\d月.])(?P<bare>\d{{1,2}})日(?!{'|'.join(_EXCEPTIONS['after_day'])})"
    r"|(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
    rf"(?!{'|'.join(_EXCEPTIONS['after_weekday'])})"
    rf"|(?P<relative>{'|'.join(_RELATIVE_DAYS['zh'])})(?!{'|'.join(_EXCEPTIONS['after_relative'])})"
)
_TITLE = re.compile("《[^》]*》")
# "9·11事件": a day by which its attacks are known.
_EVENT = re.compile(r"(?<![\d.])(\d{1,2})[.·•](\d{1,2})(?=[”」]?(?:事件|袭击|恐怖))")
# "三个月", "几月": months as a length of time.
_DURATION = re.compile(r"[\d.几数]$|(?<!整)个$")
_BEFORE = 4
_LASTING = re.compile("(?:为期|连续|历时|长达|持续|一连|[共达至到、])$")
# "9月9日至10日": the same month.
_GOES_ON = re.compile(r"\s*[至到、和与\-–—~]\s*")
_CHINESE_WEEKDAYS = {day: number for number, day in enumerate("一二三四五六日")} | {"天": 6}
_CHINESE_DIGITS = {digit: number for number, digit in enumerate("一二三四五六七八九", 1)}


def _chinese(text: str) -> Iterator[Moment]:
    text = _TITLE.sub(blank, text)
    for event in _EVENT.finditer(text):
        yield Moment("date", (int(event[1]), int(event[2])), *event.span(), is_firm=False)
    dated: tuple[int, int] | None = None
    for match in _CHINESE.finditer(text):
        start, end = match.span()
        before = text[max(0, start - _BEFORE) : start]
        if match["month"]:
            if _DURATION.search(before):
                continue
            month = _small(match["month"])
            if not match["day"]:
                # "1-9月份" is what others call the first nine months.
                is_firm = match["from"] != "1"
                if match["from"]:
                    first = int(match["from"])
                    yield Moment("month", (first,), *match.span("from"), is_firm)
                yield Moment("month", (month,), match.start("month"), end, is_firm)
                continue
            yield Moment("date", (month, _small(match["day"])), start, end)
            dated = (month, end)
            for other in re.findall(r"\d{1,2}", match["more"] or ""):
                yield Moment("date", (month, int(other)), start, end)
        elif bare := match["bare"]:
            if dated and _GOES_ON.fullmatch(text, dated[1], start):
                yield Moment("date", (dated[0], int(bare)), start, end)
                dated = (dated[0], end)
            elif not _LASTING.search(before):
                # "14日" is what Xinhua writes; as a length of time it needs no counterpart either.
                yield Moment("day", (int(bare),), start, end, is_firm=False)
        elif weekday := match["weekday"]:
            yield Moment("weekday", (_CHINESE_WEEKDAYS[weekday],), start, end)
        else:
            value = _RELATIVE_DAYS["zh"][match["relative"]]
            yield Moment("relative", (value,), start, end, is_firm=value != 0)


def _small(written: str) -> int:
    """A number from 1 to 39, in Arabic or Chinese digits."""
    if written.isdigit():
        return int(written)
    tens, ten, ones = written.rpartition("十")
    value = _CHINESE_DIGITS.get(ones, 0)
    return value + (10 * _CHINESE_DIGITS.get(tens, 1) if ten else 0)
