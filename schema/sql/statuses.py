"""The statuses of targets that are kept, and whether they are whole."""

import datetime as dt

from sqlalchemy import ColumnElement, FromClause, and_, exists, literal_column, not_, select

from schema.tables import JudgingRow, TargetStatusRow, UnjudgedTargetRow, rows_of

_judging = rows_of(JudgingRow)
_status = rows_of(TargetStatusRow)
_unjudged = rows_of(UnjudgedTargetRow)

# How far a target is from being met: in its unit, and in percent of it.
GAPS = ("gap", "gap_percent")


def statuses_on(day: ColumnElement[dt.date]) -> FromClause:
    """The status of every target on a day: rows of `target_id`, `status`, `gap` and `gap_percent`."""
    kept = _status.alias()
    return select(kept.c.target_id, kept.c.status, kept.c.gap, kept.c.gap_percent).where(is_on(kept, day)).subquery()


def is_on(kept: FromClause, day: ColumnElement[dt.date]) -> ColumnElement[bool]:
    """The condition that a kept status is that of a day."""
    return and_(kept.c.starts <= day, day <= kept.c.ends)


def are_whole_on(day: ColumnElement[dt.date]) -> ColumnElement[bool]:
    """Whether the statuses of a day are those of the data that the statement sees: no target waits to be judged."""
    waits = exists(select(literal_column("1")).select_from(_unjudged))
    return and_(not_(waits), select(_judging.c.since).scalar_subquery() <= day)
