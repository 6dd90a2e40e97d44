"""A figure's period compared with how its metric counts, and counts over days with those that they include."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from schema.alike import contains
from schema.enumerations import Counts, PeriodKind, Qualifier, Unit
from schema.periods import Period, long_date
from schema.tables import Measurement
from service.statistics import sentences
from service.writes.submissions.validation.entries import Entry
from service.writes.submissions.validation.findings import Finding, of_row
from service.writes.submissions.validation.known import Known, Past

_STRETCHES = {PeriodKind.SPAN, PeriodKind.ROLLING_YEAR}
# From these on a count begins: within its year, or since its launch, it can only grow.
_RUNNING = {Counts.YEAR_TO_DATE, Counts.SINCE}


def of_kind(entry: Entry, known: Known) -> Iterator[Finding]:
    """Whether the period is one that the metric counts over. A figure that is published already can be corrected."""
    if entry.is_nil_return or entry.cell in known.published:
        return
    if why := _wrong(entry, known.histories.get(entry.series, ())):
        message = f"{entry.metric.name} counts {why}, and {entry.period.label} does not."
        yield of_row("validation/wrong-kind", message, entry.row, "period")


def _wrong(entry: Entry, past: Sequence[Past]) -> str | None:
    """How the metric counts, where the period of an entry does not; None where it does."""
    period = entry.period
    match Counts(entry.metric.counts):
        case Counts.AT_DATE:
            return "on the last day of a day, month, quarter or year" if period.kind in _STRETCHES else None
        case Counts.OVER_PERIOD:
            return "over a period of more than a day" if period.kind is PeriodKind.SNAPSHOT else None
        case Counts.YEAR_TO_DATE:
            is_from_april = (period.starts.month, period.starts.day) == (4, 1)
            is_within = (period.ends.year, period.ends.month) < (period.starts.year + 1, 4)
            return None if is_from_april and is_within else "from 1 April to a day within the same year"
    starts = {one.starts for one in past}
    return None if period.starts in starts or not starts else f"from {long_date(min(starts))}"


def compare_with_included(entry: Entry, known: Known, entries: Sequence[Entry]) -> Iterator[Finding]:
    """A count over days that is less than the count over some of them: published, or among the entries of its series.

    What can be below zero, such as a change, can be less.
    """
    metric = entry.metric
    is_change = metric.change_of_id is not None or metric.difference_of_id is not None
    if metric.unit != Unit.COUNT or metric.counts == Counts.AT_DATE or is_change or entry.value is None:
        return
    mine = _Counted(entry.period, entry.measurement)
    code = "validation/running-count-falls" if metric.counts in _RUNNING else "validation/less-than-included"
    for other in _others(entry, known, entries):
        for longer, shorter in ((mine, other), (other, mine)):
            if contains(longer.period, shorter.period) and longer.is_less_than(shorter):
                message = f"{metric.name} of {entry.organisation.name}: {longer} is less than {shorter}, in it."
                yield of_row(code, message, entry.row, "value")
                return


@dataclass(frozen=True)
class _Counted:
    """A count over days."""

    period: Period | Past
    measurement: Measurement

    def is_less_than(self, other: "_Counted") -> bool:
        """Whether it is less for certain: "over 11 million" may be more than 11,300,000."""
        exact = {self.measurement.qualifier, other.measurement.qualifier} <= {Qualifier.EXACT}
        return exact and self._value < other._value

    @property
    def _value(self) -> Decimal:
        return self.measurement.value or Decimal(0)

    def __str__(self) -> str:
        return f"{sentences.number(Unit.COUNT, self._value)} ({self.period.label})"


def _others(entry: Entry, known: Known, entries: Sequence[Entry]) -> list[_Counted]:
    """The other counts of its series: as they are sent, else as they are published."""
    sent = {(each.period.starts, each.period.ends): each for each in entries}
    published = [
        _Counted(one, one.measurement)
        for one in known.histories.get(entry.series, ())
        if (one.starts, one.ends) not in sent
    ]
    return published + [_Counted(each.period, each.measurement) for each in entries if not each.is_nil_return]
