"""Which figures judge a target: those of periods that ended by then, and the revision of the target in force then."""

import datetime as dt
from decimal import Decimal

import pytest

from schema.computed_inputs.targets import (
    JudgedFigure,
    JudgedTarget,
    ProgressHistoryInputs,
    ProgressInputs,
    TargetHistory,
    TargetRevision,
)
from schema.enumerations import Comparator, TargetStatus, Unit
from service.computed.progress import progress, progress_history

ENDS = [dt.date(2024, 12, 31), dt.date(2025, 3, 31), dt.date(2025, 6, 30)]


def revision(number: int, recorded_on: dt.date, value: str) -> TargetRevision:
    return TargetRevision(number, recorded_on, Comparator.AT_LEAST, Decimal(value), None, None, None, None)


def judged(*values: float, revisions: tuple[TargetRevision, ...] = ()) -> JudgedTarget:
    """A target of 80 with figures of quarters in turn; their ids are 1, 2 and 3, those of the periods 11, 12 and 13."""
    figures = [
        JudgedFigure(value, id=at, period_id=10 + at, period_ends=end)
        for at, (value, end) in enumerate(zip(values, ENDS, strict=False), start=1)
    ]
    history = TargetHistory(revisions or (revision(1, dt.date(2024, 1, 1), "80"),), ())
    return JudgedTarget(7, Unit.COUNT, history, tuple(figures))


@pytest.mark.parametrize(
    ("as_of", "figure"),
    [
        (ENDS[0] - dt.timedelta(days=1), None),
        (ENDS[0], 1),
        (ENDS[1] - dt.timedelta(days=1), 1),
        (ENDS[1], 2),
        (dt.date(2030, 1, 1), 3),
    ],
)
def test_the_latest_figure_whose_period_ended_by_the_day_judges(as_of, figure):
    found = progress(ProgressInputs(judged(60, 70, 75), as_of))
    assert (found.target, found.figure) == (7, figure)
    assert found.period == (None if figure is None else 10 + figure)


def test_figures_of_later_periods_change_nothing():
    now, then = (progress(ProgressInputs(judged(*values), ENDS[1])) for values in ((60, 85, 10), (60, 85)))
    assert now == then


@pytest.mark.parametrize(
    ("starts", "ends", "figures"),
    [
        (None, None, [1, 2, 3]),
        (ENDS[1], None, [2, 3]),
        (ENDS[1] + dt.timedelta(days=1), None, [3]),
        (None, ENDS[1], [1, 2]),
        (None, ENDS[1] - dt.timedelta(days=1), [1]),
        (ENDS[2], ENDS[0], []),
    ],
)
def test_the_history_has_each_period_that_ends_within_the_dates(starts, ends, figures):
    found = progress_history(ProgressHistoryInputs(judged(60, 70, 75), starts, ends))
    assert [each.figure for each in found] == figures


def test_the_history_judges_by_the_figures_until_then():
    statuses = [each.status for each in progress_history(ProgressHistoryInputs(judged(85, 60, 90), None, None))]
    assert statuses == [TargetStatus.MET_AT_RISK, TargetStatus.LOST, TargetStatus.MET_AT_RISK]


@pytest.mark.parametrize(
    ("as_of", "is_met"), [(ENDS[1], True), (dt.date(2025, 4, 30), True), (dt.date(2025, 5, 1), False)]
)
def test_the_revision_in_force_on_the_day_judges(as_of, is_met):
    revisions = (revision(1, dt.date(2024, 1, 1), "60"), revision(2, dt.date(2025, 5, 1), "90"))
    assert progress(ProgressInputs(judged(70, 70, revisions=revisions), as_of)).is_met is is_met


def test_before_it_was_first_set_a_target_asks_for_what_it_asked_first():
    revisions = (revision(1, dt.date(2026, 1, 1), "60"), revision(2, dt.date(2026, 2, 1), "90"))
    assert progress(ProgressInputs(judged(70, revisions=revisions), ENDS[0])).is_met is True
