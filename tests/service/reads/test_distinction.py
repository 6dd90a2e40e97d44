"""Subscribers share one reading of an event only where their answers are the same."""

import datetime as dt
from collections.abc import Hashable
from typing import Any

from schema.enumerations import Role
from schema.graph import graph
from service.answers.documents import Documents
from service.answers.request import GraphQLRequest
from service.reads.arguments import Binding
from service.reads.bound import Bound
from service.reads.reader import Reader
from service.viewer import Viewer

ADA, BOB = Viewer("Ada", Role.APPROVER, "aaaaaaaa"), Viewer("Bob", Role.SUBMITTER, "bbbbbbbb")
ACTIONS = "subscription { submissionChanged { availableActions { action enabled } } }"
STATUS = "subscription { submissionChanged { status } }"
FORECAST = """
    subscription($quarters: Int!) {
      figuresPublished { organisation { series(metric: "m") { forecast(quarters: $quarters) { value } } } }
    }
"""


async def distinction(text: str, viewer: Viewer | None = None, **variables: Any) -> Hashable:
    documents = Documents(graph._schema)
    operation = await documents.operation(GraphQLRequest(text, variables))
    plan = await Reader(graph._schema).plan(operation, variables)
    return Bound(plan, Binding(variables, viewer=viewer, event=1)).distinction


async def test_actions_of_two_viewers_are_distinct():
    assert await distinction(ACTIONS, ADA) != await distinction(ACTIONS, BOB)


async def test_what_does_not_depend_on_the_viewer_is_shared_within_a_scope():
    assert await distinction(STATUS, ADA) == await distinction(STATUS, BOB)


async def test_two_scopes_are_distinct():
    assert await distinction(STATUS, ADA) != await distinction(STATUS, None)


async def test_arguments_that_only_the_computation_reads_are_distinct():
    assert await distinction(FORECAST, quarters=4) != await distinction(FORECAST, quarters=5)
    assert await distinction(FORECAST, quarters=4) == await distinction(FORECAST, quarters=4)


async def test_two_days_of_statuses_are_distinct():
    text = "query($day: Date!) { targetSummary(asOf: $day) { count } }"
    one, another = dt.date(2025, 1, 31), dt.date(2025, 2, 28)
    assert await distinction(text, day=one) == await distinction(text, day=one)
    assert await distinction(text, day=one) != await distinction(text, day=another)


async def test_other_fields_of_what_one_statement_computes_are_distinct():
    texts = [
        f'{{ practice(code: "G82002") {{ series(metric: "m") {{ {asked} }} }} }}'
        for asked in ("variation", "trend", "one: variation", "__typename", "points { value }", "points { expected }")
    ]
    assert len({await distinction(text) for text in texts}) == len(texts)
    assert await distinction(texts[0]) == await distinction(texts[0].replace(" variation ", "  variation,"))


async def test_a_field_that_a_variable_leaves_out_is_distinct():
    text = (
        'query($a: Boolean!) { practice(code: "G82002") { series(metric: "m") { variation trend @include(if: $a) } } }'
    )
    assert await distinction(text, a=True) != await distinction(text, a=False)
