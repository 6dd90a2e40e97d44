"""Signing in by a link: once, by its button, as the person it was made for, and nobody else."""

import datetime as dt
import re

import asyncpg
import httpx
import pytest

from schema.errors import Refusal
from service.database import Database
from service.viewer import EVERYWHERE
from service.writes.trust import links, sessions
from tests.service.people.conftest import HERE

VIEWER = {"query": "{ viewer { name role } }"}


async def viewer(browser: httpx.AsyncClient) -> object:
    """Who the browser is, as the API says."""
    return (await browser.post("/graphql", json=VIEWER)).json()["data"]["viewer"]


async def use(browser: httpx.AsyncClient, token: str, **fields: str) -> httpx.Response:
    """What pressing the button of a link answers."""
    return await browser.post("/sign-in/link", data={"token": token, **fields})


async def test_the_button_of_a_link_signs_its_person_in_with_role_and_name(browser, inviting):
    token = await inviting.link(await inviting.invited("Ada Lovelace", email="ada@nhs.example"))
    answer = await use(browser, token)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert answer.headers["cache-control"] == "no-store"
    assert await viewer(browser) == {"name": "Ada Lovelace", "role": "APPROVER"}
    assert "Ada Lovelace" in (await browser.get("/")).text


async def test_a_link_works_once_and_opening_it_does_not_use_it(browser, inviting):
    token = await inviting.link(await inviting.invited())
    for _ in range(3):
        page = await browser.get("/sign-in/link", params={"token": token})
        assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
        assert 'action="/sign-in/link" method="post"' in page.text
    assert await viewer(browser) is None
    assert (await use(browser, token)).status_code == 303
    browser.cookies.clear()
    again = await use(browser, token)
    assert again.status_code == 400
    assert "This link has been used, or it has expired." in again.text
    assert Refusal("access/link-used", "").hint in again.text
    assert await viewer(browser) is None
    assert "has been used" in (await browser.get("/sign-in/link", params={"token": token})).text


@pytest.mark.parametrize("token", ["", "unknown", "\x00", "é", "x" * 3_000])
async def test_a_link_that_nobody_made_signs_nobody_in(browser, token):
    assert (await browser.get("/sign-in/link", params={"token": token})).status_code == 400
    assert (await use(browser, token)).status_code == 400
    assert await viewer(browser) is None


async def test_the_first_link_of_a_person_lasts_for_days_and_the_next_ones_for_minutes(browser, database, inviting):
    person = await inviting.invited()
    first = await inviting.link(person, minutes=30)
    assert await _works(database, first, dt.timedelta(days=6, hours=23))
    assert not await _works(database, first, dt.timedelta(days=7, minutes=1))
    await use(browser, first)
    second = await inviting.link(person, minutes=30)
    assert await _works(database, second, dt.timedelta(minutes=29))
    assert not await _works(database, second, dt.timedelta(minutes=31))


async def _works(database: Database, token: str, later: dt.timedelta) -> bool:
    async with database.command(scope=EVERYWHERE) as session:
        return await links.that_works(session, token, at=dt.datetime.now(dt.UTC) + later) is not None


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": ""}])
async def test_a_page_of_another_site_cannot_sign_somebody_in(browser, inviting, headers):
    token = await inviting.link(await inviting.invited())
    answer = await browser.post("/sign-in/link", data={"token": token}, headers=headers)
    assert answer.status_code == 403
    assert (await use(browser, token)).status_code == 303


async def test_signing_in_makes_another_session_and_ends_the_one_before(browser, inviting, url):
    """Whoever knows the cookie from before the sign-in has nothing of it afterwards."""
    person = await inviting.invited()
    await use(browser, await inviting.link(person))
    before = dict(browser.cookies)
    await use(browser, await inviting.link(person))
    assert dict(browser.cookies) != before
    browser.cookies.clear()
    browser.cookies.update(before)
    assert await viewer(browser) is None


async def test_the_database_has_the_fingerprint_of_a_link_alone(inviting, url):
    token = await inviting.link(await inviting.invited())
    connection = await asyncpg.connect(url)
    try:
        kept = await connection.fetchval(
            "SELECT string_agg(l::text, '') || (SELECT string_agg(e::text, '') FROM audit_event e) FROM sign_in_link l"
        )
    finally:
        await connection.close()
    assert token not in kept


@pytest.mark.parametrize("how", ["end", "another role", "another organisation", "no role", "another address"])
async def test_who_loses_rights_is_signed_out_and_their_links_stop(browser, inviting, how):
    person = await inviting.invited()
    await use(browser, await inviting.link(person))
    waiting = await inviting.link(person)
    if how == "end":
        answer = await inviting.end(person)
    else:
        changes = {
            "another role": {"role": "READER"},
            "another organisation": {"organisation": "G82002"},
            "another address": {"email": "other@nhs.example"},
        }
        answer = await inviting.change(person, **changes.get(how, {"role": ""}))
    assert answer["problems"] == []
    assert await viewer(browser) is None
    assert (await use(browser, waiting)).status_code == 400


async def test_using_one_link_uses_up_the_others_of_the_same_person(browser, inviting):
    person = await inviting.invited()
    first, second = [await inviting.link(person) for _ in range(2)]
    assert (await use(browser, second)).status_code == 303
    assert (await use(browser, first)).status_code == 400


async def test_a_new_name_or_telephone_number_leaves_people_signed_in(browser, inviting):
    person = await inviting.invited()
    await use(browser, await inviting.link(person))
    await inviting.change(person, telephone="01622 000000")
    assert await viewer(browser) == {"name": "Ada", "role": "APPROVER"}


async def test_a_person_of_one_organisation_acts_for_that_one_alone(browser, inviting):
    person = await inviting.invited("Pam", role="SUBMITTER", organisation="G82002")
    await use(browser, await inviting.link(person))
    mutation = (
        'mutation { saveSubmission(input: {quarter: "2024-25-Q4", organisation: "%s", figures: []}) '
        "{ problems { code } submission { createdBy { name } } } }"
    )
    own, other = [
        (await browser.post("/graphql", json={"query": mutation % code})).json()["data"]["saveSubmission"]
        for code in ("G82002", "G82006")
    ]
    assert own == {"problems": [], "submission": {"createdBy": {"name": "Pam"}}}
    assert [each["code"] for each in other["problems"]] == ["submission/unknown-organisation"]


async def test_the_audit_names_the_person_by_name_and_number(browser, inviting, url):
    person = await inviting.invited("Ada Lovelace", email="ada@nhs.example")
    await use(browser, await inviting.link(person))
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            "SELECT action, actor, actor_key, subject FROM audit_event ORDER BY id DESC LIMIT 3"
        )
        everything = await connection.fetchval("SELECT string_agg(e::text, '') FROM audit_event e")
    finally:
        await connection.close()
    about, identity = f"person {person}", f"person|{person}"
    assert [tuple(row)[:3] for row in reversed(rows)] == [
        ("person.invite", "Root", "root"),
        ("person.link", "Root", "root"),
        ("session.begin", "Ada Lovelace", identity),
    ]
    assert [row["subject"] for row in rows[1:]] == [about, about]
    # The audit is kept for ever.
    assert "ada@nhs.example" not in everything


async def test_signing_out_ends_the_session(browser, inviting):
    await use(browser, await inviting.link(await inviting.invited()))
    before = dict(browser.cookies)
    assert (await browser.post("/sign-out")).status_code == 303
    browser.cookies.update(before)
    assert await viewer(browser) is None


# ── The first administrator ───────────────────────────────────────────────────────────────────────────────────────


async def test_the_first_link_asks_who_somebody_is_and_makes_them_administrator(browser, inviting):
    token = await inviting.first()
    page = await browser.get("/sign-in/link", params={"token": token})
    assert "You will be the first administrator" in page.text
    answer = await use(browser, token, name=" Grace Hopper ", email="grace@nhs.example")
    assert answer.status_code == 303
    assert await viewer(browser) == {"name": "Grace Hopper", "role": "ADMINISTRATOR"}


async def test_what_is_wrong_with_the_first_administrator_stands_at_its_field_and_leaves_the_link(browser, inviting):
    token = await inviting.first()
    wrong = await use(browser, token, name="<b>Grace", email="grace")
    assert wrong.status_code == 422
    assert "&lt;b&gt;Grace" in wrong.text
    assert "<b>Grace" not in wrong.text
    assert "&#39;grace&#39; is not an e-mail address, such as name@nhs.net." in wrong.text
    assert "<title>Error: Sign in" in wrong.text
    assert (await use(browser, token, name="Grace", email="grace@nhs.example")).status_code == 303


async def test_the_first_link_is_of_no_use_once_somebody_is_on_record(browser, inviting):
    token = await inviting.first()
    await inviting.invited()
    answer = await use(browser, token, name="Eve", email="eve@nhs.example")
    assert answer.status_code == 400
    assert "This link has been used" in answer.text
    assert await inviting.first() is None
    assert await viewer(browser) is None


async def test_an_invitation_is_not_a_link_for_a_first_administrator(browser, inviting):
    token = await inviting.link(await inviting.invited("Rita", role="READER"))
    assert (await use(browser, token, name="Eve", email="eve@nhs.example")).status_code == 400
    assert (await use(browser, token)).status_code == 303
    assert await viewer(browser) == {"name": "Rita", "role": "READER"}


async def test_only_the_last_of_several_first_links_works(browser, inviting):
    earlier, last = await inviting.first(), await inviting.first()
    assert (await use(browser, earlier, name="Eve", email="eve@nhs.example")).status_code == 400
    assert (await use(browser, last, name="Ada", email="ada@nhs.example")).status_code == 303


async def test_the_sign_in_page_says_how_people_sign_in(browser):
    page = await browser.get("/sign-in")
    assert page.status_code == 200
    assert re.search(r"You sign in with a link", page.text)
    assert HERE not in page.text


async def test_who_has_signed_in_once_gets_short_links_also_when_those_are_long_gone(browser, inviting, url):
    person = await inviting.invited()
    await use(browser, await inviting.link(person))
    connection = await asyncpg.connect(url)
    past = "used_at = now() - interval '90 days', ends_at = now() - interval '90 days'"
    await connection.execute(f"UPDATE sign_in_link SET {past}")
    # The first one deletes those that ended long ago.
    for _ in range(2):
        await inviting.link(person)
    lasts = "SELECT extract(epoch FROM max(ends_at) - now()) / 60 FROM sign_in_link"
    assert 29 < await connection.fetchval(lasts) < 31
    await connection.close()


async def test_an_invitation_that_is_cut_off_is_followed_by_another_that_lasts(inviting, url):
    person = await inviting.invited()
    await inviting.link(person)
    await inviting.change(person, role="SUBMITTER")
    await inviting.link(person)
    connection = await asyncpg.connect(url)
    rows = await connection.fetch(
        "SELECT used_at, extract(epoch FROM ends_at - now()) / 86400 AS days FROM sign_in_link ORDER BY id"
    )
    await connection.close()
    assert [row["used_at"] for row in rows] == [None, None], "nobody has signed in"
    assert rows[0]["days"] <= 0 < 6.9 < rows[1]["days"]


@pytest.mark.parametrize("first", [True, False])
async def test_a_link_is_not_used_up_where_the_session_cannot_begin(browser, inviting, monkeypatch, first):
    token = await inviting.first() if first else await inviting.link(await inviting.invited())
    fields = {"name": "Grace", "email": "grace@nhs.example"} if first else {}

    async def away(*_, **__):
        raise OSError("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr(sessions, "begin", away)
        assert (await use(browser, token, **fields)).status_code == 503
    assert await viewer(browser) is None
    assert (await use(browser, token, **fields)).status_code == 303
    assert await viewer(browser) is not None


async def test_the_first_administrator_has_signed_in(browser, inviting, database):
    await use(browser, await inviting.first(), name="Grace", email="grace@nhs.example")
    async with database.command(scope=EVERYWHERE) as session:
        assert await links.has_signed_in(session, 1)
