"""Values become positions on a scale with round numbers, and text becomes lines that fit."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

# The width of a letter, in ems: more than the average of the usual typefaces, so that what fits never overlaps.
LETTER = 0.58
# Values that differ by less are drawn as one. None is drawn further away than this, so that sums stay finite.
_ALIKE, _FURTHEST = 1e-8, 1e300


@dataclass(frozen=True)
class Scale:
    """From `low` at the place `bottom` to `high` at the place `top`."""

    low: float
    high: float
    bottom: float
    top: float

    def at(self, value: float) -> float:
        """The place of a value; what is beyond the scale is at its edge."""
        kept = min(max(value, self.low), self.high)
        return self.bottom + (kept - self.low) / (self.high - self.low) * (self.top - self.bottom)


def around(values: Sequence[float], ticks: int = 5) -> tuple[float, float, list[float]]:
    """The ends of a scale that shows all values with some air, and the round numbers on it."""
    least, most = (min(max(value, -_FURTHEST), _FURTHEST) for value in (min(values), max(values)))
    size = max(abs(least), abs(most))
    if most - least <= max(size * _ALIKE, _ALIKE):
        air = size * 0.1 if size > _ALIKE else 1.0
        least, most = least - air, most + air
    step = _round_step((most - least) / ticks)
    low, high = math.floor(least / step) * step, math.ceil(most / step) * step
    count = round((high - low) / step)
    return low, high, [round(low + at * step, 10) for at in range(count + 1)]


def _round_step(rough: float) -> float:
    """The step of 1, 2, 2.5 or 5 times a power of ten that is nearest above."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)


def lines(text: str, width: float, size: float, most: int = 2) -> list[str]:
    """A text in at most `most` lines of a width; what does not fit is cut and ends in an ellipsis."""
    letters = max(int(width / (LETTER * size)), 4)
    found: list[str] = []
    for word in text.split():
        if found and len(found[-1]) + 1 + len(word) <= letters:
            found[-1] += f" {word}"
        else:
            found.append(word)
    cut = [line if len(line) <= letters else f"{line[: letters - 1]}…" for line in found[:most]]
    if len(found) > most:
        cut[-1] = f"{cut[-1][: letters - 1].rstrip('… ')}…"
    return cut


def apart(tops: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """The tops of boxes, moved as little as possible, so that none overlaps and all are between low and high."""
    order = sorted(range(len(tops)), key=lambda at: tops[at])
    moved = list(tops)
    free = low
    for at in order:
        moved[at] = max(moved[at], free)
        free = moved[at] + heights[at]
    free = high
    for at in reversed(order):
        moved[at] = min(moved[at], free - heights[at])
        free = moved[at]
    return moved
