"""A change has those figures judged again that it touches: of its series, and of periods that do not end before it."""

import datetime as dt
from typing import Any

import orjson
import pytest

from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.database import Database
from service.judging.touched import METHOD, Judging
from tests.service.judging.test_touched import run
from tests.service.writes.submitting import ADA, codes, figure, give, update

METRIC = "call_back_percent"
WHERE = '{metric: {code: {eq: "call_back_percent"}}, organisation: {code: {eq: "QKS"}}}'
SAID = "nodes { id isMet variation trend }"
MET = """{ figures(filter: {isMet: {eq: true}, metric: {code: {eq: "registered_patients"}},
    organisation: {code: {eq: "G82002"}}}) { totalCount } }"""


async def asked(database: Database, text: str) -> Any:
    executor = Executor(graph._schema, database)
    return orjson.loads(await executor.data(GraphQLRequest(text), Caller(None), may_write=False))


async def judged(database: Database) -> dict[int, int]:
    """For each figure, the transaction that wrote what is kept of it, when nothing waits any more."""
    await Judging(database).complete_figures()
    rows = await database.reading.fetch("SELECT figure_id, xmin::text::bigint AS by FROM figure_verdict")
    return {row["figure_id"]: row["by"] for row in rows}


async def ids(database: Database, where: str) -> set[int]:
    rows = await database.reading.fetch(
        "SELECT figure.id FROM figure JOIN metric ON metric.id = metric_id "
        f"JOIN organisation ON organisation.id = organisation_id WHERE {where}"
    )
    return {row["id"] for row in rows}


async def agrees(database: Database) -> None:
    """What is kept of every figure is what is calculated of it as it is known now."""
    now = (dt.datetime.now(dt.UTC) + dt.timedelta(days=1)).isoformat().replace("+00:00", "Z")
    kept = await asked(database, f"{{ figures(first: 500, filter: {WHERE}) {{ {SAID} }} }}")
    made = await asked(database, f'{{ figures(first: 500, filter: {WHERE}, asKnownAt: "{now}") {{ {SAID} }} }}')
    same = [[{**each, "id": ""} for each in of["figures"]["nodes"]] for of in (kept, made)]
    assert same[0] == same[1] != []


async def test_every_figure_has_a_verdict(writable: Database):
    assert (await judged(writable)).keys() == await ids(writable, "true")
    assert await writable.reading.fetchval("SELECT count(*) FROM unjudged_series") == 0


async def test_a_correction_judges_no_earlier_figure_and_no_other_series(writable: Database):
    await update(writable, figure(80, metric=METRIC, period="2024-09", reason="As reported."), quarter="2024-25-Q2")
    await update(writable, figure(81, metric=METRIC, period="2024-12", reason="As reported."), quarter="2024-25-Q3")
    before = await judged(writable)
    await update(writable, figure(99, metric=METRIC, period="2024-12", reason="Wrong."), quarter="2024-25-Q3")
    after = await judged(writable)
    of_series = f"metric.code = '{METRIC}' AND organisation.code = 'QKS'"
    changed = {each for each in after if after[each] != before.get(each)}
    assert changed <= await ids(writable, f"{of_series} AND period_ends >= '2024-12-31'")
    await agrees(writable)


async def test_a_target_says_at_once_which_figures_meet_it(writable: Database):
    count = (await asked(writable, MET))["figures"]["totalCount"]
    given = {"metric": "registered_patients", "organisation": "G82002", "comparator": "AT_LEAST", "value": 1}
    given |= {"due": dt.date(2030, 3, 31), "countsFrom": dt.date(2020, 1, 1), "start": dt.date(2020, 1, 1)}
    assert codes(await give(writable, "setTarget", {**given, "reason": "Agreed."}, by=ADA)) == []
    assert count == 0 < (await asked(writable, MET))["figures"]["totalCount"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE metric SET direction = 'NEUTRAL' WHERE code = 'call_back_percent'",
        "UPDATE figure SET value = value + 1 WHERE metric_id = "
        "(SELECT id FROM metric WHERE code = 'call_back_percent')",
        "UPDATE judging SET method = 'of an earlier version'",
    ],
)
async def test_what_others_change_waits_until_somebody_reads(writable: Database, change: str):
    await judged(writable)
    await run(writable, change)
    await agrees(writable)
    assert await writable.reading.fetchval("SELECT count(*) FROM unjudged_series") == 0
    assert await writable.reading.fetchval("SELECT method FROM judging") == METHOD


async def test_another_method_has_every_figure_judged_again(writable: Database):
    await judged(writable)
    await run(writable, "UPDATE judging SET method = 'of an earlier version'")
    await run(writable, "UPDATE figure_verdict SET trend = 'INCREASING'")
    await agrees(writable)
