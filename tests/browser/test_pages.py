"""The pages in a browser: on a small telephone, with the keyboard, and without a word from the console."""

import pytest

from tests.browser.conftest import Opened
from tests.service.graphql.served import Service
from tests.service.pages.test_look import PAGES


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
