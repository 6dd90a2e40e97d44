"""The explorer in a Chromium whose network is closed: it opens, runs worked queries, helps to write, and streams."""

import re

from playwright.async_api import Page, expect

from service.recipes import recipes
from tests.browser.conftest import Opened
from tests.service.graphql.served import Service
from tests.service.writes.submitting import figure, update

ANSWER = ".result-window"
RUN = ".graphiql-execute-button"


async def typed(page: Page, query: str, name: str) -> None:
    """Write an operation in a new tab, which then has its name."""
    await expect(page.get_by_role("region", name="Worked queries").get_by_role("button").first).to_be_enabled()
    await page.get_by_role("button", name="New tab").click()
    await page.locator(".graphiql-query-editor").click()
    await page.keyboard.insert_text(query)
    await expect(page.get_by_role("tab", name=name)).to_be_visible()


async def test_it_opens_with_the_worked_queries_and_asks_no_other_host(opened: Opened, service: Service):
    page = opened.page
    await page.goto(f"http://{service.host}/graphql")
    panel = page.get_by_role("region", name="Worked queries")
    await expect(panel.get_by_role("button")).to_have_count(len(recipes()))
    await panel.get_by_role("button", name="Practices in no network").click()
    await page.locator(RUN).click()
    await expect(page.locator(ANSWER)).to_contain_text("Old Road West Surgery")
    assert (opened.errors, opened.hosts) == ([], {service.host})


async def test_the_query_of_the_first_tab_runs_with_its_variables(opened: Opened, service: Service):
    page = opened.page
    await page.goto(f"http://{service.host}/graphql")
    await expect(page.locator(".graphiql-query-editor")).to_contain_text("query")
    await expect(page.get_by_label("Variables")).to_contain_text("practice")
    await page.locator(RUN).click()
    await expect(page.locator(ANSWER)).to_contain_text('"data"')
    await expect(page.locator(ANSWER)).not_to_contain_text('"errors"')


async def test_a_link_opens_one_of_them(opened: Opened, service: Service):
    await opened.page.goto(f"http://{service.host}/graphql#orphan-practices")
    await expect(opened.page.locator(".graphiql-query-editor")).to_contain_text("query OrphanPractices")
    await expect(opened.page.get_by_label("Variables")).to_contain_text("2025-01-31")


async def test_the_editor_shows_what_is_wrong_and_the_documentation_what_there_is(opened: Opened, service: Service):
    page = opened.page
    await page.goto(f"http://{service.host}/graphql")
    await typed(page, "query Wrong { practices { nothing } }", "Wrong")
    await expect(page.locator(".graphiql-query-editor .squiggly-error").first).to_be_visible()
    await page.get_by_role("button", name=re.compile("Documentation Explorer")).click()
    await expect(page.locator(".graphiql-doc-explorer")).to_contain_text("Query")


async def test_the_explorer_writes_a_query_from_ticks(opened: Opened, service: Service):
    page = opened.page
    await page.goto(f"http://{service.host}/graphql")
    await typed(page, "query Ticked { practices { totalCount } }", "Ticked")
    await page.get_by_role("button", name=re.compile("GraphiQL Explorer")).click()
    await (
        page.locator(".graphiql-explorer-root")
        .get_by_text("hasNextPage")
        .or_(page.locator(".graphiql-explorer-root").get_by_text("nodes", exact=True))
        .first.click()
    )
    await expect(page.locator(".graphiql-query-editor")).to_contain_text("nodes")


async def test_a_subscription_shows_what_is_published(opened: Opened, service: Service):
    page = opened.page
    await page.goto(f"http://{service.host}/graphql")
    await typed(page, "subscription Published { figuresPublished { value } }", "Published")
    await page.locator(RUN).click()
    await service.subscribers(1)
    await update(service.database, figure(88.7))
    await expect(page.locator(ANSWER)).to_contain_text("88.7")
    assert opened.hosts == {service.host}
