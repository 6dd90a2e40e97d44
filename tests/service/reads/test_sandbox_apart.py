"""The lists of the schema with a sandbox next to the real figures: what is made up is in none of them unless asked for.

The lists are taken from the schema, so that a new one is asked too.
"""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg
import orjson
import pytest
from graphql import GraphQLField, GraphQLList, GraphQLNonNull, GraphQLObjectType, get_named_type, is_leaf_type

from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.config import settings
from service.database import Database, connected
from service.importers.sandbox import load_sandbox
from tests.databases import Server

SCHEMA = graph._schema
# How to reach rows of each type with lists: by a real one of each, or all of them.
PARENTS = {
    "Query": "{ %s }",
    "Practice": '{ organisation(code: "G82117") { ... on Practice { %s } } }',
    "PrimaryCareNetwork": "{ primaryCareNetworks(first: 100) { nodes { %s } } }",
    "HealthAndCarePartnership": "{ healthAndCarePartnerships { %s } }",
    "IntegratedCareBoard": "{ integratedCareBoards { %s } }",
    "Region": '{ organisation(code: "Y59") { ... on Region { %s } } }',
    "Trust": '{ organisation(code: "RVV") { ... on Trust { %s } } }',
    "Metric": "{ metrics(first: 500) { nodes { %s } } }",
    "Theme": "{ themes { %s } }",
}
NEEDED = {"organisation": '"QKS"', "metric": '"practices"', "kind": "PRACTICE", "period": '"2026-04-01"'}
NEEDED |= {"quarter": '"2024-25-Q4"', "metrics": '["practices"]'}
NEEDED |= {"since": '"2025-03-31"'}
NEEDED |= {"text": '"practice"', "by": "PRIMARY_CARE_NETWORK", "bounds": "[5000]"}
COUNTED = {"Completeness", "RolledUp", "Distribution"}
# The log of all steps is never shortened: that a sandbox was seeded is one of them. Ids are looked up one by one.
KEPT = {"Query.auditEvents", "Query.nodes"}
WITH_SANDBOX = ("practices", "organisations", "metrics", "themes", "periods", "figures", "targets", "targetSummary")


@pytest.fixture(scope="module")
async def alone(database: Database) -> Executor:
    """What answers from the seeds alone."""
    return Executor(SCHEMA, database)


@pytest.fixture(scope="module")
async def mixed(server: Server, seeded: str) -> AsyncIterator[Executor]:
    """What answers from the seeds with a sandbox, in which a made-up practice has a figure of a real metric as well."""
    async with server.copy(seeded) as url, connected(settings({}, database_url=url)) as database:
        async with database.command() as session:
            await load_sandbox(session, practices=190, quarters=3, metrics=3, progress=False)
        connection = await asyncpg.connect(url)
        await connection.execute("""
            WITH added AS (
                INSERT INTO figure (metric_id, unit, organisation_id, period_id, period_ends, value, qualifier, status,
                                    revision, source_id, published_at)
                SELECT metric_id, metric.unit, made_up.id, period_id, period_ends, 77777, qualifier, status,
                       revision, source_id, published_at
                FROM figure JOIN organisation ON organisation.id = organisation_id AND code = 'G82117'
                JOIN metric ON metric.id = metric_id AND metric.code = 'registered_patients'
                JOIN organisation AS made_up ON made_up.code = 'SANDBOX-00001'
                RETURNING *
            )
            INSERT INTO figure_revision (figure_id, revision, unit, value, qualifier, status, source_id, published_at)
            SELECT id, revision, unit, value, qualifier, status, source_id, published_at FROM added
        """)
        await connection.close()
        yield Executor(SCHEMA, database)


def is_list(field: GraphQLField) -> bool:
    kind = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
    name = get_named_type(kind).name
    return isinstance(kind, GraphQLList) or name.endswith("Connection") or name in COUNTED


def lists() -> Iterator[tuple[str, str]]:
    """The lists, counts and calculations of the types that lead to organisations, metrics, figures and targets."""
    for parent in PARENTS:
        kind: Any = SCHEMA.type_map[parent]
        for name, field in kind.fields.items():
            if is_list(field) and not is_leaf_type(get_named_type(field.type)) and f"{parent}.{name}" not in KEPT:
                yield parent, name


def text(name: str, field: GraphQLField, extra: str = "", depth: int = 0) -> str:
    """The text of a field, with the arguments that it needs and the leaves of what it leads to."""
    given = [f"{one}: {NEEDED[one]}" for one, each in field.args.items() if isinstance(each.type, GraphQLNonNull)]
    given += [f"{one}: {NEEDED[one]}" for one in ("period",) if one in field.args and not depth]
    given += [extra] * bool(extra) + ["first: 500"] * ("first" in field.args)
    kind = get_named_type(field.type)
    if is_leaf_type(kind):
        return name
    arguments = f"({', '.join(dict.fromkeys(given))})" if given else ""
    return f"{name}{arguments} {{ {selection(kind, depth + 1)} }}"


def selection(kind: Any, depth: int) -> str:
    """The leaves of a type that need no argument; of what counts or pages, also what is in it."""
    parts = []
    for name, field in kind.fields.items():
        needs = any(isinstance(each.type, GraphQLNonNull) for each in field.args.values())
        leads = name == "nodes" or (kind.name in COUNTED and is_list(field))
        if not needs and name != "status" and (is_leaf_type(get_named_type(field.type)) or leads):
            parts.append(text(name, field, depth=depth))
    return " ".join(parts) or "__typename"


def document(parent: str, name: str, extra: str = "") -> str:
    kind: Any = SCHEMA.type_map[parent]
    assert isinstance(kind, GraphQLObjectType)
    return PARENTS[parent] % text(name, kind.fields[name], extra)


async def answer(executor: Executor, asked: str) -> Any:
    return orjson.loads(await executor.data(GraphQLRequest(asked, {}), Caller(None), may_write=False))


@pytest.mark.parametrize(("parent", "name"), list(lists()))
async def test_a_list_is_the_same_with_and_without_a_sandbox(
    alone: Executor, mixed: Executor, parent: str, name: str
) -> None:
    asked = document(parent, name)
    assert await answer(mixed, asked) == await answer(alone, asked)


@pytest.mark.parametrize("name", WITH_SANDBOX)
async def test_what_is_made_up_is_listed_for_who_asks_for_it(alone: Executor, mixed: Executor, name: str) -> None:
    asked = document("Query", name, "includeSynthetic: true")
    assert await answer(mixed, asked) != await answer(alone, asked)


async def test_the_paper_is_the_same_with_and_without_a_sandbox(alone: Executor, mixed: Executor) -> None:
    asked = '{ briefing(asOf: "2026-11-01") { sections { heading sentences tables { rows } } doubts { message } } }'
    assert await answer(mixed, asked) == await answer(alone, asked)


async def test_below_what_is_made_up_everything_is_there(mixed: Executor) -> None:
    asked = """{ metric(code: "sandbox_complete_percent") { theme { metrics { code } } figures { totalCount } }
                 practice(code: "SANDBOX-00001") { name figures(latestOnly: true) { totalCount } } }"""
    found = await answer(mixed, asked)
    assert len(found["metric"]["theme"]["metrics"]) == 3
    assert found["metric"]["figures"]["totalCount"] > 500
    # Three metrics of the sandbox, and the real one.
    assert found["practice"] == {"name": "Sandbox Practice 1", "figures": {"totalCount": 4}}


async def test_a_roll_up_rests_on_real_members_alone(mixed: Executor) -> None:
    asked = """{ metric(code: "registered_patients") {
                   rolledUp(organisation: "QKS", period: "2026-04-01") { of restsOn }
                   distribution(kind: PRACTICE) { count maximum } } }"""
    found = await answer(mixed, asked)
    assert found["metric"]["rolledUp"] == {"of": 180, "restsOn": 175}
    assert found["metric"]["distribution"]["count"] == 175
