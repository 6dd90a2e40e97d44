"""What a session sees of the tables, for comparing before and after."""

from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

WRITTEN = (
    "ancestry audit_event data_version figure figure_revision membership metric organisation period source target "
    "target_revision theme"
)


async def rows(session: AsyncSession, statement: str, **parameters: Any) -> list[tuple[Any, ...]]:
    """All rows of a statement."""
    result = await (await session.connection()).execute(text(statement), parameters)
    return [tuple(row) for row in result]


async def one(session: AsyncSession, statement: str, **parameters: Any) -> Any:
    """The only cell of a statement's only row."""
    [[cell]] = await rows(session, statement, **parameters)
    return cell


async def contents(session: AsyncSession) -> dict[str, list[str]]:
    """Every row of every table that importers write."""
    found = {}
    for table in WRITTEN.split():
        found[table] = sorted(row for [row] in await rows(session, f"SELECT {table}::text FROM {table}"))
    return found
