"""Faults of figures and their checks that others reported: none of them may happen here."""

import csv
import io

import pytest

from tests.reports.desk import PERCENTAGE, Desk, codes, severities

PRACTICE_AND_ICB = {"collectedFrom": ["PRACTICE", "INTEGRATED_CARE_BOARD"]}


async def test_a_population_of_0_is_refused(desk: Desk):
    """PHEindicatormethods issue 32."""
    metric = await desk.metric(unit="RATE_PER_100000", decimals=1, numeratorLabel="a", denominatorLabel="b")
    payload = await desk.update("2024-25-Q1", {"metric": metric, "numerator": 5, "denominator": 0})
    assert codes(payload) == {"validation/denominator-not-positive"}


async def test_the_intervals_of_0_and_100_percent_stay_inside_and_keep_their_width(desk: Desk):
    """ScotPHO indicator production pull request 1."""
    metric = await desk.metric(**PERCENTAGE)
    await desk.publish("2024-25-Q1", {"metric": metric, "numerator": 0, "denominator": 20})
    await desk.publish("2024-25-Q2", {"metric": metric, "numerator": 20, "denominator": 20})
    query = "query($m: String!) { metric(code: $m) { figures { nodes { confidenceInterval { lower upper } } } } }"
    nodes = (await desk.ask(query, m=metric))["metric"]["figures"]["nodes"]
    limits = sorted((node["confidenceInterval"]["lower"], node["confidenceInterval"]["upper"]) for node in nodes)
    assert limits == [pytest.approx((0, 16.112515805)), pytest.approx((83.887484195, 100))]


async def test_half_a_ratio_is_no_value(desk: Desk):
    """OpenPrescribing issue 175, DHIS2 pull request 4761."""
    payload = await desk.update("2024-25-Q1", {"metric": await desk.metric(**PERCENTAGE), "denominator": 4})
    assert codes(payload) == {"validation/half-a-ratio"}


async def test_a_number_beyond_storage_is_refused(desk: Desk):
    """OpenPrescribing issue 263: Infinity in JSON."""
    payload = await desk.update("2024-25-Q1", {"metric": await desk.metric(), "value": 1e308})
    assert "validation/out-of-range" in codes(payload)


async def test_shares_of_members_add_up_by_their_counts(desk: Desk):
    """Akvo RSR issue 2446."""
    metric = await desk.metric(**PERCENTAGE, **PRACTICE_AND_ICB, rollUp="RATIO_OF_SUMS")
    await desk.publish(
        "2024-25-Q4",
        {"metric": metric, "organisation": "G82002", "numerator": 1, "denominator": 4},
        {"metric": metric, "organisation": "G82653", "numerator": 90, "denominator": 100},
    )
    query = """query($m: String!) { metric(code: $m) {
      rolledUp(organisation: "QKS", period: "2024-25-Q4") { value numerator denominator restsOn } } }"""
    rolled = (await desk.ask(query, m=metric))["metric"]["rolledUp"]
    assert rolled == {"value": 87.5, "numerator": 91, "denominator": 104, "restsOn": 2}


async def test_a_share_sent_for_a_percentage_is_asked_about(desk: Desk):
    """PowerBI-SPC issues 191 and 203."""
    metric = await desk.metric(**PERCENTAGE)
    await desk.publish("2024-25-Q1", {"metric": metric, "value": 69.5})
    assert "NEEDS_REASON" in severities(await desk.update("2024-25-Q2", {"metric": metric, "value": 0.7}))


async def test_a_denominator_that_falls_to_a_tenth_is_asked_about(desk: Desk):
    """Akvo RSR issue 2446."""
    metric = await desk.metric(**PERCENTAGE, tolerance=25, denominatorMetric="practices")
    await desk.publish("2024-25-Q1", {"metric": metric, "numerator": 90, "denominator": 180})
    payload = await desk.update("2024-25-Q2", {"metric": metric, "numerator": 9, "denominator": 18})
    assert "NEEDS_REASON" in severities(payload)


async def test_a_slip_of_the_finger_is_asked_about(desk: Desk):
    """Climsoft issues 570 and 596: 47 trained mentors become 9,999."""
    payload = await desk.update("2024-25-Q4", {"metric": "trained_mentors", "value": 9999}, validateOnly=True)
    assert "NEEDS_REASON" in severities(payload)


async def test_the_same_figure_sent_again_changes_nothing(desk: Desk):
    """DHIS2 pull request 15900."""
    metric = await desk.metric(decimals=0, tolerance=10)
    await desk.publish("2024-25-Q1", {"metric": metric, "value": 1000})
    await desk.publish("2024-25-Q2", {"metric": metric, "value": 2000})
    assert (await desk.update("2024-25-Q2", {"metric": metric, "value": 2000}))["unchanged"] == 1


async def test_growth_over_five_years_is_no_jump(desk: Desk):
    """Registered patients of January 2021 and April 2026."""
    metric = await desk.metric(decimals=0, tolerance=10)
    await desk.publish("2019-20-Q1", {"metric": metric, "value": 1000})
    payload = await desk.update("2024-25-Q1", {"metric": metric, "value": 1140}, validateOnly=True)
    assert codes(payload) == set()


async def test_a_figure_is_compared_with_the_one_after_it_too(desk: Desk):
    """Registered patients of January 2021, sent after those of April 2026."""
    metric = await desk.metric(decimals=0, tolerance=10)
    await desk.publish("2024-25-Q2", {"metric": metric, "value": 1000})
    payload = await desk.update("2024-25-Q1", {"metric": metric, "value": 9000}, validateOnly=True)
    assert codes(payload) == {"validation/jump"}


async def test_a_list_size_of_0_is_asked_about(desk: Desk):
    """OpenPrescribing issue 2427."""
    metric = await desk.metric(decimals=0, tolerance=10, collectedFrom=["PRACTICE"])
    await desk.publish("2024-25-Q1", {"metric": metric, "organisation": "G82002", "value": 8000})
    row = {"metric": metric, "organisation": "G82002", "value": 0}
    assert codes(await desk.update("2024-25-Q2", row, validateOnly=True)) == {"validation/jump"}


async def test_a_practice_that_closed_within_the_quarter_can_be_reported_for_its_part(desk: Desk):
    """DHIS2 pull requests 3040 and 4755: G82653 closed on 30 April 2026."""
    metric = await desk.metric(**PERCENTAGE, **PRACTICE_AND_ICB)
    row = {"metric": metric, "organisation": "G82653", "period": "2026-04", "numerator": 1, "denominator": 4}
    assert codes(await desk.update("2026-27-Q1", row, validateOnly=True)) == set()


async def test_a_count_from_1_april_is_not_compared_with_the_whole_year_before(desk: Desk):
    """DHIS2 documentation pull request 1101, Akvo RSR issue 5212."""
    metric = await year_to_date(desk)
    query = "query($m: String!) { metric(code: $m) { figures(latestOnly: true) { nodes { change } } } }"
    nodes = (await desk.ask(query, m=metric))["metric"]["figures"]["nodes"]
    assert nodes[0]["change"] in (None, 10)


async def test_a_count_from_1_april_that_falls_within_the_year_is_asked_about(desk: Desk):
    """Akvo RSR issue 5212."""
    metric = await year_to_date(desk)
    await desk.publish("2024-25-Q2", {"metric": metric, "value": 205, "period": "2024-04-01/2024-09-30"})
    row = {"metric": metric, "value": 190, "period": "2024-04-01/2024-12-31"}
    assert (await desk.update("2024-25-Q3", row, validateOnly=True))["problems"]


async def year_to_date(desk: Desk) -> str:
    """A metric with one year's counts from 1 April, and the first quarter of the next."""
    metric = await desk.metric(decimals=0)
    for quarter, value, period in (
        ("2023-24-Q1", 100, "2023-24-Q1"),
        ("2023-24-Q2", 210, "2023-04-01/2023-09-30"),
        ("2023-24-Q3", 330, "2023-04-01/2023-12-31"),
        ("2023-24-Q4", 450, "2023-24"),
        ("2024-25-Q1", 110, "2024-25-Q1"),
    ):
        await desk.publish(quarter, {"metric": metric, "value": value, "period": period})
    return metric


@pytest.mark.parametrize(
    "formula", ["=1+1", "+1", "-1+1", "@SUM(1)", "＝1+1", "＋1", "－1", "＠SUM(1)", " =1+1", "\t=1+1"]
)
async def test_the_csv_has_no_formula_and_plain_numbers(desk: Desk, formula: str):
    """Grafana pull request 17363."""
    code = await desk.metric(decimals=0, minimum=None)
    await desk.publish("2024-25-Q1", {"metric": code, "value": -3, "note": formula})
    rows = list(csv.DictReader(io.StringIO((await desk.client.get(f"/charts/{code}/QKS.csv")).text)))
    assert [(row["value"], row["note"].lstrip("'") != row["note"]) for row in rows] == [("-3", True)]
