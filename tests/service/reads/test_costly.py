"""Costly answers share half of the connections, so that they keep no short question waiting."""

import asyncio
from typing import Any

import orjson
import pytest

from schema.errors import Refusal
from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.database import Database
from service.reads import answering
from service.reads.bound import Bound

COSTLY = "{ practices(first: 177) { nodes { code figures(latestOnly: true, first: 20) { nodes { value } } } } }"
SHORT = '{ practice(code: "G82002") { code } }'


@pytest.fixture
def executor(database: Database) -> Executor:
    return Executor(graph._schema, database)


@pytest.fixture
def most_at_once(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many statements of costly answers ran, whenever one began."""
    monkeypatch.setattr(answering, "COSTLY", 1_000)
    read, seen = answering._fetched, [0]
    running = 0

    async def counting(pool: Any, bound: Bound, seconds: float | None) -> answering.Fetched:
        nonlocal running
        is_costly = bound.plan.cost.rows(bound.binding) >= 1_000
        running += is_costly
        seen.append(running)
        try:
            return await read(pool, bound, seconds)
        finally:
            running -= is_costly

    monkeypatch.setattr(answering, "_fetched", counting)
    return seen


async def asked(executor: Executor, text: str) -> Any:
    answer = await executor.answer(GraphQLRequest(text, {}), Caller(None), may_write=False)
    return orjson.loads(answer.body.data)


async def test_costly_answers_share_half_of_the_connections(
    executor: Executor, database: Database, most_at_once: list[int]
):
    answers = await asyncio.gather(*(asked(executor, COSTLY) for _ in range(20)))
    assert all(each == answers[0] for each in answers)
    assert max(most_at_once) == database.reading.most // 2


async def test_one_that_waits_too_long_is_asked_to_come_back_and_a_short_question_is_answered(
    executor: Executor, database: Database, most_at_once: list[int], monkeypatch: pytest.MonkeyPatch
):
    await asked(executor, COSTLY)
    monkeypatch.setattr("service.turns.MOST_SECONDS_TO_WAIT", 0.001)
    number = 20
    costly = [asyncio.create_task(asked(executor, COSTLY)) for _ in range(number)]
    assert (await asked(executor, SHORT))["practice"]["code"] == "G82002"
    found = await asyncio.gather(*costly, return_exceptions=True)
    refused = [each for each in found if isinstance(each, Refusal)]
    assert {each.code for each in refused} == {"page/busy"}
    assert number - len(refused) >= database.reading.most // 2
    # Each has given its turn back.
    monkeypatch.setattr("service.turns.MOST_SECONDS_TO_WAIT", 5.0)
    await asyncio.gather(*(asked(executor, COSTLY) for _ in range(number)))
