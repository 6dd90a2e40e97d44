"""Exact limits, tails and drifts, by published tables and by hand."""

import math
import random
from fractions import Fraction

import pytest

from schema.enumerations import SpecialCause
from service.statistics import exact_counts, funnels, outliers, self_starting, signals, tails
from tests.service.reads.reference import chance

# Tables of Student's t, 5 % on both sides (Fisher and Yates): degrees of freedom, and the value.
STUDENT = [(1, 12.706), (2, 4.303), (5, 2.571), (10, 2.228), (30, 2.042), (120, 1.980)]
# Tables of chi-squared, 5 %: degrees of freedom, and the value.
CHI_SQUARED = [(1, 3.841), (2, 5.991), (10, 18.307), (30, 43.773), (100, 124.342)]


@pytest.mark.parametrize(("degrees", "value"), STUDENT)
def test_student_has_the_values_of_the_tables(degrees, value):
    assert tails.student_beyond(value, degrees) == pytest.approx(0.05, abs=1e-4)
    assert tails.student_beyond(-value, degrees) == tails.student_beyond(value, degrees)


@pytest.mark.parametrize(("degrees", "value"), CHI_SQUARED)
def test_chi_squared_has_the_values_of_the_tables(degrees, value):
    assert tails.gamma_rest(degrees / 2, value / 2) == pytest.approx(0.05, abs=2e-5)
    assert tails.gamma_share(degrees / 2, value / 2) == pytest.approx(0.95, abs=2e-5)


@pytest.mark.parametrize("degrees", [0.62, 2.48, 7, 19.22, 120])
@pytest.mark.parametrize("t", [0.001, 0.5, 3, 12, 400])
def test_student_is_the_sum_of_its_series(t, degrees):
    assert tails.student_beyond(t, degrees) == pytest.approx(chance.beyond_student(t, degrees), rel=1e-9, abs=1e-200)


@pytest.mark.parametrize(("upto", "share"), [(0, 0.0), (-1, 0.0), (1, 1.0), (2, 1.0)])
def test_a_share_beyond_the_ends_is_all_or_nothing(upto, share):
    assert tails.beta_share(2, 3, upto) == share


# Ten throws of a coin: 0 to 10 heads in 1, 10, 45, 120, 210, 252, 210, 120, 45, 10 and 1 of 1,024 ways.
COIN = exact_counts.binomial(10, 0.5)


def test_exact_binomial_limits_by_hand():
    # Below 1 are 1 way and half of 10, which is 6; below 2 are 11 and half of 45, which is 33.5.
    lower = 1 + (Fraction(25, 1000) * 1024 - 6) / (Fraction(67, 2) - 6)
    assert COIN.limit(0.025) == pytest.approx(float(lower))
    assert COIN.limit(0.975) == pytest.approx(float(10 - lower))


@pytest.mark.parametrize(("heads", "ways"), [(0, 1), (1, 12), (2, 67), (8, 67), (9, 12), (10, 1)])
def test_exact_p_values_by_hand(heads, ways):
    assert COIN.beyond(heads) == pytest.approx(float(Fraction(ways, 1024)))


def test_the_likeliest_count_is_not_unlikely_at_all():
    assert COIN.beyond(5) == pytest.approx(1.0)


# Tables of the Poisson distribution with the mean 5: P(0), P(1) and P(2).
def test_exact_poisson_limits_by_the_tables():
    zero, one, two = 0.006738, 0.033690, 0.084224
    before, after = zero + one / 2, zero + one + two / 2
    assert exact_counts.poisson(5).limit(0.025) == pytest.approx(1 + (0.025 - before) / (after - before), abs=1e-4)


@pytest.mark.parametrize("share", [0.001, 0.03, 0.5, 0.87, 0.9999])
@pytest.mark.parametrize("of", [1, 7, 100, 2_500])
def test_limits_and_p_values_are_those_of_counts_added_up(of, share):
    of_count, of_events = exact_counts.binomial(of, share), exact_counts.poisson(of * share)
    for below in (0.001, 0.025, 0.975, 0.999):
        assert of_count.limit(below) == pytest.approx(chance.binomial_limit(below, of, share), abs=1e-6)
        assert of_events.limit(below) == pytest.approx(chance.poisson_limit(below, of * share), abs=1e-6)
    for count in {0, 1, of // 2, of}:
        assert of_count.beyond(count) == pytest.approx(chance.beyond_binomial(count, of, share), abs=1e-9)
        assert of_events.beyond(count) == pytest.approx(chance.beyond_poisson(count, of * share), abs=1e-9)


@pytest.mark.parametrize(
    "made", [exact_counts.binomial(60, 0.2), exact_counts.poisson(12)], ids=["binomial", "Poisson"]
)
def test_a_count_is_outside_its_limits_exactly_if_its_p_value_says_so(made):
    for share, z in ((0.025, 0.05), (0.001, 0.002)):
        lower, upper = made.limit(share), made.limit(1 - share)
        outside = [count for count in range(61) if not lower <= count <= upper]
        assert outside == [count for count in range(61) if made.beyond(count) < z]


@pytest.mark.parametrize("is_proportion", [True, False])
def test_where_limits_are_no_longer_exact_they_differ_by_less_than_one_percent(is_proportion):
    mean = 0.1
    variance = mean * 0.9 if is_proportion else mean
    most = int(funnels.MOST_EXACT / variance)
    funnel = funnels.Funnel(mean, 1, is_proportion)
    for z in (funnels.Z_95, funnels.Z_998):
        for exact, normal in zip(funnel.limits(most, z), funnel.limits(most + 20, z), strict=True):
            assert exact - mean == pytest.approx(normal - mean, rel=0.01)


def test_limits_of_a_denominator_that_is_not_whole_are_normal():
    lower, upper = funnels.Funnel(0.5, 100, is_proportion=True).limits(10.5, funnels.Z_95)
    assert upper - 50 == pytest.approx(100 * funnels.Z_95 * math.sqrt(0.25 / 10.5))
    assert lower - 50 == pytest.approx(50 - upper)


# ── Over time ─────────────────────────────────────────────────────────────────────────────────────────────────────


def series(random_: random.Random, length: int) -> list[float]:
    return [random_.gauss(70, 4) for _ in range(length)]


def test_self_starting_scores_by_hand():
    # 1 and 3 have the mean 2 and the deviation √2; (6 - 2) √(2/3) / √2 = 2.3094 has one degree of freedom.
    [score] = self_starting.scores([1, 3, 6])
    tail = 0.5 - math.atan(2.3094010767585034) / math.pi
    assert math.erfc(score / math.sqrt(2)) / 2 == pytest.approx(tail)
    assert self_starting.scores([-1, -3, -6]) == [pytest.approx(-score)]
    assert self_starting.scores([5, 5, 5]) == []


def test_a_drift_has_the_tail_of_siegmund():
    # Two scores of 3 and one of -0.5 add up to (3 - 0.5) + (3 - 0.5) + (-0.5 - 0.5) = 4.
    assert self_starting.by_scores([3, 3, -0.5]) == pytest.approx(2 * math.exp(-4.583))
    assert self_starting.by_scores([0.2, -0.2]) == 1.0
    assert self_starting.drift_by_chance([4.0] * 20) is None


def test_by_chance_few_series_seem_to_drift_or_to_jump():
    numbers = random.Random(20261127)
    made = [series(numbers, 20) for _ in range(1_500)]
    drifting = [p for each in made if (p := self_starting.drift_by_chance(each)) is not None]
    jumping = [p for each in made if (p := signals.by_chance(each, [])) is not None]
    for share in (0.05, 0.01):
        # Three standard errors above the share, and no more.
        most = share + 3 * math.sqrt(share * (1 - share) / 1_500)
        assert sum(p <= share for p in drifting) / 1_500 <= most
        assert sum(p <= share for p in jumping) / 1_500 <= most


def test_a_shift_that_lasts_is_unlikely():
    numbers = random.Random(7)
    shifted = series(numbers, 20) + [each + 10 for each in series(numbers, 6)]
    drift = self_starting.drift_by_chance(shifted)
    assert drift is not None
    assert drift < 0.001


def test_a_run_is_as_likely_as_in_a_random_order():
    rising = [5.0, 4, 6, 1, 2, 3, 4, 5, 6, 7]
    # Seven in a row that rise: one order of 7! = 5,040, and one that falls. Four rules are tried.
    assert signals.by_chance(rising, [SpecialCause.TREND_UP]) == pytest.approx(4 * 2 / 5_040)
    above = [0.0, 0, 1, 0, 9, 8, 9, 8, 9, 8, 9, 8, 9, 8]
    found = signals.by_chance(above, [SpecialCause.SHIFT_ABOVE])
    assert found == pytest.approx(4 * 2 / 2**10)


def test_where_nothing_has_varied_nothing_is_known_of_chance():
    assert signals.by_chance([3.0] * 8 + [9.0], []) is None


def test_rates_of_false_discoveries_keep_their_promise_where_nothing_is_there():
    numbers = random.Random(1)
    families = [[numbers.random() for _ in range(100)] for _ in range(400)]
    # With nothing to discover, a family has a discovery with a chance of 5 %.
    found = sum(min(outliers.adjusted(family)) <= outliers.FALSE_DISCOVERIES for family in families)
    assert found / 400 <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 400)
