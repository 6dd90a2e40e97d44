"""Asks for pages of two lists, one with keys that can be null and one with keys of every type."""

from typing import Any

import orjson
import pytest

from service.answers.caller import Caller
from service.answers.errors import failure
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest

TEXTS = {
    "practices": """query($order: [PracticeOrder!], $first: Int, $after: String, $last: Int, $before: String) {
        list: practices(includeClosed: true, includeSynthetic: true, orderBy: $order,
                        first: $first, after: $after, last: $last, before: $before) { ...Page } }
        fragment Page on PracticeConnection {
            totalCount edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }""",
    "figures": """query($order: [FigureOrder!], $first: Int, $after: String, $last: Int, $before: String) {
        list: figures(includeSynthetic: true, orderBy: $order,
                      first: $first, after: $after, last: $last, before: $before,
                      filter: {organisation: {code: {in: ["Z90001", "Z90002", "Z90003", "QKS"]}}}) { ...Page } }
        fragment Page on FigureConnection {
            totalCount edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }""",
}


async def page(executor: Executor, listed: str, orders: Any = None, **paging: Any) -> Any:
    """One page of a list."""
    request = GraphQLRequest(TEXTS[listed], {"order": orders, **paging})
    asked = Caller(None)
    return orjson.loads(await executor.data(request, asked, may_write=False))["list"]


async def refusal(executor: Executor, listed: str = "practices", orders: Any = None, **paging: Any) -> str:
    """The code with which a page is refused."""
    with pytest.raises(Exception) as refused:  # noqa: PT011  whatever it is, a client sees its code
        await page(executor, listed, orders, **paging)
    code: str = failure(refused.value).errors[0]["extensions"]["code"]
    return code
