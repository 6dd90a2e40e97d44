"""The fast path equals GraphQL's own execution: random documents have the same answer from both.

500 documents in an ordinary run, always the same. More of them, and others:

    TRACKER_TEST_DOCUMENTS=20000 TRACKER_TEST_SEED=7 .venv/bin/pytest tests/service/reads/test_equals_graphql.py
"""

import os
from functools import partial
from random import Random

import orjson
import pytest

from schema.graph import graph
from service.reads import few
from tests.service.reads.both import REFUSED, Both
from tests.service.reads.documents.orders import Cursors
from tests.service.reads.documents.pools import Pools
from tests.service.reads.documents.reduction import reduced
from tests.service.reads.documents.walk import Written, written
from tests.service.reads.viewers import viewers

DOCUMENTS = int(os.environ.get("TRACKER_TEST_DOCUMENTS", "500"))
SEED = int(os.environ.get("TRACKER_TEST_SEED", "1"))
# A batch ends with its first failure: several show several faults at once.
BATCHES = 10
# Most of these ask for too much, or with the cursor of another order.
MOST_REFUSED = 0.12


@pytest.fixture(scope="session")
def pools(both: Both) -> Pools:
    return Pools(both.tables)


@pytest.fixture(scope="session")
async def cursors(both: Both) -> Cursors:
    collected = Cursors()
    everything = viewers(both.tables)["an administrator of everything"]
    await collected.collect(partial(both.served, viewer=everything))
    return collected


@pytest.mark.parametrize("batch", range(BATCHES))
async def test_random_documents_have_the_answers_of_graphql(
    both: Both, pools: Pools, cursors: Cursors, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Half of them as if each list were long.
    monkeypatch.setattr(few, "MANY", 1 if batch % 2 else few.MANY)
    refused: list[str] = []
    for number in range(batch, DOCUMENTS, BATCHES):
        document = written(graph._schema, pools, cursors, Random(f"{SEED} {number}"))
        verdict = await both.verdict(document)
        if verdict is None:
            continue
        if not verdict.startswith(REFUSED):
            pytest.fail(await _described(both, document, f"seed {SEED}, document {number}: {verdict}"))
        refused.append(verdict)
    assert len(refused) <= MOST_REFUSED * DOCUMENTS / BATCHES + 2, refused


async def _described(both: Both, document: Written, what: str) -> str:
    """The failure, and the least of the document that still fails."""

    async def fails(smaller: Written) -> bool:
        return not (await both.verdict(smaller) or REFUSED).startswith(REFUSED)

    least = await reduced(graph._schema, document, fails)
    return (
        f"{what}\n{least.text}\n{orjson.dumps(least.variables).decode()}\n{least.viewer}\n{await both.verdict(least)}"
    )
