"""The status of targets, as a field, a filter, an argument and a count: as the method gives it, on any date."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from schema import ids
from schema.enumerations import Role, TargetStatus
from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.config import settings
from service.database import Database, connected
from service.viewer import Viewer
from tests.databases import Server
from tests.service.writes.submitting import give


def undated(text: str) -> str:
    """The id of the same row as it is now."""
    return ids.made("Target", ids.key(text, "Target") or 0)


DAYS = [None, "2024-06-30", "2025-03-31", "2030-01-01"]
ADA = Viewer("Ada", Role.APPROVER, "0f7d3a51c2")


async def asked(executor: Executor, text: str, **variables: Any) -> Any:
    return orjson.loads(await executor.data(GraphQLRequest(text, variables), Caller(None), may_write=False))


async def every_target(executor: Executor, fields: str, **variables: Any) -> list[Any]:
    """All targets, page by page."""
    found: list[Any] = []
    after = None
    declared = ", $asOf: Date" * bool(variables)
    while True:
        page = await asked(
            executor,
            f"query($after: String{declared}) {{ "
            f"targets(includeSynthetic: true, first: 200, after: $after) {{ nodes {{ id {fields} }}"
            " pageInfo { hasNextPage endCursor } } }",
            after=after,
            **variables,
        )
        found += page["targets"]["nodes"]
        if not page["targets"]["pageInfo"]["hasNextPage"]:
            return found
        after = page["targets"]["pageInfo"]["endCursor"]


async def test_a_status_is_that_of_the_method_today(executor: Executor) -> None:
    targets = await every_target(executor, "status current { status }")
    assert {target["id"]: target["status"] for target in targets} == {
        target["id"]: target["current"]["status"] for target in targets
    }
    assert len(Counter(target["status"] for target in targets)) > 4


@pytest.mark.parametrize("day", DAYS)
async def test_a_summary_counts_the_status_of_each_target_on_a_date(executor: Executor, day: str | None) -> None:
    listed = await every_target(executor, "isInherited current(asOf: $asOf) { status }", asOf=day)
    targets = [target for target in listed if not target["isInherited"]]
    answer = await asked(
        executor,
        "query($asOf: Date) { targetSummary(asOf: $asOf, includeSynthetic: true) { status count targets { id } } }",
        asOf=day,
    )
    counts = Counter(target["current"]["status"] for target in targets)
    assert {each["status"]: each["count"] for each in answer["targetSummary"]} == counts
    assert [each["status"] for each in answer["targetSummary"]] == [each for each in TargetStatus if counts[each]]
    standing = {target["id"]: target["current"]["status"] for target in targets}
    for each in answer["targetSummary"]:
        assert {standing[undated(target["id"])] for target in each["targets"]} == {each["status"]}


@pytest.mark.parametrize("status", list(TargetStatus))
async def test_a_filter_by_status_finds_the_targets_that_have_it(executor: Executor, status: TargetStatus) -> None:
    targets = await every_target(executor, "status")
    answer = await asked(
        executor,
        """query($is: TargetStatus!) {
            is: targets(includeSynthetic: true, first: 1, filter: {status: {eq: $is}}) { totalCount }
            others: targets(includeSynthetic: true, first: 1, filter: {not: {status: {in: [$is]}}}) { totalCount } }""",
        **{"is": status.value},
    )
    having = sum(target["status"] == status for target in targets)
    assert (answer["is"]["totalCount"], answer["others"]["totalCount"]) == (having, len(targets) - having)


async def test_an_organisation_lists_its_targets_of_some_statuses(executor: Executor) -> None:
    answer = await asked(
        executor,
        """{ organisation(code: "QKS") { all: targets { id status }
             some: targets(status: [MET, MET_AT_RISK]) { id status } none: targets(status: []) { id } } }""",
    )
    every, some = answer["organisation"]["all"], answer["organisation"]["some"]
    assert some == [target for target in every if target["status"] in ("MET", "MET_AT_RISK")] != []
    assert answer["organisation"]["none"] == []


async def test_a_summary_of_an_organisation_takes_its_members_targets_too(executor: Executor) -> None:
    answer = await asked(
        executor,
        """{ all: targetSummary { count } board: targetSummary(organisation: "QKS") { count } }""",
    )
    total = {name: sum(each["count"] for each in answer[name]) for name in answer}
    assert 0 < total["board"] <= total["all"]


async def test_a_summary_leaves_out_what_is_made_up(executor: Executor) -> None:
    answer = await asked(
        executor,
        """{ real: targetSummary(organisation: "QKS") { count
                 targets { metric { isSynthetic } organisation { isSynthetic } } }
             all: targetSummary(organisation: "QKS", includeSynthetic: true) { count } }""",
    )
    real = [target for each in answer["real"] for target in each["targets"]]
    assert {side["isSynthetic"] for target in real for side in target.values()} == {False}
    total = {name: sum(each["count"] for each in answer[name]) for name in answer}
    assert 0 < total["real"] < total["all"]


@pytest.fixture
async def ours(server: Server, seeded: str) -> AsyncIterator[Database]:
    async with server.copy(seeded) as url, connected(settings(database_url=url)) as database:
        yield database


async def test_a_publication_is_in_the_next_answer(ours: Database) -> None:
    executor = Executor(graph._schema, ours)
    text = '{ targets(filter: {metric: {code: {eq: "call_back_percent"}}}) { nodes { status current { status } } } }'
    before = (await asked(executor, text))["targets"]["nodes"]
    figure = {"metric": "call_back_percent", "organisation": "QKS", "numerator": 163, "denominator": 177}
    await give(
        ours, "updateQuarterlyFigures", {"quarter": "2024-25-Q4", "organisation": "QKS", "figures": [figure]}, by=ADA
    )
    after = (await asked(executor, text))["targets"]["nodes"]
    assert (
        [each["status"] for each in after]
        == [each["current"]["status"] for each in after]
        != [each["status"] for each in before]
    )
