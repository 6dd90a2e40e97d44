"""A figure compared with a benchmark: significantly higher or lower, and whether that is better or worse.

Source: the method's section on comparison with a benchmark.
"""

from dataclasses import dataclass

from schema.enumerations import Direction, Judgement, Significance
from service.statistics.intervals import Interval


@dataclass(frozen=True)
class Compared:
    """The result of a comparison; `reason` says why there is none."""

    significance: Significance
    judgement: Judgement
    reason: str | None = None


def against(interval: Interval | None, benchmark: float, direction: Direction) -> Compared:
    """A figure's confidence interval compared with a benchmark in the same unit. The limits themselves are similar.

    Without an interval nothing is compared: never SIMILAR.
    """
    if interval is None:
        return Compared(Significance.NOT_COMPARED, Judgement.NOT_JUDGED, "The figure has no confidence interval.")
    if interval.lower <= benchmark <= interval.upper:
        neutral = direction is Direction.NEUTRAL
        return Compared(Significance.SIMILAR, Judgement.NOT_JUDGED if neutral else Judgement.SIMILAR)
    significance = Significance.HIGHER if interval.lower > benchmark else Significance.LOWER
    if direction is Direction.NEUTRAL:
        return Compared(significance, Judgement.NOT_JUDGED)
    is_better = (significance is Significance.HIGHER) == (direction is Direction.HIGHER_IS_BETTER)
    return Compared(significance, Judgement.BETTER if is_better else Judgement.WORSE)
