"""Days, months and weekdays that are not the source's."""

import datetime
from collections.abc import Iterable, Sequence

from teletipo.findings import Finding, Severity
from teletipo.verify.context import Context
from teletipo.verify.pair import SentencePair
from teletipo.verify.readers.dates import Moment


def check_dates(pair: SentencePair, context: Context) -> Iterable[Finding]:
    """Yield ``date_changed``, ``date_added`` and ``date_missing``.

    "Yesterday" may have become a weekday or a date, where ``context.written`` tells the article's
    date. Not seen: a date that became a length of time, and years, which are figures.
    """
    source, output, written = pair.source, pair.output, context.written
    # A name may keep its English, whatever the text's language.
    weekdays = [each for each in source.english_dates if each.kind == "weekday"]
    missing = [
        each for each in source.dates if each.is_firm and not _is_told(each, output.dates, written)
    ]
    for moment in output.dates:
        if not moment.is_firm or _is_told(moment, [*source.dates, *weekdays], written):
            continue
        like = next((each for each in missing if each.kind == moment.kind), None)
        if like:
            missing.remove(like)
            yield pair.finding(
                "date_changed",
                f"“{output[moment]}” stands where the article has “{source[like]}”.",
                source=[like],
                output=[moment],
            )
        else:
            yield pair.finding(
                "date_added",
                f"The article does not say “{output[moment]}” here.",
                output=[moment],
            )
    for each in missing:
        yield pair.finding(
            "date_missing", f"“{source[each]}” is missing.", Severity.WARNING, source=[each]
        )


def _is_told(moment: Moment, others: Sequence[Moment], written: datetime.date | None) -> bool:
    return any(_agree(moment, other, written) for other in others)


def _agree(one: Moment, other: Moment, written: datetime.date | None) -> bool:
    if one.kind == other.kind:
        return one.values == other.values
    kinds = {one.kind: one, other.kind: other}
    if kinds.keys() == {"date", "month"}:
        return kinds["date"].values[0] == kinds["month"].values[0]
    if written is None or "month" in kinds:
        return False
    return bool(_days(one, written) & _days(other, written))


def _days(moment: Moment, written: datetime.date) -> set[datetime.date]:
    """Which days it may be, for an article of that day: within a week, for a weekday."""
    if moment.kind == "relative":
        return {written + datetime.timedelta(days=moment.values[0])}
    if moment.kind == "weekday":
        week = [written + datetime.timedelta(days=days) for days in range(-7, 8)]
        return {day for day in week if day.weekday() == moment.values[0]}
    try:
        return {written.replace(month=moment.values[0], day=moment.values[1])}
    except ValueError:
        return set()
