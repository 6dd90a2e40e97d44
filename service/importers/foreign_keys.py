"""The foreign keys of the figures are set aside for a large load, and put back, checked, in the same transaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from asyncpg import Connection

# Checked row by row, a million figures alone took 39 seconds to insert; without, they and their revisions took 14, and
# putting the keys back, which checks each by one join, took 2 (November 2026, two cores).
_KEYS = """
    SELECT conrelid::regclass::text AS relation, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition
    FROM pg_constraint
    WHERE contype = 'f' AND conrelid IN ('figure'::regclass, 'figure_revision'::regclass)
    ORDER BY conname
"""


@asynccontextmanager
async def set_aside(connection: Connection) -> AsyncIterator[None]:
    """The block runs without the foreign keys of `figure` and `figure_revision`; after it they hold for every row.

    Until the transaction ends, nobody else can read or write these tables and those that they refer to. If a row breaks
    a key, putting it back raises, and the transaction with it: no row is ever left unchecked.
    """
    # Checks that are still deferred would make the tables unalterable.
    await connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    keys = await connection.fetch(_KEYS)
    for key in keys:
        await connection.execute(f"ALTER TABLE {key['relation']} DROP CONSTRAINT {key['name']}")
    yield
    for key in keys:
        await connection.execute(f"ALTER TABLE {key['relation']} ADD CONSTRAINT {key['name']} {key['definition']}")
