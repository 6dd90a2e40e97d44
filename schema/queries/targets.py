"""Targets, their statuses, and what has moved."""

import datetime as dt
from typing import Annotated

import strawberry
from strawberry import UNSET

from schema.enumerations import TargetDirection
from schema.mapping import AnyNode, Derived, Pages, field_with_arguments, naming
from schema.sql.moves import target_move_counts, target_moves
from schema.sql.targets import summaries, targets_listed
from schema.tables import OrganisationRow, ThemeRow
from schema.types.filters import TargetWhere
from schema.types.metrics import Kind
from schema.types.moves import TargetMove, TargetMoveCount
from schema.types.orders import TargetMoveSort, TargetSort
from schema.types.paging import Connection
from schema.types.scalars import After, AnyId, Before, Codes, First, IncludeSynthetic, Last, OdsCode
from schema.types.summaries import TargetSummary
from schema.types.targets import AsOf, Target

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


@strawberry.type
class TargetQueries:
    """Targets, their statuses, and what has moved."""

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
        order_by: TargetMoveSort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[TargetMove]:
        """The targets whose status is another than on an earlier day.

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
