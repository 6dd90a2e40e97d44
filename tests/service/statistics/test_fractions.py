"""The methods of the service agree with their formulas in exact fractions, over random values."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from schema.enumerations import Comparator, Direction, Unit
from service.statistics import process, trends
from service.statistics.forecasts import forecast
from service.statistics.goals import Goal
from service.statistics.points import Point
from tests.service.reads.reference import methods

VALUES = st.lists(st.integers(0, 40), max_size=24)
# Seven in a row and two of three come seldom by chance: stretches of rising, falling, high and low values.
RUNS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(-2, 2), st.integers(1, 9)).map(
        lambda run: [run[0] + run[1] * at for at in range(run[2])]
    ),
    max_size=4,
).map(lambda runs: [value for run in runs for value in run])


def are_apart(values: list[int]) -> bool:
    """Whether no value is so close to a limit that the last digit of a float decides."""
    limits = methods.process_limits([Fraction(each) for each in values])
    if limits is None:
        return True
    near = (limits.upper - limits.mean) * Fraction(2, 3)
    edges = [limits.lower, limits.upper, limits.mean, limits.mean - near, limits.mean + near]
    return all(abs(each - edge) > Fraction(1, 10**9) for each in values for edge in edges)


@given(VALUES | RUNS)
@settings(deadline=None, max_examples=300)
def test_limits_and_special_causes(values):
    assume(are_apart(values))
    chart, exact = process.xmr([float(each) for each in values]), [Fraction(each) for each in values]
    assert [list(causes) for causes in chart.special_causes] == methods.special_causes(exact)
    limits = methods.process_limits(exact)
    found = [(group.mean, group.lower, group.upper) for group in chart.groups]
    assert found == [pytest.approx((limits.mean, limits.lower, limits.upper))] if limits else not found
    for direction in Direction:
        assert process.variation(chart, direction) == methods.variation(exact, direction)


@given(VALUES, st.sampled_from(list(Comparator)), st.integers(-20, 60), st.integers(0, 30))
@settings(deadline=None, max_examples=300)
def test_assurance(values, comparator, target, width):
    exact = [Fraction(each) for each in values]
    most = target + width if comparator is Comparator.BETWEEN else None
    limits = methods.process_limits(exact)
    bounds = [bound for bound in (target, most) if bound is not None]
    assume(limits is None or all(abs(edge - bound) > 1e-9 for edge in (limits.lower, limits.upper) for bound in bounds))
    goal = Goal(comparator, Decimal(target), Unit.COUNT, None if most is None else Decimal(most))
    found = process.assurance(process.xmr([float(each) for each in values]), goal)
    expected = methods.assurance(exact, comparator, Fraction(target), None if most is None else Fraction(most))
    assert found == expected


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(61, 200)), min_size=5, max_size=5))
@settings(deadline=None, max_examples=300)
def test_the_trend_of_counts(counts):
    found = trends.recent([trends.TrendPoint(100 * count / of, count, of) for count, of in counts])
    expected = methods.trend_of_counts([(Fraction(count), Fraction(of)) for count, of in counts])
    assert found.direction == (expected or "NOT_ASSESSABLE")


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(1, 20)), min_size=5, max_size=5))
@settings(deadline=None, max_examples=300)
def test_the_trend_of_limits(values):
    within = [(value, value - half, value + half) for value, half in values]
    found = trends.recent([trends.TrendPoint(value, None, None, lower, upper) for value, lower, upper in within])
    exact = [(Fraction(value), Fraction(lower), Fraction(upper)) for value, lower, upper in within]
    slopes = [methods._weighted_slope(each) for each in methods._with_each_left_out(weighted(exact))]
    assume(all(abs(slope) > 1e-9 for slope in slopes))
    assert found.direction == methods.trend_of_limits(exact)


def weighted(values: list[tuple[Fraction, Fraction, Fraction]]) -> list[tuple[Fraction, Fraction, Fraction]]:
    return [
        (Fraction(at), value, (Fraction("3.92") / (upper - lower)) ** 2)
        for at, (value, lower, upper) in enumerate(values, start=1)
    ]


DAYS = st.lists(st.dates(dt.date(2020, 1, 1), dt.date(2025, 12, 31)), min_size=1, max_size=14, unique=True).map(sorted)


@given(DAYS, st.data(), st.sampled_from([Unit.PERCENT, Unit.COUNT]))
@settings(deadline=None, max_examples=200)
def test_forecasts(days, data, unit):
    values = data.draw(st.lists(st.integers(0, 100), min_size=len(days), max_size=len(days)))
    ahead = [days[-1] + dt.timedelta(days=91), days[-1] + dt.timedelta(days=365)]
    found = forecast([Point(day, Decimal(value)) for day, value in zip(days, values, strict=True)], ahead, unit)
    exact = [(day, Fraction(value)) for day, value in zip(days, values, strict=True)]
    expected = methods.forecast(exact, ahead, is_percent=unit is Unit.PERCENT)
    lines = [(each.value, each.lower, each.upper) for each in found]
    assert lines == [pytest.approx(each, rel=1e-6, abs=1e-6) for each in expected]
