"""People at their browsers: a service of one test's own, where officers and heads sign in and send forms."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from service.config import settings
from service.database import Database
from service.outbound import trusted
from tests.databases import Server
from tests.service.graphql.served import served
from tests.service.identity.browsers import sign_in
from tests.service.identity.local_issuer import CLIENT, SECRET, LocalIssuer, running


@dataclass
class Desk:
    """Somebody who has signed in."""

    browser: httpx.AsyncClient

    async def page(self, address: str) -> str:
        """The page at an address, as HTML."""
        answer = await self.browser.get(address)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def send(self, address: str, headers: dict[str, str] | None = None, **fields: Any) -> httpx.Response:
        """The answer to the form of a page, with the hidden fields that it has and the fields that are filled in."""
        hidden = dict(re.findall(r'<input type="hidden" name="(token|key)" value="([^"]*)"', await self.page(address)))
        headers = {"Origin": str(self.browser.base_url).rstrip("/"), **(headers or {})}
        return await self.browser.post(address, data={**hidden, **fields}, headers=headers)


@dataclass
class Office:
    """A service at an address, its issuer, and its database, as the owner sees it."""

    address: str
    issuer: LocalIssuer
    database: Database

    def expect(self, name: str, role: str, organisation: str | None = "QKS") -> None:
        """Whoever signs in from now on is somebody with a role of the issuer: Read, Submit, Approve or Run."""
        self.issuer.person.update(sub=name.lower(), name=name, roles=[role], ods=organisation)

    @asynccontextmanager
    async def desk(self, name: str, role: str, organisation: str | None = "QKS") -> AsyncIterator[Desk]:
        """The desk of somebody who has signed in."""
        self.expect(name, role, organisation)
        async with httpx.AsyncClient(base_url=self.address, timeout=60, verify=trusted()) as browser:
            assert (await sign_in(browser)).status_code == 303
            yield Desk(browser)


@asynccontextmanager
async def opened(server: Server, template: str) -> AsyncIterator[Office]:
    """An office over a copy of a database."""
    with running() as issuer:
        async with server.copy(template) as url:
            chosen = settings(
                {},
                database_url=url,
                oidc_issuer=issuer.address,
                oidc_client_id=CLIENT,
                oidc_client_secret=SECRET,
                oidc_roles='{"Read": "READER", "Submit": "SUBMITTER", "Approve": "APPROVER", "Run": "ADMINISTRATOR"}',
                oidc_organisation_claim="ods",
                oidc_everywhere="Run,Read",
                session_secret="0123456789abcdef" * 2,
                public_reading=True,
            )
            async with served(chosen) as service:
                yield Office(f"http://{service.host}", issuer, service.database)
