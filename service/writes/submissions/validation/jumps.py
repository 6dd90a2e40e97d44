"""A figure compared with its neighbours in time: the published figure before it, and the one after it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from schema.enumerations import PeriodKind, Unit
from schema.units import unit_rules
from service.statistics import sentences
from service.writes.submissions.validation.entries import Entry
from service.writes.submissions.validation.findings import Finding, of_row
from service.writes.submissions.validation.known import Past

# What the metric does not say: how many points, or how many percent of the neighbour, are unusual.
_POINTS, _PERCENT = Decimal(20), Decimal(50)
# A count that stays at or below this changes by half too easily to be asked about.
_SMALL = Decimal(20)
_DEFAULTS = {Unit.PERCENT: _POINTS, Unit.FTE: _PERCENT, Unit.COUNT: _PERCENT}
_SLIPS = (10, 100, 1000)
# How near to a factor of ten two figures are, when a decimal point has slipped between them.
_NEAR = Decimal("0.1")
_MONTHS = {PeriodKind.MONTH: 1, PeriodKind.FINANCIAL_YEAR: 12, PeriodKind.ROLLING_YEAR: 12}
# A denominator that is this many times smaller or larger counts something else.
_OTHER_DENOMINATOR = 10


@dataclass(frozen=True)
class _Change:
    """A value and its neighbour; the change is that of the value, whichever of the two is the later."""

    entry: Entry
    value: Decimal
    neighbour: Past

    @property
    def unit(self) -> Unit:
        return Unit(self.entry.metric.unit)

    @property
    def size(self) -> Decimal | None:
        """In points, or in percent of the neighbour; None where the neighbour is 0."""
        change = self.value - self.neighbour.value
        if unit_rules(self.unit).is_in_points:
            return change
        return 100 * change / abs(self.neighbour.value) if self.neighbour.value else None

    @property
    def tolerance(self) -> Decimal | None:
        """For one period: the metric's, or the unit's."""
        own: Decimal | None = self.entry.metric.tolerance
        if own is not None:
            return own
        is_small = max(abs(self.value), abs(self.neighbour.value)) <= _SMALL
        return None if is_small and self.unit is not Unit.PERCENT else _DEFAULTS.get(self.unit)

    @property
    def periods(self) -> Decimal:
        """How many periods of the entry's length lie between the two."""
        one, other = self.entry.period.ends, self.neighbour.ends
        months = abs(12 * (one.year - other.year) + one.month - other.month)
        return max(Decimal(1), Decimal(months) / _MONTHS.get(self.entry.period.kind, 3))

    @property
    def is_unusual(self) -> bool:
        """Whether it is more than the tolerance, which widens with the square root of the number of periods."""
        if self.size is None or self.tolerance is None:
            return False
        return self.size**2 > self.tolerance**2 * self.periods

    @property
    def slip(self) -> int | None:
        """The factor by which a decimal point has slipped, where it looks like that."""
        small, large = sorted((abs(self.value), abs(self.neighbour.value)))
        if not small or self.unit not in (*_DEFAULTS, Unit.COUNT, Unit.RATE_PER_100000):
            return None
        if self.unit is Unit.PERCENT and self.value <= 1 < self.neighbour.value:
            return 100 if abs(100 * self.value - self.neighbour.value) <= _POINTS else None
        return next((each for each in _SLIPS if abs(large / small / each - 1) <= _NEAR), None)


def jumps(entry: Entry, value: Decimal, past: Sequence[Past], later: Sequence[Past]) -> Iterator[Finding]:
    """What is unusual next to the figure before or the one after: a jump, a slipped decimal, another denominator."""
    for neighbour in (*past[-1:], *later[:1]):
        change = _Change(entry, value, neighbour)
        if change.slip is not None:
            yield of_row("validation/jump", _slipped(change), entry.row, "value")
        elif change.is_unusual:
            yield of_row("validation/jump", _unusual(change), entry.row, "value")
        yield from _other_denominator(entry, neighbour)


def _slipped(change: _Change) -> str:
    value, other = (sentences.number(change.unit, each) for each in (change.value, change.neighbour.value))
    said = f"{change.entry.name} is {value}, and {other} for {change.neighbour.label}"
    if change.unit is Unit.PERCENT and change.value <= 1:
        return f"{said}; it may be a share that was sent as a percentage."
    return f"{said}: about {change.slip:,} times as much or as little. A decimal point may have slipped."


def _unusual(change: _Change) -> str:
    size, unit, neighbour = change.size or Decimal(0), change.unit, change.neighbour
    words = "points" if unit_rules(unit).is_in_points else "percent"
    value, other = sentences.number(unit, change.value), sentences.number(unit, neighbour.value)
    limit = change.tolerance or Decimal(0)
    usual = f"a change of more than {limit:f} {'is' if change.periods == 1 else 'a period is'} unusual."
    if neighbour.ends > change.entry.period.ends:
        return f"{change.entry.name} is {value}, {abs(size):.2f} {words} from {other} ({neighbour.label}); {usual}"
    way = "up" if size > 0 else "down"
    return (
        f"{change.entry.metric.name} of {change.entry.organisation.name} goes {way} by {abs(size):.2f} {words}, from "
        f"{other} ({neighbour.label}) to {value}; {usual}"
    )


def _other_denominator(entry: Entry, neighbour: Past) -> Iterator[Finding]:
    now, then = entry.measurement.denominator, neighbour.measurement.denominator
    if not unit_rules(entry.metric.unit).is_ratio or not now or not then:
        return
    if max(now, then) >= _OTHER_DENOMINATOR * min(now, then):
        message = f"The denominator is {now:,f}, and {then:,f} for {neighbour.label}."
        yield of_row("validation/other-denominator", message, entry.row, "denominator")
