"""Values in order become process limits and special causes: the XmR chart of Making Data Count.

Source: the method's section on XmR; NHS England, Making Data Count. Limits are as computed, beyond 0 to 100 too. All of
it is exact: values become whole numbers of a unit so small that mean and limits are whole numbers of it too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType

from schema.enumerations import Assurance, Comparator, Direction, SpecialCause, Variation
from service.statistics.goals import Goal
from service.statistics.special_causes import HIGH, Run, causes_of, runs_of
from service.statistics.whole_numbers import whole_numbers

# So many points have limits, so many a verdict, which is provisional, and from so many on it is firm.
FEWEST, FEWEST_FOR_VERDICT, ENOUGH = 3, 6, 12
# Limits are 2.66 mean moving ranges from the mean: 3 / d2 for ranges of two. In 150ths, so is two thirds of the way.
_LIMIT, _NEAR, _PARTS = 399, 266, 150
# D4: a range at or beyond 3.267 times the mean is no ordinary one, and is left out of the mean, once. In 1,000ths.
_SCREEN = 3267
NO_BASELINES: Mapping[int, int] = MappingProxyType({})


@dataclass(frozen=True)
class Group:
    """The limits of `size` points from `start` on: `mean ± 2.66 × mean moving range`, exact, in the values' unit.

    They are calculated from its first `points`: all of them, unless the baseline is fixed.
    """

    start: int
    size: int
    points: int
    mean: Fraction
    lower: Fraction
    upper: Fraction
    mean_moving_range: Fraction

    @property
    def is_trial(self) -> bool:
        """Whether it rests on fewer points than limits are to rest on: what it says is provisional."""
        return self.points < ENOUGH

    @property
    def is_firm(self) -> bool:
        """Whether it rests on enough points to put a met target at risk, or to have a new value asked about."""
        return not self.is_trial

    @property
    def allows_verdict(self) -> bool:
        """Whether it rests on enough points to say anything of variation and assurance."""
        return self.points >= FEWEST_FOR_VERDICT


@dataclass(frozen=True)
class Chart:
    """`groups`: one for each recalculation with three points or more; `special_causes`: a tuple for each value.

    `runs` are the special causes of several points together.
    """

    groups: tuple[Group, ...]
    special_causes: tuple[tuple[SpecialCause, ...], ...]
    runs: tuple[Run, ...] = ()

    @property
    def latest(self) -> Group | None:
        """The limits of the latest stretch; None where it has fewer than three points."""
        group = self.groups[-1] if self.groups else None
        return group if group and group.start + group.size == len(self.special_causes) else None


def xmr(
    values: Sequence[float | Decimal],
    *,
    screened: bool = True,
    recalculated_at: Sequence[int] = (),
    baselines: Mapping[int, int] = NO_BASELINES,
) -> Chart:
    """The chart of values in the order of time; a group begins at 0 and at each index of `recalculated_at`.

    `baselines` has how many points at its start the limits of a group come from, by where it begins; else all do.
    A group of fewer than three points has no limits and no causes. Nothing is refused: a flat series has limits that
    equal its mean.
    """
    numbers, unit = whole_numbers(values)
    starts = sorted({0, *(at for at in recalculated_at if 0 < at < len(numbers))})
    groups: list[Group] = []
    causes: list[tuple[SpecialCause, ...]] = []
    runs: list[Run] = []
    for start, end in pairwise([*starts, len(numbers)]):
        own = numbers[start:end]
        if len(own) < FEWEST:
            causes += [()] * len(own)
            continue
        base = own[: baselines.get(start)]
        limits = _limits(base, screened)
        groups.append(_group(start, len(own), len(base), limits, unit))
        away = [number * limits.parts - limits.mean for number in own]
        together = runs_of(own, away, limits.near)
        causes += causes_of(away, limits.width, together)
        runs += [run.moved(start) for of_rule in together for run in of_rule]
    return Chart(tuple(groups), tuple(causes), tuple(runs))


def latest_limits(values: Sequence[float | Decimal], start: int = 0, baseline: int | None = None) -> Group | None:
    """The limits of the values from `start` on, where the latest stretch begins; None for fewer than three.

    They come from its first `baseline` values, or from all.
    """
    if len(values) - start < FEWEST:
        return None
    numbers, unit = whole_numbers(values[start:])
    base = numbers[:baseline]
    return _group(start, len(numbers), len(base), _limits(base, screened=True), unit)


def variation(chart: Chart, direction: Direction) -> Variation:
    """What the latest point says: the side of its first special cause, as the direction judges it.

    NOT_ASSESSABLE where the limits of the latest group rest on fewer than six points, or it has none.
    """
    if chart.latest is None or not chart.latest.allows_verdict:
        return Variation.NOT_ASSESSABLE
    return judged(chart.special_causes[-1], direction)


def judged(causes: Sequence[SpecialCause], direction: Direction) -> Variation:
    """What the first special cause of a point says, by its side; COMMON_CAUSE without one."""
    if not causes:
        return Variation.COMMON_CAUSE
    is_high = causes[0] in HIGH
    if direction is Direction.NEUTRAL:
        return Variation.NEUTRAL_HIGH if is_high else Variation.NEUTRAL_LOW
    is_better = is_high == (direction is Direction.HIGHER_IS_BETTER)
    return Variation.IMPROVEMENT if is_better else Variation.CONCERN


def assurance(chart: Chart, goal: Goal | None) -> Assurance:
    """Whether the process of the latest group meets a goal: both its limits do, neither can, or it is chance.

    The goal's strictness is kept: a flat series at 90 fails more than 90 and passes at least 90.
    """
    group = chart.latest
    if goal is None or group is None or not group.allows_verdict:
        return Assurance.NOT_ASSESSABLE
    lower, upper = group.lower, group.upper
    if goal.is_met_by(lower) and goal.is_met_by(upper):
        return Assurance.CONSISTENTLY_PASS
    is_out_of_reach = upper < goal.value or lower > goal.upper
    if goal.comparator in {Comparator.AT_LEAST, Comparator.MORE_THAN}:
        is_out_of_reach = not goal.is_met_by(upper)
    elif goal.comparator in {Comparator.AT_MOST, Comparator.LESS_THAN}:
        is_out_of_reach = not goal.is_met_by(lower)
    return Assurance.CONSISTENTLY_FAIL if is_out_of_reach else Assurance.INCONSISTENT


@dataclass(frozen=True)
class _Limits:
    """Limits in whole numbers of a unit of their own, which goes `parts` times into the unit of the values."""

    parts: int
    mean: int
    moving: int
    width: int
    near: int


def _limits(base: Sequence[int], screened: bool) -> _Limits:
    ranges = [abs(after - before) for before, after in pairwise(base)]
    total, count = sum(ranges), len(ranges)
    if screened and total:
        ranges = [each for each in ranges if 1_000 * each * count < _SCREEN * total]
        total, count = sum(ranges), len(ranges)
    of = len(base) * total
    parts = _PARTS * len(base) * count
    return _Limits(parts, _PARTS * count * sum(base), _PARTS * of, _LIMIT * of, _NEAR * of)


def _group(start: int, size: int, points: int, limits: _Limits, unit: int) -> Group:
    parts, mean, width = limits.parts * unit, limits.mean, limits.width
    ends = (Fraction(each, parts) for each in (mean, mean - width, mean + width, limits.moving))
    return Group(start, size, points, *ends)
