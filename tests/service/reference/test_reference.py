"""The reference of the schema: a page with every part of it, and a real answer for each field that has one."""

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx
import orjson
import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type

from schema.enumerations import Role
from schema.graph import graph
from service.config import settings
from service.pages.reference import EXAMPLES
from service.quality.noticing import note
from tests.databases import Server
from tests.service.graphql.api_keys import key_at
from tests.service.graphql.served import served
from tests.service.reference.examples import documents, examples_in, is_empty, mutation, subscription, values
from tests.service.reference.work import work

SCHEMA: Any = graph._schema
Examples = dict[str, dict[str, Any]]
# What was sent already is there at once.
SECONDS_TO_BE_SENT = 10
# After the work nothing drifts, no figure is calculated again, no chart is in the paper, and no new figure is of note.
# Requests from this machine are not counted.
NOT_ANSWERED = [
    *(f"Drift.{name}" for name in ("isUp", "since", "shownOn", "variation")),
    *(f"BriefingChart.{name}" for name in ("metricCode", "title", "description", "svg")),
    *(f"RateLimit.{name}" for name in ("cost", "limit", "remaining", "resetAt")),
    *(f"RecalculatedFigure.{name}" for name in ("metric", "organisation", "period", "before", "after")),
    "Subscription.figuresOfNote",
]


@dataclass(frozen=True)
class Worked:
    """An administrator's client of a service after the work; what commands answered, and what was sent."""

    client: httpx.AsyncClient
    answered: Examples
    sent: dict[str, Any]


@pytest.fixture(scope="module")
async def worked(server: Server, sandbox: str) -> AsyncIterator[Worked]:
    async with server.copy(sandbox) as url:
        keys = {"Ada": await key_at(url, "Ada", Role.ADMINISTRATOR), "Bob": await key_at(url, "Bob", Role.SUBMITTER)}
        async with served(settings({}, database_url=url)) as service, service.client() as client:
            before = await service.database.primary.fetchval("SELECT position FROM audit_head")
            await note(service.database)
            client.timeout = httpx.Timeout(60)
            answered: Examples = {}
            answers: dict[str, Any] = {"issue": await an_issue(client)}
            for each in work():
                answer = await carried_out(client, keys[each.by], each.name, each.given(answers))
                assert bool(answer["problems"]) is each.is_refused, (each.name, answer["problems"])
                answers[each.name] = answer
                answers["submission"] = answer.get("submission") or answers.get("submission")
                if submissions := answer.get("submissions"):
                    answers["submission"] = submissions[0]["submission"]
                for kind, field, value in [
                    ("Mutation", each.name, answer),
                    *examples_in(SCHEMA, get_named_type(SCHEMA.mutation_type.fields[each.name].type), answer),
                ]:
                    note_example(answered, kind, field, value)
            client.headers["Authorization"] = f"Bearer {keys['Ada']}"
            names = SCHEMA.subscription_type.fields
            sent = {name: await first_sent(client, name, before) for name in names}
            yield Worked(client, answered, {name: value for name, value in sent.items() if value is not None})


async def an_issue(client: httpx.AsyncClient) -> dict[str, Any]:
    """An issue of data quality that is open."""
    query = "{ dataQualityIssues(first: 1) { nodes { code metric { code } organisation { code } } } }"
    [issue] = (await client.post("/graphql", json={"query": query})).json()["data"]["dataQualityIssues"]["nodes"]
    found: dict[str, Any] = issue
    return found


async def first_sent(client: httpx.AsyncClient, name: str, before: int) -> Any:
    """What a subscription that begins before the work is sent first; None if it is sent nothing."""
    asked = {"query": subscription(SCHEMA, name, f"{before}.0")}
    streaming = client.stream("POST", "/graphql", json=asked, headers={"Accept": "text/event-stream"})
    with suppress(TimeoutError):
        async with asyncio.timeout(SECONDS_TO_BE_SENT), streaming as response:
            async for line in response.aiter_lines():
                if line.startswith("data: {"):
                    answer = json.loads(line.removeprefix("data: "))
                    assert "errors" not in answer, (name, answer)
                    return short(answer["data"][name])
    return None


async def carried_out(client: httpx.AsyncClient, key: str, name: str, given: dict[str, Any]) -> dict[str, Any]:
    asked = {"query": mutation(SCHEMA, name), "variables": {"input": given}}
    answer = (await client.post("/graphql", json=asked, headers={"Authorization": f"Bearer {key}"})).json()
    assert "errors" not in answer, (name, answer["errors"])
    data: dict[str, Any] = answer["data"][name]
    return data


async def test_every_field_that_a_query_leads_to_is_answered(worked: Worked):
    found: Examples = {}
    refused = []
    for asked in documents(SCHEMA):
        answer = (await worked.client.post("/graphql", json={"query": asked.text})).json()
        refused += [f"{asked.text}: {error['message']}" for error in answer.get("errors", [])]
        for name in asked.fields:
            for value in values(answer.get("data"), asked.way, name)[:1]:
                note_example(found, asked.kind, name, value)
    assert refused == []
    found |= worked.answered
    found["Subscription"] = worked.sent
    if os.environ.get("TRACKER_TEST_WRITE"):
        EXAMPLES.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
    every = {f"{kind.name}.{name}" for kind in SCHEMA.type_map.values() if _has_answers(kind) for name in kind.fields}
    answered = {f"{kind}.{name}" for kind, fields in found.items() for name in fields}
    assert sorted(every - answered) == sorted(NOT_ANSWERED)
    empty = [f"{kind}.{name}" for kind, fields in found.items() for name, value in fields.items() if is_empty(value)]
    assert len(empty) < 0.12 * len(every), sorted(empty)


def note_example(examples: Examples, kind: str, field: str, value: Any) -> None:
    """Keep the first example of a field that has something to show, or else its first."""
    of_kind = examples.setdefault(kind, {})
    if field not in of_kind or (is_empty(of_kind[field]) and not is_empty(value)):
        of_kind[field] = short(value)


def _has_answers(kind: Any) -> bool:
    return isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not kind.name.startswith("__")


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
