"""Equal ids are equal objects: below a date an id carries it, and leads to the object as of then again."""

from typing import Any

import orjson
import pytest

from schema import ids
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from tests.service.reads.both import Both
from tests.service.reads.documents.walk import Written

THEN, SINCE = "2025-01-31", "2026-05-01"
KNOWN = "2025-06-15T00:00:00.000000Z"
OF_PRACTICE = (
    "id isOrphan primaryCareNetwork { id code } ancestors { id } figures(latestOnly: true) { nodes { id value } }"
)
OF_FIGURE = (
    "id value revision previous { id value } organisation { id ancestors { id } } metric { targets { id status } }"
)
OF_TARGET = "id value status current { status figure { id value } } revisions { revision }"
NODES = f"""query($ids: [ID!]!) {{ nodes(ids: $ids) {{
    ... on Practice {{ {OF_PRACTICE} }} ... on Figure {{ {OF_FIGURE} }} ... on Target {{ {OF_TARGET} }} }} }}"""
LISTS = {
    "practices": (f"{{ rows: practices(on: %s, first: 200) {{ nodes {{ {OF_PRACTICE} }} }} }}", THEN),
    "figures": (f"{{ rows: figures(asKnownAt: %s, first: 200) {{ nodes {{ {OF_FIGURE} }} }} }}", KNOWN),
    "targets": (
        f"{{ rows: organisations(on: %s, first: 200) {{ nodes {{ targets {{ {OF_TARGET} }} }} }} }}",
        THEN,
    ),
}


async def asked(executor: Executor, text: str, **variables: Any) -> Any:
    return orjson.loads(await executor.data(GraphQLRequest(text, variables), Caller(None), may_write=False))


def plans(executor: Executor) -> set[object]:
    """The keys of the plans that are kept; those of other tests may leave meanwhile."""
    return set(executor._reader._plans._kept)


@pytest.mark.parametrize("what", LISTS)
async def test_a_dated_object_is_found_again_by_its_id(executor: Executor, what: str):
    text, moment = LISTS[what]
    rows = (await asked(executor, text % f'"{moment}"'))["rows"]["nodes"]
    found = [target for row in rows for target in row["targets"]] if what == "targets" else rows
    found = found[:100]
    assert found
    assert (await asked(executor, NODES, ids=[each["id"] for each in found]))["nodes"] == found


async def test_the_same_row_as_of_two_days_has_two_ids_and_one_without_a_day(executor: Executor):
    text = """{ now: practices(first: 3) { nodes { id } } then: practices(on: "%s", first: 3) { nodes { id } }
        since: practices(on: "%s", first: 3) { nodes { id } } }"""
    answer = await asked(executor, text % (THEN, SINCE))
    every = [row["id"] for rows in answer.values() for row in rows["nodes"]]
    assert len(set(every)) == len(every) == 9
    assert [ids.parsed(row["id"]).on for row in answer["now"]["nodes"]] == [None] * 3  # type: ignore[union-attr]


async def test_objects_of_several_moments_are_read_in_one_question(both: Both, executor: Executor):
    lists = [await asked(executor, text % f'"{moment}"') for text, moment in list(LISTS.values())[:2]]
    dated = [row["id"] for rows in lists for row in rows["rows"]["nodes"][:4]]
    undated = [ids.made("Organisation", 30), ids.made("Figure", 7), "nothing"]
    mixed = [dated[0], undated[0], dated[5], undated[1], dated[1], undated[2], dated[0]]
    assert await both.verdict(Written(NODES, {"ids": mixed})) is None
    spelled = NODES.replace("query($ids: [ID!]!)", "query($one: ID!)").replace(
        "$ids", f'["{dated[0]}", $one, "{undated[1]}"]'
    )
    for one in (dated[5], undated[0], dated[0]):
        assert await both.verdict(Written(spelled, {"one": one})) is None


async def test_one_plan_serves_ids_of_any_date(executor: Executor):
    def dated(*moments: tuple[int, str]) -> list[str]:
        return [ids._opaque(f"Organisation:{key}@{day}") for key, day in moments]

    await asked(executor, NODES, ids=dated((30, THEN), (31, THEN)))
    before = plans(executor)
    await asked(executor, NODES, ids=dated((35, SINCE)))
    await asked(executor, NODES, ids=dated((30, "2024-01-01"), (31, "2024-01-01"), (32, "2024-01-01")))
    assert plans(executor) <= before
    await asked(executor, NODES, ids=dated((30, THEN), (31, SINCE)))
    assert len(plans(executor) - before) == 1


@pytest.mark.parametrize(
    "plain",
    [
        "Organisation:30@2025-02-30",
        "Organisation:30@2025-1-31",
        "Organisation:30@",
        "Organisation:30@2025-01-31~",
        "Figure:7~2025-06-15T00:00:00Z",
        "Figure:7~2025-06-15T00:00:00.000000",
        "Figure:7~2025-06-15T00:00:00.000000Z@2025-01-31",
    ],
)
async def test_an_id_with_what_is_no_date_names_nothing(executor: Executor, plain: str):
    text = "query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } target(id: $id) { id } }"
    assert await asked(executor, text, id=ids._opaque(plain)) == {"node": None, "nodes": [None], "target": None}


async def test_a_figure_that_was_not_known_yet_is_not_found_then(executor: Executor):
    text = "query($id: ID!) { node(id: $id) { id } }"
    known = ids._opaque("Figure:7~0001-01-01T00:00:00.000000Z")
    assert await asked(executor, text, id=known) == {"node": None}
