"""A server of a front-end team: it keeps what is posted to it, and answers as a test says."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.serving import listening
from tests.service.graphql.served import until


@dataclass
class Message:
    """What came with one request."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def data(self) -> Any:
        return orjson.loads(self.body)["data"]


@dataclass
class Receiver:
    """`status` is what the next requests are answered with; `decide` may choose for each."""

    url: str = ""
    status: int = 204
    messages: list[Message] = field(default_factory=list)
    decide: Callable[[Message], int] | None = None

    async def receive(self, request: Request) -> Response:
        message = Message(dict(request.headers), await request.body())
        self.messages.append(message)
        status = self.status if self.decide is None else self.decide(message)
        return Response(status_code=status, headers={"Location": self.url + "/elsewhere"} if status == 307 else {})

    async def has(self, number: int) -> list[Message]:
        """The messages, when there are so many."""
        await until(lambda: len(self.messages) >= number)
        return self.messages

    async def has_no_more_than(self, number: int) -> None:
        await asyncio.sleep(0.5)
        assert len(self.messages) == number


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver that listens for the block."""
    receiver = Receiver()
    app = Starlette(routes=[Route("/{path:path}", receiver.receive, methods=["POST"])])
    with listening("127.0.0.1", 0) as bound:
        receiver.url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        serving = asyncio.create_task(server.serve(sockets=[bound]))
        await until(lambda: server.started or serving.done())
        try:
            yield receiver
        finally:
            server.should_exit = True
            await serving
