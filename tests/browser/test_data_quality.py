"""Issues of data quality and comments on a return, in a browser: on a telephone too, with the script and without."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from schema import ids
from service.quality.noticing import note
from tests.browser.conftest import PATIENCE, Opened
from tests.browser.hands import send
from tests.browser.test_pages import SIZES, axe, violations
from tests.databases import Server
from tests.service.pages.office import Office
from tests.service.pages.office import opened as office_opened
from tests.service.writes.submitting import figure, submitted

__all__ = ["axe"]
CALLS = "/data-quality/unattainable-percentage/call_back_percent/QKS"
OLD = "/data-quality/not-reported-since/trained_mentors/QKS"


@pytest.fixture
async def office(server: Server, seeded: str) -> AsyncIterator[Office]:
    async with office_opened(server, seeded) as office:
        office.expect("Hedda", "Approve")
        await note(office.database)
        yield office


async def looked_at(page: Page, axe: str, width: int) -> None:
    """Everybody can use the page, and it has no sideways scroll."""
    assert await violations(page, axe) == []
    assert await page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("script", [True, False])
async def test_an_issue_is_explained_and_an_old_figure_is_settled(chromium: Browser, office: Office, script: bool):
    context = await chromium.new_context(java_script_enabled=script)
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    await page.goto(f"{office.address}/sign-in?next=/data-quality")
    await page.get_by_label("What is wrong").select_option("Does not add up")
    await page.get_by_role("button", name="Show").click()
    await expect(page.get_by_text(re.compile("nothing newer is published"))).to_have_count(0)
    await page.get_by_role("link", name=re.compile("^Say what became of it.*call back")).click()
    await page.get_by_label("Explained").check()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Say why the figures stay as they are.").first).to_be_visible()
    await page.get_by_label("What you found out").fill("The paper rounded it.")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Answer: The paper rounded it.")).to_be_visible()
    await page.goto(f"{office.address}{OLD}")
    await page.get_by_label("Will not be fixed").check()
    await page.get_by_label("What you found out").fill("It is no longer collected.")
    await send(page.get_by_role("button", name="Save"))
    await page.goto(f"{office.address}/data-quality?kind=old&state=WILL_NOT_BE_FIXED")
    await expect(page.get_by_text("Answer: It is no longer collected.")).to_be_visible()
    await context.close()


@pytest.mark.parametrize("width", SIZES)
async def test_everybody_can_say_what_became_of_an_issue(opened: Opened, office: Office, axe: str, width: int):
    page = opened.page
    await page.set_viewport_size({"width": width, "height": 900})
    await page.goto(f"{office.address}/sign-in?next=/data-quality")
    await looked_at(page, axe, width)
    await page.goto(f"{office.address}{CALLS}")
    await looked_at(page, axe, width)
    await page.get_by_label("Being looked into").check()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Say who looks into it.").first).to_be_visible()
    await looked_at(page, axe, width)


@pytest.mark.parametrize("width", SIZES)
async def test_everybody_can_comment_on_single_answers(opened: Opened, office: Office, axe: str, width: int):
    waiting = await submitted(office.database, figure(52, "trained_mentors", reason="As the hub counts."))
    page = opened.page
    await page.set_viewport_size({"width": width, "height": 900})
    await page.goto(f"{office.address}/sign-in?next=/approvals/{ids.made('Submission', waiting)}")
    await page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    await looked_at(page, axe, width)
    await page.get_by_role("button", name="Return with a comment").click()
    await looked_at(page, axe, width)
