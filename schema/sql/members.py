"""The members of a group in a period with their figures: those of its last day, and those that left within it.

Before the first day on record nobody knows who they were.
"""

import datetime as dt
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Select,
    Text,
    and_,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import distinct_on

from schema.enumerations import Counts
from schema.mapping import constant
from schema.sql.listings import WITHDRAWN
from schema.sql.organisations import open_during
from schema.sql.sandbox import is_real
from schema.tables import AncestryRow, MembershipRow, OrganisationRow, PeriodRow, rows_of

_ancestry = rows_of(AncestryRow)
_membership = rows_of(MembershipRow)
_organisation = rows_of(OrganisationRow)
_period = rows_of(PeriodRow)

_ONE: ColumnElement[int] = literal_column("1")


def first_day_on_record() -> ColumnElement[dt.date]:
    """The first day on which somebody real is in a group on record; null if nobody is. An open start is before all."""
    stay, member = _membership.alias(), _organisation.alias()
    starts = func.coalesce(stay.c.starts, literal_column("date '-infinity'"))
    first = select(func.min(starts, type_=Date()))
    return (
        first.select_from(stay.join(member, member.c.id == stay.c.member_id)).where(is_real(member)).scalar_subquery()
    )


def in_words(day: ColumnElement[dt.date]) -> ColumnElement[str]:
    """A day as in 1 January 2025."""
    return func.to_char(day, literal_column("'FMDD FMMonth YYYY'"), type_=Text())


def on_record(group: ColumnElement[int], kind: ColumnElement[str], day: ColumnElement[Any]) -> Select[Any]:
    """The open members of one kind that a group has on a day, as ids."""
    member, stay = _organisation.alias(), _ancestry.alias()
    return (
        select(member.c.id)
        .select_from(member.join(stay, stay.c.member_id == member.c.id))
        .where(
            stay.c.ancestor_id == group, stay.c.period.op("@>")(day), member.c.kind == kind, *open_during(member, day)
        )
        .correlate_except(member, stay)
    )


def parts_of_leavers(
    figures: FromClause,
    source: FromClause,
    group: ColumnElement[int],
    kind: ColumnElement[str],
    starts: ColumnElement[Any],
    ends: ColumnElement[Any],
) -> Select[Any]:
    """One figure for each member that closed or left within a period: of the longest part that it was a member for.

    The figure of a period that ends later counts too, but not for a member that is in another group at its end. What
    is counted on a day has no parts. `source` is the metric of the figures.
    """
    member, stay, figure, period = _organisation.alias(), _ancestry.alias(), figures.alias(), _period.alias()
    last_day = func.least(func.upper(stay.c.period) - _ONE, member.c.closed_on)
    longest = (period.c.ends - period.c.starts).desc()
    return (
        select(member.c.id.label("member_id"), *figure.c)
        .ext(distinct_on(member.c.id))
        .select_from(
            member.join(stay, stay.c.member_id == member.c.id)
            .join(figure, figure.c.organisation_id == member.c.id)
            .join(period, period.c.id == figure.c.period_id)
        )
        .where(
            stay.c.ancestor_id == group,
            member.c.kind == kind,
            last_day >= starts,
            last_day < ends,
            member.c.id.not_in(on_record(group, kind, ends)),
            figure.c.metric_id == source.c.id,
            figure.c.status != WITHDRAWN,
            is_real(member, source),
            period.c.starts >= starts,
            period.c.starts <= last_day,
            period.c.ends <= ends,
            or_(period.c.ends <= last_day, member.c.closed_on <= last_day, not_(_is_in_a_group(member, period.c.ends))),
            or_(
                source.c.counts != constant(Counts.AT_DATE),
                and_(period.c.starts == starts, period.c.ends == ends),
            ),
        )
        .order_by(member.c.id, longest, period.c.ends.desc())
        .correlate_except(member, stay, figure, period)
    )


def _is_in_a_group(member: FromClause, day: ColumnElement[Any]) -> ColumnElement[bool]:
    stay = _ancestry.alias()
    stays = select(_ONE).where(stay.c.member_id == member.c.id, stay.c.period.op("@>")(day))
    return exists(stays.correlate_except(stay))
