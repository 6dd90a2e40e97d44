"""Made-up history for trying things out: figures that look like primary care and are nobody's.

Pure and the same every time: a series depends on its metric and its organisation alone. Practices have figures by
shape (`seeds.sandbox_shapes`), networks have what their practices add up to.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from random import Random
from typing import NamedTuple

from schema.enumerations import RollUp, Unit
from schema.periods import Period, parsed, quarter_of
from seeds.sandbox_metrics import SandboxMetric
from seeds.sandbox_shapes import Point

LAST_DAY = dt.date(2025, 3, 31)
QUARTERS = 20
PREFIX = "SANDBOX-"


@dataclass(frozen=True)
class SandboxPractice:
    """A practice, real or made up, and the code of its network; an orphan has none."""

    code: str
    network: str | None

    @property
    def is_synthetic(self) -> bool:
        """Whether it is made up."""
        return self.code.startswith(PREFIX)

    @property
    def patients(self) -> int:
        """A made-up number of patients, 4,000 to 18,000, that is always the same for one code."""
        return Random(self.code).randint(4_000, 18_000)  # noqa: S311 - made-up figures, not secrets


class SandboxFigure(NamedTuple):
    """One made-up figure; a count and an FTE have no numerator and no denominator."""

    metric: str
    organisation: str
    quarter: str
    value: Decimal
    numerator: int | None
    denominator: int | None


def practice_codes(first: int, count: int) -> list[str]:
    """Codes for synthetic practices: SANDBOX-00001 and on. No ODS code has a hyphen."""
    return [f"{PREFIX}{number:05}" for number in range(first, first + count)]


def quarters_back(count: int) -> list[Period]:
    """The last `count` quarters, 2024-25-Q4 first."""
    latest = LAST_DAY.year * 4 + LAST_DAY.month // 3 - 1
    return [
        parsed(quarter_of(dt.date(index // 4, index % 4 * 3 + 1, 1))) for index in range(latest, latest - count, -1)
    ]


def figures(
    metric: SandboxMetric, practices: Iterable[SandboxPractice], periods: Sequence[Period]
) -> Iterator[SandboxFigure]:
    """Figures of one metric: each practice's, latest quarter first, then each network's.

    A quarter that was not reported has no row. A network's figure is the sum of those of its practices that reported,
    or the ratio of their sums.
    """
    codes = [period.code for period in periods]
    sums: dict[str, list[tuple[int, int] | None]] = {}
    for practice in practices:
        points = list(islice(series(metric, practice), len(codes)))
        yield from _figures(metric, practice.code, codes, points)
        if practice.network is not None:
            _add(sums.setdefault(practice.network, [None] * len(codes)), points)
    for network, added in sums.items():
        yield from _figures(metric, network, codes, [_summed(metric, point) for point in added])


def series(metric: SandboxMetric, practice: SandboxPractice) -> Iterator[Point | None]:
    """An endless series of points of one practice, latest quarter first."""
    chance = Random(f"{metric.code}/{practice.code}")  # noqa: S311 - made-up figures, not secrets
    return metric.shape(chance, practice.patients)


def value_of(unit: Unit, point: Point) -> Decimal:
    """What a point is worth: a percentage to two decimals, a rate to one, FTE to two; halves are rounded up."""
    part, whole = point
    if whole is None:
        return _scaled(part, 2) if unit is Unit.FTE else Decimal(part)
    if unit is Unit.PERCENT:
        return _scaled((20_000 * part + whole) // (2 * whole), 2)
    return _scaled((2_000_000 * part + whole) // (2 * whole), 1)


@lru_cache(maxsize=20_000)
def _scaled(digits: int, decimals: int) -> Decimal:
    return Decimal(digits).scaleb(-decimals)


def _figures(
    metric: SandboxMetric, organisation: str, codes: Sequence[str], points: Iterable[Point | None]
) -> Iterator[SandboxFigure]:
    for code, point in zip(codes, points, strict=True):
        if point is not None:
            numerator = None if point[1] is None else point[0]
            yield SandboxFigure(metric.code, organisation, code, value_of(metric.unit, point), numerator, point[1])


def _add(sums: list[tuple[int, int] | None], points: Iterable[Point | None]) -> None:
    for index, point in enumerate(points):
        if point is not None:
            part, whole = sums[index] or (0, 0)
            sums[index] = part + point[0], whole + (point[1] or 0)


def _summed(metric: SandboxMetric, point: tuple[int, int] | None) -> Point | None:
    return point if point is None or metric.roll_up is RollUp.RATIO_OF_SUMS else (point[0], None)
