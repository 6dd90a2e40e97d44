"""One period, one code."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.enumerations import PeriodKind
from schema.errors import Refusal
from schema.periods import between, parsed, quarter_named, quarter_of, spanning

DAYS = st.dates(dt.date(2013, 1, 1), dt.date(2099, 12, 31))


@pytest.mark.parametrize(
    ("code", "kind", "label", "starts", "ends", "quarter"),
    [
        ("2024-25-Q3", "QUARTER", "Q3 2024/25", "2024-10-01", "2024-12-31", "2024-25-Q3"),
        ("2024-25-Q4", "QUARTER", "Q4 2024/25", "2025-01-01", "2025-03-31", "2024-25-Q4"),
        ("2024-11", "MONTH", "November 2024", "2024-11-01", "2024-11-30", "2024-25-Q3"),
        ("2024-02", "MONTH", "February 2024", "2024-02-01", "2024-02-29", "2023-24-Q4"),
        ("2024-25", "FINANCIAL_YEAR", "2024/25", "2024-04-01", "2025-03-31", "2024-25-Q4"),
        ("1999-00", "FINANCIAL_YEAR", "1999/00", "1999-04-01", "2000-03-31", "1999-00-Q4"),
        ("2025-01-31", "SNAPSHOT", "31 January 2025", "2025-01-31", "2025-01-31", "2024-25-Q4"),
        (
            "2023-12-01/2024-11-30",
            "ROLLING_YEAR",
            "1 December 2023 to 30 November 2024",
            "2023-12-01",
            "2024-11-30",
            "2024-25-Q3",
        ),
        (
            "2024-01-31/2024-09-30",
            "SPAN",
            "31 January 2024 to 30 September 2024",
            "2024-01-31",
            "2024-09-30",
            "2024-25-Q2",
        ),
    ],
)
def test_a_code_says_kind_label_days_and_quarter(code, kind, label, starts, ends, quarter):
    period = parsed(code)
    assert (period.kind, period.label, str(period.starts), str(period.ends), period.quarter, period.code) == (
        kind,
        label,
        starts,
        ends,
        quarter,
        code,
    )


@pytest.mark.parametrize(
    "code",
    ["", "2024", "2024-25-Q5", "2024-26", "2024-26-Q1", "2024-13-01", "2025-02-29", "2024-11-30/2024-11-01", "Q3"],
)
def test_what_is_no_period_is_refused_with_a_remedy(code):
    with pytest.raises(Refusal) as refusal:
        parsed(code)
    assert (refusal.value.code, bool(refusal.value.hint)) == ("plan/unknown-period", True)


@pytest.mark.parametrize(
    ("span", "code"),
    [
        ("2024-11-01/2024-11-30", "2024-11"),
        ("2024-10-01/2024-12-31", "2024-25-Q3"),
        ("2024-04-01/2025-03-31", "2024-25"),
        ("2025-01-31/2025-01-31", "2025-01-31"),
    ],
)
def test_a_span_with_a_shorter_name_is_the_period_of_that_name(span, code):
    assert parsed(span) == parsed(code)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Q3 2024/25", "2024-25-Q3"),
        ("q3 2024-25", "2024-25-Q3"),
        ("2024/25 Q3", "2024-25-Q3"),
        ("2024-25-q3", "2024-25-Q3"),
        ("in Q4 2024/25", "2024-25-Q4"),
        ("2024/25", "2024-25"),
        ("2024/2025", "2024-25"),
        ("FY 2024/25", "2024-25"),
        ("November 2024", "2024-11"),
        ("Nov 2024", "2024-11"),
        ("Nov-24", "2024-11"),
        ("sept 2024", "2024-09"),
        ("11/2024", "2024-11"),
        ("31 January 2025", "2025-01-31"),
        ("31st Jan 2025", "2025-01-31"),
        ("at 31 March 2025", "2025-03-31"),
        ("31/01/2025", "2025-01-31"),
        ("1/2/2025", "2025-02-01"),
        ("31.01.2025", "2025-01-31"),
        ("31/01/25", "2025-01-31"),
        ("31 Mar 25", "2025-03-31"),
        ("31-Mar-25", "2025-03-31"),
        ("24/25", "2024-25"),
        ("FY 12/13", "2012-13"),
        ("Q1 25/26", "2025-26-Q1"),
        ("Q4 of 2024/25", "2024-25-Q4"),
        ("2024-25q4", "2024-25-Q4"),
        ("Jan-Mar 2025", "2024-25-Q4"),
        ("01/04/2024-31/03/2025", "2024-25"),
        ("year to March 2025", "2024-25"),
        ("the year ending 31 December 2024", "2024-01-01/2024-12-31"),
        ("12 months to June 2024", "2023-07-01/2024-06-30"),
        (" 31  January 2025 ", "2025-01-31"),
        ("1 December 2023 to 30 November 2024", "2023-12-01/2024-11-30"),
        ("from 1 April to 30 June 2025", "2025-26-Q1"),
        ("01/04/2024 - 30/09/2024", "2024-04-01/2024-09-30"),
        ("April 2024 to September 2024", "2024-04-01/2024-09-30"),
        ("April to September 2024", "2024-04-01/2024-09-30"),
        ("2024-04/2024-09", "2024-04-01/2024-09-30"),
        ("Q1 2024/25 to Q2 2024/25", "2024-04-01/2024-09-30"),
        ("2024-25-Q1/2024-25-Q4", "2024-25"),
    ],
)
def test_a_period_that_people_write_in_another_way_has_its_one_code(written, code):
    assert parsed(written).code == code


@pytest.mark.parametrize(
    "written",
    [
        "2024/12",
        "2024/26",
        "2011/12",
        "01/31/2025",
        "31/02/2025",
        "11/12",
        "12/13",
        "24/26",
        "25-01-31",
        "year to 30 March 2025",
        "year to x",
        "Q1",
        "Foo 2024",
        "to",
        "a to b",
        "1/2",
    ],
)
def test_what_could_be_several_periods_or_none_is_refused(written):
    with pytest.raises(Refusal, match="is not a period"):
        parsed(written)


def test_a_quarter_that_names_a_submission_has_its_exact_code():
    assert quarter_named("2024-25-Q3") == parsed("2024-25-Q3")
    assert quarter_named("Q3 2024/25") is None


@given(DAYS, DAYS)
def test_every_span_of_days_has_one_code_that_leads_back_to_it(one, other):
    starts, ends = sorted((one, other))
    period = spanning(starts, ends)
    assert parsed(period.code) == parsed(period.label) == period
    assert (period.starts, period.ends) == (starts, ends)


@given(DAYS)
def test_a_day_is_in_the_quarter_that_it_is_said_to_be_in(day):
    quarter = parsed(quarter_of(day))
    assert quarter.starts <= day <= quarter.ends
    assert quarter.kind is PeriodKind.QUARTER


@pytest.mark.parametrize(
    ("kind", "ends", "later", "codes"),
    [
        (PeriodKind.QUARTER, "2024-03-31", "2024-06-30", []),
        (PeriodKind.QUARTER, "2024-03-31", "2024-12-31", ["2024-25-Q1", "2024-25-Q2"]),
        (PeriodKind.QUARTER, "2024-12-31", "2025-06-30", ["2024-25-Q4"]),
        (PeriodKind.MONTH, "2024-11-30", "2025-03-31", ["2024-12", "2025-01", "2025-02"]),
        (PeriodKind.FINANCIAL_YEAR, "2020-03-31", "2022-03-31", ["2020-21"]),
        (PeriodKind.SNAPSHOT, "2024-01-31", "2025-01-31", []),
        (PeriodKind.ROLLING_YEAR, "2022-01-31", "2025-01-31", []),
        (PeriodKind.SPAN, "2022-01-31", "2025-01-31", []),
    ],
    ids=str,
)
def test_the_periods_between_two_of_a_kind(kind, ends, later, codes):
    days = (dt.date.fromisoformat(day) for day in (ends, later))
    assert [each.code for each in between(kind, *days)] == codes
