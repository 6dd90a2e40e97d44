"""What PostgreSQL needs to plan a statement grows with the document, and no faster."""

import re

import pytest

from schema.graph import graph
from service.answers.documents import Documents
from service.answers.request import GraphQLRequest
from service.database import Database
from service.reads import reader
from service.reads.arguments import Binding
from service.reads.cost import planned
from service.reads.reader import Reader
from service.reads.standings import NO_STATUSES

SERIES = 'series(metric: "gp_fte") { variation points { value } }'
PLACES = {
    "at the root": ("{{ {} }}", f'organisation(code: "QKS") {{ {SERIES} }}'),
    "of one organisation": ('{{ organisation(code: "QKS") {{ {} }} }}', SERIES),
    "of each practice": ("{{ practices(first: 10) {{ nodes {{ {} }} }} }}", SERIES),
    "pages at the root": ("{{ {} }}", "practices(first: 1) { nodes { code } }"),
}

FIGURES = '{{ organisation(code: "QKS") {{ figures(first: 5) {{ nodes {{ {} }} }} }} }}'
# One of each kind of field that takes much to plan.
PRICED = {
    "paper": "{ briefing { title } }",
    "series": f'{{ organisation(code: "QKS") {{ {SERIES} }} }}',
    "series of each": f"{{ practices(first: 3) {{ nodes {{ {SERIES} }} }} }}",
    "roll-up": '{ metric(code: "gp_fte") { rolledUp(organisation: "QKS", period: "2024-25-Q3") { value } } }',
    "roll-ups": '{ organisation(code: "QKS") { rolledUp(metric: "gp_fte", from: "2024-04-01") { value } } }',
    "heat map": '{ matrix(metrics: ["gp_fte"], kind: PRACTICE, first: 5) { nodes { cells { value status } } } }',
    "progress": "{ targets(first: 5) { nodes { current { status } } } }",
    "summary": '{ targetSummary(organisation: "QKS") { status count targets { metric { code } } } }',
    "answers by organisation": '{ completeness(quarter: "2024-25-Q4") { byOrganisation { late } } }',
    "what is missing": '{ completeness(quarter: "2024-25-Q4") { missing { organisation { code } } } }',
    "moves": '{ targetMoves(since: "2025-01-31", first: 5) { nodes { before after target { id } } } }',
    "counts of moves": '{ targetMoveCounts(since: "2025-01-31") { direction count } }',
    "similar practices": '{ practice(code: "G82002") { similar(first: 5) { nodes { distance practice { code } } } } }',
    "compared with similar ones": FIGURES.format("compared(with: { similar: 10 }) { difference }"),
    "search": '{ search(text: "dart", first: 5) { nodes { organisation { code } } } }',
    "rank": FIGURES.format("rank { of }"),
    "compared": FIGURES.format("compared(with: { kind: PRIMARY_CARE_NETWORK }) { difference }"),
}


async def memory(database: Database, text: str) -> int:
    """The memory, in kB, in which PostgreSQL plans the statement of a document."""
    plan = await Reader(graph._schema).plan(await Documents(graph._schema).operation(GraphQLRequest(text)), {})
    lines = await database.reading.fetch(
        f"EXPLAIN (MEMORY) {plan.sql}", *plan.values(Binding({}, standings=[NO_STATUSES] * len(plan.moments)))
    )
    [used] = [found[1] for line in lines if (found := re.search(r"Memory: used=(\d+)kB", line[0]))]
    return int(used)


@pytest.mark.parametrize("place", PLACES)
async def test_four_times_as_many_fields_need_no_more_than_five_times_the_memory(corners: Database, place: str):
    around, field = PLACES[place]
    eight, more = [
        await memory(corners, around.format(" ".join(f"a{at}: {field}" for at in range(count)))) for count in (8, 32)
    ]
    assert more < 5 * eight


@pytest.mark.parametrize("name", PRICED)
async def test_a_price_is_within_half_and_twice_of_what_postgresql_takes(
    corners: Database, name: str, monkeypatch: pytest.MonkeyPatch
):
    prices: list[int] = []
    monkeypatch.setattr(reader, "check_planning", lambda wanted: prices.append(planned(wanted)))
    taken = await memory(corners, PRICED[name])
    assert taken / 2 < prices[0] < 2 * taken
