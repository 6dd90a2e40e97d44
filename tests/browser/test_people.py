"""From the link that a fresh machine prints to the first invitation, in a browser."""

import datetime as dt
import re
from pathlib import Path

from playwright.async_api import Page

from schema.enumerations import MessageKind
from service.config import settings
from service.messages import outbox, unsubscribing
from service.messages.outbox import New
from service.viewer import EVERYWHERE
from service.writes.trust import links
from tests.browser.conftest import Opened
from tests.browser.test_pages import SIZES, axe, violations
from tests.databases import Server
from tests.service.graphql.served import served

__all__ = ["axe"]
SECRET = "0123456789abcdef" * 2


async def test_the_first_administrator_signs_in_and_invites_somebody(
    server: Server, seeded: str, opened: Opened, axe: str
):
    page = opened.page
    async with (
        server.copy(seeded) as url,
        served(settings({}, database_url=url, session_secret=SECRET)) as service,
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
        await page.get_by_label("Organisation", exact=True).fill("G82002")
        await page.get_by_role("button", name="Add").click()
        await page.get_by_role("button", name="Make a link to sign in").click()
        shown = await page.locator("#link").inner_text()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/sign-in/link\?token=[\w-]{43}", shown)
        async with service.database.command(scope=EVERYWHERE) as session:
            facts = {
                "organisation": "Ashford PCN",
                "code": "U1",
                "quarter": "2024-25-Q4",
                "open": 3,
                "due": "2025-04-30",
            }
            await outbox.add(session, [New(2, MessageKind.OVERDUE, "2024-25-Q4", facts)])
        stop = unsubscribing.link(SECRET, home, 2, MessageKind.OVERDUE)
        for address in (f"{home}/people", f"{home}/people/2", f"{home}/messages", stop):
            await _look(page, axe, address)
        await page.get_by_role("button", name="Stop these messages").click()
        await page.get_by_text("You get no more messages when a return is late.").wait_for()
        assert (opened.errors, opened.hosts) == ([], {service.host})


async def _look(page: Page, axe: str, address: str) -> None:
    """A page that everybody can use, at each width, and that does not scroll sideways."""
    for width in SIZES:
        await page.set_viewport_size({"width": width, "height": 900})
        await page.goto(address)
        assert await violations(page, axe) == []
        assert await page.evaluate("document.documentElement.scrollWidth") == width


async def test_whoever_asks_for_a_link_by_mail_has_a_page_for_it(
    server: Server, seeded: str, opened: Opened, axe: str, tmp_path: Path
):
    page = opened.page
    mail = {"mail": f"file:{tmp_path}", "mail_from": "tracker@nhs.example", "session_secret": SECRET}
    async with server.copy(seeded) as url, served(settings({}, database_url=url, **mail)) as service:
        await _look(page, axe, f"http://{service.host}/sign-in")
        await page.get_by_label("Your e-mail address").fill("grace@nhs.example")
        await page.keyboard.press("Enter")
        await page.get_by_role("heading", name="Check your e-mail").wait_for()
        assert await violations(page, axe) == []
