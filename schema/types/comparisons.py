"""A figure's confidence interval, and a figure beside another organisation's."""

from typing import Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, func, select

from schema.enumerations import IntervalMethod, Judgement, Significance
from schema.mapping import Arguments, entity, field, reach
from schema.tables import FigureRow, MetricRow, OrganisationRow, table
from schema.types.listed import WITHDRAWN
from schema.types.organisations import Organisation

_figure = table(FigureRow)
_metric = table(MetricRow)
_organisation = table(OrganisationRow)

_NUMBERS = ("value", "numerator", "denominator", "lower_confidence_limit", "upper_confidence_limit")


def interval_inputs(figure: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """What a figure's interval is reckoned from, with the confidence that was asked for."""
    given = ("confidence", arguments.value("confidence")) if arguments.given("confidence") else ()
    return func.json_build_object("unit", figure.c.unit, *_numbers(figure), *given)


def comparison_inputs(figure: FromClause, _: Arguments) -> ColumnElement[Any]:
    """What a comparison is reckoned from: the figure, and which way its metric improves."""
    metric = _metric.alias()
    direction = select(metric.c.direction).where(metric.c.id == figure.c.metric_id).correlate(figure)
    return func.json_build_object("unit", figure.c.unit, "direction", direction.scalar_subquery(), *_numbers(figure))


def _numbers(figure: FromClause) -> list[Any]:
    return [part for name in _NUMBERS for part in (name, figure.c[name])]


def benchmarks(figure: FromClause, arguments: Arguments) -> FromClause:
    """The figure of the other organisation for the same metric and period; no row where it has none."""
    other, organisation = _figure.alias(), _organisation.alias()
    return (
        select(other.c.value.label("key"), other.c.value, other.c.organisation_id)
        .select_from(other.join(organisation, organisation.c.id == other.c.organisation_id))
        .where(
            other.c.metric_id == figure.c.metric_id,
            other.c.period_id == figure.c.period_id,
            other.c.status != WITHDRAWN,
            organisation.c.code == arguments.value("with"),
        )
        .correlate(figure)
        .lateral()
    )


@entity(None)
@strawberry.type(description="Between which limits the figure behind a number lies, with some confidence.")
class ConfidenceInterval:
    """Between which limits the figure behind a number lies, with some confidence."""

    lower: float = field("The lower confidence limit, in the metric's unit.")
    upper: float = field("The upper confidence limit, in the metric's unit.")
    confidence: float = field("How sure it is: 0.95.")
    method: IntervalMethod = field("How it was reckoned.")


@entity(None)
@strawberry.type(description="A figure beside that of another organisation, for the same metric and period.")
class Comparison:
    """A figure beside that of another organisation, for the same metric and period."""

    organisation: Organisation = field(
        "The other organisation.", reach(lambda row, other: other.c.id == row.c.organisation_id)
    )
    value: float = field("The other's value.")
    difference: float = field("The figure's value less the other's.")
    significance: Significance = field("Where the other's value is of the figure's 95 % confidence interval.")
    judgement: Judgement = field("Whether that is better or worse, by the metric's direction.")
    reason: str | None = field("Why nothing is compared.")
