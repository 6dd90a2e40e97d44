"""Documents that mean harm, or only look like it, get correct data or an error that is not a fault of ours."""

import json

import httpx
import pytest
from graphql import get_introspection_query

from tests.service.attacks import unfolding
from tests.service.reads.answers import answer
from tests.service.reads.ids import TARGET_ID


def chain(levels: int) -> str:
    """A document with one fragment in the other."""
    folds = [f"fragment F{at} on Query {{ ...F{at + 1} ...F{at + 1} }}" for at in range(levels)]
    return "\n".join(["{ ...F0 }", *folds, f"fragment F{levels} on Query {{ viewer {{ name }} }}"])


REFUSED = {
    "fragments that unfold into a million fields": (unfolding(20), "document/too-large"),
    "fragments that unfold without a bound": (unfolding(200), "document/too-large"),
    "ten thousand aliases": ("{" + " ".join(f"a{at}: __typename" for at in range(10_000)) + "}", "document/too-large"),
    "four thousand of one field": ("{" + "__typename " * 3_990 + "}", "document/too-large"),
    "a field in a field a thousand times": (
        '{ organisation(code: "QKS") {' + "ancestors {" * 1_000 + "name" + "}" * 1_002,
        "document/syntax",
    ),
    "a field in a field thirty times": (
        '{ organisation(code: "QKS") {' + "ancestors {" * 30 + "name" + "}" * 32,
        "document/too-deep",
    ),
    "a list in a list a thousand times": ("{ nodes(ids: " + "[" * 1_000 + "]" * 1_000 + ") { id } }", None),
    "an object in an object": (
        "{ practices(filter: " + "{not: " * 1_000 + "{}" + "}" * 1_000 + ") { totalCount } }",
        "document/syntax",
    ),
    "pages of pages of pages": (
        "{ primaryCareNetworks(first: 500) { nodes { practices(first: 500) { nodes { figures(first: 500) {"
        " nodes { value } } } } } } }",
        "plan/too-costly",
    ),
    "fifty papers": ("{" + " ".join(f"b{at}: briefing {{ title }}" for at in range(50)) + "}", "plan/too-costly"),
    "a hundred papers": (
        "{" + " ".join(f"b{at}: briefing {{ title sections {{ heading }} }}" for at in range(100)) + "}",
        "plan/too-costly",
    ),
    "a hundred and fifty pages": (
        "{"
        + " ".join(
            f'a{at}: practices(first: 1, filter: {{name: {{contains: "z"}}}}) {{ nodes {{ code name }} }}'
            for at in range(150)
        )
        + "}",
        "plan/too-costly",
    ),
    "sixty filters by the group of a group": (
        "{"
        + " ".join(
            f'a{at}: figures(first: 1, filter: {{organisation: {{name: {{contains: "z"}}}}, '
            f'metric: {{theme: {{name: {{contains: "z"}}}}}}}}) {{ nodes {{ value }} }}'
            for at in range(60)
        )
        + "}",
        "plan/too-costly",
    ),
    "a hundred series to a hundred days": (
        '{ organisation(code: "QKS") {'
        + " ".join(f'a{at}: series(metric: "gp_fte", to: "{1925 + at}-03-31") {{ variation }}' for at in range(100))
        + "} }",
        "plan/too-costly",
    ),
    # Written once, and so as cheap to plan as one.
    "a hundred series alike": (
        '{ organisation(code: "QKS") {'
        + " ".join(f'a{at}: series(metric: "gp_fte") {{ variation }}' for at in range(100))
        + "} }",
        "",
    ),
    "the schema twice": ("{ a: __schema { types { name } } b: __schema { types { name } } }", "plan/too-costly"),
    "the types of the schema in each of its types": (
        "{ __schema {"
        + " ".join(f"a{at}: types {{ fields {{ args {{ name description }} }} }}" for at in range(100))
        + "} }",
        "plan/too-costly",
    ),
    "twenty-one questions about types": (
        "{" + " ".join(f'a{at}: __type(name: "Figure") {{ name }}' for at in range(21)) + "}",
        "plan/too-costly",
    ),
    "a picture for each practice": (
        '{ practices(first: 500) { nodes { a: series(metric: "x") { svg } b: series(metric: "x") { svg } } } }',
        "plan/too-costly",
    ),
    "a fragment in itself": ("{ ...F } fragment F on Query { ...F }", "document/invalid"),
    "a variable that is not declared": ("{ practice(code: $code) { name } }", "document/invalid"),
    "a variable that is not used": ("query($code: OdsCode) { __typename }", "document/invalid"),
    "a variable of another type": (
        "query($code: Int) { ...F } fragment F on Query { practice(code: $code) { name } }",
        "document/invalid",
    ),
    "no document": ("", "document/syntax"),
    "only a comment": ("# nothing", "document/syntax"),
    "more keys than a row has columns": (
        '{ practice(code: "G8") {' + " ".join(f"a{at}: code" for at in range(3_000)) + "} }",
        None,
    ),
    "one field again and again": ("{" + 'practice(code: "G8") { name } ' * 51 + "}", "document/too-large"),
    "one field fifty times": ("{" + 'practice(code: "G82002") { name } ' * 50 + "}", None),
    "a NUL": ("{ themes\x00 { name } }", "document/syntax"),
    "a hundred and one ids": (f"{{ nodes(ids: {json.dumps([TARGET_ID] * 101)}) {{ id }} }}", "plan/too-costly"),
    "a number beyond 32 bits": ("{ practices(first: 2147483648) { totalCount } }", "document/invalid"),
    "a number beyond 64 bits": ("{ practices(first: 99999999999999999999) { totalCount } }", "document/invalid"),
    "a day that is none": ('{ practices(on: "2025-02-29") { totalCount } }', "document/invalid"),
    "a null operand": ("{ practices(filter: {name: {eq: null}}) { totalCount } }", "plan/null-operand"),
    "two groups to compare with": (
        "{ figures(first: 1) { nodes { compared(with: {kind: REGION, peers: REGION}) { value } } } }",
        "plan/one-field",
    ),
    "no group to compare with": (
        "{ figures(first: 1) { nodes { compared(with: {kind: null}) { value } } } }",
        "plan/one-field",
    ),
    "two orders in one": (
        "{ practices(orderBy: [{name: ASC, code: ASC}]) { totalCount } }",
        "plan/one-order",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_a_hostile_document_is_refused_or_answered(client: httpx.AsyncClient, what: str) -> None:
    text, code = REFUSED[what]
    found = await answer(client, text)
    assert found == code if code else found != "internal"


@pytest.mark.parametrize(("wide", "code"), [(99_000, None), (100_001, "document/too-large")])
async def test_variables_may_have_so_many_values(client: httpx.AsyncClient, wide: int, code: str | None) -> None:
    text = "query($names: [String!]) { practices(filter: {postcode: {in: $names}}) { totalCount } }"
    found = await answer(client, text, names=["A"] * wide)
    assert found == (code or {"practices": {"totalCount": 0}})


async def test_objects_in_variables_are_counted_before_they_are_read(client: httpx.AsyncClient) -> None:
    text = "query($filter: PracticeFilter) { practices(filter: $filter) { totalCount } }"
    assert await answer(client, text, filter={"and": [{}] * 200_000}) == "document/too-large"


async def test_the_standard_question_about_the_schema_is_answered(client: httpx.AsyncClient) -> None:
    found = await answer(client, get_introspection_query(input_value_deprecation=True, specified_by_url=True))
    assert {each["name"] for each in found["__schema"]["types"]} > {"Practice", "Figure", "Target"}


async def test_fragments_within_fragments_are_collected_once(client: httpx.AsyncClient) -> None:
    assert await answer(client, chain(60)) == {"viewer": None}


async def test_a_small_unfolding_is_answered(client: httpx.AsyncClient) -> None:
    found = await answer(client, unfolding(5))
    assert found["organisation"]["a0"] == found["organisation"]["b0"]


@pytest.mark.parametrize("wide", [100, 1_000])
async def test_one_object_may_have_many_aliases(client: httpx.AsyncClient, wide: int) -> None:
    text = '{ practice(code: "G82002") {' + " ".join(f"a{at}: code" for at in range(wide)) + "} }"
    assert await answer(client, text) == {"practice": {f"a{at}": "G82002" for at in range(wide)}}


async def test_one_object_may_have_many_lists(client: httpx.AsyncClient) -> None:
    text = '{ practice(code: "G82002") {' + " ".join(f"a{at}: ancestors {{ code }}" for at in range(100)) + "} }"
    found = (await answer(client, text))["practice"]
    assert len(found) == 100
    assert all(one == found["a0"] for one in found.values())


KEYS = {
    "of Python and JavaScript": ["__proto", "__proto__x", "constructor", "toString", "None", "_", "__class__"],
    "of SQL": ["select", "SELECT", "user", "null", "order", "Order", "ctid", "oid", "xmin", "tableoid", "j", "one"],
    "of statements": [f"{stem}_{at}" for stem in ("r", "o", "l", "k", "s", "e") for at in range(1, 9)],
    "of statements, too": [f"{stem}{at}" for stem in ("r", "o", "l", "p", "c", "j") for at in range(9)],
    "of more than 63 bytes": ["a" * 63, "a" * 64, "a" * 64 + "b", "a" * 64 + "c", "A" * 64, "a" * 1_000],
}


@pytest.mark.parametrize("kind", KEYS)
async def test_any_name_is_a_key(client: httpx.AsyncClient, kind: str) -> None:
    keys = KEYS[kind]
    text = '{ practice(code: "G82002") {' + " ".join(f"{key}: code" for key in keys) + "} }"
    found = await answer(client, text)
    assert list(found["practice"]) == keys
    assert set(found["practice"].values()) == {"G82002"}


@pytest.mark.parametrize("stem", ["r", "o", "l", "s", "e", "page", "each", "whole", "theme", "organisation"])
async def test_a_key_is_never_taken_for_an_alias_of_the_statement(client: httpx.AsyncClient, stem: str) -> None:
    for at in range(1, 30):
        found = await answer(client, f"{{ {stem}_{at}: themes {{ {stem}_{at}: code {stem}_{at + 1}: name }} }}")
        assert list(found[f"{stem}_{at}"][0]) == [f"{stem}_{at}", f"{stem}_{at + 1}"]


@pytest.mark.parametrize("field", ["gap", "status", "projectedMetOn", "isMet"])
async def test_a_computed_field_may_have_a_long_key(client: httpx.AsyncClient, field: str) -> None:
    key = "a" * 64
    text = f'{{ target(id: "{TARGET_ID}") {{ current {{ {key}: {field} short: {field} }} }} }}'
    found = (await answer(client, text))["target"]["current"]
    assert list(found) == [key, "short"]
    assert found[key] == found["short"]


@pytest.mark.parametrize("field", ["figures(first: 1)", "practices(first: 1)"])
async def test_connections_may_have_long_keys(client: httpx.AsyncClient, field: str) -> None:
    key = "a" * 64
    text = f"{{ {key}: {field} {{ {key}: edges {{ {key}: cursor }} {key}b: pageInfo {{ {key}: endCursor }} }} }}"
    found = (await answer(client, text))[key]
    assert found[key][0][key] == found[key + "b"][key]
