"""What every door needs to answer a request, in one value that the application keeps for all of them."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection, Request

from service.answers.access import Access
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.answers.streams import Streams


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

    async def read(self, request: Request, document: GraphQLRequest) -> bytes:
        """The JSON text of `data` for whoever opens a page. Refusals: those of access and of the document."""
        caller = await self.access.of_page(request)
        return await self.executor.data(document, caller, may_write=False, receive=request.receive)
