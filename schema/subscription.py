"""The root of every subscription: an event becomes the row that it is about, read like everything else."""

from typing import Annotated, Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, select, true
from strawberry import UNSET

from schema.enumerations import OrganisationKind
from schema.mapping import Arguments, Computed, Found, Reach, field_with_arguments
from schema.tables import TargetRow, table
from schema.types.figures import Figure
from schema.types.judged import progress_inputs
from schema.types.scalars import OdsCode
from schema.types.submissions import Submission
from schema.types.targets import TargetProgress, with_latest

_target = table(TargetRow)

Metrics = Annotated[
    list[str] | None, strawberry.argument(description="Only these metrics, by their codes; all if left out.")
]
Organisations = Annotated[
    list[OdsCode] | None, strawberry.argument(description="Only these organisations, by their codes; all if left out.")
]
Kind = Annotated[
    OrganisationKind | None, strawberry.argument(description="Only organisations of this kind; all if left out.")
]
SubmissionId = Annotated[
    strawberry.ID | None, strawberry.argument(description="Only this submission; all in the scope if left out.")
]
Behalf = Annotated[OdsCode | None, strawberry.argument(description="Only submissions on behalf of this organisation.")]


def _of_event(_: Any, other: FromClause, arguments: Arguments) -> Found:
    return Found((other.c.id == arguments.event(),))


def _inputs(_: Any, arguments: Arguments) -> ColumnElement[Any]:
    target = _target.alias()
    judged = select(progress_inputs(target, arguments.day("asOf"))).where(target.c.id == arguments.event())
    return judged.scalar_subquery()


def _rows(_: Any, arguments: Arguments) -> FromClause:
    target = _target.alias()
    found = with_latest(target, arguments)
    return select(found).select_from(target.join(found, true())).where(target.c.id == arguments.event()).subquery()


@strawberry.type(description="The root of every subscription: one answer for each event, from whichever process.")
class Subscription:
    """The root of every subscription: one answer for each event, from whichever process."""

    @field_with_arguments(Reach(_of_event))
    def figures_published(
        self, metrics: Metrics = UNSET, organisations: Organisations = UNSET, kind: Kind = UNSET
    ) -> Figure:
        """Each figure as it is published, corrected or withdrawn, filtered at the server."""

    @field_with_arguments(Reach(_of_event))
    def submission_changed(
        self,
        id: SubmissionId = UNSET,  # noqa: A002  the contract's word
        organisation: Behalf = UNSET,
    ) -> Submission:
        """Each submission in the viewer's scope after a step with it; one command tells it once."""

    @field_with_arguments(Computed("progress", _inputs, _rows, many=False))
    def target_status_changed(self, organisations: Organisations = UNSET, metrics: Metrics = UNSET) -> TargetProgress:
        """How a target stands today, each time that a publication or a revision of the target moves its status."""
