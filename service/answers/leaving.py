"""A reading ends when the client that asked for it leaves, so that nobody waits for what nobody wants."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.requests import ClientDisconnect
from starlette.types import Receive

# Most answers are there before anybody could leave: only a longer wait is worth a task that listens.
SECONDS_UNHEARD = 0.2


class _Listener:
    """Cancels a task when its client leaves."""

    def __init__(self, receive: Receive, task: "asyncio.Task[object]") -> None:
        self._receive = receive
        self._task = task
        self._listening: asyncio.Task[None] | None = None
        self.has_left = False

    def begin(self) -> None:
        """Listen from now on."""
        self._listening = asyncio.create_task(self._listen(), name="leaving")

    def end(self) -> None:
        """Listen no longer."""
        if self._listening is not None:
            self._listening.cancel()

    async def _listen(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.has_left = True
        self._task.cancel()


@contextmanager
def ended_if_client_leaves(receive: Receive | None) -> Iterator[None]:
    """Cancel what the block waits for when its client leaves. Raises `ClientDisconnect` then.

    `receive` is that of a request whose body has been read; without one, nobody is listened to.
    """
    task = asyncio.current_task()
    if receive is None or task is None:
        yield
        return
    listener = _Listener(receive, task)
    timer = asyncio.get_running_loop().call_later(SECONDS_UNHEARD, listener.begin)
    try:
        yield
    except asyncio.CancelledError:
        if not listener.has_left:
            raise
        task.uncancel()
        raise ClientDisconnect from None
    finally:
        timer.cancel()
        listener.end()
