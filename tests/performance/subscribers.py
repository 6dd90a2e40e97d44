"""`python -m tests.performance.subscribers` measures what subscribers that hear nothing cost a service in memory."""

import asyncio
import os
import resource
import subprocess
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

import click
import psutil
import websockets

from tests.service.commands import Started, run, started

DOCUMENT = "subscription { figuresPublished { value metric { code } organisation { code } } }"
UPDATE = """
    mutation {
      updateQuarterlyFigures(input: {
        quarter: "2024-25-Q4", organisation: "QKS"
        figures: [{metric: "call_back_percent", organisation: "QKS", numerator: 163, denominator: 177}]
      }) { created }
    }
"""
MEGABYTE = 1_000_000
# What was freed goes back to the system, and what runs on the side comes to rest.
SECONDS_TO_REST = 2.0


@click.command()
@click.option("--subscribers", type=click.IntRange(1, 20_000), default=1_000, show_default=True, help="How many.")
def main(subscribers: int) -> None:
    """Start a service with one worker, subscribe so often, and print its memory before and after."""
    _allow_files(2 * subscribers + 200)
    with tempfile.TemporaryDirectory() as place, started(Path(place) / "data") as service:
        key = run("keys", "create", "--name", "Ada", "--role", "APPROVER", "--data", f"{place}/data")
        asyncio.run(_measured(service, subscribers, key.stdout.splitlines()[-1]))


async def _measured(service: Started, subscribers: int, key: str) -> None:
    async with AsyncExitStack() as stack:
        # What the first one costs is the code that it loads.
        await _subscribed(stack, service)
        await asyncio.sleep(SECONDS_TO_REST)
        before = _memory(service.process)
        sockets = [await _subscribed(stack, service) for _ in range(subscribers)]
        await asyncio.sleep(SECONDS_TO_REST)
        idle = _memory(service.process)
        _print(f"{subscribers:,} idle subscribers", before, idle, subscribers)
        began = time.perf_counter()
        await asyncio.to_thread(service.ask, UPDATE, key)
        await asyncio.gather(*(socket.recv() for socket in sockets))
        print(f"One figure reached all of them {time.perf_counter() - began:.2f} s after it was sent.")
        await asyncio.sleep(SECONDS_TO_REST)
        _print("after that figure", before, _memory(service.process), subscribers)


async def _subscribed(stack: AsyncExitStack, service: Started) -> websockets.ClientConnection:
    address = service.address.replace("http", "ws") + "/graphql"
    socket = await stack.enter_async_context(
        websockets.connect(address, subprotocols=["graphql-transport-ws"], compression=None)  # type: ignore[list-item]
    )
    await socket.send('{"type": "connection_init"}')
    await socket.recv()
    await socket.send(f'{{"type": "subscribe", "id": "1", "payload": {{"query": "{DOCUMENT}"}}}}')
    return socket


def _memory(process: "subprocess.Popen[str]") -> int:
    """The resident memory of the serving process, in bytes."""
    return int(psutil.Process(process.pid).memory_info().rss)


def _print(what: str, before: int, after: int, subscribers: int) -> None:
    added = after - before
    print(
        f"Resident memory, {what}: {before / MEGABYTE:.1f} → {after / MEGABYTE:.1f} MB; "
        f"{added / MEGABYTE:.1f} MB more, {added / subscribers / 1000:.1f} kB for each."
    )


def _allow_files(number: int) -> None:
    """Both ends of each socket are a file; the started service inherits the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < number:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(number, hard), hard))


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    main()
