"""Figures in Chinese."""

import re
import unicodedata
from collections.abc import Iterator
from fractions import Fraction

from teletipo.verify.data import blank, words_pattern
from teletipo.verify.readers.numbers import (
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

_HAN_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}
_MULTIPLIERS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "兆": 10**12}
# 千瓦 and 千伏 are kilowatts and kilovolts: 十万千瓦 is 100,000 kW.
_NUMERAL = r"(?:[零〇一二两三四五六七八九十百万亿]|千(?![瓦伏]))+(?:点[零〇一二三四五六七八九]+)?"
_FIGURE = re.compile(
    rf"百分之(?P<percent>(?:{DIGITS})|{_NUMERAL})"
    r"|十(?P<plan>[一二三四五])五(?=规划|计划|期间|时期|开局|[”」])"
    r"|(?P<century>\d{1,2}|[一二]?十[一二三四五六七八九]?)\s*世纪\s*"
    r"(?P<decades>\d0|[一二三四五六七八九]{1,2}十)\s*年代"
    r"|(?<![\d/.])(?P<upper>[1-9])/(?P<lower>[2-9])(?![\d/.])"
    rf"|(?P<below>\d+|[一二两三四五六七八九十]+)分之(?P<above>\d+|[一二两三四五六七八九十]+)"
    rf"|(?P<arabic>(?:{DIGITS})(?:\s*(?:多|余)?(?:[十百万亿兆]|千(?![瓦伏]))+(?:\d+[千万])?)?)"
    rf"|(?P<han>第?{_NUMERAL})|(?P<soft>[半双俩Ⅰ-Ⅻ])"
    r"|(?P<roman>(?<![A-Za-z])[IVX]{2,}(?![A-Za-z]))"
)
_MIXED = re.compile(rf"({DIGITS})([十百千万亿兆]*)(?:(\d+)([千万]))?")
_CLASSIFIERS = re.compile(rf"\s*(?:{DATA['zh']['classifiers']})")
NOT_FIGURES = {"zh": words_pattern(DATA["zh"]["not_figures"], "zh")}
_OF_A_CUP = frozenset((4, 8, 16, 32, 64))
_TENTHS = re.compile(r"成(?![功为立员本长果交绩就年熟人品都])")
# One character for one, so that offsets stay the same.
_ASCII = str.maketrans("０１２３４５６７８９．％萬億兩", "0123456789.%万亿两")
_FULL_WIDTH_COMMA = re.compile(
    "(?<=[０-９])，(?=[０-９]{3})|(?<![0-9]{4})(?<=[0-9])，(?=[0-9]{3}(?![0-9]))"
)
_APPROXIMATE = re.compile("一二|两三|二三|三四|三五|四五|五六|六七|七八|八九")
_ABOUT = ("多", "余", "来")
_DECADE = re.compile(r"\s*(?:[至到、和-]\s*\d0\s*)?(?:年代|后(?=[的、，。”」年一人用]|$))")
_VAGUE_BEFORE = ("数", "几", "上", "好几", "成", "近")


def read(text: str) -> Iterator[Figure]:
    """Yield all figures in a text, without measures."""
    hidden = NOT_FIGURES["zh"].sub(blank, _FULL_WIDTH_COMMA.sub(",", text).translate(_ASCII))
    return (_figure(match, hidden) for match in _FIGURE.finditer(hidden))


def _figure(match: re.Match[str], text: str) -> Figure:
    start, end = match.span()
    if match["percent"]:
        return Figure(_readings(match["percent"]), start, end, "%")
    if match["below"]:
        (below,), (above,) = _readings(match["below"]), _readings(match["above"])
        share = above / below if below else Fraction(0)
        return Figure(share_readings(share), start, end)
    if match["plan"]:
        # The fourteenth Five-Year Plan.
        values = {Fraction(10 + _HAN_DIGITS[match["plan"]]), Fraction(5)}
        return Figure(frozenset(values), start, end, is_firm=False)
    if match["century"]:
        # "19世纪30年代" is one figure, the 1830s; "五六十年代" are two decades.
        (century,) = _readings(match["century"])
        tens = match["decades"][:-1]
        digits = (int(each) if each.isdigit() else _HAN_DIGITS[each] for each in tens)
        return Figure(frozenset((century - 1) * 100 + 10 * digit for digit in digits), start, end)
    if match["upper"]:
        share = Fraction(int(match["upper"]), int(match["lower"]))
        return Figure(share_readings(share), start, end, is_firm=False)
    if match["soft"]:
        # 双 and 俩 are two.
        number = frozenset({Fraction(int(unicodedata.numeric(match[0], 2)))})
        readings = share_readings(Fraction(1, 2)) if match[0] == "半" else number
        return Figure(readings, start, end, is_firm=False)
    if match["roman"]:
        return Figure(frozenset({roman(match[0])}), start, end, is_firm=False)
    figure = _arabic(match, text) if match["arabic"] else _han(match, text)
    return figure if figure.unit or text[end : end + 1] == "半" else with_unit(figure, text)


def _han(match: re.Match[str], text: str) -> Figure:
    start, end = match.span()
    written = match["han"].removeprefix("第")
    readings = _readings(written)
    after = text[end:]
    if _APPROXIMATE.fullmatch(written):
        # "七八个": seven or eight.
        either = {Fraction(_HAN_DIGITS[digit]) for digit in written}
        return Figure(readings | either, start, end, is_firm=False)
    if after[:1] == "成" and after[:2] != "成功" and max(readings) < 10:
        return Figure(frozenset(10 * one for one in readings), start, end + 1, "%")
    is_firm = (
        max(readings) > 2
        and (len(written) > 1 or match[0] != written or bool(_CLASSIFIERS.match(after)))
        and not text[:start].endswith(_VAGUE_BEFORE)
        and after[:1] != "几"
        and any(char in _HAN_DIGITS or char == "十" for char in written)
    )
    if written == "十" and after[:1] in _ABOUT:
        # "十多个" is what others call more than a dozen.
        readings |= {Fraction(12)}
    return Figure(_with_context(readings, text, start, end), start, end, is_firm=is_firm)


def _arabic(match: re.Match[str], text: str) -> Figure:
    start, end = match.span()
    before, after = text[max(0, start - 6) : start], text[end : end + 12]
    written = re.sub(r"[\s多余]", "", match["arabic"])
    readings = _with_context(_readings(written), text, start, end)
    readings |= clock_readings(written, before, after)
    if _TENTHS.match(after) and max(readings) < 10:
        return Figure(frozenset(10 * one for one in readings), start, end + 1, "%")
    in_name = bool(re.search(r"[A-Za-z]-?$", before) or re.match(r"[A-Za-z]", after))
    in_name = in_name and not ATTACHED_UNITS.match(after[:6])
    is_twelve = max(readings) in (0, 12, 24)
    if is_twelve and re.match(r"[:：]00(?!\d)|\s*[点时](?![\d钟半])", after):
        return Figure(readings, start, end, is_firm=False)
    if after.startswith("强") and max(readings) in _OF_A_CUP:
        return Figure(readings, start, end, is_firm=False)
    minutes = bool(re.search(r"\d[:：点时]$", before)) and len(written) == 2
    if in_name and len(written) == 2:
        # A season or a fiscal year: SS19, FY24.
        readings |= {2000 + value for value in readings}
    return Figure(readings, start, end, is_firm=not in_name and not minutes)


def _with_context(readings: Readings, text: str, start: int, end: int) -> Readings:
    """Add the 24-hour reading of an hour, and the years that a century or decade can mean."""
    (value, *others) = sorted(readings)
    if others or value.denominator != 1:
        return readings
    before, after = text[max(0, start - 6) : start], text[end : end + 8]
    if re.match(r"\s*世纪", after):
        return readings | {(value - 1) * 100, value * 100}
    if value <= 12 and (is_hour(before, after) or re.match(r"[:：]\d\d", after)):
        return readings | {value + 12}
    if 10 <= value < 100 and (_DECADE.match(after) or re.search(r"(?:19|20)\d\d[-–/]$", before)):
        return readings | {value + 1900, value + 2000}
    return readings


def _readings(written: str) -> Readings:
    if match := _MIXED.fullmatch(written):
        factor = Fraction(1)
        for char in match[2]:
            factor *= _MULTIPLIERS[char]
        rest = int(match[3]) * _MULTIPLIERS[match[4]] if match[3] else 0
        return frozenset(value * factor + rest for value in numeral_readings(match[1], "zh"))
    whole, _, decimals = written.partition("点")
    value = Fraction(_number(whole))
    for place, digit in enumerate(decimals, 1):
        value += Fraction(_HAN_DIGITS[digit], 10**place)
    return frozenset({value})


def _number(written: str) -> int:
    """ "一千二百万" ⇒ 12,000,000; "二〇一九" ⇒ 2019."""
    if len(written) > 1 and not any(char in _MULTIPLIERS for char in written):
        return int("".join(str(_HAN_DIGITS[char]) for char in written))
    total = section = digit = 0
    for char in written:
        if char in _HAN_DIGITS:
            digit = _HAN_DIGITS[char]
        elif (multiplier := _MULTIPLIERS[char]) >= 10**4:
            total = (total + section + digit or 1) * multiplier
            section = digit = 0
        else:
            section += (digit or 1) * multiplier
            digit = 0
    return total + section + digit
