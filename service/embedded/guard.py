"""Watches a server for as long as a service runs, and starts it again when its keeper, or its owner, has ended."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from service.embedded.server import EmbeddedPostgres

SECONDS_BETWEEN_LOOKS = 1.0
LONGEST_PAUSE = 30.0

logger = logging.getLogger(__name__)


@contextmanager
def guarded(server: EmbeddedPostgres) -> Iterator[None]:
    """For the block: a server that has ended is started again, as often as it takes."""
    released = threading.Event()
    thread = threading.Thread(target=_guard, args=(server, released), name="guard", daemon=True)
    thread.start()
    try:
        yield
    finally:
        released.set()
        thread.join()


def _guard(server: EmbeddedPostgres, released: threading.Event) -> None:
    pause = SECONDS_BETWEEN_LOOKS
    while not released.wait(pause):
        try:
            _start_if_ended(server)
            pause = SECONDS_BETWEEN_LOOKS
        except Exception as problem:  # whatever it was: nobody else would try again
            pause = min(2 * pause, LONGEST_PAUSE)
            logger.error("%s Trying again in %g seconds.", problem, pause)


def _start_if_ended(server: EmbeddedPostgres) -> None:
    if not server.is_kept():
        logger.warning("The PostgreSQL in %s has ended; starting it again.", server.data)
        server.start()
