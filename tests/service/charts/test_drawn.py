"""What the chart of a series says about its limits: from which figures they come, and until when they hold."""

import datetime as dt

from schema.computed_inputs.recalculations import RecalculatedFrom
from service.charts import drawn, svg
from service.statistics.series import Series
from tests.service.charts.pictures import Picture
from tests.service.computed.test_series import recalculations, series


def test_limits_that_are_fixed_say_from_which_figures_they_come_and_why():
    fixed = (RecalculatedFrom(dt.date(2010, 1, 1), "The years before the plan.", 12),)
    made = drawn(Series(series([*[1, 2] * 6, *[4] * 8], recalculations=fixed)))
    said = "The limits are those of 12 figures, 2019-20-Q1 to 2021-22-Q4: The years before the plan."
    assert said in made.description
    assert said in Picture(svg(made)).said
    assert "The limits are those" not in drawn(Series(series([*[1, 2] * 6, *[4] * 8]))).description


def test_limits_of_an_earlier_stretch_are_not_those_of_today():
    again = recalculations(("2020-06-30", "A new system."))
    made = drawn(Series(series([1, 2, 1, 2, 9, 8], recalculations=again)))
    assert "limits" not in made.description
    assert "Mean until 2019-20-Q4: 1.5" in Picture(svg(made)).said
    assert "Mean 1.5" in Picture(svg(drawn(Series(series([1, 2, 1, 2]))))).said


def test_a_count_that_is_always_0_has_no_axis_below_0():
    picture = Picture(svg(drawn(Series(series([0, 0, 0, 0])))))
    assert not [box.text for box in picture.boxes() if box.text.startswith("−")]
