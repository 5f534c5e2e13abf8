"""Days, weekdays, months, quarters and halves of a year that differ from the source's."""

import contextlib
import datetime
from collections.abc import Iterable, Sequence

from teletipo.findings import Finding, Severity
from teletipo.verify.context import Context
from teletipo.verify.pair import SentencePair
from teletipo.verify.readers.dates import Moment
from teletipo.verify.rendering import write_date


def check_dates(pair: SentencePair, context: Context) -> Iterable[Finding]:
    """Yield ``date_changed``, ``date_added`` and ``date_missing``.

    "Yesterday" may become a weekday or a date if ``context.written``, the article's date, is known.
    Not seen: a date that became a duration. Years are checked as figures.
    """
    source, output, written = pair.source, pair.output, context.written
    # A name may stay in English, whatever the text's language.
    weekdays = [each for each in source.english_dates if each.kind == "weekday"]
    missing = [
        each
        for each in source.dates
        if each.is_firm and not _is_stated(each, output.dates, written)
    ]
    is_sure = len(missing) == 1
    for moment in output.dates:
        if not moment.is_firm or _is_stated(moment, [*source.dates, *weekdays], written):
            continue
        like = next((each for each in missing if each.kind == moment.kind), None)
        if like:
            missing.remove(like)
            yield pair.finding(
                "date_changed",
                f"The article has “{source[like]}”; the summary has “{output[moment]}”.",
                source=[like],
                output=[moment],
                suggestion=write_date(like, output[moment], output.language) if is_sure else None,
            )
        else:
            yield pair.finding(
                "date_added",
                f"The date “{output[moment]}” is not in this passage of the article.",
                output=[moment],
            )
    for each in missing:
        yield pair.finding(
            "date_missing",
            f"The date “{source[each]}” is missing.",
            Severity.WARNING,
            source=[each],
        )


def _is_stated(moment: Moment, others: Sequence[Moment], written: datetime.date | None) -> bool:
    return any(_agree(moment, other, written) for other in others)


def _agree(one: Moment, other: Moment, written: datetime.date | None) -> bool:
    if one.kind == other.kind:
        return one.values == other.values
    kinds = {one.kind: one, other.kind: other}
    if kinds.keys() == {"date", "month"}:
        return kinds["date"].values[0] == kinds["month"].values[0]
    if kinds.keys() == {"date", "day"}:
        return kinds["date"].values[1] == kinds["day"].values[0]
    if kinds.keys() == {"quarter", "month"}:
        return kinds["quarter"].values[0] == (kinds["month"].values[0] + 2) // 3
    if not kinds.keys().isdisjoint(("month", "quarter", "half")):
        return False
    if written is None:
        return "day" in kinds
    return bool(_days(one, written) & _days(other, written))


def _days(moment: Moment, written: datetime.date) -> set[datetime.date]:
    """The days it can mean in an article of that date; a weekday is within a week of it."""
    if moment.kind == "relative":
        return {written + datetime.timedelta(days=moment.values[0])}
    if moment.kind == "weekday":
        week = [written + datetime.timedelta(days=days) for days in range(-7, 8)]
        return {day for day in week if day.weekday() == moment.values[0]}
    if moment.kind == "day":
        month = [written + datetime.timedelta(days=days) for days in range(-31, 32)]
        return {day for day in month if day.day == moment.values[0]}
    found = set()
    for year in (written.year - 1, written.year, written.year + 1):
        with contextlib.suppress(ValueError):
            found.add(datetime.date(year, *moment.values))
    return found
