"""A subscriber is checked again at each event."""

import asyncio

import pytest

from schema.enumerations import Role
from schema.errors import Refusal
from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.answers.streams import NoLonger, Streams
from service.events.event import SUBMISSIONS, Event
from service.events.hub import Hub
from service.viewer import Viewer
from tests.service.graphql.served import until


@pytest.mark.parametrize(("now", "code"), [(Viewer("Bob", Role.READER), "FORBIDDEN"), (None, "UNAUTHENTICATED")])
async def test_who_may_no_longer_see_submissions_gets_no_more_of_them(database, now, code):
    hub = Hub()
    hub.begin()
    callers = iter((Caller(Viewer("Bob", Role.SUBMITTER)), Caller(now)))

    async def find_caller() -> Caller:
        return next(callers)

    request = GraphQLRequest("subscription { submissionChanged { id } }")
    streams = Streams(Executor(graph._schema, database), database.reading, hub)
    answers = streams.answers(request, find_caller, may_write=False)
    waiting = asyncio.ensure_future(anext(answers))
    async with asyncio.timeout(10):
        await until(lambda: len(hub) == 1)
        await hub.deliver([Event(1, SUBMISSIONS, 1, "QKS")])
        with pytest.raises(NoLonger) as ended:
            await waiting
    assert ended.value.code == code


async def test_who_may_not_see_submissions_is_refused_before_the_first_event(database):
    hub = Hub()
    hub.begin()

    async def find_caller() -> Caller:
        return Caller(Viewer("Rea", Role.READER))

    request = GraphQLRequest("subscription { submissionChanged { id } }")
    streams = Streams(Executor(graph._schema, database), database.reading, hub)
    async with asyncio.timeout(10):
        with pytest.raises(Refusal, match="cannot see submissions"):
            await anext(streams.answers(request, find_caller, may_write=False))
