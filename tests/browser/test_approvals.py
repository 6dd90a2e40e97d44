"""A head at work in a browser: two returns approved, one sent back, one figure corrected and undone."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from schema import ids
from tests.browser.conftest import PATIENCE, Opened
from tests.browser.hands import Keys, Mouse
from tests.browser.test_pages import SIZES, axe, violations
from tests.databases import Server
from tests.service.pages.office import Office
from tests.service.pages.office import opened as office_opened
from tests.service.writes.submitting import figure, published, status_of, submitted

__all__ = ["axe"]
CALLS = figure(72.5, reason="Counted again.")
FIGURE = "/figures/call_back_percent/QKS/2024-25-Q4"
TARGET = "/measures/call_back_percent/target"


@pytest.fixture
async def office(server: Server, seeded: str) -> AsyncIterator[Office]:
    async with office_opened(server, seeded) as office:
        office.expect("Hedda", "Approve")
        yield office


@pytest.mark.parametrize(("hands", "script"), [(Mouse(), True), (Mouse(), False), (Keys(), True)])
async def test_a_head_approves_sends_back_corrects_and_undoes(
    chromium: Browser, office: Office, hands: Mouse, script: bool
):
    mentors = figure(52, "trained_mentors", reason="As the hub counts.")
    staff = figure(1_064, "additional_roles_fte", period="2025-03", reason="As paid.")
    returns = [await submitted(office.database, each) for each in (CALLS, mentors, staff)]
    context = await chromium.new_context(java_script_enabled=script)
    context.set_default_timeout(PATIENCE)
    opened = Opened(await context.new_page())
    page = opened.page
    page.on("request", lambda request: opened.requests.append(request.url))
    page.on("pageerror", lambda error: opened.errors.append(str(error)))
    await page.goto(f"{office.address}/sign-in?next=/approvals")
    await page.get_by_text("3 returns are waiting").first.wait_for()
    for each in returns[:2]:
        await hands.tick(page.locator(f"#return-{ids.made('Submission', each)}"))
    await hands.press(page.get_by_role("button", name="See what would change"))
    await page.get_by_text("72.5% of practices offer call back").first.wait_for()
    await hands.press(page.get_by_role("button", name="Approve and publish"))
    await page.get_by_text("1 return is waiting for approval.").first.wait_for()
    await hands.press(page.get_by_role("link", name=re.compile("^Return .* with a comment")))
    await hands.write(page.get_by_label("What has to change"), "Leave out the staff of trusts.")
    await hands.press(page.get_by_role("button", name="Return with a comment"))
    await page.get_by_text("No returns are waiting for approval.").first.wait_for()
    assert [await status_of(office.database, each) for each in returns] == ["PUBLISHED", "PUBLISHED", "RETURNED"]
    await page.goto(f"{office.address}/measures/call_back_percent")
    await hands.press(page.get_by_role("link", name="72.5%"))
    await hands.write(page.get_by_label("The right value"), "91.5 %")
    await hands.write(page.get_by_label("Why it changes"), "A practice was counted twice.")
    await hands.write(page.get_by_label("A note for readers").first, "Corrected: one was counted twice.")
    await hands.press(page.get_by_role("button", name="See what would change"))
    await hands.press(page.get_by_role("button", name="Correct the figure"))
    await page.locator(".nhsuk-lede-text", has_text="91.5%").wait_for()
    await hands.tick(page.get_by_label("Revision 1: 72.5%"))
    await hands.write(page.get_by_label("Why you undo it"), "It was counted once after all.")
    await hands.press(page.get_by_role("button", name="See what going back would change"))
    await hands.press(page.get_by_role("button", name="Go back to revision 1"))
    await page.locator(".nhsuk-lede-text", has_text="72.5%").wait_for()
    assert (opened.errors, len(opened.hosts)) == ([], 2)  # This service, and the issuer of the sign-in.
    await context.close()


@pytest.mark.parametrize("width", SIZES)
async def test_everybody_can_use_the_pages_of_a_head(opened: Opened, office: Office, axe: str, width: int):
    await published(office.database, CALLS)
    waiting = await submitted(office.database, figure(95.5, reason="Counted by hand."))
    page = opened.page
    await page.set_viewport_size({"width": width, "height": 900})
    await page.goto(f"{office.address}/sign-in?next=/approvals")
    for address in (
        "/approvals",
        f"/approvals/{ids.made('Submission', waiting)}",
        FIGURE,
        "/quarters/2024-25-Q4",
        TARGET,
    ):
        await page.goto(f"{office.address}{address}")
        assert await violations(page, axe) == [], address
        assert await page.evaluate("document.documentElement.scrollWidth") == width, address
    await page.goto(f"{office.address}/approvals")
    for button in ("Approve and publish", "See what would change"):
        if button == "See what would change":
            await page.get_by_label("The only return on this page").check()
        await page.get_by_role("button", name=button).click()
        await page.wait_for_load_state()
        assert await violations(page, axe) == [], button
        assert await page.evaluate("document.documentElement.scrollWidth") == width, button
    await page.goto(f"{office.address}{FIGURE}")
    for value in ("about ninety", "91.5"):
        await page.get_by_label("The right value").fill(value)
        await page.get_by_label("Why it changes").fill("Counted twice.")
        await page.get_by_label("A note for readers").first.fill("Corrected.")
        await page.get_by_role("button", name="See what would change").click()
        assert await violations(page, axe) == [], value
        assert await page.evaluate("document.documentElement.scrollWidth") == width, value


@pytest.mark.parametrize("width", SIZES)
async def test_everybody_can_use_the_pages_of_changes(opened: Opened, office: Office, axe: str, width: int):
    office.expect("Ruth", "Run", None)
    page = opened.page
    await page.set_viewport_size({"width": width, "height": 900})
    await page.goto(f"{office.address}/sign-in?next=/organisations/G82002")
    await page.get_by_role("link", name="Record a change").click()
    for link in ("The CQC rated it", "It closed"):
        await page.goto(f"{office.address}/organisations/G82002/change")
        assert await violations(page, axe) == []
        await page.get_by_role("link", name=link).click()
        assert await violations(page, axe) == [], link
        assert await page.evaluate("document.documentElement.scrollWidth") == width, link
    await page.get_by_label("Its last day").fill("31/03/2025")
    await page.get_by_label("Why it is recorded").fill("As the ICB decided.")
    await page.get_by_role("button", name="See what it affects").click()
    assert await violations(page, axe) == []
    assert await page.evaluate("document.documentElement.scrollWidth") == width
