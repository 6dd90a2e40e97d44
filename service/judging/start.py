"""What waits to be judged when the service starts, as after an import or a new version, is judged ahead of readers."""

import asyncio
import contextlib
import datetime as dt
import logging
from collections.abc import AsyncIterator

from schema.london import day_of
from service.background import in_background
from service.judging.touched import Judging

SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 30.0

_log = logging.getLogger("tracker")


@contextlib.asynccontextmanager
async def judging_ahead(judging: Judging) -> AsyncIterator[None]:
    """For the block: targets that wait are judged once, in the background; a database that is away is tried again."""
    try:
        async with in_background(judging_ahead=_judge(judging)):
            yield
    finally:
        await judging.end()


async def _judge(judging: Judging) -> None:
    pause = SHORTEST_PAUSE
    while True:
        try:
            await judging.complete(day_of(dt.datetime.now(dt.UTC)))
            # What is made up may be a hundred times as much, and waits until somebody asks for it.
            await judging.complete_figures(only_real=True)
        except Exception as reason:
            # Whatever it was: whoever reads statuses tries too, and gets to know what is wrong.
            _log.warning("Targets and figures wait to be judged: %s", str(reason) or type(reason).__name__)
        else:
            return
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
