"""Values over time become an alert on a lasting drift, too small for a single point to show: a tabular CUSUM.

Sources: NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.3; Montgomery, Introduction to Statistical Quality
Control.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from service.statistics.count_charts import D2
from service.statistics.process import ENOUGH, latest_limits

# Half a standard deviation is allowed, and an alert is given beyond five, both as Montgomery recommends.
ALLOWANCE, ALERT = 0.5, 5.0


@dataclass(frozen=True)
class Drift:
    """A drift that has not ended: the value that it begins with, and the first one that shows it, by their places."""

    is_up: bool
    since: int
    shown: int


def sums(values: Sequence[float], mean: float, allowance: float) -> tuple[list[float], list[float]]:
    """How far values are above and below a mean by more than an allowance, added up; never below 0."""

    def added(total: float, away: float) -> float:
        return max(0.0, total + away - allowance)

    above = accumulate((value - mean for value in values), added, initial=0.0)
    below = accumulate((mean - value for value in values), added, initial=0.0)
    return list(above)[1:], list(below)[1:]


def drift(values: Sequence[float]) -> Drift | None:
    """The drift at the end of some values, against their first twelve; None without one, or with fewer than 13 values.

    A baseline that is flat has no standard deviation, so nothing is said.
    """
    baseline = latest_limits(values[:ENOUGH]) if len(values) > ENOUGH else None
    if baseline is None or not baseline.mean_moving_range:
        return None
    sigma = float(baseline.mean_moving_range) / D2
    both = sums(values[ENOUGH:], float(baseline.mean), ALLOWANCE * sigma)
    for is_up, totals in zip((True, False), both, strict=True):
        if totals[-1] > ALERT * sigma:
            since = max((at for at, total in enumerate(totals) if total == 0.0), default=-1) + 1
            shown = next(at for at in range(since, len(totals)) if totals[at] > ALERT * sigma)
            return Drift(is_up, ENOUGH + since, ENOUGH + shown)
    return None
