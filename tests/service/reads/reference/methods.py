"""Process limits, special causes, recent trends and forecasts, from their formulas, in exact fractions.

Slow and obvious on purpose. Nothing is imported from the service: a wrong method there gives another answer here.
Sources: NHS England, Making Data Count; Fingertips technical guidance; Theil 1950, Sen 1968.
"""

import datetime as dt
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise

Values = Sequence[Fraction]


def total(values: Iterable[Fraction]) -> Fraction:
    """The sum."""
    return sum(values, Fraction(0))


def mean(values: Values) -> Fraction:
    """The sum, divided by how many there are."""
    return total(values) / len(values)


def median(values: Values) -> Fraction:
    """The middle one, or the mean of the two in the middle."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


# ── Process limits and special causes ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Limits:
    """The mean of a stretch, its process limits, and the mean moving range that these are made of."""

    mean: Fraction
    lower: Fraction
    upper: Fraction
    moving: Fraction


def process_limits(values: Values) -> Limits | None:
    """The mean ± 2.66 mean moving ranges, without ranges of 3.267 times their mean or more; None below three values."""
    if len(values) < 3:
        return None
    ranges = [abs(values[at] - values[at - 1]) for at in range(1, len(values))]
    ordinary = [each for each in ranges if each < Fraction("3.267") * mean(ranges)]
    moving = mean(ordinary or ranges)
    width = Fraction("2.66") * moving
    return Limits(mean(values), mean(values) - width, mean(values) + width, moving)


def special_causes(values: Values) -> list[list[str]]:
    """What each value is a sign of, in the order of the rules."""
    limits = process_limits(values)
    rules = (_outside, _trend, _two_of_three, _shift)
    if limits is None:
        return [[] for _ in values]
    return [[cause for rule in rules if (cause := rule(values, at, limits))] for at in range(len(values))]


def _outside(values: Values, at: int, limits: Limits) -> str | None:
    if values[at] > limits.upper:
        return "ABOVE_UPPER_LIMIT"
    return "BELOW_LOWER_LIMIT" if values[at] < limits.lower else None


def _trend(values: Values, at: int, _: Limits) -> str | None:
    found = None
    for window in _windows(values, at, 7):
        steps = [after - before for before, after in pairwise(window)]
        if all(step > 0 for step in steps):
            found = "TREND_UP"
        if all(step < 0 for step in steps):
            found = "TREND_DOWN"
    return found


def _two_of_three(values: Values, at: int, limits: Limits) -> str | None:
    near = (limits.upper - limits.mean) * Fraction(2, 3)
    for window in _windows(values, at, 3):
        far = [each for each in window if abs(each - limits.mean) > near]
        if len(far) >= 2 and values[at] in far:
            if all(each > limits.mean for each in window):
                return "TWO_OF_THREE_HIGH"
            if all(each < limits.mean for each in window):
                return "TWO_OF_THREE_LOW"
    return None


def _shift(values: Values, at: int, limits: Limits) -> str | None:
    for window in _windows(values, at, 7):
        if all(each > limits.mean for each in window):
            return "SHIFT_ABOVE"
        if all(each < limits.mean for each in window):
            return "SHIFT_BELOW"
    return None


def runs(values: Values) -> list[tuple[str, int, int]]:
    """Each cause of several values together, with the places of its first and its last, in the order of the rules."""
    limits, found = process_limits(values), list[tuple[str, int, int]]()
    if limits is None:
        return found
    for length, names in ((7, _TRENDS), (3, _TWOS), (7, _SHIFTS)):
        for start in range(len(values) - length + 1):
            window, last = values[start : start + length], start + length - 1
            for name in (name for name, holds in names.items() if holds(window, limits)):
                if length == 7 and found and (found[-1][0], found[-1][2]) == (name, last - 1):
                    found[-1] = (name, found[-1][1], last)
                else:
                    found.append((name, start, last))
    return found


def step(values: Values) -> tuple[int, Limits] | None:
    """Where a step to one side of the mean begins, and the limits of the last eight values, all of the step."""
    if len(values) < 14:
        return None
    middle, since = mean(values), process_limits(values[-8:])
    assert since is not None
    sides = [(value > middle) - (value < middle) for value in values]
    belongs = [
        side != 0 and side == sides[-1] and since.lower <= value <= since.upper
        for side, value in zip(sides, values, strict=True)
    ]
    starts = [at for at in range(len(values)) if all(belongs[at:])]
    return (starts[0], since) if starts and 6 <= starts[0] <= len(values) - 8 else None


_TRENDS: dict[str, Callable[[Values, Limits], bool]] = {
    "TREND_UP": lambda window, _: all(after > before for before, after in pairwise(window)),
    "TREND_DOWN": lambda window, _: all(after < before for before, after in pairwise(window)),
}
_TWOS: dict[str, Callable[[Values, Limits], bool]] = {
    "TWO_OF_THREE_HIGH": lambda window, limits: (
        min(window) > limits.mean and sum(3 * each > 2 * limits.upper + limits.mean for each in window) >= 2
    ),
    "TWO_OF_THREE_LOW": lambda window, limits: (
        max(window) < limits.mean and sum(3 * each < 2 * limits.lower + limits.mean for each in window) >= 2
    ),
}
_SHIFTS: dict[str, Callable[[Values, Limits], bool]] = {
    "SHIFT_ABOVE": lambda window, limits: min(window) > limits.mean,
    "SHIFT_BELOW": lambda window, limits: max(window) < limits.mean,
}


def _windows(values: Values, at: int, length: int) -> list[Values]:
    """Every run of so many values in a row that a place is in, earliest first."""
    starts = range(max(at - length + 1, 0), min(at, len(values) - length) + 1)
    return [values[start : start + length] for start in starts]


HIGH = {"ABOVE_UPPER_LIMIT", "TREND_UP", "TWO_OF_THREE_HIGH", "SHIFT_ABOVE"}


def variation(values: Values, direction: str) -> str:
    """What the last value says about the process, by the side of its first special cause; nothing below six values."""
    if len(values) < 6:
        return "NOT_ASSESSABLE"
    causes = special_causes(values)[-1]
    if not causes:
        return "COMMON_CAUSE"
    side = "HIGH" if causes[0] in HIGH else "LOW"
    if direction == "NEUTRAL":
        return f"NEUTRAL_{side}"
    return "IMPROVEMENT" if direction == ("HIGHER" if side == "HIGH" else "LOWER") + "_IS_BETTER" else "CONCERN"


# For each comparator: whether both limits meet the target, and whether nothing between them does.
Verdict = Callable[[Fraction, Fraction, Fraction, Fraction], bool]
_PASSES: dict[str, Verdict] = {
    "AT_LEAST": lambda lower, _, target, __: lower >= target,
    "MORE_THAN": lambda lower, _, target, __: lower > target,
    "AT_MOST": lambda _, upper, target, __: upper <= target,
    "LESS_THAN": lambda _, upper, target, __: upper < target,
    "EXACTLY": lambda lower, upper, target, _: lower == upper == target,
    "BETWEEN": lambda lower, upper, target, most: target <= lower and upper <= most,
}
_FAILS: dict[str, Verdict] = {
    "AT_LEAST": lambda _, upper, target, __: upper < target,
    "MORE_THAN": lambda _, upper, target, __: upper <= target,
    "AT_MOST": lambda lower, _, target, __: lower > target,
    "LESS_THAN": lambda lower, _, target, __: lower >= target,
    "EXACTLY": lambda lower, upper, target, _: upper < target or lower > target,
    "BETWEEN": lambda lower, upper, target, most: upper < target or lower > most,
}


def assurance(values: Values, comparator: str, target: Fraction, most: Fraction | None) -> str:
    """Whether a process meets a target: always, never, or by chance. `most` is the upper value of BETWEEN."""
    limits = process_limits(values)
    if limits is None or len(values) < 6:
        return "NOT_ASSESSABLE"
    compared = (limits.lower, limits.upper, target, target if most is None else most)
    if _PASSES[comparator](*compared):
        return "CONSISTENTLY_PASS"
    return "CONSISTENTLY_FAIL" if _FAILS[comparator](*compared) else "INCONSISTENT"


# ── Recent trend ──────────────────────────────────────────────────────────────────────────────────────────────────

_SIGNIFICANT = Fraction("9.54953570608324")


def trend_of_counts(counts: Sequence[tuple[Fraction, Fraction]]) -> str:
    """The direction of five shares by their counts and denominators; an empty text where there is none to assess."""
    if any(count >= of for count, of in counts) or not any(count for count, _ in counts):
        return ""
    points = [(Fraction(x), count, of) for x, (count, of) in enumerate(counts, start=1)]
    all_counts, all_of = total(count for _, count, _ in points), total(of for *_, of in points)
    spread = all_of * total(x * x * of for x, _, of in points) - total(x * of for x, _, of in points) ** 2
    chi_squared = all_of * _slope_of_counts(points) ** 2 / (all_counts * (all_of - all_counts) * spread)
    return _direction(chi_squared, [_slope_of_counts(each) for each in _with_each_left_out(points)])


def _slope_of_counts(points: Sequence[tuple[Fraction, Fraction, Fraction]]) -> Fraction:
    all_counts, all_of = total(count for _, count, _ in points), total(of for *_, of in points)
    return all_of * total(x * count for x, count, _ in points) - all_counts * total(x * of for x, _, of in points)


def trend_of_limits(values: Sequence[tuple[Fraction, Fraction, Fraction]]) -> str:
    """The direction of five values by their 95 % limits; an empty text where a limit has no width."""
    if any(upper <= lower for _, lower, upper in values):
        return ""
    errors = [(upper - lower) / Fraction("3.92") for _, lower, upper in values]
    points = [
        (Fraction(x), value, 1 / error**2) for x, ((value, *_), error) in enumerate(zip(values, errors, strict=True), 1)
    ]
    weight = total(each for *_, each in points)
    middle = total(x * each for x, _, each in points) / weight
    # The square of the slope over its standard error, which is 1 over the square root of this spread.
    significance = _weighted_slope(points) ** 2 * total(each * (x - middle) ** 2 for x, _, each in points)
    return _direction(significance, [_weighted_slope(each) for each in _with_each_left_out(points)])


def _weighted_slope(points: Sequence[tuple[Fraction, Fraction, Fraction]]) -> Fraction:
    weight = total(each for *_, each in points)
    x_mean = total(x * each for x, _, each in points) / weight
    y_mean = total(y * each for _, y, each in points) / weight
    spread = total(each * (x - x_mean) ** 2 for x, _, each in points)
    return total(each * (x - x_mean) * (y - y_mean) for x, y, each in points) / spread


def _with_each_left_out(
    points: Sequence[tuple[Fraction, Fraction, Fraction]],
) -> list[Sequence[tuple[Fraction, Fraction, Fraction]]]:
    """All points, and all but one of them, for each."""
    return [points, *([each for each in points if each is not left_out] for left_out in points)]


def _direction(significance: Fraction, slopes: Sequence[Fraction]) -> str:
    if significance > _SIGNIFICANT and all(slope > 0 for slope in slopes):
        return "INCREASING"
    if significance > _SIGNIFICANT and all(slope < 0 for slope in slopes):
        return "DECREASING"
    return "NO_SIGNIFICANT_CHANGE"


# ── Forecast ──────────────────────────────────────────────────────────────────────────────────────────────────────


def forecast(
    points: Sequence[tuple[dt.date, Fraction]], days: Sequence[dt.date], *, is_percent: bool
) -> list[tuple[float, float, float]]:
    """The value and both limits on each day; none with fewer than four points, or than three days, in two years."""
    recent = [(day, value) for day, value in points if _quarters(day, points[-1][0]) <= 8]
    if len(recent) < 4 or len({day for day, _ in recent}) < 3:
        return []
    places = [(-_quarters(day, points[-1][0]), value) for day, value in recent]
    slope = median([(b - a) / (y - x) for (x, a), (y, b) in combinations(places, 2) if x != y])
    level = median([value - slope * x for x, value in places])
    residuals = [abs(value - slope * x - level) for x, value in places]
    spread = 1.4826 * float(median(residuals)) or math.sqrt(mean([each**2 for each in residuals]))
    x_mean = mean([x for x, _ in places])
    x_spread = total((x - x_mean) ** 2 for x, _ in places)
    lines = []
    for day in days:
        x = _quarters(points[-1][0], day)
        half = 1.96 * spread * math.sqrt(1 + Fraction(1, len(places)) + (x - x_mean) ** 2 / x_spread)
        value = float(level + slope * x)
        lines.append((value, value - half, value + half))
    return [(_kept(a), _kept(b), _kept(c)) for a, b, c in lines] if is_percent else lines


def _quarters(start: dt.date, end: dt.date) -> Fraction:
    """The quarters between the ends of two days, where each month is a third of one, and no February has a 29th."""
    months, parts = (end.year - start.year) * 12 + end.month - start.month, _part(end) - _part(start)
    return (months + parts) / 3


def _part(day: dt.date) -> Fraction:
    length = {2: 28, 4: 30, 6: 30, 9: 30, 11: 30}.get(day.month, 31)
    return Fraction(min(day.day, length), length)


def _kept(percent: float) -> float:
    return min(max(percent, 0.0), 100.0)
