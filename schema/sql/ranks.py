"""The place of a figure among those of the same metric and period."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, case, exists, func, literal_column, select

from schema.enumerations import Direction
from schema.mapping import Arguments, constant
from schema.sql.comparisons import group_of
from schema.sql.figures import figures_of
from schema.sql.listings import WITHDRAWN
from schema.sql.sandbox import is_real
from schema.tables import AncestryRow, MetricRow, OrganisationRow, rows_of

_ancestry = rows_of(AncestryRow)
_metric = rows_of(MetricRow)
_organisation = rows_of(OrganisationRow)
_ONE: ColumnElement[int] = literal_column("1")


def rank(figure: Any, arguments: Arguments) -> Select[Any]:
    """One row: how many figures of the organisation's kind are better, and how many others there are."""
    other, member, itself, metric = (
        each.alias() for each in (figures_of(arguments), _organisation, _organisation, _metric)
    )
    is_better = case(
        (metric.c.direction == constant(Direction.LOWER_IS_BETTER), other.c.value < figure.c.value),
        else_=other.c.value > figure.c.value,
    )
    place, of = func.count().filter(is_better) + _ONE, func.count() + _ONE
    columns: list[ColumnElement[Any]] = [place.label("place"), of.label("of")]
    return (
        select(*columns)
        .select_from(
            other.join(member, member.c.id == other.c.organisation_id)
            .join(itself, itself.c.kind == member.c.kind)
            .join(metric, metric.c.id == other.c.metric_id)
        )
        .where(
            itself.c.id == figure.c.organisation_id,
            other.c.metric_id == figure.c.metric_id,
            other.c.period_id == figure.c.period_id,
            other.c.id != figure.c.id,
            other.c.status != WITHDRAWN,
            is_real(member, figure),
            *_within(member, figure, arguments),
        )
    )


def _within(member: FromClause, figure: FromClause, arguments: Arguments) -> list[ColumnElement[bool]]:
    """The condition that an organisation is in the figure's own group of the kind of the argument."""
    kind = arguments.term("within")
    if kind is None:
        return []
    stay = _ancestry.alias()
    in_group: Select[Any] = select(_ONE).where(
        stay.c.member_id == member.c.id,
        stay.c.period.op("@>")(figure.c.period_ends),
        stay.c.ancestor_id == group_of(figure, kind).scalar_subquery(),
    )
    return [exists(in_group.correlate(member, figure))]
