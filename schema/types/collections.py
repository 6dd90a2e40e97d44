"""Which figures were asked for in a quarter, and who has answered."""

import datetime as dt

import strawberry

from schema.mapping import Derived, entity, field, reach
from schema.sql.collections import missing_figures
from schema.types.metrics import Metric
from schema.types.organisations import Organisation


@entity(None)
@strawberry.type(description="A metric that an organisation was asked for in a quarter, and has not answered.")
class MissingFigure:
    """A metric that an organisation was asked for in a quarter, and has not answered."""

    metric: Metric = field("What was asked for.", reach(lambda row, other: other.c.id == row.c.metric_id))
    organisation: Organisation = field("Who was asked.", reach(lambda row, other: other.c.id == row.c.organisation_id))


@entity(None)
@strawberry.type(description="For one quarter: who was asked, who has answered, and by when they were to.")
class Completeness:
    """For one quarter: who was asked, who has answered, and by when they were to."""

    quarter: str = field("The quarter's code.")
    expected: int = field("How many figures were asked for: metrics times organisations, less those let off.")
    reported: int = field("How many of them are answered, by a published figure or a nil return.")
    nil_returns: int = field("How many of these answers are nil returns.")
    percent: float = field("Reported as a percentage of expected; 100 when nothing was asked for.")
    opens_on: dt.date | None = field("The first day on which its figures are taken; null: its own first day.")
    soft_deadline: dt.date | None = field("The last day on which figures are in time; null when none is set.")
    hard_deadline: dt.date | None = field("The last day on which figures are taken; null when none is set.")
    missing: list[MissingFigure] = field(
        "Who has not answered, by organisation and metric.", Derived(missing_figures, size=500)
    )
