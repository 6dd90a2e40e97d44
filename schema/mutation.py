"""The root of every command. What a command does is in `service.writes`; its answer is read like everything else."""

from typing import Annotated

import strawberry

from schema.inputs import (
    AmendFiguresInput,
    GrantExceptionInput,
    RecalculateLimitsInput,
    SaveMetricInput,
    SaveSubmissionInput,
    SetQuarterInput,
    SetTargetInput,
    SubmissionInput,
    UpdateQuarterlyFiguresInput,
)
from schema.mapping import field_with_arguments
from schema.payloads import (
    PAYLOAD,
    MetricPayload,
    QuarterPayload,
    SubmissionPayload,
    TargetPayload,
    UpdateQuarterlyFiguresPayload,
)

Step = Annotated[SubmissionInput, strawberry.argument(description="Which submission, as it was read.")]


@strawberry.type(description="The root of every command.")
class Mutation:
    """The root of every command."""

    @field_with_arguments(PAYLOAD)
    def update_quarterly_figures(
        self,
        input: Annotated[  # noqa: A002  the contract's word
            UpdateQuarterlyFiguresInput, strawberry.argument(description="The quarter's figures.")
        ],
    ) -> UpdateQuarterlyFiguresPayload:
        """Records a quarter's figures as a submission, all or none, and takes it as far as the caller's role allows:
        SUBMITTED for a SUBMITTER, PUBLISHED for an APPROVER or an ADMINISTRATOR."""

    @field_with_arguments(PAYLOAD)
    def save_submission(
        self,
        input: Annotated[SaveSubmissionInput, strawberry.argument(description="The submission.")],  # noqa: A002
    ) -> SubmissionPayload:
        """Begins a submission, or edits one that is DRAFT or RETURNED, slips and all: `findings` says what is wrong."""

    @field_with_arguments(PAYLOAD)
    def validate_submission(self, input: Step) -> SubmissionPayload:  # noqa: A002
        """Looks at its figures again, beside what is published now; changes nothing but its `findings`."""

    @field_with_arguments(PAYLOAD)
    def submit_submission(self, input: Step) -> SubmissionPayload:  # noqa: A002
        """Hands it to a second person; only when nothing blocks it and every unusual figure has its reason."""

    @field_with_arguments(PAYLOAD)
    def recall_submission(self, input: Step) -> SubmissionPayload:  # noqa: A002
        """Takes it back from the second person: by whoever submitted it, or an administrator."""

    @field_with_arguments(PAYLOAD)
    def approve_submission(self, input: Step) -> SubmissionPayload:  # noqa: A002
        """Agrees to it; never to what one submitted or changed last oneself."""

    @field_with_arguments(PAYLOAD)
    def return_submission(self, input: Step) -> SubmissionPayload:  # noqa: A002
        """Sends it back, with a reason."""

    @field_with_arguments(PAYLOAD)
    def publish_submission(self, input: Step) -> SubmissionPayload:  # noqa: A002
        """Publishes its figures, all or none; the version that it amends is SUPERSEDED then."""

    @field_with_arguments(PAYLOAD)
    def amend_figures(
        self,
        input: Annotated[AmendFiguresInput, strawberry.argument(description="The corrections.")],  # noqa: A002
    ) -> SubmissionPayload:
        """Begins a new version of what is published, which stays readable until the new one is published."""

    @field_with_arguments(PAYLOAD)
    def withdraw_submission(self, input: Step) -> SubmissionPayload:  # noqa: A002
        """Takes back the figures that it published, with a reason; their revisions stay."""

    @field_with_arguments(PAYLOAD)
    def discard_submission(self, input: Step) -> SubmissionPayload:  # noqa: A002
        """Gives it up before it is published; it stays on record."""

    @field_with_arguments(PAYLOAD)
    def set_target(
        self,
        input: Annotated[SetTargetInput, strawberry.argument(description="The target.")],  # noqa: A002
    ) -> TargetPayload:
        """Sets a target, or revises one, with a reason; for APPROVER and ADMINISTRATOR, within their scope."""

    @field_with_arguments(PAYLOAD)
    def set_quarter(
        self,
        input: Annotated[SetQuarterInput, strawberry.argument(description="The quarter's dates.")],  # noqa: A002
    ) -> QuarterPayload:
        """Sets when a quarter's figures are taken and when they are late; for an ADMINISTRATOR of everything."""

    @field_with_arguments(PAYLOAD)
    def grant_exception(
        self,
        input: Annotated[GrantExceptionInput, strawberry.argument(description="The exception.")],  # noqa: A002
    ) -> QuarterPayload:
        """Lets an organisation off a quarter, or gives it longer; for an ADMINISTRATOR, within their scope."""

    @field_with_arguments(PAYLOAD)
    def recalculate_limits(
        self,
        input: Annotated[RecalculateLimitsInput, strawberry.argument(description="The day.")],  # noqa: A002
    ) -> MetricPayload:
        """Reckons the process limits of a series anew from a day on which the process changed, or takes that back; for
        APPROVER and ADMINISTRATOR, within their scope."""

    @field_with_arguments(PAYLOAD)
    def save_metric(
        self,
        input: Annotated[SaveMetricInput, strawberry.argument(description="The metric.")],  # noqa: A002
    ) -> MetricPayload:
        """Adds a metric, or changes one; for an ADMINISTRATOR of everything."""
