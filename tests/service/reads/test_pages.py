"""Pages: a walk through a list, forward or backward, sees each of it once and in order, and says where it stands."""

import base64
import datetime as dt
import json
from functools import cmp_to_key
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schema.errors import Refusal
from service.graphql.execution import Asked, Executor
from service.graphql.request import GraphQLRequest
from tests.service.reads.reference.orders import order
from tests.service.reads.reference.tables import Tables

TEXTS = {
    "practices": """query($order: [PracticeOrder!], $first: Int, $after: String, $last: Int, $before: String) {
        list: practices(orderBy: $order, first: $first, after: $after, last: $last, before: $before) { ...Page } }
        fragment Page on PracticeConnection {
            totalCount edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }""",
    "figures": """query($order: [FigureOrder!], $first: Int, $after: String, $last: Int, $before: String) {
        list: figures(orderBy: $order, first: $first, after: $after, last: $last, before: $before,
                      filter: {organisation: {code: {in: ["Z90001", "Z90002", "Z90003", "QKS"]}}}) { ...Page } }
        fragment Page on FigureConnection {
            totalCount edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }""",
}

ORDERS: list[tuple[str, list[dict[str, str]] | None]] = [
    ("practices", None),
    ("practices", []),
    ("practices", [{"name": "DESC"}]),
    ("practices", [{"postcode": "ASC"}]),
    ("practices", [{"postcode": "DESC"}]),
    ("practices", [{"cqcRating": "DESC"}, {"name": "ASC"}]),
    ("practices", [{"closedOn": "ASC"}, {"openedOn": "DESC"}]),
    ("practices", [{"openedOn": "DESC"}, {"closedOn": "ASC"}, {"code": "DESC"}]),
    ("figures", None),
    ("figures", [{"value": "DESC"}]),
    ("figures", [{"publishedAt": "ASC"}]),
    ("figures", [{"metricCode": "DESC"}, {"periodEnd": "ASC"}]),
    ("figures", [{"organisationName": "ASC"}, {"value": "DESC"}]),
]
walked = pytest.mark.parametrize(("listed", "orders"), ORDERS)


async def page(executor: Executor, listed: str, orders: Any = None, **paging: Any) -> Any:
    """One page of a list."""
    request = GraphQLRequest(TEXTS[listed], {"order": orders, **paging})
    asked = Asked(None, dt.datetime.now(dt.UTC))
    return orjson.loads(await executor.data(request, asked, may_write=False))["list"]


async def refusal(executor: Executor, listed: str = "practices", orders: Any = None, **paging: Any) -> str:
    """The code with which a page is refused."""
    with pytest.raises(Refusal) as refused:
        await page(executor, listed, orders, **paging)
    return refused.value.code


def keys(found: Any) -> list[int]:
    """The keys of a page's rows."""
    ids = [edge["node"]["id"] for edge in found["edges"]]
    return [int(base64.urlsafe_b64decode(text + "==").decode().split(":")[1]) for text in ids]


def expected(tables: Tables, listed: str, orders: Any) -> list[int]:
    """The keys of all rows of a list, in order, by the reference."""
    rows = [row for row in tables.all("organisation") if row["kind"] == "PRACTICE"]
    if listed == "figures":
        codes = {row["id"] for row in tables.all("organisation") if row["code"] in {"Z90001", "Z90002", "Z90003", "QKS"}}
        figures = tables.all("figure")
        rows = [row for row in figures if row["organisationId"] in codes and row["status"] != "WITHDRAWN"]
    by = order(tables, orders, "periodEnd" if listed == "figures" else "name")
    return [row["id"] for row in sorted(rows, key=cmp_to_key(by.compare))]


@walked
async def test_a_walk_forward_sees_each_once_and_in_order(
    executor: Executor, tables: Tables, listed: str, orders: Any
) -> None:
    found = await page(executor, listed, orders, first=17)
    seen = keys(found)
    while found["pageInfo"]["hasNextPage"]:
        found = await page(executor, listed, orders, first=17, after=found["pageInfo"]["endCursor"])
        seen += keys(found)
    assert seen == expected(tables, listed, orders)


@walked
async def test_a_walk_backward_sees_each_once_and_in_order(
    executor: Executor, tables: Tables, listed: str, orders: Any
) -> None:
    found = await page(executor, listed, orders, last=17)
    seen = keys(found)
    while found["pageInfo"]["hasPreviousPage"]:
        found = await page(executor, listed, orders, last=17, before=found["pageInfo"]["startCursor"])
        seen = keys(found) + seen
    assert seen == expected(tables, listed, orders)


@walked
async def test_every_page_but_the_first_has_something_before_it(executor: Executor, listed: str, orders: Any) -> None:
    found = await page(executor, listed, orders, first=1)
    assert found["pageInfo"]["hasPreviousPage"] is False
    while found["pageInfo"]["hasNextPage"]:
        found = await page(executor, listed, orders, first=31, after=found["pageInfo"]["endCursor"])
        assert found["pageInfo"]["hasPreviousPage"] is True


@walked
async def test_every_page_but_the_last_has_something_after_it(executor: Executor, listed: str, orders: Any) -> None:
    found = await page(executor, listed, orders, last=1)
    assert found["pageInfo"]["hasNextPage"] is False
    while found["pageInfo"]["hasPreviousPage"]:
        found = await page(executor, listed, orders, last=31, before=found["pageInfo"]["startCursor"])
        assert found["pageInfo"]["hasNextPage"] is True


@walked
async def test_what_is_between_two_cursors_is_what_is_between_their_rows(
    executor: Executor, tables: Tables, listed: str, orders: Any
) -> None:
    everything = await page(executor, listed, orders, first=500)
    cursors = [edge["cursor"] for edge in everything["edges"]]
    found = await page(executor, listed, orders, after=cursors[3], before=cursors[-4])
    assert keys(found) == expected(tables, listed, orders)[4:-4][:50]


@pytest.mark.parametrize("size", [{"first": 0}, {"last": 0}])
async def test_a_page_of_none_has_no_cursors_and_the_total(executor: Executor, size: dict[str, int]) -> None:
    found = await page(executor, "practices", **size)
    assert (found["edges"], found["pageInfo"]["startCursor"], found["pageInfo"]["endCursor"]) == ([], None, None)
    assert found["totalCount"] > 100


async def test_a_page_after_the_last_is_empty_and_has_something_before_it(executor: Executor) -> None:
    end = (await page(executor, "practices", last=1))["pageInfo"]["endCursor"]
    found = await page(executor, "practices", after=end)
    assert (found["edges"], found["pageInfo"]["hasNextPage"], found["pageInfo"]["hasPreviousPage"]) == ([], False, True)


@pytest.mark.parametrize("size", [{"first": 1, "last": 1}, {"first": -1}, {"last": -1}, {"first": 501}, {"last": 501}])
async def test_a_page_of_an_impossible_size_is_refused(executor: Executor, size: dict[str, int]) -> None:
    assert await refusal(executor, **size) == "plan/page-size"


@pytest.mark.parametrize("end", ["after", "before"])
async def test_a_cursor_of_another_order_is_refused(executor: Executor, end: str) -> None:
    cursor = (await page(executor, "practices", [{"name": "DESC"}]))["pageInfo"]["endCursor"]
    assert await refusal(executor, orders=[{"name": "ASC"}], **{end: cursor}) == "plan/malformed-cursor"


@pytest.mark.parametrize("end", ["after", "before"])
async def test_a_cursor_of_another_type_is_refused(executor: Executor, end: str) -> None:
    cursor = (await page(executor, "figures"))["pageInfo"]["endCursor"]
    assert await refusal(executor, **{end: cursor}) == "plan/malformed-cursor"


@pytest.mark.parametrize("cut", [1, 4, 10, 30])
async def test_a_cursor_that_was_cut_is_refused(executor: Executor, cut: int) -> None:
    cursor = (await page(executor, "practices"))["pageInfo"]["endCursor"]
    assert await refusal(executor, after=cursor[:-cut]) == "plan/malformed-cursor"


FORGED = [
    "",
    "é",
    "\x00",
    "not a cursor",
    "[" * 10_000,
    ["Practice name asc"],
    ["Practice name asc", "a"],
    ["Practice name asc", "a", "1", "2"],
    ["Practice name asc", "a", None],
    ["Practice name asc", None, "1"],
    ["Practice name asc", "a", "9223372036854775808"],
    ["Practice name asc", "a", "1" * 5_000],
    ["Practice name asc", "a", "one"],
    ["Practice name asc", "a", 1],
    ["Practice name asc", "\x00", "1"],
    ["Practice name asc", "\ud800", "1"],
    {"order": "Practice name asc"},
    None,
]


@pytest.mark.parametrize("forged", FORGED)
async def test_a_forged_cursor_is_refused(executor: Executor, forged: Any) -> None:
    cursor = forged if isinstance(forged, str) else base64.urlsafe_b64encode(json.dumps(forged).encode()).decode()
    assert await refusal(executor, after=cursor) == "plan/malformed-cursor"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("value", "NaN"),
        ("value", "1e999999999"),
        ("value", "٣"),
        ("periodEnd", "0000-00-00"),
        ("publishedAt", "2025-01-01T00:00:00"),
        ("publishedAt", "9999-12-31T23:59:59-14:00"),
    ],
)
async def test_a_forged_key_is_refused_or_a_place(executor: Executor, key: str, value: str) -> None:
    names = {"value": "value", "periodEnd": "period_end", "publishedAt": "published_at"}
    plain = json.dumps([f"Figure {names[key]} asc", value, "1"])
    cursor = base64.urlsafe_b64encode(plain.encode()).decode()
    await answered_or_refused(executor, "figures", [{key: "ASC"}], cursor)


async def answered_or_refused(executor: Executor, listed: str, orders: Any, cursor: str) -> None:
    """A page is given, or the cursor is refused; anything else is a fault."""
    try:
        await page(executor, listed, orders, first=1, after=cursor)
    except Refusal as refused:
        assert refused.code == "plan/malformed-cursor"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["Practice name asc", "1"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=6,
)
ENCODED = st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode())
CURSORS = ENCODED.map(lambda plain: base64.urlsafe_b64encode(plain).decode()) | st.text(max_size=60)


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cursor=CURSORS)
async def test_no_cursor_is_a_fault(executor: Executor, cursor: str) -> None:
    await answered_or_refused(executor, "practices", None, cursor)
