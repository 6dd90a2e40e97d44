"""A figure is judged against a benchmark only where one direction is better."""

import pytest

from schema.enumerations import Direction, IntervalMethod, Judgement, Significance
from service.statistics.comparison import Compared, against
from service.statistics.intervals import Interval


@pytest.mark.parametrize(
    ("direction", "judgement"),
    [
        (Direction.NEUTRAL, Judgement.NOT_JUDGED),
        (Direction.HIGHER_IS_BETTER, Judgement.SIMILAR),
        (Direction.LOWER_IS_BETTER, Judgement.SIMILAR),
    ],
)
def test_a_similar_figure_is_judged_where_a_direction_is_better(direction, judgement):
    interval = Interval(40.0, 60.0, IntervalMethod.WILSON)
    assert against(interval, 50.0, direction) == Compared(Significance.SIMILAR, judgement)


@pytest.mark.parametrize(
    ("direction", "higher", "lower"),
    [
        (Direction.NEUTRAL, Judgement.NOT_JUDGED, Judgement.NOT_JUDGED),
        (Direction.HIGHER_IS_BETTER, Judgement.BETTER, Judgement.WORSE),
        (Direction.LOWER_IS_BETTER, Judgement.WORSE, Judgement.BETTER),
    ],
)
def test_a_significant_difference_is_better_or_worse_by_the_direction(direction, higher, lower):
    interval = Interval(40.0, 60.0, IntervalMethod.WILSON)
    assert against(interval, 39.0, direction) == Compared(Significance.HIGHER, higher)
    assert against(interval, 61.0, direction) == Compared(Significance.LOWER, lower)
