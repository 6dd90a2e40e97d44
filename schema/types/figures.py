"""Figures, their sources, and the revisions that made them what they are."""

import datetime as dt
from typing import Annotated, Any, Optional

import strawberry
from sqlalchemy import ColumnElement, FromClause, and_, func, literal_column, select

from schema.enumerations import FigureStatus, Qualifier
from schema.mapping import (
    Arguments,
    Computed,
    Expression,
    Found,
    Order,
    Reach,
    entity,
    field,
    field_with_arguments,
    reach,
)
from schema.tables import FigureRevisionRow, FigureRow, MetricRow, OrganisationRow, SourceRow, table
from schema.types.comparisons import (
    Comparison,
    ConfidenceInterval,
    benchmarks,
    comparison_inputs,
    interval_inputs,
)
from schema.types.known import figures_known_at
from schema.types.listed import WITHDRAWN
from schema.types.metrics import Metric, Period
from schema.types.organisations import Organisation
from schema.types.paging import Node
from schema.types.scalars import OdsCode

_figure = table(FigureRow)
_metric = table(MetricRow)
_organisation = table(OrganisationRow)

Confidence = Annotated[float | None, strawberry.argument(description="How sure: 0.90 to 0.999.")]
With = Annotated[OdsCode, strawberry.argument(name="with", description="The other organisation's code.")]


def _of(table: Any, key: str, column: Any) -> Any:
    def says(row: FromClause) -> ColumnElement[Any]:
        other = table.alias()
        return select(column(other)).where(other.c.id == row.c[key]).correlate(row).scalar_subquery()

    return says


def _previous(row: FromClause, other: FromClause, _: Arguments) -> Found:
    """The figure of the same series that ended last before a figure did."""
    same = (other.c.metric_id == row.c.metric_id, other.c.organisation_id == row.c.organisation_id)
    before = (other.c.status != WITHDRAWN, other.c.period_ends < row.c.period_ends)
    return Found((*same, *before), (other.c.period_ends.desc(), other.c.id.desc()), limit=1)


def _change(row: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    other = _figure.alias()
    found = _previous(row, other, arguments)
    previous = select(other.c.value).where(*found.where).order_by(*found.order).limit(literal_column("1"))
    return row.c.value - previous.correlate(row).scalar_subquery()


ORDERS = {
    "period_end": Order(lambda row: row.c.period_ends),
    "value": Order(lambda row: row.c.value),
    "published_at": Order(lambda row: row.c.published_at),
    "metric_code": Order(_of(_metric, "metric_id", lambda metric: metric.c.code)),
    "organisation_code": Order(_of(_organisation, "organisation_id", lambda organisation: organisation.c.code)),
    "organisation_name": Order(
        _of(_organisation, "organisation_id", lambda organisation: func.lower(organisation.c.name))
    ),
}


@entity(SourceRow)
@strawberry.type(description="Where a figure or a target was published.")
class Source:
    """Where a figure or a target was published."""

    title: str = field("The publication.")
    reference: str | None = field("The section, paragraph or table in it.")
    url: str | None = field("Where it can be read.")
    published_on: dt.date | None = field("When it was published.")


@entity(FigureRevisionRow)
@strawberry.type(description="One publication of a figure: the first, or a correction with its reason.")
class FigureRevision:
    """One publication of a figure: the first, or a correction with its reason."""

    revision: int = field("1 for the first publication.")
    value: float = field("The value then, in the metric's unit.")
    numerator: float | None = field("The numerator then.")
    denominator: float | None = field("The denominator then.")
    note: str | None = field("What was noted about it.")
    reason: str | None = field("Why it was corrected; null for the first.")
    published_at: dt.datetime = field("When it was published.")
    published_by: str | None = field("Who published it.")


@entity(FigureRow, orders=ORDERS, known_at=figures_known_at)
@strawberry.type(description="The value of one metric for one organisation and one period.")
class Figure(Node):
    """The value of one metric for one organisation and one period."""

    metric: Metric = field("What it measures.", reach(lambda row, other: other.c.id == row.c.metric_id))
    organisation: Organisation = field(
        "Whom it is about.", reach(lambda row, other: other.c.id == row.c.organisation_id)
    )
    period: Period = field("When it is for.", reach(lambda row, other: other.c.id == row.c.period_id))
    value: float = field("The value, in the metric's unit; a percentage is 0 to 100.")
    numerator: float | None = field("What the metric's numerator label says, where the source gives it.")
    denominator: float | None = field("What the metric's denominator label says, where the source gives it.")
    lower_confidence_limit: float | None = field("The lower 95 % confidence limit that the source printed beside it.")
    upper_confidence_limit: float | None = field("The upper 95 % confidence limit that the source printed beside it.")
    qualifier: Qualifier = field("Whether the source gave the number itself, or hedged it.")
    status: FigureStatus = field("How far it can be relied on.")
    is_synthetic: bool = field("Made up for the sandbox, never a real figure.")
    note: str | None = field("What a reader should know about it.")
    source: Source = field("Where it was published.", reach(lambda row, other: other.c.id == row.c.source_id))
    revision: int = field("1 for the first publication; each correction adds one.")
    revisions: list[FigureRevision] = field(
        "Every publication of it, oldest first.",
        # A figure as it was known at an instant has the revisions of that instant.
        reach(
            lambda row, other: and_(other.c.figure_id == row.c.id, other.c.revision <= row.c.revision),
            "revision",
            size=3,
        ),
    )
    published_at: dt.datetime = field("When this revision of it was published.")

    @field_with_arguments(Computed("interval", interval_inputs))
    def confidence_interval(self, confidence: Confidence = 0.95) -> ConfidenceInterval | None:
        """Wilson's for a percentage with its counts, Byar's or the exact one for a rate with its counts or a count, or
        the one that the source printed; null where unit or numbers allow none."""

    previous: Optional["Figure"] = field(
        "The figure of the series whose period ended last before this one's, as it stands now.",
        Reach(_previous, size=1),
    )
    change: float | None = field("The value less the previous one.", Expression(_change))

    @field_with_arguments(Computed("comparison", comparison_inputs, benchmarks))
    def comparison(self, with_: With) -> Comparison | None:
        """It beside the figure of another organisation for the same metric and period; null where there is none."""
