"""How many rows of a table a statement reads: no more than its answer needs, however many there are."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
import sqlalchemy

from schema.graph import graph
from service.answers.documents import Documents
from service.answers.request import GraphQLRequest
from service.config import settings
from service.database import Database, connected
from service.reads.arguments import Binding
from service.reads.reader import Reader
from tests.databases import Server

PRACTICE = "SELECT id FROM organisation WHERE code = 'G82117'"
METRIC = "SELECT id FROM metric WHERE code = 'sandbox_complete_percent'"


async def rows_read(database: Database, table: str, text: str) -> int:
    """The rows of a table that the statement of a document reads, those that it drops included."""
    # In a table as small as this one PostgreSQL would rather read all of it.
    nodes = await _run(database, text, "SET LOCAL enable_seqscan = off")
    return sum(_read(node) for node in nodes if node.get("Relation Name") == table)


async def _run(database: Database, text: str, setting: str = "SET LOCAL enable_seqscan = on") -> list[dict[str, Any]]:
    """The nodes of the plan by which PostgreSQL has run the statement of a document."""
    plan = await Reader(graph._schema).plan(await Documents(graph._schema).operation(GraphQLRequest(text)), {})
    async with database.reading.acquire() as connection, connection.transaction(readonly=True):
        await connection.execute(setting)
        explain = f"EXPLAIN (ANALYZE, FORMAT JSON) {plan.sql}"
        explained = await connection.fetchval(explain, *plan.values(Binding({})))
    return [*_nodes(orjson.loads(explained)[0]["Plan"])]


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)


def _read(node: Any) -> int:
    dropped: float = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    read: float = (node["Actual Rows"] + dropped) * node["Actual Loops"]
    return round(read)


@pytest.mark.parametrize(
    ("field", "owner", "series"),
    [
        ('practice(code: "G82117")', f"organisation_id = ({PRACTICE})", "metric_id"),
        ('metric(code: "sandbox_complete_percent")', f"metric_id = ({METRIC})", "organisation_id"),
    ],
)
async def test_the_latest_figures_are_read_without_the_others(corners: Database, field: str, owner: str, series: str):
    count = f"SELECT count(*), count(DISTINCT {series}) FROM figure WHERE {owner}"
    [(figures, latest)] = await corners.reading.fetch(count)
    document = f"{{ {field} {{ figures(latestOnly: true, includeSynthetic: true) {{ nodes {{ value }} }} }} }}"
    # Of each series the next one too, since it might end on the same day.
    assert await rows_read(corners, "figure", document) <= 2 * latest < figures


# Each asks for a page of five.
PAGES = {
    "of one metric by value": "(orderBy: [{value: DESC}], includeSynthetic: true, first: 5, filter: "
    '{metric: {code: {eq: "sandbox_complete_percent"}}, value: {gte: 1}})',
    "of all by value": "(orderBy: [{value: ASC}], includeSynthetic: true, first: 5)",
    "of all by publication, the last": "(orderBy: [{publishedAt: DESC}], includeSynthetic: true, last: 5)",
    "of all by period": "(includeSynthetic: true, first: 5)",
}


@pytest.mark.parametrize("arguments", PAGES.values(), ids=PAGES)
async def test_a_page_is_read_without_what_comes_after_it(corners: Database, arguments: str):
    document = f"{{ figures{arguments} {{ nodes {{ value }} }} }}"
    # Those that have been withdrawn are passed over.
    assert await rows_read(corners, "figure", document) <= 5 + 5


async def test_a_list_of_real_figures_is_read_without_the_sandbox(corners: Database):
    real = await corners.reading.fetchval("SELECT count(*) FROM figure WHERE NOT is_synthetic")
    assert await rows_read(corners, "figure", "{ figures(orderBy: [{value: DESC}]) { nodes { value } } }") <= real


@pytest.mark.parametrize("arguments", ["", "(includeSynthetic: true)"])
async def test_all_figures_are_counted_without_reading_one(corners: Database, arguments: str):
    assert await rows_read(corners, "figure", f"{{ figures{arguments} {{ totalCount }} }}") == 0


async def test_a_list_of_real_practices_is_read_without_those_that_are_made_up(corners: Database):
    count = "SELECT count(*), count(*) FILTER (WHERE NOT is_synthetic) FROM organisation WHERE kind = 'PRACTICE'"
    [(practices, real)] = await corners.reading.fetch(count)
    document = "{ practices(first: 200, includeClosed: true) { nodes { code } } }"
    assert await rows_read(corners, "organisation", document) <= real < practices


async def test_objects_that_are_made_once_are_looked_through_once_and_not_for_each_list(server: Server, sandbox: str):
    figures = "figures(includeSynthetic: true, first: 12) { nodes { period { label } } }"
    document = f"{{ practices(first: 50) {{ nodes {{ {figures} }} }} }}"
    async with server.copy(sandbox) as url, connected(settings({}, database_url=url)) as database:
        async with database.command() as session:
            await session.exec(sqlalchemy.text("ANALYZE"))  # type: ignore[call-overload]
        looks = [node["Actual Loops"] for node in await _run(database, document) if "CTE Name" in node]
    assert looks == [1]
