"""Who can open a return and change it: nobody for another organisation, by another page, or as a reader."""

import httpx
import pytest

from schema.enumerations import Role
from tests.service.pages.returns.filling import Form, asked, words

TELEPHONY = "capacity_and_access_telephony_declaration"
MINE, THEIRS = "/quarters/2024-25-Q4/U40722", "/quarters/2024-25-Q4/U74266"
PAGES = ("", "/check", "/sent")
ATTACK = "<script>alert(1)</script>"


async def drafts(client: httpx.AsyncClient, key_of) -> int:
    key = await key_of("Looks", Role.APPROVER)
    query = '{ submissions(filter: {organisation: {code: {in: ["U40722", "U74266"]}}}) { totalCount } }'
    return int((await asked(client, query, key))["submissions"]["totalCount"])


@pytest.mark.parametrize("page", PAGES)
async def test_another_organisations_return_is_not_there(person, page):
    client = await person("Ann Network", "Submit", "U40722")
    assert (await client.get(MINE)).status_code == 200
    assert (await client.get(f"{THEIRS}{page}")).status_code == 404


@pytest.mark.parametrize("page", PAGES)
async def test_another_organisations_return_cannot_be_changed_with_a_form_of_my_own(person, page, key_of):
    client = await person("Ann Network", "Submit", "U40722")
    form = Form((await client.get(MINE)).text)
    answer = await client.post(f"{THEIRS}{page}", data={**form.fields, f"value-{TELEPHONY}": "Yes"})
    assert answer.status_code == 404
    assert await drafts(client, key_of) == 0


@pytest.mark.parametrize("page", PAGES)
async def test_a_form_without_the_token_of_the_session_is_refused(person, page, key_of):
    client = await person("Ann Network", "Submit", "U40722")
    form = Form((await client.get(MINE)).text)
    for token in ("", "x" * len(form.fields["token"])):
        sent = {**form.fields, "token": token, f"value-{TELEPHONY}": "Yes"}
        assert (await client.post(f"{MINE}{page}", data=sent)).status_code == 403
    assert await drafts(client, key_of) == 0


@pytest.mark.parametrize("page", PAGES)
async def test_a_page_of_another_origin_cannot_send_the_form(person, page, key_of):
    client = await person("Ann Network", "Submit", "U40722")
    fields = {**Form((await client.get(MINE)).text).fields, f"value-{TELEPHONY}": "Yes"}
    answer = await client.post(f"{MINE}{page}", data=fields, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 401
    assert await drafts(client, key_of) == 0


async def test_readers_and_strangers_have_no_form(visitor, person, key_of):
    assert (await visitor.get(MINE)).status_code == 401
    reader = await key_of("Reads", Role.READER, "U40722")
    assert (await visitor.get(MINE, headers=reader)).status_code == 403


async def test_nothing_that_somebody_writes_becomes_html(person):
    client = await person(f"Eve {ATTACK}", "Submit", "QKS")
    address = "/quarters/2024-25-Q4/QKS"
    form = Form((await client.get(address)).text)
    written = {f"{part}-gp_fte": ATTACK for part in ("value", "period", "note", "reason")}
    wrong = await client.post(address, data={**form.fields, **written})
    assert wrong.status_code == 422
    form = Form(wrong.text)
    await client.post(address, data={**form.fields, **written, "value-gp_fte": "950", "period-gp_fte": ""})
    saved = await client.get(address)
    checked = await client.get(f"{address}/check")
    assert ATTACK in words(saved.text + checked.text) or "&lt;script&gt;" in saved.text + checked.text
    assert "<script>alert" not in wrong.text + saved.text + checked.text


async def test_a_quarter_that_is_none_and_an_organisation_that_is_none_are_not_there(person):
    client = await person("Ben Board", "Submit", "QKS")
    for address in (
        "/quarters/2024-25/QKS",
        "/quarters/2024-25-Q4/XXXXX",
        "/quarters/2024-25-Q4/%00",
        "/quarters/2024-25-Q4/%C3%A9",
    ):
        assert (await client.get(address)).status_code == 404
