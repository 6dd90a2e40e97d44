"""The page of people: what an administrator does there, and that nobody else can."""

import base64
import hashlib
import json
import re

import httpx
import pytest

from tests.service.people.inviting import Inviting
from tests.service.people.test_links import use, viewer

ADA = {"name": "Ada Lovelace", "email": "ada@nhs.example", "role": "APPROVER", "organisation": "qks"}


@pytest.fixture
async def administrator(browser: httpx.AsyncClient, inviting: Inviting) -> httpx.AsyncClient:
    """A browser in which the first administrator has signed in."""
    await use(browser, await inviting.first() or "", name="Grace", email="grace@nhs.example")
    return browser


def token_of(page: httpx.Response) -> str:
    """What the forms of a page carry."""
    found = re.search(r'name="token" value="(\w+)"', page.text)
    assert found is not None, page.text
    return found[1]


async def send(browser: httpx.AsyncClient, address: str, **fields: str) -> httpx.Response:
    """A form of a page, filled in and sent."""
    return await browser.post(address, data={"token": token_of(await browser.get("/people")), **fields})


async def test_somebody_is_invited_linked_changed_and_ended_on_the_page(administrator):
    added = await send(administrator, "/people", **ADA)
    assert (added.status_code, added.headers["location"]) == (303, "/people/2?added=yes")
    linked = await send(administrator, "/people/2", do="link")
    assert linked.headers["location"] == "/people/2"
    page = await administrator.get("/people/2")
    link = re.search(r"http://127\.0\.0\.1:8000/sign-in/link\?token=[\w-]{43}", page.text)
    assert link is not None, page.text
    assert re.search(r"It works once, until \d+ \w+ \d{4} at \d\d:\d\d\.", page.text)
    assert re.search(r"This link works once, until \d+ \w+ \d{4} at", (await administrator.get(link[0])).text)
    assert "/sign-in/link" not in (await administrator.get("/people/2")).text, "it is shown once"
    changed = await send(administrator, "/people/2", **{**ADA, "do": "change", "role": "SUBMITTER"})
    assert changed.status_code == 303
    ended = await send(administrator, "/people/2", do="end")
    assert ended.headers["location"] == "/people"
    assert "Submitter, ended" in (await administrator.get("/people")).text


async def test_the_link_of_the_page_signs_the_person_in(administrator):
    await send(administrator, "/people", **ADA)
    await send(administrator, "/people/2", do="link")
    link = re.search(r"token=([\w-]{43})", (await administrator.get("/people/2")).text)
    assert link is not None
    administrator.cookies.clear()
    assert (await use(administrator, link[1])).status_code == 303
    assert await viewer(administrator) == {"name": "Ada Lovelace", "role": "APPROVER"}


async def test_a_link_is_never_shown_on_the_page_of_somebody_else(administrator):
    await send(administrator, "/people", **ADA)
    await send(administrator, "/people/2", do="link")
    assert "/sign-in/link" not in (await administrator.get("/people/1")).text


async def test_a_contact_is_listed_with_a_telephone_number_and_has_no_link(administrator):
    await send(administrator, "/people", name="Kim", telephone="01622 000000", organisation="G82002")
    assert "01622 000000" in (await administrator.get("/people")).text
    assert "Make a link" not in (await administrator.get("/people/2")).text


async def test_after_somebody_is_added_the_page_says_what_to_do_next(administrator):
    added = await send(administrator, "/people", **ADA)
    page = (await administrator.get(added.headers["location"])).text
    assert "<strong>Ada Lovelace is on record.</strong> Make a link for them, so that they can sign in." in page
    assert "is on record" not in (await administrator.get("/people/2")).text
    kim = {"name": "Kim", "telephone": "01622 000000", "organisation": "G82002"}
    added = await send(administrator, "/people", **kim)
    page = (await administrator.get(added.headers["location"])).text
    assert "They have no e-mail address, so ring them to remind them." in page


@pytest.mark.parametrize("written", ["lmn", "LMN (U74266)", " u74266 "])
async def test_an_organisation_is_written_by_its_name_its_code_or_both(administrator, written):
    added = await send(administrator, "/people", **{**ADA, "organisation": written})
    assert added.status_code == 303
    page = (await administrator.get("/people")).text
    assert "<td>LMN</td>" in page
    assert '<option value="LMN (U74266)">' in page
    assert 'value="LMN (U74266)"' in (await administrator.get("/people/2")).text.partition("<datalist")[0]


async def test_a_name_that_two_organisations_have_is_asked_about(administrator):
    wrong = await send(administrator, "/people", **{**ADA, "organisation": "Old School Surgery"})
    assert wrong.status_code == 422
    assert re.search(
        r"Old School Surgery can be more than one organisation. Write Old School Surgery \(\w+\) or", wrong.text
    )


async def test_what_is_wrong_stands_at_its_field_with_what_was_typed(administrator):
    wrong = await send(administrator, "/people", **{**ADA, "email": "<i>ada", "organisation": "?"})
    assert wrong.status_code == 422
    assert '<a href="#organisation">' in wrong.text
    assert 'value="&lt;i&gt;ada"' in wrong.text
    wrong = await send(administrator, "/people", **{**ADA, "email": "<i>ada"})
    assert '<a href="#email">' in wrong.text
    assert "<i>" not in wrong.text
    unknown = await send(administrator, "/people", **{**ADA, "role": "BOSS"})
    assert '<a href="#role">' in unknown.text
    last = await send(administrator, "/people/1", do="end")
    assert last.status_code == 422
    assert "This is the only administrator for every organisation." in last.text


async def test_a_name_that_looks_like_html_is_shown_as_text(administrator):
    await send(administrator, "/people", **{**ADA, "name": "<script>alert(1)</script>"})
    for address in ("/people", "/people/2"):
        assert "<script>alert" not in (await administrator.get(address)).text


async def test_nobody_is_at_a_number_that_was_not_given(administrator):
    assert (await administrator.get("/people/77")).status_code == 404
    assert (await send(administrator, "/people/77", do="link")).status_code == 404


@pytest.mark.parametrize("role", ["READER", "SUBMITTER", "APPROVER", "ADMINISTRATOR"])
async def test_others_neither_see_nor_change_people_whatever_number_they_ask_for(browser, inviting, role):
    """Also an administrator of one organisation, and also about themselves."""
    person = await inviting.invited(role=role)
    await use(browser, await inviting.link(person))
    token = await _token(browser)
    for address in ("/people", f"/people/{person}"):
        page = await browser.get(address)
        assert page.status_code == 403
        assert "ada@nhs.example" not in page.text
        sent = await browser.post(address, data={**ADA, "token": token, "do": "change", "role": "ADMINISTRATOR"})
        assert sent.status_code == 403
    assert await viewer(browser) == {"name": "Ada", "role": role}


async def _token(browser: httpx.AsyncClient) -> str:
    """The token of the forms of whoever has signed in, as a program in their browser could calculate it."""
    cookie = json.loads(base64.b64decode(browser.cookies["tracker"].split(".")[0]))
    return hashlib.sha256(f"form {cookie['session']}".encode()).hexdigest()


@pytest.mark.parametrize(
    ("origin", "token", "status"),
    [("https://evil.example", None, 401), ("null", None, 401), (None, "", 403), (None, "0" * 64, 403)],
)
async def test_a_form_of_another_page_or_session_changes_nothing(administrator, origin, token, status):
    own = token_of(await administrator.get("/people"))
    headers = {} if origin is None else {"Origin": origin}
    answer = await administrator.post(
        "/people", data={**ADA, "token": own if token is None else token}, headers=headers
    )
    assert answer.status_code == status
    assert "Ada Lovelace" not in (await administrator.get("/people")).text
