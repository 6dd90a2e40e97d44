"""Pages with forms: whose forms count, what is shown again, and what the next page has."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from service.config import Settings
from service.identity.sessions import form_token
from service.pages.acting import Fault, NotTaken, Sent, acting, write
from service.pages.showing import View, read, view
from tests.service.identity.browsers import HERE, sign_in
from tests.serving import serving

_SAVE = """
mutation Save($name: String!) {
  saveTheme(input: { code: "of_a_form", name: $name, reason: "Asked for." }) { problems { message } }
}
"""
FROM_HERE = {"Origin": HERE}


async def _show(request: Request, sent: Sent) -> View:
    themes = (await read(request, "{ themes { name } }"))["themes"]
    token = f"token={form_token(request.session)}."
    return view("problem.html", "Themes", message=", ".join([token, *(each["name"] for each in themes)]))


async def _save(request: Request, sent: Sent) -> str:
    if not sent.text("name"):
        raise NotTaken(Fault("name", "Enter a name."))
    answer = await write(request, _SAVE, name=sent.text("name"))
    assert answer["saveTheme"]["problems"] == []
    return "/trial"


@pytest.fixture
async def visitor(chosen: Settings, people_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at a service with one more page, where a theme is saved."""
    async with serving(chosen.model_copy(update={"database_url": people_url, "public_reading": True})) as client:
        transport = client._transport
        assert isinstance(transport, httpx.ASGITransport)
        assert isinstance(transport.app, Starlette)
        transport.app.router.routes.append(Route("/trial", acting(_show, _save), methods=["GET", "POST"]))
        client.base_url = httpx.URL(HERE)
        yield client


async def signed_in(visitor: httpx.AsyncClient, issuer) -> str:
    """The token of the forms of an administrator who has just signed in."""
    issuer.person.update(roles=["Run"], ods=None)
    await sign_in(visitor)
    found = re.search(r"token=(\w+)\.", (await visitor.get("/trial")).text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("with_file", [False, True], ids=["plain", "multipart"])
async def test_a_form_is_done_once_and_the_next_page_shows_it(visitor, issuer, with_file):
    token = await signed_in(visitor, issuer)
    fields = {"name": f" Out-of-hours £ {with_file} ", "token": token}
    files = {"file": ("", b"")} if with_file else None
    answer = await visitor.post("/trial", data=fields, files=files, headers=FROM_HERE)
    assert answer.status_code == 303, answer.text
    assert f"Out-of-hours £ {with_file}" in (await visitor.get("/trial")).text


async def test_what_is_wrong_stands_above_the_page_and_in_its_title(visitor, issuer):
    token = await signed_in(visitor, issuer)
    answer = await visitor.post("/trial", data={"name": " ", "token": token}, headers=FROM_HERE)
    assert answer.status_code == 422
    assert "<title>Error: Themes" in answer.text
    assert '<a href="#name">Enter a name.</a>' in answer.text
    assert answer.text.index("There is a problem") < answer.text.index("<h1>")


@pytest.mark.parametrize(
    ("headers", "token", "status"),
    [
        ({}, None, 401),
        ({"Origin": "https://other.example"}, None, 401),
        ({"Origin": "null"}, None, 401),
        (FROM_HERE, "", 403),
        (FROM_HERE, "0" * 64, 403),
    ],
    ids=["no origin", "another origin", "a sandbox", "no token", "another token"],
)
async def test_a_form_of_another_page_or_session_does_nothing(visitor, issuer, headers, token, status):
    own = await signed_in(visitor, issuer)
    name = f"Never {status} {headers}"
    answer = await visitor.post(
        "/trial", data={"name": name, "token": own if token is None else token}, headers=headers
    )
    assert answer.status_code == status
    assert "Never" not in (await visitor.get("/trial")).text


async def test_the_token_of_a_session_is_of_no_use_in_the_next(visitor, issuer):
    before = await signed_in(visitor, issuer)
    await visitor.post("/sign-out", headers=FROM_HERE)
    assert await signed_in(visitor, issuer) != before
    answer = await visitor.post("/trial", data={"name": "Never", "token": before}, headers=FROM_HERE)
    assert answer.status_code == 403
    assert "This form is of an earlier session." in answer.text


async def test_nobody_opens_or_sends_the_page_without_signing_in(visitor):
    for answer in (await visitor.get("/trial"), await visitor.post("/trial", data={"name": "Never"})):
        assert answer.status_code == 401
        assert "You need to sign in to open this page." in answer.text
        assert 'href="/sign-in?next=/trial"' in answer.text


@pytest.mark.parametrize(
    "body",
    [b"name=" + b"x" * 1_000_001, b"&".join(b"a=b" for _ in range(2_001)), b"\xff=1"],
    ids=["long", "many", "bytes"],
)
async def test_a_form_that_cannot_be_read_is_refused(visitor, issuer, body):
    await signed_in(visitor, issuer)
    form = {**FROM_HERE, "Content-Type": "application/x-www-form-urlencoded"}
    answer = await visitor.post("/trial", content=body, headers=form)
    assert answer.status_code == (413 if len(body) > 1_000_000 else 400)
