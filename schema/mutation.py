"""The root of every command. What a command does is in `service.writes`; its answer is read like everything else."""

from typing import Annotated

import strawberry

from schema.commands.bulk import PUBLISHED, PublishSubmissionsInput, PublishSubmissionsPayload
from schema.commands.collections import (
    COLLECTION,
    THEME,
    CollectionPayload,
    SaveCollectionInput,
    SaveThemeInput,
    ThemePayload,
)
from schema.commands.metrics import METRIC, MetricPayload, RecalculateLimitsInput, SaveMetricInput
from schema.commands.papers import (
    PAPER,
    FreezePaperInput,
    PaperPayload,
    SaveNarrativeInput,
    SavePaperActionInput,
    SavePaperInput,
)
from schema.commands.quality import ISSUE, DataQualityPayload, SaveDataQualityOutcomeInput
from schema.commands.quarters import CHANGED_QUARTER, GrantExceptionInput, QuarterPayload, SetQuarterInput
from schema.commands.register import (
    REGISTERED,
    CloseOrganisationInput,
    CorrectRegisterInput,
    MergeOrganisationsInput,
    MoveMemberInput,
    RateOrganisationInput,
    RegisterPayload,
    SaveOrganisationInput,
    SplitOrganisationInput,
)
from schema.commands.submissions import (
    FIGURE,
    SUBMISSION,
    UPDATE,
    AmendFiguresInput,
    FigurePayload,
    RestoreFigureInput,
    SaveSubmissionInput,
    SubmissionInput,
    SubmissionPayload,
    UpdateQuarterlyFiguresInput,
    UpdateQuarterlyFiguresPayload,
)
from schema.commands.targets import TARGET, SetTargetInput, TargetPayload
from schema.mapping import field_with_arguments

Step = Annotated[SubmissionInput, strawberry.argument(description="The submission, and the version that you read.")]


@strawberry.type(description="The root of all commands.")
class Mutation:
    """The root of all commands."""

    @field_with_arguments(UPDATE)
    def update_quarterly_figures(
        self,
        input: Annotated[  # noqa: A002  the contract's word
            UpdateQuarterlyFiguresInput, strawberry.argument(description="The quarter's figures.")
        ],
    ) -> UpdateQuarterlyFiguresPayload:
        """Saves a quarter's figures as one submission, all or none, and submits it.
        If your role is APPROVER or ADMINISTRATOR, it is also published."""

    @field_with_arguments(SUBMISSION)
    def save_submission(
        self,
        input: Annotated[SaveSubmissionInput, strawberry.argument(description="The submission.")],  # noqa: A002
    ) -> SubmissionPayload:
        """Creates a draft, or edits a draft or returned submission, even if it contains errors.
        Its `findings` say what is wrong."""

    @field_with_arguments(SUBMISSION)
    def validate_submission(self, input: Step) -> SubmissionPayload:  # noqa: A002
        """Checks its figures again against what is published now. Only its `findings` change."""

    @field_with_arguments(SUBMISSION)
    def submit_submission(self, input: Step) -> SubmissionPayload:  # noqa: A002
        """Sends it to a second person for approval. It must have no blocking findings.
        Each unusual figure needs a reason."""

    @field_with_arguments(SUBMISSION)
    def recall_submission(self, input: Step) -> SubmissionPayload:  # noqa: A002
        """Takes a submitted submission back to draft. You must have submitted it, or be an administrator."""

    @field_with_arguments(SUBMISSION)
    def approve_submission(self, input: Step) -> SubmissionPayload:  # noqa: A002
        """Approves a submission. You cannot approve your own."""

    @field_with_arguments(SUBMISSION)
    def return_submission(self, input: Step) -> SubmissionPayload:  # noqa: A002
        """Sends a submission back to its authors, with a reason."""

    @field_with_arguments(SUBMISSION)
    def publish_submission(self, input: Step) -> SubmissionPayload:  # noqa: A002
        """Publishes its figures. If it is only submitted, you approve it with this, as its second person.
        If it is an amendment, the version it amends becomes SUPERSEDED."""

    @field_with_arguments(PUBLISHED)
    def publish_submissions(
        self,
        input: Annotated[PublishSubmissionsInput, strawberry.argument(description="The submissions.")],  # noqa: A002
    ) -> PublishSubmissionsPayload:
        """Publishes many submissions, and approves those that are only submitted. One that is refused does not hold up
        the others."""

    @field_with_arguments(SUBMISSION)
    def amend_figures(
        self,
        input: Annotated[AmendFiguresInput, strawberry.argument(description="The corrections.")],  # noqa: A002
    ) -> SubmissionPayload:
        """Starts a new version of published figures. Readers see the old version until the new one is published."""

    @field_with_arguments(SUBMISSION)
    def withdraw_submission(self, input: Step) -> SubmissionPayload:  # noqa: A002
        """Withdraws what it published, with a reason. The figures that it replaced are published again."""

    @field_with_arguments(FIGURE)
    def restore_figure(
        self,
        input: Annotated[RestoreFigureInput, strawberry.argument(description="The figure.")],  # noqa: A002
    ) -> FigurePayload:
        """Takes one figure back to an earlier revision, with a reason. The earlier value is published again.
        Your role must be APPROVER or ADMINISTRATOR."""

    @field_with_arguments(SUBMISSION)
    def discard_submission(self, input: Step) -> SubmissionPayload:  # noqa: A002
        """Discards an unpublished submission. A record is kept."""

    @field_with_arguments(TARGET)
    def set_target(
        self,
        input: Annotated[SetTargetInput, strawberry.argument(description="The target.")],  # noqa: A002
    ) -> TargetPayload:
        """Sets a target, or revises one, with a reason. Your role must be APPROVER or ADMINISTRATOR."""

    @field_with_arguments(CHANGED_QUARTER)
    def set_quarter(
        self,
        input: Annotated[SetQuarterInput, strawberry.argument(description="The quarter's dates.")],  # noqa: A002
    ) -> QuarterPayload:
        """Sets when figures of a quarter can be submitted and when they are late.
        You must be an administrator for every organisation."""

    @field_with_arguments(CHANGED_QUARTER)
    def grant_exception(
        self,
        input: Annotated[GrantExceptionInput, strawberry.argument(description="The exception.")],  # noqa: A002
    ) -> QuarterPayload:
        """Exempts an organisation from a quarter, or extends its deadline. Your role must be ADMINISTRATOR."""

    @field_with_arguments(METRIC)
    def recalculate_limits(
        self,
        input: Annotated[RecalculateLimitsInput, strawberry.argument(description="The date.")],  # noqa: A002
    ) -> MetricPayload:
        """Recalculates process limits from a date, or undoes a recalculation.
        Your role must be APPROVER or ADMINISTRATOR."""

    @field_with_arguments(METRIC)
    def save_metric(
        self,
        input: Annotated[SaveMetricInput, strawberry.argument(description="The metric.")],  # noqa: A002
    ) -> MetricPayload:
        """Adds a metric, or changes one. You must be an administrator for every organisation."""

    @field_with_arguments(PAPER)
    def save_paper(
        self,
        input: Annotated[SavePaperInput, strawberry.argument(description="The title block.")],  # noqa: A002
    ) -> PaperPayload:
        """Starts the paper of a quarter, or changes its title block."""

    @field_with_arguments(PAPER)
    def save_narrative(
        self,
        input: Annotated[SaveNarrativeInput, strawberry.argument(description="The narrative.")],  # noqa: A002
    ) -> PaperPayload:
        """Writes about a section of a quarter's paper. Later papers carry it on."""

    @field_with_arguments(PAPER)
    def save_paper_action(
        self,
        input: Annotated[SavePaperActionInput, strawberry.argument(description="The action.")],  # noqa: A002
    ) -> PaperPayload:
        """Adds an action to a quarter's paper, changes one, or says what became of it."""

    @field_with_arguments(PAPER)
    def freeze_paper(
        self,
        input: Annotated[FreezePaperInput, strawberry.argument(description="The paper.")],  # noqa: A002
    ) -> PaperPayload:
        """Freezes a paper: its figures and its texts stay as they are, whatever is corrected later.
        Your role must be APPROVER or ADMINISTRATOR."""

    @field_with_arguments(ISSUE)
    def save_data_quality_outcome(
        self,
        input: Annotated[SaveDataQualityOutcomeInput, strawberry.argument(description="The outcome.")],  # noqa: A002
    ) -> DataQualityPayload:
        """Says who looks into a data quality issue, and what became of it."""

    @field_with_arguments(REGISTERED)
    def save_organisation(
        self,
        input: Annotated[SaveOrganisationInput, strawberry.argument(description="The organisation.")],  # noqa: A002
    ) -> RegisterPayload:
        """Opens an organisation, or gives one another name or postcode from a day on. Its former name is kept.
        Your role must be ADMINISTRATOR."""

    @field_with_arguments(REGISTERED)
    def close_organisation(
        self,
        input: Annotated[CloseOrganisationInput, strawberry.argument(description="Its last day.")],  # noqa: A002
    ) -> RegisterPayload:
        """Closes an organisation, or dissolves a network. Your role must be ADMINISTRATOR."""

    @field_with_arguments(REGISTERED)
    def move_member(
        self,
        input: Annotated[MoveMemberInput, strawberry.argument(description="Who moves where.")],  # noqa: A002
    ) -> RegisterPayload:
        """Moves a practice, a network or another member to another group from a day on.
        Your role must be ADMINISTRATOR."""

    @field_with_arguments(REGISTERED)
    def merge_organisations(
        self,
        input: Annotated[MergeOrganisationsInput, strawberry.argument(description="Who becomes one.")],  # noqa: A002
    ) -> RegisterPayload:
        """Makes one organisation of several. The others close on the day before, and it becomes their successor.
        Your role must be ADMINISTRATOR."""

    @field_with_arguments(REGISTERED)
    def split_organisation(
        self,
        input: Annotated[SplitOrganisationInput, strawberry.argument(description="What becomes what.")],  # noqa: A002
    ) -> RegisterPayload:
        """Makes several organisations of one, or gives a part of it away. Your role must be ADMINISTRATOR."""

    @field_with_arguments(REGISTERED)
    def rate_organisation(
        self,
        input: Annotated[RateOrganisationInput, strawberry.argument(description="The rating.")],  # noqa: A002
    ) -> RegisterPayload:
        """Records the overall CQC rating of a practice on a date, or corrects it. Your role must be ADMINISTRATOR."""

    @field_with_arguments(REGISTERED)
    def correct_register(
        self,
        input: Annotated[CorrectRegisterInput, strawberry.argument(description="What was wrong.")],  # noqa: A002
    ) -> RegisterPayload:
        """Corrects what is on record of an organisation, also for days in the past.
        The audit keeps what it was before. Your role must be ADMINISTRATOR."""

    @field_with_arguments(THEME)
    def save_theme(
        self,
        input: Annotated[SaveThemeInput, strawberry.argument(description="The theme.")],  # noqa: A002
    ) -> ThemePayload:
        """Adds a theme, or changes one. You must be an administrator for every organisation."""

    @field_with_arguments(COLLECTION)
    def save_collection(
        self,
        input: Annotated[SaveCollectionInput, strawberry.argument(description="Who is asked for what.")],  # noqa: A002
    ) -> CollectionPayload:
        """Asks organisations for the figures of a metric from a quarter on, or no longer.
        Your role must be ADMINISTRATOR."""
