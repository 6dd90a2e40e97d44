import datetime as dt
import orjson
from service.graphql.execution import Asked, Executor
from service.graphql.request import GraphQLRequest
from tests.service.reads.reference.tables import Tables
from tests.service.reads.reference import execution

async def test_thin(executor, tables):
    text = "{ practices(first: 3) { totalCount nodes { id name code } edges { cursor node { ancestors { name } figures(first:2){ nodes { value }}}} } targets(first: 20) { nodes { current { status reason gap } } } }"
    print({k: len(v) for k, v in tables.rows.items()})
    expected = execution.data(tables, text, {})
    print(expected)
    try:
        print(orjson.loads(await executor.data(GraphQLRequest(text), Asked(None, dt.datetime.now(dt.UTC)), may_write=False)))
    except Exception as e:
        print(repr(e))
    docs = {
     "computed twice in branches": "{ organisations(first: 60) { nodes { targets { current { gap } } ... on Practice { postcode } } } }",
     "computed other": '{ nodes(ids: ["%s", "%s"]) { ... on Target { x: current { reason } } ... on Figure { x: metric { code } } } }' % (__import__("base64").urlsafe_b64encode(b"Target:1").decode(), __import__("base64").urlsafe_b64encode(b"Figure:1").decode()),
     "r alias": "{ " + " ".join(f'r_{n}: themes {{ r_{n}: name }}' for n in range(1,9)) + "}",
     "long computed": "{ targets(first: 1) { nodes { current { %s: gap } } } }" % ("a"*70),
     "long null": "{ practices(first: 1) { nodes { %s: closedOn } } }" % ("a"*70),
     "null directive": "query($b: Boolean = true) { themes { name @include(if: $b) } }",
     "null latest": "query($b: Boolean = true) { practices(first:1) { nodes { figures(latestOnly: $b) { totalCount } } } }",
     "intro": "query($d: Date) { __schema { queryType { name } } practices(on: $d) { totalCount } }",
     "practices empty": "{ practices { ... @skip(if: true) { totalCount } } }",
    }
    v = {"null directive": {"b": None}, "null latest": {"b": None}, "intro": {"d": "2025-01-01"}}
    for name, doc in docs.items():
        try:
            r = await executor.data(GraphQLRequest(doc, v.get(name, {})), Asked(None, dt.datetime.now(dt.UTC)), may_write=False)
            r = r[:200]
        except Exception as e:
            r = repr(e)[:300]
        print(name, "→", r)
