"""The milestones of a target in its chart: true to time, on the way to it, and in words that do not collide."""

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schema.computed_inputs.targets import Milestone as Given
from schema.computed_inputs.targets import TargetHistory, TargetRevision
from schema.enumerations import Comparator, TargetKind
from service.charts import Milestone, TargetLine, drawn, svg
from service.charts.marks import RED
from service.statistics.series import Series
from tests.service.charts.pictures import Picture, chart, quarter_end
from tests.service.computed.test_series import FIRST, series

WAY = (
    Milestone(quarter_end(12), 65.0, "65%", "65% by 30 June 2018"),
    Milestone(quarter_end(14), 80.0, "80%", "80% by 31 December 2018"),
    Milestone(quarter_end(16), 90.0, "90%", "90% by 30 June 2019"),
)
VALUES = [60.0, 57.5, 63.2, 58.8, 61.1, 55.9, 62.4, 59.3, 64.0, 56.6]


def aimed(milestones: tuple[Milestone, ...] = WAY, values: list[float] = VALUES) -> Picture:
    target = TargetLine((90.0,) * len(values), "Target ≥ 90%", milestones=milestones)
    return Picture(svg(replace(chart(values), target=target)))


def places(picture: Picture) -> list[tuple[str, float, float]]:
    """The words of each diamond, and where it is."""
    found = []
    for group in picture.all("g"):
        title = next((each.text for each in group if each.tag.endswith("title")), "")
        for each in group:
            if title and each.get("stroke") == RED:
                x, y = re.findall(r"[\d.]+", each.get("transform"))
                found.append((title, float(x), float(y)))
    return found


def across(picture: Picture, label: str) -> float:
    """The place of a point, by what it says about itself."""
    marks = [group for group in picture.all("g") for each in group if (each.text or "").startswith(f"{label}:")]
    (circle,) = [each for each in marks[0] if each.tag.endswith(("circle", "path")) and each.get("r") != "8"]
    return float(circle.get("cx") or re.findall(r"[\d.]+", circle.get("transform"))[0])


def test_milestones_are_diamonds_true_to_time_and_higher_where_they_ask_for_more():
    picture = aimed()
    quarter = across(picture, "Q2 2015/16") - across(picture, "Q1 2015/16")
    found = places(picture)
    assert [words for words, _, __ in found] == [each.words for each in WAY]
    assert [round((x - across(picture, "Q1 2015/16")) / quarter, 1) for _, x, __ in found] == [12, 14, 16]
    assert found[0][2] > found[1][2] > found[2][2]
    assert {"65%", "80%"} <= {box.text for box in picture.boxes()}


def test_the_foot_names_every_milestone_also_those_that_are_too_far_ahead_to_draw():
    far = (WAY[0], Milestone(dt.date(2040, 3, 31), 90.0, "90%", "90% by 31 March 2040"))
    picture = aimed(far)
    assert [words for words, _, __ in places(picture)] == [WAY[0].words]
    assert "On the way to the target: 65% by 30 June 2018, 90% by 31 March 2040." in picture.said


def test_the_legend_says_what_the_diamonds_are_and_only_where_there_are_some():
    assert "To reach on the way to the target" in aimed().said
    assert "on the way" not in aimed(()).said


DAYS = st.integers(0, 24).map(quarter_end)


@given(st.lists(st.tuples(DAYS, st.floats(0, 100)), max_size=6), st.integers(280, 1000), st.integers(1, 12))
@settings(deadline=None, max_examples=200)
def test_no_label_lies_on_another(found, width, count):
    milestones = tuple(Milestone(day, value, f"{value:.2f}%", f"{value:.2f}% by {day}") for day, value in sorted(found))
    values = [50.0 + at for at in range(count)]
    target = TargetLine((90.0,) * count, "Target ≥ 90%", milestones=milestones, baseline=(quarter_end(2), 40.0))
    picture = Picture(svg(replace(chart(values), target=target), width=width))
    assert picture.faults() == []
    assert "nan" not in picture.text


def history(*revisions: tuple[str, float], start: str | None = None) -> TargetHistory:
    """A target for 31 March 2022 that was set, and changed, from days on; with one milestone."""
    began = None if start is None else dt.date.fromisoformat(start)
    asked = [
        TargetRevision(
            at,
            dt.date.fromisoformat(day),
            Comparator.AT_LEAST,
            Decimal(str(value)),
            None,
            None,
            None,
            began,
            dt.date(2022, 3, 31),
            TargetKind.HOLD,
        )
        for at, (day, value) in enumerate(revisions, start=1)
    ]
    milestones = [Given(each.revision, dt.date(2021, 3, 31), Decimal(5)) for each in asked]
    return TargetHistory(tuple(asked), tuple(milestones), None)


def test_the_line_of_a_target_begins_on_the_day_from_which_it_counts():
    made = drawn(Series(series([1, 2, 3, 4, 5, 6], targets=(history(("2019-01-01", 7.0), start="2019-11-15"),))))
    assert made.target is not None
    # The third quarter begins before that day, so it is not judged; the line is there even so.
    assert made.target.values == (None, None, None, 7.0, 7.0, 7.0)
    assert made.target.steps == (None, None, None, dt.date(2019, 11, 15), None, None)


def test_the_line_steps_on_the_day_from_which_a_change_counts():
    made = drawn(Series(series([1, 2, 3, 4], targets=(history(("2019-01-01", 7.0), ("2019-12-01", 9.0)),))))
    assert made.target is not None
    assert made.target.values == (7.0, 7.0, 9.0, 9.0)
    assert made.target.steps[2] == dt.date(2019, 12, 1)
    picture = Picture(svg(made))
    first, second = across(picture, "2019-20-Q2"), across(picture, "2019-20-Q3")
    (line,) = [each.get("d") for each in picture.all("path") if each.get("stroke-dasharray") == "6 4"]
    begins = float(re.findall(r"M([\d.]+)", line)[2])
    assert (begins - first) / (second - first) == pytest.approx(2 / 3, abs=0.02)


def test_a_chart_has_the_milestones_of_its_target_and_the_target_last_and_says_so_in_words():
    made = drawn(Series(series([1, 2, 3, 4], targets=(history(("2019-01-01", 7.0)),))))
    assert FIRST.ends < made.points[-1].on < dt.date(2021, 3, 31)
    assert made.target is not None
    assert [(each.on, each.value, each.words) for each in made.target.milestones] == [
        (dt.date(2021, 3, 31), 5.0, "5 by 31 March 2021"),
        (dt.date(2022, 3, 31), 7.0, "7 by 31 March 2022"),
    ]
    assert "On the way, it should be 5 by 31 March 2021." in made.description
