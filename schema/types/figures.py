"""Figures, their sources and their revisions."""

import datetime as dt
from typing import Annotated, Optional

import strawberry
from strawberry import UNSET

from schema.computed_inputs.figures import IntervalInputs
from schema.enumerations import FigureOrigin, FigureStatus, OrganisationKind, Qualifier, TrendDirection, Variation
from schema.mapping import (
    Computed,
    Derived,
    Expression,
    Reach,
    entity,
    field,
    field_with_arguments,
    naming,
    reach,
    referred,
)
from schema.sql.alike import change_since, figure_with, is_earlier, is_year_before
from schema.sql.comparisons import COMPARED, COMPARISON
from schema.sql.figures import figures_known_at, interval_inputs
from schema.sql.orders import FIGURE_ORDERS
from schema.sql.ranks import rank
from schema.sql.reasons import REASONS_OF_FIGURE
from schema.sql.revised import revisions_until
from schema.sql.sandbox import is_made_up
from schema.sql.series import SERIES_OF_FIGURE
from schema.sql.targets import targets_of_figure
from schema.sql.verdicts import IS_MET, TREND, VARIATION
from schema.tables import FigureCountRow, FigureRevisionRow, FigureRow, OrganisationRow, SourceRow
from schema.types.comparisons import ComparedWith, Comparison, ConfidenceInterval, Rank
from schema.types.later import SeriesOfOne, TargetList
from schema.types.metrics import Metric, Period
from schema.types.not_calculated import NotCalculated
from schema.types.organisations import Organisation
from schema.types.paging import Node
from schema.types.scalars import AsKnownAt, From, IncludeSynthetic, Length, OdsCode, Statuses, To

Confidence = Annotated[
    float | None, strawberry.argument(description="The confidence level, from 0.90 to 0.999. Default: 0.95.")
]
With = Annotated[OdsCode, naming(OrganisationRow, "The code of the other organisation.", name="with")]

Other = Annotated[
    ComparedWith,
    strawberry.argument(name="with", description="The other organisation, a kind of group, or the peers in one."),
]


@entity(SourceRow)
@strawberry.type(description="The publication that a figure or a target comes from.")
class Source:
    """The publication that a figure or a target comes from."""

    title: str = field("The title of the publication.")
    reference: str | None = field("The section, paragraph or table.")
    url: str | None = field("The address of the publication.")
    published_on: dt.date | None = field("The date of publication.")


@entity(FigureRevisionRow)
@strawberry.type(description="One revision of a figure: its first publication, or a correction with its reason.")
class FigureRevision:
    """One revision of a figure: its first publication, or a correction with its reason."""

    revision: int = field("1 for the first publication.")
    value: float = field("The value at this revision, in the metric's unit.")
    numerator: float | None = field("The numerator at this revision.")
    denominator: float | None = field("The denominator at this revision.")
    lower_confidence_limit: float | None = field("The lower 95% confidence limit at this revision, if one was printed.")
    upper_confidence_limit: float | None = field("The upper 95% confidence limit at this revision, if one was printed.")
    qualifier: Qualifier = field("How exact the number was at this revision.")
    status: FigureStatus = field("Whether this revision is final, provisional or a withdrawal.")
    note: str | None = field("The note about the figure at this revision.")
    reason: str | None = field("The reason for the correction. Null for the first publication.")
    origin: FigureOrigin = field("Whether this revision was sent, or calculated from other figures.")
    rests_on: int | None = field("From how many members' figures it was calculated. Null if not from members.")
    of: int | None = field("How many members the organisation had when the period ended. Null if not from members.")
    source: Source = field("The publication that this revision comes from.", referred("source_id"))
    restores: int | None = field("The earlier revision that it brings back. Null for a new value.")
    published_at: dt.datetime = field("When it was published.")
    published_by: str | None = field("The name of the person or key that published it.")


@entity(FigureRow, made_up=is_made_up, orders=FIGURE_ORDERS, known_at=figures_known_at, counts=FigureCountRow)
@strawberry.type(description="The value of one metric for one organisation and one period.")
class Figure(Node):
    """The value of one metric for one organisation and one period."""

    metric: Metric = field("The metric.", referred("metric_id"))
    organisation: Organisation = field("The organisation that the figure describes.", referred("organisation_id"))
    period: Period = field("The period that the figure describes.", referred("period_id"))
    value: float = field("The value, in the metric's unit. A percentage is 0 to 100.")
    numerator: float | None = field(
        "The numerator, if the source gives one. `Metric.numeratorLabel` says what it counts."
    )
    denominator: float | None = field(
        "The denominator, if the source gives one. `Metric.denominatorLabel` says what it counts."
    )
    lower_confidence_limit: float | None = field("The lower 95 % confidence limit, if the source printed one.")
    upper_confidence_limit: float | None = field("The upper 95 % confidence limit, if the source printed one.")
    qualifier: Qualifier = field("Whether the source gave an exact number or an approximation.")
    status: FigureStatus = field("Whether the figure is final, provisional or withdrawn.")
    origin: FigureOrigin = field("Whether the figure was sent, or calculated from other figures.")
    rests_on: int | None = field("From how many members' figures it was calculated. Null if not from members.")
    of: int | None = field("How many members the organisation had when the period ended. Null if not from members.")
    is_synthetic: bool = field("Whether the figure is made up for the sandbox.")
    note: str | None = field("A note for readers.")
    source: Source = field("The publication that it comes from.", referred("source_id"))
    revision: int = field("1 for the first publication. Each correction adds 1.")
    revisions: list[FigureRevision] = field(
        "All revisions of the figure, oldest first.",
        reach(revisions_until("figure_id"), "revision", size=3),
    )
    published_at: dt.datetime = field("When this revision was published.")

    @field_with_arguments(Computed(IntervalInputs, interval_inputs))
    def confidence_interval(self, confidence: Confidence = 0.95) -> ConfidenceInterval | None:
        """Wilson's for a percentage, Byar's or the exact one for a rate or a count, or as printed by the source.

        Null where the unit or the numbers do not allow one.
        """

    previous: Optional["Figure"] = field(
        "The previous figure of the same metric and organisation. It counts the same way: over "
        "an earlier period of the same length, or from 1 April to the same day of the year before. What is counted on "
        "a day, or since a launch, has the figure of the last earlier day.",
        Reach(figure_with(is_earlier), size=1),
    )
    change: float | None = field("The value minus the previous value.", Expression(change_since(is_earlier)))
    change_on_year: float | None = field(
        "The value minus the value for the same period one year before. For what is counted on a day, that day.",
        Expression(change_since(is_year_before)),
    )

    is_met: bool | None = field(
        "Whether it meets the target in force when its period ended, by its exact value. Null if no target judges it.",
        IS_MET,
    )
    variation: Variation = field(
        "What it says about its process, as the latest point of its series until then. It needs 6 points.", VARIATION
    )
    trend: TrendDirection = field("The direction of the 5 points of its series that end with it.", TREND)

    @field_with_arguments(
        COMPARISON,
        deprecated="Since 26 November 2026. It is null where a group has published no figure. Use `compared`, which "
        "calculates one from its members' figures.",
    )
    def comparison(self, with_: With) -> Comparison | None:
        """A comparison with another organisation's figure for the same metric and period. Null if it has no figure."""

    @field_with_arguments(COMPARED)
    def compared(self, with_: Other) -> Comparison | None:
        """A comparison with another organisation, its own group or its peers, for the same metric and period.

        A group without a published figure has the value that its members' figures make, where that is in the metric's
        unit. Null if there is no value, or no such group.
        """

    @field_with_arguments(REASONS_OF_FIGURE)
    def not_calculated(
        self,
        with_: Annotated[
            ComparedWith | None,
            strawberry.argument(name="with", description="Also say why `compared` with this is null."),
        ] = UNSET,
    ) -> list[NotCalculated]:
        """Each of its statistics that is null or NOT_ASSESSABLE, and why."""

    @field_with_arguments(Derived(rank, size=1))
    def rank(
        self,
        within: Annotated[
            OrganisationKind | None,
            strawberry.argument(
                description="Only those in its own group of this kind, on the last day of the period. Default: all."
            ),
        ] = UNSET,
    ) -> Rank:
        """Its place among the figures of its kind of organisation, for the same metric and period."""

    @field_with_arguments(Reach(targets_of_figure, size=2))
    def targets(self, status: Statuses = UNSET, include_synthetic: IncludeSynthetic = False) -> TargetList:
        """The targets for its metric and organisation on the nearest date above, or today, by due date."""

    @field_with_arguments(SERIES_OF_FIGURE)
    def series(
        self, frequency: Length = UNSET, from_: From = UNSET, to: To = UNSET, as_known_at: AsKnownAt = UNSET
    ) -> SeriesOfOne:
        """The series that it is a part of: its metric and organisation over time."""
