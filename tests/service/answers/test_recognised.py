"""What is known of a request holds for its caller, its bytes and its day, within a bound."""

import asyncio
import datetime as dt
import gc
import tracemalloc
from typing import Any

import pytest

from schema.enumerations import Role
from schema.graph import graph
from service.answers.caller import Caller
from service.answers.documents import Documents
from service.answers.recognised import LONGEST, Known, Recognised
from service.answers.request import GraphQLRequest
from service.reads.arguments import Binding
from service.reads.bound import Bound
from service.reads.reader import Plan, Reader
from service.viewer import Viewer

TODAY, TOMORROW = dt.date(2026, 11, 28), dt.date(2026, 11, 29)
ANYBODY, ADA = Caller(None), Caller(Viewer("Ada", Role.APPROVER, "aaaaaaaa"))
OVER = "query($over: [Float!]!) { figures(filter: {value: {in: $over}}) { totalCount } }"
CODES = "query($codes: [String!]!) { figures(filter: {metric: {code: {in: $codes}}}) { totalCount } }"


async def plan_of(text: str, variables: dict[str, Any]) -> Plan:
    operation = await Documents(graph._schema).operation(GraphQLRequest(text))
    return await Reader(graph._schema).plan(operation, variables)


def known_of(plan: Plan, variables: dict[str, Any]) -> Known:
    return Known.of(Bound(plan, Binding(variables)), operation=None, key=b"")


async def test_a_request_is_known_to_its_caller_by_its_bytes_on_its_day():
    plan = await plan_of("{ __typename }", {})
    recognised, known = Recognised(), known_of(plan, {})
    recognised.add(b"sent", ANYBODY, TODAY, known)
    assert recognised.get(b"sent", ANYBODY, TODAY) is known
    others = [(b"other", ANYBODY, TODAY), (b"sent", ADA, TODAY), (b"sent", ANYBODY, TOMORROW)]
    assert [recognised.get(*other) for other in others] == [None, None, None]


async def test_what_came_without_bytes_or_with_too_many_is_never_known():
    recognised = Recognised()
    for sent in (b"", b"x" * (LONGEST + 1)):
        recognised.add(sent, ANYBODY, TODAY, known_of(await plan_of("{ __typename }", {}), {}))
        assert recognised.get(sent, ANYBODY, TODAY) is None


async def test_nothing_is_bound_any_more_when_the_plan_is_gone():
    plan = await plan_of(CODES, {"codes": ["gp_fte"]})
    known, values = known_of(plan, {"codes": ["gp_fte"]}), plan.values(Binding({"codes": ["gp_fte"]}))
    bound = known.bound
    assert bound is not None
    assert bound.values == values
    del plan, bound
    # The event loop lets go of what it gave last.
    await asyncio.sleep(0.01)
    gc.collect()
    assert known.bound is None


async def test_the_status_of_targets_in_the_past_is_looked_up_again():
    day = {"day": "2025-06-30"}
    plan = await plan_of("query($day: Date!) { targetSummary(asOf: $day) { count } }", {"day": dt.date(2025, 6, 30)})
    assert plan.moments
    known = known_of(plan, day)
    assert known.bound is not None
    assert known.bound.given is None


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        (OVER, lambda number: {"over": [number + at / 7 for at in range(1_000)]}),
        (CODES, lambda number: {"codes": [f"{number} {at}" for at in range(1_000)]}),
    ],
    ids=["numbers", "codes"],
)
async def test_known_requests_weigh_what_they_take(text: str, variables: Any):
    plan = await plan_of(text, variables(0))
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        known = [known_of(plan, variables(number)) for number in range(20)]
        took = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert 0.8 * took < sum(each.memory for each in known) < 2.5 * took


async def test_the_requests_that_are_known_have_a_bound():
    plan, recognised = await plan_of(CODES, {"codes": ["a"]}), Recognised(most_memory=50_000)
    for number in range(50):
        recognised.add(b"%d" % number, ANYBODY, TODAY, known_of(plan, {"codes": [f"{number}"]}))
    known = [number for number in range(50) if recognised.get(b"%d" % number, ANYBODY, TODAY)]
    assert 5 < len(known) < 25
    assert known == list(range(known[0], 50))
