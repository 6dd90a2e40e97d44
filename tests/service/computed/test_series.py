"""A series says something of every list of figures, and nothing raises: none, flat ones, the end of the calendar."""

import datetime as dt
import math
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schema.computed_inputs.recalculations import RecalculatedFrom
from schema.computed_inputs.series import SeriesFigure, SeriesInputs
from schema.computed_inputs.targets import TargetHistory, TargetRevision
from schema.enumerations import Comparator, Counts, Direction, Frequency, PeriodKind, TargetKind, Unit
from schema.periods import financial_year, parsed, quarter_of
from service.computed.series import Series
from service.statistics.points import quarters

FIRST = parsed("2019-20-Q1")


def series(values: list[float], *, last: dt.date | None = None, **more: Any) -> SeriesInputs:
    """The inputs of a series of quarters."""
    days = [last or FIRST.ends]
    while len(days) < len(values):
        days = [*days, _next(days[-1])] if last is None else [_before(days[0]), *days]
    figures = [
        SeriesFigure(
            value,
            id=at,
            period_id=at,
            kind=PeriodKind.QUARTER,
            period_starts=parsed(quarter_of(day)).starts,
            period_ends=day,
            label=quarter_of(day),
            revision=1,
        )
        for at, (day, value) in enumerate(zip(days, values, strict=False), start=1)
    ]
    inputs = SeriesInputs(1, 1, "m", "o", Unit.COUNT, Direction.NEUTRAL, Counts.OVER_PERIOD, 0, tuple(figures), (), ())
    return replace(inputs, **more)


def _next(day: dt.date) -> dt.date:
    return parsed(quarter_of(day + dt.timedelta(days=1))).ends


def _before(day: dt.date) -> dt.date:
    return parsed(quarter_of(day)).starts - dt.timedelta(days=1)


def target(value: float, comparator: str = "AT_LEAST", due: str | None = None) -> TargetHistory:
    """A target that was set before the first quarter, and never changed."""
    day = None if due is None else dt.date.fromisoformat(due)
    asked = (Comparator(comparator), Decimal(str(value)), None, None, None, None, day, TargetKind.HOLD)
    return TargetHistory((TargetRevision(1, dt.date(2019, 1, 1), *asked),), (), None)


def recalculations(*days: tuple[str, str]) -> tuple[RecalculatedFrom, ...]:
    """Dates from which limits are recalculated, each with its reason."""
    return tuple(RecalculatedFrom(dt.date.fromisoformat(day), reason) for day, reason in days)


@pytest.mark.parametrize("last", [dt.date(9999, 12, 31), dt.date(9999, 9, 30), dt.date(9998, 12, 31)])
def test_a_forecast_ends_where_the_calendar_does(last):
    found = Series(series([1, 2, 3, 4, 5], last=last)).forecast(12)
    assert [each.period.code for each in found] == ["9998-99-Q4", "9999-00-Q1", "9999-00-Q2", "9999-00-Q3"][
        4 - len(found) :
    ]
    assert len(found) == {12: 0, 9: 1}.get(last.month if last.year == 9999 else 0, 4)


def test_a_forecast_is_of_four_quarters_and_of_twelve_at_most():
    read = Series(series([1, 2, 3, 4, 5]))
    assert [len(found) for found in (read.forecast(), read.forecast(12), read.forecast(13))] == [4, 12, 12]


def test_recalculations_begin_a_stretch_where_there_is_a_figure_before_them():
    days = recalculations(
        ("2010-01-01", "too early"), ("2020-05-01", "first"), ("2020-06-30", "second"), ("2031-01-01", "too late")
    )
    limits = Series(series([1, 2, 1, 2, 7, 8, 7, 8], recalculations=days)).process_limits
    assert [(each.points, each.mean, each.reason) for each in limits] == [(4, 1.5, None), (4, 7.5, "second")]


@pytest.mark.parametrize(("first", "before"), [("2010-01-01", []), ("2019-12-31", [9, 9])])
def test_limits_that_are_fixed_after_twelve_figures_do_not_move_with_those_that_follow(first, before):
    # Twelve values of 1 and 2 in turn: a mean of 1.5, ranges of 1, and limits at 1.5 ± 2.66.
    values = [*[1, 2] * 6, *[4] * 8]
    fixed = (RecalculatedFrom(dt.date.fromisoformat(first), "The years before the plan.", 12),)
    read = Series(series([*before, *values], recalculations=fixed))
    limits = read.process_limits[-1]
    assert [round(each, 6) for each in (limits.lower, limits.mean, limits.upper)] == [-1.16, 1.5, 4.16]
    assert (limits.points, limits.is_trial) == (12, False)
    assert quarters(limits.from_, limits.to) == 19
    assert [len(each.special_causes) > 0 for each in read.points[-8:]] == [True] * 8
    moving = Series(series([*before, *values], recalculations=recalculations((first, "Not fixed."))))
    assert moving.process_limits[-1].mean == 2.5


@pytest.mark.parametrize(
    ("after", "limits", "reason"),
    [
        ([7, 8], 1, "limits need at least 3 points; there are 2 since the limits were recalculated."),
        ([7, 8, 7], 2, "the limits rest on 3 points since the limits were recalculated; 6 are needed."),
        ([7, 8, 7, 8, 7], 2, "the limits rest on 5 points since the limits were recalculated; 6 are needed."),
    ],
)
def test_few_figures_after_a_recalculation_say_nothing_and_the_reason_says_since_when(after, limits, reason):
    again = recalculations(("2020-06-30", "A new system."))
    read = Series(series([1, 2, 1, 2, *after], recalculations=again, targets=(target(5),)))
    assert len(read.process_limits) == limits
    assert (read.variation, read.assurance) == ("NOT_ASSESSABLE", "NOT_ASSESSABLE")
    assert read.reasons[:2] == [f"Variation: {reason}", f"Assurance: {reason}"]


@pytest.mark.parametrize(
    ("count", "is_assessed", "reasons"),
    [
        (5, False, ["Variation: the limits rest on 5 points; 6 are needed."]),
        (6, True, ["Provisional: the limits rest on 6 points; they are firm from 12."]),
        (11, True, ["Provisional: the limits rest on 11 points; they are firm from 12."]),
        (12, True, []),
    ],
)
def test_a_verdict_needs_6_points_and_is_provisional_below_12(count, is_assessed, reasons):
    read = Series(series([50.0, 51.0, 52.0] * 4, targets=(target(10),)))
    few = Series(replace(read._inputs, figures=read._inputs.figures[:count]))
    assert (few.variation == "COMMON_CAUSE") is is_assessed
    assert (few.assurance == "CONSISTENTLY_PASS") is is_assessed
    assert [each for each in few.reasons if not each.startswith(("Assurance", "Trend"))] == reasons
    assert ("This is provisional" in few.svg()) is (is_assessed and bool(reasons))


@given(st.integers(-(10**6), 10**8), st.integers(3, 24), st.sampled_from(list(Unit)))
@settings(deadline=None, max_examples=300)
def test_no_flat_series_has_a_special_cause_or_fails_its_own_value(hundredths, count, unit):
    """92.09 three times was above its own limits when these were floats."""
    value = hundredths / 100
    inputs = series([value] * count, unit=unit, direction=Direction.HIGHER_IS_BETTER, targets=(target(value),))
    read = Series(inputs)
    assert not any(point.special_causes for point in read.points)
    assert [(each.lower, each.mean, each.upper) for each in read.process_limits] == [(value, value, value)]
    if count >= 6:
        assert (read.variation, read.assurance) == ("COMMON_CAUSE", "CONSISTENTLY_PASS")


BEFORE, AFTER = [60.0, 62, 58, 61, 63, 59, 60, 62, 58, 61, 60, 62], [92.0, 88, 94, 87, 93, 89, 95, 88]


def suggested(values: list[float], **more: Any) -> str | None:
    found = Series(series(values, **more)).suggested_recalculation
    return None if found is None else found.starts.isoformat()


@pytest.mark.parametrize(
    ("values", "starts"),
    [
        ([*BEFORE, *AFTER], "2022-04-01"),
        ([*BEFORE, *AFTER, 92, 91, 89, 93], "2022-04-01"),
        ([*BEFORE, *AFTER[:7]], None),
        ([*BEFORE[:6], *AFTER], "2020-10-01"),
        ([*BEFORE[:5], *AFTER], None),
        ([*BEFORE, 40, *AFTER], "2022-07-01"),
        # One of the eight is on the mean's other side, or outside the limits of their own.
        ([*BEFORE, *AFTER[:6], 50, 90], None),
        ([*BEFORE, *AFTER[:6], 1000, 90], None),
        # A steady rise is no step: its last points go beyond limits of their own.
        ([float(at) for at in range(24)], None),
        ([50.0] * 24, None),
        ([*AFTER, *AFTER, *BEFORE], "2023-04-01"),
        ([37.03] * 12 + [92.09] * 8, "2022-04-01"),
        ([92.09] * 12 + [37.03] * 8, "2022-04-01"),
    ],
    ids=str,
)
def test_a_recalculation_is_suggested_where_there_is_an_unmistakable_step(values, starts):
    assert suggested([float(each) for each in values]) == starts


def test_a_suggestion_says_why_and_is_gone_once_it_was_accepted():
    values = [*BEFORE, *AFTER]
    found = Series(series(values, unit=Unit.PERCENT)).suggested_recalculation
    assert found is not None
    assert found.reason == (
        "The last 8 figures, 2022-23-Q1 to 2023-24-Q4, are all above the mean, 72.6%, and within limits of their own, "
        "75.55% to 105.95%."
    )
    accepted = recalculations((found.starts.isoformat(), "New telephones."))
    assert suggested(values, recalculations=accepted) is None
    assert len(Series(series(values, recalculations=accepted)).process_limits) == 2


def without(inputs: SeriesInputs, *places: int) -> SeriesInputs:
    """A series without the figures at some places."""
    return replace(inputs, figures=tuple(each for at, each in enumerate(inputs.figures) if at not in places))


def gap_reasons(inputs: SeriesInputs) -> list[str]:
    return [each for each in Series(inputs).reasons if "missing" in each or "spans" in each]


@pytest.mark.parametrize(
    ("places", "missing", "said"),
    [
        ([], [], []),
        ([0, 15], [], []),
        ([4], ["2020-21-Q1"], ["Q1 2020/21 is missing."]),
        ([4, 5], ["2020-21-Q1", "2020-21-Q2"], ["Q1 2020/21 and Q2 2020/21 are missing."]),
        (
            [1, 4, 5],
            ["2019-20-Q2", "2020-21-Q1", "2020-21-Q2"],
            ["Q2 2019/20, Q1 2020/21 and Q2 2020/21 are missing."],
        ),
        (
            [1, 4, 5, 6],
            ["2019-20-Q2", "2020-21-Q1", "2020-21-Q2", "2020-21-Q3"],
            ["Q2 2019/20 and Q1 2020/21 to Q3 2020/21 are missing."],
        ),
    ],
    ids=str,
)
def test_missing_quarters_are_named_and_the_picture_says_so(places, missing, said):
    read = Series(without(series([50.0, 52.0] * 8), *places))
    assert [each.code for each in read.missing_periods] == missing
    assert [each for each in read.reasons if "missing" in each] == said
    assert all(each in read.svg() for each in said)


def test_a_run_that_spans_a_gap_says_so():
    shifted = series([50.0, 56.0] * 4 + [57.0, 63.0] * 4)
    assert gap_reasons(without(shifted, 10)) == [
        "Q3 2021/22 is missing.",
        "Shift above the mean: the run from 2021-22-Q1 to 2022-23-Q4 spans a gap.",
    ]
    assert gap_reasons(without(series([50.0, 52.0] * 8), 10)) == ["Q3 2021/22 is missing."]
    # A gap between two runs is spanned by neither.
    assert gap_reasons(without(series([50.0, 56.0] * 4 + [56.5] + [57.0, 63.0] * 4), 8)) == ["Q1 2021/22 is missing."]


def test_a_run_over_a_gap_is_counted_from_the_start_of_the_series_in_a_later_stretch_too():
    rising = [50.0, 51.0] * 4 + [10.0 + at for at in range(8)]
    inputs = series(rising, recalculations=recalculations(("2021-06-30", "A new system.")))
    assert gap_reasons(without(inputs, 12))[1] == "Trend upwards: the run from 2021-22-Q1 to 2022-23-Q4 spans a gap."


def test_of_several_targets_the_one_due_next_judges_and_after_the_last_the_last():
    aims = (target(1, due="2019-12-31"), target(2, due="2020-06-30"), target(3, due="2020-03-31"))
    points = Series(series([5.0] * 6, targets=aims, counts=Counts.AT_DATE)).points
    assert [each.target for each in points] == [1, 1, 1, 3, 2, 2]


def test_what_adds_up_over_days_is_judged_by_no_target_after_the_due_date():
    points = Series(series([5.0] * 3, targets=(target(1, due="2019-09-30"),))).points
    assert [each.target for each in points] == [1, 1, None]


@pytest.mark.parametrize(
    ("aims", "why"),
    [((target(5),), "its targets are for the whole count, not for parts of it"), ((), "no target is set")],
)
def test_parts_of_a_count_have_no_target_of_their_own_and_the_reason_says_so(aims, why):
    inputs = series([1.0] * 8, counts=Counts.YEAR_TO_DATE, frequency=Frequency.QUARTER, targets=aims)
    figures = tuple(
        replace(each, kind=PeriodKind.SPAN, period_starts=dt.date(financial_year(each.period_ends), 4, 1))
        for each in inputs.figures
    )
    read = Series(replace(inputs, figures=figures))
    assert len(read.points) == 8
    assert f"Assurance: {why}." in read.reasons


def test_a_target_for_years_judges_no_quarters_and_the_reason_says_so():
    asked = target(5)
    yearly = replace(asked, revisions=(replace(asked.revisions[0], frequency=Frequency.YEAR),))
    reasons = Series(series([1.0] * 8, targets=(yearly,))).reasons
    assert "Assurance: its targets are for periods of another length." in reasons


def test_a_point_is_found_by_its_key():
    points = Series(series([3.0, 1.0, 2.0])).points
    assert {each.figure: each.value for each in points} == {1: 3, 2: 1, 3: 2}


@given(
    st.lists(st.floats(-1e12, 1e12), max_size=30),
    st.sampled_from(list(Unit)),
    st.sampled_from(list(Direction)),
    st.lists(st.dates(dt.date(2018, 1, 1), dt.date(2028, 1, 1)), max_size=3, unique=True),
    st.sampled_from([(), (target(50),), (target(100, "EXACTLY"), target(0, "LESS_THAN", due="2021-03-31"))]),
)
@settings(deadline=None)
def test_every_series_says_something_and_is_drawn(values, unit, direction, days, aims):
    again = tuple(RecalculatedFrom(day, "Because.") for day in sorted(days))
    inputs = series(values, unit=unit, direction=direction, recalculations=again, targets=aims)
    read = Series(inputs)
    assert len(read.points) == len(values)
    assert all(math.isfinite(each.lower) and each.lower <= each.mean <= each.upper for each in read.process_limits)
    unsaid = [str(each) for each in (read.variation, read.assurance, read.trend)]
    others = ("Provisional", "Shift", "Two of")
    assert len([each for each in read.reasons if not each.startswith(others)]) == unsaid.count("NOT_ASSESSABLE")
    assert all(each.lower <= each.value <= each.upper for each in read.forecast(12))
    assert read.svg().endswith("</svg>")


def test_a_forecast_rests_on_the_figures_of_two_years_and_no_older_ones():
    days = [
        dt.date(2020, 12, 29),
        dt.date(2021, 3, 31),
        dt.date(2022, 3, 31),
        dt.date(2022, 9, 30),
        dt.date(2023, 3, 31),
    ]
    inputs = series([0.0] * 5, counts=Counts.AT_DATE)
    figures = [
        replace(figure, period_ends=day, value=value)
        for figure, day, value in zip(inputs.figures, days, (900.0, 10.0, 20.0, 25.0, 30.0), strict=True)
    ]
    with_older = Series(replace(inputs, figures=tuple(figures))).forecast()
    without = Series(replace(inputs, figures=tuple(figures[1:]))).forecast()
    assert [each.value for each in with_older] == [each.value for each in without]
    assert len(with_older) == 4


def test_limits_that_are_fixed_from_the_first_figure_on_say_why():
    fixed = (RecalculatedFrom(dt.date(2010, 1, 1), "The years before the plan.", 12),)
    read = Series(series([*[1, 2] * 6, *[4] * 8], recalculations=fixed))
    assert [each.reason for each in read.process_limits] == ["The years before the plan."]
    moving = Series(series([*[1, 2] * 6, *[4] * 8], recalculations=recalculations(("2010-01-01", "Not fixed."))))
    assert [each.reason for each in moving.process_limits] == [None]
