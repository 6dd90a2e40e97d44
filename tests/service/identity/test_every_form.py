"""No form of any page is done for another site, for an earlier session or for nobody, and no page lets in markup."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from service.config import Settings
from tests.architecture.test_access import IN_ADDRESSES, rows
from tests.browser.test_every_page import ADDRESSES
from tests.databases import Server
from tests.service.identity.browsers import HERE, sign_in
from tests.serving import serving

# What is no form of somebody who has signed in: they have tests of their own.
OTHERS = {"/graphql", "/uploads", "/sign-in/link", "/sign-out", "/subscribe", "/unsubscribe"}
FORMS = [path for path, methods, _ in rows("Addresses") if "POST" in methods and path not in OTHERS]
MARKUP = "<i>of nobody</i>"
# What people and official files name, by table.
NAMED = {"organisation": "name", "metric": "name", "theme": "name", "source": "title"}


@asynccontextmanager
async def administrator(url: str, chosen: Settings, issuer) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(chosen.model_copy(update={"database_url": url, "public_reading": True})) as client:
        client.base_url = httpx.URL(HERE)
        issuer.person.update(sub="ada", name="Ada", roles=["Run"], ods=None)
        assert (await sign_in(client)).status_code == 303
        yield client


async def test_no_form_is_done_for_another_site_an_earlier_session_or_nobody(people_url, chosen, issuer):
    statuses: dict[str, list[int]] = {}
    async with administrator(people_url, chosen, issuer) as client:
        for path in FORMS:
            address = re.sub(r"\{(\w+)[^}]*\}", lambda part: IN_ADDRESSES[part[1]], path)
            for origin in (HERE, "https://other.example", None):
                headers = {} if origin is None else {"Origin": origin}
                answer = await client.post(address, data={"token": "0" * 64, "do": "save"}, headers=headers)
                statuses.setdefault(path, []).append(answer.status_code)
    assert len(statuses) > 20
    assert {path: each for path, each in statuses.items() if each != [403, 401, 401]} == {}


async def test_no_page_lets_in_markup_that_somebody_wrote(server: Server, seeded: str, chosen, issuer):
    async with server.copy(seeded) as url:
        for table, column in NAMED.items():
            await server.run_in(url, f"UPDATE {table} SET {column} = {column} || ' {MARKUP}'")
        async with administrator(url, chosen, issuer) as client:
            pages = {address: (await client.get(address)).text for address in ADDRESSES.values()}
    assert [address for address, text in pages.items() if MARKUP in text] == []
    # It stands there, as what somebody wrote.
    assert sum("&lt;i&gt;of nobody&lt;/i&gt;" in text for text in pages.values()) > len(pages) / 2


@pytest.mark.parametrize("path", sorted(OTHERS))
def test_what_is_no_form_of_a_session_is_an_address(path):
    assert path in {each for each, _, _ in rows("Addresses")}
