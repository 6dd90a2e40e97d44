"""Organisations of the six kinds, and how they belong to each other on a date."""

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
)
from strawberry import UNSET

from schema.enumerations import CqcRating, OrganisationKind, TargetStatus
from schema.mapping import (
    Arguments,
    Derived,
    Expression,
    Found,
    Order,
    Pages,
    Reach,
    entity,
    field,
    field_with_arguments,
)
from schema.tables import AncestryRow, CqcRatingRow, OrganisationRow, table
from schema.types.filters import PracticeSort, PracticeWhere
from schema.types.listed import Codes, LatestOnly, figures_of, metrics_among
from schema.types.opened import open_during
from schema.types.paging import Connection, Node
from schema.types.scalars import After, AsKnownAt, First, From, OdsCode, On, To
from schema.types.series_data import series_of

if TYPE_CHECKING:
    from schema.types.figures import Figure
    from schema.types.series import Series
    from schema.types.targets import Target

_ancestry = table(AncestryRow)
_cqc_rating = table(CqcRatingRow)

FigureConnection = Connection[Annotated["Figure", strawberry.lazy("schema.types.figures")]]
SeriesOfOne = Annotated["Series", strawberry.lazy("schema.types.series")] | None
TargetList = list[Annotated["Target", strawberry.lazy("schema.types.targets")]]

Statuses = Annotated[list[TargetStatus] | None, strawberry.argument(description="Only those that stand so today.")]

NAME = Order(lambda row: func.lower(row.c.name))
ORGANISATION_ORDERS = {
    "code": Order(lambda row: row.c.code),
    "name": NAME,
    "kind": Order(lambda row: row.c.kind),
    "postcode": Order(lambda row: row.c.postcode, nullable=True),
    "opened_on": Order(lambda row: row.c.opened_on, nullable=True),
    "closed_on": Order(lambda row: row.c.closed_on, nullable=True),
    "cqc_rating": Order(lambda row: _latest_rating(row, "rating"), nullable=True),
}


def _is(kind: OrganisationKind) -> Any:
    return lambda row: row.c.kind == literal_column(f"'{kind}'")


def _stays(row: FromClause, group: FromClause, on: ColumnElement[dt.date]) -> tuple[FromClause, ColumnElement[bool]]:
    """The stays of a row below a group that hold on a date, as an aliased table and its conditions."""
    stay = _ancestry.alias()
    return stay, and_(stay.c.member_id == row.c.id, stay.c.ancestor_id == group.c.id, stay.c.period.op("@>")(on))


def _below(kind: OrganisationKind | None, *, distance: int | None = None) -> Any:
    """The organisations below a row on the date `on`: all, or those of one kind, or its direct members."""

    def says(row: FromClause, other: FromClause, arguments: Arguments) -> Found:
        stay, holds = _stays(other, row, arguments.day())
        within: Select[Any] = select(literal_column("1")).where(holds, *_at(stay, distance))
        where = [exists(within.correlate_except(stay))]
        asked_kind = kind or arguments.term("kind")
        if asked_kind:
            where.append(_is(asked_kind)(other))
        return Found(tuple(where))

    return says


def _at(stay: FromClause, distance: int | None) -> list[ColumnElement[bool]]:
    return [] if distance is None else [stay.c.distance == literal_column(str(distance))]


def _above(kind: OrganisationKind | None, *, always: bool = False) -> Reach:
    """The groups above a row on the date `on`, nearest first: all, or the one of a kind.

    `always`: on a day when there is none, the one that is nearest in time, since the contract promises one.
    """

    def says(row: FromClause, other: FromClause, arguments: Arguments) -> Found:
        stay, holds = _stays(row, other, arguments.day())
        if kind is None:
            return Found((holds,), (stay.c.distance,), beside=(stay,))
        if not always:
            return Found((holds, _is(kind)(other)), beside=(stay,))
        belongs = and_(stay.c.member_id == row.c.id, stay.c.ancestor_id == other.c.id, _is(kind)(other))
        on = arguments.day()
        away = case(
            (stay.c.period.op("@>")(on), literal_column("0")),
            (func.lower(stay.c.period) > on, func.lower(stay.c.period) - on),
            else_=on - func.upper(stay.c.period) + literal_column("1"),
        )
        return Found((belongs,), (away, stay.c.distance), limit=1, beside=(stay,))

    return Reach(says, size=4)


def _is_orphan(row: FromClause, on: ColumnElement[dt.date]) -> ColumnElement[bool]:
    network = table(OrganisationRow).alias()
    stay, holds = _stays(row, network, on)
    within: Select[Any] = (
        select(literal_column("1")).select_from(stay).join(network, network.c.id == stay.c.ancestor_id)
    )
    return not_(exists(within.where(holds, _is(OrganisationKind.PRIMARY_CARE_NETWORK)(network)).correlate(row)))


def _latest_rating(row: FromClause, column: str) -> ColumnElement[Any]:
    rating = _cqc_rating.alias()
    latest = select(rating.c[column]).where(rating.c.organisation_id == row.c.id).order_by(rating.c.rated_on.desc())
    return latest.limit(literal_column("1")).correlate(row).scalar_subquery()


def _orphans(row: FromClause, other: FromClause, arguments: Arguments) -> Found:
    found: Found = _below(OrganisationKind.PRACTICE, distance=1)(row, other, arguments)
    return Found(found.where, (func.lower(other.c.name), other.c.id))


def _groups_below(kind: OrganisationKind) -> Reach:
    def says(row: FromClause, other: FromClause, arguments: Arguments) -> Found:
        found: Found = _below(kind)(row, other, arguments)
        return Found(found.where, (func.lower(other.c.name), other.c.id))

    return Reach(says, size=10)


def _targets_of(row: FromClause, other: FromClause, arguments: Arguments) -> Found:
    where = [other.c.organisation_id == row.c.id, *metrics_among(other, arguments)]
    statuses = arguments.term("status")
    if statuses is not None:
        standing = arguments.standings("")
        among = select(standing.c.target_id).where(
            or_(false(), *(standing.c.status == literal_column(f"'{status}'") for status in statuses))
        )
        where.append(other.c.id.in_(among))
    return Found(tuple(where), (other.c.metric_id, other.c.due, other.c.id))


def open_on(row: FromClause, arguments: Arguments) -> tuple[ColumnElement[bool], ...]:
    """The condition that an organisation is open, and in its groups, on `on`; none when `on` is left out."""
    if not arguments.given("on"):
        return ()
    on = arguments.day()
    stay = _ancestry.alias()
    grouped = exists(
        select(literal_column("1")).where(stay.c.member_id == row.c.id, stay.c.period.op("@>")(on)).correlate(row)
    )
    return (
        *open_during(row, on),
        or_(_is(OrganisationKind.REGION)(row), grouped),
    )


@entity(OrganisationRow, orders=ORGANISATION_ORDERS)
@strawberry.interface(description="A part of the NHS that figures and targets are about.")
class Organisation(Node):
    """A part of the NHS that figures and targets are about."""

    code: OdsCode = field("Its ODS code; a partnership has none, and has one of the project's own: HCP-EAST-KENT.")
    name: str = field("Its name, as the board's papers write it.")
    kind: OrganisationKind = field("What it is.")
    opened_on: dt.date | None = field("When it opened; null when that is not known here.")
    closed_on: dt.date | None = field("Its last day; null while it is open, or when that is not known here.")
    is_synthetic: bool = field("Made up for the sandbox, never a real organisation.")

    @field_with_arguments(_above(None))
    def ancestors(self, on: On = UNSET) -> list["Organisation"]:
        """The groups it belongs to on a date, nearest first."""

    @field_with_arguments(Pages(_below(None, distance=1), ("name",)))
    def members(
        self,
        on: On = UNSET,
        kind: Annotated[OrganisationKind | None, strawberry.argument(description="Only those of this kind.")] = UNSET,
        first: First = UNSET,
        after: After = UNSET,
    ) -> Connection["Organisation"]:
        """Its direct members on a date."""

    @field_with_arguments(Pages(figures_of("organisation_id"), ("period_end",)))
    def figures(
        self,
        metrics: Codes = UNSET,
        from_: From = UNSET,
        to: To = UNSET,
        latest_only: LatestOnly = False,
        as_known_at: AsKnownAt = UNSET,
        first: First = UNSET,
        after: After = UNSET,
    ) -> FigureConnection:
        """Its figures, or only the latest for each metric."""

    @field_with_arguments(Derived(series_of("organisation", "metric", "metric"), size=1))
    def series(
        self,
        metric: Annotated[str, strawberry.argument(description="The metric's code.")],
        from_: From = UNSET,
        to: To = UNSET,
        as_known_at: AsKnownAt = UNSET,
    ) -> SeriesOfOne:
        """One metric of it over time; null for an unknown code."""

    @field_with_arguments(Reach(_targets_of))
    def targets(self, metrics: Codes = UNSET, status: Statuses = UNSET) -> TargetList:
        """The targets that it is asked to meet."""


@entity(OrganisationRow, among=_is(OrganisationKind.PRACTICE), orders=ORGANISATION_ORDERS)
@strawberry.type(description="A general practice.")
class Practice(Organisation):
    """A general practice."""

    postcode: str | None = field("Its postcode.")
    cqc_rating: CqcRating | None = field(
        "The CQC's latest overall rating. Null: not known here; UNRATED: awaiting inspection.",
        Expression(lambda row, _: _latest_rating(row, "rating")),
    )
    cqc_rated_on: dt.date | None = field(
        "When the rating was given.", Expression(lambda row, _: _latest_rating(row, "rated_on"))
    )

    @field_with_arguments(_above(OrganisationKind.PRIMARY_CARE_NETWORK))
    def primary_care_network(self, on: On = UNSET) -> "PrimaryCareNetwork | None":
        """Its network on a date; null for an orphan practice."""

    @field_with_arguments(_above(OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP))
    def health_and_care_partnership(self, on: On = UNSET) -> "HealthAndCarePartnership | None":
        """Its partnership on a date, through its network or directly."""

    @field_with_arguments(Expression(lambda row, arguments: _is_orphan(row, arguments.day())))
    def is_orphan(self, on: On = UNSET) -> bool:
        """Whether it belongs to no network on a date."""


@entity(OrganisationRow, among=_is(OrganisationKind.PRIMARY_CARE_NETWORK), orders=ORGANISATION_ORDERS)
@strawberry.type(description="A primary care network: practices that work together.")
class PrimaryCareNetwork(Organisation):
    """A primary care network: practices that work together."""

    @field_with_arguments(_above(OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP, always=True))
    def health_and_care_partnership(self, on: On = UNSET) -> "HealthAndCarePartnership":
        """Its partnership on a date; outside the days on record, the nearest."""

    @field_with_arguments(Pages(_below(OrganisationKind.PRACTICE), ("name",)))
    def practices(
        self,
        filter: PracticeWhere = UNSET,  # noqa: A002  the contract's word
        order_by: PracticeSort = UNSET,
        on: On = UNSET,
        first: First = UNSET,
        after: After = UNSET,
    ) -> Connection[Practice]:
        """Its practices on a date."""


@entity(OrganisationRow, among=_is(OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP), orders=ORGANISATION_ORDERS)
@strawberry.type(description="A health and care partnership: a place within the board's area.")
class HealthAndCarePartnership(Organisation):
    """A health and care partnership: a place within the board's area."""

    @field_with_arguments(Pages(_below(OrganisationKind.PRIMARY_CARE_NETWORK), ("name",)))
    def primary_care_networks(
        self, on: On = UNSET, first: First = None, after: After = None
    ) -> Connection[PrimaryCareNetwork]:
        """Its networks on a date."""

    @field_with_arguments(Pages(_below(OrganisationKind.PRACTICE), ("name",)))
    def practices(
        self,
        filter: PracticeWhere = UNSET,  # noqa: A002
        order_by: PracticeSort = UNSET,
        on: On = UNSET,
        first: First = UNSET,
        after: After = UNSET,
    ) -> Connection[Practice]:
        """The practices of its networks, and its orphan practices, on a date."""

    @field_with_arguments(Reach(_orphans, size=5))
    def orphan_practices(self, on: On = UNSET) -> list[Practice]:
        """Its practices that belong to no network on a date, by name."""


@entity(OrganisationRow, among=_is(OrganisationKind.INTEGRATED_CARE_BOARD), orders=ORGANISATION_ORDERS)
@strawberry.type(description="An integrated care board.")
class IntegratedCareBoard(Organisation):
    """An integrated care board."""

    health_and_care_partnerships: list[HealthAndCarePartnership] = field(
        "Its partnerships today, by name.", _groups_below(OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP)
    )

    @field_with_arguments(Pages(_below(OrganisationKind.PRIMARY_CARE_NETWORK), ("name",)))
    def primary_care_networks(
        self, on: On = UNSET, first: First = None, after: After = None
    ) -> Connection[PrimaryCareNetwork]:
        """The networks of its partnerships on a date."""

    @field_with_arguments(Pages(_below(OrganisationKind.PRACTICE), ("name",)))
    def practices(
        self,
        filter: PracticeWhere = UNSET,  # noqa: A002
        order_by: PracticeSort = UNSET,
        on: On = UNSET,
        first: First = UNSET,
        after: After = UNSET,
    ) -> Connection[Practice]:
        """The practices of its partnerships on a date."""

    region: "Region" = field("The region that it is in.", _above(OrganisationKind.REGION, always=True))


@entity(OrganisationRow, among=_is(OrganisationKind.REGION), orders=ORGANISATION_ORDERS)
@strawberry.type(description="A region of NHS England.")
class Region(Organisation):
    """A region of NHS England."""

    integrated_care_boards: list[IntegratedCareBoard] = field(
        "Its boards today, by name.", _groups_below(OrganisationKind.INTEGRATED_CARE_BOARD)
    )


@entity(OrganisationRow, among=_is(OrganisationKind.TRUST), orders=ORGANISATION_ORDERS)
@strawberry.type(description="A provider of hospital or community services.")
class Trust(Organisation):
    """A provider of hospital or community services."""

    postcode: str | None = field("Its postcode.")
