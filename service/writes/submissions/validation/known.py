"""What is known about the figures of a submission: all that the rules may look at, read once."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from schema.computed_inputs.recalculations import RecalculatedFrom
from schema.enumerations import FigureOrigin, FigureStatus, PeriodKind
from schema.tables import Citation, Measurement, MetricRow, OrganisationRow
from service.statistics.goals import Goals

Cell = tuple[int, int, str]
Series = tuple[int, int]


@dataclass(frozen=True)
class Published:
    """A figure as it is published now, and who published it when."""

    figure_id: int
    revision: int
    measurement: Measurement
    status: FigureStatus
    published_at: dt.datetime
    published_by: str | None
    origin: FigureOrigin = FigureOrigin.SENT
    source: Citation | None = None

    @property
    def is_derived(self) -> bool:
        """Whether it was calculated from other figures."""
        return self.origin is FigureOrigin.DERIVED

    @property
    def stands(self) -> bool:
        """Whether readers see it: it has not been withdrawn."""
        return self.status is not FigureStatus.WITHDRAWN


@dataclass(frozen=True)
class Past:
    """One published figure of a series."""

    ends: dt.date
    kind: PeriodKind
    label: str
    measurement: Measurement
    starts: dt.date

    @property
    def value(self) -> Decimal:
        """Its value. Every published figure has one."""
        if self.measurement.value is None:
            raise ValueError("a published figure has a value")
        return self.measurement.value


@dataclass(frozen=True)
class Members:
    """An organisation's members of the kind that a metric is collected from, and their figures of a period.

    `source` is the metric that the figures are of, where a derived one is calculated from them.
    """

    organisations: frozenset[int]
    figures: Mapping[int, Measurement]
    source: MetricRow | None = None


@dataclass(frozen=True)
class Deadline:
    """The first day to submit figures of a quarter, the last day on time, and the last day at all; None: no limit."""

    opens_on: dt.date | None = None
    soft: dt.date | None = None
    hard: dt.date | None = None


@dataclass(frozen=True)
class Known:
    """What is known. A rule whose key is missing here reports nothing."""

    # Today, and the organisations and periods that figures may be for: the submission's own, and of its members those
    # that were members on some day of the period.
    today: dt.date
    within: frozenset[tuple[str, str]]
    metrics: Mapping[str, MetricRow]
    organisations: Mapping[str, OrganisationRow]
    published: Mapping[Cell, Published] = field(default_factory=dict)
    # The figures of each series that are not withdrawn, oldest first.
    histories: Mapping[Series, Sequence[Past]] = field(default_factory=dict)
    # The dates from which the limits of each series are recalculated, soonest first.
    recalculations: Mapping[Series, Sequence[RecalculatedFrom]] = field(default_factory=dict)
    goals: Mapping[Series, Sequence[Goals]] = field(default_factory=dict)
    # The parts of each whole.
    parts: Mapping[int, Sequence[MetricRow]] = field(default_factory=dict)
    wholes: Mapping[int, MetricRow] = field(default_factory=dict)
    members: Mapping[Cell, Members] = field(default_factory=dict)
    # What each increase and each difference is calculated from: a figure, and the one that is subtracted from it.
    subtractions: Mapping[Cell, tuple[Cell, Cell]] = field(default_factory=dict)
    deadlines: Mapping[Series, Deadline] = field(default_factory=dict)
    quarter: Deadline = field(default_factory=Deadline)
    # The day on which the submission was submitted; None before.
    submitted_on: dt.date | None = None

    def published_for(self, metric: str, organisation: str, period: str) -> Published | None:
        """The figure that is published for a cell, by the codes that name it."""
        if metric not in self.metrics or organisation not in self.organisations:
            return None
        cell = (self.metrics[metric].id or 0, self.organisations[organisation].id or 0, period)
        return self.published.get(cell)
