"""A series says something of every list of figures, and nothing raises: none, flat ones, the end of the calendar."""

import datetime as dt
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schema.enumerations import Direction, Unit
from schema.periods import parsed, quarter_of
from service import charts
from service.statistics import series
from service.statistics.series import Series

FIRST = parsed("2019-20-Q1")


def data(values: list[float], *, last: dt.date | None = None, **more: Any) -> dict[str, Any]:
    """What a statement brings of a series of quarters."""
    days = [last or FIRST.ends]
    while len(days) < len(values):
        days = [*days, _next(days[-1])] if last is None else [_before(days[0]), *days]
    points = [
        {
            "key": at,
            "period_id": at,
            "on": day.isoformat(),
            "label": quarter_of(day),
            "value": value,
            "numerator": None,
            "denominator": None,
            "lower_confidence_limit": None,
            "upper_confidence_limit": None,
            "revision": 1,
        }
        for at, (day, value) in enumerate(zip(days, values, strict=False), start=1)
    ]
    said = {"metric": "m", "organisation": "o", "unit": "COUNT", "direction": "NEUTRAL", "decimals": 0}
    return {**said, "points": points, "targets": [], "recalculations": [], **more}


def _next(day: dt.date) -> dt.date:
    return parsed(quarter_of(day + dt.timedelta(days=1))).ends


def _before(day: dt.date) -> dt.date:
    return parsed(quarter_of(day)).starts - dt.timedelta(days=1)


def target(value: float, comparator: str = "AT_LEAST", **more: Any) -> dict[str, Any]:
    revision = {"revision": 1, "comparator": comparator, "value": value, "upper_value": None, "baseline": None}
    revision |= {"baseline_on": None, "due": None, "recorded_at": "2019-01-01T00:00:00+00:00", **more}
    return {"revisions": [revision], "milestones": None}


@pytest.mark.parametrize("last", [dt.date(9999, 12, 31), dt.date(9999, 9, 30), dt.date(9998, 12, 31)])
def test_a_forecast_ends_where_the_calendar_does(last):
    found = series.forecasts(series.read(data([1, 2, 3, 4, 5], last=last)), 12)
    assert [each.period.code for each in found] == ["9998-99-Q4", "9999-00-Q1", "9999-00-Q2", "9999-00-Q3"][
        4 - len(found) :
    ]
    assert len(found) == {12: 0, 9: 1}.get(last.month if last.year == 9999 else 0, 4)


def test_recalculations_begin_a_stretch_where_there_is_a_figure_before_them():
    days = [["2010-01-01", "too early"], ["2020-05-01", "first"], ["2020-06-30", "second"], ["2031-01-01", "too late"]]
    said = series.limits(series.read(data([1, 2, 1, 2, 7, 8, 7, 8], recalculations=days)))
    assert [(each.points, each.mean, each.reason) for each in said] == [(4, 1.5, None), (4, 7.5, "second")]


def test_two_figures_after_a_recalculation_say_nothing_and_the_reason_says_since_when():
    read = series.read(data([1, 2, 1, 2, 7, 8], recalculations=[["2020-06-30", "A new system."]]))
    assert len(series.limits(read)) == 1
    assert series.variation(read) == "NOT_ASSESSABLE"
    assert series.reasons(read)[0] == (
        "Variation: limits take 3 figures, and there are 2 since the limits were reckoned anew."
    )


def test_of_several_targets_the_one_due_next_judges_and_after_the_last_the_last():
    aims = [target(1, due="2019-12-31"), target(2, due="2020-06-30"), target(3, due="2020-03-31")]
    said = series.points(series.read(data([5.0] * 6, targets=aims)))
    assert [each.target for each in said.values()] == [1, 1, 1, 3, 2, 2]


def test_a_point_is_found_by_its_key():
    said = series.points(series.read(data([3.0, 1.0, 2.0])))
    assert {key: each.value for key, each in said.items()} == {1: 3, 2: 1, 3: 2}


@given(
    st.lists(st.floats(-1e12, 1e12), max_size=30),
    st.sampled_from(list(Unit)),
    st.sampled_from(list(Direction)),
    st.lists(st.dates(dt.date(2018, 1, 1), dt.date(2028, 1, 1)), max_size=3, unique=True),
    st.sampled_from([[], [target(50)], [target(100, "EXACTLY"), target(0, "LESS_THAN", due="2021-03-31")]]),
)
@settings(deadline=None)
def test_every_series_says_something_and_is_drawn(values, unit, direction, days, aims):
    again = [[day.isoformat(), "Because."] for day in sorted(days)]
    given_data = data(values, unit=unit, direction=direction, recalculations=again, targets=aims)
    read: Series = series.read(given_data)
    assert len(series.points(read)) == len(values)
    assert all(math.isfinite(each.lower) and each.lower <= each.mean <= each.upper for each in series.limits(read))
    unsaid = [str(each) for each in (series.variation(read), series.assurance(read), series.trend(read).direction)]
    assert len(series.reasons(read)) == unsaid.count("NOT_ASSESSABLE")
    assert all(each.lower <= each.value <= each.upper for each in series.forecasts(read, 12))
    assert charts.svg(charts.drawn(read)).endswith("</svg>")
