"""A quarter from the first link to the committee paper, by people who never see GraphQL."""

import asyncio
import datetime as dt
import io
import re
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.async_api import Browser, BrowserContext, FilePayload, Page

from service.config import settings
from service.viewer import EVERYWHERE
from service.writes.trust import links
from tests.browser.conftest import PATIENCE
from tests.browser.hands import send
from tests.databases import Server
from tests.service.graphql.served import Service, served

SECRET = "0123456789abcdef" * 2
QUARTER = "2024-25-Q4"
ANSWERS = {"call_back_percent": 72.5, "trained_mentors": 52, "additional_roles_fte": 1064}
# Ten slips, each in a cell of its own: what a person might write, and where.
SLIPS: Mapping[str, Mapping[tuple[str, str], Any]] = {
    "Board": {
        ("active_mentors", "Value"): "lots",
        ("clinical_supervisors", "Value"): "nine",
        ("call_queuing_percent", "Value"): 120,
        ("cloud_telephony_percent", "Value"): -5,
        ("nhs_app_available_percent", "Value"): "92,,5",
    },
    "PCNs": {
        ("U47228", "capacity_and_access_care_navigation_declaration"): "Maybe",
        ("U50767", "capacity_and_access_online_requests_declaration"): "2",
        ("U50767", "capacity_and_access_telephony_declaration"): "in progress",
    },
    "Trusts": {("RN7", "interface_fit_notes_level"): "high", ("RVV", "interface_call_and_recall_level"): 45.5},
}


@pytest.fixture
async def desk(server: Server, seeded: str, tmp_path: Path) -> AsyncIterator[tuple[Service, str, Path]]:
    """A service on a fresh machine, the link that it prints, and the folder of its messages."""
    mail = {"mail": f"file:{tmp_path}", "mail_from": "tracker@nhs.example", "session_secret": SECRET}
    async with server.copy(seeded) as url, served(settings({}, database_url=url, **mail)) as service:
        async with service.database.command(scope=EVERYWHERE) as session:
            token = await links.make_first(session, lasts=dt.timedelta(days=1), at=dt.datetime.now(dt.UTC))
        yield service, links.address_of(f"http://{service.host}", token or ""), tmp_path


@pytest.mark.parametrize("script", [True, False])
async def test_a_quarter_is_opened_answered_approved_undone_reminded_and_read(
    chromium: Browser, desk: tuple[Service, str, Path], script: bool
):
    service, first_link, folder = desk
    home = f"http://{service.host}"
    office, head = [await chromium.new_context(java_script_enabled=script) for _ in range(2)]
    officer, approver = [await _page(each) for each in (office, head)]
    await officer.goto(first_link)
    await officer.get_by_label("Your name").fill("Grace Hopper")
    await officer.get_by_label("Your e-mail address").fill("grace@nhs.example")
    await officer.get_by_role("button", name="Sign in").click()
    await _open(officer, home)
    invited = [
        await _invite(officer, home, *each)
        for each in (
            ("Hedda Head", "APPROVER", "QKS"),
            ("Nora Network", "SUBMITTER", "U47228"),
            ("Omar Officer", "SUBMITTER", "QKS"),
        )
    ]
    await _upload(officer, home, await _template(officer, home, ANSWERS, SLIPS))
    said = " ".join((await officer.inner_text("main")).split())
    assert "10 cells must be corrected" in said
    book = await _book(officer, home)
    cells = {_cell(book, sheet, *where).coordinate for sheet, slips in SLIPS.items() for where in slips}
    assert {each for each in cells if re.search(rf"\b{each}\b", said) is None} == set()
    await _upload(officer, home, await _template(officer, home, ANSWERS, {}))
    if await officer.get_by_label("One reason for all unusual figures").count():
        await officer.get_by_label("One reason for all unusual figures").fill("As each practice counted.")
        await officer.get_by_role("button", name="Use this reason").click()
    await officer.get_by_role("button", name="Save to the return").click()
    await officer.get_by_role("button", name="Send for approval").click()
    await officer.locator(".nhsuk-panel").wait_for()
    await approver.goto(invited[0])
    await send(approver.get_by_role("button", name="Sign in"))
    await approver.goto(f"{home}/approvals")
    await approver.get_by_label(re.compile("^Publish ")).check()
    await approver.get_by_role("button", name="Approve and publish").click()
    await approver.get_by_text("No returns are waiting for approval.").first.wait_for()
    await _correct_and_undo(approver, home)
    await officer.goto(f"{home}/quarters/{QUARTER}/remind")
    await officer.get_by_role("main").get_by_role("button").click()
    await officer.wait_for_load_state()
    assert await asyncio.to_thread(_has_message, folder, "nora.network@nhs.example")
    await officer.goto(f"{home}/papers/{QUARTER}")
    await officer.get_by_text("72.5% of practices offer call back").first.wait_for()
    for words, start in (("a Word document", b"PK"), ("a PDF", b"%PDF")):
        assert (await _downloaded(officer, words)).startswith(start)
    for each in (office, head):
        await each.close()


async def _page(context: BrowserContext) -> Page:
    context.set_default_timeout(PATIENCE)
    return await context.new_page()


async def _open(page: Page, home: str) -> None:
    """The quarter opens, with a day by which answers are due."""
    await page.goto(f"{home}/quarters/{QUARTER}")
    await page.get_by_role("link", name="Dates and exceptions").click()
    await page.get_by_label("Opens on").fill("01/04/2025")
    await page.get_by_label("Answers are due by").fill("30/04/2025")
    await page.get_by_label("Why the dates change").fill("As the team agreed.")
    await page.get_by_role("button", name="Save the dates").click()
    await page.wait_for_load_state()
    await page.goto(f"{home}/quarters/{QUARTER}")
    await page.get_by_text("Answers are due by 30 April 2025.").first.wait_for()


async def _invite(page: Page, home: str, name: str, role: str, organisation: str) -> str:
    """The link with which somebody signs in for the first time."""
    await page.goto(f"{home}/people")
    await page.get_by_label("Name", exact=True).fill(name)
    await page.get_by_label("E-mail address").fill(f"{name.lower().replace(' ', '.')}@nhs.example")
    await page.get_by_label("Role").select_option(role)
    await page.get_by_label("Organisation", exact=True).fill(organisation)
    await page.get_by_role("button", name="Add").click()
    await page.get_by_role("button", name="Make a link to sign in").click()
    return re.sub("^http://[^/]+", home, await page.locator("#link").inner_text())


async def _downloaded(page: Page, words: str) -> bytes:
    async with page.expect_download(timeout=60_000) as started:
        await page.get_by_role("link", name=words).click()
    return await asyncio.to_thread(Path(await (await started.value).path()).read_bytes)


async def _book(page: Page, home: str) -> Any:
    await page.goto(f"{home}/quarters/{QUARTER}")
    return openpyxl.load_workbook(io.BytesIO(await _downloaded(page, "Download the workbook to fill in")))


async def _template(
    page: Page, home: str, answers: Mapping[str, float], slips: Mapping[str, Mapping[tuple[str, str], Any]]
) -> bytes:
    """The workbook for everybody, filled in."""
    book = await _book(page, home)
    for measure, value in answers.items():
        _cell(book, "Board", measure, "Value").value = value
    for sheet, cells in slips.items():
        for (what, heading), value in cells.items():
            _cell(book, sheet, what, heading).value = value
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _cell(book: Any, sheet: str, what: str, heading: str) -> Any:
    """The cell of a measure of the ICB, or of an organisation, under a heading of the fourth row."""
    [column] = [cell.column for cell in book[sheet][4] if cell.value == heading]
    [row] = [cells[0].row for cells in book[sheet].iter_rows(min_row=5) if what in {each.value for each in cells[:2]}]
    return book[sheet].cell(row, column)


async def _upload(page: Page, home: str, content: bytes) -> None:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    await page.goto(f"{home}/quarters/{QUARTER}/upload")
    await page.get_by_label("Upload a file").set_input_files(
        FilePayload(name="returns.xlsx", mimeType=kind, buffer=content)
    )
    await page.get_by_label("Code of the organisation").fill("QKS")
    await page.get_by_role("button", name="Look at the file").click()
    await page.get_by_role("heading", name="What it would change").wait_for()


async def _correct_and_undo(page: Page, home: str) -> None:
    await page.goto(f"{home}/figures/call_back_percent/QKS/{QUARTER}")
    await page.get_by_label("The right value").fill("91.5")
    await page.get_by_label("Why it changes").fill("A practice was counted twice.")
    await page.get_by_label("A note for readers").first.fill("Corrected: one was counted twice.")
    await page.get_by_role("button", name="See what would change").click()
    await page.get_by_role("button", name="Correct the figure").click()
    await page.locator(".nhsuk-lede-text", has_text="91.5%").wait_for()
    await page.get_by_label("Revision 1: 72.5%").check()
    await page.get_by_label("Why you undo it").fill("It was counted once after all.")
    await page.get_by_role("button", name="See what going back would change").click()
    await page.get_by_role("button", name="Go back to revision 1").click()
    await page.locator(".nhsuk-lede-text", has_text="72.5%").wait_for()


def _has_message(folder: Path, to: str) -> bool:
    """Whether somebody is sent, within 20 seconds, a message about the quarter."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        texts = [path.read_text(encoding="utf-8") for path in folder.glob("*.eml")]
        if any(f"To: {to}" in text and "Q4" in text for text in texts):
            return True
        time.sleep(0.1)
    return False
