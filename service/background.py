"""Work that goes on in the background of a block."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from typing import Any


@contextlib.asynccontextmanager
async def in_background(**works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """For the block: each work goes on, under its name; with the block it is cancelled, and has ended."""
    tasks = [asyncio.create_task(work, name=name.replace("_", " ")) for name, work in works.items()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
