"""What PostgreSQL needs to plan a statement grows with the document, and no faster."""

import re

import pytest

from schema.graph import graph
from service.answers.documents import Documents
from service.answers.request import GraphQLRequest
from service.database import Database
from service.reads.arguments import Binding
from service.reads.reader import Reader

SERIES = 'series(metric: "gp_fte") { variation points { value } }'
PLACES = {
    "at the root": ("{{ {} }}", f'organisation(code: "QKS") {{ {SERIES} }}'),
    "of one organisation": ('{{ organisation(code: "QKS") {{ {} }} }}', SERIES),
    "of each practice": ("{{ practices(first: 10) {{ nodes {{ {} }} }} }}", SERIES),
    "pages at the root": ("{{ {} }}", "practices(first: 1) { nodes { code } }"),
}


async def memory(database: Database, text: str) -> int:
    """The memory, in kB, in which PostgreSQL plans the statement of a document."""
    plan = await Reader(graph._schema).plan(await Documents(graph._schema).operation(GraphQLRequest(text)), {})
    lines = await database.reading.fetch(f"EXPLAIN (MEMORY) {plan.sql}", *plan.values(Binding({})))
    [used] = [found[1] for line in lines if (found := re.search(r"Memory: used=(\d+)kB", line[0]))]
    return int(used)


@pytest.mark.parametrize("place", PLACES)
async def test_four_times_as_many_fields_need_no_more_than_five_times_the_memory(corners: Database, place: str):
    around, field = PLACES[place]
    eight, more = [
        await memory(corners, around.format(" ".join(f"a{at}: {field}" for at in range(count)))) for count in (8, 32)
    ]
    assert more < 5 * eight
