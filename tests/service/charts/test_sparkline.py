"""A series as small as a word."""

import datetime as dt
import re

import pytest

from service.charts.sparkline import HEIGHT, WIDTH, sparkline


def day(month: int) -> dt.date:
    return dt.date(2024, month, 1)


def places(picture: str) -> list[tuple[float, float]]:
    found = re.search(r'points="([^"]+)"', picture)
    assert found is not None
    return [(float(x), float(y)) for x, y in (each.split(",") for each in found[1].split())]


def test_it_is_true_to_time_and_higher_where_the_value_is():
    first, second, last = places(sparkline([(day(1), 10.0), (day(2), 30.0), (day(12), 20.0)], "Calls"))
    assert last[0] - second[0] == pytest.approx(10 * (second[0] - first[0]), rel=0.05)
    assert second[1] < last[1] < first[1]
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in (first, second, last))


def test_a_flat_line_is_in_the_middle():
    assert {y for _, y in places(sparkline([(day(1), 5.0), (day(2), 5.0)], "Calls"))} == {HEIGHT / 2}


def test_its_words_are_escaped():
    assert "<title>Calls &lt;1 &amp; more</title>" in sparkline([(day(1), 1.0), (day(2), 2.0)], "Calls <1 & more")


@pytest.mark.parametrize("points", [[], [(day(1), 1.0)], [(day(1), 1.0), (day(1), 2.0)]])
def test_one_day_is_no_line(points):
    assert sparkline(points, "Calls") == ""
