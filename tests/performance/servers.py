"""Each peer in a process of its own: one worker, on loopback, at any port that is free."""

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from service import lifeline
from service.config import PREFIX, settings
from service.serving import listening
from tests.performance.load import HOST
from tests.performance.peers import Peer

PATIENCE = 20  # seconds


@contextmanager
def served(peer: Peer, database_url: str) -> Iterator[int]:
    """The port of a peer that runs for the block."""
    command = [sys.executable, "-m", "tests.performance", "serve", peer.name]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_environment(database_url))
    try:
        if process.stdout is None:
            raise TypeError("its output is read")
        yield int(process.stdout.readline())
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)


def serve(peer: Peer) -> None:
    """Serve a peer over the database of the environment, as `service.serving` does; say the port on the first line.

    All have a patient garbage collector, to stock's advantage: at the widest shape it halved stock's time, since the
    usual one goes through that many objects over and over.
    """
    bound = listening(HOST, 0)
    # Whoever connects before the application is there waits for it.
    bound.listen()
    print(bound.getsockname()[1], flush=True)
    application = peer.application(settings())
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    configuration = uvicorn.Config(application, access_log=False, log_level="warning", lifespan="on", ws="none")
    with lifeline.held(os.getppid()):
        uvicorn.Server(configuration).run(sockets=[bound])


def _environment(database_url: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "DATABASE_"))}
    return {**kept, "DATABASE_URL": database_url}
