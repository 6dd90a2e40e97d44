"""The shapes that made-up series have: how an amount, or a part of a whole, goes back in time from the latest quarter.

Every shape yields the latest quarter first and draws its random numbers in that order: a longer history is the same
history with older quarters added, so a sandbox can grow without changing what it has.
"""

from collections.abc import Callable, Iterator
from random import Random

# One quarter of one practice: a numerator and its denominator, or an amount and None. No point: nothing was reported.
Point = tuple[int, int | None]
# Of a source of chance and the practice's number of patients; endless, latest quarter first.
Shape = Callable[[Random, int], Iterator[Point | None]]

# The latest quarter is January to March; winter is busiest.
_SEASON = (1.05, 1.12, 0.94, 0.89)
_PER_100000 = 100_000


def complete(chance: Random, patients: int) -> Iterator[Point | None]:
    """Flat at 100 %."""
    people = _some(chance, patients)
    while True:
        yield people, people


def rising(chance: Random, patients: int) -> Iterator[Point | None]:
    """A share that rises by one to three points a quarter."""
    return _share(chance, patients, latest=(0.72, 0.96), backwards=(-0.03, -0.01), noise=0.015)


def falling(chance: Random, patients: int) -> Iterator[Point | None]:
    """A share that falls by half a point to two points a quarter."""
    return _share(chance, patients, latest=(0.55, 0.78), backwards=(0.005, 0.02), noise=0.015)


def noisy(chance: Random, patients: int) -> Iterator[Point | None]:
    """A share with no direction and much noise."""
    return _share(chance, patients, latest=(0.55, 0.85), backwards=(0.0, 0.0), noise=0.12)


def sparse(chance: Random, patients: int) -> Iterator[Point | None]:
    """A share that is often not reported: one practice in ten never did, one in ten only lately."""
    kind, points = chance.random(), _share(chance, patients, latest=(0.6, 0.9), backwards=(-0.015, 0.005), noise=0.03)
    for age, point in enumerate(points):
        reported = chance.random() < 0.75
        if kind < 0.1 or (kind < 0.2 and age > 0):
            yield None
        else:
            yield point if reported or kind < 0.2 else None


def stepped(chance: Random, patients: int) -> Iterator[Point | None]:
    """A share that jumps up once, four to eight quarters before the latest."""
    changed, before, after = chance.randint(4, 8), chance.uniform(0.5, 0.65), chance.uniform(0.82, 0.93)
    people, age = _some(chance, patients), 0
    while True:
        yield _of(people, (after if age < changed else before) + _spread(chance, 0.02))
        age += 1


def recovering(chance: Random, patients: int) -> Iterator[Point | None]:
    """A share that fell for years, and has risen since its lowest point a year or two ago."""
    turned, latest, slope = chance.randint(4, 8), chance.uniform(0.7, 0.85), chance.uniform(0.02, 0.04)
    people, age = _some(chance, patients), 0
    while True:
        yield _of(people, latest - slope * (turned - abs(age - turned)) + _spread(chance, 0.01))
        age += 1


def seasonal(chance: Random, patients: int) -> Iterator[Point | None]:
    """A count with a winter peak, about 1.4 for each patient and quarter."""
    each, age = chance.uniform(1.1, 1.7), 0
    while True:
        yield round(patients * each * _SEASON[age % 4] * (1 + _spread(chance, 0.03))), None
        age += 1


def growing(chance: Random, patients: int) -> Iterator[Point | None]:
    """A count that grows by two to five per cent a quarter."""
    amount, growth = patients * chance.uniform(0.02, 0.05), chance.uniform(1.02, 1.05)
    while True:
        yield round(amount * (1 + _spread(chance, 0.08))), None
        amount /= growth


def easing(chance: Random, patients: int) -> Iterator[Point | None]:
    """A rate of a few thousand for each 100,000 that falls slowly."""
    rate, fall = chance.uniform(1_500, 2_600), chance.uniform(1.0, 1.02)
    while True:
        yield round(patients * rate * (1 + _spread(chance, 0.1)) / _PER_100000), patients
        rate *= fall


def rare(chance: Random, patients: int) -> Iterator[Point | None]:
    """A rate of few events, often none."""
    expected = patients * chance.uniform(5, 25) / _PER_100000
    while True:
        yield int(expected * 2 * chance.random() + chance.random()), patients


def staffed(chance: Random, patients: int) -> Iterator[Point | None]:
    """Full-time equivalents, in hundredths, that drift slowly upwards: about one for 400 patients."""
    hundredths = patients * chance.uniform(0.2, 0.3)
    while True:
        yield round(hundredths), None
        hundredths *= 1 - _spread(chance, 0.02) - 0.003


def _share(
    chance: Random, patients: int, *, latest: tuple[float, float], backwards: tuple[float, float], noise: float
) -> Iterator[Point]:
    share, slope, people = chance.uniform(*latest), chance.uniform(*backwards), _some(chance, patients)
    while True:
        yield _of(people, share + _spread(chance, noise))
        # A share that reaches the edge stays near it, as real ones do.
        share = min(max(share + slope, 0.05), 0.97)


def _of(people: int, share: float) -> Point:
    return round(people * min(max(share, 0.0), 1.0)), people


def _some(chance: Random, patients: int) -> int:
    return round(patients * chance.uniform(0.02, 0.08))


def _spread(chance: Random, width: float) -> float:
    """Noise between -width and width, most often near 0."""
    return (chance.random() + chance.random() - 1) * width
