"""Before the first day on record nobody knows who was a member: what may be null is null, all else is refused."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from graphql import GraphQLNonNull, get_named_type, is_composite_type

from schema.errors import Refusal
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from tests.service.reads.test_unknown_codes import NEEDED, SCHEMA, is_required, paths

# The corners have one practice whose memberships are on record since then; those of the seeds begin in 2025.
FIRST = dt.date(2019, 7, 1)
SENTENCE = "You asked for 30 June 2019. Nothing is on record before 1 July 2019."
# What an organisation is called does not depend on its groups.
OWN = {"name"}


def dated() -> Iterator[tuple[str, str, Any, str]]:
    """Each field that takes a date: its type, its name, what it answers, and a document with `%s` for the date."""
    for kind_name, document in paths().items():
        for name, field in SCHEMA.type_map[kind_name].fields.items():  # type: ignore[attr-defined]
            if "on" in field.args:
                others = [f"{each}: {NEEDED[each]}" for each, one in field.args.items() if is_required(one)]
                below = " { __typename }" if is_composite_type(get_named_type(field.type)) else ""
                given = ", ".join([*others, 'on: "%s"'])
                yield kind_name, name, field.type, document.replace("%s", f"{name}({given}){below}")


PROMISED = [
    pytest.param(document, id=f"{kind}.{name}")
    for kind, name, answer, document in dated()
    if isinstance(answer, GraphQLNonNull) and name not in OWN
]
OTHERS = [
    pytest.param(document, id=f"{kind}.{name}")
    for kind, name, answer, document in dated()
    if not isinstance(answer, GraphQLNonNull) or name in OWN
]


async def answer(executor: Executor, document: str, **variables: Any) -> Any:
    """The data of a document."""
    return orjson.loads(await executor.data(GraphQLRequest(document, variables), Caller(None), may_write=False))


async def refused(executor: Executor, document: str, **variables: Any) -> Refusal:
    """The refusal of a document."""
    with pytest.raises(Refusal) as refusal:
        await answer(executor, document, **variables)
    return refusal.value


@pytest.mark.parametrize("document", PROMISED)
async def test_what_cannot_be_null_is_refused_on_the_day_before_the_first_on_record(
    executor: Executor, document: str
) -> None:
    refusal = await refused(executor, document % (FIRST - dt.timedelta(days=1)))
    assert (refusal.code, refusal.message) == ("plan/not-on-record", SENTENCE)


@pytest.mark.parametrize("document", PROMISED)
async def test_the_first_day_on_record_is_answered(executor: Executor, document: str) -> None:
    await answer(executor, document % FIRST)


@pytest.mark.parametrize("document", OTHERS)
async def test_what_can_be_null_and_names_are_answered_on_every_day(executor: Executor, document: str) -> None:
    await answer(executor, document % "1980-01-01")


@pytest.mark.parametrize(
    "document",
    [
        '{ practice(code: "G82002", on: "2019-06-30") { isOrphan } }',
        '{ organisation(code: "QKS", on: "2019-06-30") { ... on IntegratedCareBoard { region { code } } } }',
        '{ primaryCareNetwork(code: "U12550", on: "2019-06-30") { healthAndCarePartnership { code } } }',
        '{ figures(asKnownAt: "2019-06-30T12:00:00Z") { nodes { organisation { ancestors { code } } } } }',
        '{ a: practices { totalCount } b: practices(on: "2025-01-31") { nodes { isOrphan(on: "2019-06-30") } } }',
        '{ practices(on: "2019-06-30", includeClosed: true) { totalCount } }',
    ],
)
async def test_the_day_of_a_field_above_counts(executor: Executor, document: str) -> None:
    assert (await refused(executor, document)).message == SENTENCE


async def test_of_several_days_the_earliest_is_named(executor: Executor) -> None:
    document = "query($a: Date, $b: Date) { a: practices(on: $a) { totalCount } b: practices(on: $b) { totalCount } }"
    refusal = await refused(executor, document, a="2019-06-30", b="1980-01-01")
    assert refusal.message == "You asked for 1 January 1980. Nothing is on record before 1 July 2019."
    assert (await answer(executor, document, a="2019-07-01", b=None))["a"]["totalCount"] > 0


async def test_an_id_as_of_a_day_before_is_refused_for_its_groups(executor: Executor) -> None:
    then = await answer(executor, '{ practice(code: "G82002", on: "2019-06-30") { id primaryCareNetwork { code } } }')
    assert then["practice"]["primaryCareNetwork"] is None
    document = "query($id: ID!) { node(id: $id) { ... on Practice { isOrphan } } }"
    assert (await refused(executor, document, id=then["practice"]["id"])).message == SENTENCE
