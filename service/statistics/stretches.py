"""Where the limits of a series begin again: the dates of recalculations become places among its figures."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Sequence

from schema.computed_inputs.recalculations import RecalculatedFrom


def starts_of(
    ends: Sequence[dt.date], recalculations: Sequence[RecalculatedFrom]
) -> list[tuple[int, RecalculatedFrom]]:
    """The first figure of each stretch but the first, by its place, with the recalculation; soonest first.

    `ends` are the last days of the figures' periods, soonest first. A recalculation without figures on both sides
    starts nothing; of those that start at the same figure the last one counts.
    """
    starts = {bisect_left(ends, each.starts): each for each in recalculations}
    return [(at, each) for at, each in starts.items() if 0 < at < len(ends)]


def reasons_of(ends: Sequence[dt.date], recalculations: Sequence[RecalculatedFrom]) -> dict[int, str]:
    """Why limits begin again or are fixed, by the place of the first figure of a stretch."""
    reasons = {at: each.reason for at, each in starts_of(ends, recalculations)}
    first = [each for each in recalculations if bisect_left(ends, each.starts) == 0]
    return {0: first[-1].reason, **reasons} if first and first[-1].fix_after is not None else reasons


def baselines_of(ends: Sequence[dt.date], recalculations: Sequence[RecalculatedFrom]) -> dict[int, int]:
    """How many figures the limits of a stretch rest on, by the place of its first figure, where that is fixed.

    One that starts at or before the first figure fixes the first stretch.
    """
    fixed = {bisect_left(ends, each.starts): each.fix_after for each in recalculations}
    return {at: points for at, points in fixed.items() if points is not None and at < len(ends)}


def latest_stretch(ends: Sequence[dt.date], recalculations: Sequence[RecalculatedFrom]) -> tuple[int, int | None]:
    """The place of the first figure of the latest stretch, 0 where nothing is recalculated; and its fixed baseline."""
    start = max((at for at, _ in starts_of(ends, recalculations)), default=0)
    return start, baselines_of(ends, recalculations).get(start)
