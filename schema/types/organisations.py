"""Organisations of the six kinds, and how they belong to each other on a date."""

import datetime as dt
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from schema.enumerations import CqcRating, OrganisationKind
from schema.mapping import (
    Derived,
    Expression,
    Pages,
    Reach,
    entity,
    field,
    field_with_arguments,
    naming,
    referred,
)
from schema.sql.latest import list_size_figure
from schema.sql.listings import figures_of_organisation
from schema.sql.orders import ORGANISATION_ORDERS
from schema.sql.organisations import (
    above,
    as_it_was,
    below,
    following,
    former_members,
    former_names,
    groups_below,
    is_kind,
    is_orphan,
    latest_rating,
    memberships,
    orphans,
    ratings,
)
from schema.sql.rollups import rolled_up_over_time
from schema.sql.sandbox import is_made_up
from schema.sql.series import SERIES_OF_ORGANISATION, SEVERAL_OF_ORGANISATION
from schema.sql.similar import similar_practices
from schema.sql.targets import targets_of
from schema.tables import MetricRow, OrganisationRow
from schema.types.filters import OrganisationWhere, PracticeWhere
from schema.types.later import (
    FigureConnection,
    OneFigure,
    SeriesList,
    SeriesOfOne,
    SimilarPracticeConnection,
    TargetList,
)
from schema.types.orders import FigureSort, OrganisationSort, PracticeSort
from schema.types.paging import Connection, Node
from schema.types.rollups import RolledUpPoint
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
    LatestOnly,
    Length,
    OdsCode,
    On,
    Statuses,
    To,
)


@entity(None)
@strawberry.type(description="A name and a postcode that an organisation no longer has.")
class FormerName:
    """A name and a postcode that an organisation no longer has."""

    name: str = field("The name.")
    postcode: str | None = field("The postcode; null if it had none, or if not known.")
    until: dt.date = field("The last day on which it had them.")


@entity(None)
@strawberry.type(description="The days on which an organisation belongs to a group.")
class Membership:
    """The days on which an organisation belongs to a group."""

    member: "Organisation" = field("The organisation.", referred("member_id"))
    group: "Organisation" = field("The group.", referred("group_id"))
    since: dt.date | None = field("The first day. Null if not known.")
    until: dt.date | None = field("The last day. Null while it lasts.")


@entity(None)
@strawberry.type(description="An overall rating by the Care Quality Commission (CQC).")
class RatingByCqc:
    """An overall rating by the Care Quality Commission (CQC)."""

    rating: CqcRating = field("The rating.")
    rated_on: dt.date = field("Its date.")


@entity(OrganisationRow, made_up=is_made_up, orders=ORGANISATION_ORDERS)
@strawberry.interface(description="An NHS organisation that figures and targets describe.")
class Organisation(Node):
    """An NHS organisation that figures and targets describe."""

    code: OdsCode = field("Its ODS code. Partnerships have none, so they have our own code, such as HCP-EAST-KENT.")
    kind: OrganisationKind = field("The kind of organisation.")
    opened_on: dt.date | None = field("The date it opened. Null if not known.")
    closed_on: dt.date | None = field("Its last day. Null while it is open, or if not known.")
    is_synthetic: bool = field("Whether it is made up for the sandbox.")

    @field_with_arguments(as_it_was("name"))
    def name(self, on: On = UNSET) -> str:
        """Its name, as written in the ICB's papers; or the name that it had on a date."""

    former_names: list[FormerName] = field(
        "The names and postcodes that it no longer has, the latest first.", Derived(former_names, size=2)
    )
    memberships: list[Membership] = field(
        "The groups that it belongs to or has belonged to, directly or through another group, the latest first.",
        Derived(memberships, size=6),
    )
    former_members: list[Membership] = field(
        "The days of those that were its direct members before the nearest date above, or today, the latest first.",
        Derived(former_members, size=5),
    )
    successors: list["Organisation"] = field(
        "The organisations that it, or a part of it, became.", following("predecessor_id", "successor_id")
    )
    predecessors: list["Organisation"] = field(
        "The organisations that became it, or a part of it.", following("successor_id", "predecessor_id")
    )

    @field_with_arguments(above(None))
    def ancestors(self, on: On = UNSET) -> list["Organisation"]:
        """The groups it belongs to on a date, closest first."""

    @field_with_arguments(Pages(below(None, distance=1), ("name",)))
    def members(
        self,
        on: On = UNSET,
        kind: Annotated[OrganisationKind | None, strawberry.argument(description="Only this kind.")] = UNSET,
        include_closed: IncludeClosed = False,
        include_synthetic: IncludeSynthetic = False,
        filter: OrganisationWhere = UNSET,  # noqa: A002
        order_by: OrganisationSort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection["Organisation"]:
        """Its direct members on a date."""

    @field_with_arguments(Pages(figures_of_organisation, ("period_end",)))
    def figures(
        self,
        metrics: Codes = UNSET,
        from_: From = UNSET,
        to: To = UNSET,
        latest_only: LatestOnly = False,
        include_synthetic: IncludeSynthetic = False,
        as_known_at: AsKnownAt = UNSET,
        order_by: FigureSort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> FigureConnection:
        """Its figures, or only the latest for each metric."""

    @field_with_arguments(Reach(list_size_figure))
    def list_size(self, on: On = UNSET) -> OneFigure:
        """How many people are registered with it: the latest figure by the date, with its period.

        It is of the metric whose `populationTrait` is LIST_SIZE. Null if none is published of it: a network's is
        `rolledUp`.
        """

    @field_with_arguments(SERIES_OF_ORGANISATION)
    def series(
        self,
        metric: Annotated[str, naming(MetricRow, "The code of the metric.")],
        frequency: Length = UNSET,
        from_: From = UNSET,
        to: To = UNSET,
        as_known_at: AsKnownAt = UNSET,
    ) -> SeriesOfOne:
        """One metric over time."""

    @field_with_arguments(SEVERAL_OF_ORGANISATION)
    def series_of(
        self,
        metrics: Annotated[list[str], naming(MetricRow, "The codes of the metrics, at most 50.")],
        frequency: Length = UNSET,
        from_: From = UNSET,
        to: To = UNSET,
        as_known_at: AsKnownAt = UNSET,
    ) -> SeriesList:
        """Several metrics over time, each once, in the order of the codes."""

    @field_with_arguments(Derived(rolled_up_over_time, planning=5_000))
    def rolled_up(
        self,
        metric: Annotated[str, naming(MetricRow, "The code of the metric.")],
        from_: From = UNSET,
        to: To = UNSET,
        as_known_at: AsKnownAt = UNSET,
    ) -> list[RolledUpPoint]:
        """What its members' figures make of one metric, for each period that has figures; earliest first."""

    @field_with_arguments(Reach(targets_of))
    def targets(
        self, metrics: Codes = UNSET, status: Statuses = UNSET, include_synthetic: IncludeSynthetic = False
    ) -> TargetList:
        """Its targets on the nearest date above, or today: those set for it, and those it inherits from its groups."""


def _of_kind(kind: OrganisationKind) -> Any:
    """A decorator: the rows of this type are the organisations of a kind."""
    return entity(OrganisationRow, among=is_kind(kind), made_up=is_made_up, orders=ORGANISATION_ORDERS)


@_of_kind(OrganisationKind.PRACTICE)
@strawberry.type(description="A general practice.")
class Practice(Organisation):
    """A general practice."""

    @field_with_arguments(as_it_was("postcode"))
    def postcode(self, on: On = UNSET) -> str | None:
        """Its postcode; or the one that it had on a date."""

    @field_with_arguments(latest_rating("rating"))
    def cqc_rating(self, on: On = UNSET) -> CqcRating | None:
        """The latest overall CQC rating, or the one that it had on a date.
        Null if not known; UNRATED while awaiting inspection."""

    @field_with_arguments(latest_rating("rated_on"))
    def cqc_rated_on(self, on: On = UNSET) -> dt.date | None:
        """The date of the rating."""

    cqc_ratings: list[RatingByCqc] = field(
        "All of its overall CQC ratings, the latest first.", Derived(ratings, size=3)
    )

    @field_with_arguments(above(OrganisationKind.PRIMARY_CARE_NETWORK))
    def primary_care_network(self, on: On = UNSET) -> "PrimaryCareNetwork | None":
        """Its primary care network on a date. Null for a practice without one."""

    @field_with_arguments(above(OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP))
    def health_and_care_partnership(self, on: On = UNSET) -> "HealthAndCarePartnership | None":
        """Its partnership on a date, through its network or directly."""

    @field_with_arguments(Pages(rows=similar_practices, price=500, planning=1_500))
    def similar(
        self,
        on: On = UNSET,
        include_synthetic: IncludeSynthetic = False,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> SimilarPracticeConnection:
        """The other open practices, the most similar one first: by list size, and by deprivation where it is known.

        The values are the latest by the date. The distance is Euclidean, in standard deviations of all open practices.
        A practice that lacks a value that this one has is left out. Empty if this one has no value.
        """

    @field_with_arguments(Expression(is_orphan))
    def is_orphan(self, on: On = UNSET) -> bool:
        """Whether it is in a partnership, and in no primary care network, on a date. A closed practice is not."""


@entity(
    OrganisationRow,
    among=is_kind(OrganisationKind.PRIMARY_CARE_NETWORK),
    made_up=is_made_up,
    orders=ORGANISATION_ORDERS,
)
@strawberry.type(description="A primary care network: practices that work together.")
class PrimaryCareNetwork(Organisation):
    """A primary care network: practices that work together."""

    @field_with_arguments(above(OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP, always=True))
    def health_and_care_partnership(self, on: On = UNSET) -> "HealthAndCarePartnership":
        """Its partnership on a date. On a day when it has none, the closest in time."""

    @field_with_arguments(Pages(below(OrganisationKind.PRACTICE), ("name",)))
    def practices(
        self,
        filter: PracticeWhere = UNSET,  # noqa: A002  the contract's word
        order_by: PracticeSort = UNSET,
        on: On = UNSET,
        include_closed: IncludeClosed = False,
        include_synthetic: IncludeSynthetic = False,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[Practice]:
        """Its practices on a date."""


@entity(
    OrganisationRow,
    among=is_kind(OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP),
    made_up=is_made_up,
    orders=ORGANISATION_ORDERS,
)
@strawberry.type(description="A health and care partnership: a place within the ICB's area.")
class HealthAndCarePartnership(Organisation):
    """A health and care partnership: a place within the ICB's area."""

    @field_with_arguments(Pages(below(OrganisationKind.PRIMARY_CARE_NETWORK), ("name",)))
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
        """Its networks on a date."""

    @field_with_arguments(Pages(below(OrganisationKind.PRACTICE), ("name",)))
    def practices(
        self,
        filter: PracticeWhere = UNSET,  # noqa: A002
        order_by: PracticeSort = UNSET,
        on: On = UNSET,
        include_closed: IncludeClosed = False,
        include_synthetic: IncludeSynthetic = False,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[Practice]:
        """The practices in its networks, and those without a network, on a date."""

    @field_with_arguments(Reach(orphans, size=5))
    def orphan_practices(
        self, on: On = UNSET, include_closed: IncludeClosed = False, include_synthetic: IncludeSynthetic = False
    ) -> list[Practice]:
        """Its practices without a network on a date, by name."""


@entity(
    OrganisationRow,
    among=is_kind(OrganisationKind.INTEGRATED_CARE_BOARD),
    made_up=is_made_up,
    orders=ORGANISATION_ORDERS,
)
@strawberry.type(description="An integrated care board (ICB).")
class IntegratedCareBoard(Organisation):
    """An integrated care board (ICB)."""

    @field_with_arguments(groups_below(OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP))
    def health_and_care_partnerships(
        self, on: On = UNSET, include_closed: IncludeClosed = False, include_synthetic: IncludeSynthetic = False
    ) -> list[HealthAndCarePartnership]:
        """Its partnerships on a date, by name."""

    @field_with_arguments(Pages(below(OrganisationKind.PRIMARY_CARE_NETWORK), ("name",)))
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
        """The networks of its partnerships on a date."""

    @field_with_arguments(Pages(below(OrganisationKind.PRACTICE), ("name",)))
    def practices(
        self,
        filter: PracticeWhere = UNSET,  # noqa: A002
        order_by: PracticeSort = UNSET,
        on: On = UNSET,
        include_closed: IncludeClosed = False,
        include_synthetic: IncludeSynthetic = False,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[Practice]:
        """The practices of its partnerships on a date."""

    region: "Region" = field("Its region.", above(OrganisationKind.REGION, always=True))


@_of_kind(OrganisationKind.REGION)
@strawberry.type(description="A region of NHS England.")
class Region(Organisation):
    """A region of NHS England."""

    @field_with_arguments(groups_below(OrganisationKind.INTEGRATED_CARE_BOARD))
    def integrated_care_boards(
        self, on: On = UNSET, include_closed: IncludeClosed = False, include_synthetic: IncludeSynthetic = False
    ) -> list[IntegratedCareBoard]:
        """Its ICBs on a date, by name."""


@_of_kind(OrganisationKind.TRUST)
@strawberry.type(description="A provider of hospital or community services.")
class Trust(Organisation):
    """A provider of hospital or community services."""

    @field_with_arguments(as_it_was("postcode"))
    def postcode(self, on: On = UNSET) -> str | None:
        """Its postcode; or the one that it had on a date."""
