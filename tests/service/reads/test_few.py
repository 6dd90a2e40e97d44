"""Where many figures lead to the same few rows, the objects of these are made once, and are the same."""

import re

import pytest

from schema.graph import graph
from service.answers.documents import Documents
from service.answers.request import GraphQLRequest
from service.reads import few
from service.reads.reader import Reader
from tests.service.reads.both import Both

FIGURES = '{{ organisation(code: "QKS") {{ figures(first: {}) {{ nodes {{ value {} }} }} }} }}'
CHARTS = " ".join(f'm{at}: figures(metrics: ["{each}"], first: 100) {{ nodes {{ period {{ label }} }} }}'
                  for at, each in enumerate(("gp_fte", "call_back_percent", "practices")))  # fmt: skip
NETWORKS = "{{ primaryCareNetworks(first: 10) {{ nodes {{ practices(first: {}) {{ nodes {{ {} }} }} }} }} }}"


async def made_once(text: str) -> list[str]:
    """The tables whose objects the statement of a document makes once."""
    operation = await Documents(graph._schema).operation(GraphQLRequest(text))
    plan = await Reader(graph._schema).plan(operation, {})
    return re.findall(r'MATERIALIZED \n\(SELECT "(\w+)#', plan.sql)


@pytest.mark.parametrize(
    ("text", "tables"),
    [
        (FIGURES.format(200, "period { label end } metric { code }"), ["period", "metric"]),
        (FIGURES.format(200, "period { id kind }"), ["period"]),
        # Two forms of one object, and one form that is asked for twice.
        (FIGURES.format(200, "period { label } quarter: period { end }"), ["period", "period"]),
        (FIGURES.format(200, "period { label } quarter: period { label }"), ["period"]),
        (f'{{ organisation(code: "QKS") {{ {CHARTS} }} }}', ["period"]),
        (NETWORKS.format(20, "figures(first: 1) { nodes { period { label } } }"), ["period"]),
        # Few rows, other rows, and what more is asked of a row than its columns.
        (FIGURES.format(199, "period { label }"), []),
        (NETWORKS.format(19, "figures(first: 1) { nodes { period { label } } }"), []),
        (FIGURES.format(200, "organisation { code }"), []),
        (FIGURES.format(200, "metric { code theme { name } }"), []),
        (FIGURES.format(200, "metric { figures(first: 1) { totalCount } }"), []),
    ],
)
async def test_objects_that_many_rows_lead_to_are_made_once(text: str, tables: list[str]):
    assert await made_once(text) == tables


@pytest.mark.parametrize(
    "wanted",
    [
        "period { __typename id code label kind start end quarter }",
        "metric { __typename id code name unit direction decimals } period { label }",
        "period { label } metric { theme { name } }",
    ],
)
async def test_such_objects_are_the_same_as_those_that_are_made_for_each_row(
    both: Both, monkeypatch: pytest.MonkeyPatch, wanted: str
):
    answers = []
    for most in (10**9, 1):
        monkeypatch.setattr(few, "MANY", most)
        # Two documents, since a plan is kept for each.
        answers.append(await both.served(f"query Of{most} " + FIGURES.format(150, wanted), {}))
    assert answers[0] == answers[1]
    assert answers[0]["organisation"]["figures"]["nodes"]
