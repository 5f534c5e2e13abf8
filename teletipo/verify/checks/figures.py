"""Figures that differ from the source's or are missing: numbers, percentages, money, units."""

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction

from teletipo.findings import Finding, Severity
from teletipo.verify.context import Context
from teletipo.verify.pair import Sentence, SentencePair
from teletipo.verify.readers.figures import agree
from teletipo.verify.readers.measures import same_amount
from teletipo.verify.readers.numbers import Figure, is_hour
from teletipo.verify.rendering import write_figure

_FEW = 2
_TAKES_DE = ("millón", "millones", "billón", "billones")
_NOUN = re.compile(r" (?!de |y |o |a |en |por |para |que |más |menos )[^\W\d_]")
_CARDINAL = re.compile(r"\d|百分之|[一二三四五六七八九十]")
_ORDINAL = re.compile(r"[ºª]|\d(?:st|nd|rd|th)|第")
_CLOCK = re.compile(r"\d{1,2}[:.h]?\d\d\s*(?:GMT|UTC|horas?\b|[ap]\.?\s?m\b)|\d{1,2}[:：点时]\d\d")
_ONE = re.compile(r"(?<![\w-])1(?![\w.,:-])")


def check_figures(pair: SentencePair, _: Context) -> Iterable[Finding]:
    """Yield ``figure_changed``, ``figure_added``, ``figure_missing`` and ``unit_changed``.

    Converted measures agree (miles to kilometres). Converted money counts as changed (dollars to
    euros). Not seen: two swapped figures in one sentence, small number words ("one", "two") and
    vague ones ("hundreds").
    """
    source, output = pair.source, pair.output
    unused = list(source.figures)
    unmatched: list[Figure] = []
    for figure in sorted(output.figures, key=lambda each: not each.is_firm):
        like = _counterpart(figure, unused)
        if like:
            unused.remove(like)
            yield from _unit_findings(pair, figure, like)
        elif figure.is_firm or _ONE.match(output.text, figure.start):
            unmatched.append(figure)
    missing = [figure for figure in unused if figure.is_firm]
    is_sure = len(missing) == len(unmatched) == 1
    for figure in sorted(unmatched, key=lambda each: each.start):
        found = output[figure].strip()
        if like := _nearest(figure, missing, pair):
            missing.remove(like)
            twice = [other for other in output.figures if agree(other, figure)]
            if len(twice) > 1 and _counterpart(figure, source.figures):
                yield pair.finding(
                    "figure_changed",
                    f"The summary has “{found}” more than once; one of them should be "
                    f"“{source[like].strip()}”.",
                    source=[like],
                    output=twice,
                )
                continue
            yield pair.finding(
                "figure_changed",
                f"The article has {_said(pair.source, like, found)}; the summary has “{found}”.",
                source=[like],
                output=[figure],
                suggestion=_suggestion(pair, like, figure) if is_sure else None,
            )
        # A "1" is too vague to count as added; it can only replace another figure.
        elif figure.is_firm and not _counterpart(figure, source.figures):
            yield pair.finding(
                "figure_added",
                f"The figure “{found}” is not in this passage of the article.",
                output=[figure],
            )
    for figure in missing:
        if not _counterpart(figure, output.figures):
            yield pair.finding(
                "figure_missing",
                f"The figure “{source[figure].strip()}” is missing.",
                Severity.WARNING,
                source=[figure],
            )


def _said(sentence: Sentence, figure: Figure, other: str) -> str:
    """The figure in quotation marks, with its value where the other is written alike."""
    text = sentence[figure].strip()
    value = write_figure(figure, sentence.language) if text == other else None
    return f"“{text}” ({value})" if value else f"“{text}”"


def _counterpart(figure: Figure, others: Sequence[Figure]) -> Figure | None:
    """A figure that agrees, preferably in the same unit or equal after conversion."""
    agreeing = [other for other in others if agree(figure, other)]
    return max(
        agreeing,
        key=lambda other: (
            other.unit == figure.unit,
            other.measure == figure.measure or not other.readings & figure.readings,
            other.is_firm == figure.is_firm,
        ),
        default=None,
    )


def _nearest(figure: Figure, missing: Sequence[Figure], pair: SentencePair) -> Figure | None:
    """The missing figure at the most similar position in its sentence."""
    place = Fraction(figure.start, len(pair.output.text))
    length = len(pair.source.text)
    return min(missing, key=lambda other: abs(Fraction(other.start, length) - place), default=None)


def _suggestion(pair: SentencePair, right: Figure, wrong: Figure) -> str | None:
    """What to write instead of a wrong figure, in its place; None for words and ordinals."""
    text = pair.output.text
    if any(
        _CLOCK.match(side.text, figure.start) or _is_hour(side.text, figure)
        for side, figure in ((pair.source, right), (pair.output, wrong))
    ):
        return None
    is_number = _CARDINAL.match(text, wrong.start) and not any(
        _ORDINAL.search(side.text[figure.start : figure.end + 2])
        for side, figure in ((pair.source, right), (pair.output, wrong))
    )
    if not is_number or not _same_kind(right, wrong):
        return None
    written = write_figure(right, pair.output.language)
    if written is None:
        return None
    # "3.570 yuanes" becomes "35.700 millones de yuanes".
    lacks = written.endswith(_TAKES_DE) and not text[: wrong.end].endswith(_TAKES_DE)
    return f"{written} de" if lacks and _NOUN.match(text, wrong.end) else written


def _is_hour(text: str, figure: Figure) -> bool:
    return is_hour(
        text[max(0, figure.start - 12) : figure.start], text[figure.end : figure.end + 12]
    )


def _same_kind(one: Figure, other: Figure) -> bool:
    """Whether both are percentages or neither, and no two units differ."""
    if (one.unit == "%") != (other.unit == "%"):
        return False
    return all(
        not ours or not theirs or ours == theirs
        for ours, theirs in ((one.unit, other.unit), (one.measure, other.measure))
    )


def _unit_findings(pair: SentencePair, figure: Figure, like: Figure) -> Iterable[Finding]:
    """A lost percent sign, another currency (euros to dollars) or measure (litres to tonnes)."""
    common = figure.readings & like.readings
    units = {figure.unit, like.unit}
    # "Points" alone may be percentage points.
    lost_percent = (
        "%" in units
        and len(units) == 2
        and figure.is_firm
        and like.is_firm
        and not (figure.is_share or like.is_share)
    )
    other_money = all(units) and len(units) == 2
    # For one or two the word may differ: "one day", "a night"; "two years", "biennial".
    other_measure = (
        figure.measure
        and like.measure
        and figure.measure != like.measure
        and max(common, default=0) > _FEW
        and not any(same_amount(one, figure.measure, one, like.measure) for one in common)
    )
    if common and (lost_percent or other_money or other_measure):
        yield pair.finding(
            "unit_changed",
            f"The unit differs: the article has “{pair.source[like].strip()}”{_measure(like)}; "
            f"the summary has “{pair.output[figure].strip()}”{_measure(figure)}.",
            Severity.WARNING if units == {"%", "pp"} else Severity.ERROR,
            source=[like],
            output=[figure],
        )


def _measure(figure: Figure) -> str:
    return f" ({figure.measure})" if figure.measure else ""
