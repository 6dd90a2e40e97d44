"""The rules at their limits: the last value that passes, and the first that does not."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from schema.enumerations import FigureStatus, OrganisationKind, PeriodKind, RollUp, Unit
from schema.tables import Measurement, OrganisationRow
from service.writes.limits import is_out_of_range
from service.writes.submissions.validation.entries import calculated
from service.writes.submissions.validation.known import Deadline, Known, Members, Past
from tests.service.writes.test_history import (
    BASE,
    BOARD,
    BOTH,
    PEOPLE,
    Q4,
    SHARE,
    numbered,
    of_board,
    past,
    published,
    with_parts,
    with_past,
)
from tests.service.writes.test_validation import KNOWN, TODAY, codes, looked_at, metric, row

RATE = 14


def test_a_published_figure_is_no_part_of_its_own_history():
    """Its correction is compared with earlier periods only: 90 was published for this very quarter."""
    itself = Past(dt.date(2025, 3, 31), PeriodKind.QUARTER, Q4, Measurement(value=Decimal(90)), dt.date(2025, 1, 1))
    known = with_past(SHARE, [*past(*[50, 51] * 6), itself], published={(SHARE, BOARD, Q4): published(90)})
    assert codes(of_board("share", 50.5, reason="Counted again."), known=known, reason="Counted again.") == [
        "no-reason"
    ]
    assert codes(of_board("share", 91), known=known) == ["no-reason", "outside-limits", "jump"]


@pytest.mark.parametrize(("before", "value", "way"), [(-100, -40, "up by 60.00"), (-100, -160, "down by 60.00")])
def test_a_jump_from_a_negative_value_has_the_direction_of_the_change(before, value, way):
    staff = numbered(metric("staff", Unit.FTE, 1), PEOPLE, tolerance=Decimal(50), collected_from=BOTH)
    known = replace(with_past(PEOPLE, past(before, before)), metrics={"staff": staff})
    messages = [finding.message for finding in looked_at(of_board("staff", value), known=known)[1]]
    assert f"goes {way} percent" in messages[-1]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("1e12", False),
        ("1.000001e12", True),
        ("-1e12", False),
        ("-1.000001e12", True),
        ("1e-6", False),
        ("9e-7", True),
        ("-9e-7", True),
        ("0", False),
    ],
)
def test_numbers_have_limits_on_both_sides_of_zero(number, expected):
    assert is_out_of_range(Decimal(number)) == expected


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({"closed_on": dt.date(2024, 12, 31)}, ["closed-organisation"]),
        ({"closed_on": dt.date(2025, 1, 1)}, []),
        ({"closed_on": dt.date(2025, 2, 10)}, []),
        ({"opened_on": dt.date(2025, 3, 31)}, []),
        ({"opened_on": dt.date(2025, 4, 1)}, ["closed-organisation"]),
    ],
    ids=str,
)
def test_an_organisation_reports_each_quarter_in_which_it_was_open(dates, expected):
    practice = OrganisationRow(id=1, code="G82002", kind=OrganisationKind.PRACTICE, name="Inside", **dates)
    known = replace(KNOWN, organisations={**KNOWN.organisations, "G82002": practice})
    assert codes(row("share", "G82002", value=50), known=known) == expected


@pytest.mark.parametrize(("numerator", "value"), [(1, 13), (3, 38), (5, 63)])
def test_a_half_is_rounded_up_whatever_the_digit_before_it(numerator, value):
    """12.5, 37.5 and 62.5 percent: half to even would make 12, 38 and 62."""
    assert calculated(metric("share", Unit.PERCENT, 0), Decimal(numerator), Decimal(8)) == value


def test_a_withdrawn_part_does_not_count_against_its_total():
    known = with_parts(Unit.COUNT, 0)
    known.metrics["whole"].minimum = Decimal(0)
    for status, expected in ((FigureStatus.PUBLISHED, ["parts-exceed-total"]), (FigureStatus.WITHDRAWN, [])):
        one = published(11, status=status)
        assert codes(of_board("whole", 10), known=replace(known, published={(21, BOARD, Q4): one})) == expected


# ── Members and their group ───────────────────────────────────────────────────────────────────────────────────────


def measured(numerator: int | None, denominator: int | None, value: float = 0) -> Measurement:
    top, bottom = (None if each is None else Decimal(each) for each in (numerator, denominator))
    return Measurement(value=Decimal(str(value)), numerator=top, denominator=bottom)


def with_members(figures: dict[int, Measurement], count: int = 2) -> Known:
    rate = numbered(
        metric("rate", Unit.PERCENT, 1), RATE, roll_up=RollUp.RATIO_OF_SUMS, collected_from=BOTH, tolerance=None
    )
    group = Members(frozenset(range(1, count + 1)), figures)
    return replace(BASE, metrics={"rate": rate}, members={(RATE, BOARD, Q4): group})


@pytest.mark.parametrize(
    ("value", "expected"),
    [(50.0, []), (50.1, ["members-differ"]), (49.9, ["members-differ"]), (45.0, ["members-differ"])],
)
def test_a_group_s_ratio_is_that_of_the_sums_and_not_the_mean_of_its_members(value, expected):
    """10 of 100 and 90 of 100 are 100 of 200; 1 of 10 and 3 of 6, whose mean is 30 %, are 4 of 16."""
    known = with_members({1: measured(10, 100, 10), 2: measured(90, 100, 90)})
    assert codes(of_board("rate", value), known=known) == expected
    uneven = with_members({1: measured(1, 10, 10), 2: measured(3, 6, 50)})
    assert codes(of_board("rate", 25.0), known=uneven) == []
    assert codes(of_board("rate", 30.0), known=uneven) == ["members-differ"]


@pytest.mark.parametrize(
    "figures",
    [
        {1: measured(10, 100)},
        {1: measured(10, 100), 2: measured(None, None, 90)},
        {1: measured(10, 100), 2: measured(90, None, 90)},
        {1: measured(0, 0), 2: measured(0, 0)},
        {},
    ],
    ids=str,
)
def test_members_without_all_their_counts_make_no_ratio_to_compare(figures):
    assert codes(of_board("rate", 77.0), known=with_members(figures)) == []


def test_a_member_s_nil_return_takes_the_place_of_its_published_figure():
    """Only member 1 is left, so the figures are not complete, and nothing is compared."""
    known = with_members({1: measured(10, 100, 10), 2: measured(90, 100, 90)}, count=2)
    practice = OrganisationRow(id=2, code="G82002", kind=OrganisationKind.PRACTICE, name="Inside")
    known = replace(known, organisations={**known.organisations, "G82002": practice})
    assert codes(of_board("rate", 77.0), known=known) == ["members-differ"]
    assert codes(of_board("rate", 77.0), row("rate", "G82002", is_nil_return=True), known=known) == []


# ── Days, deadlines and codes ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("today", "expected"), [(dt.date(2025, 3, 31), []), (dt.date(2025, 3, 30), ["wrong-period"])])
def test_a_period_can_be_reported_from_its_first_day(today, expected):
    known = replace(KNOWN, today=today, within=frozenset({("G82002", "2025-03-31")}))
    assert codes(row("share", "G82002", period="2025-03-31", value=50), known=known) == expected


@pytest.mark.parametrize(
    ("status", "expected"), [(FigureStatus.PUBLISHED, []), (FigureStatus.WITHDRAWN, ["closed-quarter"])]
)
def test_after_the_last_day_a_published_figure_is_corrected_and_a_withdrawn_one_is_not(status, expected):
    closed = Deadline(hard=TODAY - dt.timedelta(days=1))
    known = replace(BASE, quarter=closed, published={(SHARE, BOARD, Q4): published(50, status=status)})
    assert [code for code in codes(of_board("share", 51), known=known, reason="r") if code == "closed-quarter"] == (
        expected
    )


@pytest.mark.parametrize("unknown", [{"metric": "nope"}, {"organisation": "G00000"}])
def test_a_code_that_is_not_known_names_no_published_figure(unknown):
    known = replace(BASE, published={(SHARE, BOARD, Q4): published(50)})
    cell = {"metric": "share", "organisation": "QKS", "period": Q4}
    assert known.published_for(**cell) is not None
    assert known.published_for(**{**cell, **unknown}) is None
