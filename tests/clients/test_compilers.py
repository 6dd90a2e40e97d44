"""The compilers of clients take our schema and the worked queries, and the files of docs/clients are what they need."""

import json
import shutil
from pathlib import Path

import httpx
import pytest

from tests.clients.projects import ROOT, prepared, run, run_script

SNIPPETS = ROOT / "docs" / "clients"
# With `__typename`, as both libraries ask for it: interfaces, pages and types without an id.
STORED = """
{
  practices(first: 3) {
    __typename
    totalCount
    edges {
      __typename
      node {
        __typename
        id
        name
        ancestors { __typename id name }
        figures(latestOnly: true) {
          __typename
          nodes {
            __typename
            id
            value
            source { __typename title }
            confidenceInterval { __typename lower upper }
            series { __typename variation points { __typename value } }
          }
        }
      }
    }
  }
}
"""


@pytest.fixture(scope="module")
def project() -> Path:
    """The project with the compilers, with the files of docs/clients where its sources import them."""
    place = prepared("tests/clients")
    shutil.copytree(SNIPPETS, place / "src" / "clients", dirs_exist_ok=True)
    return place


def test_typescript_accepts_what_codegen_and_gql_tada_make(project: Path):
    run(project, "graphql-codegen", "--silent")
    made = (project / "src" / "gql" / "graphql.ts").read_text(encoding="utf-8")
    assert made.count("export type PracticePageQuery ") == 1
    arguments = ["generate", "output", "--disable-preprocessing", "-o", "src/tada-env.d.ts"]
    (project / "tsconfig.tada.json").write_text(json.dumps(TADA))
    run(project, "gql.tada", *arguments, "-c", "tsconfig.tada.json")
    run(project, "tsc")


TADA = {
    "extends": "./tsconfig.json",
    "compilerOptions": {
        "plugins": [{"name": "gql.tada/ts-plugin", "schema": "../../schema/schema.graphql"}],
    },
}


def test_relay_compiles_pages_refetches_and_subscriptions(project: Path, tmp_path: Path):
    settings = json.loads((SNIPPETS / "relay.config.json").read_text(encoding="utf-8"))
    shutil.copytree(project / "relay", tmp_path / "src")
    shutil.copy(ROOT / "schema" / "schema.graphql", tmp_path)
    (tmp_path / "package.json").write_text("{}")
    (tmp_path / "relay.config.json").write_text(json.dumps(settings))
    run(project, "relay-compiler", "relay.config.json", at=tmp_path)
    made = {path.name for path in (tmp_path / "src" / "__generated__").iterdir()}
    assert {"PracticesQuery.graphql.ts", "PracticesPageQuery.graphql.ts", "PracticesSubscription.graphql.ts"} <= made


async def test_stores_keep_an_answer_whole_and_warn_of_nothing(project: Path, client: httpx.AsyncClient):
    answer = await client.post("/graphql", json={"query": STORED})
    assert answer.json()["data"]["practices"]["edges"][0]["node"]["figures"]["nodes"][0]["series"]["points"]
    (project / "query.graphql").write_text(STORED)
    (project / "answer.json").write_text(answer.text)
    run(project, "esbuild", "src/stores.ts", "--bundle", "--platform=node", "--format=esm", "--outfile=stores.mjs")
    found = json.loads(run_script(project, "stores.mjs"))
    assert found == {"apollo": True, "again": True, "urql": True, "warnings": []}
