"""The page of the explorer: what its policy lets in, and what it says where its files are missing."""

import re

import httpx

from service.graphql.explorer import explorer
from service.recipes import recipes

IN_A_BROWSER = {"Accept": "text/html"}


async def test_its_policy_lets_one_script_run_and_no_other_host_be_asked(client: httpx.AsyncClient):
    first, second = [await client.get("/graphql", headers=IN_A_BROWSER) for _ in range(2)]
    policy = dict(part.split(" ", 1) for part in first.headers["content-security-policy"].split("; "))
    [nonce] = re.findall(r"nonce=\"([^\"]+)\"", first.text)
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == f"'nonce-{nonce}' 'strict-dynamic'"
    assert not any("http" in sources or "*" in sources for sources in policy.values())
    assert nonce not in second.text


async def test_it_offers_every_worked_query(client: httpx.AsyncClient):
    page = (await client.get("/graphql", headers=IN_A_BROWSER)).text
    assert [recipe.name for recipe in recipes() if f'"name":"{recipe.name}"' not in page] == []
    assert len(recipes()) >= 20


def test_without_its_files_it_says_how_to_fetch_them():
    page = bytes(explorer(is_built=False).body).decode()
    assert "Run `make assets` where npm packages can be fetched" in page
    assert "<script" not in page
