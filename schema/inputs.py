"""What commands take."""

import datetime as dt

import strawberry
from strawberry import UNSET

from schema.enumerations import Comparator, Direction, OrganisationKind, RollUp, Unit
from schema.types.scalars import OdsCode

_KEY = "A text of your own: the same command with the same key has one effect and one answer."
_REASON = "Why published figures change, for every row without a reason of its own."


@strawberry.input(description="One figure of a submission.")
class FigureInput:
    """One figure of a submission."""

    metric: str = strawberry.field(description="The metric's code.")
    organisation: OdsCode = strawberry.field(description="The code of the organisation that it is about.")
    period: str | None = strawberry.field(default=UNSET, description="Its period's code; the quarter if left out.")
    value: float | None = strawberry.field(
        default=UNSET,
        description="The value, in the metric's unit; reckoned from numerator and denominator if left out.",
    )
    numerator: float | None = strawberry.field(default=UNSET, description="The numerator.")
    denominator: float | None = strawberry.field(default=UNSET, description="The denominator, above 0.")
    is_nil_return: bool | None = strawberry.field(
        default=False, description="There is no figure to give: an answer, and not a gap. It has no value then."
    )
    note: str | None = strawberry.field(default=UNSET, description="What a reader should know about it.")
    reason: str | None = strawberry.field(
        default=UNSET, description="Why a published figure changes, or why an unusual one is right all the same."
    )


@strawberry.input(description="A quarter's figures, in one call.")
class UpdateQuarterlyFiguresInput:
    """A quarter's figures, in one call."""

    quarter: str = strawberry.field(description="The quarter: 2024-25-Q3.")
    organisation: OdsCode = strawberry.field(
        description="On whose behalf: every figure is about it or about one of its members."
    )
    figures: list[FigureInput] = strawberry.field(description="The figures, at most 10,000.")
    reason: str | None = strawberry.field(default=UNSET, description=_REASON)
    public_note: str | None = strawberry.field(
        default=UNSET, description="What readers are told, at every figure without a note of its own."
    )
    validate_only: bool | None = strawberry.field(
        default=False, description="Only say what is wrong; nothing is written."
    )
    idempotency_key: str | None = strawberry.field(default=UNSET, description=_KEY)


@strawberry.input(description="A submission as it is to be: all of its figures, those that were there among them.")
class SaveSubmissionInput:
    """A submission as it is to be: all of its figures, those that were there among them."""

    id: strawberry.ID | None = strawberry.field(default=UNSET, description="Which one; a new one if left out.")
    expected_version: int | None = strawberry.field(
        default=UNSET, description="The version that you read; needed with `id`."
    )
    quarter: str = strawberry.field(description="The quarter: 2024-25-Q3.")
    organisation: OdsCode = strawberry.field(
        description="On whose behalf: every figure is about it or about one of its members."
    )
    title: str | None = strawberry.field(default=UNSET, description="What you call it; by its quarter if left out.")
    figures: list[FigureInput] = strawberry.field(description="All of its figures, at most 10,000.")
    idempotency_key: str | None = strawberry.field(default=UNSET, description=_KEY)


@strawberry.input(description="A step with a submission.")
class SubmissionInput:
    """A step with a submission."""

    id: strawberry.ID = strawberry.field(description="Which one.")
    expected_version: int = strawberry.field(description="The version that you read.")
    reason: str | None = strawberry.field(default=UNSET, description="Why; needed to return and to withdraw.")
    public_note: str | None = strawberry.field(default=UNSET, description="What readers are told, when publishing.")
    idempotency_key: str | None = strawberry.field(default=UNSET, description=_KEY)


@strawberry.input(description="Corrections of published figures: the start of a new version of their submission.")
class AmendFiguresInput:
    """Corrections of published figures: the start of a new version of their submission."""

    figures: list[FigureInput] = strawberry.field(
        description="The figures that change; all others of the submission stay as they are."
    )
    quarter: str = strawberry.field(description="The quarter: 2024-25-Q3.")
    organisation: OdsCode = strawberry.field(description="On whose behalf they were published.")
    reason: str = strawberry.field(description="Why they change.")
    public_note: str = strawberry.field(description="What readers are told about the change.")
    idempotency_key: str | None = strawberry.field(default=UNSET, description=_KEY)


@strawberry.input(description="A value that a target asks for on the way.")
class MilestoneInput:
    """A value that a target asks for on the way."""

    due: dt.date = strawberry.field(description="When; after the baseline, before the due date.")
    value: float = strawberry.field(description="The value, in the metric's unit.")


@strawberry.input(description="A target: a new one, or a revision of one.")
class SetTargetInput:
    """A target: a new one, or a revision of one."""

    id: strawberry.ID | None = strawberry.field(
        default=UNSET, description="Which one to revise; a new one if left out."
    )
    metric: str = strawberry.field(description="The metric's code.")
    organisation: OdsCode = strawberry.field(description="The code of the organisation that is asked.")
    comparator: Comparator = strawberry.field(description="How a figure is compared with the value.")
    value: float = strawberry.field(description="The value that is asked for; the lower bound of BETWEEN.")
    upper_value: float | None = strawberry.field(default=UNSET, description="The upper bound; for BETWEEN alone.")
    baseline: float | None = strawberry.field(default=UNSET, description="The value that progress is counted from.")
    baseline_on: dt.date | None = strawberry.field(default=UNSET, description="The day of the baseline; with it alone.")
    due: dt.date | None = strawberry.field(default=UNSET, description="The day by which it is to be met.")
    milestones: list[MilestoneInput] | None = strawberry.field(
        default=UNSET, description="What it asks for on the way, at most 40."
    )
    reason: str | None = strawberry.field(default=UNSET, description="Why it is set or changed; needed.")
    source: str | None = strawberry.field(
        default=UNSET, description="Where it was published; the one that it has, or this tracker, if left out."
    )
    idempotency_key: str | None = strawberry.field(default=UNSET, description=_KEY)


@strawberry.input(description="The dates of a quarter, all three: one that is left out is none.")
class SetQuarterInput:
    """The dates of a quarter, all three: one that is left out is none."""

    quarter: str = strawberry.field(description="The quarter: 2024-25-Q3.")
    opens_on: dt.date | None = strawberry.field(
        default=UNSET, description="The first day on which its figures are taken; its own first day if left out."
    )
    soft_deadline: dt.date | None = strawberry.field(
        default=UNSET, description="The last day on which they are in time."
    )
    hard_deadline: dt.date | None = strawberry.field(default=UNSET, description="The last day on which they are taken.")
    reason: str = strawberry.field(description="Why; kept in the audit.")
    idempotency_key: str | None = strawberry.field(default=UNSET, description=_KEY)


@strawberry.input(description="An exception from what a quarter asks for.")
class GrantExceptionInput:
    """An exception from what a quarter asks for."""

    quarter: str = strawberry.field(description="The quarter: 2024-25-Q3.")
    organisation: OdsCode = strawberry.field(description="The code of the organisation that it is for.")
    metric: str | None = strawberry.field(
        default=UNSET, description="The code of the metric that it is for; all that it is asked for if left out."
    )
    until: dt.date | None = strawberry.field(
        default=UNSET, description="The day until which it has time, where a deadline is earlier; let off if left out."
    )
    reason: str = strawberry.field(description="Why.")
    idempotency_key: str | None = strawberry.field(default=UNSET, description=_KEY)


@strawberry.input(description="A day from which the process limits of a series are reckoned anew.")
class RecalculateLimitsInput:
    """A day from which the process limits of a series are reckoned anew."""

    metric: str = strawberry.field(description="The metric's code.")
    organisation: OdsCode = strawberry.field(description="The organisation's code.")
    starts: dt.date = strawberry.field(
        description="The day: figures of periods that end on it or later have limits of their own."
    )
    reason: str = strawberry.field(description="How the process changed; when it is taken back, why.")
    take_back: bool | None = strawberry.field(
        default=False, description="Whether limits are no longer to be reckoned anew from that day."
    )
    idempotency_key: str | None = strawberry.field(default=UNSET, description=_KEY)


@strawberry.input(description="A metric: a new one, or another wording or rule of one. Its unit never changes.")
class SaveMetricInput:
    """A metric: a new one, or another wording or rule of one. Its unit never changes."""

    code: str = strawberry.field(description="Its code, in snake_case: which one, or the code of a new one.")
    name: str = strawberry.field(description="Its name.")
    description: str = strawberry.field(description="What it counts, and what it leaves out.")
    theme: str = strawberry.field(description="The code of its theme.")
    unit: Unit = strawberry.field(description="What its values are measured in.")
    direction: Direction = strawberry.field(description="Which way it improves.")
    decimals: int = strawberry.field(description="The most decimals that a value has, 0 to 6.")
    minimum: float | None = strawberry.field(default=UNSET, description="The least that a value can be.")
    maximum: float | None = strawberry.field(default=UNSET, description="The most that a value can be.")
    collected_from: list[OrganisationKind] = strawberry.field(
        description="The kinds of organisation that it is collected from."
    )
    numerator_label: str | None = strawberry.field(default=UNSET, description="What the numerator counts.")
    denominator_label: str | None = strawberry.field(default=UNSET, description="What the denominator counts.")
    denominator_metric: str | None = strawberry.field(
        default=UNSET, description="The code of the metric that counts what the denominator counts."
    )
    tolerance: float | None = strawberry.field(
        default=UNSET, description="The change between two periods beyond which a reason is asked for."
    )
    roll_up: RollUp = strawberry.field(description="How members' figures make their group's.")
    source: str | None = strawberry.field(default=UNSET, description="Where its figures come from.")
    part_of: str | None = strawberry.field(default=UNSET, description="The code of the metric that it is a part of.")
    reason: str | None = strawberry.field(default=UNSET, description="Why; kept in the audit.")
    idempotency_key: str | None = strawberry.field(default=UNSET, description=_KEY)
