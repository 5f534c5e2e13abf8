"""Dates, months, weekdays and relative days, in Spanish, English and Chinese."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from babel import Locale

from teletipo.article import Span
from teletipo.findings import Severity
from teletipo.verify.fault import Fault

_WEEKDAY, _RELATIVE, _DATE, _MONTH = "weekday", "relative", "date", "month"


@dataclass(frozen=True)
class Moment:
    """A date as far as it is told."""

    kind: str
    """``date`` (month and day), ``month``, ``weekday`` (0 is Monday), ``relative`` (days)."""
    values: tuple[int, ...]
    start: int
    end: int
    is_firm: bool = True


def check_dates(
    source_text: str,
    output_text: str,
    source: str,
    target: str,
    written: datetime.date | None = None,
) -> list[Fault]:
    """Days, months and weekdays that are not the source's.

    ``written`` is the dateline's date, against which "yesterday" may have become a weekday or a
    date. What it cannot see: a date turned into a length of time, and years (they are figures).
    """
    sources, outputs = read_dates(source_text, source), read_dates(output_text, target)
    faults: list[Fault] = []
    missing = [one for one in sources if one.is_firm and not _is_told(one, outputs, written)]
    for moment in outputs:
        if not moment.is_firm or _is_told(moment, sources, written):
            continue
        if _is_told(moment, _english_weekdays(source_text), written):
            continue
        like = next((one for one in missing if one.kind == moment.kind), None)
        found = output_text[moment.start : moment.end]
        if like:
            missing.remove(like)
            meant = source_text[like.start : like.end]
            faults.append(
                Fault(
                    "date_changed",
                    f"“{found}” stands where the article has “{meant}”.",
                    source=(Span(like.start, like.end),),
                    output=(Span(moment.start, moment.end),),
                )
            )
        else:
            faults.append(
                Fault(
                    "date_added",
                    f"The article does not say “{found}” here.",
                    output=(Span(moment.start, moment.end),),
                )
            )
    faults += [
        Fault(
            "date_missing",
            f"“{source_text[one.start : one.end]}” is missing.",
            Severity.WARNING,
            source=(Span(one.start, one.end),),
        )
        for one in missing
    ]
    return faults


def _english_weekdays(text: str) -> list[Moment]:
    """A name may keep its English, whatever the text's language: “Sunday Morning”."""
    return [one for one in read_dates(text, "en") if one.kind == _WEEKDAY]


def _is_told(moment: Moment, others: Sequence[Moment], written: datetime.date | None) -> bool:
    return any(_agree(moment, other, written) for other in others)


def _agree(one: Moment, other: Moment, written: datetime.date | None) -> bool:
    if one.kind == other.kind:
        return one.values == other.values
    kinds = {one.kind: one, other.kind: other}
    if kinds.keys() == {_DATE, _MONTH}:
        return kinds[_DATE].values[0] == kinds[_MONTH].values[0]
    if written is None or _MONTH in kinds:
        return False
    return bool(_days(one, written) & _days(other, written))


def _days(moment: Moment, written: datetime.date) -> set[datetime.date]:
    """Which days it may be, for an article of that day: within a week, for a weekday."""
    if moment.kind == _RELATIVE:
        return {written + datetime.timedelta(days=moment.values[0])}
    if moment.kind == _WEEKDAY:
        week = [written + datetime.timedelta(days=days) for days in range(-7, 8)]
        return {day for day in week if day.weekday() == moment.values[0]}
    try:
        return {written.replace(month=moment.values[0], day=moment.values[1])}
    except ValueError:
        return set()


# Of one length each, so that every place stays where it is.
_SPACES = str.maketrans("\u00a0\u202f\u2009", "   ")


def read_dates(text: str, language: str) -> list[Moment]:
    """Every date in a text, in order."""
    text = text.translate(_SPACES)
    found = _chinese(text) if language.startswith("zh") else _western(text, language[:2])
    return sorted(found, key=lambda moment: moment.start)


_RELATIVE_DAYS = {
    "en": {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1, "last night": -1},
    "es": {"hoy": 0, "ayer": -1, "anteayer": -2, "anoche": -1, "pasado mañana": 2},
    "zh": {
        **{"今天": 0, "今日": 0, "今晚": 0, "今早": 0, "昨天": -1, "昨日": -1, "昨晚": -1},
        **{"前天": -2, "明天": 1, "明日": 1, "明晚": 1, "后天": 2, "隔天": 1},
    },
}
# "Nowadays": no day is meant.
_NOT_A_DAY = re.compile(
    r"hoy (?:en día|por hoy)|today['’]s|of today|de hoy"
    r"|(?:sun|mon|tues|wednes|thurs|fri|satur)day (?:Times|Telegraph|Night Live|Mail|Mirror"
    r"|Express|Post|Herald|Star)\b",
    re.IGNORECASE,
)


@cache
def _names(language: str) -> tuple[dict[str, int], dict[str, int]]:
    """Months and weekdays by their names and abbreviations (CLDR), in lower case."""
    locale = Locale(language)
    months: dict[str, int] = {}
    days: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in locale.months[context][width].items():
                months[name.casefold().rstrip(".")] = number
            for number, name in locale.days[context][width].items():
                if width == "wide":
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
    """Months and weekdays, in lower case."""
    months, days = _names(language)
    return frozenset(months) | frozenset(days)


@cache
def _western_pattern(language: str) -> re.Pattern[str]:
    months, days = _names(language)
    month = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    day = "|".join(sorted(map(re.escape, days), key=len, reverse=True))
    relative = "|".join(sorted(_RELATIVE_DAYS[language], key=len, reverse=True))
    if language == "es":
        dated = (
            rf"(?P<day>\d{{1,2}}|primero|uno)(?:\.?[ºo])?(?P<more>(?:,? (?:y|al?|o|,) (?:el )?\d{{1,2}})*)"
            rf" de (?P<month>{month})\b"
        )
    else:
        dated = (
            rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)?[ -](?P<month>{month})\b"
            rf"|(?P<month2>{month})\.? (?:the )?(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?![\d,]*\d)"
            rf"(?P<more>(?: ?(?:[-–]|to|and) ?\d{{1,2}}(?:st|nd|rd|th)?(?!\d))?))"
        )
    return re.compile(
        rf"\b(?:{dated}|(?P<lone>{month})\b|(?P<weekday>{day})\b|(?P<relative>{relative})\b)",
        re.IGNORECASE,
    )


def _western(text: str, language: str) -> list[Moment]:
    months, days = _names(language)
    found = []
    hidden = _NOT_A_DAY.sub(lambda match: "\0" * len(match[0]), text)
    for match in _western_pattern(language).finditer(hidden):
        groups = match.groupdict()
        start, end = match.span()
        month = groups.get("month") or groups.get("month2")
        if month:
            number = months[month.casefold()]
            day = groups.get("day") or groups.get("day2") or ""
            first = int(day) if day.isdigit() else 1
            found.append(Moment(_DATE, (number, first), start, end))
            for other in re.findall(r"\d{1,2}", groups.get("more") or ""):
                found.append(Moment(_DATE, (number, int(other)), start, end))
        elif lone := match["lone"]:
            # "May", "march", "Mar" and "dec" are words too.
            firm = lone[0].isupper() or language == "es"
            certain = len(lone) > 3 and lone.casefold() not in ("march", "may", "sept")
            certain = certain or (
                bool(
                    re.search(
                        r"\b(?:in|of|since|until|by|last|next|late|early|de|en)\s$", text[:start]
                    )
                )
                and len(lone) > 3
            )
            if lone.casefold() == "may":
                certain = bool(
                    re.search(r"\b(?:in|of|since|until|by|last|next|late|early)\s$", text[:start])
                ) or bool(re.match(r",? \d{4}", text[end:]))
            if (firm and certain) or (len(lone) == 3 and firm and text[end : end + 1] == "."):
                found.append(Moment(_MONTH, (months[lone.casefold()],), start, end, certain))
            elif firm:
                found.append(Moment(_MONTH, (months[lone.casefold()],), start, end, is_firm=False))
        elif weekday := match["weekday"]:
            if language == "es" or weekday[0].isupper():
                found.append(Moment(_WEEKDAY, (days[weekday.casefold()],), start, end))
        else:
            value = _RELATIVE_DAYS[language][match["relative"].casefold()]
            found.append(Moment(_RELATIVE, (value,), start, end, is_firm=value != 0))
    return found


_CHINESE = re.compile(
    r"(?P<month>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])\s*月(?:份|\s*(?P<day>\d{1,2}|[一二三]?十[一二三四五六七八九]?"
    r"|[一二三四五六七八九])\s*(?:日|号|(?P<more>(?:[至到、和\-–]+(?:\d{1,2}|[一二三]?十?[一二三四五六七八九]?))(?:日|号))))?"
    r"(?!球|亮|光|饼)"
    r"|(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
    r"(?!年|岁|天|泰晤士|电讯|邮报|镜报|夜现场|快报|先驱)"
    r"|(?P<relative>" + "|".join(_RELATIVE_DAYS["zh"]) + ")(?!教育|因素|性)"
)
_TITLE = re.compile("《[^》]*》")
_CHINESE_WEEKDAYS = {day: number for number, day in enumerate("一二三四五六日")} | {"天": 6}
_CHINESE_DIGITS = {digit: number for number, digit in enumerate("一二三四五六七八九", 1)}


def _chinese(text: str) -> list[Moment]:
    found = []
    text = _TITLE.sub(lambda match: "\0" * len(match[0]), text)
    for match in _CHINESE.finditer(text):
        start, end = match.span()
        if match["month"]:
            # "三个月", "几月": months as a length of time.
            if re.search(r"(?:[\d.个几数])$", text[:start]):
                continue
            month = _small(match["month"])
            if match["day"]:
                found.append(Moment(_DATE, (month, _small(match["day"])), start, end))
                for other in re.findall(r"\d{1,2}", match["more"] or ""):
                    found.append(Moment(_DATE, (month, int(other)), start, end))
            else:
                found.append(Moment(_MONTH, (month,), start, end))
        elif weekday := match["weekday"]:
            found.append(Moment(_WEEKDAY, (_CHINESE_WEEKDAYS[weekday],), start, end))
        else:
            value = _RELATIVE_DAYS["zh"][match["relative"]]
            found.append(Moment(_RELATIVE, (value,), start, end, is_firm=value != 0))
    return found


def _small(written: str) -> int:
    """1 to 39, in either kind of digits."""
    if written.isdigit():
        return int(written)
    tens, ten, ones = written.rpartition("十")
    value = _CHINESE_DIGITS.get(ones, 0)
    return value + (10 * _CHINESE_DIGITS.get(tens, 1) if ten else 0)
