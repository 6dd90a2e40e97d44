"""Periods of the wrong kind, and counts over days that are less than the counts that they include."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from schema.enumerations import Counts, FigureStatus, Qualifier, Unit
from schema.periods import parsed
from schema.tables import Measurement
from service.writes.submissions.validation import Known, check_rows
from service.writes.submissions.validation.known import Past, Published
from tests.service.writes.test_validation import KNOWN, metric, row

NOW = dt.datetime(2025, 4, 2, tzinfo=dt.UTC)


def past(code: str, value: float, **more: Any) -> Past:
    period = parsed(code)
    measurement = Measurement(value=Decimal(str(value)), **more)
    return Past(period.ends, period.kind, period.label, measurement, period.starts)


def known(counts: str, *figures: Past, unit: Unit = Unit.COUNT, **more: Any) -> Known:
    of = metric("referrals", unit, 0)
    of.counts = Counts(counts)
    for name, value in more.items():
        setattr(of, name, value)
    return replace(KNOWN, metrics={"referrals": of}, histories={(1, 1): list(figures)}, today=dt.date(2025, 4, 10))


def found(given: Known, *sent: tuple[str, float]) -> list[str]:
    quarter = parsed(parsed(sent[0][0]).quarter)
    rows = [row("referrals", "G82002", value=value, period=code) for code, value in sent]
    within = frozenset((each.organisation, each.period) for each in rows)
    findings = check_rows(rows, quarter, replace(given, within=within), reason=None)[1]
    return [each.code.removeprefix("validation/") for each in findings if each.is_open]


@pytest.mark.parametrize(
    ("counts", "period", "is_wrong"),
    [
        ("AT_DATE", "2024-25-Q4", False),
        ("AT_DATE", "2025-03-31", False),
        ("AT_DATE", "2024-25", False),
        ("AT_DATE", "2024-10-01/2025-03-31", True),
        ("AT_DATE", "2024-02-01/2025-01-31", True),
        ("OVER_PERIOD", "2025-03-31", True),
        ("OVER_PERIOD", "2025-03", False),
        ("OVER_PERIOD", "2024-10-01/2025-03-31", False),
        ("YEAR_TO_DATE", "2024-25", False),
        ("YEAR_TO_DATE", "2024-04-01/2025-01-31", False),
        ("YEAR_TO_DATE", "2024-25-Q4", True),
        ("YEAR_TO_DATE", "2023-04-01/2025-03-31", True),
        ("YEAR_TO_DATE", "2024-05-01/2025-03-31", True),
        ("SINCE", "2024-01-31/2025-03-31", False),
    ],
)
def test_a_period_has_to_be_of_the_kind_that_its_metric_counts(counts, period, is_wrong):
    assert found(known(counts), (period, 5)) == ["wrong-kind"] * is_wrong


def test_a_count_since_a_launch_starts_where_the_earlier_ones_do():
    given = known("SINCE", past("2024-01-31/2024-12-31", 40))
    assert found(given, ("2024-01-31/2025-03-31", 50)) == []
    assert found(given, ("2024-04-01/2025-03-31", 50)) == ["wrong-kind"]


def test_a_published_figure_of_another_kind_can_be_corrected():
    was = Published(7, 1, Measurement(value=Decimal(4)), FigureStatus.PUBLISHED, NOW, "Ada")
    given = replace(known("YEAR_TO_DATE"), published={(1, 1, "2024-25-Q4"): was})
    assert found(given, ("2024-25-Q4", 5)) == ["no-reason"]


@pytest.mark.parametrize(
    ("counts", "code"),
    [
        ("YEAR_TO_DATE", "running-count-falls"),
        ("SINCE", "running-count-falls"),
        ("OVER_PERIOD", "less-than-included"),
    ],
)
@pytest.mark.parametrize(("value", "is_wrong"), [(205, False), (204, True)])
def test_a_longer_count_is_not_less_than_the_shorter_in_it(counts, code, value, is_wrong):
    given = known(counts, past("2024-04-01/2024-12-31", 205))
    assert found(given, ("2024-25", value)) == [code] * is_wrong


def test_a_shorter_count_that_is_sent_later_is_not_more_than_the_longer():
    given = known("YEAR_TO_DATE", past("2024-25", 205))
    assert found(given, ("2024-04-01/2025-01-31", 206)) == ["running-count-falls"]


def test_what_is_sent_together_is_compared_too_and_takes_the_place_of_what_is_published():
    given = known("YEAR_TO_DATE", past("2024-04-01/2025-01-31", 300))
    assert found(given, ("2024-04-01/2025-01-31", 190), ("2024-25", 200)) == []
    assert found(given, ("2024-04-01/2025-01-31", 210), ("2024-25", 200)) == ["running-count-falls"] * 2


def test_a_new_year_begins_at_nothing():
    assert found(known("YEAR_TO_DATE", past("2023-24", 450)), ("2024-25", 300)) == []


def test_a_change_can_be_less_over_a_longer_time():
    given = known("OVER_PERIOD", past("2024-25-Q4", 205), change_of_id=9)
    assert found(given, ("2024-25", 3)) == []


@pytest.mark.parametrize("unit", [Unit.PERCENT, Unit.RATE_PER_100000, Unit.FTE])
def test_only_counts_add_up_over_time(unit):
    assert found(known("OVER_PERIOD", past("2024-25-Q4", 50), unit=unit), ("2024-25", 30)) == []


def test_a_number_that_is_not_exact_contradicts_nothing():
    given = known("OVER_PERIOD", past("2024-25-Q4", 205, qualifier=Qualifier.APPROXIMATELY))
    assert found(given, ("2024-25", 204)) == []
