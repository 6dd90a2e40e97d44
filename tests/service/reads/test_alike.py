"""Fields that ask the same with another code are written once, and answered as if each were asked alone."""

import datetime as dt
from typing import Any

import pytest
from graphql import GraphQLField, GraphQLInterfaceType, GraphQLObjectType

from schema import mapping
from schema.graph import graph
from service.answers.documents import Documents
from service.answers.request import GraphQLRequest
from service.reads import few
from service.reads.alike import MAY_DIFFER
from service.reads.reader import Reader

METRICS = ('"call_back_percent"', '"gp_fte"', '"cqc_good_practices"', '"gp_fte"')
WITH_TARGETS = ('"call_back_percent"', '"self_referrals"', '"call_queuing_percent"')
TRUSTS = ('"RVV"', '"RWF"', '"RN7"', '"RVV"')
ORGANISATIONS = ('"QKS"', '"QNX"', '"Y59"', '"QKS"')
_NODES = "totalCount nodes { __typename id value period { code } metric { code } organisation { name } }"
_PAGE = f"{{ {_NODES} edges {{ cursor node {{ id }} }} pageInfo {{ hasNextPage endCursor }} }}"
_SERIES = """{
  __typename svg(width: 300) variation processLimits { mean upper } reasons
  points { value target period { label } figure { id organisation { code } } }
}"""
_TARGET = "{ id value due current { status reason figure { id value } } metric { code } }"
_OF_BOARD = 'organisation(code: "QKS") {{ name {} }}'
_OF_METRIC = 'metric(code: "{}") {{{{ name {{}} }}}}'.format
# What is around the fields, one of them, and what takes the place of `?` in each.
FIELDS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "Organisation.figures": (_OF_BOARD, f"figures(metrics: [?], first: 3) {_PAGE}", METRICS),
    "Organisation.series": (_OF_BOARD, f"series(metric: ?) {_SERIES}", METRICS),
    "Organisation.seriesOf": (_OF_BOARD, f'seriesOf(metrics: [?, "trained_mentors"]) {_SERIES}', METRICS),
    "Organisation.targets": (_OF_BOARD, f"targets(metrics: [?]) {_TARGET}", WITH_TARGETS),
    "Metric.figures": (_OF_METRIC("gp_fte"), f"figures(organisations: [?], last: 2) {_PAGE}", ORGANISATIONS),
    "Metric.series": (_OF_METRIC("gp_fte"), f"series(organisation: ?) {_SERIES}", ORGANISATIONS),
    "Metric.targets": (_OF_METRIC("electronic_fit_notes"), f"targets(organisations: [?]) {_TARGET}", TRUSTS),
    "Metric.targetPage": (
        _OF_METRIC("electronic_fit_notes"),
        f"targetPage(organisations: [?]) {{ totalCount nodes {_TARGET} }}",
        TRUSTS,
    ),
    "Query.organisation": (
        "{}",
        f"organisation(code: ?) {{ name ... on IntegratedCareBoard {{ id }} targets {_TARGET} }}",
        ORGANISATIONS,
    ),
    "Query.practice": (
        "{}",
        "practice(code: ?) { name primaryCareNetwork { name } }",
        ('"G82002"', '"G82006"', '"G82007"'),
    ),
    "Query.primaryCareNetwork": (
        "{}",
        "primaryCareNetwork(code: ?) { name practices { nodes { code } } }",
        ('"U40722"', '"U74266"', '"U17834"'),
    ),
    "Query.metric": ("{}", f'metric(code: ?) {{ name series(organisation: "QKS") {_SERIES} }}', METRICS),
    "Query.collections": ("{}", "collections(metrics: [?]) { metric { code } kind }", METRICS),
    "Query.figuresOfNote": (
        "{}",
        'figuresOfNote(quarter: "2024-25-Q4", metrics: [?]) { figures tests notes { figure { id } } }',
        METRICS,
    ),
}
_ON = 'query ($on: Date = "2025-06-30")'
_KNOWN = 'asKnownAt: "2025-06-30T00:00:00Z"'
# The same below a date, below a list, and as known at an instant.
BELOW: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    (
        'query ($on: Date = "2025-06-30")',
        'organisation(code: "QKS", on: $on) {{ {} }}',
        "Organisation.figures",
        METRICS,
    ),
    ("query", 'organisation(code: "QKS", on: "2025-03-31") {{ {} }}', "Organisation.series", METRICS),
    ("query", 'organisation(code: "QKS", on: "2025-03-31") {{ {} }}', "Organisation.targets", WITH_TARGETS),
    ("query", "integratedCareBoards {{ code {} }}", "Organisation.targets", WITH_TARGETS),
    ("query", "themes {{ metrics {{ code {} }} }}", "Metric.targets", TRUSTS),
    ("query", _OF_BOARD, f"figures(metrics: [?], first: 2, {_KNOWN}) {_PAGE}", METRICS),
    ("query", _OF_BOARD, f'series(metric: ?, to: "2025-03-31", {_KNOWN}) {_SERIES}', METRICS),
)


def document(around: str, field: str, given: tuple[str, ...], head: str = "query") -> str:
    fields = "\n".join(f"f{at}: {field.replace('?', each)}" for at, each in enumerate(given))
    return f"{head} {{ {around.format(fields)} }}"


async def asked(client: Any, query: str) -> Any:
    answer = (await client.post("/graphql", json={"query": query})).json()
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


async def statement(query: str) -> str:
    operation = await Documents(graph._schema).operation(GraphQLRequest(query))
    return Reader(graph._schema)._new_plan(operation, {}, dt.date(2026, 11, 27), True).sql


def may_be_written_once(field: GraphQLField) -> bool:
    declared = getattr(field.extensions.get("strawberry-definition"), "metadata", {}).get(mapping.KEY)
    is_of_rows = isinstance(declared, mapping.Reach | mapping.Pages) and declared.related is not None
    return (is_of_rows or isinstance(declared, mapping.Computed)) and not field.args.keys().isdisjoint(MAY_DIFFER)


def test_every_field_that_may_be_written_once_is_listed():
    found = set()
    for kind in graph._schema.type_map.values():
        if not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) or kind.name in ("Mutation", "Subscription"):
            continue
        # What every organisation has is the same for each kind of them.
        of_each = isinstance(kind, GraphQLObjectType) and "Organisation" in {each.name for each in kind.interfaces}
        owner = "Organisation" if of_each else kind.name
        found |= {f"{owner}.{name}" for name, field in kind.fields.items() if may_be_written_once(field)}
    assert found == set(FIELDS)


@pytest.mark.parametrize("name", FIELDS)
async def test_each_is_answered_as_if_it_were_asked_alone(client, name):
    around, field, given = FIELDS[name]
    together = await asked(client, document(around, field, given))
    for at, each in enumerate(given):
        alone = await asked(client, document(around, field, (each,)))
        assert _of(together, f"f{at}") == _of(alone, "f0"), each
        assert _of(alone, "f0"), "it has something to compare"


@pytest.mark.parametrize(("head", "around", "name", "given"), BELOW)
async def test_so_it_is_below_a_date_an_instant_and_a_list(client, head, around, name, given):
    field = FIELDS[name][1] if name in FIELDS else name
    together = await asked(client, document(around, field, given, head))
    for at, each in enumerate(given):
        alone = await asked(client, document(around, field, (each,), head))
        assert _of(together, f"f{at}") == _of(alone, "f0"), each


@pytest.mark.parametrize("name", FIELDS)
async def test_more_of_them_make_no_longer_statement(name, monkeypatch):
    # So that both have as many rows.
    monkeypatch.setattr(few, "MANY", 1)
    around, field, given = FIELDS[name]
    short, more = [await statement(document(around, field, given[:1] * number)) for number in (3, 4)]
    # Only the name of the result is added.
    assert len(more) - len(short) < 60


async def test_what_differs_in_more_than_a_code_is_written_for_itself(client):
    fields = [
        f'f0: figures(metrics: ["gp_fte"], first: 1) {_PAGE}',
        f'f1: figures(metrics: ["gp_fte"], first: 2) {_PAGE}',
        f'f2: figures(metrics: ["gp_fte"], first: 2, orderBy: [{{value: DESC}}]) {_PAGE}',
        'f3: figures(metrics: ["gp_fte"], first: 2) { totalCount }',
        f'f4: figures(metrics: "gp_fte", first: 2) {_PAGE}',
        f"f5: figures(first: 2) {_PAGE}",
        f"f6: figures(metrics: null, first: 2) {_PAGE}",
    ]
    together = await asked(client, f"{{ {_OF_BOARD.format(' '.join(fields))} }}")
    for field in fields:
        key = field[:2]
        assert _of(together, key) == _of(await asked(client, f"{{ {_OF_BOARD.format(field)} }}"), key)


async def test_codes_come_from_variables_and_a_wrong_one_is_refused_at_its_field(client):
    query = """query ($a: String!, $b: [String!]!, $c: String!) { organisation(code: "QKS") {
      a: figures(metrics: [$a]) { totalCount }
      b: figures(metrics: $b) { totalCount }
      c: figures(metrics: [$c]) { totalCount }
    } }"""
    variables = {"a": "gp_fte", "b": ["call_back_percent", "gp_fte"], "c": "trained_mentors"}
    found = (await client.post("/graphql", json={"query": query, "variables": variables})).json()["data"][
        "organisation"
    ]
    assert found["b"]["totalCount"] > found["a"]["totalCount"] > 0
    wrong = variables | {"b": ["gp_fte", 'x"\\{},NULL']}
    [error] = (await client.post("/graphql", json={"query": query, "variables": wrong})).json()["errors"]
    assert (error["extensions"]["code"], error["path"]) == ("plan/unknown-code", ["organisation", "b"])


def _of(data: Any, key: str) -> Any:
    """What stands under a key, at any depth."""
    if isinstance(data, list):
        return [_of(each, key) for each in data]
    if key in data:
        return data[key]
    below = [_of(each, key) for each in data.values() if isinstance(each, dict | list)]
    return next((each for each in below if each is not None), None)
