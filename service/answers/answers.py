"""What every door needs to answer a request, in one value that the application keeps for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import HTTPConnection, Request

from service.answers.access import Access
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.rehearsals import Rehearsed, See, Seen
from service.answers.request import GraphQLRequest
from service.answers.streams import Streams
from service.identity.sessions import note_version, seen_version


@dataclass(frozen=True)
class Answers:
    """Runs documents and streams, for whoever may read."""

    executor: Executor
    streams: Streams
    access: Access

    @classmethod
    def of(cls, connection: HTTPConnection) -> "Answers":
        """The answers of the application that a connection came to."""
        answers: Answers = connection.app.state.answers
        return answers

    async def caller(self, request: Request) -> Caller:
        """Who opens a page, looked up once for each request. Refusals: those of access."""
        if not hasattr(request.state, "caller"):
            request.state.caller = await self.access.of_page(request)
        found: Caller = request.state.caller
        return found

    async def read(self, request: Request, document: GraphQLRequest) -> bytes:
        """The JSON text of `data` for whoever opens a page, with all that they have written in their session.

        Refusals: those of access and of the document.
        """
        seen = seen_version(request.session) if "session" in request.scope else 0
        caller = await self.caller(request)
        answer = await self.executor.answer(document, caller, may_write=False, receive=request.receive, at_least=seen)
        return answer.body.data

    async def write(self, request: Request, document: GraphQLRequest) -> bytes:
        """The JSON text of `data` of commands, for whoever sends a form. Refusals: as above, and `FORBIDDEN`."""
        answer = await self.executor.answer(document, await self.caller(request), may_write=True)
        if answer.version is not None and "session" in request.scope:
            note_version(request.session, answer.version.position)
        return answer.body.data

    async def rehearse(
        self, request: Request, commanded: GraphQLRequest, see: See[Seen], *, planned: Sequence[GraphQLRequest] = ()
    ) -> Rehearsed[Seen]:
        """What somebody sees before and after a command that is then rolled back. Refusals: those of rehearsals."""
        return await self.executor.rehearsals.rehearse(commanded, see, await self.caller(request), planned=planned)
