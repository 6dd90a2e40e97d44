"""A figure next to its neighbours in time: before and after, near and far, slips, and what is published already."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from schema.enumerations import Unit
from schema.periods import parsed, quarter_of
from schema.tables import Measurement
from service.writes.submissions.validation.known import Known, Past
from tests.service.writes.submitting import ADA, figure, give, update
from tests.service.writes.submitting import codes as problems
from tests.service.writes.test_history import BASE, BOARD, BOTH, PEOPLE, Q4, SHARE, numbered, of_board, past, published
from tests.service.writes.test_validation import codes, looked_at, metric, row

THIS = dt.date(2025, 3, 31)
PLAIN = {
    "plain": numbered(metric("plain", Unit.COUNT, 0, least=0), PEOPLE, tolerance=None, collected_from=BOTH),
    "rate": numbered(metric("rate", Unit.RATE_PER_100000), 21, tolerance=None, collected_from=BOTH),
    "staff": numbered(metric("staff", Unit.FTE, 1), 22, tolerance=None, collected_from=BOTH),
    "part": numbered(metric("part", Unit.PERCENT), 23, tolerance=None, collected_from=BOTH),
}
WITHOUT_TOLERANCE = replace(BASE, metrics={**BASE.metrics, **PLAIN})


def at(day: dt.date, value: float, denominator: int | None = None) -> Past:
    """A figure of the quarter that a day is in."""
    bottom, quarter = None if denominator is None else Decimal(denominator), parsed(quarter_of(day))
    made = Measurement(value=Decimal(str(value)), denominator=bottom)
    return Past(quarter.ends, quarter.kind, quarter.label, made, quarter.starts)


def before(name: str, *figures: Past) -> Known:
    return replace(WITHOUT_TOLERANCE, histories={(WITHOUT_TOLERANCE.metrics[name].id or 0, BOARD): list(figures)})


@pytest.mark.parametrize(
    ("quarters", "value", "expected"), [(1, 150, []), (1, 151, ["jump"]), (4, 200, []), (4, 201, ["jump"])]
)
def test_the_tolerance_widens_with_the_square_root_of_the_periods_between(quarters, value, expected):
    month = THIS.month - 1 - 3 * quarters
    day = dt.date(THIS.year + month // 12, month % 12 + 1, 28)
    assert (
        codes(of_board("people", value), known=replace(BASE, histories={(PEOPLE, BOARD): [at(day, 100)]})) == expected
    )


def test_a_figure_is_compared_with_the_one_after_it_too():
    known = replace(BASE, histories={(PEOPLE, BOARD): [at(dt.date(2025, 6, 30), 1_000)]})
    assert codes(of_board("people", 1_600), known=known) == ["jump"]
    assert codes(of_board("people", 1_400), known=known) == []


@pytest.mark.parametrize(
    ("name", "last", "value", "expected"),
    [
        ("staff", 20, 7, []),
        ("staff", 20.1, 7, ["jump"]),
        ("plain", 0, 9, []),
        ("staff", 100, 49.9, ["jump"]),
        ("part", 60, 80, []),
        ("part", 60, 80.01, ["jump"]),
        ("rate", 500, 900, []),
        # A decimal point that slipped, however small the numbers; and one that did not.
        ("plain", 1, 10, ["jump"]),
        ("plain", 2, 2_100, ["jump"]),
        ("plain", 1, 8, []),
        ("rate", 578.5, 57.85, ["jump"]),
        # A share that was sent as a percentage.
        ("part", 5, 0.05, ["jump"]),
        ("part", 15, 0.2, ["jump"]),
        ("part", 1, 0.5, []),
    ],
)
def test_a_metric_without_a_tolerance_has_that_of_its_unit(name, last, value, expected):
    assert codes(of_board(name, value), known=before(name, at(dt.date(2024, 12, 31), last))) == expected


@pytest.mark.parametrize(
    ("last", "now", "expected"), [(180, 18, ["other-denominator"]), (180, 19, []), (18, 180, ["other-denominator"])]
)
def test_a_denominator_of_a_tenth_is_asked_about(last, now, expected):
    known = before("part", at(dt.date(2024, 12, 31), 50, last))
    given = row("part", "QKS", numerator=now / 2, denominator=now)
    assert codes(given, known=known) == expected


def test_an_unchanged_row_is_asked_nothing():
    known = replace(
        BASE,
        histories={(SHARE, BOARD): past(*[50, 51] * 6)},
        published={(SHARE, BOARD, Q4): published(90)},
    )
    assert codes(of_board("share", 90), known=known) == []
    assert codes(of_board("share", 91), known=known) == ["no-reason", "outside-limits", "jump"]


@pytest.mark.parametrize(("name", "value", "kept"), [("share", 33.335, "33.34"), ("people", 1.5, "2")])
def test_decimals_beyond_the_metric_s_are_rounded_and_said_so(name, value, kept):
    (entry,), findings = looked_at(of_board(name, value), known=BASE)
    named = [finding for finding in findings if finding.code == "validation/too-many-decimals"]
    assert (f"{entry.value}", [finding.severity for finding in named]) == (kept, ["INFO"])
    assert f"is rounded to {kept}" in named[0].message


async def test_a_full_file_sent_again_is_unchanged(writable):
    await update(writable, figure(47.126, "call_back_percent", reason="As counted."))
    again = await give(
        writable,
        "updateQuarterlyFigures",
        {"quarter": "2024-25-Q4", "organisation": "QKS", "figures": [figure(47.126, "call_back_percent")]},
        by=ADA,
    )
    assert (problems(again), again["unchanged"]) == ([], 1)
    stored = await writable.reading.fetchval("SELECT value::text FROM figure WHERE id = $1", again["figure_ids"][0])
    assert stored == "47.13"
