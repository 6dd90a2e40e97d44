"""Corrections while others publish; nil returns, notes, deadlines and second persons: nothing is lost."""

import asyncio
import datetime as dt
from typing import Any

import orjson
import pytest
from sqlalchemy import text

from schema import ids
from schema.enumerations import Role
from schema.graph import graph
from service.answers.caller import Caller
from service.answers.errors import Failure, failure
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.database import Database
from service.events import feed
from service.viewer import Viewer
from service.writes.limits import MOST_FIGURES
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
    update,
    version_of,
)

DAY = dt.timedelta(days=1)
MENTORS, SUPERVISORS = "active_mentors", "clinical_supervisors"


async def value_of(database: Database, metric: str) -> Any:
    return await database.reading.fetchrow(
        "SELECT value::int, status, note, revision FROM figure f JOIN metric m ON m.id = f.metric_id"
        " JOIN period p ON p.id = f.period_id JOIN organisation o ON o.id = f.organisation_id"
        " WHERE m.code = $1 AND p.code = '2024-25-Q4' AND o.code = 'QKS'",
        metric,
    )


async def test_an_amendment_leaves_what_others_corrected_since(writable):
    made = await published(writable, figure(10, MENTORS, reason="Counted."), figure(20, SUPERVISORS, reason="Counted."))
    assert codes(await update(writable, figure(11, MENTORS, reason="One more."))) == []
    again = (await amend(writable, figure(21, SUPERVISORS, reason="Counted.")))["submission_id"]
    for name, by in (("submit", BOB), ("approve", ADA), ("publish", ADA)):
        assert codes(await step(writable, name, again, by=by)) == []
    assert tuple(await value_of(writable, MENTORS)) == (11, "PUBLISHED", None, 2)
    assert (await value_of(writable, SUPERVISORS))["value"] == 21
    assert await status_of(writable, made) == "SUPERSEDED"


async def test_an_amendment_does_not_publish_again_what_was_withdrawn_since(writable):
    await published(writable, figure(10, MENTORS, reason="Counted."), figure(20, SUPERVISORS, reason="Counted."))
    nil = figure(None, MENTORS, isNilReturn=True, reason="Nobody counted them.")
    assert codes(await update(writable, nil)) == []
    again = (await amend(writable, figure(21, SUPERVISORS, reason="Counted.")))["submission_id"]
    for name, by in (("submit", BOB), ("approve", ADA), ("publish", ADA)):
        assert codes(await step(writable, name, again, by=by)) == []
    assert (await value_of(writable, MENTORS))["status"] == "WITHDRAWN"


async def test_what_others_publish_after_an_amendment_began_keeps_it_from_going_on(writable):
    await published(writable, figure(30, MENTORS, reason="Counted."), figure(20, SUPERVISORS, reason="Counted."))
    again = (await amend(writable, figure(21, SUPERVISORS, reason="Counted.")))["submission_id"]
    await update(writable, figure(31, MENTORS, reason="One more."))
    outcome = await step(writable, "submit", again, by=BOB)
    assert codes(outcome) == ["submission/open-findings", "validation/published-since"]


async def test_a_nil_return_that_an_amendment_leaves_out_is_withdrawn(writable):
    made = await published(writable, figure(None, MENTORS, isNilReturn=True), figure(3, SUPERVISORS, reason="Counted."))
    again = (await amend(writable, figure(4, SUPERVISORS, reason="Counted.")))["submission_id"]
    sent: dict[str, Any] = {"id": id_of(again), "expectedVersion": await version_of(writable, again)}
    assert codes(await save(writable, figure(4, SUPERVISORS, reason="Counted."), **sent)) == []
    for name, by in (("submit", BOB), ("approve", ADA), ("publish", ADA)):
        assert codes(await step(writable, name, again, by=by)) == []
    assert await status_of(writable, made) == "SUPERSEDED"
    assert await nil_returns(writable) == [True]


async def test_a_value_takes_a_nil_return_s_place(writable):
    await published(writable, figure(None, MENTORS, isNilReturn=True))
    assert await nil_returns(writable) == [False]
    assert codes(await update(writable, figure(5, MENTORS, reason="Counted."))) == []
    assert await nil_returns(writable) == [True]


async def test_a_nil_return_is_amended(writable):
    made = await published(writable, figure(None, MENTORS, isNilReturn=True), figure(3, SUPERVISORS, reason="Counted."))
    outcome = await amend(writable, figure(5, MENTORS, reason="Counted."))
    assert codes(outcome) == []
    amends = await writable.reading.fetchval("SELECT amends_id FROM submission WHERE id = $1", outcome["submission_id"])
    assert amends == made


async def nil_returns(database: Database) -> list[bool]:
    """Whether each nil return is withdrawn."""
    return [row["is_withdrawn"] for row in await database.reading.fetch("SELECT is_withdrawn FROM nil_return")]


def id_of(submission: int) -> str:
    return str(ids.made("Submission", submission))


async def test_a_public_note_is_sent_with_publication_or_withdrawal_and_with_nothing_else(writable):
    made = await submitted(writable, figure(10, MENTORS, reason="Counted."))
    assert codes(await step(writable, "approve", made, by=ADA, publicNote="n")) == ["submission/public-note"]
    await step(writable, "approve", made, by=ADA)
    assert codes(await step(writable, "publish", made, by=ADA, publicNote="Counted by hand.")) == []
    assert (await value_of(writable, MENTORS))["note"] == "Counted by hand."
    noted = await writable.reading.fetchval("SELECT public_note FROM submission WHERE id = $1", made)
    assert noted == "Counted by hand."
    withdrawal = {"reason": "The wrong file.", "publicNote": "Sent in error."}
    assert codes(await step(writable, "withdraw", made, by=ADA, **withdrawal)) == []
    assert tuple(await value_of(writable, MENTORS))[:3] == (10, "WITHDRAWN", "Sent in error.")


async def test_a_note_goes_with_the_value_that_it_was_written_for(writable):
    await update(writable, figure(1, MENTORS, note="An estimate."))
    await update(writable, figure(9, MENTORS, reason="Counted."))
    assert tuple(await value_of(writable, MENTORS))[:3] == (9, "PUBLISHED", None)


@pytest.mark.parametrize("period", ["２０２４-25-Q4", "2024-25-Q４", "٢٠٢٤-25-Q4"])
async def test_a_period_is_written_in_one_way(writable, period):
    assert codes(await update(writable, figure(10, MENTORS, period=period))) == ["validation/wrong-period"]


async def test_what_came_in_time_is_decided_and_corrected_after_the_hard_deadline(writable):
    made = await submitted(writable, figure(10, MENTORS, reason="Counted."))
    sent = await writable.reading.fetchval("SELECT submitted_at FROM submission WHERE id = $1", made)
    # The triggers let nobody write history: it is made here without them.
    earlier = "UPDATE submission SET submitted_at = submitted_at - interval '2 days' WHERE id = :made"
    async with writable.command() as session:
        connection = await session.connection()
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        await connection.execute(text(earlier), {"made": made})
    dates = {"quarter": "2024-25-Q4", "hardDeadline": sent.date() - DAY, "reason": "Closed."}
    assert codes(await give(writable, "setQuarter", dates, by=ROOT)) == []
    assert codes(await step(writable, "approve", made, by=ADA)) == []
    assert codes(await step(writable, "publish", made, by=ADA)) == []
    assert codes(await update(writable, figure(11, MENTORS, reason="One more."))) == []
    assert codes(await update(writable, figure(12, SUPERVISORS, reason="Counted."))) == ["validation/closed-quarter"]


async def test_nobody_approves_what_they_had_a_part_in_writing(writable):
    made = await drafted(writable, figure(10, MENTORS, reason="Counted."), by=ADA)
    sent: dict[str, Any] = {"id": id_of(made), "expectedVersion": 1}
    assert codes(await save(writable, figure(10, MENTORS, reason="Counted."), **sent)) == []
    await step(writable, "submit", made, by=BOB)
    assert codes(await step(writable, "approve", made, by=ADA)) == ["submission/second-person"]
    assert codes(await step(writable, "approve", made, by=EVE)) == []


async def test_a_finding_about_a_publication_is_remembered_by_its_cell_and_not_by_its_place(writable):
    made = await drafted(writable, figure(10, MENTORS, reason="Counted."), figure(20, SUPERVISORS, reason="Counted."))
    await update(writable, figure(11, MENTORS, reason="Counted."))
    await step(writable, "validate", made, by=BOB)
    await update(writable, figure(21, SUPERVISORS, reason="Counted."))
    sent: dict[str, Any] = {"id": id_of(made), "expectedVersion": await version_of(writable, made)}
    # The other way round: the one cell has the finding and is saved again; the other never had it.
    await save(writable, figure(20, SUPERVISORS, reason="Counted."), figure(10, MENTORS, reason="Counted."), **sent)
    rows = await writable.reading.fetch(
        "SELECT row FROM submission_finding WHERE submission_id = $1 AND code = 'validation/published-since'",
        made,
    )
    assert [row["row"] for row in rows] == [0]


async def test_commands_at_the_same_time_wait_for_each_other(writable):
    """Each takes the audit's end and the data's version; in two orders they would stand in each other's way."""
    given = {"quarter": "2031-32-Q1", "organisation": "QKS", "reason": "A flood."}
    dates = {"quarter": "2031-32-Q1", "reason": "As agreed."}
    outcomes = await asyncio.gather(
        *(
            call
            for number in range(12)
            for call in (
                give(writable, "grantException", given, by=ROOT),
                give(writable, "setQuarter", dates, by=ROOT),
                update(writable, figure(number, MENTORS, reason="Again.")),
            )
        )
    )
    assert [codes(outcome) for outcome in outcomes] == [[]] * 36


async def test_an_exception_is_granted_to_who_was_a_member_at_the_quarter_s_end(writable):
    row = await writable.reading.fetchrow(
        "SELECT m.code AS member, s.group_id AS scope FROM membership s JOIN organisation m ON m.id = s.member_id"
        " WHERE s.ends BETWEEN '2025-03-31' AND current_date - 1 AND coalesce(s.starts, '2000-01-01') < '2025-03-31'"
        " ORDER BY m.code LIMIT 1"
    )
    network = Viewer("Net", Role.ADMINISTRATOR, "ffffffff", scope=row["scope"])
    given = {"quarter": "2024-25-Q4", "organisation": row["member"], "reason": "A flood."}
    assert codes(await give(writable, "grantException", given, by=network)) == []


async def test_every_event_of_a_database_can_be_followed(writable):
    """Imports say in their events how many targets they added, and not which."""
    await update(writable, figure(10, MENTORS, reason="Counted."))
    imports = "SELECT count(*) FROM audit_event WHERE jsonb_typeof(detail -> 'targets') = 'number'"
    assert await writable.reading.fetchval(imports) > 0
    async with writable.reading.acquire() as connection:
        position, events = await feed.read(connection, 0)
        assert position == await feed.head(connection)
    assert {event.field for event in events} >= {"figuresPublished", "submissionChanged"}


UPDATE = """mutation($input: UpdateQuarterlyFiguresInput!) {
    updateQuarterlyFigures(input: $input) { problems { code row } created } }"""


async def asked(database: Database, query: str, by: Any = ADA, **variables: Any) -> Any:
    try:
        data = await Executor(graph._schema, database).data(
            GraphQLRequest(query, variables), Caller(by), may_write=True
        )
    except Exception as reason:
        found: Failure = failure(reason)
        return [error["extensions"]["code"] for error in found.errors]
    return orjson.loads(data)


async def test_as_many_figures_as_are_promised_are_taken_in_one_call(writable):
    figures = [figure(1, f"nothing_{number}", note="n", reason="r") for number in range(MOST_FIGURES)]
    answer = await asked(writable, UPDATE, input={**QUARTER, "figures": figures})
    found = answer["updateQuarterlyFigures"]["problems"]
    assert [(each["code"], each["row"]) for each in found] == [
        ("validation/unknown-metric", number) for number in range(MOST_FIGURES)
    ]
    one_more = await asked(writable, UPDATE, input={**QUARTER, "figures": [*figures, figure()]})
    assert [each["code"] for each in one_more["updateQuarterlyFigures"]["problems"]] == ["validation/too-many-figures"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ('query($c: OdsCode = "QKS") { organisation(code: $c) { name } }', "c"),
        ('query($c: ID = "x") { node(id: $c) { id } }', "c"),
        ('query($c: [ID!] = ["x"]) { nodes(ids: $c) { id } }', "c"),
        (
            'mutation($v: Int = 1) { submitSubmission(input: {id: "x", expectedVersion: $v}) { problems { code } } }',
            "v",
        ),
        (
            'mutation($s: ID = "x") { submitSubmission(input: {id: $s, expectedVersion: 1}) { problems { code } } }',
            "s",
        ),
    ],
)
async def test_null_in_the_place_of_a_default_is_reported(writable, query, name):
    assert await asked(writable, query, **{name: None}) == ["document/variables"]


async def test_nothing_is_done_when_a_later_input_is_malformed(writable):
    before = await writable.reading.fetchval("SELECT count(*) FROM submission")
    query = """mutation($input: SaveSubmissionInput!, $v: Int = 1) {
        saveSubmission(input: $input) { problems { code } }
        submitSubmission(input: {id: "x", expectedVersion: $v}) { problems { code } } }"""
    answer = await asked(writable, query, input={**QUARTER, "figures": [figure(1, MENTORS, reason="Counted.")]}, v=None)
    assert answer == ["document/variables"]
    assert await writable.reading.fetchval("SELECT count(*) FROM submission") == before


async def test_what_was_approved_is_published_with_the_note_that_it_had(writable):
    made = (await amend_of(writable))["submission_id"]
    for name, by in (("submit", BOB), ("approve", ADA), ("publish", ADA)):
        assert codes(await step(writable, name, made, by=by)) == []
    assert (await value_of(writable, MENTORS))["note"] == "Corrected."


async def amend_of(database: Database) -> dict[str, Any]:
    made = await approved(database, figure(10, MENTORS, reason="Counted."))
    await step(database, "publish", made, by=ADA)
    return await amend(database, figure(11, MENTORS, reason="Counted."))
