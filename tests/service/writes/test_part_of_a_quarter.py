"""Who closed or moved within a quarter is reported for their part of it: by themselves, their network or the ICB."""

import datetime as dt
from typing import Any

import pytest

from schema.enumerations import Role
from service.viewer import Viewer
from tests.service.writes.submitting import ADA, ROOT, codes, give, status_of, step

# It closed on 30 April 2026, as a member of the network U12550.
CLOSED = "G82653"
PART = {"metric": "registered_patients", "organisation": CLOSED, "period": "2026-04", "value": 9_000}
WHOLE = {**PART, "period": "2026-27-Q1"}
AFTER = {**PART, "period": "2026-05"}


def sent(organisation: str, *figures: dict[str, Any], **more: Any) -> dict[str, Any]:
    given = {"quarter": "2026-27-Q1", "organisation": organisation, "reason": "Its last count."}
    return {**given, "figures": [{**each, "reason": "Its last count."} for each in figures], **more}


async def update(database, organisation: str, *figures: dict[str, Any], by: Viewer = ADA) -> list[str]:
    return codes(await give(database, "updateQuarterlyFigures", sent(organisation, *figures), by=by))


@pytest.fixture
async def scoped(writable):
    """An approver of an organisation."""

    async def of(code: str, role: Role = Role.APPROVER) -> Viewer:
        key = await writable.reading.fetchval("SELECT id FROM organisation WHERE code = $1", code)
        return Viewer(f"Somebody of {code}", role, f"{key:08}", key)

    return of


@pytest.mark.parametrize("organisation", [CLOSED, "U12550", "HCP-MEDWAY-SWALE", "QKS"])
@pytest.mark.parametrize("figure", [PART, WHOLE], ids=["its month", "its part of the quarter"])
async def test_a_practice_that_closed_is_reported_for_its_part(writable, scoped, organisation, figure):
    assert await update(writable, organisation, figure, by=await scoped(organisation)) == []


async def test_a_practice_that_closed_is_not_reported_for_a_later_month(writable):
    assert "validation/closed-organisation" in await update(writable, "QKS", AFTER)


async def test_a_practice_that_closed_reports_and_its_icb_approves(writable, scoped):
    drafted = await give(writable, "saveSubmission", sent(CLOSED, PART), by=await scoped(CLOSED, Role.SUBMITTER))
    made = drafted["submission_id"]
    await step(writable, "submit", made, by=await scoped(CLOSED, Role.SUBMITTER))
    assert codes(await step(writable, "approve", made, by=await scoped("QKS"))) == []
    assert await status_of(writable, made) == "APPROVED"


@pytest.fixture
async def moved(writable):
    """G82002 is in U12550 from 16 May 2026, and was in another network before; its code comes back."""
    before = await writable.reading.fetchval(
        "SELECT g.code FROM membership JOIN organisation m ON m.id = member_id JOIN organisation g ON g.id = group_id"
        " WHERE m.code = 'G82002' AND ends IS NULL"
    )
    given = {"member": "G82002", "to": "U12550", "on": dt.date(2026, 5, 16), "reason": "It moved."}
    assert codes(await give(writable, "moveMember", given, by=ROOT)) == []
    return before


@pytest.mark.parametrize(
    ("period", "expected"),
    [("2026-04", (True, False)), ("2026-05", (True, True)), ("2026-06", (False, True)), ("2026-27-Q1", (True, True))],
)
async def test_a_practice_that_moved_is_reported_by_the_network_of_the_period(
    writable, scoped, moved, period, expected
):
    figure = {**PART, "organisation": "G82002", "period": period}
    taken = []
    for network in (moved, "U12550"):
        given = sent(network, figure, validateOnly=True)
        found = codes(await give(writable, "updateQuarterlyFigures", given, by=await scoped(network)))
        taken.append("validation/outside-organisation" not in found)
    assert tuple(taken) == expected


async def test_the_network_that_a_practice_left_publishes_its_part(writable, scoped, moved):
    figure = {**PART, "organisation": "G82002", "period": "2026-27-Q1"}
    assert await update(writable, moved, figure, by=await scoped(moved)) == []
