"""The latest five points of a series become a recent trend, as Fingertips calculates it.

Source: the method's section on recent trends; Fingertips technical guidance, recent trends.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from schema.enumerations import NotCalculatedCode, TrendDirection
from schema.reasons import Why, why
from service.statistics.sentences import there_are

POINTS = 5
# The chi-squared value with one degree of freedom that chance exceeds in 0.2 % of all cases.
SIGNIFICANT = 9.54953570608324
# A 95 % interval is this many standard errors wide.
_ERRORS_IN_INTERVAL = 3.92
_LEAST_RATIO = 1e-5
_STEEP = 1e6


@dataclass(frozen=True)
class TrendPoint:
    """One point: its value with either its counts or its 95 % limits, in one unit."""

    value: float
    numerator: float | None = None
    denominator: float | None = None
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class Trend:
    """The direction; `chi_squared` is what it was judged by, and `why` says why there is none."""

    direction: TrendDirection
    chi_squared: float | None = None
    why: Why | None = None

    @property
    def reason(self) -> str | None:
        """Why there is none, as a clause."""
        return None if self.why is None else self.why.clause


def recent(points: Sequence[TrendPoint]) -> Trend:
    """The trend of the latest five points, oldest first: by their counts where all have them, else by their intervals.

    The full fit and all five fits that leave one point out have to slope the same way. Nothing is refused.
    """
    latest = points[-POINTS:]
    if len(latest) < POINTS:
        return _none(
            NotCalculatedCode.TOO_FEW_POINTS,
            what="a trend needs",
            least=POINTS,
            there_are=there_are(len(latest)),
            since="",
        )
    if all(point.numerator is not None and point.denominator for point in latest):
        return _of_counts(latest)
    if any(point.lower is None or point.upper is None for point in latest):
        return _none(NotCalculatedCode.NO_INTERVAL)
    return _of_intervals(latest)


def _of_counts(points: Sequence[TrendPoint]) -> Trend:
    counts = [(at, point.numerator or 0.0, point.denominator or 0.0) for at, point in enumerate(points, start=1)]
    if any(count >= of for _, count, of in counts):
        return _none(NotCalculatedCode.ALL_COUNTED)
    if not any(count for _, count, __ in counts):
        return _none(NotCalculatedCode.NONE_COUNTED)
    total, whole = sum(count for _, count, __ in counts), sum(of for *_, of in counts)
    spread = whole * sum(at * at * of for at, _, of in counts) - sum(at * of for at, _, of in counts) ** 2
    chi_squared = whole * _slope_of_counts(counts) ** 2 / (total * (whole - total) * spread)
    return _judged(chi_squared, counts, _slope_of_counts)


def _slope_of_counts(counts: Sequence[tuple[int, float, float]]) -> float:
    """The numerator of the slope, which has its sign."""
    total, whole = sum(count for _, count, __ in counts), sum(of for *_, of in counts)
    return whole * sum(at * count for at, count, _ in counts) - total * sum(at * of for at, _, of in counts)


def _of_intervals(points: Sequence[TrendPoint]) -> Trend:
    errors = [((point.upper or 0.0) - (point.lower or 0.0)) / _ERRORS_IN_INTERVAL for point in points]
    if any(error <= 0 for error in errors):
        return _none(NotCalculatedCode.NO_WIDTH)
    # In units of the smallest error, so that no weight overflows; and none so small that a single point is left.
    least = max(min(errors), max(errors) * _LEAST_RATIO)
    weighed = [
        (at, point.value, min(least / error, 1.0) ** 2)
        for at, (point, error) in enumerate(zip(points, errors, strict=True), start=1)
    ]
    weight = sum(each for *_, each in weighed)
    middle = sum(at * each for at, _, each in weighed) / weight
    spread = sum(each * (at - middle) ** 2 for at, _, each in weighed)
    slope = _slope_of_values(weighed)
    # A slope many errors steep is as significant as one of a million.
    steepness = min(abs(slope / least), _STEEP)
    return _judged(steepness**2 * spread, weighed, _slope_of_values)


def _slope_of_values(weighed: Sequence[tuple[int, float, float]]) -> float:
    weight = sum(each for *_, each in weighed)
    middle = sum(at * each for at, _, each in weighed) / weight
    spread = sum(each * (at - middle) ** 2 for at, _, each in weighed)
    return sum(each * (at - middle) * value for at, value, each in weighed) / spread


Slope = Callable[[Sequence[tuple[int, float, float]]], float]


def _judged(chi_squared: float, points: Sequence[tuple[int, float, float]], slope: Slope) -> Trend:
    fits = [slope(points), *(slope([*points[:at], *points[at + 1 :]]) for at in range(len(points)))]
    if chi_squared > SIGNIFICANT and all(fit > 0 for fit in fits):
        return Trend(TrendDirection.INCREASING, chi_squared)
    if chi_squared > SIGNIFICANT and all(fit < 0 for fit in fits):
        return Trend(TrendDirection.DECREASING, chi_squared)
    return Trend(TrendDirection.NO_SIGNIFICANT_CHANGE, chi_squared)


def _none(code: NotCalculatedCode, **details: object) -> Trend:
    return Trend(TrendDirection.NOT_ASSESSABLE, None, why(code, **details))
