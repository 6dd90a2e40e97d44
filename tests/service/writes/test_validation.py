"""Everything that can be wrong with the rows of an update, reported together."""

import datetime as dt
import math
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from strawberry.utils.str_converters import to_camel_case

from schema.commands.declaring import from_arguments
from schema.commands.submissions import FigureInput
from schema.enumerations import Direction, OrganisationKind, RollUp, Unit
from schema.errors import FINDINGS
from schema.periods import parsed, quarter_named
from schema.tables import MetricRow, OrganisationRow
from schema.units import unit_rules
from service.writes.submissions.heading import sent_rows
from service.writes.submissions.validation import Entry, Finding, Known, Row, check_rows

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
        counts=unit_rules(unit).counts,
        decimals=decimals,
        minimum=None if least is None else Decimal(least),
        maximum=None if most is None else Decimal(most),
        collected_from=[OrganisationKind.PRACTICE],
        roll_up=RollUp.NONE,
    )


PERIODS = ("2024-25-Q3", "2024-25-Q4", "2024-25", "2025-01", "last week", "never")
KNOWN = Known(
    today=TODAY,
    metrics={
        "share": metric("share", Unit.PERCENT),
        "people": metric("people", Unit.COUNT, 0, least=0),
        "rate": metric("rate", Unit.RATE_PER_100000, 1),
        "said_yes": metric("said_yes", Unit.YES_NO, 0),
        "level": metric("level", Unit.SCORE, 0, least=0, most=2),
    },
    organisations={
        "G82002": OrganisationRow(id=1, code="G82002", kind=OrganisationKind.PRACTICE, name="Inside"),
        "G82003": OrganisationRow(
            id=4, code="G82003", kind=OrganisationKind.PRACTICE, name="Closed", closed_on=dt.date(2024, 12, 31)
        ),
        "G82004": OrganisationRow(
            id=5, code="G82004", kind=OrganisationKind.PRACTICE, name="Later", opened_on=dt.date(2025, 4, 1)
        ),
        "G99999": OrganisationRow(id=2, code="G99999", kind=OrganisationKind.PRACTICE, name="Outside"),
        "QKS": OrganisationRow(id=3, code="QKS", kind=OrganisationKind.INTEGRATED_CARE_BOARD, name="Board"),
    },
    within=frozenset(product(("QKS", "G82002", "G82003", "G82004"), PERIODS)),
)


def row(metric: str, organisation: str, **said: object) -> Row:
    """A figure as a client sends it."""
    given = {to_camel_case(name): value for name, value in said.items()}
    figure = from_arguments(FigureInput, {"metric": metric, "organisation": organisation, **given})
    return sent_rows([figure], QUARTER)[0]


def looked_at(*rows: Row, known: Known = KNOWN, reason: str | None = None) -> tuple[list[Entry], list[Finding]]:
    return check_rows(rows, QUARTER, known, reason=reason)


def codes(*rows: Row, known: Known = KNOWN, reason: str | None = None) -> list[str]:
    """The findings that ask for something."""
    findings = looked_at(*rows, known=known, reason=reason)[1]
    return [finding.code.removeprefix("validation/") for finding in findings if finding.severity != "INFO"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (row("share", "G82002", value=50), []),
        (row("share", "G82002", value=0), []),
        (row("share", "G82002", value=100), []),
        (row("share", "G82002", numerator=1, denominator=3), []),
        (row("share", "G82002", value=33.33, numerator=1, denominator=3), []),
        (row("share", "G82002", period="2025-01", value=1), []),
        (row("share", "G82002", period="2024-25", value=1), []),
        (row("nothing", "G82002", value=1), ["unknown-metric"]),
        (row("share", "G00000", value=1), ["unknown-organisation"]),
        (row("share", "G99999", value=1), ["outside-organisation"]),
        (row("share", "QKS", value=1), ["not-collected"]),
        (row("share", "G82002", value=math.nan), ["not-finite"]),
        (row("share", "G82002", value=math.inf), ["not-finite"]),
        (row("share", "G82002", value=100.01), ["out-of-range"]),
        (row("share", "G82002", value=-0.01), ["out-of-range"]),
        (row("people", "G82002", value=-1), ["out-of-range"]),
        (row("level", "G82002", value=3), ["out-of-range"]),
        (row("rate", "G82002", value=-3), []),
        (row("rate", "G82002", value=1e13), ["out-of-range"]),
        (row("said_yes", "G82002", value=2), ["out-of-range"]),
        (row("share", "G82002", value=33.333), []),
        (row("people", "G82002", value=1.5), []),
        (row("share", "G82002"), ["no-value"]),
        (row("people", "G82002", numerator=1, denominator=2), ["no-value"]),
        (row("share", "G82002", value=50, numerator=1), ["half-a-ratio"]),
        (row("share", "G82002", numerator=2, denominator=1), ["numerator-over-denominator"]),
        (row("share", "G82002", numerator=-1, denominator=1), ["negative-numerator"]),
        (row("share", "G82002", numerator=0, denominator=0), ["denominator-not-positive"]),
        (row("share", "G82002", value=40, numerator=1, denominator=2), ["value-contradicts-ratio"]),
        (row("rate", "G82002", value=40, numerator=1, denominator=2), ["value-contradicts-ratio"]),
        (row("share", "G82002", period="2024-25-Q3", value=1), ["wrong-period"]),
        (row("share", "G82002", period="last week", value=1), ["wrong-period"]),
        (row("rate", "G82002", numerator=1e200, denominator=1), ["out-of-range"]),
        (row("people", "G82002", value=5, numerator=1e300, denominator=1), ["out-of-range"]),
        (row("people", "G82002", value=5, denominator=1e-300), ["out-of-range"]),
        (row("rate", "G82002", numerator=1e12, denominator=1), ["out-of-range"]),
        (row("share", "G82002", is_nil_return=True), []),
        (row("share", "G82002", is_nil_return=True, value=1), ["nil-return-with-value"]),
        (row("share", "G82003", value=1), ["closed-organisation"]),
        (row("share", "G82004", value=1), ["closed-organisation"]),
        (row("people", "G82002", value=5, note="\x00"), ["unusable-text"]),
        (row("people", "G82002", value=5, reason="x" * 2_001), ["unusable-text"]),
        (row("rate", "G82002", value=5, lower_confidence_limit=4, upper_confidence_limit=6), []),
        (row("rate", "G82002", value=5, lower_confidence_limit=5, upper_confidence_limit=5), []),
        (row("rate", "G82002", value=5.04, lower_confidence_limit=4, upper_confidence_limit=5), []),
        (row("rate", "G82002", value=5, lower_confidence_limit=4), ["half-an-interval"]),
        (row("rate", "G82002", value=5, upper_confidence_limit=6), ["half-an-interval"]),
        (
            row("rate", "G82002", value=5, lower_confidence_limit=5.1, upper_confidence_limit=6),
            ["value-contradicts-interval"],
        ),
        (
            row("rate", "G82002", value=5, lower_confidence_limit=4, upper_confidence_limit=4.9),
            ["value-contradicts-interval"],
        ),
        (row("share", "G82002", numerator=1, denominator=2, lower_confidence_limit=40, upper_confidence_limit=60), []),
        (row("rate", "G82002", value=5, lower_confidence_limit=4, upper_confidence_limit=math.inf), ["not-finite"]),
        (row("rate", "G82002", value=5, lower_confidence_limit=4, upper_confidence_limit=1e13), ["out-of-range"]),
        (
            row("rate", "G82002", is_nil_return=True, lower_confidence_limit=4, upper_confidence_limit=6),
            ["nil-return-with-value"],
        ),
        (row("people", "G82002", value=5, qualifier="LESS_THAN", is_provisional=True), []),
        (row("people", "G82002", value=5, source={"title": "Bulletin"}), []),
        (row("people", "G82002", value=5, source={"title": " ", "reference": "Table 2"}), ["no-source-title"]),
        (row("people", "G82002", value=5, source={"title": "x" * 2_001}), ["unusable-text"]),
        (row("people", "G82002", value=5, source={"title": "Bulletin", "reference": "\x00"}), ["unusable-text"]),
        (
            row("nothing", "G00000", period="never", value=math.nan),
            ["unknown-organisation", "unknown-metric", "wrong-period"],
        ),
    ],
    ids=str,
)
def test_each_row_has_the_findings_that_it_has(given: Row, expected: list[str]):
    assert codes(given) == expected


def test_a_duplicate_names_both_rows():
    rows = [row("share", "G82002", value=1), row("people", "G82002", value=1), row("share", "G82002", value=2)]
    finding = next(each for each in looked_at(*rows)[1] if each.severity == "BLOCK")
    assert (finding.code, finding.row) == ("validation/duplicate-row", 2)
    assert "Rows 0 and 2" in finding.message


def test_the_quarter_s_own_code_and_no_period_are_the_same_cell():
    rows = [row("share", "G82002", value=1), row("share", "G82002", period="2024-25-Q4", value=1)]
    assert codes(*rows) == ["duplicate-row"]


def test_a_finding_about_a_limit_leads_to_its_field():
    finding = looked_at(row("rate", "G82002", value=5, lower_confidence_limit=4))[1][0]
    assert finding.path == ("input", "figures", "0", "upperConfidenceLimit")
    assert finding.message == "The upper confidence limit is missing."


def test_a_value_is_calculated_to_the_metric_s_decimals():
    entries, _ = looked_at(row("share", "G82002", numerator=2, denominator=3))
    assert entries[0].value == Decimal("66.67")


def test_findings_of_all_rows_are_reported_with_their_place():
    findings = looked_at(row("share", "G82002", value=101), row("nothing", "G82002", value=1))[1]
    assert [finding.path for finding in findings] == [
        ("input", "figures", "0", "value"),
        ("input", "figures", "1", "metric"),
    ]


def test_only_a_quarter_is_a_quarter():
    assert [quarter_named(code) is not None for code in ("2024-25-Q4", "2024-25", "2025-01", "soon")] == [
        True,
        False,
        False,
        False,
    ]


NUMBERS = st.none() | st.floats()
ROWS = st.builds(
    row,
    metric=st.sampled_from([*KNOWN.metrics, "nothing"]),
    organisation=st.sampled_from([*KNOWN.organisations, "G00000"]),
    period=st.none() | st.sampled_from(["2025-01", "2024-25", "x"]),
    value=NUMBERS,
    numerator=NUMBERS,
    denominator=NUMBERS,
    lower_confidence_limit=NUMBERS,
    upper_confidence_limit=NUMBERS,
    is_nil_return=st.booleans(),
)


@given_any(st.lists(ROWS, max_size=5))
def test_no_rows_whatever_raise_and_each_is_an_entry_or_has_a_finding(rows: list[Row]):
    entries, findings = looked_at(*rows)
    assert {entry.row for entry in entries} | {finding.row for finding in findings} >= set(range(len(rows)))
    assert all(finding.remedy == FINDINGS[finding.code][1] for finding in findings)
    assert all(entry.value is None or entry.value.is_finite() for entry in entries)
