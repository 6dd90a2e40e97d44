"""How long the periods of a series are, and which length a target judges where its figures have several."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from schema.alike import is_same_length
from schema.enumerations import Counts, Frequency, PeriodKind
from schema.periods import Period, months_later, parsed, spanning

FREQUENCIES = {
    PeriodKind.SNAPSHOT: Frequency.DAY,
    PeriodKind.MONTH: Frequency.MONTH,
    PeriodKind.QUARTER: Frequency.QUARTER,
    PeriodKind.FINANCIAL_YEAR: Frequency.YEAR,
    PeriodKind.ROLLING_YEAR: Frequency.ROLLING_YEAR,
    PeriodKind.SPAN: Frequency.SPAN,
}
_PERIODS, _MONTHS_IN_QUARTER = 2, 3
# A period of each length that a target can be set for.
AS_LONG_AS = {
    Frequency.DAY: parsed("2025-01-31"),
    Frequency.MONTH: parsed("2025-01"),
    Frequency.QUARTER: parsed("2024-25-Q4"),
    Frequency.YEAR: parsed("2024-25"),
    Frequency.ROLLING_YEAR: parsed("2024-02-01/2025-01-31"),
}


@lru_cache(maxsize=10_000)
def between(starts: dt.date, ends: dt.date) -> Period:
    """The period of two days."""
    return spanning(starts, ends)


def is_old(counts: Counts, starts: dt.date, ends: dt.date, *, on: dt.date) -> bool:
    """Whether a figure is older than two periods of its metric on a day.

    What is counted on a day is reported quarterly, even if its day is called by its month: only its end says when.
    """
    is_quarterly = starts == ends or counts in {Counts.YEAR_TO_DATE, Counts.SINCE}
    months = 12 * (ends.year - starts.year) + ends.month - starts.month + 1
    if is_quarterly or (counts is Counts.AT_DATE and months < _MONTHS_IN_QUARTER):
        months = _MONTHS_IN_QUARTER
    return on > months_later(ends, _PERIODS * months)


def usual(counts: Counts, stretches: Iterable[tuple[dt.date, dt.date]]) -> Period | None:
    """A period of the length that most figures have, which is also the usual length of their series.

    Of several lengths with as many figures it is the one whose latest ends last.
    `stretches` are the first and last days of the figures' periods, oldest first. None where the length says nothing,
    because the metric does not count over periods.
    """
    if counts is not Counts.OVER_PERIOD:
        return None
    periods = [between(*each) for each in stretches]
    latest = {each.kind: each for each in periods}
    count = Counter(each.kind for each in periods if is_same_length(latest[each.kind], each))
    found = [latest[kind] for kind in FREQUENCIES if kind in latest]
    return max(found, key=lambda each: (count[each.kind], each.ends), default=None)
