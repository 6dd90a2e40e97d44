"""Peers: one statement for each document on a pool of asyncpg with the service's settings, and nothing around it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from schema.graph import graph
from service.answers.documents import Documents
from service.answers.request import GraphQLRequest
from service.config import Settings
from service.database import asyncpg_pool, reader
from service.reads.arguments import Binding
from service.reads.reader import Reader
from service.reads.versions import split
from tests.performance import by_hand
from tests.performance.shapes import SHAPES, Shape


@dataclass(frozen=True)
class Statement:
    """A statement with its parameters, and what makes the text of `data` from what it gives; without SQL a constant."""

    sql: str
    parameters: list[Any]
    data: Callable[[str], str] = str


_TRIVIAL = '{"__typename":"Query"}'


async def _ours(shape: Shape) -> Statement:
    documents = Documents(graph._schema)
    operation = await documents.operation(GraphQLRequest(shape.query, shape.variables))
    variables = documents.variables(operation, shape.variables)
    plan = await Reader(graph._schema).plan(operation, variables)
    return Statement(plan.sql, plan.values(Binding(variables)), _data)


def _data(text: str) -> str:
    """The data in what a statement of the service gives: after the version, where it read a table."""
    return text if text.startswith("{") else split(text)[1]


async def _by_hand(shape: Shape) -> Statement:
    return Statement(*by_hand.statement(shape))


def with_our_sql(settings: Settings) -> Starlette:
    """A route for each shape that runs the statement of the service; what is sent to it is not read."""
    return _application(settings, _ours)


def with_sql_by_hand(settings: Settings) -> Starlette:
    """A route for each shape that runs a statement by hand; what is sent to it is not read."""
    return _application(settings, _by_hand)


def _application(settings: Settings, statement: Callable[[Shape], Awaitable[Statement]]) -> Starlette:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with asyncpg_pool(reader(settings), settings) as pool:
            app.state.pool = pool
            app.state.statements = {shape.key: await statement(shape) for shape in SHAPES}
            yield

    return Starlette(
        routes=[Route(path(shape), _answer(shape), methods=["POST"]) for shape in SHAPES],
        lifespan=lifespan,
    )


def path(shape: Shape) -> str:
    """The address of a shape's handler."""
    return f"/{shape.key}"


def _answer(shape: Shape) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        statement = request.app.state.statements[shape.key]
        data = _TRIVIAL
        if statement.sql:
            data = statement.data(await request.app.state.pool.fetchval(statement.sql, *statement.parameters))
        return Response('{"data":' + data + "}", media_type="application/json")

    return answer
