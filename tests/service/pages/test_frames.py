"""Every page has one frame: with the name of whoever has signed in, and with what stands in the place of a file."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from service.outbound import trusted
from tests.databases import Server
from tests.service.pages.office import Office, opened

PAGES = [
    "/measures",
    "/briefing.html",
    "/charts/call_back_percent/QKS.html",
    "/docs/recipes",
    "/docs/schema",
    "/docs/clients",
    "/accessibility",
]
NOTHING = ["/nothing", "/charts/nope/QKS.svg", "/docs/clients/nothing", "/quarters/never.xlsx", "/briefing/QKS.pdf"]
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="module")
async def office(server: Server, seeded: str) -> AsyncIterator[Office]:
    async with opened(server, seeded) as office:
        yield office


async def _of_nobody(address: str) -> str:
    async with httpx.AsyncClient(verify=trusted()) as client:
        return (await client.get(address)).text


@pytest.mark.parametrize("address", PAGES)
async def test_every_page_has_the_name_of_whoever_has_signed_in(office, address):
    async with office.desk("Hedda", "Approve") as desk:
        assert re.search("Hedda.*Sign out<", await desk.page(address))
    assert "Hedda" not in await _of_nobody(f"{office.address}{address}")


@pytest.mark.parametrize("address", NOTHING)
async def test_a_browser_that_opens_what_is_not_there_gets_a_page_with_its_name(office, address):
    async with office.desk("Hedda", "Approve") as desk:
        answer = await desk.browser.get(address, headers=BROWSER)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert "<h1>Page not found</h1>" in answer.text
        assert "Hedda" in answer.text
        program = await desk.browser.get(address, headers={"Accept": "image/*"})
        assert (program.status_code, program.headers["content-type"]) == (404, "text/plain; charset=utf-8")


async def test_a_page_of_a_fault_needs_nobodys_name(server: Server, seeded: str):
    """The database cannot say who has signed in: what stands there says what is wrong all the more."""
    async with opened(server, seeded) as office, office.desk("Hedda", "Approve") as desk:
        name = await office.database.reading.fetchval("SELECT current_database()")
        await server.run_in(server.url(name), "ALTER TABLE session RENAME TO session_gone")
        answer = await desk.browser.get("/nothing", headers=BROWSER)
        assert (answer.status_code, "<h1>Page not found</h1>" in answer.text) == (404, True)
        answer = await desk.browser.get("/charts/gp_fte/QKS.svg", headers=BROWSER)
        assert (answer.status_code, "<h1>There is a problem with the service</h1>" in answer.text) == (500, True)
