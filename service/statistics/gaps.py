"""Periods that are missing inside a series, and the runs of points that go on over them, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from schema.computed_inputs.series import SeriesFigure
from schema.enumerations import SpecialCause
from schema.periods import Period, between
from service.statistics.special_causes import Run

_NAMES = {
    SpecialCause.TREND_UP: "Trend upwards",
    SpecialCause.TREND_DOWN: "Trend downwards",
    SpecialCause.TWO_OF_THREE_HIGH: "Two of three points near the upper limit",
    SpecialCause.TWO_OF_THREE_LOW: "Two of three points near the lower limit",
    SpecialCause.SHIFT_ABOVE: "Shift above the mean",
    SpecialCause.SHIFT_BELOW: "Shift below the mean",
}


@dataclass(frozen=True)
class Gap:
    """The periods that are missing before the figure `at`, soonest first."""

    at: int
    missing: tuple[Period, ...]

    @property
    def names(self) -> list[str]:
        """One or two periods by their names, more as the first to the last."""
        labels = [each.label for each in self.missing]
        return labels if len(labels) <= 2 else [f"{labels[0]} to {labels[-1]}"]


def gaps(figures: Sequence[SeriesFigure]) -> list[Gap]:
    """The gaps of a series of figures, oldest first. Periods of no regular length leave none."""
    found = []
    for at, (before, after) in enumerate(pairwise(figures), start=1):
        if before.kind is after.kind:
            missing = between(after.kind, before.period_ends, after.period_ends)
            found += [Gap(at, tuple(missing))] if missing else []
    return found


def missing(gaps: Sequence[Gap]) -> str:
    """Which periods are missing, as a sentence: "Q1 2024/25 and Q2 2024/25 are missing" with a full stop."""
    *others, last = [name for gap in gaps for name in gap.names]
    names = f"{', '.join(others)} and {last}" if others else last
    is_one = len(gaps) == 1 and len(gaps[0].missing) == 1
    return f"{names} {'is' if is_one else 'are'} missing."


def spanning(runs: Sequence[Run], gaps: Sequence[Gap], figures: Sequence[SeriesFigure]) -> list[str]:
    """A sentence for each special cause of several points that goes on over a gap."""
    widest: dict[tuple[SpecialCause, int], tuple[int, int]] = {}
    for gap in gaps:
        for run in (each for each in runs if each.first < gap.at <= each.last):
            first, last = widest.get((run.cause, gap.at), (run.first, run.last))
            widest[run.cause, gap.at] = min(first, run.first), max(last, run.last)
    sentences = (
        f"{_NAMES[cause]}: the run from {figures[first].label} to {figures[last].label} spans a gap."
        for (cause, _), (first, last) in widest.items()
    )
    return list(dict.fromkeys(sentences))
