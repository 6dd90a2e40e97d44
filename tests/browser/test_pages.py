"""The pages in a browser: on a small telephone, with the keyboard, and without a word from the console."""

from typing import Any

import pytest
from playwright.async_api import Page

from tests.browser.conftest import Opened
from tests.clients.projects import prepared
from tests.service.graphql.served import Service
from tests.service.pages.test_look import PAGES

SIZES = (1280, 320)
# The rules of WCAG 2.2 AA, and what axe holds to be good practice.
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = """async rules => (await axe.run(document, {runOnly: rules})).violations
    .map(each => [each.id, each.nodes.map(node => node.html.slice(0, 200))])"""


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core."""
    return (prepared("tests/browser") / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


async def violations(page: Page, axe: str) -> Any:
    await page.evaluate(axe)
    return await page.evaluate(_RUN, _RULES)


@pytest.mark.parametrize("address", PAGES)
async def test_nothing_scrolls_sideways_on_a_small_telephone(opened: Opened, service: Service, address: str):
    page = opened.page
    await page.set_viewport_size({"width": 320, "height": 640})
    await page.goto(f"http://{service.host}{address}")
    assert await page.evaluate("document.documentElement.scrollWidth") == 320
    assert (opened.errors, opened.hosts) == ([], {service.host})


async def test_the_keyboard_goes_past_the_navigation(opened: Opened, service: Service):
    page = opened.page
    await page.goto(f"http://{service.host}/measures")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    assert page.url.endswith("/measures#main")


async def test_the_search_needs_no_script(opened: Opened, service: Service):
    page = opened.page
    await page.goto(f"http://{service.host}/")
    await page.get_by_label("Search organisations and measures").fill("dartford")
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name="Dartford Central").click()
    assert "/organisations/" in page.url
