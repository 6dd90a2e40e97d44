"""A peer: the statements that the service runs for the documents, on a pool like its own, and nothing around them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from schema.graph import graph
from service.answers.documents import Documents
from service.answers.request import GraphQLRequest
from service.config import Settings
from service.database import connected
from service.reads.arguments import Binding
from service.reads.reader import Reader
from service.reads.versions import split
from tests.performance.shapes import SHAPES, Shape


async def planned(shape: Shape) -> tuple[str, list[Any]]:
    """The statement that the service runs for a shape, and its parameters."""
    documents = Documents(graph._schema)
    operation = await documents.operation(GraphQLRequest(shape.query, shape.variables))
    variables = documents.variables(operation, shape.variables)
    plan = await Reader(graph._schema).plan(operation, variables)
    return plan.sql, plan.values(Binding(variables))


def application(settings: Settings) -> Starlette:
    """A route for each shape; what is sent to it is not read."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with connected(settings) as database:
            app.state.pool = database.reading
            app.state.planned = {shape.number: await planned(shape) for shape in SHAPES}
            yield

    return Starlette(
        routes=[Route(path(shape), _answer(shape), methods=["POST"]) for shape in SHAPES],
        lifespan=lifespan,
    )


def path(shape: Shape) -> str:
    """The address of a shape's handler."""
    return f"/{shape.number}"


def _answer(shape: Shape) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        sql, parameters = request.app.state.planned[shape.number]
        _, data = split(await request.app.state.pool.fetchval(sql, *parameters))
        return Response('{"data":' + data + "}", media_type="application/json")

    return answer
