"""Metrics, their periods and figures, and what compares them."""

import datetime as dt
from typing import Annotated

import strawberry
from strawberry import UNSET

from schema.enumerations import OrganisationKind, PeriodKind
from schema.mapping import Pages, Reach, field_with_arguments, naming
from schema.sql.matrix import MOST_METRICS, matrix_rows
from schema.sql.notes import NOTES
from schema.sql.roots import by_code, by_position, everything, figures_listed, periods_with_figures
from schema.sql.scores import scores
from schema.tables import MetricRow, OrganisationRow
from schema.types.figures import Figure
from schema.types.filters import FigureWhere, MetricWhere
from schema.types.matrix import MatrixRow
from schema.types.metrics import Kind, Metric, OrganisationCodes, Period, Theme
from schema.types.notes import FiguresOfNote
from schema.types.orders import FigureSort, MatrixSort, MetricSort, PeriodSort, ScoreSort
from schema.types.paging import Connection
from schema.types.scalars import After, AsKnownAt, Before, Codes, First, From, IncludeSynthetic, Last, OdsCode, On, To
from schema.types.scores import OrganisationScore


@strawberry.type
class FigureQueries:
    """Metrics, their periods and figures, and what compares them."""

    @field_with_arguments(Reach(by_position))
    def themes(self, include_synthetic: IncludeSynthetic = False) -> list[Theme]:
        """All themes, in the order of the committee paper."""

    @field_with_arguments(Reach(by_code))
    def metric(self, code: Annotated[str, strawberry.argument(description="Its code.")]) -> Metric | None:
        """A metric, by code. Null if nothing has this code."""

    @field_with_arguments(Pages(everything, ("code",)))
    def metrics(
        self,
        include_synthetic: IncludeSynthetic = False,
        filter: MetricWhere = UNSET,  # noqa: A002
        order_by: MetricSort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[Metric]:
        """Metrics."""

    @field_with_arguments(
        Reach(periods_with_figures, size=100),
        deprecated="Since 27 November 2026. It has no pages. Use `periodPage`.",
    )
    def periods(
        self,
        kind: Annotated[PeriodKind | None, strawberry.argument(description="Only this kind.")] = UNSET,
        from_: From = UNSET,
        to: To = UNSET,
        include_synthetic: IncludeSynthetic = False,
    ) -> list[Period]:
        """The periods that have figures, by end date."""

    @field_with_arguments(Pages(periods_with_figures, ("-end", "-start")))
    def period_page(
        self,
        kind: Annotated[PeriodKind | None, strawberry.argument(description="Only this kind.")] = UNSET,
        from_: From = UNSET,
        to: To = UNSET,
        include_synthetic: IncludeSynthetic = False,
        order_by: PeriodSort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[Period]:
        """The periods that have figures, in pages."""

    @field_with_arguments(Pages(figures_listed, ("period_end",)))
    def figures(
        self,
        include_synthetic: IncludeSynthetic = False,
        filter: FigureWhere = UNSET,  # noqa: A002
        order_by: FigureSort = UNSET,
        as_known_at: AsKnownAt = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[Figure]:
        """Figures of any metric, organisation and period."""

    @field_with_arguments(Pages(rows=matrix_rows, each="metrics", most=MOST_METRICS))
    def matrix(
        self,
        metrics: Annotated[list[str], naming(MetricRow, "The codes of the metrics, at most 50.")],
        kind: Annotated[OrganisationKind, strawberry.argument(description="The kind of organisation.")],
        period: Annotated[
            str | None,
            strawberry.argument(
                description="The code of the period. Default: the latest of each series until the date."
            ),
        ] = UNSET,
        within: Annotated[
            OdsCode | None, naming(OrganisationRow, "Only members of this organisation. Default: all.")
        ] = UNSET,
        on: On = UNSET,
        as_known_at: AsKnownAt = UNSET,
        include_synthetic: IncludeSynthetic = False,
        order_by: MatrixSort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[MatrixRow]:
        """The organisations of a kind, with a cell for each metric.

        They are those that are open when the period ends. Without a period, those that are open on the date. A period
        that ends after a date has no figures on it.
        """

    @field_with_arguments(Pages(rows=scores, each="metrics", most=MOST_METRICS, price=500, planning=4_000))
    def scores(
        self,
        metrics: Annotated[list[str], naming(MetricRow, "The codes of the metrics, at most 50.")],
        kind: Annotated[OrganisationKind, strawberry.argument(description="The kind of organisation.")],
        weights: Annotated[
            list[float] | None,
            strawberry.argument(description="A weight for each of the codes, 0 to 1,000,000. Default: equal ones."),
        ] = UNSET,
        period: Annotated[
            str | None,
            strawberry.argument(
                description="The code of a period: of each metric, its latest period that ends within it. "
                "Default: its latest period until today."
            ),
        ] = UNSET,
        organisations: Annotated[
            list[OdsCode] | None,
            naming(OrganisationRow, "Only organisations with these codes, ranked among all of the kind. Default: all."),
        ] = UNSET,
        within: Annotated[
            OdsCode | None,
            naming(OrganisationRow, "Only members of this organisation, ranked among all of the kind. Default: all."),
        ] = UNSET,
        include_synthetic: IncludeSynthetic = False,
        order_by: ScoreSort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[OrganisationScore]:
        """Several metrics as one score of each organisation of a kind, with its weights and its parts.

        Those that are open when the period ends, or today, are scored.
        """

    @field_with_arguments(NOTES)
    def figures_of_note(
        self,
        quarter: Annotated[
            str | None, strawberry.argument(description="The figures of periods that end in this quarter: 2024-25-Q4.")
        ] = UNSET,
        published_at: Annotated[
            dt.datetime | None,
            strawberry.argument(
                description="The figures that were published at this time: `publishedAt` of one of them. What was "
                "corrected since is in the later publication."
            ),
        ] = UNSET,
        metrics: Codes = UNSET,
        organisations: OrganisationCodes = UNSET,
        kind: Kind = UNSET,
        include_synthetic: IncludeSynthetic = False,
    ) -> FiguresOfNote:
        """The figures of a quarter, or of one publication, that differ by more than chance: from those before them, or
        from their peers.

        All of its figures are tested, whichever metrics and organisations you ask for.
        """
