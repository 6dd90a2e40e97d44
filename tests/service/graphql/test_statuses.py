"""The status of targets in the answer of every command and every subscription, however far below it."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from graphql import GraphQLObjectType, get_named_type, is_enum_type, is_list_type, is_non_null_type

from schema.enumerations import Role
from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.database import Database
from service.viewer import Viewer
from tests.service.graphql.served import Service
from tests.service.writes.submitting import ADA, BOB, drafted, figure, update

ROOT = Viewer("Root", Role.ADMINISTRATOR, "0f7d3a51c2")
MUTATIONS = graph._schema.mutation_type.fields  # type: ignore[union-attr]
VALUES = {"String": "none", "ID": "none", "OdsCode": "QKS", "Date": "2025-01-31", "Int": 1, "Float": 1, "Boolean": True}
# The status of targets in each way that the schema has: as a field, a filter, an argument and a count.
OF_QUERY = """{
    targets(first: 2, filter: {status: {ne: MISSED}}) {
        totalCount nodes { status organisation { targets { status } } }
    }
    organisation(code: "QKS") { targets(status: [MET]) { id } ancestors { targets(status: [MET]) { status } } }
    targetSummary(organisation: "QKS") { count targets { status } }
    past: targetSummary(asOf: "2025-03-31") { count }
}"""
OF_TARGET = "{ status metric { targets { status } } organisation { targets(status: [MISSED]) { id status } } }"
OF_ORGANISATION = "{ targets(status: [MET, MISSED]) { status } ancestors { targets { status } } }"
OF_METRIC = "{ targets { status } figures(first: 1) { nodes { organisation { targets(status: [MET]) { id } } } } }"
SELECTED = {"Query": OF_QUERY, "Target": OF_TARGET, "Metric": OF_METRIC, "Organisation": OF_ORGANISATION}


def least(kind: Any) -> Any:
    """A value of an input type: with its required fields alone."""
    if is_non_null_type(kind):
        return least(kind.of_type)
    if is_list_type(kind):
        return []
    if is_enum_type(kind):
        return next(iter(kind.values))
    if hasattr(kind, "fields"):
        return {name: least(each.type) for name, each in kind.fields.items() if is_non_null_type(each.type)}
    return VALUES[kind.name]


def selections(kind: GraphQLObjectType, seen: tuple[str, ...] = ()) -> Iterator[str]:
    """All ways from a payload to the status of targets that go through its own objects, with what they select."""
    for name, field in kind.fields.items():
        named: Any = get_named_type(field.type)
        if named.name in SELECTED:
            yield f"{name} {SELECTED[named.name]}"
        elif isinstance(named, GraphQLObjectType) and named.name not in seen and not field.args:
            for inner in selections(named, (*seen, named.name)):
                yield f"{name} {{ {inner} }}"


CASES = [(name, selection) for name, field in MUTATIONS.items() for selection in selections(get_named_type(field.type))]


def test_every_command_leads_to_the_status_of_targets():
    assert {name for name, _ in CASES} == set(MUTATIONS)
    assert sum(selection.startswith("query {") for _, selection in CASES) == len(MUTATIONS)


async def given(database: Database, name: str, given: Any, selection: str) -> Any:
    kind = get_named_type(MUTATIONS[name].args["input"].type).name
    text = f"mutation($input: {kind}!) {{ {name}(input: $input) {{ {selection} problems {{ code }} }} }}"
    executor = Executor(graph._schema, database)
    data = await executor.data(GraphQLRequest(text, {"input": given}), Caller(ROOT), may_write=True)
    return orjson.loads(data)[name]


@pytest.mark.parametrize(("name", "selection"), CASES, ids=lambda text: text.split(" {")[0])
async def test_a_command_answers_with_the_status_of_targets(database: Database, name: str, selection: str):
    kind: Any = get_named_type(MUTATIONS[name].args["input"].type)
    only = {"validateOnly": True} if "validateOnly" in kind.fields else {}
    answer = await given(database, name, least(MUTATIONS[name].args["input"].type) | only, selection)
    # Nothing is done, so that the tests can share a database. The answer is read even so.
    assert answer["problems"] or only
    if "query" in answer:
        assert answer["query"]["targetSummary"]


async def test_a_new_target_is_answered_with_its_status(writable: Database):
    target = {
        "metric": "call_back_percent",
        "organisation": "QKS",
        "comparator": "AT_LEAST",
        "value": 10,
        "due": "2097-03-31",
        "reason": "Agreed.",
    }
    answer = await given(writable, "setTarget", target, "target { id status current { status } }")
    assert answer["problems"] == []
    assert answer["target"]["status"] == answer["target"]["current"]["status"]
    assert await writable.reading.fetchval("SELECT count(*) FROM target_revision WHERE reason = 'Agreed.'") == 1


async def test_figures_are_published_when_the_answer_counts_targets(writable: Database):
    update = {
        "quarter": "2024-25-Q4",
        "organisation": "QKS",
        "figures": [{"metric": "call_back_percent", "organisation": "QKS", "numerator": 163, "denominator": 177}],
    }
    of_metric = '{metric: {code: {eq: "call_back_percent"}}, status: {in: [MET, MET_AT_RISK]}}'
    wanted = f"query {{ targetSummary {{ count }} targets(filter: {of_metric}) {{ totalCount nodes {{ status }} }} }}"
    before = await given(writable, "validateSubmission", {"id": "none", "expectedVersion": 1}, wanted)
    answer = await given(writable, "updateQuarterlyFigures", update, wanted)
    assert answer["problems"] == []
    # The status in the answer is the one after the command.
    assert answer["query"]["targets"]["totalCount"] > before["query"]["targets"]["totalCount"]


SUBSCRIPTIONS = {
    "figuresPublished": f"{{ value metric {OF_METRIC} organisation {OF_ORGANISATION} }}",
    "targetStatusChanged": f"{{ status target {OF_TARGET} }}",
    "submissionChanged": f"{{ status organisation {OF_ORGANISATION} }}",
}


@pytest.mark.parametrize("name", SUBSCRIPTIONS)
async def test_an_event_is_sent_with_the_status_of_targets(service: Service, approver_key: str, name: str):
    async with service.opened(approver_key) as socket:
        await socket.subscribe(f"subscription {{ {name} {SUBSCRIPTIONS[name]} }}")
        await service.subscribers(1)
        if name == "submissionChanged":
            await drafted(service.database, figure(88.7), by=BOB)
        else:
            await update(service.database, figure(None, numerator=163, denominator=177), by=ADA)
        answer = (await socket.answer())[name]
    if name == "targetStatusChanged":
        assert answer["target"]["status"] == answer["status"]
    else:
        assert answer["organisation"]["ancestors"]
