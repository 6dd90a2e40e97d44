"""Figures compared with those that they are made of: parts with their total, an increase with its two figures."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from schema.enumerations import Qualifier, Unit
from schema.tables import Measurement
from service.writes.submissions.validation.known import Known
from tests.service.writes.test_history import BASE, BOARD, BOTH, FAMILY, Q4, numbered, of_board, published, with_parts
from tests.service.writes.test_validation import codes, looked_at, metric


@pytest.mark.parametrize(
    ("parts", "are_whole", "expected"),
    [
        ((6, 4), True, []),
        ((6, 3), True, ["parts-below-total"]),
        ((6, 3), False, []),
        ((6,), True, []),
        ((6, 5), True, ["parts-exceed-total"]),
    ],
    ids=str,
)
def test_parts_that_are_all_of_a_total_add_up_to_it_or_need_a_reason(parts, are_whole, expected):
    known = with_parts(Unit.COUNT, 0)
    known.metrics["whole"].parts_are_whole, known.metrics["whole"].minimum = are_whole, Decimal(0)
    rows = [of_board(name, value) for name, value in zip(FAMILY, (10, *parts), strict=False)]
    assert codes(*rows, known=known) == expected


def test_the_row_that_changes_is_asked_about_parts_that_are_missing():
    known = replace(
        with_parts(Unit.COUNT, 0), published={(20, BOARD, Q4): published(10), (21, BOARD, Q4): published(6)}
    )
    known.metrics["whole"].parts_are_whole = True
    rows = [of_board("whole", 10), of_board("one", 6), of_board("other", 3)]
    found = [each for each in looked_at(*rows, known=known)[1] if each.is_open]
    assert [(each.code, each.row) for each in found] == [("validation/parts-below-total", 2)]


@pytest.mark.parametrize("at", range(3))
def test_an_approximation_adds_up_to_nothing(at):
    known = with_parts(Unit.COUNT, 0)
    rows = [of_board(name, value) for name, value in zip(FAMILY, (10, 6, 5), strict=True)]
    rows[at] = replace(rows[at], measurement=replace(rows[at].measurement, qualifier=Qualifier.APPROXIMATELY))
    assert codes(*rows, known=known) == []


RISE: Any = {(41, BOARD, Q4): ((40, BOARD, Q4), (40, BOARD, "2023-24-Q4"))}


def with_a_rise(**figures: float) -> Known:
    """What is known where a metric is the increase of another on the year before; `figures` are published."""
    metrics = {
        name: numbered(metric(name, Unit.FTE, 1), at, collected_from=BOTH) for name, at in (("staff", 40), ("rise", 41))
    }
    cells = {"now": (40, BOARD, Q4), "before": (40, BOARD, "2023-24-Q4")}
    known = {cells[name]: published(value) for name, value in figures.items()}
    return replace(BASE, metrics=metrics, published=known, subtractions=RISE)


@pytest.mark.parametrize(
    ("rise", "figures", "expected"),
    [
        (69, {"now": 1031.0, "before": 962.0}, []),
        (69.1, {"now": 1031.1, "before": 962.0}, []),
        (70, {"now": 1031.0, "before": 962.0}, ["calculation-differs"]),
        (-69, {"now": 1031.0, "before": 962.0}, ["calculation-differs"]),
        (70, {"now": 1031.0}, []),
        (70, {"before": 962.0}, []),
        (70, {}, []),
    ],
    ids=str,
)
def test_an_increase_that_its_figures_do_not_make_needs_a_reason(rise, figures, expected):
    assert codes(of_board("rise", rise), known=with_a_rise(**figures)) == expected


def test_an_increase_is_compared_with_the_figures_of_the_same_submission_first():
    known = with_a_rise(now=1031.0, before=962.0)
    rows = [of_board("staff", 1032), of_board("rise", 70)]
    assert "calculation-differs" not in codes(*rows, known=known)
    assert "calculation-differs" in codes(rows[0], of_board("rise", 69), known=known)
    nothing = replace(rows[0], measurement=Measurement(), is_nil_return=True)
    assert "calculation-differs" not in codes(nothing, of_board("rise", 71), known=known)


def test_an_increase_of_an_approximation_is_not_calculated():
    known = with_a_rise(before=962.0)
    about = replace(published(1031.0).measurement, qualifier=Qualifier.MORE_THAN)
    known = replace(known, published={**known.published, (40, BOARD, Q4): published(1031.0, measurement=about)})
    assert codes(of_board("rise", 75), known=known) == []


def test_the_finding_about_an_increase_says_what_is_calculated_and_which_counts():
    found = looked_at(of_board("rise", 70), known=with_a_rise(now=1031.0, before=962.0))[1]
    (finding,) = [each for each in found if each.is_open]
    assert "is 70 FTE, but 1,031 FTE less 962 FTE is 69 FTE." in finding.message
    assert "your figure counts until one of these two changes" in finding.message
