"""Turns a signal to stop into a call that ends what would keep the process waiting: streams without an end."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def before_stopping(end: Callable[[], None]) -> Iterator[None]:
    """For the block: at a signal to stop, the event loop first calls `end`. Then the signal does what it did before.

    A server waits for its open responses before it ends the application's lifespan, and that would be too late.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = {each: signal.getsignal(each) for each in SIGNALS}

    def leave(number: int, frame: FrameType | None) -> None:
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(end)
        if callable(handler := before[signal.Signals(number)]):
            handler(number, frame)

    # A signal without a handler ends the process at once, and waits for nothing.
    handled = [each for each in SIGNALS if callable(before[each])]
    for each in handled:
        signal.signal(each, leave)
    try:
        yield
    finally:
        for each in handled:
            if signal.getsignal(each) is leave:
                signal.signal(each, before[each])
