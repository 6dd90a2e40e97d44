"""A target with its revisions and the figures that are judged by it: the inputs of its progress."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from schema.computed_inputs.figures import Numbers
from schema.computed_inputs.recalculations import RecalculatedFrom
from schema.enumerations import Comparator, Counts, Frequency, OrganisationKind, TargetKind, Unit


@dataclass(frozen=True)
class Milestone:
    """A value that a revision of a target asks for on the way."""

    revision: int
    due: dt.date
    value: Decimal


@dataclass(frozen=True)
class TargetRevision:
    """A target as it was set or changed, and the day from which that counts."""

    revision: int
    counts_from: dt.date
    comparator: Comparator
    value: Decimal
    upper_value: Decimal | None
    baseline: Decimal | None
    baseline_on: dt.date | None
    start: dt.date | None
    due: dt.date | None
    kind: TargetKind
    frequency: Frequency | None = None
    members_needed: int | None = None
    members_needed_percent: Decimal | None = None


@dataclass(frozen=True)
class Stay:
    """Days, both inclusive, on which an inherited target is in force; null is open."""

    starts: dt.date | None
    ends: dt.date | None

    def has(self, day: dt.date) -> bool:
        """Whether a day is one of them."""
        return (self.starts is None or self.starts <= day) and (self.ends is None or day <= self.ends)


@dataclass(frozen=True)
class TargetHistory:
    """Every revision of a target, and the milestones of each, oldest first.

    `due_before` is when the target before it of the same metric and organisation is due. `days` are those on which an
    inherited target is in force; None: it was set for its organisation itself.
    """

    revisions: tuple[TargetRevision, ...]
    milestones: tuple[Milestone, ...]
    due_before: dt.date | None
    days: tuple[Stay, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class JudgedFigure(Numbers):
    """One published figure of the series that a target is about."""

    id: int
    period_id: int
    period_starts: dt.date
    period_ends: dt.date


@dataclass(frozen=True)
class JudgedMember:
    """A member that inherits a target on some days, with the figures that are judged there.

    `id` is that of the member's own row of the target; the rest is as in a judged target.
    """

    id: int
    closed_on: dt.date | None
    days: tuple[Stay, ...]
    figures: tuple[JudgedFigure, ...]
    recalculations: tuple[RecalculatedFrom, ...]


@dataclass(frozen=True)
class JudgedTarget:
    """A target, every published figure of its series, oldest first, and where the limits are recalculated.

    `closed_on` is the organisation's last day. A target for members `applies_to` a kind of them. It has `members`, one
    for each that ever inherits it, unless they are judged elsewhere; its own organisation's figures say nothing.
    """

    id: int
    unit: Unit
    counts: Counts
    is_sample: bool
    closed_on: dt.date | None
    history: TargetHistory
    figures: tuple[JudgedFigure, ...]
    recalculations: tuple[RecalculatedFrom, ...] = ()
    applies_to: OrganisationKind | None = None
    inherited_from: int | None = None
    members: tuple[JudgedMember, ...] | None = None


@dataclass(frozen=True)
class ProgressInputs:
    """Inputs of the progress of a target on a date, by the figures of periods that ended by then."""

    judged: JudgedTarget
    as_of: dt.date


@dataclass(frozen=True)
class ProgressHistoryInputs:
    """Inputs of the progress of a target at the end of each period that ends within the dates; null is open."""

    judged: JudgedTarget
    starts: dt.date | None
    ends: dt.date | None
