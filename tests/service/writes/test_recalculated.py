"""A change of the register calculates derived figures again, where members' figures make something else than before."""

import datetime as dt
from typing import Any

import pytest

from schema.enumerations import Role
from service.database import Database
from service.viewer import Viewer
from tests.service.writes.submitting import ADA, ROOT, codes, figure, give, update
from tests.service.writes.test_derived import DECLARED, SHARE, now

QUARTER = "2025-26-Q1"
MERGED = dt.date(2025, 4, 1)


async def declare(writable: Database) -> list[str]:
    """Two networks that declared for a quarter, one yes and one no; their codes."""
    rows = await writable.reading.fetch(
        """
        SELECT member.code FROM membership stay JOIN organisation member ON member.id = stay.member_id
        JOIN organisation above ON above.id = stay.group_id AND above.code = 'HCP-WEST-KENT'
        WHERE member.kind = 'PRIMARY_CARE_NETWORK' AND stay.starts <= date '2025-04-01' AND stay.ends IS NULL
        ORDER BY 1 LIMIT 2
        """
    )
    both = [row["code"] for row in rows]
    figures = [
        figure(value, DECLARED, organisation=code, reason="As declared.")
        for code, value in zip(both, (1, 0), strict=True)
    ]
    given = {"quarter": QUARTER, "organisation": "QKS", "figures": figures}
    assert codes(await give(writable, "updateQuarterlyFigures", given, by=ADA)) == []
    return both


@pytest.fixture
async def declared(writable):
    return await declare(writable)


def merger(declared: list[str], **more: Any) -> dict[str, Any]:
    yes, no = declared
    return {"organisations": [no], "into": yes, "on": MERGED, "reason": "They merged.", **more}


async def share(database: Any) -> tuple[Any, ...]:
    made = await now(database, SHARE, period=QUARTER) or {}
    return made["value"], made["rests_on"], made["of"], made["revision"]


async def test_a_network_that_merged_before_the_quarter_is_no_longer_in_its_share(writable, declared):
    _, rests_on, of, revision = await share(writable)
    outcome = await give(writable, "mergeOrganisations", merger(declared), by=ROOT)
    assert codes(outcome) == []
    assert (rests_on, await share(writable)) == (2, (100, 1, of - 1, revision + 1))
    board = next(each for each in outcome["recalculated"] if each["organisation"] == "QKS")
    assert (board["metric"], board["period"], board["before"], board["after"]) == (SHARE, QUARTER, "50.00", "100.00")


async def test_the_preview_says_which_figures_are_calculated_again_and_changes_none(writable, declared):
    before = await share(writable)
    outcome = await give(writable, "mergeOrganisations", merger(declared, validateOnly=True), by=ROOT)
    assert [(each["organisation"], each["period"]) for each in outcome["recalculated"]] == [("QKS", QUARTER)]
    assert await share(writable) == before


async def test_a_quarter_that_ended_before_the_change_is_not_calculated_again(writable, declared):
    before = await share(writable)
    outcome = await give(writable, "mergeOrganisations", merger(declared, on=dt.date(2025, 7, 1)), by=ROOT)
    assert (codes(outcome), outcome["recalculated"], await share(writable)) == ([], [], before)


async def derive(database: Database, source: str, rule: str) -> None:
    """Say that the share is calculated from members' figures, or that it is not."""
    async with database.command() as session:
        connection = await session.connection()
        await connection.exec_driver_sql(
            f"UPDATE metric SET derived_from_id = {source}, derived_by = {rule} WHERE code = '{SHARE}'"
        )


async def test_a_figure_that_was_never_calculated_stays_where_the_members_make_the_same(writable):
    """It was sent before the metric was derived from another one."""
    await derive(writable, "NULL", "NULL")
    declared = await declare(writable)
    given = {"quarter": QUARTER, "organisation": "QKS", "figures": [figure(51, SHARE, reason="As it counts.")]}
    assert codes(await give(writable, "updateQuarterlyFigures", given, by=ADA)) == []
    await derive(writable, f"(SELECT id FROM metric WHERE code = '{DECLARED}')", "'PERCENT_YES'")
    within = {"member": declared[1], "to": "HCP-EAST-KENT", "on": dt.date(2025, 5, 1), "reason": "It moved."}
    assert (codes(await give(writable, "moveMember", within, by=ROOT)), (await share(writable))[0]) == ([], 51)


async def test_who_keeps_a_part_of_the_register_changes_the_figures_above_it(writable, declared):
    scope = await writable.reading.fetchval("SELECT id FROM organisation WHERE code = 'HCP-WEST-KENT'")
    west = Viewer("West", Role.ADMINISTRATOR, "wwwwwwww", scope)
    assert codes(await give(writable, "mergeOrganisations", merger(declared), by=west)) == []
    assert (await share(writable))[0] == 100


async def test_a_correction_of_the_past_calculates_the_past_again_and_says_why(writable, declared):
    correction = {"organisation": declared[1], "closedOn": dt.date(2025, 3, 31), "reason": "It closed in March."}
    assert codes(await give(writable, "correctRegister", correction, by=ROOT)) == []
    assert (await share(writable))[0] == 100
    reason = await writable.reading.fetchval(
        "SELECT reason FROM figure_revision WHERE origin = 'DERIVED' ORDER BY published_at DESC, revision DESC LIMIT 1"
    )
    assert reason == "The register changed: It closed in March."


DIFFERENCE = ("self_referral_rate_difference_to_region", "QKS", "2024-25-Q4")


async def differ(writable: Database, *regions: tuple[str, float]) -> None:
    """The ICB's figure, and those of regions, for the last quarter of 2024/25."""
    await update(writable, figure(310.5, "self_referral_rate", reason="r"))
    for region, value in regions:
        of_region = figure(value, "self_referral_rate", organisation=region, reason="r")
        assert codes(await update(writable, of_region, organisation=region)) == []


async def open_region(writable: Database) -> None:
    region = {"code": "Y99", "kind": "REGION", "name": "South", "on": dt.date(2025, 1, 1), "reason": "It is new."}
    assert codes(await give(writable, "saveOrganisation", region, by=ROOT)) == []


def to_region(day: dt.date) -> dict[str, Any]:
    return {"member": "QKS", "to": "Y99", "on": day, "reason": "The regions changed."}


async def test_an_icb_in_another_region_differs_from_that_one(writable):
    await open_region(writable)
    await differ(writable, ("Y59", 325), ("Y99", 300))
    outcome = await give(writable, "moveMember", to_region(dt.date(2025, 3, 31)), by=ROOT)
    assert codes(outcome) == []
    [again] = [each for each in outcome["recalculated"] if each["metric"] == DIFFERENCE[0]]
    assert (again["organisation"], again["before"], again["after"]) == ("QKS", "-14.5", "10.5")
    made = await now(writable, *DIFFERENCE)
    assert made is not None
    assert (made["value"], made["origin"], made["revision"]) == (10.5, "DERIVED", 2)


async def test_a_region_without_a_figure_leaves_no_difference(writable):
    await open_region(writable)
    await differ(writable, ("Y59", 325))
    assert codes(await give(writable, "moveMember", to_region(dt.date(2025, 3, 31)), by=ROOT)) == []
    assert ((await now(writable, *DIFFERENCE)) or {})["status"] == "WITHDRAWN"


async def test_an_icb_in_no_region_has_no_difference(writable):
    await differ(writable, ("Y59", 325))
    correction = {"organisation": "QKS", "groups": [], "reason": "It was in no region."}
    assert codes(await give(writable, "correctRegister", correction, by=ROOT)) == []
    assert ((await now(writable, *DIFFERENCE)) or {})["status"] == "WITHDRAWN"


async def test_a_difference_of_a_period_before_the_move_stays(writable):
    await open_region(writable)
    await differ(writable, ("Y59", 325), ("Y99", 300))
    outcome = await give(writable, "moveMember", to_region(dt.date(2025, 4, 1)), by=ROOT)
    assert (codes(outcome), outcome["recalculated"]) == ([], [])
    assert ((await now(writable, *DIFFERENCE)) or {})["value"] == -14.5
