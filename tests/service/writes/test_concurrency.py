"""Many at once: one wins, the others get a problem; and the same call twice is one call."""

import asyncio
import datetime as dt
from typing import Any

import pytest

from schema import ids
from service.config import settings
from service.database import Database, connected
from service.writes.trust import audit
from tests.service.writes.submitting import (
    ADA,
    BOB,
    EVE,
    QUARTER,
    ROOT,
    amend,
    approved,
    codes,
    drafted,
    figure,
    give,
    published,
    save,
    status_of,
    step,
    submitted,
    update_of,
    version_of,
)

MANY = 20


async def test_of_twenty_edits_at_once_one_wins_and_the_others_get_the_current_version(writable):
    made = await drafted(writable)
    given: dict[str, Any] = {"id": ids.made("Submission", made), "expectedVersion": 1}
    edits = [save(writable, figure(88.7, note=f"edit {at}"), **given) for at in range(MANY)]
    outcomes = await asyncio.gather(*edits)
    assert sorted(tuple(codes(each)) for each in outcomes) == [()] + [("submission/stale",)] * (MANY - 1)
    versions = {each["problems"][0]["current_version"] for each in outcomes if each["problems"]}
    assert (versions, await version_of(writable, made)) == ({2}, 2)


async def test_twenty_equal_saves_at_once_begin_one_submission(writable):
    outcomes = await asyncio.gather(*(save(writable, figure(), idempotencyKey="k") for _ in range(MANY)))
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert await writable.reading.fetchval("SELECT count(*) FROM submission") == 1


async def test_twenty_equal_steps_at_once_are_one_step(writable):
    made = await drafted(writable)
    given = {"id": ids.made("Submission", made), "expectedVersion": 1, "idempotencyKey": "k"}
    outcomes = await asyncio.gather(*(give(writable, "submitSubmission", given, by=BOB) for _ in range(MANY)))
    assert (outcomes[0]["problems"], all(each == outcomes[0] for each in outcomes)) == ([], True)
    assert await version_of(writable, made) == 2


async def test_a_key_that_another_command_used_is_refused(writable):
    made = await drafted(writable)
    await save(writable, figure(), idempotencyKey="k")
    assert codes(await step(writable, "submit", made, by=BOB, idempotencyKey="k")) == ["validation/key-reused"]


async def test_a_key_outlives_the_service_that_answered_it(server, seeded):
    answers = []
    async with server.copy(seeded) as url:
        for _ in range(2):
            async with connected(settings(database_url=url)) as database:
                answers.append(await give(database, "updateQuarterlyFigures", update_of(idempotencyKey="k"), by=ADA))
    assert (answers[0], answers[0]["created"]) == (answers[1], 1)


@pytest.mark.parametrize("at_once", [("approve", "return", "recall"), ("approve", "approve", "return")])
async def test_of_contrary_decisions_at_once_one_is_taken(writable, at_once):
    made = await submitted(writable)
    given = {"id": ids.made("Submission", made), "expectedVersion": 2, "reason": "r"}
    people = {"approve": ADA, "return": EVE, "recall": ROOT}
    tries = [give(writable, f"{name}Submission", given, by=people[name]) for name in at_once]
    outcomes = await asyncio.gather(*tries)
    assert sorted(tuple(codes(each)) for each in outcomes) == [(), ("submission/stale",), ("submission/stale",)]


async def test_of_two_who_publish_one_cell_at_once_the_second_learns_of_the_first(writable):
    made = [await approved(writable, figure(88.7)), await approved(writable, figure(89.27))]
    outcomes = await asyncio.gather(
        *(step(writable, "publish", each, by=by) for each, by in zip(made, (ADA, EVE), strict=True))
    )
    assert sorted(len(outcome["problems"]) for outcome in outcomes) == [0, 3]
    message = next(outcome for outcome in outcomes if outcome["problems"])["problems"][1]["message"]
    assert "by Ada on" in message or "by Eve on" in message


async def test_of_twenty_amendments_at_once_one_begins(writable):
    await published(writable)
    outcomes = await asyncio.gather(*(amend(writable, figure(89.27)) for _ in range(MANY)))
    assert sorted(tuple(codes(each)) for each in outcomes) == [()] + [("submission/amendment-open",)] * (MANY - 1)


async def test_publications_of_different_cells_at_once_all_happen(writable):
    metrics = ("call_back_percent", "call_queuing_percent", "cloud_telephony_percent")
    made = [await approved(writable, figure(100, metric, reason="all")) for metric in metrics]
    outcomes = await asyncio.gather(*(step(writable, "publish", each, by=ADA) for each in made))
    assert [outcome["problems"] for outcome in outcomes] == [[], [], []]
    assert [await status_of(writable, each) for each in made] == ["PUBLISHED"] * 3


async def test_a_draft_of_ten_thousand_figures_is_kept_and_one_more_is_refused(writable):
    practices = [
        row["code"] for row in await writable.reading.fetch("SELECT code FROM organisation WHERE kind = 'PRACTICE'")
    ]
    periods = [f"2025-{month:02}-{day:02}" for month in (1, 2, 3) for day in range(1, 21)]
    figures = [
        figure(at, "registered_patients", organisation=practice, period=period)
        for at, (practice, period) in enumerate((practice, period) for practice in practices for period in periods)
    ][:10_000]
    outcome = await give(writable, "saveSubmission", {**QUARTER, "figures": figures}, by=BOB)
    assert outcome["problems"] == []
    more = await give(writable, "saveSubmission", {**QUARTER, "figures": [*figures, figure()]}, by=BOB)
    assert codes(more) == ["validation/too-many-figures"]


async def test_the_instant_of_a_turn_is_after_the_end_of_the_turn_before_it(writable):
    async with writable.command() as first:
        await audit.turn(first)
        waiting = asyncio.create_task(instant_of_turn(writable))
        await asyncio.sleep(0.2)
        ended = await audit.now(first)
    assert await waiting > ended


async def instant_of_turn(database: Database) -> dt.datetime:
    async with database.command() as session:
        return await audit.turn(session)
