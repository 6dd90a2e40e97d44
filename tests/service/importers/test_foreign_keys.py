import asyncpg
import pytest

from service.importers.foreign_keys import set_aside
from service.importers.seeds import load

STRAY = """
    INSERT INTO figure_revision (figure_id, revision, unit, value, qualifier, status, source_id, published_at)
    SELECT id, 2, unit, value, 'EXACT', 'PUBLISHED', -1, now() FROM figure LIMIT 1
"""


async def test_a_row_that_breaks_a_key_while_they_are_set_aside_is_refused(database):
    async with database.rehearsal() as session:
        await load(session)
        raw = (await (await session.connection()).get_raw_connection()).driver_connection
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            async with set_aside(raw):
                await raw.execute(STRAY)
