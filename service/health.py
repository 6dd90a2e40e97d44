"""Whether the service is alive, and whether it is ready to answer.

A process is alive while it can come back by itself, however long its database is away. Whoever watches it starts it
again when it cannot.
"""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from service import lifeline
from service.answers.errors import headers_of
from service.database import SERVICE_ROLE

SECONDS_TO_ANSWER = 2.0
# The version, and whether commands have the role that they run as and its policies: a restore may leave both out.
_STATE = """
    SELECT version, to_regrole($1) IS NOT NULL AND EXISTS (SELECT FROM pg_policies) AS is_complete
    FROM data_version
"""


def routes() -> list[BaseRoute]:
    """The routes, over the database and the listener in the application's state."""
    return [Route("/livez", _livez), Route("/readyz", _readyz)]


async def _livez(request: Request) -> Response:
    """Alive, unless something has ended that nothing in this process begins again."""
    ended = _ended(request.app.state)
    return JSONResponse({"status": ended}, 503) if ended else JSONResponse({"status": "alive"})


def _ended(state: Any) -> str | None:
    """What has ended permanently; None when all else heals by itself."""
    if lifeline.is_cut(state.launcher):
        return "the process that started this one has ended"
    if state.database.is_closed:
        return "the connections to the database are closed permanently"
    if state.events.has_ended:
        return "nothing follows the events any more"
    return None


async def _readyz(request: Request) -> Response:
    """Ready when the database answers; the version is that of the published data.

    A service whose events are reconnecting is ready too: it answers, and subscribers get their events a little later.
    """
    state: Any = request.app.state
    try:
        async with asyncio.timeout(SECONDS_TO_ANSWER):
            found = await state.database.reading.reserved.fetchrow(_STATE, SERVICE_ROLE)
    except Exception:
        return _not_ready("the database does not answer")
    if not found["is_complete"]:
        return _not_ready("the database lacks the role or the policies of commands")
    return JSONResponse({"status": "ready", "version": found["version"], "events": state.events.state})


def _not_ready(why: str) -> Response:
    return JSONResponse({"status": why}, 503, headers_of(503))
