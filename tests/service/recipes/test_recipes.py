"""Every worked query is one request that answers over the sandbox as its page says."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

import service.recipes as package
from service.config import settings
from service.recipes import Recipe, answer_of, recipes
from tests.databases import Server
from tests.serving import serving

FOLDER = Path(package.__file__).parent
# The one that shows a refusal.
REFUSED = {"mistyped-code"}


@pytest.fixture(scope="module")
async def worked(server: Server, sandbox: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a service over the seeds and the sandbox."""
    async with server.copy(sandbox) as url, serving(settings({}, database_url=url)) as client:
        yield client


@pytest.mark.parametrize("recipe", recipes(), ids=lambda recipe: recipe.name)
async def test_a_worked_query_answers_as_its_page_says(worked: httpx.AsyncClient, recipe: Recipe):
    sent = {"query": recipe.query, "variables": recipe.variables}
    answer = (await worked.post("/graphql", json=sent)).json()
    if os.environ.get("TRACKER_TEST_WRITE"):
        printed = orjson.dumps(answer, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        (FOLDER / f"{recipe.name}.json").write_bytes(printed)
    assert answer == answer_of(recipe), "run `make answers`"
    assert ("errors" in answer) == (recipe.name in REFUSED)
    assert recipe.name in REFUSED or any(values(answer["data"]))


def values(answer: Any) -> list[Any]:
    """The values at the leaves of an answer."""
    if isinstance(answer, dict | list):
        inner = answer.values() if isinstance(answer, dict) else answer
        return [leaf for each in inner for leaf in values(each)]
    return [answer]


def test_no_answer_is_of_no_query():
    assert {path.stem for path in FOLDER.glob("*.json")} == {recipe.name for recipe in recipes()}


def test_a_name_and_a_title_belong_to_one_of_them():
    assert len({recipe.name for recipe in recipes()}) == len({recipe.title for recipe in recipes()}) == len(recipes())


async def test_the_page_shows_each_with_its_text_its_answer_and_its_picture(client: httpx.AsyncClient):
    answer = await client.get("/docs/recipes")
    page = answer.text
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert [recipe.name for recipe in recipes() if f'<h2 id="{recipe.name}">' not in page] == []
    assert page.count('href="/graphql#') == page.count("<summary>The answer</summary>") == len(recipes())
    assert "query OrphanPractices($on: Date) {\n  practices(" in page
    assert "Old Road West Surgery" in page
    # The picture is drawn, and not a text of the answer.
    assert page.count("<svg") == 2
    assert "&lt;svg" not in page
