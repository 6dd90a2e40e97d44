"""Watches a worker's launcher, so that the worker ends with it, however the launcher ends."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS_BETWEEN_CHECKS = 0.5


@contextmanager
def held(launcher: int | None) -> Iterator[None]:
    """For the block: when the launcher is gone, signal this process to stop, and end it if it does not.

    A worker's parent changes when its launcher dies, even by kill -9, and even before the worker gets here. The id of a
    parent is not used again while its child lives, so checking it is enough on every system.
    """
    if launcher is None or os.getpid() == launcher:
        yield
        return
    released = threading.Event()
    thread = threading.Thread(target=_watch, args=(launcher, released), name="lifeline", daemon=True)
    thread.start()
    try:
        yield
    finally:
        released.set()


def is_cut(launcher: int | None) -> bool:
    """Whether this process is a worker whose launcher has ended."""
    return launcher is not None and launcher not in (os.getpid(), os.getppid())


def _watch(launcher: int, released: threading.Event) -> None:
    while not released.wait(SECONDS_BETWEEN_CHECKS):
        if is_cut(launcher):
            os.kill(os.getpid(), signal.SIGTERM)
            # The event loop has this many seconds to answer requests in progress.
            released.wait(5)
            os._exit(1)
