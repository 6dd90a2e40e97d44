"""Every reading is one statement, whatever it asks for, and one plan serves every value."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import orjson
import pytest

from schema.enumerations import Role
from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.database import Database, asyncpg_url
from service.reading_pool import ReadingConnection, ReadingPool
from service.viewer import Viewer
from tests.databases import Server
from tests.service.reads.ids import TARGET_ID, ids

# What asks for no row.
WITHOUT = {
    "a typename": ("{ __typename a: __typename }", {"__typename": "Query", "a": "Query"}),
    "nothing": ("{ ... @skip(if: true) { viewer { name } } }", {}),
}
READINGS = {
    "who is asking": "{ viewer { name role } }",
    "every root field": """{
        organisation(code: "QKS") { name } organisations(first: 2) { totalCount }
        practice(code: "G82002") { name } practices(first: 2) { totalCount }
        primaryCareNetwork(code: "U34235") { name } primaryCareNetworks(first: 2) { totalCount }
        healthAndCarePartnerships { name } integratedCareBoards { name } themes { code }
        metric(code: "call_back_percent") { name } metrics(first: 2) { totalCount } periods { code }
        figures(first: 2) { totalCount } target(id: "VGFyZ2V0OjE") { value } targets(first: 2) { totalCount }
        submission(id: "U3VibWlzc2lvbjox") { title } submissions(first: 2) { totalCount }
        completeness(quarter: "2024-25-Q4") { expected missing { metric { code } } } auditEvents { totalCount }
    }""",
    "submissions with all that belongs to them": """{ submissions { nodes {
        entries { nodes { value metric { code } } } sent { row } findings { code organisation { code } }
        availableActions { action reason } history { hash actor { name } } changes { kind before period { code } }
        amends { title amends { title } } createdBy { name } } } }""",
    "pages in pages in pages": """{
        primaryCareNetworks(first: 5) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node {
            healthAndCarePartnership { name } practices(first: 5) { totalCount nodes {
                ancestors { name __typename } figures(first: 3) { edges { cursor node { source { title } } } } } } } } }
    }""",
    "a node": '{ node(id: "VGFyZ2V0OjE") { id ... on Target { metric { code } } } }',
    "nodes of every kind": """query($ids: [ID!]!) { nodes(ids: $ids) {
        __typename ... on Practice { name } ... on Figure { value } ... on Metric { code } ... on Target { due } } }""",
    "the schema with data": "{ __schema { queryType { name } } practices(first: 1) { totalCount } }",
    "computed fields": '{ target(id: "VGFyZ2V0OjE") { current { status gap } progress { reason figure { value } } } }',
    "series, roll-ups and distributions": """{ metrics(first: 9) { nodes {
        series(organisation: "QKS") { points { figure { change } specialCauses } processLimits { mean } reasons
            forecast { period { id } value } svg }
        rolledUp(organisation: "QKS", period: "2024-25-Q4") { value of } distribution(kind: TRUST) { deciles }
        figures(first: 3) { nodes { previous { value } confidenceInterval { lower }
            comparison(with: "QNX") { organisation { name } significance } } } } } }""",
    "filters and orders": """{ practices(
        filter: {or: [{ancestors: {code: {eq: "QKS"}}}, {not: {isOrphan: {eq: true}}}]}, orderBy: [{cqcRating: DESC}]
    ) { nodes { code } } }""",
    "the past": '{ figures(asKnownAt: "2025-06-15T00:00:00Z", first: 5) { nodes { value revisions { value } } } }',
}


@pytest.fixture(scope="module")
def statements() -> list[str]:
    return []


@pytest.fixture(scope="module")
async def logged(server: Server, seeded: str, statements: list[str]) -> AsyncIterator[Executor]:
    """An executor whose connections write down every query that they send."""

    async def listen(connection: Any) -> None:
        connection.add_query_logger(lambda record: statements.append(record.query))

    async with (
        server.copy(seeded) as url,
        asyncpg.create_pool(
            asyncpg_url(url), min_size=1, max_size=1, init=listen, reset=_keep, connection_class=ReadingConnection
        ) as connections,
    ):
        pool = ReadingPool(connections)
        yield Executor(graph._schema, Database(pool, pool, None))  # type: ignore[arg-type]
        await pool.close()


async def _keep(_: Any) -> None:
    """Nothing is reset between readings: what a reading sends is all that is logged."""


async def sent(
    executor: Executor, statements: list[str], text: str, viewer: Viewer | None = None, **variables: Any
) -> list[str]:
    """The statements that a reading sends once its connection knows the types."""
    for _ in range(2):
        statements.clear()
        answer = await executor.data(GraphQLRequest(text, variables), Caller(viewer), may_write=False)
        # What was sent last is written down when the event loop goes on.
        await asyncio.sleep(0)
    assert isinstance(orjson.loads(answer), dict)
    return list(statements)


@pytest.mark.parametrize("reading", READINGS)
async def test_a_reading_is_one_statement(logged: Executor, statements: list[str], reading: str) -> None:
    text = READINGS[reading]
    variables: dict[str, Any] = {"ids": [*ids(), "nothing"]} if "$ids" in text else {}
    assert len(await sent(logged, statements, text, **variables)) == 1


@pytest.mark.parametrize(("text", "answer"), WITHOUT.values(), ids=WITHOUT)
@pytest.mark.parametrize("viewer", [None, Viewer("Bob", Role.SUBMITTER, "bbbbbbbb", 0)])
async def test_what_asks_for_no_row_needs_no_statement(
    logged: Executor, statements: list[str], text: str, answer: dict[str, str], viewer: Viewer | None
) -> None:
    statements.clear()
    data = await logged.data(GraphQLRequest(text), Caller(viewer), may_write=False)
    assert (orjson.loads(data), statements) == (answer, [])


SCOPED = {
    "every root field": True,
    "submissions with all that belongs to them": True,
    "nodes of every kind": True,
    "computed fields": False,
    "filters and orders": False,
    "who is asking": False,
}
# Statements that first say which version of the data they saw: those whose answers are kept.
VERSIONED = {"computed fields": "SELECT extr", "filters and orders": "SELECT extr"}
# And one that first makes the objects that many rows lead to.
WITH_FEW = {"submissions with all that belongs to them": 'WITH "few'}


@pytest.mark.parametrize("scope", [0, 5])
@pytest.mark.parametrize("reading", SCOPED)
async def test_a_reading_of_what_a_scope_lets_see_is_one_statement_within_it(
    logged: Executor, statements: list[str], reading: str, scope: int
) -> None:
    """The role and the scope end with the transaction; what is published is read without either."""
    variables: dict[str, Any] = {"ids": ids()} if "$ids" in READINGS[reading] else {}
    viewer = Viewer("Bob", Role.SUBMITTER, "bbbbbbbb", scope)
    found = await sent(logged, statements, READINGS[reading], viewer, **variables)
    expected = [(VERSIONED | WITH_FEW).get(reading, "SELECT CAST")]
    if SCOPED[reading]:
        expected = ["BEGIN", "SELECT set_config", *expected, "COMMIT"]
    assert [text[: len(start)] for text, start in zip(found, expected, strict=True)] == expected


@pytest.mark.parametrize("viewer", [None, Viewer("Rea", Role.READER, "dddddddd")])
async def test_who_sees_no_drafts_needs_no_scope(
    logged: Executor, statements: list[str], viewer: Viewer | None
) -> None:
    found = await sent(logged, statements, READINGS["submissions with all that belongs to them"], viewer)
    assert len(found) == 1


async def test_the_first_of_a_reading_is_one_statement_too(logged: Executor, statements: list[str]) -> None:
    statements.clear()
    text = f'{{ target(id: "{TARGET_ID}") {{ first: value }} }}'
    await logged.data(GraphQLRequest(text), Caller(None), may_write=False)
    await asyncio.sleep(0)
    assert len(statements) == 1


async def test_the_schema_alone_is_no_statement(logged: Executor, statements: list[str]) -> None:
    assert await sent(logged, statements, "{ __schema { types { name } } }") == []


PRACTICES = """query($code: OdsCode, $on: Date, $first: Int, $orders: [PracticeOrder!], $names: Boolean = true) {
    practices(first: $first, on: $on, orderBy: $orders, filter: {code: {gte: $code}}) {
        nodes { code name @include(if: $names) } } }"""


@pytest.mark.parametrize(
    "other",
    [
        {"code": "G82100"},
        {"on": "2025-06-30"},
        {"first": 7},
        {"code": "G82600", "on": "2026-04-30", "first": 500},
    ],
)
async def test_other_values_have_the_same_plan(logged: Executor, statements: list[str], other: dict[str, Any]) -> None:
    given: dict[str, Any] = {"code": "G82001", "on": "2025-01-31", "first": 5, "orders": [{"name": "ASC"}]}
    (one,) = await sent(logged, statements, PRACTICES, **given)
    plans = len(logged._reader._plans)
    (same,) = await sent(logged, statements, PRACTICES, **{**given, **other})
    assert (same, len(logged._reader._plans)) == (one, plans)


@pytest.mark.parametrize(
    "other",
    [
        {"on": None},
        {"orders": [{"name": "DESC"}]},
        {"orders": [{"name": "ASC"}, {"code": "ASC"}]},
        {"names": False},
    ],
)
async def test_another_shape_has_another_plan(logged: Executor, statements: list[str], other: dict[str, Any]) -> None:
    given: dict[str, Any] = {"code": "G82001", "on": "2025-01-31", "first": 5, "orders": [{"name": "ASC"}]}
    (one,) = await sent(logged, statements, PRACTICES, **given)
    (another,) = await sent(logged, statements, PRACTICES, **{**given, **other})
    assert another != one


async def test_a_value_is_never_in_the_text_of_a_statement(logged: Executor, statements: list[str]) -> None:
    text = '{ practices(filter: {name: {contains: "Bobby\'; DROP TABLE figure"}}) { totalCount } }'
    (one,) = await sent(logged, statements, text)
    assert "Bobby" not in one
