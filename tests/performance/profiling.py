"""Where the service's own time goes: requests to the application in this process, under the profiler of Python."""

import asyncio
import cProfile
import pstats
import sys
import time
from typing import Any

from starlette.applications import Starlette

from service.config import settings
from service.reads import answering
from tests.performance.loop import new_event_loop
from tests.performance.peers import COLD
from tests.performance.shapes import Shape

_HEADERS = [(b"host", b"127.0.0.1"), (b"accept", b"*/*"), (b"content-type", b"application/json")]
_SHOWN = 30


def profile(database_url: str, shape: Shape, requests: int) -> None:
    """Print the time of a warm request, then the functions that took most of it, by own and by whole time."""
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        profiler = runner.run(_profiled(database_url, shape, requests))
    statistics = pstats.Stats(profiler).strip_dirs()
    for order in ("tottime", "cumulative"):
        statistics.sort_stats(order).print_stats(_SHOWN)


async def _profiled(database_url: str, shape: Shape, requests: int) -> cProfile.Profile:
    # The profiler sees one thread.
    answering.LONGEST_AT_ONCE = sys.maxsize
    app = COLD.build(settings(database_url=database_url))
    profiler = cProfile.Profile()
    async with app.router.lifespan_context(app):
        await _repeat(app, shape, 50)
        started, worked = time.perf_counter(), time.process_time()
        await _repeat(app, shape, requests)
        whole, own = time.perf_counter() - started, time.process_time() - worked
        print(f"{whole / requests * 1e6:,.0f} µs for a request, {own / requests * 1e6:,.0f} µs of them in this process")
        profiler.enable()
        await _repeat(app, shape, requests)
        profiler.disable()
    return profiler


async def _repeat(app: Starlette, shape: Shape, times: int) -> None:
    body = shape.body
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "root_path": "",
        "query_string": b"",
        "headers": [*_HEADERS, (b"content-length", str(len(body)).encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 1),
    }

    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if not sent:
            # The client stays.
            await asyncio.Event().wait()
        return sent.pop()

    async def send(message: Any) -> None:
        if message.get("status", 200) != 200:
            raise ValueError(f"the application refuses shape {shape.key}")

    for _ in range(times):
        sent[:] = [{"type": "http.request", "body": body, "more_body": False}]
        await app(dict(scope), receive, send)
