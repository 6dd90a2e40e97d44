"""Which figures are due in a quarter, and which are reported."""

import datetime as dt

import strawberry

from schema.mapping import Derived, entity, field, reach
from schema.sql.collections import missing_figures
from schema.types.metrics import Metric
from schema.types.organisations import Organisation


@entity(None)
@strawberry.type(description="A figure that is due in a quarter and not reported.")
class MissingFigure:
    """A figure that is due in a quarter and not reported."""

    metric: Metric = field("The metric.", reach(lambda row, other: other.c.id == row.c.metric_id))
    organisation: Organisation = field(
        "The organisation that should report it.", reach(lambda row, other: other.c.id == row.c.organisation_id)
    )


@entity(None)
@strawberry.type(description="How many figures are due in a quarter, how many are reported, and the deadlines.")
class Completeness:
    """How many figures are due in a quarter, how many are reported, and the deadlines."""

    quarter: str = field("The code of the quarter.")
    expected: int = field("How many figures are due: one for each metric and organisation, without exemptions.")
    reported: int = field("How many are reported, as a published figure or a nil return.")
    nil_returns: int = field("How many of the reported ones are nil returns.")
    percent: float = field("Reported as a percentage of expected. 100 when nothing is due.")
    opens_on: dt.date | None = field(
        "The first date on which figures are accepted. Null means the first day of the quarter."
    )
    soft_deadline: dt.date | None = field("The last date on which figures are on time. Null when none is set.")
    hard_deadline: dt.date | None = field("The last date on which figures are accepted. Null when none is set.")
    missing: list[MissingFigure] = field(
        "The figures that are not reported, by organisation and metric.", Derived(missing_figures, size=500)
    )
