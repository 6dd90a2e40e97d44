"""A paper is written and frozen in a browser without a script, and each page is for everybody at each width."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PATIENCE
from tests.browser.test_pages import SIZES, axe, violations  # noqa: F401
from tests.browser.test_return import returns_url, signing  # noqa: F401
from tests.service.identity.conftest import chosen, issuer, listening_issuer  # noqa: F401
from tests.service.pages.papers.test_upload import edited, with_text

PAPER = "/papers/2024-25-Q4"
FORMS = ("/title", "/narratives/summary", "/actions/new", "/freeze", "/word")


@pytest.fixture
async def writing(chromium, signing, issuer):  # noqa: F811
    """A browser without a script, in which somebody has signed in who may freeze papers."""
    context = await chromium.new_context(java_script_enabled=False)
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    issuer.person.update(sub="ada", name="Ada Head", roles=["Approve"], ods="QKS")
    await page.goto(f"http://{signing.host}/sign-in?next={PAPER}")
    await expect(page.get_by_role("heading", name="Contents")).to_be_visible()
    yield page
    await context.close()


async def test_a_paper_is_written_and_frozen_without_a_script(writing, signing):  # noqa: F811
    await writing.get_by_role("link", name="Edit the title block").click()
    await writing.get_by_label("To", exact=True).fill("Kent Health Overview and Scrutiny Committee")
    await writing.get_by_label("From").fill("NHS Kent and Medway")
    await writing.get_by_label("Date of the meeting").fill("7 May 2025")
    await writing.get_by_label("Recommendation").fill("The committee is asked to note the report.")
    await writing.get_by_role("button", name="Save").click()
    await writing.get_by_role("link", name="Write the narrative of Summary").click()
    await writing.get_by_label("Narrative", exact=True).fill("More practices ring patients back.")
    await writing.get_by_role("button", name="Save").click()
    while await (ask := writing.get_by_role("link", name="Ask for an action about")).count():
        await ask.first.click()
        await writing.get_by_label("What has to be done").fill("Find out why")
        await writing.get_by_label("Owner").fill("Ann")
        await writing.get_by_label("Due date").fill("30/9/2025")
        await writing.get_by_role("button", name="Save").click()
    await writing.get_by_role("link", name="Check and freeze the paper").click()
    await writing.get_by_role("button", name="Freeze the paper").click()
    await expect(writing.get_by_text("by Ada Head.")).to_be_visible()
    await expect(writing.get_by_text("7 May 2025")).to_be_visible()


@pytest.mark.parametrize("width", SIZES)
async def test_everybody_can_use_every_page_of_a_paper(chromium, signing, issuer, axe, width):  # noqa: F811
    context = await chromium.new_context(viewport={"width": width, "height": 900})
    page = await context.new_page()
    issuer.person.update(sub="ada", name="Ada Head", roles=["Approve"], ods="QKS")
    paper = PAPER.replace("Q4", "Q3")
    await page.goto(f"http://{signing.host}/sign-in?next=/papers")
    for address in ("/papers", paper, *(f"{paper}{form}" for form in FORMS)):
        await page.goto(f"http://{signing.host}{address}")
        assert await violations(page, axe) == [], address
        assert await page.evaluate("document.documentElement.scrollWidth") == width, address
    await context.close()


@pytest.mark.parametrize("width", SIZES)
async def test_everybody_can_look_at_what_a_word_document_changes(chromium, signing, issuer, axe, width):  # noqa: F811
    context = await chromium.new_context(viewport={"width": width, "height": 900})
    page = await context.new_page()
    issuer.person.update(sub="ada", name="Ada Head", roles=["Approve"], ods="QKS")
    paper = f"http://{signing.host}{PAPER.replace('Q4', 'Q3')}"
    await page.goto(f"http://{signing.host}/sign-in?next=/papers")
    downloaded = await (await page.request.get(f"{paper}.docx")).body()
    changed = edited(
        with_text(downloaded, "summary", f"More ring back in {width}. {'x' * 60}"),
        ("Unless stated", "Unless I err"),
    )
    await page.goto(f"{paper}/word")
    document = {"name": "paper.docx", "mimeType": "application/octet-stream", "buffer": changed}
    await page.locator("input[type=file]").set_input_files(document)
    await page.get_by_role("button").filter(has_text="Continue").click()
    await expect(page.get_by_role("heading", name="What is in your document")).to_be_visible()
    await expect(page.get_by_role("heading", name="What is not taken")).to_be_visible()
    assert await violations(page, axe) == []
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    await page.get_by_role("button", name="Take the narratives").click()
    await expect(page.get_by_text("1 narrative")).to_be_visible()
    await page.goto(paper)
    await expect(page.get_by_text(f"More ring back in {width}.")).to_be_visible()
    await context.close()
