"""Work that goes on in the background of a block."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Coroutine
from typing import Any

_log = logging.getLogger("tracker")


@contextlib.asynccontextmanager
async def in_background(**works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """For the block: each work goes on, under its name; with the block it is cancelled, and has ended."""
    tasks = [asyncio.create_task(work, name=name.replace("_", " ")) for name, work in works.items()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                _log.error("Work in the background has failed.", exc_info=ended)
