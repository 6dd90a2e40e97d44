"""Faults of targets that others reported: none of them may happen here."""

from typing import Any

from schema.enumerations import Role
from tests.reports.desk import PERCENTAGE, Desk

_TARGET = """mutation($input: SetTargetInput!) {
  setTarget(input: $input) { target { current { isMet percentOfTarget gapClosedPercent status } } }
}"""
_STATUS = "mutation($input: SetTargetInput!) { setTarget(input: $input) { target { status } } }"


async def judged(desk: Desk, metric: str, value: float, **more: object) -> Any:
    """The progress of a new target of the ICB."""
    given = {"metric": metric, "organisation": "QKS", "comparator": "AT_LEAST", "value": value, "due": "2027-03-31"}
    payload = await desk.send(_TARGET, Role.ADMINISTRATOR, given | {"reason": "Agreed."} | more)
    return payload["target"]["current"]


async def test_199_of_200_is_not_100_percent(desk: Desk):
    """coverage.py issue 41, heimdall2 issue 4642."""
    metric = await desk.metric(**PERCENTAGE | {"decimals": 0})
    await desk.publish("2024-25-Q1", {"metric": metric, "numerator": 199, "denominator": 200})
    assert (await judged(desk, metric, 100))["isMet"] is False


async def test_a_target_of_0_has_no_percentage_of_itself(desk: Desk):
    """Akvo RSR issue 2830."""
    metric = await desk.metric()
    await desk.publish("2024-25-Q1", {"metric": metric, "value": 10})
    await desk.publish("2024-25-Q3", {"metric": metric, "value": 6})
    current = await judged(desk, metric, 0, comparator="AT_MOST", baseline=10, baselineOn="2024-06-30")
    assert (current["isMet"], current["percentOfTarget"], current["gapClosedPercent"]) == (False, None, 40)


async def test_a_target_far_below_every_figure_is_asked_about(desk: Desk):
    """PowerBI-SPC issue 547: 0.9 for 90 per cent."""
    metric = await desk.metric(**PERCENTAGE)
    await desk.publish("2024-25-Q1", {"metric": metric, "value": 69.5})
    assert (await desk.target(metric, 0.9))["problems"]


async def test_a_practice_that_closed_before_the_due_date_has_not_missed_its_target(desk: Desk):
    """OpenPrescribing issues 957 and 2722."""
    metric = await desk.metric(decimals=0, collectedFrom=["PRACTICE", "INTEGRATED_CARE_BOARD"])
    await desk.publish("2024-25-Q1", {"metric": metric, "organisation": "G82064", "value": 5}, by="G82064")
    current = await judged(desk, metric, 10, organisation="G82064", due="2026-09-30")
    assert current["status"] == "NOT_ASSESSABLE"


async def test_the_payload_of_a_mutation_says_how_the_target_stands(desk: Desk):
    """Hasura issues 3609 and 10553, Crystal issue 868."""
    given = {"metric": await desk.metric(), "organisation": "QKS", "comparator": "AT_LEAST", "value": 10}
    payload = await desk.send(_STATUS, Role.ADMINISTRATOR, given | {"due": "2027-03-31", "reason": "Agreed."})
    assert payload["target"]["status"] == "NO_DATA"
