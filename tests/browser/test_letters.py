"""Charts on telephones: the letters that people see are as large as those of other screens."""

import pytest
from playwright.async_api import Page

from tests.browser.conftest import Opened
from tests.service.graphql.served import Service

# In pixels. Smaller letters cannot be read at arm's length.
LEAST = 12
# The height of the letters of each text that is shown, as the browser draws them.
_HEIGHTS = """() => [...document.querySelectorAll('svg text')].filter(each => each.checkVisibility())
    .map(each => parseFloat(getComputedStyle(each).fontSize) * each.getScreenCTM().d)"""
CHARTS = ["/measures/call_back_percent", "/measures/gp_fte", "/charts/gp_fte/QKS.html"]


async def heights(page: Page, address: str, width: int) -> list[float]:
    await page.set_viewport_size({"width": width, "height": 800})
    await page.goto(address)
    found: list[float] = await page.evaluate(_HEIGHTS)
    return found


@pytest.mark.parametrize("width", [320, 360, 400, 768, 1280])
@pytest.mark.parametrize("address", CHARTS)
async def test_the_letters_of_a_chart_can_be_read(opened: Opened, service: Service, address: str, width: int):
    found = await heights(opened.page, f"http://{service.host}{address}", width)
    assert len(found) > 5
    assert min(found) >= LEAST - 0.01


@pytest.mark.parametrize(("width", "shown"), [(320, 1), (1280, 1)])
async def test_one_drawing_of_a_chart_is_shown(opened: Opened, service: Service, width: int, shown: int):
    await opened.page.set_viewport_size({"width": width, "height": 800})
    await opened.page.goto(f"http://{service.host}/charts/gp_fte/QKS.html")
    drawings = opened.page.locator("main svg[aria-labelledby]")
    assert await drawings.count() == 2
    assert sum([await each.is_visible() for each in await drawings.all()]) == shown
