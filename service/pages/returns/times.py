"""Days and times of day as people in England read them."""

import datetime as dt

from schema.london import HERE


def clock(instant: str) -> str:
    """The time of day of an instant: 14:02."""
    return f"{dt.datetime.fromisoformat(instant).astimezone(HERE):%H:%M}"


def day(date: str) -> dt.date:
    """A date as GraphQL gives it."""
    return dt.date.fromisoformat(date)
