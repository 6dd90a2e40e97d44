"""A publication, a target or a change of the register has those targets judged again that it touches, and no others."""

import asyncio
import datetime as dt
from typing import Any

import orjson
import pytest

from schema import ids
from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.config import settings
from service.database import Database, connected
from service.judging.touched import METHOD, Judging
from service.reads import reader
from tests.service.writes.submitting import ADA, ROOT, codes, figure, give, update

TODAY = dt.datetime.now(dt.UTC).date()
A_DAY = dt.timedelta(days=1)
EVERY = "{ targets(first: 200) { nodes { id status current { status } } } }"
MISSED = "{ targets(first: 200, filter: {status: {eq: MISSED}}) { nodes { id } } targetSummary { status count } }"
METRIC = "call_back_percent"


async def asked(executor: Executor, text: str) -> Any:
    return orjson.loads(await executor.data(GraphQLRequest(text), Caller(None), may_write=False))


async def judged(database: Database) -> dict[int, set[int]]:
    """For each target, the transactions that wrote its statuses: they are others once it is judged again."""
    rows = await database.reading.fetch("SELECT target_id, xmin::text::bigint AS by FROM target_status")
    found: dict[int, set[int]] = {}
    for row in rows:
        found.setdefault(row["target_id"], set()).add(row["by"])
    return found


async def complete(database: Database) -> dict[int, set[int]]:
    await Judging(database).complete(TODAY)
    return await judged(database)


async def again(database: Database, before: dict[int, set[int]]) -> set[int]:
    """The targets that were judged again."""
    after = await judged(database)
    return {target for target in after if after[target] != before.get(target)}


async def targets(database: Database, where: str, *values: Any) -> set[int]:
    rows = await database.reading.fetch(
        "SELECT target.id FROM target JOIN metric ON metric.id = metric_id "
        f"JOIN organisation ON organisation.id = organisation_id WHERE {where}",
        *values,
    )
    return {row["id"] for row in rows}


async def waiting(database: Database) -> set[int]:
    return {row["target_id"] for row in await database.reading.fetch("SELECT target_id FROM unjudged_target")}


async def run(database: Database, statement: str) -> None:
    """Change something past the commands, as an import or an operator does."""
    async with database.command() as session:
        await (await session.connection()).exec_driver_sql(statement)


async def agrees(executor: Executor) -> None:
    """Every status that is kept is the one that is computed from the figures of the same answer."""
    nodes = (await asked(executor, EVERY))["targets"]["nodes"]
    assert [each["status"] for each in nodes] == [each["current"]["status"] for each in nodes]


# ── By commands ───────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_publication_judges_the_targets_of_its_series_alone(writable):
    before = await complete(writable)
    await update(writable, figure(metric=METRIC, value=None, numerator=163, denominator=177))
    touched = await again(writable, before)
    assert touched == await targets(writable, "metric.code = $1 AND organisation.code = 'QKS'", METRIC)
    assert 0 < len(touched) < len(before)
    assert await waiting(writable) == set()
    await agrees(Executor(graph._schema, writable))


async def test_a_recalculation_of_limits_judges_the_targets_of_its_series_alone(writable):
    """Also a command that says nothing about targets judges what it has touched."""
    period = dt.date(2024, 9, 30)
    await update(writable, figure(80, metric=METRIC, period="2024-09", reason="As reported."), quarter="2024-25-Q2")
    before = await complete(writable)
    given = {"metric": METRIC, "organisation": "QKS", "starts": period, "reason": "New telephones."}
    assert codes(await give(writable, "recalculateLimits", given, by=ADA)) == []
    assert await again(writable, before) == await targets(writable, SERIES)
    assert await waiting(writable) == set()


async def test_a_draft_judges_nothing(writable):
    before = await complete(writable)
    await give(
        writable, "saveSubmission", {"quarter": "2024-25-Q4", "organisation": "QKS", "figures": [figure()]}, by=ADA
    )
    assert await again(writable, before) == set()


async def test_a_target_judges_those_of_its_series_alone(writable):
    before = await complete(writable)
    given = {"metric": METRIC, "organisation": "QKS", "comparator": "AT_LEAST", "value": 50, "reason": "Agreed."}
    outcome = await give(writable, "setTarget", {**given, "due": TODAY + 300 * A_DAY}, by=ADA)
    assert codes(outcome) == []
    series = await targets(writable, "metric.code = $1 AND organisation.code = 'QKS'", METRIC)
    assert await again(writable, before) == series
    assert outcome["target_id"] in series
    await agrees(Executor(graph._schema, writable))


async def test_a_closure_judges_the_targets_of_the_practice_and_of_its_groups(writable):
    """A group's target for its members counts them again."""
    given = {"metric": METRIC, "organisation": "QKS", "appliesTo": "PRACTICE", "comparator": "AT_LEAST", "value": 50}
    outcome = await give(writable, "setTarget", {**given, "due": TODAY + 300 * A_DAY, "reason": "Agreed."}, by=ADA)
    before = await complete(writable)
    closing = {"organisation": "G82002", "closedOn": TODAY, "reason": "Retired."}
    assert codes(await give(writable, "closeOrganisation", closing, by=ROOT)) == []
    touched = await again(writable, before)
    assert touched == await targets(writable, "organisation.code = 'G82002'") | {outcome["target_id"]}
    await agrees(Executor(graph._schema, writable))


async def test_the_answer_to_a_command_has_the_new_status(writable):
    executor = Executor(graph._schema, writable)
    due = TODAY + 300 * A_DAY
    text = f'''mutation {{ setTarget(input: {{metric: "{METRIC}", organisation: "QKS", comparator: AT_LEAST, value: 1,
        start: "2023-01-01", due: "{due}", reason: "Agreed."}}) {{ target {{ status current {{ status }} }} }} }}'''
    answer = orjson.loads(await executor.data(GraphQLRequest(text), Caller(ADA), may_write=True))
    target = answer["setTarget"]["target"]
    assert target["status"] == target["current"]["status"] == "MET"


async def test_a_command_that_is_rolled_back_leaves_the_statuses(writable):
    before = await complete(writable)
    await update(writable, figure(metric=METRIC, value=None, numerator=163, denominator=177), validateOnly=True)
    assert await again(writable, before) == set()
    assert await waiting(writable) == set()


# ── Past the commands ─────────────────────────────────────────────────────────────────────────────────────────────

SERIES = f"metric.code = '{METRIC}' AND organisation.code = 'QKS'"
OF_METRIC = f"metric.code = '{METRIC}'"
FIGURE = (
    "figure SET {} FROM metric, organisation WHERE metric.id = metric_id AND organisation.id = organisation_id "
    f"AND {SERIES}"
)
CHANGES = {
    "a figure": (f"UPDATE {FIGURE.format('value = 1')}", SERIES),
    "a target": (
        "UPDATE target SET due = due + 1 FROM metric, organisation WHERE metric.id = metric_id "
        f"AND organisation.id = organisation_id AND {SERIES}",
        SERIES,
    ),
    "how a metric counts": (f"UPDATE metric SET counts = 'SINCE' WHERE {OF_METRIC}", OF_METRIC),
    "whether it is of a sample": (f"UPDATE metric SET is_sample = true WHERE {OF_METRIC}", OF_METRIC),
    "the name of a metric": (f"UPDATE metric SET name = 'Other' WHERE {OF_METRIC}", "false"),
    "a closure": (
        "UPDATE organisation SET closed_on = '2024-06-30' WHERE code = 'QKS'",
        "organisation.code = 'QKS'",
    ),
    "the name of an organisation": ("UPDATE organisation SET name = 'Other' WHERE code = 'QKS'", "false"),
    "a milestone": (
        "INSERT INTO milestone SELECT target.id, target.revision, target.due - 1, 1 FROM target "
        "JOIN metric ON metric.id = metric_id JOIN organisation ON organisation.id = organisation_id "
        f"WHERE {SERIES}",
        SERIES,
    ),
}


@pytest.mark.parametrize("what", CHANGES)
async def test_a_change_is_noted_with_the_targets_that_it_touches(writable, what):
    statement, where = CHANGES[what]
    await complete(writable)
    await run(writable, statement)
    assert await waiting(writable) == await targets(writable, where)


@pytest.mark.parametrize("what", CHANGES)
async def test_whoever_reads_next_reads_statuses_of_the_new_figures(writable, what):
    executor = Executor(graph._schema, writable)
    await agrees(executor)
    await run(writable, CHANGES[what][0])
    await agrees(executor)
    assert await waiting(writable) == set()


async def test_two_processes_judge_what_waits_once(writable):
    async with connected(settings(database_url=writable._engine.url.render_as_string(hide_password=False))) as other:
        one, two = Executor(graph._schema, writable), Executor(graph._schema, other)
        await asyncio.gather(*(asked(each, EVERY) for each in (one, two) for _ in range(4)))
        before = await judged(writable)
        await run(writable, "UPDATE metric SET is_sample = NOT is_sample")
        await asyncio.gather(*(agrees(each) for each in (one, two) for _ in range(4)))
        after = await judged(writable)
    transactions = {by for target, each in after.items() for by in each if each != before[target]}
    assert len(transactions) <= 1 + len(before) // 100


async def test_commands_and_whoever_judges_do_not_wait_for_each_other_for_ever(writable):
    """Publications of one series while all targets wait to be judged, again and again."""
    executor = Executor(graph._schema, writable)
    for turn in range(5):
        await run(writable, "UPDATE metric SET is_sample = NOT is_sample")
        sent = figure(metric=METRIC, value=None, numerator=150 + turn, denominator=177, reason="Counted again.")
        await asyncio.gather(agrees(executor), update(writable, sent), agrees(executor))
    await agrees(executor)


# ── By the calendar, and by the method ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The day that it is where the NHS is, until it is set."""

    class Clock:
        day = TODAY

    monkeypatch.setattr(reader, "today", lambda: Clock.day)
    return Clock


async def test_at_midnight_nothing_is_judged_and_statuses_are_those_of_the_new_day(writable, clock):
    given = {"metric": METRIC, "organisation": "QKS", "comparator": "AT_LEAST", "value": 100, "reason": "Agreed."}
    outcome = await give(writable, "setTarget", {**given, "start": dt.date(2023, 1, 1), "due": TODAY}, by=ADA)
    before = await complete(writable)
    executor = Executor(graph._schema, writable)
    at = ids.made("Target", outcome["target_id"])
    seen = []
    for clock.day in (TODAY, TODAY + A_DAY):
        seen.append((await asked(executor, f'{{ target(id: "{at}") {{ status }} }}'))["target"]["status"])
        await agrees(executor)
    assert seen[0] != seen[1] == "MISSED"
    assert await again(writable, before) == set()


async def test_a_process_whose_clock_is_behind_has_statuses_of_its_day(writable, clock):
    executor = Executor(graph._schema, writable)
    await agrees(executor)
    clock.day = TODAY - 400 * A_DAY
    await agrees(executor)


async def test_another_method_judges_every_target_again(writable):
    before = await complete(writable)
    await run(writable, "UPDATE judging SET method = 'of an earlier version'")
    await run(writable, "UPDATE target_status SET status = 'LOST'")
    await agrees(Executor(graph._schema, writable))
    assert (await again(writable, before)) == set(before)
    assert await writable.reading.fetchval("SELECT method FROM judging") == METHOD


async def test_a_process_goes_on_with_what_a_later_version_has_judged(writable):
    """Two versions that are deployed one after the other do not judge against each other."""
    executor = Executor(graph._schema, writable)
    await agrees(executor)
    await run(writable, "UPDATE judging SET method = 'of a later version'")
    before = await judged(writable)
    await run(writable, f"UPDATE metric SET is_sample = true WHERE {OF_METRIC}")
    await agrees(executor)
    assert await again(writable, before) == await targets(writable, OF_METRIC)
    assert await writable.reading.fetchval("SELECT method FROM judging") == "of a later version"
