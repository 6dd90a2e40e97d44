"""Random histories of a series, judged twice: by the service, and by the formulas in exact fractions.

Quarters with gaps, flat stretches, steps, runs and recalculations, of every length. The long run has more of them:

    TRACKER_TEST_HISTORIES=1000 make test ARGS=tests/reference
"""

import datetime as dt
import os
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from schema.computed_inputs.recalculations import RecalculatedFrom
from schema.computed_inputs.series import SeriesFigure, SeriesInputs
from schema.computed_inputs.targets import TargetHistory, TargetRevision
from schema.enumerations import Comparator, Counts, Direction, PeriodKind, TargetKind, Unit
from service.computed.series import Series
from tests.service.reads.reference import methods

HISTORIES = int(os.environ.get("TRACKER_TEST_HISTORIES", "200"))
SET = dt.date(1990, 1, 1)


def quarter(at: int) -> tuple[dt.date, dt.date]:
    """The first and the last day of a quarter, counted from the first of 2000."""
    first, after = (dt.date(2000 + month // 12, month % 12 + 1, 1) for month in (3 * at, 3 * at + 3))
    return first, after - dt.timedelta(days=1)


def history(random: Random) -> list[tuple[int, Decimal]]:
    """Quarters with their values, to six decimals at most: stretches that are flat, rise, fall, scatter or step."""
    at, found, decimals = 0, list[tuple[int, Decimal]](), random.choice([0, 1, 2, 2, 2, 6])
    for _ in range(random.randint(1, 4)):
        level, slope = random.uniform(0, 100), random.choice([0.0, 0.0, 0.3, -0.7])
        spread = random.choice([0.0, 0.0, 0.1, 3.0])
        for step in range(random.randint(1, 13)):
            value = Decimal(str(round(level + slope * step + random.uniform(-spread, spread), decimals)))
            found.append((at, value))
            at += random.choice([1, 1, 1, 1, 1, 2, 4])
    return found


def cut(figures: list[tuple[int, Decimal]], days: list[dt.date]) -> list[list[Fraction]]:
    """The values of each stretch: a new one begins with the first figure whose quarter ends on or after a day."""
    stretches: list[list[Fraction]] = [[]]
    for place, (at, value) in enumerate(figures):
        before = quarter(figures[place - 1][0])[1] if place else dt.date.max
        if any(before < day <= quarter(at)[1] for day in days):
            stretches.append([])
        stretches[-1].append(Fraction(value))
    return stretches


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_a_random_history_has_the_answers_of_the_formulas(seed):
    random = Random(seed)
    figures, direction = history(random), random.choice(list(Direction))
    days = [quarter(random.randint(0, 40))[random.randint(0, 1)] for _ in range(random.choice([0, 0, 1, 2]))]
    comparator = random.choice([each for each in Comparator if each is not Comparator.BETWEEN])
    aim = random.choice([figures[-1][1], Decimal(random.randint(0, 100))])
    revision = TargetRevision(
        revision=1,
        counts_from=SET,
        comparator=comparator,
        value=aim,
        upper_value=None,
        baseline=None,
        baseline_on=None,
        start=None,
        due=None,
        kind=TargetKind.HOLD,
    )
    read = Series(
        SeriesInputs(
            metric_id=1,
            organisation_id=1,
            metric="m",
            organisation="o",
            unit=Unit.PERCENT,
            direction=direction,
            counts=Counts.OVER_PERIOD,
            decimals=2,
            figures=tuple(figure(place, at, value) for place, (at, value) in enumerate(figures)),
            targets=(TargetHistory((revision,), (), None),),
            recalculations=tuple(RecalculatedFrom(day, "Why.") for day in sorted(set(days))),
        )
    )
    stretches = cut(figures, days)
    limits = [found for each in stretches if (found := methods.process_limits(each))]
    said = [(each.mean, each.lower, each.upper) for each in read.process_limits]
    assert said == [(float(each.mean), float(each.lower), float(each.upper)) for each in limits]
    causes = [list(map(str, point.special_causes)) for point in read.points]
    assert causes == [each for stretch in stretches for each in methods.special_causes(stretch)]
    assert read.variation == methods.variation(stretches[-1], direction)
    assert read.assurance == methods.assurance(stretches[-1], comparator, Fraction(aim), None)
    step = methods.step(stretches[-1])
    starts = None if step is None else quarter(figures[len(figures) - len(stretches[-1]) + step[0]][0])[0]
    assert (read.suggested_recalculation and read.suggested_recalculation.starts) == starts
    numbers = [at for at, _ in figures]
    missing = [quarter(at)[1] for at in range(numbers[0], numbers[-1]) if at not in numbers]
    assert [each.end for each in read.missing_periods] == missing
    points = [(quarter(at)[1], Fraction(value)) for at, value in figures]
    ahead = [each.period.end for each in read.forecast(4)]
    expected = methods.forecast(points, ahead, is_percent=True)
    assert [each.value for each in read.forecast(4)] == pytest.approx([value for value, *_ in expected])


def figure(place: int, at: int, value: Decimal) -> SeriesFigure:
    """The figure of a quarter, as it comes from JSON: a float."""
    starts, ends = quarter(at)
    return SeriesFigure(
        float(value),
        id=place,
        period_id=at,
        kind=PeriodKind.QUARTER,
        period_starts=starts,
        period_ends=ends,
        label=f"Q{at}",
        revision=1,
    )
