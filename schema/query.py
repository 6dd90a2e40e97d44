"""The root of every query."""

import datetime as dt
from typing import Annotated

import strawberry
from strawberry import UNSET

from schema.computed_inputs.briefing import BriefingInputs
from schema.enumerations import OrganisationKind, PeriodKind, PracticeGrouping, TargetDirection
from schema.mapping import (
    AnyNode,
    Computed,
    Derived,
    Pages,
    Reach,
    RequestRows,
    field,
    field_with_arguments,
    naming,
)
from schema.sql.briefing import briefing_inputs
from schema.sql.collections import collected, completeness
from schema.sql.groupings import MOST_BOUNDS, practices_by, practices_by_value
from schema.sql.matrix import MOST_METRICS, matrix_rows
from schema.sql.moves import target_move_counts, target_moves
from schema.sql.notes import NOTES
from schema.sql.organisations import organisations_listed
from schema.sql.papers import paper_of_quarter, papers_listed
from schema.sql.roots import (
    by_code,
    by_position,
    everything,
    figures_listed,
    periods_with_figures,
    submissions_listed,
)
from schema.sql.scores import scores
from schema.sql.search import LONGEST_TEXT, found
from schema.sql.targets import summaries, targets_listed
from schema.tables import MetricRow, OrganisationRow, ThemeRow
from schema.types.actors import Actor
from schema.types.briefing import AsOf as BriefingDay
from schema.types.briefing import Board as BriefingBoard
from schema.types.briefing import Briefing
from schema.types.briefing import Quarter as BriefingQuarter
from schema.types.collections import Collection, Completeness
from schema.types.data_quality import DataQualityIssue
from schema.types.figures import Figure
from schema.types.filters import (
    AuditWhere,
    DataQualityIssueWhere,
    FigureWhere,
    MetricWhere,
    OrganisationWhere,
    PracticeWhere,
    SubmissionWhere,
    TargetWhere,
)
from schema.types.groupings import PracticeCount, ValueBand
from schema.types.matrix import MatrixRow
from schema.types.metrics import Kind, Metric, OrganisationCodes, Period, Theme
from schema.types.moves import TargetMove, TargetMoveCount
from schema.types.notes import FiguresOfNote
from schema.types.orders import (
    AuditSort,
    FigureSort,
    MetricSort,
    OrganisationSort,
    PracticeSort,
    SubmissionSort,
    TargetSort,
)
from schema.types.organisations import (
    HealthAndCarePartnership,
    IntegratedCareBoard,
    Organisation,
    Practice,
    PrimaryCareNetwork,
)
from schema.types.paging import Connection, Node
from schema.types.papers import Paper
from schema.types.rates import RateLimit
from schema.types.scalars import (
    After,
    AsKnownAt,
    Before,
    Codes,
    First,
    From,
    IncludeClosed,
    IncludeSynthetic,
    Last,
    OdsCode,
    On,
    To,
)
from schema.types.scores import OrganisationScore
from schema.types.search import SearchHit
from schema.types.submissions import AuditEvent, Submission
from schema.types.summaries import TargetSummary
from schema.types.targets import AsOf, Target

Code = Annotated[OdsCode, strawberry.argument(description="Its code.")]
WithinGroup = Annotated[
    OdsCode | None, naming(OrganisationRow, "Only practices of this group on the date. Default: all.")
]
OfOrganisation = Annotated[
    OdsCode | None, naming(OrganisationRow, "Only targets of this organisation and its members. Default: all.")
]
OfTheme = Annotated[str | None, naming(ThemeRow, "Only targets for metrics of the theme with this code.")]
Since = Annotated[
    dt.date,
    strawberry.argument(description="The earlier day: by the figures of periods that had ended by then."),
]
AsKnownThen = Annotated[
    bool | None,
    strawberry.argument(
        description="Whether the earlier status is by what was published and set by the end of that day. Default: by "
        "what is known now, so that a late figure does not look like a move."
    ),
]
AnyId = Annotated[strawberry.ID, strawberry.argument(description="An id from this API.")]


@strawberry.type(description="The root of every query.")
class Query:
    """The root of every query."""

    @field_with_arguments(AnyNode("id"))
    def node(self, id: AnyId) -> Node | None:  # noqa: A002
        """Anything by its id, as of the date or the time that the id carries. Null if nothing has this id."""

    @field_with_arguments(AnyNode("ids"))
    def nodes(
        self, ids: Annotated[list[strawberry.ID], strawberry.argument(description="At most 100 ids.")]
    ) -> list[Node | None]:
        """Anything by id, in the order of the ids, as of the date or the time that each carries.
        Null where nothing has the id."""

    @field_with_arguments(Reach(by_code))
    def organisation(self, code: Code, on: On = UNSET) -> Organisation | None:
        """An organisation of any kind, by code, as of a date. Null if nothing has this code."""

    @field_with_arguments(Pages(organisations_listed, ("name",)))
    def organisations(
        self,
        on: On = UNSET,
        include_closed: IncludeClosed = False,
        include_synthetic: IncludeSynthetic = False,
        filter: OrganisationWhere = UNSET,  # noqa: A002
        order_by: OrganisationSort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[Organisation]:
        """Organisations of all kinds that are open on a date and in their groups."""

    @field_with_arguments(Reach(by_code))
    def practice(self, code: Code, on: On = UNSET) -> Practice | None:
        """A practice, by code, as of a date. Null if no practice has this code."""

    @field_with_arguments(Pages(organisations_listed, ("name",)))
    def practices(
        self,
        on: On = UNSET,
        include_closed: IncludeClosed = False,
        include_synthetic: IncludeSynthetic = False,
        filter: PracticeWhere = UNSET,  # noqa: A002
        order_by: PracticeSort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[Practice]:
        """Practices that are open on a date and in their groups."""

    @field_with_arguments(Reach(by_code))
    def primary_care_network(self, code: Code, on: On = UNSET) -> PrimaryCareNetwork | None:
        """A primary care network, by code, as of a date. Null if no network has this code."""

    @field_with_arguments(Pages(organisations_listed, ("name",)))
    def primary_care_networks(
        self,
        on: On = UNSET,
        include_closed: IncludeClosed = False,
        include_synthetic: IncludeSynthetic = False,
        filter: OrganisationWhere = UNSET,  # noqa: A002
        order_by: OrganisationSort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[PrimaryCareNetwork]:
        """Primary care networks that are open on a date and in their groups."""

    @field_with_arguments(Reach(organisations_listed))
    def health_and_care_partnerships(
        self,
        on: On = UNSET,
        include_closed: IncludeClosed = False,
        include_synthetic: IncludeSynthetic = False,
    ) -> list[HealthAndCarePartnership]:
        """Health and care partnerships that are open on a date and in their board, by name."""

    @field_with_arguments(Reach(organisations_listed))
    def integrated_care_boards(
        self,
        on: On = UNSET,
        include_closed: IncludeClosed = False,
        include_synthetic: IncludeSynthetic = False,
    ) -> list[IntegratedCareBoard]:
        """ICBs that are open on a date and in their region, by name."""

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
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[Period]:
        """The periods that have figures, the latest first, in pages."""

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
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[MatrixRow]:
        """The organisations of a kind by name, with a cell for each metric.

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
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[OrganisationScore]:
        """Several metrics as one score of each organisation of a kind, the best first, with its weights and its parts.

        Those that are open when the period ends, or today, are scored. Those without a score come last, by name.
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

    @field_with_arguments(AnyNode("id"))
    def target(self, id: AnyId) -> Target | None:  # noqa: A002
        """A target, by id."""

    @field_with_arguments(Pages(targets_listed, ()))
    def targets(
        self,
        include_synthetic: IncludeSynthetic = False,
        filter: TargetWhere = UNSET,  # noqa: A002
        order_by: TargetSort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[Target]:
        """Targets, in the order they were set. Each that a member inherits today is one of them."""

    @field_with_arguments(Derived(summaries, size=10))
    def target_summary(
        self,
        organisation: OfOrganisation = UNSET,
        metrics: Codes = UNSET,
        theme: OfTheme = UNSET,
        kind: Kind = UNSET,
        as_of: AsOf = UNSET,
        include_synthetic: IncludeSynthetic = False,
    ) -> list[TargetSummary]:
        """How many targets have each status on a date. A status that no target has is left out.

        A target for members counts once, at its group. What members inherit counts only where that is not counted.
        """

    @field_with_arguments(Pages(rows=target_moves, order=("direction",), planning=1_800))
    def target_moves(
        self,
        since: Since,
        as_known_then: AsKnownThen = False,
        directions: Annotated[
            list[TargetDirection] | None,
            strawberry.argument(description="Only targets that moved in these directions. Default: all but SAME."),
        ] = UNSET,
        organisation: OfOrganisation = UNSET,
        metrics: Codes = UNSET,
        theme: OfTheme = UNSET,
        kind: Kind = UNSET,
        as_of: AsOf = UNSET,
        include_synthetic: IncludeSynthetic = False,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[TargetMove]:
        """The targets whose status is another than on an earlier day, the worse first, then as they were set.

        They are those that `targetSummary` counts. Without a status that says how near both are, the direction is
        OTHER. The order is MET, MET_AT_RISK, ON_TRACK, ACCELERATE, LIMITED, DETERIORATING, LOST, MISSED.
        """

    @field_with_arguments(Derived(target_move_counts, size=5))
    def target_move_counts(
        self,
        since: Since,
        as_known_then: AsKnownThen = False,
        organisation: OfOrganisation = UNSET,
        metrics: Codes = UNSET,
        theme: OfTheme = UNSET,
        kind: Kind = UNSET,
        as_of: AsOf = UNSET,
        include_synthetic: IncludeSynthetic = False,
    ) -> list[TargetMoveCount]:
        """How many of the targets that `targetSummary` counts have moved in each direction since an earlier day.
        A direction in which none has moved is left out."""

    @field_with_arguments(Derived(practices_by, size=50))
    def practices_by(
        self,
        by: Annotated[PracticeGrouping, strawberry.argument(description="What they are counted by.")],
        organisation: WithinGroup = UNSET,
        on: On = UNSET,
        include_synthetic: IncludeSynthetic = False,
    ) -> list[PracticeCount]:
        """How many practices there are on a date for each rating, network or partnership that has any.

        By the status of a target: `targetSummary(metrics: ["…"], kind: PRACTICE)`.
        """

    @field_with_arguments(Derived(practices_by_value, size=20))
    def practices_by_value(
        self,
        bounds: Annotated[
            list[float],
            strawberry.argument(description=f"Where one band ends and the next begins, at most {MOST_BOUNDS} values."),
        ],
        metric: Annotated[str | None, naming(MetricRow, "The code of the metric. Default: list sizes.")] = UNSET,
        period: Annotated[
            str | None, strawberry.argument(description="The period. Default: the latest of each practice.")
        ] = UNSET,
        organisation: WithinGroup = UNSET,
        on: On = UNSET,
        include_synthetic: IncludeSynthetic = False,
    ) -> list[ValueBand]:
        """How many practices have a value in each band, such as list sizes up to 5,000, 10,000 and more."""

    @field_with_arguments(AnyNode("id"))
    def submission(self, id: AnyId) -> Submission | None:  # noqa: A002
        """A submission, by id. Null if it is outside your scope."""

    @field_with_arguments(Pages(submissions_listed, ("-created_at",)))
    def submissions(
        self,
        filter: SubmissionWhere = UNSET,  # noqa: A002
        order_by: SubmissionSort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[Submission]:
        """The submissions in your scope."""

    @field_with_arguments(Derived(completeness, size=1))
    def completeness(
        self,
        quarter: Annotated[str, strawberry.argument(description="The code of the quarter, such as 2024-25-Q4.")],
        organisation: Annotated[
            OdsCode | None, naming(OrganisationRow, "Only this organisation and its members. Default: all.")
        ] = UNSET,
        include_synthetic: IncludeSynthetic = False,
    ) -> Completeness:
        """Which figures are due in a quarter, and which are reported."""

    @field_with_arguments(Reach(collected, size=100))
    def collections(self, metrics: Codes = UNSET, include_synthetic: IncludeSynthetic = False) -> list[Collection]:
        """Which figures organisations are asked for, and in which quarters."""

    @field_with_arguments(Pages(everything, ("found_at",)))
    def data_quality_issues(
        self,
        filter: DataQualityIssueWhere = UNSET,  # noqa: A002
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[DataQualityIssue]:
        """What does not add up in published figures, and what became of it, oldest first. It follows the figures some
        seconds behind."""

    @field_with_arguments(Pages(everything, ("position",)))
    def audit_events(
        self,
        filter: AuditWhere = UNSET,  # noqa: A002
        order_by: AuditSort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[AuditEvent]:
        """The audit events in your scope."""

    @field_with_arguments(
        Computed(BriefingInputs, briefing_inputs, is_known_by_then=True, price=50_000, planning=18_000)
    )
    def briefing(
        self, as_of: BriefingDay = UNSET, board: BriefingBoard = UNSET, quarter: BriefingQuarter = UNSET
    ) -> Briefing:
        """The committee paper of an integrated care board (ICB), rebuilt from data known at the end of a date.

        Each metric is given for its latest period. The wording follows from the numbers. `paper` has what people wrote
        for the paper of a quarter.
        """

    @field_with_arguments(Reach(paper_of_quarter))
    def paper(
        self,
        quarter: Annotated[str, strawberry.argument(description="The code of the quarter: 2024-25-Q4.")],
        board: BriefingBoard = UNSET,
    ) -> Paper | None:
        """The paper of a quarter with what people wrote for it. Null before it is started, and until it is frozen for
        those who do not act for the ICB."""

    @field_with_arguments(Reach(papers_listed))
    def papers(self, board: BriefingBoard = UNSET) -> list[Paper]:
        """The papers of an ICB, the latest quarter first."""

    @field_with_arguments(Pages(rows=found, price=2_000, planning=1_500))
    def search(
        self,
        text: Annotated[
            str,
            strawberry.argument(
                description="A code, a postcode or a name, or the beginning of one; or words of a name in any order. "
                f"At most {LONGEST_TEXT} characters."
            ),
        ],
        kind: Kind = UNSET,
        include_closed: IncludeClosed = False,
        include_synthetic: IncludeSynthetic = False,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[SearchHit]:
        """Organisations and metrics by code, postcode, name or former name, the best match first.

        Capitals, spaces, punctuation and apostrophes do not matter, and most slips in a word of 4 letters or more are
        forgiven. With a kind, only organisations are found; nothing is found for an empty text.
        """

    rate_limit: RateLimit | None = field(
        "What is left of your requests a minute. Null where they are not counted: from the service's own machine, "
        "without a limit, and over WebSockets and streams.",
        RequestRows("rate_limit", is_of_one_request=True),
    )
    viewer: Actor | None = field("The person or key that asks. Null when nobody is signed in.", RequestRows("viewer"))
