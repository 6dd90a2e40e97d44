"""How the figures of one metric spread over the organisations of one kind, in one period."""

from typing import Any

from sqlalchemy import ColumnElement, Float, Numeric, Select, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY, array

from schema.mapping import Arguments
from schema.sql.figures import figures_of
from schema.sql.listings import WITHDRAWN
from schema.sql.organisations import open_during
from schema.sql.sandbox import is_real
from schema.tables import OrganisationRow, PeriodRow, rows_of

_organisation = rows_of(OrganisationRow)
_period = rows_of(PeriodRow)

# The spread of fewer would reveal single organisations.
FEWEST = 5


def distribution(metric: Any, arguments: Arguments) -> Select[Any]:
    """One row for the period that was asked for, or the latest that has figures; none with fewer than five of them.

    Below a date, the latest is the latest that had ended by then. It is that of organisations that are open, unless
    closed ones are asked for. A period that is asked for has everybody with a figure.
    """
    figure, organisation, period = figures_of(arguments).alias(), _organisation.alias(), _period.alias()
    kind: ColumnElement[str] = literal_column(f"'{arguments.term('kind')}'")
    where = [
        figure.c.metric_id == metric.c.id,
        figure.c.status != WITHDRAWN,
        organisation.c.kind == kind,
        is_real(organisation, metric),
    ]
    if arguments.has("period"):
        where.append(period.c.code == arguments.period_code("period"))
    else:
        if (until := arguments.until()) is not None:
            where.append(period.c.ends <= until)
        if not arguments.term("includeClosed"):
            where += open_during(organisation, arguments.day())
    value = cast(figure.c.value, Float)
    shares: ColumnElement[Any] = array([literal_column(f"0.{tenth}") for tenth in range(1, 10)])
    deciles = func.percentile_cont(cast(shares, ARRAY(Float))).within_group(value)
    return (
        select(
            period.c.id.label("period_id"),
            func.count().label("count"),
            func.min(figure.c.value).label("minimum"),
            func.max(figure.c.value).label("maximum"),
            func.avg(figure.c.value).cast(Float).label("mean"),
            # Of the digits of a float the first fifteen are exact: 77.422 is not 77.42200000000001.
            cast(func.percentile_cont(literal_column("0.5")).within_group(value), Numeric).label("median"),
            cast(deciles, ARRAY(Numeric)).label("deciles"),
        )
        .select_from(
            figure.join(organisation, organisation.c.id == figure.c.organisation_id).join(
                period, period.c.id == figure.c.period_id
            )
        )
        .where(*where)
        .group_by(period.c.id, period.c.ends, period.c.starts)
        .having(func.count() >= literal_column(str(FEWEST)))
        .order_by(period.c.ends.desc(), period.c.starts.desc(), period.c.id.desc())
        .limit(literal_column("1"))
    )
