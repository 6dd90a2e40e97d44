"""A service of its own for papers, and people who sign in there."""

import httpx
import pytest

from schema.enumerations import Role
from tests.service.identity.conftest import chosen, issuer, listening_issuer  # noqa: F401
from tests.service.pages.papers.documents import PAPER
from tests.service.pages.papers.test_pages import TITLE, send
from tests.service.pages.returns.conftest import key_of, person, returns_url, visitor  # noqa: F401

WORDS = "Fewer practices ring back.\n\nWe know why."
UPDATE = """mutation { updateQuarterlyFigures(input: {quarter: "%s", organisation: "QKS", figures: [
    {metric: "call_back_percent", organisation: "QKS", value: %s, reason: "As counted."}]}) { problems { code } } }"""


@pytest.fixture
async def writer(person, key_of) -> httpx.AsyncClient:  # noqa: F811
    """Somebody who writes a paper that has a title block, a narrative and a chart."""
    client: httpx.AsyncClient = await person("Ann Board", "Submit", "QKS")
    key = await key_of("Sends", Role.APPROVER)
    for quarter, value in (("2024-25-Q4", 75), ("2025-26-Q1", 78), ("2025-26-Q2", 82)):
        await client.post("/graphql", json={"query": UPDATE % (quarter, value)}, headers=key)
    await send(client, f"{PAPER}/title", **TITLE)
    await send(client, f"{PAPER}/narratives/summary", words=WORDS, owner="Ann")
    return client
