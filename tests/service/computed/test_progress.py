"""Which figures judge a target: those of periods that ended by then, and the revision of the target in force then."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import pytest

from schema.computed_inputs.recalculations import RecalculatedFrom
from schema.computed_inputs.targets import (
    JudgedFigure,
    JudgedTarget,
    ProgressHistoryInputs,
    ProgressInputs,
    TargetHistory,
    TargetRevision,
)
from schema.enumerations import Comparator, Counts, TargetKind, TargetStatus, Unit
from service.computed.progress import progress, progress_history

ENDS = [dt.date(2024, 12, 31), dt.date(2025, 3, 31), dt.date(2025, 6, 30)]


def revision(number: int, counts_from: dt.date, value: str) -> TargetRevision:
    return TargetRevision(
        number, counts_from, Comparator.AT_LEAST, Decimal(value), None, None, None, None, None, TargetKind.HOLD
    )


def judged(*values: float, revisions: tuple[TargetRevision, ...] = ()) -> JudgedTarget:
    """A target of 80 with figures of quarters in turn; their ids are 1, 2 and 3, those of the periods 11, 12 and 13."""
    figures = [
        JudgedFigure(value, id=at, period_id=10 + at, period_starts=end, period_ends=end)
        for at, (value, end) in enumerate(zip(values, ENDS, strict=False), start=1)
    ]
    history = TargetHistory(revisions or (revision(1, dt.date(2024, 1, 1), "80"),), (), None)
    return JudgedTarget(7, Unit.COUNT, Counts.AT_DATE, False, None, history, tuple(figures))


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
    assert statuses == [TargetStatus.MET, TargetStatus.LOST, TargetStatus.MET]


def shares(values: Sequence[float], *recalculated: dt.date) -> JudgedTarget:
    """A target of at least 75 with figures at the end of each of so many years, and no counts."""
    figures = [
        JudgedFigure(
            value, id=at, period_id=at, period_starts=dt.date(1999 + at, 4, 1), period_ends=dt.date(2000 + at, 3, 31)
        )
        for at, value in enumerate(values, start=1)
    ]
    history = TargetHistory((revision(1, dt.date(2000, 1, 1), "75"),), (), None)
    again = tuple(RecalculatedFrom(day, "New telephones.") for day in recalculated)
    return JudgedTarget(7, Unit.PERCENT, Counts.AT_DATE, False, None, history, tuple(figures), again)


# NHSRplotthedots #172: twelve figures around 60, then twelve around 90 after the limits were recalculated.
BEFORE = [60, 62, 58, 61, 63, 59, 60, 62, 58, 61, 60, 62]
AFTER = [92, 88, 94, 87, 93, 89, 95, 88, 92, 91, 89, 93]
CHANGE = dt.date(2012, 4, 1)


def test_limits_of_the_stretch_before_a_recalculation_put_nothing_at_risk():
    recalculated = progress(ProgressInputs(shares([*BEFORE, *AFTER], CHANGE), dt.date(2025, 1, 1)))
    assert (recalculated.status, recalculated.reason) == (
        TargetStatus.MET,
        "93% against a target of at least 75%: met.",
    )
    whole = progress(ProgressInputs(shares([*BEFORE, *AFTER]), dt.date(2025, 1, 1)))
    assert whole.status is TargetStatus.MET_AT_RISK


def test_a_recalculation_counts_in_the_history_from_its_date_on():
    def status_at(place: int, *recalculated: dt.date) -> TargetStatus:
        inputs = ProgressHistoryInputs(shares([*BEFORE, *AFTER], *recalculated), None, None)
        return progress_history(inputs)[place].status

    assert [status_at(each) for each in (12, 23)] == [TargetStatus.MET_AT_RISK] * 2
    assert [status_at(each, CHANGE) for each in (12, 23)] == [TargetStatus.MET] * 2
    assert status_at(23, CHANGE + dt.timedelta(days=365 * 13)) is TargetStatus.MET_AT_RISK


@pytest.mark.parametrize(("count", "status"), [(11, TargetStatus.MET), (12, TargetStatus.MET_AT_RISK)])
def test_only_limits_of_twelve_figures_put_a_met_target_at_risk(count, status):
    values = [76, 90] * 6
    assert progress(ProgressInputs(shares(values[:count]), dt.date(2025, 1, 1))).status is status


@pytest.mark.parametrize(("counts_from", "is_met"), [(ENDS[1], False), (ENDS[1] + dt.timedelta(days=1), True)])
def test_the_revision_in_force_on_the_figure_s_last_day_judges(counts_from, is_met):
    revisions = (revision(1, dt.date(2024, 1, 1), "60"), revision(2, counts_from, "90"))
    assert progress(ProgressInputs(judged(70, 70, revisions=revisions), dt.date(2026, 1, 1))).is_met is is_met


def test_a_revision_that_counts_from_the_same_day_takes_the_place_of_the_one_before():
    today = dt.date(2026, 1, 1)
    revisions = (revision(1, today, "60"), revision(2, today, "90"))
    assert progress(ProgressInputs(judged(70, revisions=revisions), today)).is_met is False


def test_before_it_was_first_set_a_target_asks_for_what_it_asked_first():
    revisions = (revision(1, dt.date(2026, 1, 1), "60"), revision(2, dt.date(2026, 2, 1), "90"))
    assert progress(ProgressInputs(judged(70, revisions=revisions), ENDS[0])).is_met is True
