"""What the commands for metrics, and for the process limits of their series, take and answer."""

import datetime as dt

import strawberry
from strawberry import UNSET

from schema.commands.declaring import KEY, PROBLEMS, QUERY, answer_with, command_input, thing
from schema.commands.problems import Problem
from schema.enumerations import Counts, Direction, OrganisationKind, PopulationTrait, RollUp, Unit
from schema.mapping import RequestRows, Root, entity, field
from schema.query import Query
from schema.types.metrics import Metric
from schema.types.scalars import OdsCode


@command_input("A new metric, or a change to a metric. The unit of a metric cannot change.")
class SaveMetricInput:
    """A new metric, or a change to a metric. The unit of a metric cannot change."""

    code: str = strawberry.field(description="The code of the metric, in snake_case. An unknown code adds a metric.")
    name: str = strawberry.field(description="The name.")
    description: str = strawberry.field(description="What it counts, and what it leaves out.")
    theme: str = strawberry.field(description="The code of its theme.")
    unit: Unit = strawberry.field(description="The unit of its values.")
    direction: Direction = strawberry.field(description="Whether higher or lower values are better.")
    counts: Counts | None = strawberry.field(
        default=UNSET,
        description=(
            "How its figures count. Left out, it stays as it is; a new metric counts over periods if it is a count "
            "or a rate, otherwise on a day."
        ),
    )
    decimals: int = strawberry.field(description="The most decimal places that a value can have, 0 to 6.")
    minimum: float | None = strawberry.field(default=UNSET, description="The lowest possible value.")
    maximum: float | None = strawberry.field(default=UNSET, description="The highest possible value.")
    collected_from: list[OrganisationKind] = strawberry.field(
        description="The kinds of organisation that it is collected from."
    )
    numerator_label: str | None = strawberry.field(default=UNSET, description="What the numerator counts.")
    denominator_label: str | None = strawberry.field(default=UNSET, description="What the denominator counts.")
    denominator_metric: str | None = strawberry.field(
        default=UNSET, description="The code of the metric that counts the denominator."
    )
    tolerance: float | None = strawberry.field(
        default=UNSET, description="The largest change between two periods that needs no reason."
    )
    roll_up: RollUp = strawberry.field(description="How the figures of members make the figure of their group.")
    source: str | None = strawberry.field(default=UNSET, description="Where its figures come from.")
    part_of: str | None = strawberry.field(
        default=UNSET,
        description="The code of the metric whose total includes this one, or that is yes where this one is.",
    )
    derived_from: str | None = strawberry.field(
        default=UNSET,
        description="The code of the metric whose figures of members its own figures are calculated from.",
    )
    derived_by: RollUp | None = strawberry.field(default=UNSET, description="How they are calculated from them.")
    is_sample: bool | None = strawberry.field(
        default=UNSET, description="Whether its figures come from a sample. Default: as it is; a new metric: no."
    )
    population_trait: PopulationTrait | None = strawberry.field(
        default=UNSET,
        description="What it says about the people that an organisation serves. Another metric that said it no longer "
        "does. Default: as it is.",
    )
    reason: str | None = strawberry.field(default=UNSET, description="Why. It is recorded in the audit.")
    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


@command_input("A date from which the process limits of a series are recalculated.")
class RecalculateLimitsInput:
    """A date from which the process limits of a series are recalculated."""

    metric: str = strawberry.field(description="The metric's code.")
    organisation: OdsCode = strawberry.field(description="The organisation's code.")
    starts: dt.date = strawberry.field(
        description="The date. Figures of periods that end on or after it have new limits."
    )
    reason: str = strawberry.field(description="How the process changed; when you undo it, why it had not.")
    fix_after: int | None = strawberry.field(
        default=UNSET,
        description="Calculate the limits from so many figures from the date on, at least 12, and keep them. "
        "Default: all figures count.",
    )
    take_back: bool | None = strawberry.field(
        default=False, description="Whether to undo a recalculation from this date."
    )
    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


METRIC = answer_with("metric")


@entity(None)
@strawberry.type(description="The current metric, or the problems. With problems, nothing was done.")
class MetricPayload:
    """The current metric, or the problems. With problems, nothing was done."""

    metric: Metric | None = field("The metric; null when there are problems.", thing("metric"))
    problems: list[Problem] = field(PROBLEMS, RequestRows("problems"))
    query: Query = field(QUERY, Root())
