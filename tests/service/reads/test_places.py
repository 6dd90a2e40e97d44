"""What is refused about a field says which one: its path down to the first list, and its place in the document."""

import httpx
import pytest

MARCH = "2015-03-31"
VARIABLES = {"$no": "Boolean = false", "$many": "Int"}


async def refusal(client: httpx.AsyncClient, query: str, **variables: object) -> tuple[str, object, object]:
    """The code, the path and the first location of the first error."""
    answer = await client.post("/graphql", json={"query": query, "variables": variables})
    [error] = answer.json()["errors"]
    return error["extensions"]["code"], error.get("path"), error.get("locations", [None])[0]


@pytest.mark.parametrize(
    ("query", "code", "path", "column"),
    [
        # Found as the document is planned, as its statement is written, and as its cost is added up.
        ('{ a: practice(code: "G82002") { name @skip(if: $no) } }', "document/variables", ["a"], 3),
        ("{ a: practices { totalCount } b: practices(filter: {name: {eq: null}}) { totalCount } }",
         "plan/null-operand", ["b"], 31),
        ("{ practices(first: 1) { edges { node { figures(first: 1, last: 1) { totalCount } } } } }",
         "plan/page-size", ["practices", "edges"], 40),
        # Found as values are bound.
        ('{ practices { nodes { name } } p: practices(after: "x") { totalCount } }',
         "plan/malformed-cursor", ["p"], 32),
        ("{ practices(first: $many) { totalCount } }", "plan/page-size", ["practices"], 3),
        ('{ metric(code: "call_back_percent") { rolledUp(organisation: "QKS", period: "Q9") { value } } }',
         "plan/unknown-period", ["metric", "rolledUp"], 39),
        # Found by the data: a code that nothing has, and a day before the first on record.
        ('{ a: practices { totalCount } b: organisations(filter: {code: {eq: "X1"}}) { totalCount } }',
         "plan/unknown-code", ["b"], 31),
        (f'{{ practice(code: "G82002") {{ b: ancestors(on: "{MARCH}") {{ name }} }} }}',
         "plan/not-on-record", ["practice", "b"], 30),
    ],
)  # fmt: skip
async def test_a_refusal_names_its_field(client: httpx.AsyncClient, query, code, path, column):
    declared = "".join(f"query ({name}: {kind}) " for name, kind in VARIABLES.items() if name in query)
    found = await refusal(client, f"{declared}\n{query}", **({"many": 501} if "$many" in query else {"no": None}))
    assert found == (code, path, {"line": 2, "column": column})


@pytest.mark.parametrize("literal", ['practice(code: "G 1") { name }', 'practices(on: "31/1/25") { totalCount }'])
async def test_a_literal_that_is_wrong_says_where_it_is(client: httpx.AsyncClient, literal):
    _, path, place = await refusal(client, "{ " + literal + " }")
    assert (path, place) == (None, {"line": 1, "column": 3 + literal.index('"')})


async def test_a_command_that_is_forbidden_names_its_field(client: httpx.AsyncClient):
    query = '{ mine: discardSubmission(input: {id: "1", expectedVersion: 1}) { problems { code } } }'
    assert await refusal(client, "mutation " + query) == ("UNAUTHENTICATED", ["mine"], {"line": 1, "column": 12})
