"""A code that nothing has is refused, wherever it names something; a look-up by an object's own code answers null."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
)

from schema.errors import Refusal
from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.reads.codes import named_by
from tests.service.writes.submitting import ROOT

SCHEMA: GraphQLSchema = graph._schema
UNKNOWN = '"NOWHERE"'
# What a path through the schema gives where an argument is needed.
NEEDED = {
    "code": '"QKS"',
    "metric": '"call_back_percent"',
    "metrics": '["call_back_percent"]',
    "organisation": '"QKS"',
    "period": '"2024-25-Q4"',
    "quarter": '"2024-25-Q4"',
    "text": '"dover"',
    "by": "CQC_RATING",
    "bounds": "[5000]",
    "kind": "PRACTICE",
    "since": '"2025-03-31"',
    "with": '"Y59"',
    "id": '"T3JnYW5pc2F0aW9uOjE"',
    "ids": "[]",
}
LOOK_UPS = {"Query.organisation", "Query.practice", "Query.primaryCareNetwork", "Query.metric"}
# Texts that are no codes of rows: places in lists and in events, periods, which are refused by their own code, and
# what is searched for.
OTHERS = {"after", "before", "period", "quarter", "since", "text"}


def paths() -> dict[str, str]:
    """For each object type that a query reaches, a document with `%s` where its fields are asked for."""
    found, to_see = {"Query": "{ %s }"}, ["Query"]
    while to_see:
        kind: Any = SCHEMA.type_map[to_see.pop(0)]
        for name, field in kind.fields.items():
            needed = [each for each, argument in field.args.items() if is_required(argument)]
            given = ", ".join(f"{each}: {NEEDED[each]}" for each in needed)
            asked = f"{name}({given})" if given else name
            result: Any = get_named_type(field.type)
            kinds = SCHEMA.get_possible_types(result) if isinstance(result, GraphQLInterfaceType) else [result]
            for one in kinds:
                if isinstance(one, GraphQLObjectType) and one.name not in found:
                    inner = "%s" if one is result else f"... on {one.name} {{ %s }}"
                    found[one.name] = found[kind.name] % f"{asked} {{ {inner} }}"
                    to_see.append(one.name)
    return found


def is_required(argument: Any) -> bool:
    return isinstance(argument.type, GraphQLNonNull)


def places(definition: Any, seen: tuple[str, ...] = (), inside: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """The places in an argument that name rows: the path to each, and the text of the argument with `%s` there."""
    kind: Any = get_named_type(definition.type)
    if named_by(definition) is not None:
        is_filter = isinstance(kind, GraphQLInputObjectType)
        yield "", "{eq: %s}" if is_filter else "%s"
    elif isinstance(kind, GraphQLInputObjectType) and kind.name not in seen:
        for name, field in kind.fields.items():
            # Figures that other rows lead to cannot be compared at all.
            is_nested = name == "comparison" and {"some", "none", "every", "listSize"} & {*inside}
            if name not in {"and", "or", "not"} and not is_nested:
                for path, text in places(field, (*seen, kind.name), (*inside, name)):
                    yield f".{name}{path}", f"{{{name}: {text}}}"


def given_codes() -> Iterator[Any]:
    """Every argument of every field that names a row, with a document that gives a code that nothing has.

    Of fields with the same filter, the first tries every place in it.
    """
    reached, tried = paths(), set()
    for type_name, document in reached.items():
        kind: Any = SCHEMA.type_map[type_name]
        for name, field in kind.fields.items():
            for argument, definition in field.args.items():
                for path, text in places(definition):
                    place = (get_named_type(definition.type).name, path)
                    if path and place in tried:
                        continue
                    tried.add(place)
                    # It asks for one of two arguments.
                    needed = {"quarter": NEEDED["quarter"]} if name == "figuresOfNote" else {}
                    others = needed | {each: NEEDED[each] for each in field.args if is_required(field.args[each])}
                    given = others | {argument: text % UNKNOWN}
                    listed = ", ".join(f"{each}: {value}" for each, value in given.items())
                    below = " { __typename }" if is_composite_type(get_named_type(field.type)) else ""
                    asked = document % f"{name}({listed}){below}"
                    yield pytest.param(name, f"{argument}{path}", asked, id=f"{type_name}.{name}({argument}{path})")


async def refused(executor: Executor, document: str, **variables: Any) -> Refusal:
    """The refusal of a document."""
    with pytest.raises(Refusal) as refusal:
        await executor.data(GraphQLRequest(document, variables), Caller(None), may_write=False)
    return refusal.value


@pytest.mark.parametrize(("field", "argument", "document"), list(given_codes()))
async def test_a_code_that_nothing_has_is_refused_by_the_name_of_its_argument(
    executor: Executor, field: str, argument: str, document: str
) -> None:
    refusal = await refused(executor, document)
    is_period = argument.endswith((".period.code", ".quarter"))
    assert refusal.code == ("plan/unknown-period" if is_period else "plan/unknown-code")
    assert refusal.message.startswith(f"The argument `{argument}` of `{field}` is 'NOWHERE'")


def test_every_argument_that_is_a_code_says_what_it_names() -> None:
    """An argument of texts is a place in a list, a period, the own code of what is looked up, or names rows."""
    silent = []
    for kind in SCHEMA.type_map.values():
        if not isinstance(kind, GraphQLObjectType) or kind.name == "Mutation":
            continue
        for name, field in kind.fields.items():
            for each, argument in field.args.items():
                is_text = get_named_type(argument.type).name in {"String", "OdsCode"}
                is_own = f"{kind.name}.{name}" in LOOK_UPS and each == "code"
                if is_text and not is_own and each not in OTHERS and named_by(argument) is None:
                    silent.append(f"{kind.name}.{name}({each})")
    assert silent == []


@pytest.mark.parametrize("place", sorted(LOOK_UPS))
async def test_a_look_up_by_the_own_code_of_nothing_is_null(executor: Executor, place: str) -> None:
    field = place.removeprefix("Query.")
    request = GraphQLRequest(f"{{ {field}(code: {UNKNOWN}) {{ code }} }}")
    answer = await executor.data(request, Caller(None), may_write=False)
    assert orjson.loads(answer) == {field: None}


@pytest.mark.parametrize("condition", ['ne: "NOWHERE"', 'in: ["QKS", "NOWHERE"]', 'notIn: ["NOWHERE"]'])
async def test_each_operator_for_whole_codes_refuses_what_nothing_has(executor: Executor, condition: str) -> None:
    document = f"{{ organisations(filter: {{or: [{{not: {{code: {{{condition}}}}}}}]}}) {{ totalCount }} }}"
    assert (await refused(executor, document)).code == "plan/unknown-code"


async def test_a_part_of_a_code_may_be_in_none(executor: Executor) -> None:
    document = '{ organisations(filter: {code: {startsWith: "NOWHERE", lt: "NOWHERE"}}) { totalCount } }'
    answer = await executor.data(GraphQLRequest(document), Caller(None), may_write=False)
    assert orjson.loads(answer) == {"organisations": {"totalCount": 0}}


async def test_a_code_in_a_variable_is_refused_by_the_name_of_the_argument(executor: Executor) -> None:
    document = "query($codes: [String!]) { collections(metrics: $codes) { kind } }"
    refusal = await refused(executor, document, codes=["call_back_percent", "typo"])
    assert refusal.message == "The argument `metrics` of `collections` is 'typo'. No metric has this code."


@pytest.mark.parametrize(
    "field", ["figuresPublished(organisations: %s) { value }", "targetStatusChanged(metrics: [%s]) { status }"]
)
async def test_nobody_waits_for_what_nothing_has(executor: Executor, field: str) -> None:
    with pytest.raises(Refusal) as refusal:
        await executor.subscription(GraphQLRequest(f"subscription {{ {field % UNKNOWN} }}"))
    assert refusal.value.code == "plan/unknown-code"


@pytest.mark.parametrize(
    "field",
    [
        'completeness(quarter: "NOWHERE") { percent }',
        'completeness(quarter: "2024-25") { percent }',
        'metric(code: "call_back_percent") { rolledUp(organisation: "QKS", period: "NOWHERE") { value } }',
        'metric(code: "call_back_percent") { distribution(kind: PRACTICE, period: "NOWHERE") { mean } }',
    ],
)
async def test_what_is_no_period_is_refused_by_the_name_of_its_argument(executor: Executor, field: str) -> None:
    refusal = await refused(executor, f"{{ {field} }}")
    assert refusal.code == "plan/unknown-period"
    assert refusal.message.startswith(f"The argument `{'quarter' if 'quarter' in field else 'period'}`")


async def test_a_period_in_a_filter_is_its_exact_code(executor: Executor) -> None:
    refusal = await refused(executor, '{ figures(filter: {period: {code: {in: ["Q4 2024/25"]}}}) { totalCount } }')
    assert refusal.message == (
        "The argument `filter.period.code` of `figures` is 'Q4 2024/25', which is not a code: write 2024-25-Q4."
    )


THEME = """mutation {
  saveTheme(input: {code: "dentistry", name: "Dentistry", reason: "New."}) {
    theme { code }
    query { metrics(filter: {theme: {code: {eq: "%s"}}}) { totalCount } }
  }
}"""


async def test_a_command_is_not_carried_out_when_its_answer_names_what_nothing_has(writable) -> None:
    executor = Executor(SCHEMA, writable)
    with pytest.raises(Refusal) as refusal:
        await executor.data(GraphQLRequest(THEME % "typo"), Caller(ROOT), may_write=True)
    assert refusal.value.code == "plan/unknown-code"
    assert await writable.reading.fetchval("SELECT count(*) FROM theme WHERE code = 'dentistry'") == 0


async def test_the_answer_of_a_command_can_name_what_the_command_brings(writable) -> None:
    executor = Executor(SCHEMA, writable)
    answer = orjson.loads(await executor.data(GraphQLRequest(THEME % "dentistry"), Caller(ROOT), may_write=True))
    assert answer["saveTheme"] == {"theme": {"code": "dentistry"}, "query": {"metrics": {"totalCount": 0}}}
