"""Counts the statements that a database ran, as the database itself counts them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

_RAN = """
    SELECT queryid, query, sum(calls)::int AS calls FROM pg_stat_statements
    WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND toplevel AND query NOT LIKE '%pg_stat_statements%' GROUP BY queryid, query
"""


@asynccontextmanager
async def counted(url: str) -> AsyncIterator[list[str]]:
    """A list that after the block holds the text of each statement that anybody ran in the database meanwhile."""
    statements: list[str] = []
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        before = {row["queryid"]: row["calls"] for row in await connection.fetch(_RAN)}
        yield statements
        for row in await connection.fetch(_RAN):
            statements += [row["query"]] * (row["calls"] - before.get(row["queryid"], 0))
    finally:
        await connection.close()
