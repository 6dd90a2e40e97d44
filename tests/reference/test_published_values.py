"""Worked values of published methods, each with its source."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import pytest

from schema.computed_inputs.figures import Numbers
from schema.enumerations import (
    Comparator,
    Direction,
    GrowthProgress,
    IntervalMethod,
    Judgement,
    Significance,
    SpecialCause,
    TrendDirection,
    Unit,
)
from service.statistics import (
    comparison,
    count_charts,
    doubts,
    drifts,
    funnels,
    growth,
    intervals,
    outliers,
    process,
    trends,
)
from service.statistics.figures import interval
from service.statistics.forecasts import forecast, theil_sen
from service.statistics.goals import Goal
from service.statistics.intervals import Interval
from service.statistics.points import Point

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
    assert [chart.groups[0].lower, chart.groups[0].upper] == [100, 100]
    assert process.assurance(chart, Goal(comparator, Decimal(value), Unit.PERCENT)) == expected


# Two values in turn, 50 apart: the mean is 223, the mean moving range 50, and the limits are exactly 90 and 356.
IN_TURN = [198.0, 248.0] * 6


@pytest.mark.parametrize(
    ("comparator", "value", "upper", "expected"),
    [
        (Comparator.AT_LEAST, 90, None, "CONSISTENTLY_PASS"),
        (Comparator.AT_LEAST, 91, None, "INCONSISTENT"),
        (Comparator.AT_LEAST, 356, None, "INCONSISTENT"),
        (Comparator.AT_LEAST, 357, None, "CONSISTENTLY_FAIL"),
        (Comparator.MORE_THAN, 90, None, "INCONSISTENT"),
        (Comparator.MORE_THAN, 356, None, "CONSISTENTLY_FAIL"),
        (Comparator.AT_MOST, 356, None, "CONSISTENTLY_PASS"),
        (Comparator.AT_MOST, 355, None, "INCONSISTENT"),
        (Comparator.AT_MOST, 89, None, "CONSISTENTLY_FAIL"),
        (Comparator.LESS_THAN, 356, None, "INCONSISTENT"),
        (Comparator.LESS_THAN, 90, None, "CONSISTENTLY_FAIL"),
        (Comparator.EXACTLY, 200, None, "INCONSISTENT"),
        (Comparator.EXACTLY, 90, None, "INCONSISTENT"),
        (Comparator.EXACTLY, 356, None, "INCONSISTENT"),
        (Comparator.EXACTLY, 89, None, "CONSISTENTLY_FAIL"),
        (Comparator.EXACTLY, 357, None, "CONSISTENTLY_FAIL"),
        (Comparator.BETWEEN, 90, 356, "CONSISTENTLY_PASS"),
        (Comparator.BETWEEN, 91, 356, "INCONSISTENT"),
        (Comparator.BETWEEN, 50, 90, "INCONSISTENT"),
        (Comparator.BETWEEN, 356, 400, "INCONSISTENT"),
        (Comparator.BETWEEN, 50, 89, "CONSISTENTLY_FAIL"),
        (Comparator.BETWEEN, 357, 400, "CONSISTENTLY_FAIL"),
    ],
)
def test_a_target_at_a_limit_decides_whether_a_process_passes_fails_or_neither(comparator, value, upper, expected):
    chart = process.xmr(IN_TURN)
    assert [chart.groups[0].lower, chart.groups[0].upper] == [90, 356]
    upper_value = None if upper is None else Decimal(upper)
    assert process.assurance(chart, Goal(comparator, Decimal(value), Unit.COUNT, upper_value)) == expected


def test_a_point_exactly_at_two_thirds_of_the_way_to_the_limit_is_not_beyond_it():
    # The mean is 0 and the mean moving range 75: two thirds of 2.66 times that are 133.
    at_two_thirds = [133.0, 133, 43, -73, 16, -119, -109, -24]
    assert process.xmr(at_two_thirds).special_causes == ((),) * 8
    just_beyond = [each * 1.0001 if at < 2 else each for at, each in enumerate(at_two_thirds)]
    two = (SpecialCause.TWO_OF_THREE_HIGH,)
    assert process.xmr(just_beyond).special_causes[:3] == (two, two, ())


@pytest.mark.parametrize(
    ("counts", "chi_squared", "direction"),
    [
        ([52, 72, 73, 84, 86], 9.410043221504772, TrendDirection.NO_SIGNIFICANT_CHANGE),
        ([50, 65, 66, 75, 84], 9.599848523100228, TrendDirection.INCREASING),
        ([84, 75, 66, 65, 50], 9.599848523100228, TrendDirection.DECREASING),
    ],
)
def test_a_trend_is_significant_from_a_chi_squared_of_9_5495(counts, chi_squared, direction):
    # Counts of 1,000 each; chi-squared by the formula of Fingertips, in exact fractions.
    found = trends.recent([trends.TrendPoint(count / 10, count, 1000) for count in counts])
    assert found.chi_squared == pytest.approx(chi_squared, rel=1e-12)
    assert found.direction == direction


QUARTERS = [dt.date(2023, 6, 30), dt.date(2023, 9, 30), dt.date(2023, 12, 31), dt.date(2024, 3, 31)]
QUARTERS += [each.replace(year=each.year + 1) for each in QUARTERS]
AHEAD = [dt.date(2025, 6, 30), dt.date(2026, 3, 31)]


def points(values: Sequence[float]) -> list[Point]:
    return [Point(day, Decimal(str(value))) for day, value in zip(QUARTERS, values, strict=True)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (
            [61, 64, 63, 67, 70, 69, 72, 76],
            [
                (77, 73.31610444770213, 80.68389555229787),
                (83, 78.4383118028116, 87.5616881971884),
            ],
        ),
        # All points but the first are on one line: the median of the residuals is 0, their mean square is not.
        (
            [19, 26, 34, 42, 50, 58, 66, 74],
            [
                (82, 81.12150697213922, 82.87849302786078),
                (106, 104.91218108124559, 107.08781891875441),
            ],
        ),
    ],
)
def test_a_forecast_is_the_theil_sen_line_with_a_95_percent_prediction_interval(values, expected):
    # Theil 1950, Sen 1968; 1.96 × the spread × √(1 + 1/n + distance² ÷ Σ distances²), in exact fractions.
    found = forecast(points(values), AHEAD, Unit.COUNT)
    assert [(each.value, each.lower, each.upper) for each in found] == [pytest.approx(each) for each in expected]


def test_a_forecast_of_a_percentage_stays_within_0_and_100():
    rising = forecast(points([19, 25.2, 34.4, 43.5, 52.6, 61.8, 71, 80]), AHEAD, Unit.PERCENT)[1]
    assert (rising.value, rising.lower, rising.upper) == (100, 100, 100)
    falling = forecast(points([80, 71, 61.8, 52.6, 43.5, 34.4, 25.2, 19]), AHEAD, Unit.PERCENT)[1]
    assert (falling.value, falling.lower) == (0, 0)


def test_a_line_rests_on_the_figures_of_the_last_eight_quarters():
    # 31 March two years before is eight quarters away, and one day more is too far.
    days = [dt.date(2021, 3, 30), dt.date(2021, 3, 31), dt.date(2022, 3, 31), dt.date(2023, 3, 31)]
    line = theil_sen([Point(day, Decimal(value)) for day, value in zip(days, (900, 10, 20, 30), strict=True)])
    assert line is not None
    assert (line.slope, line.level) == (2.5, 30)


@pytest.mark.parametrize("last", range(2020, 2032))
def test_three_annual_figures_make_the_same_line_in_every_year(last):
    days = [dt.date(last - 2, 3, 31), dt.date(last - 1, 3, 31), dt.date(last, 3, 31)]
    line = theil_sen([Point(day, Decimal(value)) for day, value in zip(days, (50, 60, 70), strict=True)])
    assert line is not None
    assert (line.slope, line.level) == (2.5, 70)
    assert line.reaches(90) == dt.date(last + 2, 3, 31)


def test_a_quarterly_line_rests_on_nine_figures_in_every_year():
    ends = [dt.date(year, *day) for year in range(2019, 2031) for day in ((3, 31), (6, 30), (9, 30), (12, 31))]
    squares = [Point(day, Decimal(at**2)) for at, day in enumerate(ends)]
    for last in range(12, len(squares)):
        eight, nine, ten, every = (theil_sen(squares[first : last + 1]) for first in (last - 7, last - 8, last - 9, 0))
        assert nine == ten == every != eight


def test_a_confidence_interval_at_another_confidence_is_not_the_printed_one():
    printed = Numbers(68.4, 9576, 14000, lower_confidence_limit=67.6, upper_confidence_limit=69.2)
    at_95, at_99 = (interval(Unit.PERCENT, printed, confidence=confidence) for confidence in (0.95, 0.99))
    assert at_95 == Interval(67.6, 69.2, IntervalMethod.AS_PUBLISHED)
    assert at_99 is not None
    assert at_99.method is IntervalMethod.WILSON
    assert (at_99.lower, at_99.upper) == pytest.approx((67.37938332146203, 69.40318464031324), rel=1e-9)


def test_a_range_of_exactly_3_267_times_the_mean_range_is_screened_out():
    # Twelve ranges with a mean of 1,000: one of 3,267, the others 793.9 on average.
    steps = [3267, -793, 794, -794, 794, -794, 794, -794, 794, -794, 794, -794]
    values = [float(sum(steps[:at])) for at in range(len(steps) + 1)]
    assert sum(abs(step) for step in steps) == 12_000
    (group,) = process.xmr(values).groups
    assert group.mean_moving_range == pytest.approx(8733 / 11)


# Benjamini and Hochberg 1995, section 4.1: fifteen endpoints of a trial, of which their procedure rejects four at 5 %.
ENDPOINTS = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
]


def test_false_discoveries():
    found = outliers.adjusted(ENDPOINTS)
    assert [rate <= 0.05 for rate in found] == [True] * 4 + [False] * 11
    assert found[:4] == pytest.approx([0.0015, 0.003, 0.0095, 0.035625])
    assert outliers.adjusted(ENDPOINTS[::-1]) == found[::-1]


# Iglewicz and Hoaglin 1993: of ten values the last two are outliers, which plain z-scores do not show.
TEN = [2.1, 2.6, 2.4, 2.5, 2.3, 2.1, 2.3, 2.6, 8.2, 8.3]


def test_modified_z_scores():
    found = outliers.modified_z(TEN)
    assert [abs(score) > 3.5 for score in found] == [False] * 8 + [True] * 2
    assert found[-2:] == pytest.approx([0.6745 * 5.75 / 0.15, 0.6745 * 5.85 / 0.15])


# The areas in the documentation of PHEindicatormethods (OHID): numerator and denominator.
AREAS = [(10232, 15232), (12321, 16123), (15123, 17932), (13213, 18475)]


def test_areas_that_differ_more_than_by_chance_have_wider_limits():
    found = funnels.funnel(AREAS, factor=100, is_proportion=True)
    scores = [(count / of - found.mean) / (found.mean * (1 - found.mean) / of) ** 0.5 for count, of in AREAS]
    assert found.dispersion == pytest.approx(sum(score**2 for score in scores) / 4)
    assert found.is_adjusted
    assert found.score(*AREAS[0]) == pytest.approx(scores[0] / found.dispersion**0.5)


# Ten equal practices and two that are far off: the tenth at each end counts as the next one.
def test_a_real_outlier_does_not_widen_the_limits():
    counts = [(50.0 + step, 100.0) for step in (-2, -1, -1, 0, 0, 0, 0, 1, 1, 2)]
    wild = funnels.funnel([*counts[1:-1], (95.0, 100.0), (5.0, 100.0)], factor=100, is_proportion=True)
    assert not wild.is_adjusted
    assert wild.score(95.0, 100.0) == pytest.approx(9.0)


def test_the_ends_are_as_large_as_the_next_scores():
    assert funnels.winsorised([9, 1, 2, 3, 4, 5, 6, 7, 8, -9]) == [8, 1, 2, 3, 4, 5, 6, 7, 8, 1]


@pytest.mark.parametrize("values", [[], [3.0], [3.0, 3.0, 3.0], [0.0] * 9])
def test_where_nothing_differs_nothing_stands_out(values):
    assert outliers.modified_z(values) == [0.0] * len(values)


def test_where_most_are_equal_the_mean_deviation_is_the_unit():
    assert outliers.modified_z([1.0] * 9 + [2.0])[-1] == pytest.approx(1 / (1.253314 * 0.1))


@pytest.mark.parametrize("count", [0.0, 100.0])
def test_a_funnel_without_spread_has_no_width(count):
    found = funnels.funnel([(count, 100.0)] * 5, factor=100, is_proportion=True)
    assert (found.score(count, 100.0), found.limits(100.0, 2.0)) == (0.0, (count, count))


# NIST/SEMATECH e-Handbook 6.3.3.2: defective chips of 50 on each of thirty wafers.
WAFERS = [
    *(12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22),
    *(8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6),
]
# NIST/SEMATECH e-Handbook 6.3.3.1: defects on each of 25 wafers.
DEFECTS = [
    *(16, 14, 28, 16, 12, 20, 10, 12, 10, 17, 19, 17, 14, 16),
    *(15, 13, 14, 16, 11, 20, 11, 19, 16, 31, 13),
]


def test_p_chart():
    found = count_charts.count_chart([(count, 50) for count in WAFERS], is_proportion=True)
    assert found is not None
    assert (found.mean, *found.limits(0, is_prime=False)) == pytest.approx((0.2313, 0.0524, 0.4102), abs=1e-4)
    assert [at for at in range(30) if found.is_outside(at, is_prime=False)] == [14, 22]


def test_u_chart():
    found = count_charts.count_chart([(count, 1) for count in DEFECTS], is_proportion=False)
    assert found is not None
    assert (found.mean, *found.limits(0, is_prime=False)) == pytest.approx((16, 4, 28))
    assert [at for at in range(25) if found.is_outside(at, is_prime=False)] == [23]


# Laney 2002: with subgroups of one size the p′-chart is the chart of individual values.
def test_p_prime_chart():
    found = count_charts.count_chart([(count, 50) for count in WAFERS], is_proportion=True)
    assert found is not None
    moving = sum(abs(WAFERS[at] - WAFERS[at - 1]) for at in range(1, 30)) / 29 / 50
    width = 3 * moving / 1.128
    assert found.limits(0, is_prime=True) == pytest.approx((found.mean - width, found.mean + width))


def test_limits_are_wider_for_a_smaller_subgroup():
    found = count_charts.count_chart([(50, 100), (60, 100), (12, 25)], is_proportion=True)
    assert found is not None
    widths = [upper - lower for lower, upper in (found.limits(at, is_prime=True) for at in range(3))]
    assert widths[2] == pytest.approx(2 * widths[0])


@pytest.mark.parametrize("counts", [[], [(1, 2)] * 2, [(0, 5)] * 9, [(5, 5)] * 9])
def test_counts_that_cannot_differ_have_no_chart(counts):
    assert count_charts.count_chart(counts, is_proportion=True) is None


# NIST/SEMATECH e-Handbook 6.3.2.3: the sums of its table from the thirteenth group on; the fourteenth shows the drift.
GROUPS = [
    *(324.925, 324.675, 324.725, 324.350, 325.350, 325.225, 324.125, 324.525, 325.225, 324.600),
    *(324.625, 325.150, 328.325, 327.250, 327.825, 328.500, 326.675, 327.775, 326.875, 328.350),
]


def test_cusum():
    above, below = drifts.sums(GROUPS, 325, 0.3175)
    assert above[12:] == pytest.approx([3.0075, 4.94, 7.4475, 10.63, 11.9875, 14.445, 16.0025, 19.035])
    assert next(at for at, total in enumerate(above) if total > 4.1959) == 13
    assert max(below) < 4.1959


def test_a_drift_of_one_and_a_half_deviations_is_shown_and_a_flat_baseline_shows_nothing():
    before = [50.0, 52.0] * 6
    assert drifts.drift([*before, *[53.7] * 3]) is None
    assert drifts.drift([*before, 51.0, *[53.7] * 6]) == drifts.Drift(is_up=True, since=13, shown=17)
    assert drifts.drift([*before, 51.0, *[48.3] * 6]) == drifts.Drift(is_up=False, since=13, shown=17)
    assert drifts.drift([50.0] * 12 + [90.0] * 9) is None
    assert drifts.drift(before) is None


# Open SDG (sdg-build): the growth of its progress measure without a target, and its thresholds.
@pytest.mark.parametrize(
    ("last", "progress"),
    [
        (107.73, GrowthProgress.SUBSTANTIAL),
        (107.72, GrowthProgress.MODERATE),
        (102.53, GrowthProgress.MODERATE),
        (102.52, GrowthProgress.LIMITED),
        (100.0, GrowthProgress.LIMITED),
        (99.9, GrowthProgress.DETERIORATION),
    ],
)
def test_growth_in_five_years(last, progress):
    found = growth.annual_growth(100, last, 5)
    assert found is not None
    assert 100 * (1 + found) ** 5 == pytest.approx(last)
    assert growth.progress(found, 100, Direction.HIGHER_IS_BETTER) is progress
    assert growth.progress(found, 100, Direction.NEUTRAL) is None
    assert growth.progress(-found, -100, Direction.LOWER_IS_BETTER) is growth.progress(
        -found, 100, Direction.HIGHER_IS_BETTER
    )


@pytest.mark.parametrize(("first", "last", "years"), [(0, 5, 2), (5, -5, 2), (5, 6, 0.75), (5, 6, 0)])
def test_growth_that_cannot_be_calculated(first, last, years):
    assert growth.annual_growth(first, last, years) is None
