"""One issuer for all of these tests, reset for each, and the service's parts that use it."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from service.config import Settings, settings
from service.database import Database
from service.identity import Identities
from service.viewer import Viewers
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


@pytest.fixture
def identities(database: Database, chosen: Settings) -> Identities:
    return Identities(database.primary, Viewers(database), chosen)


@pytest.fixture
async def browser(database: Database, chosen: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with browsing(database, chosen) as browser:
        yield browser
