"""Rows that may be there already become rows that are: what every importer's writing has in common."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from schema.periods import Period, columns
from schema.tables import REVISED_FIGURE, REVISED_TARGET, metadata

_TARGET_KEY = ("metric_id", "organisation_id", "due")


def table(name: str) -> Table:
    """A table of the schema."""
    return metadata.tables[name]


async def ids(connection: AsyncConnection, name: str, *columns: str) -> dict[Any, int]:
    """The id of each row of a table by its natural key: a value for one column, a tuple for more."""
    keys = [table(name).c[column] for column in columns]
    rows = await connection.execute(select(table(name).c.id, *keys))
    return {key[0] if len(key) == 1 else tuple(key): identity for identity, *key in rows}


async def add_missing(
    connection: AsyncConnection, name: str, key: Sequence[str], rows: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Insert the rows whose key is not there yet; those that were inserted come back, with their ids.

    `key[0]` is never null. What is there is never written to, so a second run writes nothing at all.
    """
    wanted = {tuple(row[column] for column in key): dict(row) for row in rows}
    for known in await _known(connection, table(name), key, {first for first, *_ in wanted}):
        wanted.pop(known, None)
    if not wanted:
        return []
    # The conflict that is left is a row that has the place under another key, such as a membership on the same days.
    statement = postgresql.insert(table(name)).on_conflict_do_nothing().returning(*table(name).c)
    return [row._asdict() for row in await connection.execute(statement, list(wanted.values()))]


async def _known(
    connection: AsyncConnection, named: Table, key: Sequence[str], firsts: set[Any]
) -> list[tuple[Any, ...]]:
    columns = [named.c[column] for column in key]
    return [tuple(row) for row in await connection.execute(select(*columns).where(columns[0].in_(firsts)))]


async def add_periods(connection: AsyncConnection, periods: Iterable[Period]) -> int:
    """Insert the periods that are not there yet; how many were."""
    return len(await add_missing(connection, "period", ["code"], map(columns, periods)))


async def add_figures(connection: AsyncConnection, figures: Iterable[Mapping[str, Any]], *, by: str) -> int:
    """Insert the figures that are not there yet, each with its revision 1; how many were."""
    added = await add_missing(connection, "figure", ["metric_id", "organisation_id", "period_id"], figures)
    revisions = [
        {"figure_id": row["id"], "published_by": by, **{column: row[column] for column in REVISED_FIGURE}}
        for row in added
    ]
    if revisions:
        await connection.execute(insert(table("figure_revision")), revisions)
    return len(added)


async def add_targets(connection: AsyncConnection, targets: Iterable[Mapping[str, Any]], *, by: str) -> int:
    """Insert the targets that are not there yet, each with its revision 1; how many were.

    A target's row has `reason` and `recorded_at` as well as its own columns; a column that it lacks stays empty. A
    target whose due date was revised since is there: what counts is the date of its first revision.
    """
    existing = await _first_targets(connection)
    wanted = {key: row for row in targets if (key := _target_key(row)) not in existing}
    rows = [
        {column: row.get(column) for column in ("metric_id", "organisation_id", *REVISED_TARGET)}
        for row in wanted.values()
    ]
    added = await add_missing(connection, "target", _TARGET_KEY, rows)
    revisions = [
        {
            "target_id": row["id"],
            "recorded_by": by,
            **{column: wanted[_target_key(row)].get(column) for column in (*REVISED_TARGET, "reason", "recorded_at")},
        }
        for row in added
    ]
    if revisions:
        await connection.execute(insert(table("target_revision")), revisions)
    return len(added)


def _target_key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[column] for column in _TARGET_KEY)


async def _first_targets(connection: AsyncConnection) -> set[tuple[Any, ...]]:
    target, revision = table("target"), table("target_revision")
    first = (revision.c.target_id == target.c.id) & (revision.c.revision == 1)
    statement = select(target.c.metric_id, target.c.organisation_id, revision.c.due).join_from(target, revision, first)
    statement = statement.where(target.c.applies_to.is_(None))
    return {tuple(row) for row in await connection.execute(statement)}
