"""One figure as it was sent, and as an entry: exact decimals, and what its codes name."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from schema.enumerations import Unit
from schema.errors import Refusal
from schema.periods import Period, parsed
from schema.tables import FigureRow, MetricRow, OrganisationRow, PeriodRow, SubmissionRow, TargetRow

# A float has up to 309 digits before the point, and quantize needs room for all of them.
_CONTEXT = Context(prec=400)
_FACTORS = {Unit.PERCENT: 100, Unit.RATE_PER_100000: 100_000}


@dataclass(frozen=True)
class Row:
    """One figure as it was sent. `base_revision` is the published revision that its writer could see; None: any."""

    metric: str
    organisation: str
    period: str
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    is_nil_return: bool = False
    note: str | None = None
    reason: str | None = None
    base_revision: int | None = None


@dataclass(frozen=True)
class Entry:
    """A row whose codes all name something here and whose numbers make sense. A nil return has no value."""

    row: int
    metric: MetricRow
    organisation: OrganisationRow
    period: Period
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    note: str | None
    reason: str | None
    base_revision: int | None = None

    @property
    def cell(self) -> tuple[int, int, str]:
        """What it is a figure of: metric, organisation and period."""
        return key(self.metric), key(self.organisation), self.period.code

    @property
    def series(self) -> tuple[int, int]:
        """The series that it belongs to: metric and organisation."""
        return key(self.metric), key(self.organisation)

    @property
    def is_nil_return(self) -> bool:
        """Whether it says that there is no figure."""
        return self.value is None

    def told(self) -> str:
        """What it is a figure of, in words."""
        return f"{self.metric.name} of {self.organisation.name} for {self.period.label}"


def key(row: MetricRow | OrganisationRow | PeriodRow | FigureRow | SubmissionRow | TargetRow) -> int:
    """The key of a row that the database has given one."""
    if row.id is None:
        raise ValueError("the row is not in the database yet")
    return row.id


def reckoned(metric: MetricRow, numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """The value that a numerator and a denominator give, to the metric's decimals; None where they give none."""
    factor = _FACTORS.get(Unit(metric.unit))
    return None if factor is None else rounded(numerator * factor / denominator, metric.decimals)


def rounded(value: Decimal, decimals: int) -> Decimal:
    """A value to some decimals, half up."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _CONTEXT)


def decimal(number: float | None) -> Decimal | None:
    """The exact decimal of the shortest text of a number: 69.57 stays 69.57, and 89.0 is 89."""
    if number is None:
        return None
    return Decimal(int(number)) if float(number).is_integer() else Decimal(str(number))


def named_period(code: str) -> Period | None:
    """The period that a code names, or None."""
    try:
        return parsed(code)
    except Refusal:
        return None


def named_quarter(code: str) -> Period | None:
    """The quarter that a code names, or None."""
    period = named_period(code)
    return period if period is not None and period.kind == "QUARTER" else None
