"""The period that a change starts from, and the periods that start from a period."""

import pytest

from schema.papers import Baseline
from schema.periods import parsed

YEAR, TWO_YEARS, JANUARY = Baseline.YEAR_BEFORE, Baseline.TWO_YEARS_BEFORE, Baseline.JANUARY


@pytest.mark.parametrize(
    ("since", "period", "before"),
    [
        (YEAR, "2025-26-Q4", "2024-25-Q4"),
        (YEAR, "2024-25", "2023-24"),
        (YEAR, "2025-01-31", "2024-01-31"),
        (YEAR, "2024-02", "2023-02"),
        (YEAR, "2024-02-29", "2023-02-28"),
        (YEAR, "2025-02-28", "2024-02-29"),
        (YEAR, "2024-02-28", "2023-02-28"),
        (YEAR, "2023-12-01/2024-11-30", "2022-12-01/2023-11-30"),
        (YEAR, "2023-03-01/2024-02-29", "2022-03-01/2023-02-28"),
        (YEAR, "2024-04-01/2024-07-31", "2023-04-01/2023-07-31"),
        (TWO_YEARS, "2025-26-Q1", "2023-24-Q1"),
        (JANUARY, "2025-03", "2025-01"),
        (JANUARY, "2025-02-28", "2025-01-31"),
        (JANUARY, "2025-03-15", "2025-01-15"),
        (JANUARY, "2025-01", None),
        (JANUARY, "2024-25-Q4", None),
        (YEAR, "0001-01-31", None),
    ],
)
def test_a_change_starts_from_the_same_kind_of_period(since, period, before):
    found = since.before(parsed(period))
    assert (found and found.code) == before


@pytest.mark.parametrize(
    ("since", "period", "after"),
    [
        (YEAR, "2024-25-Q4", ["2025-26-Q4"]),
        (YEAR, "2023-02-28", ["2024-02-29"]),
        (TWO_YEARS, "2024-11", ["2026-11"]),
        (JANUARY, "2025-01-15", [f"2025-{month:02}-15" for month in range(2, 13)]),
        (JANUARY, "2025-01", [f"2025-{month:02}" for month in range(2, 13)]),
        (JANUARY, "2025-03", []),
        (YEAR, "9999-03", []),
    ],
)
def test_the_periods_that_start_from_a_period_are_those_whose_baseline_it_is(since, period, after):
    assert [each.code for each in since.after(parsed(period))] == after
