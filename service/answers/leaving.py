"""A reading ends when the client that asked for it leaves, so that nobody waits for what nobody wants."""

import asyncio
from types import TracebackType
from typing import Self

from starlette.requests import ClientDisconnect
from starlette.types import Receive

# Most answers are there before anybody could leave: only a longer wait is worth a task that listens.
SECONDS_UNHEARD = 0.2


class EndedIfClientLeaves:
    """Cancels what a block waits for when its client leaves. The block raises `ClientDisconnect` then.

    `receive` is that of a request whose body has been read; without one, nobody is listened to.
    """

    def __init__(self, receive: Receive | None) -> None:
        self._receive = receive
        self._task: asyncio.Task[object] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._listening: asyncio.Task[None] | None = None
        self._has_left = False

    def __enter__(self) -> Self:
        if self._receive is not None:
            self._task = asyncio.current_task()
            self._timer = asyncio.get_running_loop().call_later(SECONDS_UNHEARD, self._begin, self._receive)
        return self

    def __exit__(self, kind: type[BaseException] | None, reason: BaseException | None, _: TracebackType | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._listening is not None:
            self._listening.cancel()
        if self._task is not None and self._has_left and isinstance(reason, asyncio.CancelledError):
            self._task.uncancel()
            raise ClientDisconnect from None

    def _begin(self, receive: Receive) -> None:
        self._listening = asyncio.create_task(self._listen(receive), name="leaving")

    async def _listen(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._has_left = True
        if self._task is not None:
            self._task.cancel()
