"""Serves the application on a socket, in this process or in several, until a signal stops it."""

import gc
import os
import signal
import socket
import sys
from types import FrameType

import uvicorn
from starlette.applications import Starlette
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from service.app import application
from service.config import DATABASE_SETTINGS, PREFIX, Settings
from service.log import log_configuration
from service.mistakes import Mistake

SECONDS_TO_FINISH = 10
# A new worker first imports the service. On a busy machine that takes longer than uvicorn's five seconds, and a worker
# that is replaced each time never serves.
SECONDS_TO_ANSWER_SUPERVISOR = 30
# How many new objects bring on a collection of garbage, of the youngest, the middle and the oldest. A collection of the
# oldest stops everything: with Python's own 700 there were 46 in 120 large documents, of up to 0.3 s, with these 2.
_OBJECTS_UNTIL_COLLECTION = (10_000, 10, 10)
# For so many seconds, a thread that calculates holds up the event loop, each time that the loop has something to do.
# With Python's own 5 ms, answers took 57 ms (99 % of them) while targets were judged; with this 3 to 9 ms.
SECONDS_OF_A_THREAD = 0.000_1


class PortInUse(Mistake):
    """Another program listens on the port."""


def listening(host: str, port: int) -> socket.socket:
    """A socket bound to the port; port 0 is any free port. Refusals: `PortInUse`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as reason:
        bound.close()
        raise PortInUse(f"The service cannot listen on {host}:{port}: {reason.strerror}.") from reason
    bound.set_inheritable(True)
    return bound


def serve(settings: Settings, bound: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM, finish what is in progress, then return. Exits with 3 if it cannot start."""
    _end_by_exception()
    if settings.workers == 1:
        server = uvicorn.Server(configuration(settings, settled_application(settings)))
        server.run(sockets=[bound])
        if not server.started:
            sys.exit(STARTUP_FAILURE)
        return
    # Workers are new processes: they read their settings again, from an environment that holds ours.
    os.environ.update(_environment(settings))
    supervisor = Multiprocess(configuration(settings, "service.serving:settled_application"), sockets=[bound])
    supervisor.run()
    if any(worker.exitcode == STARTUP_FAILURE for worker in supervisor.processes):
        sys.exit(STARTUP_FAILURE)


def settled_application(settings: Settings | None = None) -> Starlette:
    """The application, in a process that serves nothing else: its schema is no longer looked through for garbage."""
    app = application(settings)
    settle()
    return app


def settle() -> None:
    """Leave what there is now out of every later collection of garbage, collect less often, and share time finely."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_OBJECTS_UNTIL_COLLECTION)
    sys.setswitchinterval(SECONDS_OF_A_THREAD)


def configuration(settings: Settings, app: object) -> uvicorn.Config:
    """How uvicorn serves an application, or one made by the function that `app` names."""
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        factory=isinstance(app, str),
        workers=settings.workers,
        access_log=False,
        log_config=log_configuration(settings.log),
        lifespan="on",
        # By name: a new worker answers its supervisor before it has imported the service.
        http="service.gate.protocol:LimitedConnection",
        # What a program is should be nobody's business.
        server_header=False,
        # Of uvicorn's three, this one uses the least for sockets that are silent most of the time.
        ws="websockets-sansio",
        ws_max_size=settings.most_body_bytes,
        ws_per_message_deflate=False,
        # We notice a client that has gone without closing, and a proxy sees that the socket is in use.
        ws_ping_interval=20,
        ws_ping_timeout=20,
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
        timeout_worker_healthcheck=SECONDS_TO_ANSWER_SUPERVISOR,
    )


def _environment(settings: Settings) -> dict[str, str]:
    ours = {
        PREFIX + name.upper(): str(value)
        for name, value in settings.model_dump(exclude=set(DATABASE_SETTINGS)).items()
        if value is not None
    }
    urls = {name.upper(): getattr(settings, name) for name in DATABASE_SETTINGS}
    return {
        **ours,
        **{name: url for name, url in urls.items() if url is not None},
        PREFIX + "LAUNCHER_PID": str(os.getpid()),
    }


def _end_by_exception() -> None:
    """Turn both signals into an orderly exit.

    When it is done, uvicorn raises the signal that stopped it again. That would end this process before it has stopped
    what it started.
    """

    def leave(_: int, __: FrameType | None) -> None:
        sys.exit(0)

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, leave)
