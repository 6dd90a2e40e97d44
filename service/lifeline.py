"""A worker that does not outlive the launcher that it belongs to, however the launcher ends."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS_BETWEEN_LOOKS = 0.5


@contextmanager
def held(launcher: int | None) -> Iterator[None]:
    """For the block: when the launcher is gone, this process is told to stop, and is ended if it does not.

    A worker's parent changes when its launcher dies, kill -9 included, and a parent's id is not used again while
    its child lives: looking at it is enough, on every system.
    """
    if launcher is None or os.getpid() == launcher:
        yield
        return
    released = threading.Event()
    thread = threading.Thread(target=_watch, args=(os.getppid(), released), name="lifeline", daemon=True)
    thread.start()
    try:
        yield
    finally:
        released.set()


def _watch(parent: int, released: threading.Event) -> None:
    while not released.wait(SECONDS_BETWEEN_LOOKS):
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)
            # The event loop has this long to answer what is in hand.
            released.wait(5)
            os._exit(1)
