"""The product's progress agrees with the method in exact fractions, on random histories of targets and figures.

400 histories in an ordinary run, always the same. More of them, and others:

    TRACKER_TEST_HISTORIES=1000 TRACKER_TEST_SEED=7 .venv/bin/pytest tests/reference/test_targets.py
"""

import datetime as dt
import os
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from schema.computed_inputs.recalculations import RecalculatedFrom
from schema.computed_inputs.targets import (
    JudgedFigure,
    JudgedTarget,
    Milestone,
    ProgressHistoryInputs,
    ProgressInputs,
    Stay,
    TargetHistory,
    TargetRevision,
)
from schema.enumerations import Comparator, Counts, Frequency, TargetKind, TargetStatus, Unit
from schema.periods import parsed, quarter_of
from service.computed.progress import TargetProgress, progress, progress_history
from tests.reference.target_method import Figure, Revision, Stand, Target, counts_towards, of_one_length, stand, year

HISTORIES = int(os.environ.get("TRACKER_TEST_HISTORIES", "400"))
SEED = int(os.environ.get("TRACKER_TEST_SEED", "1"))
BATCHES = 10
NUMBERS = (
    "gap",
    "gap_percent",
    "percent_of_target",
    "gap_closed_percent",
    "expected",
    "required_per_quarter",
    "observed_per_quarter",
    "projected_value",
)
# So near to the edge of a status, the last digit of a slope decides; slopes are the only numbers that are not exact.
LENGTHS = {1: Frequency.MONTH, 3: Frequency.QUARTER, 12: Frequency.YEAR}
EDGES, NEAR = (Fraction(0), Fraction("0.6"), Fraction("0.95")), Fraction(1, 10**9)
FIRST = dt.date(2022, 4, 1)


def dates(chance: Random, count: int) -> list[tuple[dt.date, dt.date]]:
    """Periods in turn, some of them missing: quarters, months, years, and days such as 29 February."""
    length = chance.choice(["month", "quarter", "quarter", "quarter", "year", "day"])
    found, day = [], FIRST
    for _ in range(count):
        if length == "day":
            day += dt.timedelta(days=chance.choice([1, 28, 91, 92, 366]))
            starts = ends = dt.date(2024, 2, 29) if chance.random() < 0.1 and day < dt.date(2024, 2, 29) else day
            day = ends
        else:
            months = {"month": 1, "quarter": 3, "year": 12}[length]
            starts, ends = day, _months_on(day, months) - dt.timedelta(days=1)
            day = ends + dt.timedelta(days=1)
        if chance.random() < 0.85:
            found.append((starts, ends))
    return found


def also_for_longer(chance: Random, found: list[Figure]) -> list[Figure]:
    """The figures, with those of some financial years that a report counts as a whole."""
    years = {year(each.ends) for each in found if chance.random() < 0.4}
    whole = [
        Figure(dt.date(one, 4, 1), dt.date(one + 1, 3, 31), value := Fraction(chance.randint(0, 400)), value)
        for one in years
        if not any((each.ends - each.starts).days > 300 for each in found)
    ]
    return sorted([*found, *whole], key=lambda each: each.ends)


def _months_on(day: dt.date, months: int) -> dt.date:
    months += day.year * 12 + day.month - 1
    return dt.date(months // 12, months % 12 + 1, 1)


def figures(chance: Random, unit: str, counts: str) -> list[Figure]:
    """Figures that rise, fall or stay, of counts where the unit has some."""
    found: list[Figure] = []
    level, drift = chance.randint(20, 90), chance.choice([-3, -1, 0, 0, 1, 3, 6])
    for starts, ends in dates(chance, chance.randint(0, 18)):
        level = min(max(level + drift + chance.randint(-4, 4), 0), 100)
        if counts == "YEAR_TO_DATE":
            starts = dt.date(year(ends), 4, 1)
        elif counts == "SINCE":
            starts = FIRST
        if unit == "PERCENT" and chance.random() < 0.7:
            of = chance.choice([3, 7, 175, 177, 200])
            count = of if level >= 97 else of - 1 if level >= 94 else round(level * of / 100)
            counted = Fraction(100 * count, of)
            published = Fraction(Decimal(str(round(float(counted), chance.choice([0, 2])))))
            found.append(Figure(starts, ends, published, counted, count, of))
            continue
        value = Fraction(level >= 50) if unit == "YES_NO" else Fraction(level)
        found.append(Figure(starts, ends, value, value))
    return found


def day_between(chance: Random) -> dt.date:
    """A day of the years in question, often the end of a quarter."""
    day = FIRST + dt.timedelta(days=chance.randint(-200, 2_000))
    return day if chance.random() < 0.4 else parsed(quarter_of(day)).ends


def revision(chance: Random, unit: str, before: Revision | None) -> Revision:
    """A target as it is set, or changed in its value or its date."""
    comparator = before.comparator if before else chance.choice([*Comparator] if unit != "YES_NO" else ["AT_LEAST"])
    value = Fraction(1) if unit == "YES_NO" else Fraction(chance.choice([0, 25, 50, 60, 75, 80, 90, 100]))
    upper = value + chance.choice([0, 5, 10]) if comparator == "BETWEEN" else value
    due = None if chance.random() < 0.15 else day_between(chance)
    baseline, milestones = None, []
    if chance.random() < 0.4:
        baseline = (day_between(chance), Fraction(chance.choice([0, 20, 40, 100])))
        baseline = baseline if due is None or baseline[0] < due else None
    if due is not None:
        days = {day_between(chance) for _ in range(chance.choice([0, 1, 3]))}
        days = {day for day in days if day < due and (baseline is None or day > baseline[0])}
        milestones = [(day, Fraction(chance.choice([30, 50, 60, 70, 85, 94]))) for day in sorted(days)]
    start = day_between(chance) if chance.random() < 0.2 else None
    return Revision(
        since=day_between(chance) if before is None or chance.random() < 0.8 else before.since,
        comparator=str(comparator),
        value=value,
        upper=upper,
        baseline=baseline,
        start=start if start is None or due is None or start < due else None,
        due=due,
        kind=before.kind if before else chance.choice(["HOLD", "REACH"]),
        milestones=tuple(milestones),
    )


@dataclass(frozen=True)
class OnDays:
    """Whether a target is inherited on a day: within one of some stays, whose days are both inclusive."""

    stays: tuple[tuple[dt.date | None, dt.date | None], ...]

    def __call__(self, day: dt.date) -> bool:
        return any((starts or dt.date.min) <= day <= (ends or dt.date.max) for starts, ends in self.stays)


def inherited(chance: Random) -> OnDays | None:
    """For a target in four, the days on which it is inherited: up to two stays, open or not."""
    if chance.random() < 0.75:
        return None
    days = sorted(day_between(chance) for _ in range(4))
    first, second = (chance.choice([None, days[0]]), days[1]), (days[2], chance.choice([None, days[3]]))
    return OnDays(chance.choice([(first, second), (first,), (second,), ()]))


def history(chance: Random) -> tuple[Target, list[Figure]]:
    """A target and the figures of its series."""
    unit = chance.choice(["PERCENT", "PERCENT", "COUNT", "COUNT", "FTE", "YES_NO", "SCORE"])
    counts = chance.choice([*Counts]) if unit == "COUNT" else "AT_DATE"
    revisions: list[Revision] = []
    for _ in range(chance.choice([1, 1, 2, 3])):
        revisions.append(revision(chance, unit, revisions[-1] if revisions else None))
    target = Target(
        unit=unit,
        counts=str(counts),
        is_sample=unit == "PERCENT" and chance.random() < 0.3,
        closed_on=chance.choice([day_between(chance), revisions[-1].due]) if chance.random() < 0.2 else None,
        due_before=day_between(chance) if chance.random() < 0.2 else None,
        recalculated_on=day_between(chance) if chance.random() < 0.2 else None,
        revisions=tuple(revisions),
        months=chance.choice([None, None, 1, 3, 12]) if counts == "OVER_PERIOD" else None,
        is_inherited_on=inherited(chance),
    )
    found = figures(chance, unit, str(counts))
    return target, also_for_longer(chance, found) if counts == "OVER_PERIOD" else found


def inputs(target: Target, found: list[Figure]) -> JudgedTarget:
    """The same as the inputs of the product."""
    again = () if target.recalculated_on is None else (RecalculatedFrom(target.recalculated_on, "New."),)
    return JudgedTarget(
        id=1,
        unit=Unit(target.unit),
        counts=Counts(target.counts),
        is_sample=target.is_sample,
        closed_on=target.closed_on,
        history=TargetHistory(
            tuple(_revision(at, one, target.months) for at, one in enumerate(target.revisions, start=1)),
            tuple(
                Milestone(at, day, _decimal(value))
                for at, one in enumerate(target.revisions, start=1)
                for day, value in one.milestones
            ),
            target.due_before,
            _stays(target.is_inherited_on),
        ),
        figures=tuple(
            JudgedFigure(
                float(one.published),
                one.numerator,
                one.denominator,
                id=at,
                period_id=at,
                period_starts=one.starts,
                period_ends=one.ends,
            )
            for at, one in enumerate(found)
        ),
        recalculations=again,
    )


def _stays(found: Any) -> tuple[Stay, ...] | None:
    return None if found is None else tuple(Stay(*each) for each in found.stays)


def _revision(at: int, one: Revision, months: int | None) -> TargetRevision:
    return TargetRevision(
        revision=at,
        counts_from=one.since,
        comparator=Comparator(one.comparator),
        value=_decimal(one.value),
        upper_value=_decimal(one.upper) if one.comparator == "BETWEEN" else None,
        baseline=None if one.baseline is None else _decimal(one.baseline[1]),
        baseline_on=None if one.baseline is None else one.baseline[0],
        start=one.start,
        due=one.due,
        kind=TargetKind(one.kind),
        frequency=None if months is None else LENGTHS[months],
    )


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def compare(found: TargetProgress, asked: Stand, about: Any) -> None:
    """Both say the same."""
    is_at_edge = asked.pace is not None and any(abs(asked.pace - edge) < NEAR for edge in EDGES)
    assert is_at_edge or found.status == asked.status, (about, found, asked)
    assert (found.figure, found.start, found.is_met) == (asked.figure, asked.start, asked.is_met), (about, found, asked)
    for name in NUMBERS:
        value, exact = getattr(found, name), getattr(asked, name)
        assert (value is None) == (exact is None), (name, about, found, asked)
        assert value is None or value == pytest.approx(float(exact), rel=1e-9, abs=1e-9), (name, about, found, asked)
    assert is_at_edge or all(words in found.reason for words in asked.said), (about, found, asked)


def among(found: list[Figure], alike: list[Figure], asked: Stand) -> Stand:
    """The same, with the place of its figure among all figures instead of those of one length."""
    return asked if asked.figure is None else replace(asked, figure=found.index(alike[asked.figure]))


def agreed(chance: Random) -> Counter[str]:
    """The statuses of one random history, on a day and at the end of each period, once both agree on all of them."""
    target, found = history(chance)
    judged, seen = inputs(target, found), Counter[str]()
    for on in (day_between(chance) for _ in range(4)):
        result = progress(ProgressInputs(judged, on))
        alike = of_one_length(target, [one for one in found if one.ends <= on])
        compare(result, among(found, alike, stand(target, alike, on)), (target, found, on))
        seen[result.status] += 1
    over_time = progress_history(ProgressHistoryInputs(judged, None, None))
    alike = of_one_length(target, found)
    places = [at for at, one in enumerate(alike) if counts_towards(target, one)]
    expected = [among(found, alike, stand(target, alike[: at + 1], alike[at].ends)) for at in places]
    assert len(over_time) == len(expected), (target, found)
    for result, exact in zip(over_time, expected, strict=True):
        compare(result, exact, (target, found))
        seen[result.status] += 1
    return seen


@pytest.mark.parametrize("batch", range(BATCHES))
def test_progress_agrees_with_the_method_on_random_histories(batch: int):
    for number in range(batch, HISTORIES, BATCHES):
        agreed(Random(f"{SEED}/{number}"))


def test_the_random_histories_have_every_status():
    seen = sum((agreed(Random(f"{SEED}/{number}")) for number in range(100)), Counter[str]())
    assert seen.keys() == {*TargetStatus}
