"""The published figures of a series become those of one length, and the quarters of a count from 1 April.

Figures are compared with their like alone (`schema.alike`): a month with months, a count to July with counts to July.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from schema.alike import is_same_length, is_same_series
from schema.computed_inputs.series import SeriesFigure
from schema.enumerations import Counts, Frequency, PeriodKind
from schema.periods import Period, parsed, quarter_of, spanning
from service.statistics.lengths import FREQUENCIES


class WorkedOut(SeriesFigure):
    """What was counted in one quarter or month: the count to its end less the count to its start."""


@dataclass(frozen=True)
class Chosen:
    """The figures of one length, oldest first, and that length; None where there are none of it."""

    figures: tuple[SeriesFigure, ...]
    frequency: Frequency | None
    # Whether they are parts of counts from a day on, so that no target for the whole count is theirs.
    are_parts: bool = False


def chosen(counts: Counts, figures: Sequence[SeriesFigure], frequency: Frequency | None) -> Chosen:
    """The figures of a length; without one, of that which has most figures, or the latest of those."""
    if counts is Counts.AT_DATE:
        return _on_days(figures, frequency)
    found = _running(counts, figures) if counts is not Counts.OVER_PERIOD else _over_periods(figures)
    if frequency is not None:
        return next((each for each in found if each.frequency is frequency), Chosen((), frequency))
    return max(found, key=lambda each: len(each.figures), default=Chosen((), None))


def period_of(figure: SeriesFigure) -> Period:
    """The period of a figure."""
    return spanning(figure.period_starts, figure.period_ends)


def _frequency(figure: SeriesFigure) -> Frequency:
    return FREQUENCIES[figure.kind]


def _on_days(figures: Sequence[SeriesFigure], frequency: Frequency | None) -> Chosen:
    """The figures of all days, one for each; or of the days that end a period of a length."""
    if not figures:
        return Chosen((), frequency)
    count = Counter(map(_frequency, figures))
    wanted = frequency or max(count, key=lambda each: (count[each], -list(Frequency).index(each)))
    by_day: dict[object, SeriesFigure] = {}
    for figure in sorted(figures, key=lambda each: (each.period_ends, _frequency(each) is wanted, each.id)):
        by_day[figure.period_ends] = figure
    days = tuple(figure for figure in by_day.values() if frequency is None or _ends(figure, frequency))
    return Chosen(days, wanted)


def _ends(figure: SeriesFigure, frequency: Frequency) -> bool:
    """Whether the last day of a figure ends a month, quarter or year; for other lengths, whether it is for one."""
    ends = figure.period_ends
    quarter = parsed(quarter_of(ends))
    match frequency:
        case Frequency.DAY:
            return True
        case Frequency.MONTH:
            return spanning(ends.replace(day=1), ends).kind is PeriodKind.MONTH
        case Frequency.QUARTER:
            return quarter.ends == ends
        case Frequency.YEAR:
            return (ends.month, ends.day) == (3, 31)
    return _frequency(figure) is frequency


def _over_periods(figures: Sequence[SeriesFigure]) -> list[Chosen]:
    """The figures of each length, those that end last before the others; of stretches, those as long as the latest."""
    latest: dict[Frequency, SeriesFigure] = {_frequency(figure): figure for figure in figures}
    found = [
        Chosen(tuple(each for each in figures if is_same_length(period_of(last), period_of(each))), frequency)
        for frequency in Frequency
        if (last := latest.get(frequency)) is not None
    ]
    return sorted(found, key=lambda each: each.figures[-1].period_ends, reverse=True)


def _running(counts: Counts, figures: Sequence[SeriesFigure]) -> list[Chosen]:
    """Counts from 1 April to the same point of each year, or since a launch; and the quarters and months in them."""
    if not figures:
        return []
    last = period_of(figures[-1])
    alike = tuple(each for each in figures if is_same_series(counts, last, period_of(each)))
    whole = Chosen(alike, Frequency.YEAR if counts is Counts.YEAR_TO_DATE else Frequency.SPAN)
    return [whole, *(Chosen(each, name, are_parts=True) for name, each in _parts(figures) if each)]


def _parts(figures: Sequence[SeriesFigure]) -> Iterator[tuple[Frequency, tuple[SeriesFigure, ...]]]:
    yield Frequency.QUARTER, tuple(_worked_out(figures, PeriodKind.QUARTER))
    yield Frequency.MONTH, tuple(_worked_out(figures, PeriodKind.MONTH))


def _worked_out(figures: Sequence[SeriesFigure], kind: PeriodKind) -> Iterator[SeriesFigure]:
    """Each quarter or month whose two ends are there, or that is such a count itself."""
    by_days = {(each.period_starts, each.period_ends): each for each in figures}
    for figure in figures:
        starts, ends = figure.period_starts, figure.period_ends
        part = parsed(quarter_of(ends)) if kind is PeriodKind.QUARTER else spanning(ends.replace(day=1), ends)
        if part.kind is not kind or part.ends != ends or part.starts < starts:
            continue
        if part.starts == starts:
            yield figure
        elif before := by_days.get((starts, part.starts - dt.timedelta(days=1))):
            yield _difference(figure, before, part)


def _difference(figure: SeriesFigure, before: SeriesFigure, part: Period) -> WorkedOut:
    value = Decimal(repr(figure.value)) - Decimal(repr(before.value))
    without = dict.fromkeys(("numerator", "denominator", "lower_confidence_limit", "upper_confidence_limit"))
    changed = {"value": float(value), "kind": part.kind, "label": part.label, "period_starts": part.starts}
    return WorkedOut(**{**vars(figure), **without, **changed})
