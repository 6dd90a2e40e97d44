"""What decides a target, and the figures that its pace comes from."""

import datetime as dt
from decimal import Decimal

import pytest

from schema.enumerations import Comparator, Counts, TargetKind, Unit
from service.statistics.evidence import Evidence, evidence_on
from service.statistics.goals import Goal, always
from service.statistics.points import Point

ENDS = [dt.date(2024, 12, 31), dt.date(2025, 3, 31), dt.date(2025, 6, 30), dt.date(2025, 9, 30)]
POINTS = [Point(on, Decimal(at)) for at, on in enumerate(ENDS)]


def evidence(on: dt.date = ENDS[-1], **more: object) -> Evidence:
    """What a target of at least 2 is judged by on a day."""
    asked = {"comparator": Comparator.AT_LEAST, "value": Decimal(2), "unit": Unit.COUNT} | more
    found = evidence_on(always(Goal(**asked)), POINTS, on)  # type: ignore[arg-type]
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("counts", "days"),
    [(Counts.AT_DATE, ENDS), (Counts.OVER_PERIOD, ENDS), (Counts.SINCE, ENDS), (Counts.YEAR_TO_DATE, ENDS[2:])],
)
def test_only_a_count_from_1_april_starts_again_each_year(counts, days):
    assert [each.on for each in evidence(counts=counts).series] == days


@pytest.mark.parametrize(
    ("kind", "due", "on", "is_decided"),
    [
        (TargetKind.REACH, ENDS[2], ENDS[2], False),
        (TargetKind.REACH, ENDS[2], ENDS[2] + dt.timedelta(days=1), True),
        (TargetKind.HOLD, ENDS[2], ENDS[3], False),
        (TargetKind.REACH, None, ENDS[3], False),
    ],
)
def test_a_target_to_reach_is_decided_from_the_day_after_its_date(kind, due, on, is_decided):
    assert evidence(on, kind=kind, due=due).is_decided is is_decided
