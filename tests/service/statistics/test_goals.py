"""From when on figures count towards a target that names no start of its own."""

import datetime as dt
from decimal import Decimal

import pytest

from schema.computed_inputs.targets import TargetHistory, TargetRevision
from schema.enumerations import Comparator, Counts, TargetKind, Unit
from service.statistics.goals import goals_of

BEFORE, DUE, LATER = dt.date(2024, 6, 30), dt.date(2024, 12, 31), dt.date(2025, 6, 30)


def start(counts: Counts, *, due: dt.date | None = DUE, due_before: dt.date | None = None) -> dt.date | None:
    asked = (Comparator.AT_LEAST, Decimal(90), None, None, None, None, due, TargetKind.HOLD)
    history = TargetHistory((TargetRevision(1, dt.date(2024, 1, 1), *asked),), (), due_before)
    return goals_of(history, Unit.COUNT, counts).on(DUE).start


@pytest.mark.parametrize(
    ("counts", "starts"), [(Counts.YEAR_TO_DATE, dt.date(2024, 4, 1)), (Counts.OVER_PERIOD, None), (Counts.SINCE, None)]
)
def test_the_target_of_a_count_from_1_april_starts_in_the_year_in_which_it_is_due(counts, starts):
    assert start(counts) == starts
    assert start(counts, due=None) is None


@pytest.mark.parametrize("counts", [Counts.YEAR_TO_DATE, Counts.OVER_PERIOD])
def test_a_target_starts_when_the_one_before_it_is_due(counts):
    assert start(counts, due_before=BEFORE) == BEFORE
    assert start(counts, due_before=LATER) == start(counts)
