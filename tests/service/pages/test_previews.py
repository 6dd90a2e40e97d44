"""What a command would change: all of it, or how much is left out; and what a preview may cost others."""

import asyncio
import datetime as dt
import re
from collections.abc import AsyncIterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from schema.commands.declaring import from_arguments
from service.answers.rehearsals import MOST_REHEARSALS
from service.database import Database
from service.pages import previews
from service.pages.frame import rendered
from service.pages.previews import Passage, Preview
from service.writes.command import rehearse
from service.writes.commands import BY_NAME
from service.writes.trust.audit import turn
from tests.databases import Server
from tests.service.pages.office import Desk, Office, opened
from tests.service.pages.test_approvals import CALLS, named, words
from tests.service.writes.submitting import ADA, figure, give, submitted, update_of

# Longer than a statement of a rehearsal may take, and shorter than commands wait for a lock.
PATIENCE = 20


@pytest.fixture
async def office(server: Server, seeded: str) -> AsyncIterator[Office]:
    async with opened(server, seeded) as office:
        yield office


@pytest.fixture
async def head(office: Office) -> AsyncIterator[Desk]:
    async with office.desk("Hedda", "Approve") as desk:
        # The first preview is planned, which takes longer on a busy machine.
        desk.browser.timeout = 60
        yield desk


async def preview(office: Office, head: Desk, *returns: int) -> Any:
    chosen: dict[str, Any] = {"return": await named(office, *returns), "do": "preview"}
    return await head.send("/approvals", **chosen)


def paper(**sections: Sequence[str]) -> dict[str, Any]:
    return {"sections": [{"heading": name, "sentences": said, "tables": []} for name, said in sections.items()]}


def test_a_section_that_would_be_gone_stands_where_it_was_and_the_order_is_that_of_the_paper():
    was = paper(Zero=["a"], Mentors=["b", "c"], Calls=["d"])
    will_be = paper(Zero=["A"], Calls=["D"], Apps=["e"])
    found = Preview([], {}, [], [], [*previews._passages(was, will_be)], [])
    assert {heading: list(passages) for heading, passages in found.sections.items()} == {
        "Zero": [Passage("Zero", "a", "A")],
        "Mentors": [Passage("Mentors", "b", ""), Passage("Mentors", "c", "")],
        "Calls": [Passage("Calls", "d", "D")],
        "Apps": [Passage("Apps", "", "e")],
    }
    assert list(found.sections) == ["Zero", "Mentors", "Calls", "Apps"]
    page = rendered(
        "approval-preview.html",
        "Preview",
        preview=found,
        account={"token": "", "name": None, "role": None, "can_sign_in": False, "address": "/"},
        named=[],
        address="/approvals",
    )
    assert re.findall(r'aria-label="The paper: (\w+)"', page) == ["Zero", "Mentors", "Calls", "Apps"]


async def test_a_long_list_says_how_long_it_is_and_the_figures_of_the_icb_are_found(office, head):
    rows = await office.database.reading.fetch(
        "SELECT code FROM organisation WHERE kind = 'PRACTICE' AND closed_on IS NULL AND NOT is_synthetic LIMIT 150"
    )
    measures = ("support_level_framework", "transition_agreement", "gp_fte", "nurse_fte")
    many = [
        figure(1, metric, organisation=row["code"], reason="As counted.", period="2025-03-31")
        for row in rows
        for metric in measures
    ]
    # The practices of the many come before "NHS" by their names.
    answer = await preview(office, head, await submitted(office.database, CALLS, *many))
    assert answer.status_code == 200
    listed = re.search(r"These are the first 500 of (\d+) figures that would change.", words(answer.text))
    assert listed is not None, words(answer.text)[:2_000]
    assert int(listed[1]) > 600
    assert "A chart, as it is and as it would be" in answer.text
    assert "Practices with call back" in answer.text


async def test_targets_beyond_the_first_page_are_compared(office, head):
    # The members of the ICB inherit each of these.
    for metric in ("gp_fte", "nurse_fte", "appointments", "call_back_percent"):
        given = {"metric": metric, "organisation": "QKS", "appliesTo": "PRACTICE", "comparator": "AT_LEAST", "value": 1}
        given |= {"reason": "As agreed."}
        assert (await _set_target(office.database, given))["problems"] == []
    counted = "{ targets { totalCount } }"
    answer = await head.browser.post("/graphql", json={"query": counted}, headers={"Origin": office.address})
    assert answer.json()["data"]["targets"]["totalCount"] > 500
    [code] = [row["code"] for row in await office.database.reading.fetch(_LAST_ORGANISATION)]
    sent = figure(7, "call_back_percent", organisation=code, reason="As counted.", period="2025-03-31")
    answer = await preview(office, head, await submitted(office.database, sent))
    assert answer.status_code == 200
    said = words(answer.text)
    assert "Targets that would change" in said, said[:1_500]
    assert "more targets were not looked at" not in said


_LAST_ORGANISATION = """
SELECT o.code FROM target t JOIN organisation o ON o.id = t.organisation_id JOIN metric m ON m.id = t.metric_id
WHERE m.code = 'call_back_percent' AND o.kind = 'PRACTICE' AND o.closed_on IS NULL ORDER BY t.id DESC LIMIT 1
"""


async def _set_target(database: Database, given: dict[str, Any]) -> dict[str, Any]:
    return await give(database, "setTarget", given, by=ADA)


@pytest.mark.parametrize("hours", [-3, 3])
async def test_the_clock_of_the_service_decides_nothing(office, head, monkeypatch, hours):
    class Wrong(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> "Wrong":
            return super().now(tz) + dt.timedelta(hours=hours)

    monkeypatch.setattr(
        previews, "dt", SimpleNamespace(datetime=Wrong, date=dt.date, UTC=dt.UTC, timedelta=dt.timedelta)
    )
    answer = await preview(office, head, await submitted(office.database, CALLS))
    assert "Practices with call back NHS Kent and Medway Integrated Care Board Q4 2024/25" in words(answer.text)


async def test_so_many_look_at_what_would_change_at_once_and_the_next_is_asked_to_come_back(office, head):
    chosen = await submitted(office.database, CALLS)
    async with office.database.command() as session:
        await turn(session)
        going = [asyncio.create_task(preview(office, head, chosen)) for _ in range(MOST_REHEARSALS)]
        await _waiting(office.database, MOST_REHEARSALS)
        late = await preview(office, head, chosen)
    assert (late.status_code, late.headers["retry-after"]) == (503, "5")
    assert "Too many people are looking at what would change. Wait a few seconds, and try again." in words(late.text)
    assert [each.status_code for each in await asyncio.gather(*going)] == [200] * MOST_REHEARSALS
    assert (await preview(office, head, chosen)).status_code == 200


async def _waiting(database: Database, number: int) -> None:
    for _ in range(400):
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        if await database.reading.fetchval(waiting) == number:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{number} previews should wait for their turn")


async def test_a_statement_of_a_preview_that_takes_long_gives_the_turn_back(writable):
    async def look(session: Any, at: dt.datetime) -> None:
        await (await session.connection()).exec_driver_sql("SELECT pg_sleep(60)")

    command = BY_NAME["updateQuarterlyFigures"]
    request = from_arguments(command.input, update_of())
    with pytest.raises(Exception, match="statement timeout"):
        await asyncio.wait_for(rehearse(writable, command, request, look, by=ADA), PATIENCE)
