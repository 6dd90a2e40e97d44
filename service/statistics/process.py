"""Values in order become process limits and special causes: the XmR chart of Making Data Count.

Source: the method's section on XmR; NHS England, Making Data Count. Limits are as computed, beyond 0 to 100 too. All of
it is exact: values become whole numbers of a unit so small that mean and limits are whole numbers of it too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby, pairwise

from schema.enumerations import Assurance, Comparator, Direction, SpecialCause, Variation
from service.statistics.goals import Goal
from service.statistics.whole_numbers import whole_numbers

# So many points have limits, so many a verdict, which is provisional, and from so many on it is firm.
FEWEST, FEWEST_FOR_VERDICT, ENOUGH = 3, 6, 12
_RUN = 7
# Limits are 2.66 mean moving ranges from the mean: 3 / d2 for ranges of two. In 150ths, so is two thirds of the way.
_LIMIT, _NEAR, _PARTS = 399, 266, 150
# D4: a range at or beyond 3.267 times the mean is no ordinary one, and is left out of the mean, once. In 1,000ths.
_SCREEN = 3267
_HIGH = frozenset(
    {
        SpecialCause.ABOVE_UPPER_LIMIT,
        SpecialCause.SHIFT_ABOVE,
        SpecialCause.TREND_UP,
        SpecialCause.TWO_OF_THREE_HIGH,
    }
)


@dataclass(frozen=True)
class Group:
    """The limits of the points from `start` on: `mean ± 2.66 × mean moving range`, exact, in the values' unit."""

    start: int
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
    """`groups`: one for each recalculation with three points or more; `special_causes`: a tuple for each value."""

    groups: tuple[Group, ...]
    special_causes: tuple[tuple[SpecialCause, ...], ...]

    @property
    def latest(self) -> Group | None:
        """The limits of the latest stretch; None where it has fewer than three points."""
        group = self.groups[-1] if self.groups else None
        return group if group and group.start + group.points == len(self.special_causes) else None


def xmr(
    values: Sequence[float | Decimal],
    *,
    screened: bool = True,
    baseline: int | None = None,
    recalculated_at: Sequence[int] = (),
) -> Chart:
    """The chart of values in the order of time; a group begins at 0 and at each index of `recalculated_at`.

    `baseline` is how many points at the start of a group its limits come from; all when None. A group of fewer than
    three points has no limits and no causes. Nothing is refused: a flat series has limits that equal its mean.
    """
    numbers, unit = whole_numbers(values)
    starts = sorted({0, *(at for at in recalculated_at if 0 < at < len(numbers))})
    groups: list[Group] = []
    causes: list[tuple[SpecialCause, ...]] = []
    for start, end in pairwise([*starts, len(numbers)]):
        own = numbers[start:end]
        if len(own) < FEWEST:
            causes += [()] * len(own)
            continue
        limits = _limits(own[:baseline] if baseline and baseline >= FEWEST else own, screened)
        groups.append(_group(start, len(own), limits, unit))
        causes += _causes(own, limits)
    return Chart(tuple(groups), tuple(causes))


def latest_limits(values: Sequence[float | Decimal], start: int = 0) -> Group | None:
    """The limits of the values from `start` on, where the latest stretch begins; None for fewer than three."""
    if len(values) - start < FEWEST:
        return None
    numbers, unit = whole_numbers(values[start:])
    return _group(start, len(numbers), _limits(numbers, screened=True), unit)


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
    is_high = causes[0] in _HIGH
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


def _group(start: int, points: int, limits: _Limits, unit: int) -> Group:
    parts, mean, width = limits.parts * unit, limits.mean, limits.width
    ends = (Fraction(each, parts) for each in (mean, mean - width, mean + width, limits.moving))
    return Group(start, points, *ends)


def _causes(values: Sequence[int], limits: _Limits) -> list[tuple[SpecialCause, ...]]:
    away = [value * limits.parts - limits.mean for value in values]
    sides = [(each > 0) - (each < 0) for each in away]
    outside = [_outside(each, limits.width) for each in away]
    flags = zip(outside, _trends(values), _twos_of_three(away, sides, limits.near), _shifts(sides), strict=True)
    return [tuple(filter(None, each)) for each in flags]


def _outside(away: int, width: int) -> SpecialCause | None:
    if away > width:
        return SpecialCause.ABOVE_UPPER_LIMIT
    return SpecialCause.BELOW_LOWER_LIMIT if away < -width else None


def _trends(values: Sequence[int]) -> list[SpecialCause | None]:
    """Seven points whose six differences have one strict sign: all seven are flagged."""
    steps = [(after > before) - (after < before) for before, after in pairwise(values)]
    named = {1: SpecialCause.TREND_UP, -1: SpecialCause.TREND_DOWN}
    flags: list[SpecialCause | None] = [None] * len(values)
    for start, length, sign in _runs(steps):
        if length >= _RUN - 1:
            # So many steps are between one point more.
            flags[start : start + length + 1] = [named[sign]] * (length + 1)
    return flags


def _shifts(sides: Sequence[int]) -> list[SpecialCause | None]:
    """Seven points strictly on one side of the mean: all seven are flagged."""
    named = {1: SpecialCause.SHIFT_ABOVE, -1: SpecialCause.SHIFT_BELOW}
    flags: list[SpecialCause | None] = [None] * len(sides)
    for start, length, sign in _runs(sides):
        if length >= _RUN:
            flags[start : start + length] = [named[sign]] * length
    return flags


def _twos_of_three(away: Sequence[int], sides: Sequence[int], near: int) -> list[SpecialCause | None]:
    """Three points on one side, two of them or more beyond two thirds of the way to the limit: these are flagged."""
    is_beyond = [abs(each) > near for each in away]
    named = {1: SpecialCause.TWO_OF_THREE_HIGH, -1: SpecialCause.TWO_OF_THREE_LOW}
    flags: list[SpecialCause | None] = [None] * len(sides)
    for at in range(len(sides) - 2):
        side = sides[at]
        if side and side == sides[at + 1] == sides[at + 2] and sum(is_beyond[at : at + 3]) >= 2:
            for each in range(at, at + 3):
                flags[each] = named[side] if is_beyond[each] else flags[each]
    return flags


def _runs(signs: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Where each run of one sign starts, how long it is, and the sign; a sign of 0 is no run."""
    start = 0
    for sign, run in groupby(signs):
        length = len(list(run))
        if sign:
            yield start, length, sign
        start += length
