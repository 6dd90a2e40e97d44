"""The root of every reading."""

from typing import Annotated

import strawberry
from sqlalchemy import FromClause, exists, func, literal_column, select
from strawberry import UNSET

from schema.enumerations import PeriodKind
from schema.mapping import (
    AnyNode,
    Arguments,
    Computed,
    Derived,
    Found,
    Given,
    Pages,
    Reach,
    field,
    field_with_arguments,
)
from schema.tables import FigureRow, table
from schema.types.actors import Actor
from schema.types.briefing import AsOf as BriefingDay
from schema.types.briefing import Briefing
from schema.types.briefing_data import briefing_inputs
from schema.types.collections import Completeness, completeness
from schema.types.figures import Figure
from schema.types.filters import (
    AuditWhere,
    FigureSort,
    FigureWhere,
    MetricWhere,
    OrganisationSort,
    OrganisationWhere,
    PracticeSort,
    PracticeWhere,
    SubmissionWhere,
    TargetWhere,
)
from schema.types.listed import WITHDRAWN
from schema.types.metrics import Metric, Period, Theme
from schema.types.organisations import (
    HealthAndCarePartnership,
    IntegratedCareBoard,
    Organisation,
    Practice,
    PrimaryCareNetwork,
    open_on,
)
from schema.types.paging import Connection, Node
from schema.types.scalars import After, AsKnownAt, Before, First, From, Last, OdsCode, On, To
from schema.types.submissions import AuditEvent, Submission
from schema.types.summaries import TargetSummary, summaries
from schema.types.targets import AsOf, Target

_figure = table(FigureRow)

Code = Annotated[OdsCode, strawberry.argument(description="Its code.")]
AnyId = Annotated[strawberry.ID, strawberry.argument(description="An id that was given here.")]


def _by_code(_: None, other: FromClause, arguments: Arguments) -> Found:
    return Found((other.c.code == arguments.value("code"),))


def _all(_: None, __: FromClause, ___: Arguments) -> Found:
    return Found()


def _by_name(_: None, other: FromClause, __: Arguments) -> Found:
    return Found(order=(func.lower(other.c.name), other.c.id))


def _periods(_: None, other: FromClause, arguments: Arguments) -> Found:
    where = []
    if kind := arguments.term("kind"):
        where.append(other.c.kind == literal_column(f"'{kind}'"))
    if arguments.given("from"):
        where.append(other.c.ends >= arguments.value("from"))
    if arguments.given("to"):
        where.append(other.c.ends <= arguments.value("to"))
    figure = _figure.alias()
    where.append(exists(select(literal_column("1")).where(figure.c.period_id == other.c.id).correlate(other)))
    return Found(tuple(where), (other.c.ends, other.c.starts, other.c.id))


def _submissions(_: None, other: FromClause, arguments: Arguments) -> Found:
    asks_status = "status" in arguments.words("filter")
    return Found(() if asks_status else (other.c.status != literal_column("'DISCARDED'"),))


def _figures(_: None, other: FromClause, arguments: Arguments) -> Found:
    asks_status = "status" in arguments.words("filter")
    return Found(() if asks_status else (other.c.status != WITHDRAWN,))


@strawberry.type(description="The root of every reading.")
class Query:
    """The root of every reading."""

    @field_with_arguments(AnyNode("id"))
    def node(self, id: AnyId) -> Node | None:  # noqa: A002
        """Anything by its id; null when there is no such thing."""

    @field_with_arguments(AnyNode("ids"))
    def nodes(
        self, ids: Annotated[list[strawberry.ID], strawberry.argument(description="At most 100 ids.")]
    ) -> list[Node | None]:
        """Many things by their ids, in the order of the ids; null where there is no such thing."""

    @field_with_arguments(Reach(_by_code))
    def organisation(self, code: Code) -> Organisation | None:
        """An organisation of any kind by its code."""

    @field_with_arguments(Pages(lambda _, other, arguments: Found(open_on(other, arguments)), ("name",)))
    def organisations(
        self,
        on: On = UNSET,
        filter: OrganisationWhere = UNSET,  # noqa: A002
        order_by: OrganisationSort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[Organisation]:
        """Organisations of all kinds: those open, and in their groups, on a date; all that are known without one."""

    @field_with_arguments(Reach(_by_code))
    def practice(self, code: Code) -> Practice | None:
        """A practice by its code."""

    @field_with_arguments(Pages(lambda _, other, arguments: Found(open_on(other, arguments)), ("name",)))
    def practices(
        self,
        on: On = UNSET,
        filter: PracticeWhere = UNSET,  # noqa: A002
        order_by: PracticeSort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[Practice]:
        """Practices: those open, and in their groups, on a date; all that are known without one."""

    @field_with_arguments(Reach(_by_code))
    def primary_care_network(self, code: Code) -> PrimaryCareNetwork | None:
        """A network by its code."""

    @field_with_arguments(Pages(lambda _, other, arguments: Found(open_on(other, arguments)), ("name",)))
    def primary_care_networks(
        self,
        on: On = UNSET,
        filter: OrganisationWhere = UNSET,  # noqa: A002
        order_by: OrganisationSort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[PrimaryCareNetwork]:
        """Networks: those open, and in their groups, on a date; all that are known without one."""

    health_and_care_partnerships: list[HealthAndCarePartnership] = field("All partnerships, by name.", Reach(_by_name))
    integrated_care_boards: list[IntegratedCareBoard] = field("All boards, by name.", Reach(_by_name))
    themes: list[Theme] = field(
        "All themes, in the order of the paper.",
        Reach(lambda _, other, __: Found(order=(other.c.position, other.c.id))),
    )

    @field_with_arguments(Reach(_by_code))
    def metric(self, code: Annotated[str, strawberry.argument(description="Its code.")]) -> Metric | None:
        """A metric by its code."""

    @field_with_arguments(Pages(_all, ("code",)))
    def metrics(
        self,
        filter: MetricWhere = UNSET,  # noqa: A002
        first: First = UNSET,
        after: After = UNSET,
    ) -> Connection[Metric]:
        """Metrics, by code."""

    @field_with_arguments(Reach(_periods, size=100))
    def periods(
        self,
        kind: Annotated[PeriodKind | None, strawberry.argument(description="Only those of this kind.")] = UNSET,
        from_: From = UNSET,
        to: To = UNSET,
    ) -> list[Period]:
        """The periods that figures were given for, by their end."""

    @field_with_arguments(Pages(_figures, ("period_end",)))
    def figures(
        self,
        filter: FigureWhere = UNSET,  # noqa: A002
        order_by: FigureSort = UNSET,
        as_known_at: AsKnownAt = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[Figure]:
        """Figures of any metric, organisation and period."""

    @field_with_arguments(Reach(lambda _, other, arguments: Found((other.c.id == arguments.key("id", "Target"),))))
    def target(self, id: AnyId) -> Target | None:  # noqa: A002
        """A target by its id."""

    @field_with_arguments(Pages(_all, ()))
    def targets(
        self,
        filter: TargetWhere = UNSET,  # noqa: A002
        first: First = UNSET,
        after: After = UNSET,
    ) -> Connection[Target]:
        """Targets, in the order in which they were set."""

    @field_with_arguments(Derived(summaries, size=10))
    def target_summary(
        self,
        organisation: Annotated[
            OdsCode | None, strawberry.argument(description="Only those of it and its members; all if left out.")
        ] = UNSET,
        as_of: AsOf = UNSET,
    ) -> list[TargetSummary]:
        """How many targets stand how on a day, in the order of the method; a status that none has is left out."""

    @field_with_arguments(Reach(lambda _, other, arguments: Found((other.c.id == arguments.key("id", "Submission"),))))
    def submission(self, id: AnyId) -> Submission | None:  # noqa: A002
        """A submission by its id; null as well when it is outside the viewer's scope."""

    @field_with_arguments(Pages(_submissions, ("-created_at",)))
    def submissions(
        self,
        filter: SubmissionWhere = UNSET,  # noqa: A002
        first: First = UNSET,
        after: After = UNSET,
    ) -> Connection[Submission]:
        """The submissions in the viewer's scope, newest first."""

    @field_with_arguments(Derived(completeness, size=1))
    def completeness(
        self,
        quarter: Annotated[str, strawberry.argument(description="The quarter's code: 2024-25-Q4.")],
        organisation: Annotated[
            OdsCode | None, strawberry.argument(description="Only it and its members; everybody if left out.")
        ] = UNSET,
    ) -> Completeness:
        """Which figures were asked for in a quarter, and who has answered."""

    @field_with_arguments(Pages(_all, ("position",)))
    def audit_events(
        self,
        filter: AuditWhere = UNSET,  # noqa: A002
        first: First = UNSET,
        after: After = UNSET,
    ) -> Connection[AuditEvent]:
        """What was done in the viewer's scope, oldest first."""

    @field_with_arguments(Computed("briefing", briefing_inputs, price=50_000))
    def briefing(self, as_of: BriefingDay = UNSET) -> Briefing:
        """The committee paper of Kent and Medway's general practice, rebuilt from what was known at the end of a day.

        Each metric is spoken of in its latest period; the wording follows from the numbers.
        """

    viewer: Actor | None = field("Who is asking; null when nobody is signed in.", Given("viewer"))
