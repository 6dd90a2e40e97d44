"""From the link that a fresh machine prints to the first invitation, in a browser."""

import datetime as dt
import re

from playwright.async_api import Page

from service.config import settings
from service.viewer import EVERYWHERE
from service.writes.trust import links
from tests.browser.conftest import Opened
from tests.browser.test_pages import SIZES, axe, violations
from tests.databases import Server
from tests.service.graphql.served import served

__all__ = ["axe"]


async def test_the_first_administrator_signs_in_and_invites_somebody(
    server: Server, seeded: str, opened: Opened, axe: str
):
    page = opened.page
    async with (
        server.copy(seeded) as url,
        served(settings({}, database_url=url, session_secret="0123456789abcdef" * 2)) as service,
    ):
        home = f"http://{service.host}"
        async with service.database.command(scope=EVERYWHERE) as session:
            token = await links.make_first(session, lasts=dt.timedelta(days=1), at=dt.datetime.now(dt.UTC))
        await _look(page, axe, f"{home}/sign-in")
        await _look(page, axe, links.address_of(home, token or ""))
        await page.get_by_label("Your name").fill("Grace Hopper")
        await page.get_by_label("Your e-mail address").fill("grace@nhs.example")
        await page.get_by_role("button", name="Sign in").click()
        await page.get_by_role("link", name="People").click()
        await page.get_by_label("Name", exact=True).fill("Ada Lovelace")
        await page.get_by_label("E-mail address").fill("ada@nhs.example")
        await page.get_by_label("Role").select_option("SUBMITTER")
        await page.get_by_label("Code of the organisation").fill("G82002")
        await page.get_by_role("button", name="Add").click()
        await page.get_by_role("button", name="Make a link to sign in").click()
        shown = await page.locator("#link").inner_text()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/sign-in/link\?token=[\w-]{43}", shown)
        for address in ("/people", "/people/2"):
            await _look(page, axe, home + address)
        assert (opened.errors, opened.hosts) == ([], {service.host})


async def _look(page: Page, axe: str, address: str) -> None:
    """A page that everybody can use, at each width, and that does not scroll sideways."""
    for width in SIZES:
        await page.set_viewport_size({"width": width, "height": 900})
        await page.goto(address)
        assert await violations(page, axe) == []
        assert await page.evaluate("document.documentElement.scrollWidth") == width
