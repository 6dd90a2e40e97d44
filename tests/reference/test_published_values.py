"""Worked values of published methods, each with its source."""

from decimal import Decimal

import pytest

from schema.enumerations import (
    Comparator,
    Direction,
    IntervalMethod,
    Judgement,
    Significance,
    SpecialCause,
    TrendDirection,
    Unit,
)
from service.statistics import comparison, doubts, intervals, process, trends
from service.statistics.goals import Goal
from service.statistics.intervals import Interval

# Breslow & Day 1987 and PHEindicatormethods (OHID).
WILSON = [
    (20, 360, 0.95, 0.036248204600072345, None),
    (65, 100, 0.998, 0.4954946574070431, 0.7783540614089697),
]
# Making Data Count (NHS England), by NHSRplotthedots.
RISING = [44.1, 44.9, 45.8, 46.6, 47.9, 48.8, 49.9, 51.0, 52.1, 52.9, 53.7, 54.5]
SPIKE = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
# The committee paper's table of self-referrals, for each 100,000 people, against the region's 323.9.
BOARDS = [
    (292.7, 284.4, 301.1),
    (265.4, 253.2, 278.0),
    (360.7, 352.1, 369.5),
    (578.5, 567.6, 589.6),
    (167.3, 159.7, 175.1),
    (180.8, 174.7, 186.9),
]


@pytest.mark.parametrize(("count", "of", "confidence", "lower", "upper"), WILSON)
def test_wilson(count, of, confidence, lower, upper):
    found = intervals.wilson(count, of, confidence=confidence)
    assert found is not None
    assert found.lower == pytest.approx(lower, rel=1e-12)
    assert upper is None or found.upper == pytest.approx(upper, rel=1e-12)


def test_byar():
    found = intervals.rate(65, 100, multiplier=100, confidence=0.95)
    assert found is not None
    assert (found.lower, found.upper) == pytest.approx((50.163187710459454, 82.84913854593984), rel=1e-12)
    assert found.method is IntervalMethod.BYAR


def test_exact_poisson():
    one = intervals.rate(1, 100, multiplier=100, confidence=0.95)
    none = intervals.exact_poisson(0)
    assert one is not None
    assert (one.lower, one.upper) == pytest.approx((0.025317807984289897, 5.571643390938898), rel=1e-12)
    assert none.lower == 0
    assert none.upper == pytest.approx(3.688879454, rel=1e-9)


@pytest.mark.parametrize(("screened", "lower", "upper"), [(True, -0.7156, 4.6044), (False, -3.0626, 6.9515)])
def test_a_spike_is_screened_out_of_the_limits_and_not_of_the_mean(screened, lower, upper):
    (group,) = process.xmr(SPIKE, screened=screened).groups
    assert (group.mean, group.lower, group.upper) == pytest.approx((1.9444, lower, upper), abs=5e-5)
    assert process.xmr(SPIKE, screened=screened).special_causes[4] == (SpecialCause.ABOVE_UPPER_LIMIT,)


def test_twelve_rising_points_are_below_then_a_trend_then_above():
    chart = process.xmr(RISING)
    (group,) = chart.groups
    assert (group.mean, group.lower, group.upper) == pytest.approx((49.35, 46.8351, 51.8649), abs=5e-5)
    firsts = [causes[0] for causes in chart.special_causes]
    below, trend, above = SpecialCause.BELOW_LOWER_LIMIT, SpecialCause.TREND_UP, SpecialCause.ABOVE_UPPER_LIMIT
    assert firsts == [below] * 4 + [trend] * 4 + [above] * 4


def test_a_recent_trend_of_fingertips():
    counts = [(994, 40299), (1023, 41527), (1199, 42811), (1332, 44064), (1367, 44701)]
    found = trends.recent([trends.TrendPoint(100 * count / of, count, of) for count, of in counts])
    assert found.direction is TrendDirection.INCREASING
    assert found.chi_squared == pytest.approx(47.90, abs=5e-3)


def test_the_paper_s_six_boards_two_are_higher_than_the_region_and_four_lower():
    found = [
        comparison.against(Interval(lower, upper, IntervalMethod.AS_PUBLISHED), 323.9, Direction.HIGHER_IS_BETTER)
        for _, lower, upper in BOARDS
    ]
    assert [each.significance for each in found].count(Significance.HIGHER) == 2
    assert [each.judgement for each in found].count(Judgement.WORSE) == 4


def test_the_paper_s_percentages_of_177_practices():
    assert not doubts.attainable(Decimal("69.57"), 177, 2).is_attainable
    assert doubts.attainable(Decimal("69.49"), 177, 2).nearest == ((123, Decimal("69.49")),)


@pytest.mark.parametrize("board", BOARDS, ids=str)
def test_the_paper_s_intervals_come_from_some_count(board):
    rate, lower, upper = (Decimal(str(each)) for each in board)
    assert doubts.coherent_interval(rate, lower, upper).fits()


def test_the_paper_s_10777_self_referrals_do_not_give_its_interval():
    found = doubts.coherent_interval(Decimal("578.5"), Decimal("567.6"), Decimal("589.6"))
    assert found.counts == (10_583, 10_775)
    assert not found.fits(10_777)


@pytest.mark.parametrize(
    ("comparator", "value", "expected"),
    [
        (Comparator.AT_LEAST, 100, "CONSISTENTLY_PASS"),
        (Comparator.MORE_THAN, 90, "CONSISTENTLY_PASS"),
        (Comparator.MORE_THAN, 100, "CONSISTENTLY_FAIL"),
        (Comparator.LESS_THAN, 100, "CONSISTENTLY_FAIL"),
        (Comparator.EXACTLY, 100, "CONSISTENTLY_PASS"),
    ],
)
def test_a_flat_series_at_100_has_limits_at_100_and_keeps_the_comparator_s_strictness(comparator, value, expected):
    chart = process.xmr([100.0] * 12)
    assert (chart.groups[0].lower, chart.groups[0].upper) == (100, 100)
    assert process.assurance(chart, Goal(comparator, Decimal(value), Unit.PERCENT)) == expected
