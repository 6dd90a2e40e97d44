"""A document's answer from the service and from the reference, side by side."""

from dataclasses import dataclass
from typing import Any

import orjson

from service.answers.caller import Caller
from service.answers.errors import failure
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.viewer import Viewer
from tests.service.reads.comparison import difference
from tests.service.reads.documents.walk import Written
from tests.service.reads.reference import execution
from tests.service.reads.reference.tables import Tables

REFUSED = "refused: "


@dataclass(frozen=True)
class Both:
    """The two ways to an answer."""

    executor: Executor
    tables: Tables

    async def served(self, text: str, variables: dict[str, Any], viewer: Viewer | None = None) -> Any:
        """The data that a client gets. Refusals and failures are raised."""
        request = GraphQLRequest(text, variables)
        return orjson.loads(await self.executor.data(request, Caller(viewer), may_write=False))

    async def verdict(self, document: Written) -> str | None:
        """How the answers differ, or None where they are equal; `refused: CODE` when there is nothing to compare."""
        try:
            served = await self.served(document.text, document.variables, document.viewer)
        except Exception as reason:
            code = failure(reason).errors[0]["extensions"]["code"]
            return f"{REFUSED}{code}" if code.startswith(("plan/", "document/too")) else f"{code}: {reason!r}"[:400]
        expected = execution.data(self.tables, document.text, document.variables, document.viewer)
        return difference(expected, served)
