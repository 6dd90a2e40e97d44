"""A service of its own for returns, and people of some organisations who use it."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest

from schema.enumerations import Role
from service.config import Settings
from tests.databases import Server
from tests.service.graphql.api_keys import key_at
from tests.service.identity.browsers import HERE, sign_in
from tests.service.identity.conftest import chosen, issuer, listening_issuer  # noqa: F401
from tests.serving import serving

# Signs a browser in as somebody of an organisation.
SignIn = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest.fixture(scope="module")
async def returns_url(server: Server, seeded: str) -> AsyncIterator[str]:
    """The address of a seeded database for the returns of one module."""
    async with server.copy(seeded) as url:
        yield url


@pytest.fixture
async def visitor(chosen: Settings, returns_url: str) -> AsyncIterator[httpx.AsyncClient]:  # noqa: F811
    """A browser at the service, before its person signs in."""
    async with serving(chosen.model_copy(update={"database_url": returns_url, "public_reading": True})) as client:
        client.base_url = httpx.URL(HERE)
        client.headers["Origin"] = HERE
        yield client


@pytest.fixture
def person(visitor: httpx.AsyncClient, issuer) -> SignIn:  # noqa: F811
    """Signs the browser in as a person with a role for an organisation, or for all."""

    async def as_(name: str, role: str, organisation: str | None) -> httpx.AsyncClient:
        issuer.person.update(sub=name, name=name, roles=[role], ods=organisation)
        answer = await sign_in(visitor)
        assert answer.status_code == 303, answer.text
        return visitor

    return as_


@pytest.fixture
def key_of(returns_url: str) -> Callable[..., Awaitable[dict[str, str]]]:
    """The header of a new API key."""

    async def made(name: str, role: Role, organisation: str | None = None) -> dict[str, str]:
        return {"Authorization": f"Bearer {await key_at(returns_url, name, role, organisation)}"}

    return made
