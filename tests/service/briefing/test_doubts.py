"""What does not add up in published numbers, and what does."""

from typing import Any

import pytest

from service.briefing import consistency
from tests.service.briefing.given import facts, figure

SHARE = {"a_percent": {"denominator_metric": "practices"}}


def found(*figures: dict[str, Any], **metrics: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each.code, each.message) for each in consistency.doubts(facts(*figures, **metrics))]


def codes(*figures: dict[str, Any], **metrics: dict[str, Any]) -> list[str]:
    return [code for code, _ in found(*figures, **metrics)]


@pytest.mark.parametrize(
    ("percent", "more", "is_doubted"),
    [
        ("69.57", {}, True),
        ("69.49", {}, False),
        ("79", {}, False),
        ("69.57", {"qualifier": "APPROXIMATELY"}, False),
        ("69.57", {"numerator": "128", "denominator": "184"}, False),
        ("69.57", {"numerator": "123", "denominator": "177"}, True),
    ],
)
def test_a_percentage_is_that_of_a_whole_number(percent, more, is_doubted):
    assert codes(figure("practices", "177"), figure("a_percent", percent, **more), **SHARE) == (
        ["doubt/unattainable-percentage"] * is_doubted
    )


@pytest.mark.parametrize(
    ("made", "is_doubted"),
    [
        ({"value": "66.67", "rests_on": 3, "of": 3}, True),
        ({"value": "30.49", "rests_on": 43, "of": 43}, False),
        ({"value": "30.51", "rests_on": 43, "of": 43}, True),
        (None, False),
    ],
    ids=str,
)
def test_a_figure_that_was_sent_is_what_members_figures_make(made, is_doubted):
    assert codes(figure("b_percent", "30", made=made)) == ["doubt/members-differ"] * is_doubted
    assert codes(figure("b_percent", "30", made=made, qualifier="APPROXIMATELY")) == []


def test_a_calculated_value_is_written_without_zeros_at_its_end():
    [(_, message)] = found(figure("b_percent", "30", made={"value": "100.00", "rests_on": 1, "of": 1}))
    assert "make 100%." in message


def test_a_doubt_about_a_figure_that_was_sent_says_what_is_calculated_and_which_counts():
    [(_, message)] = found(figure("b_percent", "30", made={"value": "95.35", "rests_on": 43, "of": 44}))
    assert message.endswith(
        "sent as 30%, but the figures of 43 of its 44 members make 95.35%. The figure that was sent counts."
    )


def test_a_percentage_is_one_of_the_count_of_its_own_period_and_never_of_a_later_one():
    counts = [figure("practices", "177", "2025-01-31"), figure("practices", "175")]
    assert codes(*counts, figure("a_percent", "69.49", "2025-01-31"), **SHARE) == []
    assert codes(*counts, figure("a_percent", "69.57", "2025-02-28"), **SHARE) == ["doubt/unattainable-percentage"]
    assert codes(counts[1], figure("a_percent", "69.57", "2025-01-31"), **SHARE) == []
    approximate = figure("practices", "177", qualifier="APPROXIMATELY")
    assert codes(approximate, figure("a_percent", "69.57"), **SHARE) == []


def test_the_two_nearest_fractions_are_named():
    [(_, message)] = found(figure("practices", "177"), figure("a_percent", "69.57"), **SHARE)
    assert message.endswith("no whole number of 177 gives 69.57%; 123 of 177 is 69.49% and 124 of 177 is 70.06%.")


RATE = figure("self_referral_rate", "578.5", unit="RATE_PER_100000", lower="567.6", upper="589.6")


@pytest.mark.parametrize(
    ("rate", "count", "expected"),
    [
        (RATE, None, []),
        (RATE, "10700", []),
        (RATE, "10777", ["doubt/incoherent-interval"]),
        ({**RATE, "lower": "560.0"}, None, ["doubt/incoherent-interval"]),
        ({**RATE, "lower": None, "upper": None}, "10777", []),
        ({**RATE, "value": "0", "lower": "0", "upper": "3.7"}, None, []),
        ({**RATE, "value": "100", "lower": "100", "upper": "100"}, None, []),
    ],
)
def test_limits_come_from_a_count_and_from_the_one_that_is_stated(rate, count, expected):
    stated = [] if count is None else [figure("self_referrals", count)]
    assert codes(rate, *stated) == expected


def test_a_count_of_a_later_period_says_nothing_of_a_rate():
    assert codes(RATE, figure("self_referrals", "9000", "2025-06-30")) == []


def test_a_count_and_its_rate_are_of_the_same_period():
    assert codes(RATE, figure("self_referrals", "10700", label="the year so far")) == ["doubt/different-periods"]


@pytest.mark.parametrize(
    ("whole", "parts", "expected"),
    [
        ("177", ["8", "132", "16", "21"], []),
        ("176", ["8", "132", "16", "21"], ["doubt/parts-exceed-total"]),
        ("178", ["8", "132", "16", "21"], ["doubt/parts-below-total"]),
        ("178", ["8", "132", "16", None], []),
    ],
)
def test_parts_that_are_all_there_is_make_up_their_whole(whole, parts, expected):
    named = {f"part_{at}": part for at, part in enumerate(parts)}
    figures = [figure(name, part) for name, part in named.items() if part is not None]
    assert codes(figure("practices", whole), *figures, **{name: {"part_of": "practices"} for name in named}) == expected


def test_parts_of_another_whole_may_be_less():
    rules = {"part": {"part_of": "b_count"}}
    assert codes(figure("b_count", "9"), figure("part", "3"), **rules) == []
    assert codes(figure("b_count", "2"), figure("part", "3"), **rules) == ["doubt/parts-exceed-total"]


def test_some_changes_of_parts_may_be_more_than_the_change_of_the_whole_and_all_may_not():
    whole = figure("practice_staff_fte_increase_on_year", "-47")
    parts = [figure("gp_fte_increase_on_year", "-6"), figure("nurse_fte_increase_on_year", "-3")]
    rules = {each["metric"]: {"part_of": whole["metric"]} for each in parts}
    assert codes(whole, parts[0], **rules) == []
    assert codes(whole, *parts, **rules) == ["doubt/parts-exceed-total"]


def test_rounded_parts_may_add_up_to_half_a_unit_more_for_each():
    rules = {"b_fte": {"part_of": "a_fte"}, "c_fte": {"part_of": "a_fte"}}
    parts = [figure("b_fte", "50.6"), figure("c_fte", "50.5")]
    assert codes(figure("a_fte", "101.0"), *parts, **rules) == []
    assert codes(figure("a_fte", "100.9"), *parts, **rules) == ["doubt/parts-exceed-total"]


def test_members_add_up_where_all_of_them_are_known_and_the_metric_may_be_added():
    members = [figure("b_count", "3", of="HCP-EAST"), figure("b_count", "4", of="HCP-WEST")]
    assert codes(figure("b_count", "7"), *members) == []
    assert codes(figure("b_count", "8"), *members) == ["doubt/members-differ"]
    assert codes(figure("b_count", "8"), members[0]) == []
    assert codes(figure("b_count", "8"), *members, b_count={"roll_up": "NONE"}) == []


def test_a_number_of_organisations_is_the_one_on_record():
    assert codes(figure("practices", "177", recorded=177)) == []
    assert found(figure("practices", "177", recorded=180))[0][1].endswith("177, but 180 are on record.")


@pytest.mark.parametrize(("stated", "is_doubted"), [("7", False), ("8", False), ("9", True), ("-7", True)])
def test_a_stated_change_is_the_later_less_the_earlier_but_for_rounding(stated, is_doubted):
    levels = [figure("gp_fte", "939", "2024-03-31"), figure("gp_fte", "946")]
    change = figure("gp_fte_increase_on_year", stated)
    assert codes(*levels, change) == ["doubt/stated-change"] * is_doubted


def test_a_stated_change_is_held_against_its_own_baseline():
    roles = [("2025-01-31", "1061"), ("2024-12-31", "1031"), ("2025-12-31", "1101")]
    levels = [figure("additional_roles_fte", value, ends) for ends, value in roles]
    of_january = figure("additional_roles_fte_increase_since_january", "40", "2025-12-31")
    assert codes(*levels, of_january) == []
    assert codes(*levels, {**of_january, "value": "70"}) == ["doubt/stated-change"]
    without_a_year_before = [figure("gp_fte", "900", "2024-12-31"), figure("gp_fte", "946")]
    assert codes(*without_a_year_before, figure("gp_fte_increase_on_year", "7")) == []


@pytest.mark.parametrize(("stated", "is_doubted"), [("254.6", False), ("254.7", False), ("255.0", True)])
def test_a_stated_difference_is_the_boards_less_the_regions(stated, is_doubted):
    unit = {"unit": "RATE_PER_100000"}
    rates = [figure("self_referral_rate", "578.5", **unit), figure("self_referral_rate", "323.9", of="Y59", **unit)]
    gap = figure("self_referral_rate_difference_to_region", stated, **unit)
    assert codes(*rates, gap) == ["doubt/stated-change"] * is_doubted


def test_a_stated_difference_is_not_doubted_without_both_rates_of_its_own_period():
    unit = {"unit": "RATE_PER_100000"}
    gap = figure("self_referral_rate_difference_to_region", "9.9", **unit)
    mine = figure("self_referral_rate", "578.5", **unit)
    assert codes(gap, mine) == []
    for ends in ("2024-12-31", "2025-06-30"):
        assert codes(gap, mine, figure("self_referral_rate", "323.9", ends, "Y59", **unit)) == []


@pytest.mark.parametrize(("change", "is_doubted"), [("7.0", False), ("7.1", False), ("6.9", False), ("7.2", True)])
def test_a_stated_change_may_differ_by_what_rounding_explains(change, is_doubted):
    # Two levels and a change with one decimal: each is rounded by 0.05 at most, together 0.15.
    levels = [figure("gp_fte", "939.0", "2024-03-31"), figure("gp_fte", "946.0")]
    assert codes(*levels, figure("gp_fte_increase_on_year", change)) == ["doubt/stated-change"] * is_doubted


@pytest.mark.parametrize("of", ["whole", "part"])
def test_approximate_parts_are_not_added_up(of):
    rules = {"total_fte": {}, "one_fte": {"part_of": "total_fte"}}
    more = {"qualifier": "APPROXIMATELY"}
    whole = figure("total_fte", "10", **(more if of == "whole" else {}))
    part = figure("one_fte", "20", **(more if of == "part" else {}))
    assert codes(whole, part, **rules) == []
    assert codes(figure("total_fte", "10"), figure("one_fte", "20"), **rules) == ["doubt/parts-exceed-total"]
