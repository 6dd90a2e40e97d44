"""Made-up targets for the sandbox's metrics, chosen so that every status of a target can be seen.

Shares and rates have a target for each network; counts and staff for every tenth practice or so. The share that is
often not reported has one for every other practice: some have no figure at all, some only one.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from random import Random

from schema.enumerations import Comparator, Direction, RollUp, TargetKind, Unit
from schema.units import target_kind, unit_rules
from seeds import sandbox_shapes as shapes
from seeds.sandbox import SandboxPractice, series, value_of
from seeds.sandbox_metrics import SandboxMetric

REASON = "Made up for the sandbox."
BASELINE_ON = dt.date(2023, 3, 31)
# Two dates that the latest quarter reaches, two ahead of it, and none.
_DUE = (dt.date(2024, 12, 31), dt.date(2025, 3, 31), dt.date(2026, 3, 31), dt.date(2028, 3, 31), None)
# What a network may be asked for: within reach, at the edge of it and out of it.
_SHARES = tuple(map(Decimal, (60, 70, 75, 80, 85, 88, 90, 92, 95, 98)))
_RATES: dict[shapes.Shape, tuple[int, ...]] = {
    shapes.easing: (1_400, 1_800, 2_000, 2_300),
    shapes.rare: (8, 14, 18, 25),
}
_BASELINE_SHARE = Decimal(55)
_BASELINE_RATES: dict[shapes.Shape, Decimal] = {shapes.easing: Decimal(2_500), shapes.rare: Decimal(20)}


@dataclass(frozen=True)
class SandboxTarget:
    """One made-up target; `upper_value` only with BETWEEN, `baseline_on` only with a baseline."""

    metric: str
    organisation: str
    comparator: Comparator
    value: Decimal
    upper_value: Decimal | None
    baseline: Decimal | None
    baseline_on: dt.date | None
    due: dt.date | None
    kind: TargetKind
    start: dt.date | None = None


def targets(metrics: Iterable[SandboxMetric], practices: Sequence[SandboxPractice]) -> Iterator[SandboxTarget]:
    """One target at most for each metric and organisation; the same for an organisation however many there are."""
    networks = sorted({practice.network for practice in practices if practice.network is not None})
    for metric in metrics:
        if metric.roll_up is RollUp.RATIO_OF_SUMS and metric.shape is not shapes.sparse:
            yield from (_of_network(metric, network) for network in networks)
        else:
            yield from (_of_practice(metric, practice) for practice in practices if _has_target(metric, practice))


def _has_target(metric: SandboxMetric, practice: SandboxPractice) -> bool:
    often = 0.5 if metric.shape is shapes.sparse else 0.1
    return _chance(metric, practice.code, "has a target").random() < often


def _chance(metric: SandboxMetric, organisation: str, purpose: str = "target") -> Random:
    return Random(f"{metric.code}/{organisation}/{purpose}")  # noqa: S311 - made-up targets, not secrets


def _of_network(metric: SandboxMetric, network: str) -> SandboxTarget:
    chance = _chance(metric, network)
    if metric.unit is Unit.PERCENT:
        value = Decimal(100) if metric.shape is shapes.complete else chance.choice(_SHARES)
        baseline = _BASELINE_SHARE
    else:
        value, baseline = Decimal(chance.choice(_RATES[metric.shape])), _BASELINE_RATES[metric.shape]
    return _target(metric, network, chance, value, baseline)


def _of_practice(metric: SandboxMetric, practice: SandboxPractice) -> SandboxTarget:
    chance = _chance(metric, practice.code)
    if metric.unit is Unit.PERCENT:
        return _target(metric, practice.code, chance, chance.choice(_SHARES), None)
    latest, past = (value_of(metric.unit, point) for point in islice(series(metric, practice), 0, 9, 8) if point)
    value = (latest * chance.choice((90, 98, 105, 115)) / 100).quantize(latest)
    return _target(metric, practice.code, chance, value, past)


def _target(
    metric: SandboxMetric, organisation: str, chance: Random, value: Decimal, baseline: Decimal | None
) -> SandboxTarget:
    upper, baseline = None, baseline if chance.random() < 0.5 else None
    if metric.direction is Direction.HIGHER_IS_BETTER:
        comparator = Comparator.AT_LEAST if value == 100 else chance.choice((Comparator.AT_LEAST, Comparator.MORE_THAN))
    elif metric.direction is Direction.LOWER_IS_BETTER:
        comparator = chance.choice((Comparator.AT_MOST, Comparator.LESS_THAN))
    else:
        comparator, upper = Comparator.BETWEEN, value * 2
    return SandboxTarget(
        metric=metric.code,
        organisation=organisation,
        comparator=comparator,
        value=value,
        upper_value=upper,
        baseline=baseline,
        baseline_on=None if baseline is None else BASELINE_ON,
        due=chance.choice(_DUE),
        kind=target_kind(metric.unit, unit_rules(metric.unit).counts),
    )
