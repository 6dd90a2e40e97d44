"""Orders by what other figures say, and nulls at either end: the answers of the reference, in one page and in many."""

from typing import Any

import pytest

from schema.errors import Refusal
from tests.service.reads.both import Both
from tests.service.reads.documents.orders import ORDERS
from tests.service.reads.documents.walk import Written

PRACTICES = """
query($orderBy: [PracticeOrder!], $on: Date, $first: Int = 300, $after: String, $last: Int, $before: String) {
  practices(orderBy: $orderBy, on: $on, first: $first, after: $after, last: $last, before: $before) {
    totalCount edges { cursor node { code } } pageInfo { hasNextPage hasPreviousPage endCursor startCursor }
  }
}
"""
PATIENTS = {"metric": "registered_patients", "direction": "DESC"}


@pytest.mark.parametrize("direction", ["ASC", "DESC", "ASC_NULLS_FIRST", "DESC_NULLS_FIRST"])
@pytest.mark.parametrize("more", [{}, {"period": "2026-04-01"}, {"period": "1 April 2026"}, {"period": "2024-25-Q1"}])
async def test_practices_by_the_value_of_a_metric(both: Both, direction: str, more: dict[str, str]) -> None:
    order = [{"figure": {**PATIENTS, **more, "direction": direction}}, {"name": "DESC"}]
    for on in (None, "2026-03-31"):
        assert await both.verdict(Written(PRACTICES, {"orderBy": order, "on": on})) is None


@pytest.mark.parametrize("direction", ["ASC", "DESC", "ASC_NULLS_FIRST", "DESC_NULLS_FIRST"])
async def test_pages_in_an_order_with_nulls_hold_what_one_page_holds(both: Both, direction: str) -> None:
    order = [{"figure": {**PATIENTS, "direction": direction}}]
    whole = (await both.served(PRACTICES, {"orderBy": order}))["practices"]["edges"]
    forward, backward = await _walked(both, order, "first", "after"), await _walked(both, order, "last", "before")
    assert forward == whole
    assert backward == whole


async def _walked(both: Both, order: Any, size: str, cursor: str) -> list[Any]:
    found: list[Any] = []
    place, info = None, {"first": ("hasNextPage", "endCursor"), "last": ("hasPreviousPage", "startCursor")}[size]
    while True:
        variables = {"orderBy": order, "first": None, size: 60, cursor: place}
        page = (await both.served(PRACTICES, variables))["practices"]
        found = [*found, *page["edges"]] if size == "first" else [*page["edges"], *found]
        if not page["pageInfo"][info[0]]:
            return found
        place = page["pageInfo"][info[1]]


@pytest.mark.parametrize("other", [{"metric": "practices"}, {"period": "2026-04-01"}, {"direction": "ASC"}])
async def test_a_cursor_is_for_one_metric_and_period(both: Both, other: dict[str, str]) -> None:
    page = await both.served(PRACTICES, {"orderBy": [{"figure": PATIENTS}], "first": 3})
    cursor = page["practices"]["pageInfo"]["endCursor"]
    with pytest.raises(Refusal) as refused:
        await both.served(PRACTICES, {"orderBy": [{"figure": {**PATIENTS, **other}}], "after": cursor})
    assert refused.value.code == "plan/malformed-cursor"


LISTS = {
    "MatrixOrder": """matrix(metrics: ["gp_fte"], kind: PRACTICE, period: "2024-25-Q4", orderBy: $orderBy,
        first: $first, after: $after, last: $last, before: $before) {
        edges { cursor node { organisation { code } } } ...Info }""",
    "ScoreOrder": """scores(metrics: ["gp_fte", "call_back_percent"], kind: INTEGRATED_CARE_BOARD, orderBy: $orderBy,
        first: $first, after: $after, last: $last, before: $before) {
        edges { cursor node { organisation { code } rank } } ...Info }""",
    "PeriodOrder": """periodPage(orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
        edges { cursor node { code } } ...Info }""",
    "TargetMoveOrder": """targetMoves(since: "2024-06-30", includeSynthetic: true, orderBy: $orderBy, first: $first,
        after: $after, last: $last, before: $before) { edges { cursor node { target { id } direction } } ...Info }""",
    "DataQualityIssueOrder": """dataQualityIssues(orderBy: $orderBy, first: $first, after: $after, last: $last,
        before: $before) { edges { cursor node { code metric { code } organisation { code } } } ...Info }""",
    "RequestOrder": """completeness(quarter: "2024-25-Q4") { requests(orderBy: $orderBy, first: $first, after: $after,
        last: $last, before: $before) { edges { cursor node { metric { code } organisation { code } dueOn } } ...Info }
        }""",
}


@pytest.mark.parametrize("kind", LISTS)
async def test_a_list_has_each_of_its_orders_in_one_page_and_in_two(both: Both, kind: str) -> None:
    info = "{ totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }"
    heads = "$first: Int, $after: String, $last: Int, $before: String"
    connection = {"RequestOrder": "FigureRequest", "PeriodOrder": "Period"}.get(kind, kind.removesuffix("Order"))
    connection = {"Matrix": "MatrixRow", "Score": "OrganisationScore"}.get(connection, connection)
    text = f"""query($orderBy: [{kind}!], {heads}) {{ {LISTS[kind]} }}
        fragment Info on {connection}Connection {info}"""
    for order in ORDERS[kind]:
        whole = await both.served(text, {"orderBy": order, "first": 200})
        assert await both.verdict(Written(text, {"orderBy": order, "first": 200})) is None
        edges = _edges(whole)
        if len(edges) > 2:
            middle = edges[len(edges) // 2]["cursor"]
            for page in ({"first": 200, "after": middle}, {"last": 200, "before": middle}):
                assert await both.verdict(Written(text, {"orderBy": order, **page})) is None


def _edges(answer: Any) -> list[Any]:
    while "edges" not in answer:
        [answer] = answer.values()
    return list(answer["edges"])


async def test_a_metric_that_nothing_has_is_refused(both: Both) -> None:
    with pytest.raises(Refusal, match=r"orderBy\.figure\.metric") as refused:
        await both.served(PRACTICES, {"orderBy": [{"figure": {**PATIENTS, "metric": "patients"}}]})
    assert refused.value.code == "plan/unknown-code"


async def test_many_orders_by_metrics_are_too_costly(both: Both) -> None:
    with pytest.raises(Refusal) as refused:
        await both.served(PRACTICES, {"orderBy": [{"figure": PATIENTS}] * 80})
    assert refused.value.code == "plan/too-costly"


@pytest.mark.parametrize("order", ["change", "changeOnYear"])
@pytest.mark.parametrize("direction", ["ASC", "DESC_NULLS_FIRST"])
async def test_figures_by_their_change(both: Both, order: str, direction: str) -> None:
    text = """query($orderBy: [FigureOrder!]) { figures(orderBy: $orderBy, first: 500, includeSynthetic: true) {
      nodes { id change changeOnYear } } }"""
    assert await both.verdict(Written(text, {"orderBy": [{order: direction}]})) is None
