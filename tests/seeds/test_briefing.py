from decimal import Decimal
from importlib.resources import files

import pytest

from schema.enumerations import Qualifier, Unit
from service.importers.rows import Row
from service.importers.seed_checks import check
from service.importers.seed_files import seeds_in
from tests.seeds.briefing import GOALS, LIMITS, NUMBERS, lines

SEEDS = seeds_in(files("seeds"))
FIGURES = {
    (row["metric"], row["organisation"], row["period"].code): row
    for row in SEEDS.figures
    if row["metric"] != "registered_patients"
}
METRICS = {row["code"]: row for row in SEEDS.metrics}
QUALIFIERS = {">": Qualifier.MORE_THAN, "~": Qualifier.APPROXIMATELY}


def value(metric: str, period: str, organisation: str = "QKS") -> Decimal:
    found: Decimal = FIGURES[metric, organisation, period]["value"]
    return found


@pytest.mark.parametrize(("printed", "metric", "organisation", "period"), lines(NUMBERS))
def test_every_number_of_the_briefing_is_a_figure(printed, metric, organisation, period):
    figure = FIGURES[metric, organisation, period]
    assert figure["value"] == Decimal(printed.lstrip(">~").replace(",", ""))
    assert figure["qualifier"] == QUALIFIERS.get(printed[0], Qualifier.EXACT)


def test_every_figure_is_a_number_of_the_briefing():
    assert set(FIGURES) == {(metric, organisation, period) for _, metric, organisation, period in lines(NUMBERS)}


@pytest.mark.parametrize(("board", "lower", "upper"), lines(LIMITS))
def test_the_six_boards_have_the_limits_that_are_printed(board, lower, upper):
    figure = FIGURES["self_referral_rate", board, "2024-07"]
    assert figure["lower_confidence_limit"] == Decimal(lower)
    assert figure["upper_confidence_limit"] == Decimal(upper)


def test_every_goal_of_the_briefing_is_a_target_and_nothing_else_is():
    kept = [
        [row["metric"], row["organisation"], row["comparator"], str(row["value"]), str(row["due"] or "-")]
        for row in SEEDS.targets
    ]
    assert kept == lines(GOALS)


def test_the_seeds_pass_their_own_checks():
    check(SEEDS)


def test_every_figure_has_a_note_and_every_target_a_reason():
    assert all(figure["note"] for figure in FIGURES.values())
    assert all(target["reason"] for target in SEEDS.targets)


def test_every_undated_figure_says_that_the_date_is_ours():
    dated = {"cqc_" + rating + "_practices" for rating in ("outstanding", "good", "requires_improvement", "unrated")}
    dated.add("cqc_good_or_outstanding_percent")
    snapshots = [row for (metric, _, period), row in FIGURES.items() if period == "2025-01-31" and metric not in dated]
    assert [row.line for row in snapshots if "31 January 2025 is ours" not in row["note"]] == []


def test_percentages_are_between_0_and_100():
    shares = [row["value"] for row in SEEDS.figures if METRICS[row["metric"]]["unit"] == Unit.PERCENT]
    assert shares
    assert all(0 <= share <= 100 for share in shares)


@pytest.mark.parametrize("period", ["2023-11", "2024-11"])
def test_the_four_staff_groups_add_up_to_all_staff(period):
    parts = ("gp_fte", "nurse_fte", "direct_patient_care_fte", "non_clinical_fte")
    assert sum(value(part, period) for part in parts) == value("practice_staff_fte", period)


def test_the_four_ratings_of_the_paper_add_up_to_all_practices():
    # In January 2025 no practice was rated inadequate, and the paper has no line for it.
    parts = [code for code, metric in METRICS.items() if metric["part_of"] == "practices"]
    parts.remove("cqc_inadequate_practices")
    assert sum(value(part, "2025-01-31") for part in parts) == value("practices", "2025-01-31")


@pytest.mark.parametrize(
    "metric", ["practice_staff_fte", "gp_fte", "nurse_fte", "direct_patient_care_fte", "non_clinical_fte"]
)
def test_a_stated_increase_is_the_later_figure_less_the_earlier(metric):
    assert value(f"{metric}_increase_on_year", "2024-11") == value(metric, "2024-11") - value(metric, "2023-11")


@pytest.mark.parametrize("board", ["QU9", "QNQ", "QRL", "QKS", "QXU", "QNX"])
def test_a_stated_difference_is_the_rate_less_the_regions(board):
    region = value("self_referral_rate", "2024-07", "Y59")
    difference = value("self_referral_rate_difference_to_region", "2024-07", board)
    assert value("self_referral_rate", "2024-07", board) - region == difference


def test_a_part_is_measured_in_the_unit_of_its_whole():
    parts: list[Row] = [row for row in SEEDS.metrics if row["part_of"]]
    assert [row["code"] for row in parts if row["unit"] != METRICS[row["part_of"]]["unit"]] == []
