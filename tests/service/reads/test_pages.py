"""Pages: a walk through a list, forward or backward, sees each item once and in order, and knows its place."""

import base64
from functools import cmp_to_key
from typing import Any

import orjson
import pytest

from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from tests.service.reads.paging import page, refusal
from tests.service.reads.reference.orders import order
from tests.service.reads.reference.tables import Tables

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


def keys(found: Any) -> list[int]:
    """The keys of a page's rows."""
    ids = [edge["node"]["id"] for edge in found["edges"]]
    return [int(base64.urlsafe_b64decode(text + "==").decode().split(":")[1]) for text in ids]


def expected(tables: Tables, listed: str, orders: Any) -> list[int]:
    """The keys of all rows of a list, in order, by the reference."""
    rows = [row for row in tables.all("organisation") if row["kind"] == "PRACTICE"]
    if listed == "figures":
        codes = {
            row["id"] for row in tables.all("organisation") if row["code"] in {"Z90001", "Z90002", "Z90003", "QKS"}
        }
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
async def test_a_page_of_an_impossible_size_is_refused(executor: Executor, size: dict[str, Any]) -> None:
    assert await refusal(executor, **size) == "plan/page-size"


BY_STATUS = """query($after: String) { targets(
    includeSynthetic: true, first: 40, after: $after, orderBy: [{status: ASC}]) {
        totalCount nodes { id } pageInfo { hasNextPage endCursor } } }"""


async def test_targets_come_in_pages_by_the_place_of_their_status(executor: Executor) -> None:
    seen: list[str] = []
    found: dict[str, Any] = {"pageInfo": {"hasNextPage": True, "endCursor": None}}
    while found["pageInfo"]["hasNextPage"]:
        request = GraphQLRequest(BY_STATUS, {"after": found["pageInfo"]["endCursor"]})
        found = orjson.loads(await executor.data(request, Caller(None), may_write=False))["targets"]
        seen += [each["id"] for each in found["nodes"]]
    assert len(seen) == len(set(seen)) == found["totalCount"] > 40
