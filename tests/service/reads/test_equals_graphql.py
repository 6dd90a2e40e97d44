"""The fast path equals GraphQL's own execution: random documents have the same answer from both.

1,000 documents in an ordinary run. More of them, and others:

    TRACKER_TEST_DOCUMENTS=20000 TRACKER_TEST_SEED=7 .venv/bin/pytest tests/service/reads/test_equals_graphql.py
"""

import datetime as dt
import os
from dataclasses import dataclass
from random import Random
from typing import Any

import orjson
import pytest

from schema.errors import Refusal
from schema.graph import graph
from service.graphql.execution import Asked, Executor
from service.graphql.request import GraphQLRequest
from tests.service.reads.comparison import difference
from tests.service.reads.documents.orders import Cursors
from tests.service.reads.documents.pools import Pools
from tests.service.reads.documents.reduction import reduced
from tests.service.reads.documents.walk import Written, written
from tests.service.reads.reference import execution
from tests.service.reads.reference.tables import Tables

DOCUMENTS = int(os.environ.get("TRACKER_TEST_DOCUMENTS", "1000"))
SEED = int(os.environ.get("TRACKER_TEST_SEED", "1"))
BATCHES = 10
MOST_REFUSED = 0.03


@dataclass(frozen=True)
class Both:
    """The two ways to an answer."""

    executor: Executor
    tables: Tables

    async def fast(self, text: str, variables: dict[str, Any]) -> Any:
        asked = Asked(None, dt.datetime.now(dt.UTC))
        return orjson.loads(await self.executor.data(GraphQLRequest(text, variables), asked, may_write=False))

    async def verdict(self, document: Written) -> str | None:
        """How the answers differ, or None; `refused …` when there is none to compare."""
        try:
            actual = await self.fast(document.text, document.variables)
        except Refusal as refusal:
            return f"refused {refusal.code}"
        except Exception as fault:
            return f"fault {type(fault).__name__}: {fault}"[:300]
        return difference(execution.data(self.tables, document.text, document.variables), actual)


@pytest.fixture(scope="session")
def both(executor: Executor, tables: Tables) -> Both:
    return Both(executor, tables)


@pytest.fixture(scope="session")
def pools(tables: Tables) -> Pools:
    return Pools(tables)


@pytest.fixture(scope="session")
async def cursors(both: Both) -> Cursors:
    collected = Cursors()
    await collected.collect(both.fast)
    return collected


@pytest.mark.parametrize("batch", range(BATCHES))
async def test_random_documents_have_the_answers_of_graphql(both: Both, pools: Pools, cursors: Cursors, batch: int) -> None:
    refused = 0
    for number in range(batch, DOCUMENTS, BATCHES):
        random = Random(f"{SEED} {number}")
        document = written(graph._schema, pools, cursors, random)
        verdict = await both.verdict(document)
        if verdict and verdict.startswith("refused"):
            refused += 1
        elif verdict:
            pytest.fail(await _told(both, document, verdict, number))
    assert refused <= MOST_REFUSED * DOCUMENTS / BATCHES + 1


async def _told(both: Both, document: Written, verdict: str, number: int) -> str:
    """The failure as something to work with."""

    async def fails(smaller: Written) -> bool:
        found = await both.verdict(smaller)
        return bool(found) and not str(found).startswith("refused")

    least = await reduced(graph._schema, document, fails)
    said = await both.verdict(least)
    return f"seed {SEED}, document {number}: {verdict}\n{least.text}\n{orjson.dumps(least.variables).decode()}\n{said}"
