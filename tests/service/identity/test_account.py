"""Who has signed in, and how to sign in and out, at the top of each page."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from service.config import Settings
from tests.service.identity.browsers import sign_in
from tests.serving import serving


@pytest.fixture
async def visitor(chosen: Settings, people_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at a service where people sign in to read."""
    asked = chosen.model_copy(update={"database_url": people_url, "public_reading": False})
    async with serving(asked) as client:
        client.base_url = httpx.URL("http://127.0.0.1:8000")
        yield client


async def test_whoever_may_not_read_yet_sees_where_to_sign_in(visitor):
    answer = await visitor.get("/measures")
    assert answer.status_code == 401
    assert "You need to sign in to open this page." in answer.text
    assert '<a href="/sign-in?next=/measures">Sign in</a>' in answer.text


async def test_whoever_has_signed_in_sees_their_name_and_can_sign_out(visitor, issuer):
    landed = await sign_in(visitor, "/measures")
    assert landed.headers["location"] == "/measures"
    page = await visitor.get("/measures")
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    name = re.search(
        r'<form class="account" action="/sign-out" method="post"><a href="/my-messages">([^<]+)</a> <button', page.text
    )
    assert name is not None
    assert (await visitor.post("/sign-out", headers={"Origin": "http://127.0.0.1:8000"})).status_code < 400
    assert (await visitor.get("/measures")).status_code == 401


LINK_ELSEWHERE = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


@pytest.mark.parametrize("address", ["/targets", "/briefing", "/charts/gp_fte/QKS.csv", "/organisations/QKS.csv"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}, 200),
        (LINK_ELSEWHERE, 200),
        (LINK_ELSEWHERE | {"Sec-Fetch-Dest": "iframe"}, 401),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, 401),
        ({"Origin": "https://other.example"}, 401),
    ],
    ids=["none", "our page", "a link elsewhere", "a frame", "a picture", "another origin"],
)
async def test_a_page_counts_the_session_where_a_person_opens_it(visitor, issuer, address, headers, status):
    await sign_in(visitor)
    assert (await visitor.get(address, headers=headers)).status_code == status


async def test_where_nobody_can_sign_in_no_page_offers_it(client):
    answer = await client.get("/measures")
    assert "Sign in" not in answer.text
    assert "Sign out" not in answer.text
