"""Whenever figures have changed, doubts about them are looked for again, in the background, by every process."""

import asyncio
import contextlib
import datetime as dt
import logging
import time
from collections.abc import AsyncIterator

from schema.commands.quality import NoteDataQualityInput
from schema.enumerations import Role
from schema.london import day_of
from service.background import in_background
from service.database import Database
from service.viewer import Viewer
from service.writes.command import carry_out
from service.writes.commands import NOTE_DATA_QUALITY

SECONDS_BETWEEN_LOOKS = 2.0
# To look takes a tenth of a second, or more with larger papers. Where figures are published all the time, looking takes
# this share of the time, and no longer than so many seconds pass.
MOST_OF_TIME, MOST_SECONDS_BETWEEN = 1 / 10, 60.0
# Who the service is when it notes what does not add up.
CHECKER = Viewer("data quality check", Role.ADMINISTRATOR)
_VERSION = "SELECT version FROM data_version"

_log = logging.getLogger("tracker")


@contextlib.asynccontextmanager
async def noticing(database: Database) -> AsyncIterator[None]:
    """For the block: issues follow the figures, some seconds behind; a database that is away is tried again."""
    async with in_background(data_quality=_notice(database)):
        yield


async def note(database: Database) -> None:
    """Look once for what does not add up now."""
    await carry_out(database, NOTE_DATA_QUALITY, NoteDataQualityInput(), by=CHECKER)


def pause_after(took: float) -> float:
    """For how many seconds not to look after a look that took so many."""
    return min(max(SECONDS_BETWEEN_LOOKS, took / MOST_OF_TIME), MOST_SECONDS_BETWEEN)


async def _notice(database: Database) -> None:
    looked_at: tuple[int, dt.date] | None = None
    took = 0.0
    while True:
        # Whoever has just started the service is answered first.
        await asyncio.sleep(pause_after(took))
        took = 0.0
        try:
            # A new day has other figures that end by it, and other members of groups.
            now = (await database.primary.reserved.fetchval(_VERSION), day_of(dt.datetime.now(dt.UTC)))
            if now != looked_at:
                began = time.perf_counter()
                try:
                    await note(database)
                    looked_at = now
                finally:
                    # A look that fails in the end, for want of time for example, takes as long as one that does not.
                    took = time.perf_counter() - began
        except Exception as reason:
            # The database is away, or a new version has changed it: what does not add up is still there then.
            _log.debug("Data quality waits: %s", str(reason) or type(reason).__name__)
