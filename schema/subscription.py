"""The root of every subscription: an event becomes the row that it is about, read as a query reads it."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from schema.computed_inputs.targets import ProgressInputs
from schema.enumerations import OrganisationKind
from schema.mapping import Computed, Reach, field_with_arguments, naming
from schema.sql.notes import NOTES_OF_EVENT
from schema.sql.progress import EVENT_IDS, event_progress_inputs
from schema.sql.roots import of_event
from schema.tables import MetricRow, OrganisationRow
from schema.types.figures import Figure
from schema.types.notes import FiguresOfNote
from schema.types.scalars import IncludeSynthetic, OdsCode
from schema.types.submissions import Submission
from schema.types.targets import TargetProgress

Metrics = Annotated[list[str] | None, naming(MetricRow, "Only metrics with these codes. Default: all.")]
Organisations = Annotated[
    list[OdsCode] | None, naming(OrganisationRow, "Only organisations with these codes. Default: all.")
]
Kind = Annotated[
    OrganisationKind | None, strawberry.argument(description="Only organisations of this kind. Default: all.")
]
SubmissionId = Annotated[
    strawberry.ID | None, strawberry.argument(description="Only this submission. Default: all in your scope.")
]
Behalf = Annotated[OdsCode | None, naming(OrganisationRow, "Only submissions for this organisation.")]

Since = Annotated[
    str | None,
    strawberry.argument(
        description="First the events after this position: `extensions.position` of an answer, or its Tracker-Version. "
        "Default: only events from now on."
    ),
]


@strawberry.type(description="The root of every subscription: one answer for each event.")
class Subscription:
    """The root of every subscription: one answer for each event."""

    @field_with_arguments(Reach(of_event))
    def figures_published(
        self, metrics: Metrics = UNSET, organisations: Organisations = UNSET, kind: Kind = UNSET, since: Since = UNSET
    ) -> Figure:
        """Each figure as it is published, corrected or withdrawn."""

    @field_with_arguments(Reach(of_event))
    def submission_changed(
        self,
        id: SubmissionId = UNSET,  # noqa: A002  the contract's word
        organisation: Behalf = UNSET,
        since: Since = UNSET,
    ) -> Submission:
        """Each submission in your scope when it changes, once for each command."""

    @field_with_arguments(Computed(ProgressInputs, event_progress_inputs, EVENT_IDS))
    def target_status_changed(
        self, organisations: Organisations = UNSET, metrics: Metrics = UNSET, since: Since = UNSET
    ) -> TargetProgress:
        """The progress of a target each time its status changes, after a publication or a revision of the target."""

    @field_with_arguments(NOTES_OF_EVENT)
    def figures_of_note(
        self,
        metrics: Metrics = UNSET,
        organisations: Organisations = UNSET,
        kind: Kind = UNSET,
        include_synthetic: IncludeSynthetic = False,
        since: Since = UNSET,
    ) -> FiguresOfNote:
        """The figures of note among those that one command published, if there are any that you ask for.

        All that it published is tested. The query of this name gives the same for a past publication or a quarter.
        """
