"""What a publication, a recall and a withdrawal leave in the database, beyond the status of the submission."""

import datetime as dt
from typing import Any

import orjson
import pytest

from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.database import Database
from tests.service.writes.submitting import (
    ADA,
    BOB,
    ROOT,
    amend,
    codes,
    drafted,
    figure,
    give,
    published,
    step,
    submitted,
    update,
)

TODAY = dt.datetime.now(dt.UTC).date()
DAY = dt.timedelta(days=1)
STATUS = '{ targets(filter: {metric: {code: {eq: "call_back_percent"}}}) { nodes { status } } }'


async def version(database: Database) -> int:
    return int(await database.reading.fetchval("SELECT version FROM data_version"))


async def statuses(executor: Executor) -> list[str]:
    data = orjson.loads(await executor.data(GraphQLRequest(STATUS), Caller(None), may_write=False))
    return [each["status"] for each in data["targets"]["nodes"]]


async def test_a_withdrawal_raises_the_version_and_is_in_the_next_answer(writable):
    executor = Executor(graph._schema, writable)
    before = await statuses(executor)
    made = await published(writable, figure(None, numerator=163, denominator=177))
    after = await statuses(executor)
    raised = await version(writable)
    await step(writable, "withdraw", made, by=ADA, reason="The wrong file.")
    assert (await version(writable), await statuses(executor)) == (raised + 1, before)
    assert after != before


async def test_a_figure_that_is_withdrawn_already_is_not_withdrawn_again(writable):
    made = await published(writable)
    nil = await published(writable, figure(None, isNilReturn=True, reason="There was nothing to count."))
    await step(writable, "withdraw", made, by=ADA, reason="The wrong file.")
    await step(writable, "withdraw", nil, by=ADA, reason="The wrong file.")
    revisions = await writable.reading.fetch(
        "SELECT status FROM figure_revision WHERE submission_id IS NOT NULL ORDER BY revision"
    )
    assert [row["status"] for row in revisions] == ["PUBLISHED", "WITHDRAWN"]
    event = "SELECT detail->>'figures' AS figures FROM audit_event WHERE action = 'submission.withdraw'"
    assert [row["figures"] for row in await writable.reading.fetch(event)] == ["0", "0"]


LIMITS = (
    "SELECT value::text, lower_confidence_limit AS lower, upper_confidence_limit AS upper FROM figure WHERE id = $1"
)
RATE = {"metric": "self_referral_rate", "organisation": "QKS", "period": "2024-07"}


@pytest.mark.parametrize("value", [600.0, 580.0])
async def test_a_corrected_value_loses_the_limits_that_a_source_printed_for_another(writable, value):
    """567.6 to 589.6 were printed with 578.5."""
    corrected = await update(writable, {**RATE, "value": value, "reason": "Counted again."}, quarter="2024-25-Q2")
    (figure_id,) = corrected["figure_ids"]
    assert dict(await writable.reading.fetchrow(LIMITS, figure_id) or {}) == {
        "value": f"{value:.0f}",
        "lower": None,
        "upper": None,
    }
    history = await writable.reading.fetch(
        "SELECT lower_confidence_limit::text AS lower FROM figure_revision WHERE figure_id = $1 ORDER BY revision",
        figure_id,
    )
    assert [row["lower"] for row in history] == ["567.6", None]


async def test_the_same_value_keeps_the_limits_that_a_source_printed(writable):
    same = await update(writable, {**RATE, "value": 578.5}, quarter="2024-25-Q2")
    assert (same["problems"], same["unchanged"]) == ([], 1)
    kept = await writable.reading.fetchrow(LIMITS, same["figure_ids"][0])
    assert kept is not None
    assert (str(kept["lower"]), str(kept["upper"])) == ("567.6", "589.6")


NAMES = ["call_queuing_percent", "trained_mentors", "call_back_percent", "peer_ambassadors"]


@pytest.mark.parametrize("names", [NAMES, NAMES[::-1]], ids=["there", "back"])
async def test_the_figures_of_an_update_are_answered_in_the_order_of_the_input(writable, names):
    rows = [figure(at + 10, name, reason="As counted.") for at, name in enumerate(names)]
    outcome = await update(writable, *rows)
    found = [
        await writable.reading.fetchval(
            "SELECT metric.code FROM figure JOIN metric ON metric.id = metric_id WHERE figure.id = $1", figure_id
        )
        for figure_id in outcome["figure_ids"]
    ]
    assert found == names


async def test_the_answer_of_an_update_lists_its_figures_in_the_order_of_the_input(writable):
    rows = ", ".join(
        f'{{metric: "{name}", organisation: "QKS", value: {at + 10}, reason: "As counted."}}'
        for at, name in enumerate(NAMES)
    )
    text = (
        f'mutation {{ updateQuarterlyFigures(input: {{quarter: "2024-25-Q4", organisation: "QKS", figures: [{rows}]}}) '
        "{ figures { metric { code } value } problems { code } } }"
    )
    data = await Executor(graph._schema, writable).data(GraphQLRequest(text), Caller(ADA), may_write=True)
    answer = orjson.loads(data)["updateQuarterlyFigures"]
    assert [(each["metric"]["code"], each["value"]) for each in answer["figures"]] == [
        (name, at + 10.0) for at, name in enumerate(NAMES)
    ]


# ── Late, and on time again ───────────────────────────────────────────────────────────────────────────────────────


async def is_late(database: Database, submission: int) -> bool:
    return bool(await database.reading.fetchval("SELECT is_late FROM submission WHERE id = $1", submission))


async def test_a_recalled_submission_is_not_late_until_it_is_submitted_again(writable):
    dates = {"quarter": "2024-25-Q4", "softDeadline": TODAY - DAY, "reason": "As agreed."}
    await give(writable, "setQuarter", dates, by=ROOT)
    made = await submitted(writable)
    assert await is_late(writable, made)
    await step(writable, "recall", made, by=BOB)
    assert not await is_late(writable, made)
    recalled = await writable.reading.fetchrow(
        "SELECT submitted_by_id, submitted_at FROM submission WHERE id = $1", made
    )
    assert tuple(recalled or ()) == (None, None)
    await step(writable, "submit", made, by=BOB)
    assert await is_late(writable, made)


# ── The day on which groups count ─────────────────────────────────────────────────────────────────────────────────


async def test_the_events_of_a_submission_are_seen_by_the_groups_of_its_quarter(writable):
    made = await drafted(writable, figure(1, "capacity_and_access_telephony_declaration"))
    days = await writable.reading.fetch("SELECT DISTINCT groups_on FROM audit_event WHERE submission_id = $1", made)
    assert [row["groups_on"] for row in days] == [dt.date(2025, 3, 31)]


async def test_an_exception_is_seen_by_the_groups_of_its_quarter(writable):
    given = {"quarter": "2024-25-Q4", "organisation": "QKS", "reason": "As agreed."}
    await give(writable, "grantException", given, by=ROOT)
    days = await writable.reading.fetch("SELECT groups_on FROM audit_event WHERE action = 'exception.grant'")
    assert [row["groups_on"] for row in days] == [dt.date(2025, 3, 31)]


# ── What no other test comes to ───────────────────────────────────────────────────────────────────────────────────


async def test_an_amendment_without_figures_is_refused(writable):
    await published(writable)
    assert codes(await amend(writable)) == ["validation/no-figures"]


async def test_figures_that_another_organisation_s_submission_published_are_not_amended_here(writable):
    """The partnership and the ICB can both report a practice; each amends its own submission."""
    member = await writable.reading.fetchval(
        "SELECT member.code FROM ancestry JOIN organisation member ON member.id = member_id "
        "JOIN organisation ancestor ON ancestor.id = ancestor_id WHERE ancestor.code = 'QKS' "
        "AND member.kind = 'HEALTH_AND_CARE_PARTNERSHIP' ORDER BY 1 LIMIT 1"
    )
    practice = await writable.reading.fetchval(
        "SELECT member.code FROM ancestry JOIN organisation member ON member.id = member_id "
        "JOIN organisation ancestor ON ancestor.id = ancestor_id WHERE ancestor.code = $1 "
        "AND member.kind = 'PRACTICE' AND period @> '2025-03-31'::date ORDER BY 1 LIMIT 1",
        member,
    )
    row = figure(7_000, "registered_patients", organisation=practice, reason="As counted.")
    outcome = await update(writable, row)
    assert outcome["problems"] == []
    other = await amend(writable, {**row, "value": 7_001}, organisation=member)
    assert codes(other) == ["submission/nothing-to-amend"]


async def test_a_reason_that_cannot_be_stored_stops_a_step(writable):
    made = await submitted(writable)
    assert codes(await step(writable, "return", made, by=ADA, reason="x" * 2_001)) == ["validation/unusable-text"]
    assert codes(await step(writable, "return", made, by=ADA, reason="a\x00b")) == ["validation/unusable-text"]


async def test_an_amendment_of_a_version_that_is_no_longer_published_is_refused(writable):
    """The database moves no amended version by itself; whoever does it by hand has the amendment refused."""
    made = await published(writable)
    amendment = (await amend(writable, figure(89.27)))["submission_id"]
    for name, by in (("submit", BOB), ("approve", ADA)):
        assert codes(await step(writable, name, amendment, by=by)) == []
    async with writable.command() as session:
        raw: Any = (await (await session.connection()).get_raw_connection()).driver_connection
        await raw.execute(
            "ALTER TABLE submission DISABLE TRIGGER ALL; "
            f"UPDATE submission SET status = 'WITHDRAWN' WHERE id = {made}; "
            "ALTER TABLE submission ENABLE TRIGGER ALL"
        )
    assert codes(await step(writable, "publish", amendment, by=ADA)) == ["submission/status"]
