"""Every example of the specification, on a database that holds what it gives; one statement for each."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from service.config import settings
from service.database import connected
from tests.databases import Server
from tests.serving import serving
from tests.spec.given import Given
from tests.spec.reading import Example, answered, examples
from tests.statements import counted


@asynccontextmanager
async def given(server: Server, migrated: str, seeded: str, example: Example) -> AsyncIterator[str]:
    """The URL of a database that holds what an example gives; the seeds, when it gives nothing."""
    async with server.copy(migrated if example.given else seeded) as url:
        if example.given:
            async with connected(settings({}, database_url=url)) as database, database.command() as session:
                await Given(await session.connection()).put(example.given)
        yield url


@pytest.mark.parametrize("example", [pytest.param(example, id=example.name) for example in examples()])
async def test_the_example_holds_and_took_one_statement(server, migrated, seeded, example: Example):
    async with (
        given(server, migrated, seeded, example) as url,
        serving(settings({}, database_url=url)) as client,
        counted(url) as statements,
    ):
        answer = (await client.post("/graphql", json={"query": example.document})).json()
    assert "errors" not in answer, answer
    assert answered(answer["data"], example.where, list(example.then[0])) == example.then
    assert len(statements) == 1, statements
