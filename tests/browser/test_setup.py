"""An administrator sets up a new question without a developer, and a network is asked: with the script and without."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from service.config import Settings
from tests.browser.conftest import PATIENCE, Opened
from tests.browser.hands import send
from tests.browser.test_pages import axe, violations  # noqa: F401
from tests.databases import Server
from tests.service.graphql.served import Service, served
from tests.service.identity.conftest import chosen, issuer, listening_issuer  # noqa: F401

NAME = "Practices with a carer lead"
CODE = "practices_with_a_carer_lead"


@pytest.fixture
async def office(server: Server, seeded: str, chosen: Settings) -> AsyncIterator[Service]:  # noqa: F811
    """A service where people sign in, over a database of one test's own."""
    async with (
        server.copy(seeded) as url,
        served(chosen.model_copy(update={"database_url": url, "public_reading": True})) as service,
    ):
        yield service


async def as_administrator(page: Page, office: Service, issuer, address: str) -> None:  # noqa: F811
    issuer.person.update(sub="ada", name="Ada Administrator", roles=["Run"], ods=None)
    await page.goto(f"http://{office.host}/sign-in?next={address}")
    await expect(page).to_have_url(f"http://{office.host}{address}")


async def looked_at(page: Page, axe, width: int) -> None:  # noqa: F811
    """Everybody can use the page, and it has no sideways scroll."""
    assert await violations(page, axe) == []
    assert await page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("script", [True, False])
async def test_a_new_question_from_its_theme_to_the_return(chromium: Browser, office, issuer, script):  # noqa: F811
    context = await chromium.new_context(java_script_enabled=script)
    context.set_default_timeout(PATIENCE)
    page, home = await context.new_page(), f"http://{office.host}"
    await as_administrator(page, office, issuer, "/collections")
    await page.get_by_role("link", name="Add or rename a theme").click()
    await page.get_by_label("Name").fill("Carers")
    await page.get_by_label("Why", exact=True).fill("The committee asked for it.")
    await page.get_by_role("button", name="Add the theme").click()
    await expect(page.get_by_role("listitem").filter(has_text="Carers")).to_be_visible()
    await page.goto(f"{home}/measures/new")
    await page.get_by_label("Name").fill(NAME)
    await page.get_by_label("What it counts, and what it leaves out").fill("Practices that named a lead for carers.")
    await page.get_by_label("Theme").select_option("carers")
    await page.get_by_label("What an answer is").select_option("PERCENT")
    await page.get_by_label("Most decimal places").fill("1")
    await page.get_by_label("Primary care networks").check()
    await page.get_by_label("Integrated care boards").check()
    await page.get_by_label("The largest change between two periods that needs no reason").fill("10")
    await page.get_by_role("button", name="See what would change").click()
    await expect(page.get_by_role("heading", name="What would be added")).to_be_visible()
    await page.get_by_role("button", name="Add the measure").click()
    await expect(page).to_have_url(f"{home}/collections/{CODE}")
    await page.get_by_label("From which quarter on").fill("Q4 2024/25")
    await page.get_by_label("How many days after the quarter ends it is due").fill("30")
    await page.get_by_label("Why", exact=True).fill("The committee asked for it.")
    await page.get_by_role("button", name="See what would change").click()
    await expect(page.get_by_text(re.compile("questions come or go"))).to_be_visible()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("rowheader", name=re.compile("primary care networks of"))).to_be_visible()
    await page.get_by_role("link", name="Set a target").click()
    await page.get_by_label("The value to reach").fill("95%")
    await page.get_by_label("Due by").fill("31/03/2030")
    await page.get_by_label("Why the target is set or changed").fill("The plan of the ICB.")
    await page.get_by_role("button", name="See what would change").click()
    await page.get_by_role("button", name="Set the target").click()
    await expect(page).to_have_url(f"{home}/measures/{CODE}")
    await context.clear_cookies()
    issuer.person.update(sub="nia", name="Nia Network", roles=["Submit"], ods="U10200")
    await page.goto(f"{home}/sign-in?next=/quarters/2024-25-Q4/U10200")
    await page.get_by_label(NAME, exact=True).fill("at least 92%")
    await send(page.get_by_role("button", name="Save and continue later"))
    await page.goto(f"{home}/quarters/2024-25-Q4/U10200")
    await expect(page.locator(f"#said-{CODE}")).to_have_text("Saved as over 92%")
    await context.close()


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize(
    "address",
    [
        "/collections",
        "/collections/call_back_percent",
        "/measures/new",
        "/measures/call_back_percent/change",
        "/themes",
        "/my-messages",
    ],
)
async def test_everybody_can_use_the_pages_of_a_set_up(opened: Opened, office, issuer, axe, address, width):  # noqa: F811
    await opened.page.set_viewport_size({"width": width, "height": 900})
    await as_administrator(opened.page, office, issuer, address)
    await looked_at(opened.page, axe, width)
    if address not in ("/collections", "/my-messages"):
        await opened.page.locator("main form button").first.click()
        await looked_at(opened.page, axe, width)
