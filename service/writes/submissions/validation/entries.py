"""One figure as it was sent, and as an entry: exact decimals, and what its codes name."""

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from schema.enumerations import FigureStatus
from schema.periods import Period
from schema.tables import Citation, Measurement, MetricRow, OrganisationRow, key
from schema.units import rounded_ratio


@dataclass(frozen=True)
class Row:
    """One figure as it was sent. `base_revision` is the published revision that its writer could see; None: any."""

    metric: str
    organisation: str
    period: str
    measurement: Measurement
    is_nil_return: bool = False
    reason: str | None = None
    base_revision: int | None = None
    is_provisional: bool = False
    # Where it was printed; None: the return itself is its source.
    source: Citation | None = None

    @property
    def codes(self) -> tuple[str, str, str]:
        """The codes of its cell: metric, organisation, period."""
        return self.metric, self.organisation, self.period


@dataclass(frozen=True)
class Entry:
    """A row whose codes all name something here and whose numbers make sense. A nil return has no value."""

    row: int
    metric: MetricRow
    organisation: OrganisationRow
    period: Period
    measurement: Measurement
    reason: str | None
    base_revision: int | None = None
    is_provisional: bool = False
    source: Citation | None = None

    @property
    def value(self) -> Decimal | None:
        """Its value; None for a nil return."""
        return self.measurement.value

    @cached_property
    def cell(self) -> tuple[int, int, str]:
        """The cell that it fills: metric, organisation and period."""
        return *self.series, self.period.code

    @cached_property
    def series(self) -> tuple[int, int]:
        """The series that it is in: metric and organisation."""
        return key(self.metric), key(self.organisation)

    @property
    def is_nil_return(self) -> bool:
        """Whether it reports that there is no figure."""
        return self.value is None

    @property
    def status(self) -> FigureStatus:
        """The status that its figure gets."""
        if self.is_nil_return:
            return FigureStatus.WITHDRAWN
        return FigureStatus.PROVISIONAL if self.is_provisional else FigureStatus.PUBLISHED

    @property
    def name(self) -> str:
        """Its cell in words."""
        return f"{self.metric.name} of {self.organisation.name} for {self.period.label}"


def with_printed_limits(sent: Measurement, was: Measurement) -> Measurement:
    """What was sent, with the limits that a source printed with the same value, where it has none of its own."""
    if sent.value != was.value or sent.lower_confidence_limit is not None:
        return sent
    limits = was.lower_confidence_limit, was.upper_confidence_limit
    return replace(sent, lower_confidence_limit=limits[0], upper_confidence_limit=limits[1])


def calculated(metric: MetricRow, numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """The value that a numerator and a denominator make, to the metric's decimals; None where they make none."""
    return rounded_ratio(metric.unit, numerator, denominator, metric.decimals)
