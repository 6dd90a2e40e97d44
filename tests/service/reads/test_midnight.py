"""A plan is for one day: what counts today changes at midnight, in a process that goes on running."""

import datetime as dt

import orjson
import pytest

from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.database import Database
from service.reads import reader
from tests.service.reads.reference.tables import Tables

TODAY = "{ practice(code: %s) { primaryCareNetwork { code } isOrphan } }"
ON = "{ practice(code: %s) { primaryCareNetwork(on: %s) { code } isOrphan(on: %s) } }"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> "Clock":
    """A clock that stands still until it is set."""
    clock = Clock()
    monkeypatch.setattr(reader, "today", lambda: clock.day)
    return clock


class Clock:
    """The day that it is where the NHS is."""

    day = dt.date(2025, 6, 30)


async def data(executor: Executor, text: str) -> object:
    return orjson.loads(await executor.data(GraphQLRequest(text), Caller(None), may_write=False))


def last_day_in_a_network(tables: Tables) -> tuple[str, dt.date]:
    """A practice, and the last day of its membership of a network."""
    for stay in tables.all("membership"):
        member, group = tables.one("organisation", stay["memberId"]), tables.one("organisation", stay["groupId"])
        if stay["ends"] and member and group and group["kind"] == "PRIMARY_CARE_NETWORK":
            return str(member["code"]), stay["ends"]
    raise LookupError("no practice has left its network")


async def test_the_same_document_answers_for_the_new_day_after_midnight(
    corners: Database, tables: Tables, clock: Clock
):
    executor = Executor(graph._schema, corners)
    code, last = last_day_in_a_network(tables)
    quoted, answers = f'"{code}"', []
    for clock.day in (last, last + dt.timedelta(days=1)):
        answers.append(await data(executor, TODAY % quoted))
        assert answers[-1] == await data(executor, ON % (quoted, f'"{clock.day}"', f'"{clock.day}"'))
    assert answers[0] != answers[1]
