"""Organisations that are similar in list size, and in deprivation where a metric says it.

The method is that of nearest neighbours: each trait in standard deviations, and the Euclidean distance.
"""

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Float,
    FromClause,
    Numeric,
    Select,
    cast,
    column,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from schema.mapping import Arguments
from schema.sql.latest import latest
from schema.sql.organisations import organisations_listed
from schema.sql.sandbox import is_real
from schema.tables import MetricRow, OrganisationRow, rows_of

_metric = rows_of(MetricRow)
_organisation = rows_of(OrganisationRow)

_ZERO: ColumnElement[float] = literal_column("0.0", Float())
_TWO: ColumnElement[float] = literal_column("2.0", Float())
# What a row has for each trait, in lists of one order.
_PARTS: dict[str, Any] = {
    "metric_ids": BigInteger,
    "values": Numeric,
    "own_values": Numeric,
    "deviations": Float,
    "aparts": Float,
}


def similar_practices(practice: FromClause, arguments: Arguments) -> Select[Any]:
    """One row for each other practice that can be compared with a practice, the nearest one first."""
    near = neighbours(practice, arguments).subquery("near")
    place = func.row_number().over(order_by=[near.c.distance, near.c.practice_id])
    return select(cast(place, BigInteger).label("id"), *near.c)


def neighbours(organisation: FromClause, arguments: Arguments, *around: FromClause) -> Select[Any]:
    """The other open organisations of the kind of one that have all of its traits, with their distances.

    `around` are the rows, next to the organisation's, that it comes from.
    """
    known = _known(organisation, arguments).correlate(organisation, *around).subquery("known")
    apart = func.coalesce((known.c.value - known.c.own_value) / func.nullif(known.c.deviation, _ZERO), _ZERO)
    each = select(known, apart.label("apart")).subquery("each")
    lists = {
        "metric_ids": each.c.metric_id,
        "values": each.c.value,
        "own_values": each.c.own_value,
        "deviations": each.c.deviation,
        "aparts": each.c.apart,
    }
    return (
        select(
            each.c.organisation_id.label("practice_id"),
            func.sqrt(func.sum(func.power(each.c.apart, _TWO)), type_=Float).label("distance"),
            *(func.array_agg(aggregate_order_by(of, each.c.trait)).label(name) for name, of in lists.items()),
        )
        .where(each.c.organisation_id != organisation.c.id)
        .group_by(each.c.organisation_id)
        .having(func.count() == func.max(each.c.traits))
        .correlate(organisation, *around)
    )


def _known(organisation: FromClause, arguments: Arguments) -> Select[Any]:
    """A row for each open organisation and trait: its value, that of the one, and the deviation of all values."""
    other, trait = _organisation.alias(), _metric.alias()
    own = latest(organisation, trait.c.id, arguments, trait)
    owned = (
        select(trait.c.id, trait.c.population_trait, own.label("value"))
        .where(trait.c.population_trait.is_not(None))
        .correlate(organisation)
        .subquery("owned")
    )
    mine = select(owned).where(owned.c.value.is_not(None)).subquery("mine")
    traits = select(func.count()).select_from(mine).scalar_subquery()
    value = latest(other, mine.c.id, arguments, mine)
    listed = (
        *organisations_listed(None, other, arguments).where,
        other.c.kind == organisation.c.kind,
        *([] if arguments.term("includeSynthetic") else [is_real(other, organisation)]),
    )
    valued = (
        select(
            other.c.id.label("organisation_id"),
            mine.c.id.label("metric_id"),
            mine.c.population_trait.label("trait"),
            mine.c.value.label("own_value"),
            value.label("value"),
        )
        .select_from(other.join(mine, true()))
        .where(*listed)
        .correlate(organisation)
        .subquery("valued")
    )
    deviation = func.stddev_samp(cast(valued.c.value, Float)).over(partition_by=valued.c.metric_id)
    return select(valued, deviation.label("deviation"), traits.label("traits")).where(valued.c.value.is_not(None))


def traits_of(similar: FromClause, _: Arguments) -> Select[Any]:
    """One row for each trait by which a practice was found to be similar."""
    columns = [column(name, kind) for name, kind in _PARTS.items()]
    parts = func.unnest(*(cast(similar.c[name], ARRAY(kind)) for name, kind in _PARTS.items()))
    part, metric = parts.table_valued(*columns, name="part").render_derived(), _metric.alias()
    return select(
        metric.c.population_trait.label("trait"),
        part.c.metric_ids.label("metric_id"),
        part.c["values"].label("value"),
        part.c.own_values.label("own_value"),
        part.c.deviations.label("standard_deviation"),
        part.c.aparts.label("apart"),
        metric.c.population_trait.label("place"),
    ).select_from(part.join(metric, metric.c.id == part.c.metric_ids))
