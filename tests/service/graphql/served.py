"""The whole service on a port of this machine, in the tests' own process, and clients of its streams."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn
import websockets
from starlette.applications import Starlette

from service.app import application
from service.config import Settings
from service.database import Database, connected
from service.events.hub import Hub
from service.events.listener import Listener
from service.outbound import trusted
from service.serving import configuration, listening

PROTOCOL = "graphql-transport-ws"
PATIENCE = 10.0  # seconds
# Nothing may arrive for this long; what does arrive takes some milliseconds.
SILENCE = 0.4


@dataclass
class Service:
    """A running service."""

    host: str
    app: Starlette
    # As its owner: what a test prepares and looks up is not the service's to do.
    database: Database

    @property
    def listener(self) -> Listener:
        listener: Listener = self.app.state.events
        return listener

    @property
    def hub(self) -> Hub:
        return self.listener.hub

    async def caught_up(self) -> None:
        """Wait until everything that has been published is delivered to those who subscribed before."""
        end = await self.database.primary.fetchval("SELECT position FROM audit_head")
        await until(lambda: self.listener._position >= end)

    async def subscribers(self, number: int) -> None:
        """Wait until there are this many."""
        await until(lambda: len(self.hub) == number)

    @asynccontextmanager
    async def client(self, **headers: str) -> AsyncIterator[httpx.AsyncClient]:
        async with httpx.AsyncClient(
            base_url=f"http://{self.host}", headers=headers, timeout=PATIENCE, verify=trusted()
        ) as client:
            yield client

    @asynccontextmanager
    async def connected(self, protocol: str = PROTOCOL, **headers: str) -> AsyncIterator["Socket"]:
        """A WebSocket, before any message."""
        subprotocols: Any = [protocol]
        address = f"ws://{self.host}/graphql"
        async with websockets.connect(address, subprotocols=subprotocols, additional_headers=headers) as connection:
            yield Socket(connection)

    @asynccontextmanager
    async def opened(self, key: str | None = None, **headers: str) -> AsyncIterator["Socket"]:
        """A WebSocket after its `connection_init`."""
        async with self.connected(**headers) as socket:
            await socket.send(type="connection_init", payload={"authorization": f"Bearer {key}"} if key else {})
            assert await socket.message() == {"type": "connection_ack"}
            yield socket


@dataclass
class Socket:
    """One end of a WebSocket."""

    connection: websockets.ClientConnection

    async def send(self, text: str | bytes | None = None, /, **message: Any) -> None:
        await self.connection.send(json.dumps(message) if text is None else text)

    async def subscribe(self, query: str, operation: str = "1", **variables: Any) -> None:
        await self.send(type="subscribe", id=operation, payload={"query": query, "variables": variables})

    async def message(self) -> Any:
        async with asyncio.timeout(PATIENCE):
            return json.loads(await self.connection.recv())

    async def answer(self) -> Any:
        """The data of the next message, which is an answer."""
        message = await self.message()
        assert message["type"] == "next", message
        return message["payload"]["data"]

    async def error(self) -> str:
        """The code of the next message, which is an error."""
        message = await self.message()
        assert message["type"] == "error", message
        return str(message["payload"][0]["extensions"]["code"])

    async def is_silent(self) -> bool:
        try:
            async with asyncio.timeout(SILENCE):
                await self.connection.recv()
        except TimeoutError:
            return True
        return False

    async def closed(self) -> int | None:
        """The code with which the other end closes."""
        async with asyncio.timeout(PATIENCE):
            try:
                while True:
                    await self.connection.recv()
            except websockets.ConnectionClosed as closed:
                return closed.rcvd.code if closed.rcvd else None


async def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if is_so():
            return
        await asyncio.sleep(0.02)
    raise TimeoutError("it was never so")


@asynccontextmanager
async def served(settings: Settings) -> AsyncIterator[Service]:
    """A service of its own, as `tracker start` serves it, for the block."""
    app = application(settings)
    with listening("127.0.0.1", 0) as bound:
        server = uvicorn.Server(configuration(settings, app))
        serving = asyncio.create_task(server.serve(sockets=[bound]))
        await until(lambda: server.started or serving.done())
        try:
            async with connected(settings) as database:
                yield Service(f"127.0.0.1:{bound.getsockname()[1]}", app, database)
        finally:
            server.should_exit = True
            await serving
