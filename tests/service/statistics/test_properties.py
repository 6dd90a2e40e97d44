"""What holds of the statistics whatever the numbers: order, scale, no NaN, and nothing raised on finite input."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.enumerations import Comparator, Direction, IntervalMethod, Unit, Variation
from service.statistics import comparison, distribution, doubts, intervals, process, trends
from service.statistics.goals import Goal

CONFIDENCE = st.floats(0.90, 0.999)
VALUES = st.lists(st.floats(-1e9, 1e9), max_size=40)
COUNTS = st.integers(0, 10**7)


@given(COUNTS, COUNTS, CONFIDENCE)
def test_wilson_contains_the_share_and_stays_within_0_and_1(one, other, confidence):
    count, of = sorted((one, other))
    found = intervals.wilson(count, of, confidence=confidence)
    assert (found is None) == (of == 0)
    assert found is None or 0 <= found.lower <= count / of <= found.upper <= 1


@given(COUNTS, CONFIDENCE)
def test_the_interval_of_a_count_contains_it_and_more_confidence_is_wider(count, confidence):
    found, wider = (intervals.of_count(count, confidence=each) for each in (confidence, 0.999))
    assert 0 <= wider.lower <= found.lower <= count <= found.upper <= wider.upper


@given(COUNTS, st.integers(1, 10**7), st.sampled_from([1, 100, 1_000, 100_000]))
def test_a_rate_scales_with_its_multiplier(count, of, multiplier):
    one, many = (intervals.rate(count, of, multiplier=each) for each in (1, multiplier))
    assert one is not None
    assert many is not None
    assert many.upper == pytest.approx(one.upper * multiplier, rel=1e-9)


@pytest.mark.parametrize(
    "impossible",
    [
        lambda: intervals.wilson(-1, 10),
        lambda: intervals.wilson(11, 10),
        lambda: intervals.byar(9),
        lambda: intervals.exact_poisson(-1),
        lambda: intervals.rate(1, -1),
        lambda: intervals.wilson(1, 2, confidence=0.5),
        lambda: intervals.wilson(math.nan, 2),
        lambda: intervals.exact_poisson(1, confidence=1),
        lambda: doubts.attainable(50, 0, 2),
    ],
)
def test_what_is_impossible_is_refused(impossible):
    with pytest.raises(ValueError, match=r"[a-z]"):
        impossible()


@given(VALUES, st.booleans(), st.lists(st.integers(0, 40), max_size=3))
def test_limits_are_in_order_around_the_mean_and_every_point_has_its_causes(values, screened, recalculated_at):
    chart = process.xmr(values, screened=screened, recalculated_at=recalculated_at)
    assert len(chart.special_causes) == len(values)
    for group in chart.groups:
        assert group.lower <= group.mean <= group.upper
        assert math.isfinite(group.lower)
        assert math.isfinite(group.upper)


@given(VALUES)
def test_turned_upside_down_the_causes_are_those_of_the_other_side(values):
    sides = {"ABOVE_UPPER_LIMIT": "BELOW_LOWER_LIMIT", "SHIFT_ABOVE": "SHIFT_BELOW", "TREND_UP": "TREND_DOWN"}
    sides |= {"TWO_OF_THREE_HIGH": "TWO_OF_THREE_LOW"}
    sides |= {low: high for high, low in sides.items()}
    up, down = process.xmr(values), process.xmr([-value for value in values])
    assert [[sides[cause] for cause in causes] for causes in up.special_causes] == [
        list(each) for each in down.special_causes
    ]


@given(VALUES, st.sampled_from(list(Comparator)), st.floats(-1e6, 1e6), st.sampled_from(list(Direction)))
def test_variation_and_assurance_always_say_something(values, comparator, value, direction):
    chart = process.xmr(values)
    upper = Decimal(value) + 1 if comparator is Comparator.BETWEEN else None
    assured = process.assurance(chart, Goal(comparator, Decimal(value), Unit.COUNT, upper))
    assert (assured == "NOT_ASSESSABLE") == (len(values) < 6)
    assert (process.variation(chart, direction) is Variation.NOT_ASSESSABLE) == (len(values) < 6)


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), max_size=8))
def test_a_trend_of_counts_never_raises_and_gives_its_reason(pairs):
    points = [trends.TrendPoint(0, min(pair), max(pair), 0, 0) for pair in pairs]
    found = trends.recent(points)
    assert (found.chi_squared is None) == (found.reason is not None)
    assert found.chi_squared is None or math.isfinite(found.chi_squared)


@given(st.lists(st.tuples(st.floats(-1e9, 1e9), st.floats(0, 1e6)), max_size=8))
def test_a_trend_of_intervals_never_raises_and_gives_its_reason(pairs):
    points = [trends.TrendPoint(value, None, None, value - width, value + width) for value, width in pairs]
    found = trends.recent(points)
    assert (found.chi_squared is None) == (found.reason is not None)
    assert found.chi_squared is None or not math.isnan(found.chi_squared)


@given(st.lists(st.floats(-1e9, 1e9), max_size=60))
def test_deciles_are_in_order_within_the_extremes(values):
    found = distribution.deciles(values)
    assert (found is None) == (len(values) < 5)
    if found is not None:
        assert list(found.deciles) == sorted(found.deciles)
        assert found.minimum <= found.deciles[0] <= found.median <= found.deciles[-1] <= found.maximum


@given(st.integers(1, 3_000), st.integers(0, 3_000), st.integers(0, 3))
def test_a_percentage_that_a_count_gives_is_attainable(of, count, decimals):
    percent = round(Decimal(100 * min(count, of)) / of, decimals)
    half_up = (Decimal(100 * min(count, of)) / of).quantize(Decimal(1).scaleb(-decimals), "ROUND_HALF_UP")
    assert doubts.attainable(half_up, of, decimals).is_attainable
    assert doubts.attainable(percent, of, decimals).nearest


@given(st.integers(2, 20_000), st.integers(1_000, 3_000_000))
def test_the_count_that_printed_an_interval_is_among_those_that_fit(count, of):
    found = intervals.rate(count, of)
    assert found is not None
    rate, lower, upper = (
        Decimal(number).quantize(Decimal("0.1"), "ROUND_HALF_UP")
        for number in (count * 100_000 / of, found.lower, found.upper)
    )
    if lower <= rate <= upper and upper > lower and rate > 0:
        assert doubts.coherent_interval(rate, lower, upper).fits(count)


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 100), st.sampled_from(list(Direction)))
def test_a_comparison_is_similar_within_the_limits_and_never_without_them(one, other, benchmark, direction):
    lower, upper = sorted((one, other))
    interval = intervals.Interval(lower, upper, IntervalMethod.WILSON)
    assert (comparison.against(interval, benchmark, direction).significance == "SIMILAR") == (
        lower <= benchmark <= upper
    )
    assert comparison.against(None, benchmark, direction).significance == "NOT_COMPARED"
