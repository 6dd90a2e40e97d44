"""Progress towards a target: the method's own values, and nothing that raises."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.enumerations import Comparator, TargetStatus, Unit
from service.statistics import progress as method
from service.statistics.evidence import evidence_on
from service.statistics.forecasts import theil_sen
from service.statistics.goals import Goal, always
from service.statistics.points import Point
from service.statistics.progress import Progress, without_figures

DUE = dt.date(2025, 12, 31)
START = dt.date(2024, 3, 31)
ENDS = [dt.date(2024, 6, 30), dt.date(2024, 9, 30), dt.date(2024, 12, 31), dt.date(2025, 3, 31)]


def goal(comparator: Comparator = Comparator.AT_LEAST, value: str = "90", **more: object) -> Goal:
    return Goal(comparator=comparator, value=Decimal(value), unit=Unit.PERCENT, **{"due": DUE} | more)  # type: ignore[arg-type]


def assess(goal: Goal, points: Sequence[Point], *, on: dt.date, **more: Any) -> Progress:
    """How a goal that was never changed stands on a day."""
    evidence = evidence_on(always(goal), points, on)
    return without_figures(goal) if evidence is None else method.assess(evidence, **more)


def points(*values: float) -> list[Point]:
    return [Point(on, Decimal(str(value))) for on, value in zip(ENDS, values, strict=False)]


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ([], TargetStatus.NO_DATA),
        ([90], TargetStatus.MET),
        ([95, 80], TargetStatus.LOST),
        ([80], TargetStatus.NOT_ASSESSABLE),
        ([80, 81], TargetStatus.NOT_ASSESSABLE),
        ([60, 70, 80], TargetStatus.ON_TRACK),
        ([70, 73, 76], TargetStatus.ACCELERATE),
        ([70, 70.5, 71], TargetStatus.LIMITED),
        ([70, 70, 70], TargetStatus.LIMITED),
        ([80, 78, 76], TargetStatus.DETERIORATING),
    ],
)
def test_the_status_is_the_first_that_holds(values, status):
    assert assess(goal(), points(*values), on=dt.date(2025, 4, 1)).status is status


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (0, "“no” against a target of “yes” by 31 December 2025: not met"),
        (1, "“yes” against a target of “yes” by 31 December 2025: met"),
        (None, "No figure is published against a target of “yes” by 31 December 2025"),
    ],
)
def test_answers_are_quoted_in_a_sentence(value, reason):
    asked = replace(goal(value="1"), unit=Unit.YES_NO)
    given = [] if value is None else points(value)
    assert assess(asked, given, on=dt.date(2025, 4, 1)).reason.partition(";")[0].removesuffix(".") == reason


def test_a_date_that_has_passed_is_missed_from_the_day_after():
    assert assess(goal(), points(80), on=DUE).status is not TargetStatus.MISSED
    assert assess(goal(), points(80), on=DUE + dt.timedelta(days=1)).status is TargetStatus.MISSED


@pytest.mark.parametrize(
    ("closed_on", "due", "status"),
    [
        (ENDS[0], ENDS[1], TargetStatus.NOT_ASSESSABLE),
        (ENDS[0], None, TargetStatus.NOT_ASSESSABLE),
        (ENDS[1], ENDS[1], TargetStatus.MISSED),
        (ENDS[2], ENDS[1], TargetStatus.MISSED),
    ],
)
def test_an_organisation_that_closed_before_the_date_is_not_assessed(closed_on, due, status):
    assert assess(goal(due=due), points(80), on=ENDS[3], closed_on=closed_on).status is status


def test_an_organisation_is_assessed_until_its_last_day():
    assert assess(goal(), points(90), on=ENDS[1], closed_on=ENDS[1]).status is TargetStatus.MET


def test_a_fall_is_an_improvement_where_less_is_asked_for():
    less = goal(Comparator.AT_MOST, "10")
    assert assess(less, points(40, 30, 20), on=ENDS[2]).status is TargetStatus.ON_TRACK
    assert assess(less, points(20, 30, 40), on=ENDS[2]).status is TargetStatus.DETERIORATING
    assert assess(less, points(40), on=ENDS[0]).gap == 30


def test_the_way_is_linear_between_baseline_milestones_and_goal():
    way = goal(
        baseline=Point(dt.date(2024, 1, 1), Decimal(50)),
        milestones=(Point(dt.date(2024, 1, 11), Decimal(60)),),
        due=dt.date(2024, 1, 31),
    )
    days = [dt.date(2023, 12, 31), *(dt.date(2024, 1, day) for day in (1, 6, 11, 21, 31)), dt.date(2024, 2, 1)]
    assert [way.expected_on(day) for day in days] == [None, 50, 55, 60, 75, 90, 90]


def test_a_value_on_the_way_is_on_track_and_just_below_it_is_not():
    way = goal(baseline=Point(START, Decimal(50)))
    asked = way.expected_on(ENDS[0])
    assert asked is not None
    assert assess(way, points(math.ceil(asked)), on=ENDS[0]).status is TargetStatus.ON_TRACK
    assert assess(way, points(51), on=ENDS[0]).status is TargetStatus.LIMITED


def test_the_numbers_of_the_call_back_target_are_the_method_s_own():
    call_back = goal(Comparator.MORE_THAN, due=dt.date(2025, 3, 31))
    progress = assess(call_back, [Point(dt.date(2025, 1, 31), Decimal("69.57"))], on=dt.date(2025, 1, 31))
    assert (progress.gap, progress.is_met) == (20.43, False)
    assert progress.reason.startswith("69.57% against a target of more than 90% by 31 March 2025: 20.43 points to go")


def test_a_baseline_that_is_the_target_and_a_target_of_zero_divide_nothing():
    assert assess(goal(baseline=Point(START, Decimal(90))), points(80), on=ENDS[0]).gap_closed_percent is None
    assert assess(goal(value="0"), points(80), on=ENDS[0]).percent_of_target is None


def test_required_is_what_is_missing_over_the_quarters_that_are_left():
    progress = assess(goal(due=dt.date(2024, 12, 31)), points(80), on=ENDS[0])
    assert progress.required_per_quarter == 5


def test_one_wild_figure_does_not_move_the_line():
    line = theil_sen([*points(10, 20, 30), Point(dt.date(2025, 3, 31), Decimal(1000))])
    assert line is not None
    assert 9 < line.slope < 330


def test_the_projection_of_a_steady_rise_is_where_it_arrives():
    progress = assess(goal(), points(60, 65, 70), on=ENDS[2])
    assert progress.projected_value == pytest.approx(70 + 5 * 4, abs=0.5)
    assert progress.projected_met_on is not None
    assert abs((progress.projected_met_on - DUE).days) < 15


DAYS = st.dates(dt.date(2013, 1, 1), dt.date(2035, 1, 1))
NUMBERS = st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False, places=2)
POINTS = st.builds(Point, DAYS, NUMBERS)
GOALS = st.builds(
    Goal,
    comparator=st.sampled_from(list(Comparator)),
    value=NUMBERS,
    unit=st.sampled_from(list(Unit)),
    upper_value=st.none() | NUMBERS,
    baseline=st.none() | POINTS,
    due=st.none() | DAYS,
    milestones=st.lists(POINTS, max_size=3, unique_by=lambda point: point.on).map(
        lambda found: tuple(sorted(found, key=lambda point: point.on))
    ),
)


@given(GOALS, st.lists(POINTS, max_size=12), DAYS)
def test_nothing_raises_and_nothing_is_not_a_number(goal: Goal, found: list[Point], on: dt.date):
    series = sorted(found, key=lambda point: point.on)
    progress = assess(goal, series, on=on)
    numbers = [value for value in vars(progress).values() if isinstance(value, float)]
    assert all(math.isfinite(number) for number in numbers)
    assert progress.reason.endswith(".")
    known = [point for point in series if point.on <= on]
    assert progress.is_met == (goal.is_met_by(known[-1].value) if known else None)


def test_a_projected_percentage_stays_within_0_and_100():
    rising = assess(goal(due=dt.date(2026, 12, 31)), points(60, 70, 80), on=ENDS[2])
    assert rising.projected_value == 100
    falling = assess(goal(Comparator.AT_MOST, "1", due=dt.date(2026, 12, 31)), points(40, 30, 20), on=ENDS[2])
    assert falling.projected_value == 0


def test_no_projection_is_before_the_latest_figure():
    # The line of the median slope passes 80 before the last figure, which fell short of it.
    short = assess(goal(value="80"), points(50, 65, 79, 79), on=ENDS[3])
    assert (short.is_met, short.projected_met_on) == (False, ENDS[3])


@pytest.mark.parametrize(
    ("comparator", "value", "upper", "figure", "gap"),
    [
        (Comparator.BETWEEN, "80", "90", 85, 0),
        (Comparator.BETWEEN, "80", "90", 75, 5),
        (Comparator.BETWEEN, "80", "90", 93, 3),
        (Comparator.EXACTLY, "80", None, 85, 5),
        (Comparator.EXACTLY, "80", None, 75, 5),
        (Comparator.AT_LEAST, "80", None, 85, -5),
        (Comparator.MORE_THAN, "80", None, 75, 5),
        (Comparator.AT_MOST, "80", None, 85, 5),
        (Comparator.LESS_THAN, "80", None, 75, -5),
    ],
)
def test_the_gap_is_the_distance_to_go_and_none_within_a_band(comparator, value, upper, figure, gap):
    band = goal(comparator, value, upper_value=None if upper is None else Decimal(upper))
    assert assess(band, points(figure), on=ENDS[0]).gap == gap


@pytest.mark.parametrize(("figure", "required"), [(70, 10), (95, -5)])
def test_what_is_required_leads_to_the_nearer_bound(figure, required):
    band = goal(Comparator.BETWEEN, "80", upper_value=Decimal(90), due=dt.date(2025, 6, 30))
    progress = assess(band, points(figure), on=ENDS[0])
    assert progress.required_per_quarter is not None
    assert progress.required_per_quarter * 4 == pytest.approx(required)
