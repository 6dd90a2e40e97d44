"""How many targets stand how."""

from typing import Any

import strawberry
from sqlalchemy import ColumnElement, Select, case, exists, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from schema.enumerations import TargetStatus
from schema.mapping import Arguments, constant, entity, field, reach
from schema.tables import AncestryRow, OrganisationRow, TargetRow, table
from schema.types.targets import Target

_ancestry = table(AncestryRow)
_organisation = table(OrganisationRow)
_target = table(TargetRow)

_ONE: ColumnElement[int] = literal_column("1")


def summaries(_: Any, arguments: Arguments) -> Select[Any]:
    """One row for each status that a target has, in the order of the method."""
    standing, target = arguments.standings(), _target.alias()
    order = case(
        *((standing.c.status == constant(status), literal_column(str(at))) for at, status in enumerate(TargetStatus))
    )
    made = (
        select(
            standing.c.status,
            func.count().label("count"),
            func.array_agg(aggregate_order_by(target.c.id, target.c.id)).label("target_ids"),
            order.label("place"),
        )
        .select_from(standing.join(target, target.c.id == standing.c.target_id))
        .group_by(standing.c.status)
    )
    return made.where(_among(target, arguments)) if arguments.given("organisation") else made


def _among(target: Any, arguments: Arguments) -> ColumnElement[bool]:
    """The condition that a target is the organisation's, or a member's of it on the day."""
    group, stay = _organisation.alias(), _ancestry.alias()
    is_it = select(_ONE).where(group.c.id == target.c.organisation_id, group.c.code == arguments.value("organisation"))
    below = (
        select(_ONE)
        .select_from(stay.join(group, group.c.id == stay.c.ancestor_id))
        .where(
            stay.c.member_id == target.c.organisation_id,
            group.c.code == arguments.value("organisation"),
            stay.c.period.op("@>")(arguments.day("asOf")),
        )
    )
    return or_(exists(is_it.correlate(target)), exists(below.correlate(target)))


@entity(None)
@strawberry.type(description="The targets that stand one way.")
class TargetSummary:
    """The targets that stand one way."""

    status: TargetStatus = field("How they stand.")
    count: int = field("How many they are.")
    targets: list[Target] = field(
        "Which they are.", reach(lambda row, other: other.c.id == func.any(row.c.target_ids), "id", size=50)
    )
