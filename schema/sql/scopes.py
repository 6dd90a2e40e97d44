"""Which submissions and audit events a viewer may see."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, exists, func, literal_column, or_, select

from schema.tables import AncestryRow, table

_ancestry = table(AncestryRow)

_ONE: ColumnElement[int] = literal_column("1")

_EVERYWHERE: ColumnElement[int] = literal_column("0")


def within_scope(
    scope: ColumnElement[int], organisation: ColumnElement[int], on: ColumnElement[Any]
) -> ColumnElement[bool]:
    """The condition that an organisation is in a scope on a day: everything, itself, or a member of its own."""
    stay = _ancestry.alias()
    below = select(_ONE).where(
        stay.c.member_id == organisation, stay.c.ancestor_id == scope, stay.c.period.op("@>")(on)
    )
    return or_(scope == _EVERYWHERE, organisation == scope, exists(below.correlate_except(stay)))


def visible_submission(row: FromClause, scope: ColumnElement[int]) -> ColumnElement[bool]:
    """The condition that a submission is in a scope on the last day of its quarter."""
    return within_scope(scope, row.c.organisation_id, row.c.quarter_ends)


def visible_event(row: FromClause, scope: ColumnElement[int]) -> ColumnElement[bool]:
    """What concerns no organisation, such as a key, is for administrators of everything."""
    day = func.coalesce(row.c.groups_on, func.current_date())
    return or_(
        scope == _EVERYWHERE, and_(row.c.organisation_id.is_not(None), within_scope(scope, row.c.organisation_id, day))
    )
