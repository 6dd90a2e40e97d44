"""Each peer in a process of its own: one worker, on loopback, at any port that is free."""

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import uvicorn

from service import lifeline
from service.config import PREFIX, settings
from service.serving import SECONDS_OF_A_THREAD, listening
from tests.performance.load import HOST
from tests.performance.peers import Peer
from tests.performance.rivals import node

PATIENCE = 20  # seconds


@dataclass(frozen=True)
class Server:
    """Where a peer answers, and the process that does."""

    port: int
    process: int


# The servers of all peers that take part, by their names.
Servers = Mapping[str, Server]


@contextmanager
def all_served(peers: tuple[Peer, ...], database_url: str) -> Iterator[Servers]:
    """The servers of some peers, which run for the block."""
    with ExitStack() as stack:
        yield {peer.name: stack.enter_context(served(peer, database_url)) for peer in peers}


@contextmanager
def served(peer: Peer, database_url: str) -> Iterator[Server]:
    """The server of a peer, which runs for the block."""
    environment = _environment(database_url)
    if peer.script:
        place = node.prepared()
        command, environment = [node.program(), str(place / peer.script)], environment | node.IN_PRODUCTION
    else:
        command = [sys.executable, "-m", "tests.performance", "serve", peer.name]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        if process.stdout is None:
            raise TypeError("its output is read")
        yield Server(int(process.stdout.readline()), process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()


def serve(peer: Peer) -> None:
    """Serve a peer over the database of the environment, as `service.serving` does; say the port on the first line.

    All have a patient garbage collector, to stock's advantage: at the widest shape it halved stock's time, since the
    usual one goes through that many objects over and over. Threads of all take turns as in the service.
    """
    bound = listening(HOST, 0)
    # Whoever connects before the application is there waits for it.
    bound.listen()
    print(bound.getsockname()[1], flush=True)
    application = peer.build(settings())
    gc.freeze()
    sys.setswitchinterval(SECONDS_OF_A_THREAD)
    gc.set_threshold(50_000, 20, 20)
    configuration = uvicorn.Config(application, access_log=False, log_level="warning", lifespan="on", ws="none")
    with lifeline.held(os.getppid()):
        uvicorn.Server(configuration).run(sockets=[bound])


def _environment(database_url: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "DATABASE_"))}
    return {**kept, "DATABASE_URL": database_url, "CONNECTIONS": str(settings().connections)}
