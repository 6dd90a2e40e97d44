"""Whether an organisation is open on a day, by its own dates: a date that is not known rules nothing out."""

import datetime as dt

from sqlalchemy import ColumnElement, FromClause, or_


def open_during(organisation: FromClause, day: ColumnElement[dt.date]) -> tuple[ColumnElement[bool], ...]:
    """The conditions that an organisation has opened by a day, and has not closed before it."""
    return (
        or_(organisation.c.opened_on.is_(None), organisation.c.opened_on <= day),
        or_(organisation.c.closed_on.is_(None), organisation.c.closed_on >= day),
    )
