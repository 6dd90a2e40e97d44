"""One issuer for all of these tests, reset for each, and the service's parts that use it."""

from collections.abc import AsyncIterator, Iterator

import asyncpg
import httpx
import pytest

from service.config import Settings, settings
from service.database import Database, connected_to_serve
from service.identity import Identities
from tests.databases import Server
from tests.service.identity.browsers import browsing
from tests.service.identity.local_issuer import CLIENT, SECRET, LocalIssuer, running


@pytest.fixture(scope="session")
def listening_issuer() -> Iterator[LocalIssuer]:
    with running() as issuer:
        yield issuer


@pytest.fixture
def issuer(listening_issuer: LocalIssuer) -> LocalIssuer:
    listening_issuer.reset()
    return listening_issuer


@pytest.fixture
def chosen(issuer: LocalIssuer) -> Settings:
    return settings(
        {},
        oidc_issuer=issuer.address,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
        oidc_roles='{"Read": "READER", "Submit": "SUBMITTER", "Approve": "APPROVER", "Run": "ADMINISTRATOR"}',
        oidc_organisation_claim="ods",
        oidc_everywhere="Run,Read",
        session_secret="0123456789abcdef" * 2,
    )


@pytest.fixture(scope="session")
async def people_url(server: Server, seeded: str) -> AsyncIterator[str]:
    """The address of a seeded database where people sign in."""
    async with server.copy(seeded) as url:
        yield url


@pytest.fixture(scope="session")
async def database(people_url: str) -> AsyncIterator[Database]:
    """The same database, with the rights of a service."""
    async with connected_to_serve(settings({}, database_url=people_url)) as database:
        yield database


@pytest.fixture
async def owner(people_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the database's owner, who may look at and change everything."""
    connection = await asyncpg.connect(people_url)
    yield connection
    await connection.close()


@pytest.fixture
def identities(database: Database, chosen: Settings) -> Identities:
    return Identities(database, chosen)


@pytest.fixture
async def browser(database: Database, chosen: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with browsing(database, chosen) as browser:
        yield browser
