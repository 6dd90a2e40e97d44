"""Every example of the specification, on a database that holds what it gives; one statement for each."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from html import unescape
from typing import Any

import httpx
import pytest

from schema.enumerations import Role
from service.config import PREFIX, Settings, settings
from service.database import connected
from service.importers.register import change_register
from service.viewer import Viewer
from tests.databases import Server
from tests.service.graphql.api_keys import key_at
from tests.serving import serving
from tests.spec.given import Given
from tests.spec.reading import REFUSED, Example, Step, answered, examples
from tests.statements import counted

# What waits for every target and every series to be judged.
JUDGED = "{ targetSummary { count } figures(filter: {isMet: {eq: true}}, includeSynthetic: true) { totalCount } }"
# What a question of a form says, and where.
_SAID = {
    "question": r'(?:label--s"|legend--s")[^>]*>(.*?)<',
    "saved": r'class="said"[^>]*>(.*?)<',
    "wrong": r'error-message".*?</span>(.*?)<',
}


@asynccontextmanager
async def given(server: Server, migrated: str, seeded: str, example: Example) -> AsyncIterator[str]:
    """The URL of a database that holds what an example gives; the seeds, when it gives nothing."""
    async with server.copy(migrated if example.given else seeded) as url:
        if example.given:
            async with connected(settings({}, database_url=url)) as database, database.command() as session:
                await Given(await session.connection()).put(example.given)
        yield url


def chosen(example: Example, url: str) -> Settings:
    """The settings of an example, for a database."""
    named = {name.removeprefix(PREFIX).lower(): value for name, value in example.settings.items()}
    return settings({}, database_url=url, **named)


async def send(client: httpx.AsyncClient, url: str, step: Step, *, is_refused: bool = False) -> Any:
    """The data that a document answers with, or its refusals, sent as somebody with a new key."""
    headers = {}
    if step.sender is not None:
        role, organisation = Role[step.sender.role], step.sender.organisation
        headers["Authorization"] = f"Bearer {await key_at(url, role.title(), role, organisation)}"
    response = await request(client, step, headers)
    if response.headers["content-type"].startswith("text/html"):
        return page_of(response.text)
    answer = response.json()
    if is_refused:
        return {REFUSED: [refused(each) for each in answer["errors"]]}
    assert "errors" not in answer, answer
    # What is no GraphQL answers with its data itself.
    return answer.get("data", answer)


def refused(error: dict[str, Any]) -> dict[str, Any]:
    """What a table can say about an error: also the keys that lead to its field, and where it is in the document."""
    places = [f"line {each['line']}, column {each['column']}" for each in error.get("locations", [])]
    path = ".".join(map(str, error.get("path", [])))
    code = error["extensions"]["code"]
    return {"code": code, "message": error["message"], "path": path, "place": ", ".join(places)}


async def request(client: httpx.AsyncClient, step: Step, headers: dict[str, str]) -> httpx.Response:
    """The response to a document, or to a whole request."""
    if step.language == "graphql":
        return await client.post("/graphql", json={"query": step.document}, headers=headers)
    head, _, body = step.document.partition("\n\n")
    (method, path), *lines = (line.split(None if at == 0 else ": ", 1) for at, line in enumerate(head.splitlines()))
    named = {**headers, **dict(lines)}
    return await client.request(method, path, headers=named, content=body.strip(), follow_redirects=True)


def page_of(text: str) -> dict[str, Any]:
    """What a page says: its answered questions, and the rows of its tables by their headings."""
    questions = [
        {name: said(each, pattern) for name, pattern in _SAID.items()}
        for each in text.split('<div class="question"')[1:]
    ]
    rows = [
        dict(zip(columns(table, "col"), columns(row, "row"), strict=True))
        for table in re.findall(r"<table.*?</table>", text, re.DOTALL)
        for row in re.findall(r"<tr>.*?</tr>", table.partition("<tbody>")[2], re.DOTALL)
    ]
    return {"questions": [each for each in questions if each["saved"] or each["wrong"]], "rows": rows}


def columns(text: str, scope: str) -> list[str]:
    """The words of the cells of a row: headings of columns, or the heading of a row and its cells."""
    cells = rf'<th scope="{scope}".*?</th>' + ("|<td.*?</td>" if scope == "row" else "")
    return [" ".join(unescape(re.sub("<[^>]+>", " ", each)).split()) for each in re.findall(cells, text, re.DOTALL)]


def said(text: str, pattern: str) -> str:
    """The words that a pattern finds."""
    found = re.search(pattern, text, re.DOTALL)
    return " ".join(unescape(found[1]).split()) if found else ""


async def load(url: str, step: Step) -> None:
    """Carry out the changes of a file, as `tracker register` does."""
    async with connected(settings({}, database_url=url)) as database:
        by = Viewer("An administrator", Role.ADMINISTRATOR)
        lines = await change_register(database, "changes.csv", step.document.encode(), by=by)
    assert [line.sentences for line in lines if line.answered.is_refused] == []


def is_of_feed(statement: str) -> bool:
    """Whether a statement is of the feed of events, which also reads what was sent, some time later."""
    return "SELECT event.position, " in statement or "SELECT target.id AS key" in statement


@pytest.mark.parametrize("example", [pytest.param(example, id=example.name) for example in examples()])
async def test_the_example_holds_and_its_question_took_one_statement(
    server, migrated, seeded, monkeypatch, example: Example
):
    is_counted = example.asked.language == "graphql" and example.asked.sender is None and not example.when
    # What goes on in the background has statements of its own, which are not the question's.
    monkeypatch.setattr("service.app.noticing", lambda _: nullcontext())
    if is_counted:
        monkeypatch.setattr("service.app.sending", lambda *_: nullcontext())
    async with given(server, migrated, seeded, example) as url, serving(chosen(example, url)) as client:
        for step in example.when:
            await (load(url, step) if step.language == "csv" else send(client, url, step))
        # What is given waits to be judged, which is not part of the question.
        await client.post("/graphql", json={"query": JUDGED})
        await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name().startswith("judging")))
        async with counted(url) as statements:
            data = await send(client, url, example.asked, is_refused=example.where == REFUSED)
    assert answered(data, example.where, list(example.then[0])) == example.then
    if is_counted:
        others = [statement for statement in statements if not is_of_feed(statement)]
        assert len(others) == 1, others
