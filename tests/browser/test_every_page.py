"""Every address that shows a page is for everybody, at each width: as an administrator sees it, and as a stranger."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from playwright.async_api import Page
from starlette.routing import Route

from service.app import application
from service.config import Settings, settings
from tests.architecture.test_access import SIGN_IN, rows
from tests.browser.conftest import Opened
from tests.browser.test_pages import SIZES, axe, violations
from tests.databases import Server
from tests.service.graphql.served import Service, served
from tests.service.identity.conftest import chosen, issuer, listening_issuer
from tests.service.pages.papers.documents import PAPER

__all__ = ["axe", "chosen", "issuer", "listening_issuer"]

# An address of each kind. What is shown after a form is sent has a test of its own.
ADDRESSES = {
    "/": "/",
    "/accessibility": "/accessibility",
    "/approvals": "/approvals",
    "/approvals/{id}": "/approvals/U3VibWlzc2lvbjox",
    "/briefing": "/briefing",
    "/briefing.{ending}": "/briefing.html",
    "/briefing/{board}": "/briefing/QKS.html",
    "/charts/{metric}/{organisation}": "/charts/gp_fte/QKS.html",
    "/collections": "/collections",
    "/collections/{code}": "/collections/gp_fte",
    "/data-quality": "/data-quality",
    "/data-quality/{kind}/{metric}/{organisation}": "/data-quality/unattainable-percentage/call_back_percent/QKS",
    "/docs/clients": "/docs/clients",
    "/docs/recipes": "/docs/recipes",
    "/docs/schema": "/docs/schema",
    "/figures/{metric}/{organisation}/{period:path}": "/figures/call_back_percent/QKS/2025-01-31",
    "/measures": "/measures",
    "/measures/new": "/measures/new",
    "/measures/{code}": "/measures/gp_fte",
    "/measures/{code}/change": "/measures/gp_fte/change",
    "/measures/{code}/target": "/measures/gp_fte/target",
    "/messages": "/messages",
    "/my-messages": "/my-messages",
    "/organisations": "/organisations",
    "/organisations/{code}": "/organisations/QKS",
    "/organisations/{code}/change": "/organisations/G82002/change",
    "/papers": "/papers",
    "/papers/{quarter}": PAPER,
    "/papers/{quarter}/actions/{number}": f"{PAPER}/actions/new",
    "/papers/{quarter}/freeze": f"{PAPER}/freeze",
    "/papers/{quarter}/narratives/{section}": f"{PAPER}/narratives/summary",
    "/papers/{quarter}/title": f"{PAPER}/title",
    "/papers/{quarter}/word": f"{PAPER}/word",
    "/people": "/people",
    "/people/{number:int}": "/people/1",
    "/quarters": "/quarters",
    "/quarters/{quarter}": "/quarters/2024-25-Q4",
    "/quarters/{quarter}/dates": "/quarters/2024-25-Q4/dates",
    "/quarters/{quarter}/remind": "/quarters/2024-25-Q4/remind",
    "/quarters/{quarter}/upload": "/quarters/2024-25-Q4/upload",
    "/quarters/{quarter}/{organisation}": "/quarters/2024-25-Q4/QKS",
    "/quarters/{quarter}/{organisation}/check": "/quarters/2024-25-Q4/QKS/check",
    "/quarters/{quarter}/{organisation}/sent": "/quarters/2024-25-Q4/QKS/sent",
    "/search": "/search?q=dartford",
    "/sign-in": "/sign-in",
    "/sign-in/link": "/sign-in/link?token=nothing",
    "/targets": "/targets",
    "/themes": "/themes",
    "/unsubscribe": "/unsubscribe?to=nothing",
}
# What programs and spreadsheets ask for, or what sends a browser elsewhere.
NO_PAGES = {
    "/assets/{name:path}",
    "/docs/clients/{name}",
    "/graphql",
    "/livez",
    "/measures/{code}.{ending}",
    "/organisations/{code}.{ending}",
    "/papers/{quarter}.{ending}",
    "/quarters/{code}.{ending}",
    "/quarters/{quarter}/template.xlsx",
    "/readyz",
    "/schema.graphql",
    "/sign-in/callback",
}
# Pages that are the same for everybody, and look otherwise with what these have or lack.
MORE = ("/search", "/measures/call_back_percent", "/measures/nothing", "/organisations/G82002", "/nothing/here")
# With the seeds alone these say why there is nothing to show. What they show of a return, of a person and of messages
# is looked at in journeys: test_approvals.py, test_people.py and test_return.py.
ABSENT = {
    "/approvals/U3VibWlzc2lvbjox": 404,
    "/measures/nothing": 404,
    "/nothing/here": 404,
    "/people/1": 404,
    "/quarters/2024-25-Q4/QKS/check": 404,
    "/quarters/2024-25-Q4/QKS/sent": 404,
    "/sign-in/link?token=nothing": 400,
    "/unsubscribe?to=nothing": 404,
}
# Whatever needs somebody to have signed in says so in the same words: one of them is enough.
CLOSED = {"/people": 401}
WHO = {path: who for path, methods, who in rows("Addresses") if "GET" in methods}


def test_every_address_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SIGN_IN.items():
        monkeypatch.setenv(name, value)
    routes = {
        each.path
        for each in application(settings()).routes
        if isinstance(each, Route) and "GET" in (each.methods or ())
    }
    assert routes == {*ADDRESSES, *NO_PAGES}


@pytest.fixture
async def everything(server: Server, seeded: str, chosen: Settings) -> AsyncIterator[Service]:
    """A service where people sign in and everybody reads."""
    async with (
        server.copy(seeded) as url,
        served(chosen.model_copy(update={"database_url": url, "public_reading": True})) as service,
    ):
        yield service


@pytest.mark.parametrize("width", SIZES)
async def test_an_administrator_can_use_each(opened: Opened, everything: Service, issuer, axe: str, width: int):
    issuer.person.update(sub="ada", name="Ada Administrator", roles=["Run"], ods=None)
    await opened.page.goto(f"http://{everything.host}/sign-in?next=/")
    addresses = [address for path, address in ADDRESSES.items() if WHO[path] != "everybody"]
    assert [
        wrong for each in addresses async for wrong in _wrong(opened.page, axe, everything, each, width, ABSENT)
    ] == []


@pytest.mark.parametrize("width", SIZES)
async def test_a_stranger_can_use_each(opened: Opened, everything: Service, axe: str, width: int):
    # Signing in leads to the issuer.
    shown = [each for path, each in ADDRESSES.items() if WHO[path] in ("everybody", "readers") and path != "/sign-in"]
    addresses, statuses = [*shown, *MORE, *CLOSED], ABSENT | CLOSED
    assert [
        wrong for each in addresses async for wrong in _wrong(opened.page, axe, everything, each, width, statuses)
    ] == []


async def _wrong(
    page: Page, axe: str, service: Service, address: str, width: int, statuses: Mapping[str, int]
) -> AsyncIterator[tuple[str, Any]]:
    """What keeps somebody from using a page, after its address."""
    await page.set_viewport_size({"width": width, "height": 900})
    answer = await page.goto(f"http://{service.host}{address}")
    if answer is None or answer.status != statuses.get(address, 200):
        yield address, answer and answer.status
    for each in await violations(page, axe):
        yield address, each
    if (found := await page.evaluate("document.documentElement.scrollWidth")) != width:
        yield address, f"{found} px wide"
    if (headings := await page.locator("h1").count()) != 1:
        yield address, f"{headings} headings of the first level"
