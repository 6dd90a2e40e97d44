"""A Chromium whose network is closed but for this machine, and services that it opens."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from playwright.async_api import Browser, Page, async_playwright

from service.config import settings
from tests.databases import Server
from tests.service.graphql.served import Service, served

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# No name is looked up, so that whatever is asked from elsewhere fails.
CLOSED = ("--no-sandbox", "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
PATIENCE = 60_000  # milliseconds


@dataclass
class Opened:
    """A page, with what it asked for and what went wrong in it."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def hosts(self) -> set[str]:
        return {address.split("/")[2] for address in self.requests if address.startswith(("http", "ws"))}


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.fail("There is no Chromium. Install the package `chromium`, as .ci/run does.")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=CLOSED)
        yield browser
        await browser.close()


@pytest.fixture
async def opened(chromium: Browser) -> AsyncIterator[Opened]:
    """A new page, in a browser that keeps nothing of others."""
    context = await chromium.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(PATIENCE)
    opened = Opened(await context.new_page())
    opened.page.on("request", lambda request: opened.requests.append(request.url))
    opened.page.on("websocket", lambda socket: opened.requests.append(socket.url))
    opened.page.on("pageerror", lambda error: opened.errors.append(str(error)))
    opened.page.on("console", lambda message: opened.errors.append(message.text) if message.type == "error" else None)
    yield opened
    await context.close()


@pytest.fixture(scope="module")
async def service(server: Server, seeded: str) -> AsyncIterator[Service]:
    """A service over a database of one module's own."""
    async with server.copy(seeded) as url, served(settings({}, database_url=url)) as service:
        yield service
