"""All that can be wrong with the rows of an update, told at once."""

import datetime as dt
import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.enumerations import Direction, OrganisationKind, RollUp, Unit
from schema.errors import PROBLEMS
from schema.periods import parsed
from schema.tables import MetricRow, OrganisationRow
from service.writes.validation import Facts, Row, checked, named_quarter

QUARTER = parsed("2024-25-Q4")
TODAY = dt.date(2025, 4, 10)


def metric(code: str, unit: Unit, decimals: int = 2, *, least: int | None = None, most: int | None = None) -> MetricRow:
    return MetricRow(
        id=1,
        code=code,
        name=code,
        description="…",
        theme_id=1,
        unit=unit,
        direction=Direction.HIGHER_IS_BETTER,
        decimals=decimals,
        minimum=None if least is None else Decimal(least),
        maximum=None if most is None else Decimal(most),
        collected_from=[OrganisationKind.PRACTICE],
        roll_up=RollUp.NONE,
    )


FACTS = Facts(
    metrics={
        "share": metric("share", Unit.PERCENT),
        "people": metric("people", Unit.COUNT, 0, least=0),
        "rate": metric("rate", Unit.RATE_PER_100000, 1),
        "said_yes": metric("said_yes", Unit.YES_NO, 0),
        "level": metric("level", Unit.SCORE, 0, least=0, most=2),
    },
    organisations={
        "G82002": OrganisationRow(id=1, code="G82002", kind=OrganisationKind.PRACTICE, name="Inside"),
        "G99999": OrganisationRow(id=2, code="G99999", kind=OrganisationKind.PRACTICE, name="Outside"),
        "QKS": OrganisationRow(id=3, code="QKS", kind=OrganisationKind.INTEGRATED_CARE_BOARD, name="Board"),
    },
    within=frozenset({"QKS", "G82002"}),
)


def codes(*rows: Row) -> list[str]:
    return [problem.code.removeprefix("validation/") for problem in checked(rows, QUARTER, FACTS, on=TODAY)[1]]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (Row("share", "G82002", value=50), []),
        (Row("share", "G82002", value=0), []),
        (Row("share", "G82002", value=100), []),
        (Row("share", "G82002", numerator=1, denominator=3), []),
        (Row("share", "G82002", value=33.33, numerator=1, denominator=3), []),
        (Row("share", "G82002", period="2025-01", value=1), []),
        (Row("share", "G82002", period="2024-25", value=1), []),
        (Row("nothing", "G82002", value=1), ["unknown-metric"]),
        (Row("share", "G00000", value=1), ["unknown-organisation"]),
        (Row("share", "G99999", value=1), ["outside-organisation"]),
        (Row("share", "QKS", value=1), ["not-collected"]),
        (Row("share", "G82002", value=math.nan), ["not-finite"]),
        (Row("share", "G82002", value=math.inf), ["not-finite"]),
        (Row("share", "G82002", value=100.01), ["out-of-range"]),
        (Row("share", "G82002", value=-0.01), ["out-of-range"]),
        (Row("people", "G82002", value=-1), ["out-of-range"]),
        (Row("level", "G82002", value=3), ["out-of-range"]),
        (Row("rate", "G82002", value=-3), []),
        (Row("rate", "G82002", value=1e13), ["out-of-range"]),
        (Row("said_yes", "G82002", value=2), ["out-of-range"]),
        (Row("share", "G82002", value=33.333), ["too-many-decimals"]),
        (Row("people", "G82002", value=1.5), ["too-many-decimals"]),
        (Row("share", "G82002"), ["no-value"]),
        (Row("people", "G82002", numerator=1, denominator=2), ["no-value"]),
        (Row("share", "G82002", value=50, numerator=1), ["half-a-ratio"]),
        (Row("share", "G82002", numerator=2, denominator=1), ["numerator-over-denominator"]),
        (Row("share", "G82002", numerator=-1, denominator=1), ["negative-numerator"]),
        (Row("share", "G82002", numerator=0, denominator=0), ["denominator-not-positive"]),
        (Row("share", "G82002", value=40, numerator=1, denominator=2), ["value-contradicts-ratio"]),
        (Row("rate", "G82002", value=40, numerator=1, denominator=2), ["value-contradicts-ratio"]),
        (Row("share", "G82002", period="2024-25-Q3", value=1), ["wrong-period"]),
        (Row("share", "G82002", period="last week", value=1), ["wrong-period"]),
        (Row("rate", "G82002", numerator=1e200, denominator=1), ["out-of-range"]),
        (Row("people", "G82002", value=5, numerator=1e300, denominator=1), ["out-of-range"]),
        (Row("people", "G82002", value=5, denominator=1e-300), ["out-of-range"]),
        (Row("rate", "G82002", numerator=1e12, denominator=1), ["out-of-range"]),
        (Row("people", "G82002", value=5, note="\x00"), ["unusable-text"]),
        (Row("people", "G82002", value=5, reason="x" * 2_001), ["unusable-text"]),
        (
            Row("nothing", "G00000", period="never", value=math.nan),
            ["unknown-organisation", "unknown-metric", "wrong-period"],
        ),
    ],
    ids=str,
)
def test_each_row_has_the_problems_that_it_has(row: Row, expected: list[str]):
    assert codes(row) == expected


def test_a_duplicate_names_both_rows():
    rows = [Row("share", "G82002", value=1), Row("people", "G82002", value=1), Row("share", "G82002", value=2)]
    problem = checked(rows, QUARTER, FACTS, on=TODAY)[1][0]
    assert (problem.code, problem.row) == ("validation/duplicate-row", 2)
    assert "Rows 0 and 2" in problem.message


def test_the_quarter_s_own_code_and_no_period_are_the_same_cell():
    rows = [Row("share", "G82002", value=1), Row("share", "G82002", period="2024-25-Q4", value=1)]
    assert codes(*rows) == ["duplicate-row"]


def test_a_value_is_reckoned_to_the_metric_s_decimals():
    entries, _ = checked([Row("share", "G82002", numerator=2, denominator=3)], QUARTER, FACTS, on=TODAY)
    assert entries[0].value == Decimal("66.67")


def test_problems_of_all_rows_are_told_with_their_place():
    problems = checked(
        [Row("share", "G82002", value=101), Row("nothing", "G82002", value=1)], QUARTER, FACTS, on=TODAY
    )[1]
    assert [problem.path for problem in problems] == [
        ["input", "figures", "0", "value"],
        ["input", "figures", "1", "metric"],
    ]


def test_only_a_quarter_is_a_quarter():
    assert [named_quarter(code) is not None for code in ("2024-25-Q4", "2024-25", "2025-01", "soon")] == [
        True,
        False,
        False,
        False,
    ]


NUMBERS = st.none() | st.floats()
ROWS = st.builds(
    Row,
    metric=st.sampled_from([*FACTS.metrics, "nothing"]),
    organisation=st.sampled_from([*FACTS.organisations, "G00000"]),
    period=st.none() | st.sampled_from(["2025-01", "2024-25", "x"]),
    value=NUMBERS,
    numerator=NUMBERS,
    denominator=NUMBERS,
)


@given(st.lists(ROWS, max_size=5))
def test_no_rows_whatever_raise_and_each_is_an_entry_or_has_a_problem(rows: list[Row]):
    entries, problems = checked(rows, QUARTER, FACTS, on=TODAY)
    assert {entry.row for entry in entries} | {problem.row for problem in problems} == set(range(len(rows)))
    assert all(problem.remedy == PROBLEMS[problem.code] for problem in problems)
    assert all(entry.value.is_finite() for entry in entries)
