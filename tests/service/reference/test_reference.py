"""The reference of the schema: a page with every part of it, and a real answer for each field that has one."""

import datetime as dt
import os
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson
import pytest

from schema.enumerations import CqcRating, Role
from schema.graph import graph
from service.config import settings
from service.database import connected
from service.pages.reference import EXAMPLES
from tests.databases import Server
from tests.service.graphql.api_keys import key_at
from tests.service.reference.examples import documents, example
from tests.service.writes.submitting import ROOT, figure, give, save, update
from tests.serving import serving

SCHEMA: Any = graph._schema
DAY = dt.date(2025, 6, 30)
# What gives more fields something to show: a rating, another name, recalculated limits, and a paper's action.
DONE: dict[str, dict[str, Any]] = {
    "rateOrganisation": {"organisation": "G82002", "ratedOn": DAY, "rating": CqcRating.GOOD, "reason": "Inspected."},
    "saveOrganisation": {"code": "U34235", "name": "Dover Town and Harbour", "on": DAY, "reason": "A new name."},
    "recalculateLimits": {
        "metric": "sandbox_sparse_percent",
        "organisation": "U34235",
        "starts": DAY,
        "fixAfter": 12,
        "reason": "New telephones.",
    },
    "savePaper": {"quarter": "2024-25-Q4", "board": "QKS", "sentFrom": "Primary care team"},
    "saveNarrative": {"quarter": "2024-25-Q4", "board": "QKS", "section": "Summary", "words": "More call back."},
    "savePaperAction": {
        "quarter": "2024-25-Q4",
        "board": "QKS",
        "metric": "call_back_percent",
        "what": "Visit the practices without call back.",
        "owner": "Primary care team",
        "due": DAY,
    },
}


@pytest.fixture(scope="module")
async def worked(server: Server, sandbox: str) -> AsyncIterator[httpx.AsyncClient]:
    """An administrator's client of a service with a sandbox, a publication and a draft."""
    async with server.copy(sandbox) as url:
        async with connected(settings({}, database_url=url)) as database:
            await update(database, figure(88.7))
            await save(database, figure(12.5), figure(None, metric="cloud_telephony_percent", isNilReturn=True))
            for name, given in DONE.items():
                answer = await give(database, name, given, by=ROOT)
                assert answer["problems"] == [], name
        key = await key_at(url, "Ada", Role.ADMINISTRATOR)
        async with serving(settings({}, database_url=url)) as client:
            client.headers["Authorization"] = f"Bearer {key}"
            yield client


async def test_every_field_that_a_query_leads_to_is_answered(worked: httpx.AsyncClient):
    found: dict[str, dict[str, Any]] = {}
    refused = []
    for asked in documents(SCHEMA):
        answer = (await worked.post("/graphql", json={"query": asked.text})).json()
        refused += [f"{asked.text}: {error['message']}" for error in answer.get("errors", [])]
        values = {field: example(answer.get("data"), asked.way, field) for field in asked.fields}
        found.setdefault(asked.kind, {}).update(
            {name: short(value) for name, value in values.items() if value is not None}
        )
    assert refused == []
    if os.environ.get("TRACKER_TEST_WRITE"):
        EXAMPLES.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
    # The rest has nothing to show in a sandbox: nobody closed, nothing was amended.
    assert sum(map(len, found.values())) > 0.75 * sum(len(asked.fields) for asked in documents(SCHEMA))


def short(value: Any) -> Any:
    """An example that takes little room."""
    if isinstance(value, list):
        return [short(each) for each in value[:2]]
    if isinstance(value, dict):
        return {key: short(each) for key, each in value.items()}
    return f"{value[:120]} …" if isinstance(value, str) and len(value) > 120 else value


async def test_the_page_has_every_type_field_and_value(client: httpx.AsyncClient):
    answer = await client.get("/docs/schema")
    page = answer.text
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    own = {name: kind for name, kind in SCHEMA.type_map.items() if not name.startswith("__")}
    places = [f"{name}.{part}" for name, kind in own.items() for part in parts(kind)]
    assert [place for place in places if f'id="{place}"' not in page] == []


def parts(kind: Any) -> list[str]:
    return list(getattr(kind, "fields", None) or getattr(kind, "values", None) or ())


async def test_the_page_says_what_is_new_what_goes_and_what_a_field_answers(client: httpx.AsyncClient):
    page = (await client.get("/docs/schema")).text
    new, _, deprecated = page.partition("<h2>New since 0.4.0</h2>")[2].partition("<h2>Deprecated</h2>")
    assert '<a href="#Query.search">Query.search</a>' in new
    assert "Figure.value<" not in new
    assert '<a href="#Figure.comparison">Figure.comparison</a>: Since 26 November 2026.' in deprecated
    value = page.partition('<dt id="Figure.value">')[2].partition("<dt ")[0]
    revisions = page.partition('<dt id="Figure.revisions">')[2].partition("<dt ")[0]
    assert "For example: <code>" in value
    assert "<summary>An answer</summary>" in revisions
    # A link within the page leads to a part of it.
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets <= set(re.findall(r'id="([^"]+)"', page))


def test_the_examples_are_of_fields_that_there_are():
    examples = orjson.loads(EXAMPLES.read_bytes())
    assert [f"{k}.{f}" for k, fields in examples.items() for f in fields if f not in SCHEMA.type_map[k].fields] == []
    assert examples["Practice"]["name"]
