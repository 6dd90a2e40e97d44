"""Points and their distances from the mean become special causes, by the rules of Making Data Count.

Everything is in whole numbers. The distances from the mean are in the unit of the limits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from schema.enumerations import SpecialCause

HIGH = frozenset(
    {
        SpecialCause.ABOVE_UPPER_LIMIT,
        SpecialCause.SHIFT_ABOVE,
        SpecialCause.TREND_UP,
        SpecialCause.TWO_OF_THREE_HIGH,
    }
)
_RUN = 7


@dataclass(frozen=True)
class Run:
    """Points in a row that are a special cause together, `first` to `last`; `marked` are those that it flags."""

    cause: SpecialCause
    first: int
    last: int
    marked: tuple[int, ...]

    def moved(self, by: int) -> "Run":
        """The same, so many places later."""
        marked = tuple(at + by for at in self.marked)
        return replace(self, first=self.first + by, last=self.last + by, marked=marked)


def runs_of(values: Sequence[int], away: Sequence[int], near: int) -> tuple[list[Run], ...]:
    """The runs of each rule, in the order of the rules; `near` is two thirds of the way from the mean to a limit."""
    return list(_trends(values)), list(_twos_of_three(away, near)), list(_shifts(away))


def causes_of(away: Sequence[int], width: int, runs: Sequence[Sequence[Run]]) -> list[tuple[SpecialCause, ...]]:
    """The special causes of each point, in the order of the rules; a limit is `width` away from the mean.

    A point has one of each rule: where a trend turns, that of the later one.
    """
    found = [_outside(each, width) for each in away]
    for of_rule in runs:
        for at, cause in {at: run.cause for run in of_rule for at in run.marked}.items():
            found[at] += (cause,)
    return found


def _outside(away: int, width: int) -> tuple[SpecialCause, ...]:
    if away > width:
        return (SpecialCause.ABOVE_UPPER_LIMIT,)
    return (SpecialCause.BELOW_LOWER_LIMIT,) if away < -width else ()


def _trends(values: Sequence[int]) -> Iterator[Run]:
    """Seven points whose six differences have one strict sign: all seven are flagged."""
    named = {1: SpecialCause.TREND_UP, -1: SpecialCause.TREND_DOWN}
    for start, length, sign in _alike([after - before for before, after in pairwise(values)]):
        # So many differences are between one point more.
        if length >= _RUN - 1:
            yield _whole(named[sign], start, length + 1)


def _shifts(away: Sequence[int]) -> Iterator[Run]:
    """Seven points strictly on one side of the mean: all seven are flagged."""
    named = {1: SpecialCause.SHIFT_ABOVE, -1: SpecialCause.SHIFT_BELOW}
    for start, length, sign in _alike(away):
        if length >= _RUN:
            yield _whole(named[sign], start, length)


def _whole(cause: SpecialCause, start: int, length: int) -> Run:
    return Run(cause, start, start + length - 1, tuple(range(start, start + length)))


def _twos_of_three(away: Sequence[int], near: int) -> Iterator[Run]:
    """Three points on one side, two of them or more beyond two thirds of the way to the limit: these are flagged."""
    beyond = [at for at, each in enumerate(away) if abs(each) > near]
    for at in range(len(away) - 2) if len(beyond) > 1 else ():
        three = away[at : at + 3]
        marked = tuple(each for each in beyond if at <= each <= at + 2)
        if len(marked) >= 2 and (min(three) > 0 or max(three) < 0):
            cause = SpecialCause.TWO_OF_THREE_HIGH if three[0] > 0 else SpecialCause.TWO_OF_THREE_LOW
            yield Run(cause, at, at + 2, marked)


def _alike(numbers: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Where each run of numbers of one sign starts, how long it is, and the sign, 1 or -1; zeros are no run."""
    start = 0
    for sign, run in groupby((each > 0) - (each < 0) for each in numbers):
        length = len(list(run))
        if sign:
            yield start, length, sign
        start += length
