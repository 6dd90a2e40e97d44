"""Days in London as SQL: the day of an instant, and the last instant of a day. `schema.london` says why."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Date, DateTime, Interval, cast, func, literal_column

from schema.mapping import constant

_LONDON = constant("Europe/London")


def london_day(instant: ColumnElement[dt.datetime]) -> ColumnElement[Any]:
    """The day on which something happened."""
    return cast(func.timezone(_LONDON, instant), Date)


def end_of_day(day: ColumnElement[dt.date]) -> ColumnElement[Any]:
    """The last instant of a day."""
    ends = func.timezone(_LONDON, cast(day + literal_column("1"), DateTime))
    return ends - literal_column("interval '1 microsecond'", Interval())
