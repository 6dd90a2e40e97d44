"""Metrics are rows: added and reworded by a command, without code."""

from typing import Any

import pytest

from schema.enumerations import Role
from schema.errors import Refusal
from service.database import Database
from service.viewer import Viewer
from tests.service.writes.submitting import ADA, ROOT, codes, figure, give, published, update

GIVEN = {
    "code": "social_prescribers",
    "name": "Social prescribers",
    "description": "Link workers that networks employ.",
    "theme": "building_capacity",
    "unit": "COUNT",
    "direction": "HIGHER_IS_BETTER",
    "decimals": 0,
    "minimum": 0,
    "collectedFrom": ["INTEGRATED_CARE_BOARD"],
    "rollUp": "SUM",
    "reason": "Asked for by the committee.",
}


async def save(database: Database, *, by: Viewer = ROOT, **given: Any) -> dict[str, Any]:
    return await give(database, "saveMetric", {**GIVEN, **given}, by=by)


async def test_a_new_metric_takes_figures_at_once(writable):
    assert codes(await save(writable)) == []
    await published(writable, figure(12, "social_prescribers"))


async def test_a_metric_is_reworded_and_its_figures_stay(writable):
    first = await save(writable)
    await published(writable, figure(12, "social_prescribers"))
    again = await save(writable, name="Social prescribing link workers", tolerance=30)
    assert again["metric_id"] == first["metric_id"]
    said = await writable.reading.fetchrow("SELECT name, tolerance::text FROM metric WHERE code = 'social_prescribers'")
    assert tuple(said or ()) == ("Social prescribing link workers", "30")


@pytest.mark.parametrize(
    ("given", "counts"),
    [
        ({}, "OVER_PERIOD"),
        ({"unit": "RATE_PER_100000"}, "OVER_PERIOD"),
        ({"unit": "PERCENT"}, "AT_DATE"),
        ({"counts": "SINCE"}, "SINCE"),
        ({"unit": "PERCENT", "counts": "YEAR_TO_DATE"}, "YEAR_TO_DATE"),
    ],
)
async def test_a_new_metric_counts_as_it_says_or_as_its_unit_does(writable, given, counts):
    await save(writable, **given)
    assert await _counts(writable) == counts


async def test_how_a_metric_counts_stays_until_it_is_said_otherwise(writable):
    await save(writable, counts="YEAR_TO_DATE")
    await save(writable, name="Link workers")
    assert await _counts(writable) == "YEAR_TO_DATE"
    await save(writable, counts="AT_DATE")
    assert await _counts(writable) == "AT_DATE"


async def _counts(database: Database) -> str:
    return str(await database.reading.fetchval("SELECT counts FROM metric WHERE code = 'social_prescribers'"))


async def test_what_changes_nothing_leaves_no_event(writable):
    await save(writable)
    before = await writable.reading.fetchval("SELECT max(position) FROM audit_event")
    await save(writable)
    assert await writable.reading.fetchval("SELECT max(position) FROM audit_event") == before


async def test_the_event_says_what_it_was_and_what_it_is(writable):
    await save(writable)
    await save(writable, name="Link workers")
    said = "SELECT detail->'before'->>'name', detail->'after'->>'name', reason FROM audit_event"
    names = await writable.reading.fetchrow(f"{said} ORDER BY position DESC LIMIT 1")
    assert tuple(names or ()) == ("Social prescribers", "Link workers", "Asked for by the committee.")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"code": "Social"}, "metric/malformed"),
        ({"code": "a\x00b"}, "metric/malformed"),
        ({"name": " "}, "metric/malformed"),
        ({"theme": "nope"}, "metric/malformed"),
        ({"decimals": 7}, "metric/malformed"),
        ({"decimals": -1}, "metric/malformed"),
        ({"collectedFrom": []}, "metric/malformed"),
        ({"minimum": 5, "maximum": 4}, "metric/malformed"),
        ({"minimum": float("inf")}, "metric/malformed"),
        ({"unit": "PERCENT", "maximum": 101}, "metric/malformed"),
        ({"tolerance": -1}, "metric/malformed"),
        ({"minimum": -1e13}, "metric/malformed"),
        ({"unit": "YES_NO", "maximum": 2}, "metric/malformed"),
        ({"partOf": "nope"}, "metric/malformed"),
        ({"partOf": "social_prescribers"}, "metric/malformed"),
        ({"partOf": "gp_fte"}, "metric/malformed"),
        ({"partOf": "capacity_and_access_declaration"}, "metric/malformed"),
        ({"denominatorMetric": "nope"}, "metric/malformed"),
        ({"code": "call_back_percent"}, "metric/fixed"),
        ({"description": "x" * 2_001}, "validation/unusable-text"),
    ],
    ids=str,
)
async def test_a_malformed_metric_is_refused(writable, given, code):
    assert codes(await save(writable, **given)) == [code]


SHARE = {
    "unit": "PERCENT",
    "decimals": 2,
    "maximum": 100,
    "derivedFrom": "capacity_and_access_declaration",
    "derivedBy": "PERCENT_YES",
}
LEVELS = {**SHARE, "derivedFrom": "interface_fit_notes_level", "derivedBy": "PERCENT_OF_MAXIMUM"}


@pytest.mark.parametrize(
    "given", [SHARE, LEVELS, {"derivedFrom": "support_level_framework", "derivedBy": "COUNT_YES"}], ids=str
)
async def test_a_metric_can_be_derived_from_members_figures_of_another(writable, given):
    assert codes(await save(writable, **given)) == []
    derived = (
        "SELECT source.code, metric.derived_by FROM metric JOIN metric source ON source.id = metric.derived_from_id"
    )
    said = await writable.reading.fetchrow(f"{derived} WHERE metric.code = 'social_prescribers'")
    assert tuple(said or ()) == (given["derivedFrom"], given["derivedBy"])
    assert codes(await save(writable, unit=given.get("unit", "COUNT"))) == []
    assert await writable.reading.fetchrow(f"{derived} WHERE metric.code = 'social_prescribers'") is None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({**SHARE, "derivedBy": None}, "A derived metric needs both derivedFrom and derivedBy."),
        ({**SHARE, "derivedFrom": "nope"}, "No other metric has the code 'nope'."),
        ({**SHARE, "derivedFrom": "social_prescribers"}, "No other metric has the code 'social_prescribers'."),
        ({**SHARE, "derivedBy": "NONE"}, "NONE gives no value."),
        (
            {**SHARE, "derivedFrom": "gp_fte"},
            "PERCENT_YES needs a metric that is answered with yes or no; gp_fte does not fit.",
        ),
        (
            {**LEVELS, "derivedFrom": "gp_fte"},
            "PERCENT_OF_MAXIMUM needs a metric that has a maximum; gp_fte does not fit.",
        ),
        ({**SHARE, "derivedBy": "COUNT_YES"}, "COUNT_YES of capacity_and_access_declaration gives COUNT, not PERCENT."),
        (
            {**SHARE, "collectedFrom": ["PRIMARY_CARE_NETWORK"]},
            "capacity_and_access_declaration is collected from primary care networks, so its members' groups must be "
            "another kind.",
        ),
        ({"derivedFrom": "call_back_percent", "derivedBy": "SUM"}, "SUM needs a metric that is not a ratio"),
        (
            {**SHARE, "derivedFrom": "gp_fte", "derivedBy": "RATIO_OF_SUMS"},
            "RATIO_OF_SUMS needs a metric that is a ratio; gp_fte does not fit.",
        ),
    ],
    ids=str,
)
async def test_what_a_metric_cannot_be_derived_from_is_refused(writable, given, words):
    outcome = await save(writable, **given)
    assert codes(outcome) == ["metric/malformed"]
    assert outcome["problems"][0]["message"].startswith(words)


async def test_metrics_are_not_derived_from_each_other_in_a_circle(writable):
    add: dict[str, Any] = {"derivedBy": "SUM", "collectedFrom": ["PRACTICE", "INTEGRATED_CARE_BOARD"]}
    for code in ("one", "two"):
        await save(writable, code=code, collectedFrom=add["collectedFrom"])
    await save(writable, code="three", derivedFrom="two", **add)
    assert codes(await save(writable, code="two", derivedFrom="one", **add)) == []
    outcome = await save(writable, code="one", derivedFrom="three", **add)
    assert outcome["problems"][0]["message"] == "three is itself calculated from one."


async def test_a_change_is_not_derived_from_members_too(writable):
    given: dict[str, Any] = {"derivedFrom": "appointments", "derivedBy": "SUM", "rollUp": "SUM"}
    outcome = await save(writable, code="appointments_increase_on_year", **given)
    message = "appointments_increase_on_year is already calculated as a change or a difference."
    assert [each["message"] for each in outcome["problems"]] == [message]


async def whole_of(database: Database, code: str) -> str | None:
    query = "SELECT whole.code FROM metric JOIN metric whole ON whole.id = metric.part_of_id WHERE metric.code = $1"
    whole: str | None = await database.reading.fetchval(query, code)
    return whole


async def test_a_yes_or_no_that_has_figures_keeps_its_parts(writable):
    area: dict[str, Any] = {"unit": "YES_NO", "maximum": 1, "decimals": 0, "collectedFrom": ["PRIMARY_CARE_NETWORK"]}
    given = {**area, "code": "fourth_area", "partOf": "capacity_and_access_declaration"}
    assert codes(await save(writable, **given)) == []
    network = await writable.reading.fetchval(
        "SELECT code FROM organisation WHERE kind = 'PRIMARY_CARE_NETWORK' ORDER BY code LIMIT 1"
    )
    sent = figure(1, "capacity_and_access_telephony_declaration", organisation=network)
    assert codes(await update(writable, sent)) == []
    assert codes(await save(writable, **{**given, "partOf": None})) == ["metric/fixed"]
    assert codes(await save(writable, **{**given, "code": "fifth_area"})) == ["metric/fixed"]


async def test_a_metric_becomes_a_part_of_another_and_stops_being_one(writable):
    await save(writable)
    await save(writable, code="link_workers")
    assert codes(await save(writable, code="link_workers", partOf="social_prescribers")) == []
    assert await whole_of(writable, "link_workers") == "social_prescribers"
    assert codes(await save(writable, code="link_workers")) == []
    assert await whole_of(writable, "link_workers") is None


async def test_a_metric_with_parts_is_not_made_a_part(writable):
    for code in ("link_workers", "coaches"):
        await save(writable, code=code)
    await save(writable)
    await save(writable, code="link_workers", partOf="social_prescribers")
    outcome = await save(writable, code="social_prescribers", partOf="coaches")
    assert codes(outcome) == ["metric/malformed"]
    assert outcome["problems"][0]["message"] == "social_prescribers has parts itself."


async def test_a_part_has_no_parts_of_its_own(writable):
    await save(writable)
    await save(writable, code="link_workers", partOf="social_prescribers")
    outcome = await save(writable, code="coaches", partOf="link_workers")
    assert outcome["problems"][0]["message"] == "link_workers is itself part of another metric."


async def test_a_denominator_can_be_counted_by_another_metric(writable):
    assert codes(await save(writable, denominatorMetric="registered_patients")) == []


@pytest.mark.parametrize("viewer", [ADA, Viewer("Local", Role.ADMINISTRATOR, "l", 5)])
async def test_only_an_administrator_of_everything_saves_metrics(writable, viewer):
    with pytest.raises(Refusal) as refusal:
        await save(writable, by=viewer)
    assert refusal.value.code == "FORBIDDEN"


async def test_one_metric_is_the_list_size_and_another_takes_that_over(writable):
    traits = "SELECT code FROM metric WHERE population_trait = 'LIST_SIZE'"
    assert await writable.reading.fetchval(traits) == "registered_patients"
    assert codes(await save(writable, populationTrait="LIST_SIZE")) == []
    assert [each["code"] for each in await writable.reading.fetch(traits)] == ["social_prescribers"]
    # Left out, it stays as it is.
    assert codes(await save(writable, name="Link workers")) == []
    assert await writable.reading.fetchval(traits) == "social_prescribers"
