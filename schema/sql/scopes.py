"""Which submissions and audit events a viewer may see."""

from typing import Any

from sqlalchemy import Boolean, ColumnElement, FromClause, and_, func, literal_column, or_

_EVERYWHERE: ColumnElement[int] = literal_column("0")


def within_scope(
    scope: ColumnElement[int],
    organisation: ColumnElement[int],
    on: ColumnElement[Any],
    to: ColumnElement[Any] | None = None,
) -> ColumnElement[bool]:
    """The condition that an organisation is in a scope on some of the days: everything, itself, or a member of its own.

    After an organisation has closed its last day counts, and before its first record its first day: `belongs_to`.
    """
    return func.belongs_to(organisation, scope, on, on if to is None else to, type_=Boolean())


def visible_submission(row: FromClause, scope: ColumnElement[int]) -> ColumnElement[bool]:
    """The condition that a submission is in a scope on the last day of its quarter."""
    return within_scope(scope, row.c.organisation_id, row.c.quarter_ends)


def visible_event(row: FromClause, scope: ColumnElement[int]) -> ColumnElement[bool]:
    """What concerns no organisation, such as a key, is for administrators of everything."""
    day = func.coalesce(row.c.groups_on, func.current_date())
    return or_(
        scope == _EVERYWHERE, and_(row.c.organisation_id.is_not(None), within_scope(scope, row.c.organisation_id, day))
    )
