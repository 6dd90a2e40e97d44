"""A network manager answers three questions on a telephone, with the script and without, and by the keyboard alone."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from service.config import Settings
from tests.browser.conftest import PATIENCE, Opened
from tests.browser.test_pages import axe, violations  # noqa: F401
from tests.databases import Server
from tests.service.graphql.served import Service, served
from tests.service.identity.conftest import chosen, issuer, listening_issuer  # noqa: F401

RETURN = "/quarters/2024-25-Q4/{}"
TELEPHONE: ViewportSize = {"width": 375, "height": 667}
QUESTIONS = ("Better digital telephony declared", "Simpler online requests declared", "Faster care navigation declared")


@pytest.fixture(scope="module")
async def returns_url(server: Server, seeded: str) -> AsyncIterator[str]:
    async with server.copy(seeded) as url:
        yield url


@pytest.fixture
async def signing(chosen: Settings, returns_url: str) -> AsyncIterator[Service]:  # noqa: F811
    """A service where people sign in."""
    async with served(chosen.model_copy(update={"database_url": returns_url, "public_reading": True})) as service:
        yield service


@asynccontextmanager
async def telephone(chromium: Browser, *, script: bool) -> AsyncIterator[Page]:
    context = await chromium.new_context(viewport=TELEPHONE, java_script_enabled=script)
    context.set_default_timeout(PATIENCE)
    yield await context.new_page()
    await context.close()


async def signed_in(page: Page, service: Service, issuer, organisation: str) -> str:  # noqa: F811
    """The address of the return, which the page has opened as a manager of the organisation."""
    issuer.person.update(sub=organisation, name="Nia Manager", roles=["Submit"], ods=organisation)
    address = f"http://{service.host}{RETURN.format(organisation)}"
    await page.goto(f"http://{service.host}/sign-in?next={RETURN.format(organisation)}")
    await expect(page).to_have_url(address)
    return address


async def sent(page: Page) -> None:
    await page.get_by_role("button", name="Check your answers").click()
    await expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    await page.get_by_role("button", name="Send for approval").click()
    await expect(page.get_by_role("heading", name="Sent for approval")).to_be_visible()


@pytest.mark.parametrize(("script", "organisation"), [(True, "U10200"), (False, "U17834")])
async def test_three_questions_on_a_telephone(chromium, signing, issuer, script, organisation):  # noqa: F811
    async with telephone(chromium, script=script) as page:
        await signed_in(page, signing, issuer, organisation)
        for question in QUESTIONS:
            await page.get_by_role("group", name=question).get_by_label("Yes").check()
        if script:
            await expect(page.locator("#saved")).to_have_text(re.compile(r"Saved at \d\d:\d\d"))
            await expect(page.locator("#progress")).to_have_text("3 of 3 questions answered.")
        await sent(page)


async def test_the_keyboard_is_enough(chromium, signing, issuer):  # noqa: F811
    async with telephone(chromium, script=True) as page:
        await signed_in(page, signing, issuer, "U04973")
        for question in QUESTIONS:
            await page.get_by_role("group", name=question).get_by_label("Yes").focus()
            await page.keyboard.press("Space")
        for name in ("Check your answers", "Send for approval"):
            button = page.get_by_role("button", name=name)
            for _ in range(40):
                await page.keyboard.press("Tab")
                if await button.evaluate("button => button === document.activeElement"):
                    break
            await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Sent for approval")).to_be_visible()


async def test_nothing_is_lost_when_the_session_ends_meanwhile(chromium, signing, issuer):  # noqa: F811
    async with telephone(chromium, script=True) as page:
        await signed_in(page, signing, issuer, "U08711")
        await page.context.clear_cookies()
        await page.get_by_role("group", name=QUESTIONS[0]).get_by_label("Yes").check()
        await expect(page.locator("#saved")).to_contain_text("Not saved: you are signed out")
        await signed_in(await page.context.new_page(), signing, issuer, "U08711")
        await page.get_by_role("group", name=QUESTIONS[1]).get_by_label("No", exact=True).check()
        await expect(page.locator("#saved")).to_have_text(re.compile(r"Saved at \d\d:\d\d"))
        await expect(page.locator("#progress")).to_have_text("2 of 3 questions answered.")


async def test_unsaved_answers_are_there_when_the_page_is_opened_again(chromium, signing, issuer):  # noqa: F811
    async with telephone(chromium, script=True) as page:
        await signed_in(page, signing, issuer, "U27026")
        await page.context.clear_cookies()
        await page.get_by_role("group", name=QUESTIONS[0]).get_by_label("Yes").check()
        await expect(page.locator("#saved")).to_contain_text("Not saved: you are signed out")
        await signed_in(page, signing, issuer, "U27026")
        await expect(page.locator("#saved")).to_have_text(re.compile(r"Saved at \d\d:\d\d"))
        await expect(page.get_by_role("group", name=QUESTIONS[0]).get_by_label("Yes")).to_be_checked()


async def test_a_slip_is_said_at_its_field_while_somebody_types(chromium, signing, issuer):  # noqa: F811
    async with telephone(chromium, script=True) as page:
        await signed_in(page, signing, issuer, "QKS")
        await page.locator("#value-gp_fte").fill("9x2")
        await page.locator("#value-nurse_fte").fill("1,064")
        await expect(page.locator("#question-gp_fte")).to_contain_text("is not a number")
        await expect(page.locator("#said-nurse_fte")).to_have_text("Saved as 1,064 FTE")
        await page.locator("#question-gp_fte [data-same]").click()
        await expect(page.locator("#said-gp_fte")).to_contain_text("Saved as")
        await expect(page.locator("#question-gp_fte")).not_to_contain_text("is not a number")


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("organisation", ["U47228", "QKS", "G82002"])
async def test_everybody_can_use_a_return(opened: Opened, signing, issuer, axe, organisation, width):  # noqa: F811
    page = opened.page
    await page.set_viewport_size({"width": width, "height": 900})
    address = await signed_in(page, signing, issuer, organisation)
    assert await violations(page, axe) == []
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    if organisation == "U47228":
        for question in QUESTIONS:
            await page.get_by_role("group", name=question).get_by_label("Yes").check()
        await page.get_by_role("button", name="Check your answers").click()
        await expect(page).to_have_url(f"{address}/check")
        assert await violations(page, axe) == []
        assert await page.evaluate("document.documentElement.scrollWidth") == width
        await page.get_by_role("button", name="Send for approval").click()
        await expect(page).to_have_url(f"{address}/sent")
        assert await violations(page, axe) == []
        assert await page.evaluate("document.documentElement.scrollWidth") == width
        # Undone, for whoever looks next.
        await page.get_by_role("link", name="Look at what you sent").click()
        assert await violations(page, axe) == []
        await page.get_by_role("button", name="Take it back").click()
    assert (opened.errors, opened.hosts) == ([], {signing.host, issuer.address.split("/")[2]})


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("address", ["/", "/quarters/2024-25-Q4", "/quarters/2024-25-Q4/dates"])
async def test_administrators_can_use_their_pages(opened: Opened, signing, issuer, axe, address, width):  # noqa: F811
    page = opened.page
    await page.set_viewport_size({"width": width, "height": 900})
    issuer.person.update(sub="ada", name="Ada Administrator", roles=["Run"], ods=None)
    await page.goto(f"http://{signing.host}/sign-in?next={address}")
    await expect(page).to_have_url(f"http://{signing.host}{address}")
    assert await violations(page, axe) == []
    assert await page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", [1280, 320])
async def test_everybody_can_upload_a_file_and_read_what_is_in_it(opened: Opened, signing, issuer, axe, width):  # noqa: F811
    page = opened.page
    await page.set_viewport_size({"width": width, "height": 900})
    await signed_in(page, signing, issuer, "QKS")
    await page.goto(f"http://{signing.host}/quarters/2024-25-Q4/upload")
    assert await violations(page, axe) == []
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    slips = b'Measure,Value\nTrained mentors,60\nActive mentors,lots\ncloud_telephony_percent,20\ngp_fte,"1,064"\n'
    await page.get_by_label("Upload a file").set_input_files({"name": "r.csv", "mimeType": "text/csv", "buffer": slips})
    await page.get_by_role("button", name="Look at the file").click()
    await expect(page.get_by_role("heading", name="What is wrong")).to_be_visible()
    assert await violations(page, axe) == []
    assert await page.evaluate("document.documentElement.scrollWidth") == width
