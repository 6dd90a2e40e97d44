"""Metrics are rows: added and reworded by a command, without code."""

from typing import Any

import pytest

from schema.enumerations import Role
from schema.errors import Refusal
from service.database import Database
from service.viewer import Viewer
from tests.service.writes.submitting import ADA, ROOT, codes, figure, give, published

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
        ({"denominatorMetric": "nope"}, "metric/malformed"),
        ({"code": "call_back_percent"}, "metric/fixed"),
        ({"description": "x" * 2_001}, "validation/unusable-text"),
    ],
    ids=str,
)
async def test_a_malformed_metric_is_refused(writable, given, code):
    assert codes(await save(writable, **given)) == [code]


async def whole_of(database: Database, code: str) -> str | None:
    query = "SELECT whole.code FROM metric JOIN metric whole ON whole.id = metric.part_of_id WHERE metric.code = $1"
    whole: str | None = await database.reading.fetchval(query, code)
    return whole


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
