"""The example dashboard in a Chromium whose network is closed: built from nothing, and on another origin."""

import functools
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.async_api import expect

from service.config import settings
from tests.browser.conftest import Opened
from tests.clients.projects import built
from tests.databases import Server
from tests.service.graphql.served import Service, served
from tests.service.writes.submitting import figure, update


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Write no line for each file."""


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    """Where the dashboard's own files are."""
    folder: Path = built("examples/dashboard")
    files = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=files.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{files.server_port}"
    files.shutdown()
    files.server_close()


@pytest.fixture(scope="module")
async def tracker(server: Server, sandbox: str, origin: str) -> AsyncIterator[Service]:
    """A service over the sandbox that lets the dashboard in."""
    async with (
        server.copy(sandbox) as url,
        served(settings({}, database_url=url, allowed_origins=origin)) as service,
    ):
        yield service


@pytest.fixture
async def dashboard(opened: Opened, origin: str, tracker: Service) -> Opened:
    await opened.page.goto(f"{origin}/?service=http://{tracker.host}")
    return opened


async def test_it_lists_practices_in_pages_and_finds_them(dashboard: Opened):
    practices = dashboard.page.get_by_role("region", name="Practices")
    await expect(practices.get_by_role("status")).to_have_text("10 of 175")
    await practices.get_by_role("button", name="More").click()
    await expect(practices.get_by_role("status")).to_have_text("20 of 175")
    await practices.get_by_label("Name or postcode").fill("new dover")
    await expect(practices.get_by_role("listitem")).to_have_text(["New Dover Road Surgery Canterbury South"])
    assert dashboard.errors == []


async def test_a_practice_has_its_series(dashboard: Opened):
    await dashboard.page.get_by_label("Name or postcode").fill("new dover")
    await dashboard.page.get_by_role("button", name="New Dover Road Surgery").click()
    trend = dashboard.page.get_by_role("region", name="Trend")
    await expect(trend.get_by_role("heading")).to_have_text("Sandbox: rising percentage")
    await expect(trend.locator("circle")).to_have_count(12)


async def test_the_heat_map_has_a_row_for_each_network(dashboard: Opened):
    heat_map = dashboard.page.get_by_role("region", name="Heat map")
    await expect(heat_map.get_by_role("columnheader")).to_have_count(4)
    await expect(heat_map.get_by_role("row")).to_have_count(13)
    await expect(heat_map.locator("td.IMPROVEMENT").first).to_be_visible()


async def test_what_is_published_appears(dashboard: Opened, origin: str, tracker: Service):
    # A page that was open before may still be leaving.
    feed = dashboard.page.get_by_role("region", name="Published now")
    await expect(feed.get_by_role("heading")).to_be_visible()
    await tracker.subscribers(1)
    await update(tracker.database, figure(88.7))
    await expect(feed.get_by_role("listitem")).to_contain_text(["Practices with call back"])
    assert dashboard.hosts == {origin.partition("//")[2], tracker.host}
