"""Whether the service is alive, and whether it is ready to answer."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

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


async def _livez(_: Request) -> Response:
    return JSONResponse({"status": "alive"})


async def _readyz(request: Request) -> Response:
    """Ready when the database answers; the version is that of the published data.

    A service whose events are reconnecting is ready too: it answers, and subscribers get their events a little later.
    """
    state: Any = request.app.state
    try:
        async with asyncio.timeout(SECONDS_TO_ANSWER):
            found = await state.database.reading.fetchrow(_STATE, SERVICE_ROLE)
    except Exception:
        return JSONResponse({"status": "the database does not answer"}, 503)
    if not found["is_complete"]:
        return JSONResponse({"status": "the database lacks the role or the policies of commands"}, 503)
    return JSONResponse({"status": "ready", "version": found["version"], "events": state.events.state})
