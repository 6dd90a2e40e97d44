"""The days of the NHS begin at midnight in London, also in summer, when that is an hour before midnight UTC."""

import datetime as dt
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Europe/London")


def day_of(instant: dt.datetime) -> dt.date:
    """The day on which something happened."""
    try:
        return instant.astimezone(HERE).date()
    except OverflowError:  # at the very first or the very last day that Python knows
        return instant.date()
