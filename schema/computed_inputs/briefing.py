"""The inputs of a board's committee paper."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from schema.computed_inputs.targets import ProgressInputs
from schema.enumerations import Counts, OrganisationKind, PeriodKind, Qualifier, RollUp, Unit
from schema.papers import Baseline, OutlineKind


@dataclass(frozen=True)
class OutlineLine:
    """One line of the ICB's outline; `schema.tables.OutlineRow` describes its columns."""

    section: str | None
    kind: OutlineKind
    words: str
    heading: str | None
    metric: str | None


@dataclass(frozen=True)
class Made:
    """What members' figures make of their group's, and from how many of how many members."""

    value: Decimal
    rests_on: int
    of: int


@dataclass(frozen=True)
class PaperFigure:
    """One figure as known on the paper's day, with the digits that were published: 578.50 keeps its zero.

    `recorded` is the number that the register gives for the same count. `made` is what members' figures make, where
    somebody sent a figure that is calculated from them. `has_nil_return` says whether a later period was
    answered with a nil return.
    """

    key: int
    metric: str
    organisation: str
    kind: PeriodKind
    starts: dt.date
    ends: dt.date
    label: str
    unit: Unit
    value: Decimal
    numerator: Decimal | None
    denominator: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    qualifier: Qualifier
    recorded: int | None
    made: Made | None
    has_nil_return: bool
    # A figure that is calculated from members' says from how many of how many.
    rests_on: int | None = None
    of: int | None = None


@dataclass(frozen=True)
class PaperMetric:
    """A metric: how the paper defines it, and the metrics that its figures are checked against."""

    code: str
    name: str
    description: str
    source: str | None
    roll_up: RollUp
    counts: Counts
    part_of: str | None
    denominator_metric: str | None
    change_of: str | None
    change_since: Baseline | None
    difference_of: str | None
    counted_by: str | None
    parts_are_whole: bool


@dataclass(frozen=True)
class PaperOrganisation:
    """An organisation whose figures or targets a paper may give; `has_another_paper` if it is in another board's."""

    code: str
    name: str
    kind: OrganisationKind
    has_another_paper: bool


@dataclass(frozen=True)
class Partnership:
    """The members of a partnership on the day of most figures, by name."""

    code: str
    networks: tuple[str, ...]
    orphans: tuple[str, ...]


@dataclass(frozen=True)
class TargetChange:
    """A revision of a target that was recorded in the paper's quarter or later, and why."""

    revision: int
    on: dt.date
    reason: str


@dataclass(frozen=True)
class PaperTarget:
    """A target, the inputs of its progress on the paper's day, and how it was changed since the quarter began."""

    metric: str
    organisation: str
    progress: ProgressInputs
    changes: tuple[TargetChange, ...]


@dataclass(frozen=True)
class PaperCorrection:
    """A correction of a figure that the paper may mention, since its quarter began.

    `reason` is the new note for readers, or else the reason for the correction.
    """

    key: int
    on: dt.date
    before: Decimal
    qualifier_before: Qualifier
    reason: str
    source: str
    reference: str | None


@dataclass(frozen=True)
class PaperClosure:
    """A practice of the ICB that closed since the quarter began, by the paper's day, and what it became."""

    name: str
    closed_on: dt.date
    successors: tuple[str, ...]


@dataclass(frozen=True)
class BriefingInputs:
    """Everything that a board's paper of a day is written from; without a board there is no paper.

    `at` is the day of most figures that are counted on a day. `members_on` is the day on which the members of the
    partnerships are listed: the last of the paper's quarter, or without one that of most figures.
    """

    as_of: dt.date
    at: dt.date
    members_on: dt.date
    board: str | None
    region: str | None
    outline: tuple[OutlineLine, ...]
    figures: tuple[PaperFigure, ...]
    metrics: tuple[PaperMetric, ...]
    organisations: tuple[PaperOrganisation, ...]
    partnerships: tuple[Partnership, ...]
    targets: tuple[PaperTarget, ...]
    corrections: tuple[PaperCorrection, ...]
    closures: tuple[PaperClosure, ...]
